"""The frame around every turn: who is it, what follows, and how that reaches Slack, whatever goes wrong.

Conversations only decide (`Turn` to `Answer`); this is the one place where an answer becomes an ack, a call that
holds the trigger, or a post to a response_url, and the one place where an error becomes a sentence.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.domain.errors import BadInput, BotError, NotAllowed, UnknownPerson
from bot.domain.people import Actor, Role
from bot.services import people
from bot.services.desk import Desk, Repeated
from bot.slack import directory
from bot.slack.calls import Caller, SlackRefused
from bot.slack.deliveries import Heard
from bot.slack.ids import OF
from bot.slack.talk import Part
from bot.slack.turn import Answer, Message
from bot.slack.views import notices
from bot.slack.views.sentences import spoken
from bot.slack.whispering import whisper

log = structlog.get_logger()
Observe = Callable[[str, str, float], None]
"""Told the name of a turn, its outcome, and the seconds until its ack."""

NOBODY = Actor("", "", Role.OUTSIDER)


@dataclass(frozen=True)
class Frame:
    """Runs parts of the conversation. `command` is what the slash command is called here."""

    desk: Desk
    caller: Caller
    command: str
    observe: Observe

    def ack_for(self, heard: Heard, part: Part, name: str, *, is_submission: bool = False) -> dict[str, Any] | None:
        """Take a turn and return the body of its ack. Never raises, and never waits for Slack.

        Only a submission by or about somebody unknown asks Slack first, since its answer cannot be given later.
        """
        started = time.perf_counter()
        sender = heard.sender
        actor = people.actor(self.desk, sender.team_id, sender.user_id, sender.home_team, sender.key)
        if actor is None and not is_submission:
            self._defer(heard, part, name, started)
            return None
        try:
            answer, outcome = self._take(heard, part, name, actor, is_submission=is_submission, may_ask=is_submission)
        except UnknownPerson:
            self._defer(heard, part, name, started)
            return None
        body = self._submitted(heard, answer) if is_submission else self._acted(heard, answer)
        self.observe(name, outcome, time.perf_counter() - started)
        # One line in the log for a delivery: whoever took it in writes it, with this.
        structlog.contextvars.bind_contextvars(turn=name, outcome=outcome, team=sender.team_id, user=sender.user_id)
        return body

    def _defer(self, heard: Heard, part: Part, name: str, started: float) -> None:
        """Answer after the ack, because the directory has to be asked first."""
        self.caller.soon(lambda: self._later(heard, part, name), holds_trigger=True)
        self.observe(name, "later", time.perf_counter() - started)

    def _take(
        self, heard: Heard, part: Part, name: str, actor: Actor | None, *, is_submission: bool, may_ask: bool
    ) -> tuple[Answer, str]:
        """The part's answer, or the sentence of what went wrong, with a word for the statistics.

        Raises UnknownPerson where it must not ask Slack about the person that the part needs.
        """
        try:
            self._require_our_workspace(heard.sender.team_id)
            if actor is None:
                actor = directory.look_up(self.desk, self.caller, heard.sender)
            return self._answer(heard, part, actor, may_ask=may_ask), "ok"
        except Repeated:
            return Answer(), "repeated"
        except BotError as problem:
            if isinstance(problem, UnknownPerson) and not may_ask:
                raise
            outcome = type(problem).__name__
            return self._refusal(heard, problem, is_submission=is_submission), outcome
        except Exception as problem:  # the person must get an answer, and Slack must never get a 5xx
            reference = uuid.uuid4().hex[:8]
            log.exception("turn_failed", name=name, reference=reference, error=type(problem).__name__)
            sorry = BotError(
                "Something went wrong on my side. Please look whether it was done before you try again; if it happens "
                f"again, tell whoever runs Stagecoach this number: {reference}."
            )
            return self._refusal(heard, sorry, is_submission=is_submission), "failed"

    def _answer(self, heard: Heard, part: Part, actor: Actor, *, may_ask: bool) -> Answer:
        """What the part says; where it needs a person unknown so far, what it says after Slack was asked about them."""
        try:
            return part(heard.by(actor))
        except UnknownPerson as unknown:
            if not may_ask:
                raise
            directory.learn(self.desk, self.caller, actor.team_id, unknown.user_id)
            return part(replace(heard.by(actor), asked=frozenset({unknown.user_id})))

    def _refusal(self, heard: Heard, problem: BotError, *, is_submission: bool) -> Answer:
        """A refusal in the place where the person looks: at the field, over the form, or as a message."""
        form = heard.turn.form
        sentence = spoken(str(problem), self.command)
        if is_submission and form is not None:
            fields = problem.fields if isinstance(problem, BadInput) else {}
            drawn = [str(block.get("block_id", "")) for block in form.blocks]
            shown = {block: fields[name] for block in drawn if (name := block.partition(OF)[0]) in fields}
            if shown:
                return Answer(errors=shown)
            return Answer(become=notices.with_banner(form.raw, sentence))
        if form is not None:
            raw = form.raw
            return Answer(redraw=lambda: notices.with_banner(raw, sentence))
        return Answer(say=Message(sentence))

    def is_ours(self, team_id: str) -> bool:
        """Whether that is the workspace our token works in, as far as we have asked yet."""
        ours = people.identity(self.desk)
        return ours is None or ours.team_id == team_id

    def _require_our_workspace(self, team_id: str) -> None:
        """Checked before anything is asked or kept about a person of another workspace."""
        if not self.is_ours(team_id):
            raise NotAllowed("This Stagecoach belongs to another workspace.")

    def _later(self, heard: Heard, part: Part, name: str) -> None:
        """The turn of somebody whom the directory had to be asked about; the ack is gone already."""
        answer, outcome = self._take(heard, part, name, None, is_submission=False, may_ask=True)
        body = self._acted(heard, answer)
        if body and heard.response_url:
            self.caller.respond(heard.response_url, body)
        log.info("turn", name=name, outcome=outcome, team=heard.sender.team_id, user=heard.sender.user_id, late=True)

    def _acted(self, heard: Heard, answer: Answer) -> dict[str, Any] | None:
        """After a command, a button or a shortcut: start the calls; what is said to a command is its ack."""
        view = answer.open or answer.push
        if view is not None and heard.trigger_id:
            trigger, push = heard.trigger_id, answer.push is not None
            self.caller.soon(lambda: self._open(heard, trigger, view, push), holds_trigger=True)
        if answer.redraw is not None and heard.view_id:
            draw, view_id = answer.redraw, heard.view_id
            self.caller.soon(lambda: self.caller.redraw(view_id, heard.view_hash, draw), holds_trigger=True)
        if answer.home is not None:
            home, user_id = answer.home, heard.sender.user_id
            self.caller.soon(lambda: self._publish(user_id, home), holds_trigger=False)
        if answer.say is None:
            return None
        message = notices.message_body(answer.say, replace=answer.replace)
        if heard.turn.is_command:
            return message
        self._say(heard, answer.say, message)
        return None

    def _say(self, heard: Heard, said: Message, message: dict[str, Any]) -> None:
        """Say something after a button: where it was pressed, else in a small modal."""
        if heard.response_url:
            url = heard.response_url
            self.caller.soon(lambda: self.caller.respond(url, message), holds_trigger=False)
        elif heard.trigger_id:
            trigger = heard.trigger_id
            view = notices.notice(said)
            self.caller.soon(lambda: self._open(heard, trigger, view, False), holds_trigger=True)

    def _publish(self, user_id: str, home: dict[str, Any]) -> None:
        """Show somebody's App Home anew, whatever it shows by then."""
        self.caller.call("views.publish", user_id=user_id, view=home)

    def _open(self, heard: Heard, trigger_id: str, view: dict[str, Any], push: bool) -> None:
        """Open a modal; when Slack refuses, say so where that is possible."""
        try:
            self.caller.open(trigger_id, view, push=push)
        except SlackRefused as refused:
            log.warning("view_refused", method=refused.method, code=refused.code, view=view.get("callback_id"))
            if heard.response_url:
                sorry = Message("Slack did not open the form this time. Please try again.")
                self.caller.respond(heard.response_url, notices.message_body(sorry, replace=False))

    def _submitted(self, heard: Heard, answer: Answer) -> dict[str, Any] | None:
        """The ack of a submission; the modal below is drawn anew once this one is closed."""
        form = heard.turn.form
        below = form.below if form else None
        if answer.redraw_below is not None and below:
            draw, view_id = answer.redraw_below, below
            self.caller.soon(lambda: self.caller.redraw(view_id, None, draw), holds_trigger=True)
        if answer.errors:
            return {"response_action": "errors", "errors": {k: v[:2000] for k, v in answer.errors.items()}}
        if answer.become is not None:
            return {"response_action": "update", "view": answer.become}
        if answer.say is not None and answer.aside:
            said, url = answer.say, answer.aside
            self.caller.soon(lambda: whisper(self.desk, self.caller, heard.sender, url, said), holds_trigger=False)
        elif answer.say is not None:
            return {"response_action": "update", "view": notices.notice(answer.say)}
        return None
