"""The errors that are part of the conversation: the text of each is the sentence that the person reads."""

from __future__ import annotations

from collections.abc import Mapping


class BotError(Exception):
    """Something the person can understand and usually mend; str() is what they read."""


class BadInput(BotError):
    """What was written cannot be used.

    `fields` maps the name of a form's field (as the use case calls it) to the sentence for that field;
    it is empty when the input was a line of text.
    """

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = dict(fields or {})


class NotAllowed(BotError):
    """The person may not do this; the sentence says who may."""


class NotFound(BotError):
    """There is no such deal, stage or item in this workspace, or it is not the person's to see."""


class UnknownPerson(NotFound):
    """Nobody has asked Slack's directory about this person yet. Whoever can, asks and tries once more."""

    def __init__(self, user_id: str) -> None:
        super().__init__("I could not find that person in Slack's directory. Check the name and choose them again.")
        self.user_id = user_id


class Outdated(BotError):
    """The deal changed since the button or form was drawn; nothing was done."""


class AlreadyDecided(BotError):
    """Somebody else settled this first; the sentence says who and when."""


class NeedsSetup(BotError):
    """The team has to set something up first; the sentence says what and who can."""


class ProcessProblem(BotError):
    """A process definition has mistakes; `problems` holds a line for each, with file, line, stage and key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
