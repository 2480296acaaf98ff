"""The table of words, buttons and forms: each conversation enters its own; parser, help and nearest word read it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain import said
from bot.domain.errors import BadInput
from bot.slack.ids import Action, Form, Shortcut
from bot.slack.turn import Answer, Turn

Part = Callable[[Turn], Answer]

_ALSO: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("list", "ls", "mine", "my", "deals"), ("",)),
    **dict.fromkeys(("add", "create", "log", "start"), ("new",)),
    **dict.fromkeys(("open", "view", "see", "info", "details", "find"), ("show",)),
    **dict.fromkeys(("confirmation", "confirmations", "recap"), ("confirm",)),
    **dict.fromkeys(("proof", "prove", "checklist", "criteria"), ("evidence",)),
    **dict.fromkeys(("advice", "advise", "questions", "playbook", "tips"), ("coach",)),
    **dict.fromkeys(("complain", "complaint", "improve", "idea", "wrong"), ("feedback",)),
    **dict.fromkeys(("advance", "stage", "forward", "back"), ("move",)),
    "win": ("won",),
    **dict.fromkeys(("close", "closed"), ("won", "lost")),
    **dict.fromkeys(("lose", "loss"), ("lost",)),
    **dict.fromkeys(("todo", "step", "plan", "remind"), ("next",)),
    **dict.fromkeys(("change", "update", "rename", "amount"), ("edit",)),
    **dict.fromkeys(("give", "handover", "hand", "owner"), ("assign",)),
    **dict.fromkeys(("pause", "hold", "snooze"), ("park",)),
    **dict.fromkeys(("unpark", "resume", "restore"), ("reopen",)),
    **dict.fromkeys(("stages", "pipeline"), ("process",)),
    **dict.fromkeys(("promise", "promised", "value"), ("promises",)),
    **dict.fromkeys(("ask", "refer", "review", "reference", "upsell"), ("referral",)),
    "funnel": ("referrals",),
    **dict.fromkeys(("object", "concern", "doubt", "pushback"), ("objection",)),
    "playbook": ("objections",),
    **dict.fromkeys(("concession", "rebate", "price"), ("discount",)),
    **dict.fromkeys(("people", "contacts", "stakeholders", "deciders", "buyers"), ("committee",)),
}
"""What people type who mean one of our words, or the list, whose word is empty. Only ever suggested, never obeyed."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the command: how it is used, what it does, in a few words each."""

    name: str
    usage: str
    does: str
    part: Part


@dataclass
class Talk:
    """Filled once at start-up by the conversations' `register` functions; read by every turn."""

    words: dict[str, Word] = field(default_factory=dict)
    buttons: dict[str, Part] = field(default_factory=dict)
    forms: dict[str, Part] = field(default_factory=dict)
    shortcuts: dict[str, Part] = field(default_factory=dict)
    silence: Part | None = None
    home: Part | None = None

    def word(self, name: str, usage: str, does: str, part: Part) -> None:
        """Enter a word, such as `show` with the usage "show X"."""
        self.words[name] = Word(name, usage, does, part)

    def button(self, action: Action, part: Part) -> None:
        """Enter what follows a pressed button or a changed menu."""
        self.buttons[action.value] = part

    def form(self, form: Form, part: Part) -> None:
        """Enter what follows the submission of a modal."""
        self.forms[form.value] = part

    def shortcut(self, shortcut: Shortcut, part: Part) -> None:
        """Enter what follows a shortcut."""
        self.shortcuts[shortcut.value] = part

    def part_for(self, text: str) -> tuple[str, Part, str]:
        """The word's name, its part and the rest of the text. Raises BadInput with the nearest words."""
        first, _, rest = text.strip().partition(" ")
        if not first:
            if self.silence is None:
                raise LookupError("no part for an empty command")
            return "", self.silence, ""
        word = self.words.get(first.casefold())
        if word is None:
            raise BadInput(self._not_understood(first, rest.strip()))
        return word.name, word.part, rest.strip()

    def _not_understood(self, first: str, rest: str) -> str:
        """The nearest words, what may have been meant by something else, and the words there are."""
        typed, shown = first.casefold(), first if len(first) <= 40 else first[:39] + "…"
        meant = _ALSO.get(typed) or difflib.get_close_matches(typed, self.words, n=2, cutoff=0.6)
        if meant:
            near = f"Did you mean {' or '.join(said.command(self._with(name, rest)) for name in meant)}?"
        else:
            deal = f"{first} {rest}".strip()
            near = f"If that is a deal: {said.command(f'show {deal}' if len(deal) <= 80 else 'show X')}."
        words = ", ".join(name for name in self.words if name != "help")
        return (
            f"I do not know “{shown}”. {near}\nThe words I know: {words}. {said.command('')} alone lists your deals, "
            f"and {said.command('help')} explains it all."
        )

    def _with(self, name: str, rest: str) -> str:
        """The word with what was typed after it, else how it is used."""
        if not name:
            return ""
        return f"{name} {rest}" if 0 < len(rest) <= 80 else self.words[name].usage
