"""Sending what the clock has to say: agendas, follow-ups at their hour, and drawing them again in place.

None of it is sent twice: where nobody knows whether a message arrived, the next agenda says what it said. Drawing
again changes nothing the second time, so that is simply repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.domain import rhythm
from bot.domain.work import Later, Outcome, Sent, Unknown, Unwanted, WorkItem
from bot.services import agendas, cards, digests, escalating, hours, people, tellings
from bot.services.agendas import Agenda
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.services.tellings import Message as Place
from bot.slack.outcomes import outcome_of
from bot.slack.turn import Message
from bot.slack.views import agendas as view
from bot.slack.views import digests as digest_view

DRAWN = "drawn."
"""How the slot of an item begins that only draws again what was posted."""

_PROBLEMS = (SlackClientError, HTTPException, OSError)


@dataclass(frozen=True)
class Teller:
    """Brings people what is due. `dm` finds our channel with somebody, `send` makes a call about a channel."""

    desk: Desk
    dm: Callable[[str, str], str]
    send: Callable[..., dict[str, Any]]
    command: str

    def agenda(self, item: WorkItem) -> Outcome:
        """Somebody's morning agenda, its next page, or either drawn again."""
        if item.slot.startswith(DRAWN):
            user_id, shown_on = item.subject.split(".")[:2]
            return self._draw_again(item, user_id, date.fromisoformat(shown_on), view.agenda)
        day, page = date.fromisoformat(item.slot.split(".")[0]), agendas.page_of(f"{item.subject}.{item.slot}")
        person = people.find(self.desk, item.team_id, item.subject)
        if person is None:
            return Unwanted()
        now = self.desk.clock()
        today = rhythm.local_day(person.tz, now)
        if page == 0:
            # A page that somebody asked for comes at any hour.
            at = hours.wait_until(self.desk, person, day, now) if day == today else None
            if at is None:
                return Unwanted()
            if at > now:
                return Later(at - now, "it is not their hour yet", counts=False)
        said = agendas.compose(self.desk, item.team_id, item.subject, today, page)
        if said is None:
            return Unwanted()
        return self._say(item, Place(Errand.AGENDA, agendas.subject_of(item.subject, item.slot)), said, view.agenda)

    def follow_up(self, item: WorkItem) -> Outcome:
        """A next step whose hour has come, or its message drawn again."""
        if item.slot.startswith(DRAWN):
            shown = tellings.whose(self.desk, item.team_id, Place(Errand.FOLLOW_UP, item.subject))
            return self._draw_again(item, *shown, view.follow_up) if shown else Unwanted()
        said = agendas.follow_up(self.desk, item.team_id, int(item.subject), item.slot)
        if said is None:
            return Unwanted()
        wait = self._until_hour(said)
        if wait is None:
            return Unwanted()
        if wait > timedelta(0):
            return Later(wait, "it is not the hour yet", counts=False)
        return self._say(item, Place(Errand.FOLLOW_UP, item.subject), said, view.follow_up)

    def digest(self, item: WorkItem) -> Outcome:
        """The managers' week, in their channel or to one of them."""
        wait = digests.wait_for(self.desk, item.team_id, item.subject, item.slot)
        if wait is None:
            return Unwanted()
        if wait > timedelta(0):
            return Later(wait, "it is not their hour yet", counts=False)
        in_channel = item.subject == digests.TEAM
        if in_channel:
            digests.call_named(self.desk, item.team_id, item.slot)
        shown = digests.compose(self.desk, item.team_id, item.subject, self.desk.clock().date())
        if shown is None:
            return Unwanted()
        channel = self.desk.rules.manager_channel if in_channel else self.dm(item.team_id, item.subject)
        if channel is None:
            return Unwanted()
        self.send("chat.postMessage", channel, digest_view.digest(shown, self.desk.processes, self.command))
        return Sent()

    def escalation(self, item: WorkItem) -> Outcome:
        """In the thread of the deal's latest card: it has waited for too long."""
        shown = escalating.escalation(self.desk, item.team_id, int(item.subject), int(item.slot))
        if shown is None:
            return Unwanted()
        message = digest_view.escalation(shown, self.desk.clock().date())
        self.send("chat.postMessage", shown.card.channel, message, thread_ts=shown.card.ts)
        return Sent()

    def _until_hour(self, said: Agenda) -> timedelta | None:
        """How long until a follow-up may be sent; None when it is too late for it, or they do not work that day."""
        now, step = self.desk.clock(), said.lines[0].deal.next_step
        if step is None or step.at is None:
            return None
        at: datetime = rhythm.at(said.person.tz, step.on, step.at)
        return hours.until_hour(self.desk, said.person, step.on, at, now)

    def _say(self, item: WorkItem, place: Place, said: Agenda, draw: Callable[[Agenda], Message]) -> Outcome:
        message = draw(said)
        try:
            channel = self.dm(item.team_id, said.person.user_id)
        except _PROBLEMS as problem:
            outcome = outcome_of(problem)
            # Nothing was said yet, whatever became of the question where to say it.
            return Later(reason=outcome.reason) if isinstance(outcome, Unknown) else outcome
        tellings.write_down(self.desk, item.team_id, place, said)
        arrived = None
        try:
            arrived = self.send("chat.postMessage", channel, message)
        except _PROBLEMS as problem:
            if not isinstance(outcome_of(problem), Unknown):
                tellings.unsaid(self.desk, item.team_id, place)
            raise
        except Exception:
            tellings.unsaid(self.desk, item.team_id, place)  # it never left this process
            raise
        tellings.told(self.desk, item.team_id, place, said, channel, str(arrived["ts"]))
        return Sent()

    def _draw_again(self, item: WorkItem, user_id: str, day: date, draw: Callable[[Agenda], Message]) -> Outcome:
        place = Place(item.kind, item.subject)
        there = cards.posting(self.desk, item.team_id, Errand(item.kind), item.subject)
        said = agendas.redrawn(self.desk, item.team_id, place, user_id, day) if there else None
        if there is None or said is None:
            return Unwanted()  # it was never posted, so nothing in it is out of date
        try:
            self.send("chat.update", there.channel, draw(said), ts=there.ts)
        except _PROBLEMS as problem:
            outcome = outcome_of(problem)
            return Later(reason=outcome.reason) if isinstance(outcome, Unknown) else outcome
        return Sent()
