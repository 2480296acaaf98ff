"""The clock as a state machine over the real databases: whatever happens in whatever order, the promises hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.error import URLError

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.definitions import load_processes
from bot.domain.deal import NextStep
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.people import Actor, Person, Role
from bot.domain.reminders import ESCALATES
from bot.domain.rhythm import Rhythm, local_day, may_tell
from bot.domain.work import State, WorkItem, rule_out
from bot.domain.work import rule as ruling
from bot.services import closings, deals, people, reminders, settling, work_list
from bot.services.calendars import is_holiday
from bot.services.deals import DealFacts
from bot.services.desk import Desk, RuleBook, TeamRules
from bot.services.errands import Errand
from bot.services.people import Identity
from bot.services.planning import Planner
from bot.services.settling import Done, Reply
from bot.slack.outcomes import outcome_of
from bot.slack.telling import Teller
from bot.store.database import Database
from bot.store.postings import posting
from bot.store.reminders import agenda_line, reminder
from bot.store.work import work_item
from sandbox.team import NORTHBEAM, RITA, TOM
from tests import databases

TEAM = NORTHBEAM.id
ZONES = {RITA: "Europe/Madrid", TOM: "America/New_York"}
FINE, REFUSED, LOST, DIED = "fine", "refused connection", "answer lost", "died in the middle"
LEASE = timedelta(seconds=30)


class Clock(RuleBasedStateMachine):
    """Two reps, their deals, and a worker that may be anywhere in its work when it dies."""

    database: Database
    stored = Bundle("stored")

    @initialize()
    def begin(self) -> None:
        databases.empty(self.database)
        self.now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
        first = TeamRules(country="DE")
        self.desk = Desk(self.database, lambda: self.now, load_processes(None), RuleBook(self.database, first))
        people.identify(self.desk, Identity(TEAM, "Northbeam", "https://northbeam.example/", "B1", "U0BOT"))
        people.remember(self.desk, [Person(TEAM, user, TEAM, user, tz) for user, tz in ZONES.items()])
        self.planner = Planner(self.desk, elapsed=lambda: self.now.timestamp())
        self.fate = FINE
        self.messages: list[tuple[str, datetime]] = []
        self.teller = Teller(self.desk, lambda _team, user: f"D{user}", self._send, "/deal")
        self.steps = 0

    def _send(self, method: str, channel: str, _message: object, **_more: Any) -> dict[str, Any]:
        fate, self.fate = self.fate, FINE
        if fate == REFUSED:
            raise URLError(ConnectionRefusedError())
        if method == "chat.postMessage":
            self.messages.append((channel.removeprefix("D"), self.now))
        if fate == LOST:
            raise TimeoutError
        if fate == DIED:
            raise SystemExit
        return {"ts": f"{len(self.messages)}.0"}

    def actor(self, user: str) -> Actor:
        return Actor(TEAM, user, Role.MEMBER, None, ZONES[user])

    def today(self, user: str) -> date:
        return local_day(ZONES[user], self.now)

    # what people do

    @rule(target=stored, user=st.sampled_from([RITA, TOM]), close=st.none() | st.integers(1, 60))
    def log(self, user: str, close: int | None) -> int:
        self.steps += 1
        by = self.today(user) + timedelta(days=close) if close else None
        return deals.log_deal(self.desk, self.actor(user), DealFacts(f"Deal {self.steps}", expected_close=by)).id

    @rule(deal=stored, ahead=st.integers(0, 12), hour=st.none() | st.integers(7, 19))
    def plan_step(self, deal: int, ahead: int, hour: int | None) -> None:
        found = self._deal(deal)
        self.steps += 1
        step = NextStep(
            f"Call {self.steps}", self.today(found.owner) + timedelta(days=ahead), time(hour) if hour else None
        )
        self._try(lambda: deals.set_next_step(self.desk, self.actor(found.owner), deal, step))

    @rule(deal=stored, to=st.sampled_from([RITA, TOM]))
    def hand_over(self, deal: int, to: str) -> None:
        found = self._deal(deal)
        self._try(lambda: deals.assign(self.desk, self.actor(found.owner), deal, to))

    @rule(deal=stored, ahead=st.integers(1, 40))
    def park(self, deal: int, ahead: int) -> None:
        found = self._deal(deal)
        until = self.today(found.owner) + timedelta(days=ahead)
        self._try(lambda: closings.park(self.desk, self.actor(found.owner), deal, until, "Their budget comes first"))

    @rule(deal=stored)
    def reopen(self, deal: int) -> None:
        self._try(lambda: closings.reopen(self.desk, self.actor(self._deal(deal).owner), deal))

    @rule(pick=st.integers(0, 50), how=st.sampled_from(["done", "snooze"]), ahead=st.integers(1, 12))
    def settle(self, pick: int, how: str, ahead: int) -> None:
        rows = [row for row in self._rows() if row.settled_at is None]
        if not rows:
            return
        one = rows[pick % len(rows)]
        actor, later = self.actor(one.user_id), self.today(one.user_id) + timedelta(days=ahead)
        if how == "snooze":
            self._try(lambda: reminders.snooze(self.desk, actor, one.id, later, self.today(one.user_id)))
        else:
            then = Done(Reply.SILENT, then=NextStep(f"Ask again {self.steps}", later))
            self._try(lambda: settling.done(self.desk, actor, one.id, then))

    def _try(self, do: Any) -> None:
        """What the state of the deal forbids is refused with a sentence, which is fine here."""
        try:
            do()
        except (BadInput, AlreadyDecided):
            return

    # what the world does

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(days=st.integers(1, 9))
    def it_is_nine_in_madrid(self, days: int) -> None:
        day = self.today(RITA) + timedelta(days=days)
        self.now = datetime.combine(day, time(8, 0), UTC)

    @rule()
    def notice(self) -> None:
        self.planner.plan()

    @rule()
    def another_worker_notices(self) -> None:
        Planner(self.desk).plan()

    @rule(fates=st.lists(st.sampled_from([FINE, FINE, FINE, REFUSED, LOST, DIED]), max_size=4))
    def work_off(self, fates: list[str]) -> None:
        """A worker claims what is due and sends it; it may die in the middle, and then nobody settles."""
        for fate in (*fates, FINE):
            for item in work_list.claim(self.database, "me", self.now, LEASE, 5):
                self.fate = fate
                self._send_one(item)

    @rule(days=st.integers(1, 5), fates=st.lists(st.sampled_from([FINE, FINE, LOST, DIED, REFUSED]), max_size=2))
    def a_morning(self, days: int, fates: list[str]) -> None:
        """Most of what matters happens in the morning."""
        self.it_is_nine_in_madrid(days)
        self.notice()
        self.work_off(fates)

    def _send_one(self, item: WorkItem) -> None:
        part = {Errand.AGENDA: self.teller.agenda, Errand.FOLLOW_UP: self.teller.follow_up}.get(Errand(item.kind))
        decided = rule_out(item, again=False)
        before = len(self.messages)
        if decided is None and part is not None:
            try:
                decided = ruling(item, part(item), self.now, again=False)
            except SystemExit:
                return
            except (OSError, URLError) as problem:
                decided = ruling(item, outcome_of(problem), self.now, again=False)
        if decided is None:
            return
        assert work_list.settle(self.database, item, "me", decided, self.now)
        if decided.state is State.QUEUED:
            assert len(self.messages) == before, "what was sent must not be tried again"

    # what must hold

    @invariant()
    def nobody_is_told_at_night_or_on_a_day_off(self) -> None:
        for user, moment in getattr(self, "messages", ()):
            rhythm = Rhythm(ZONES[user], country="DE")
            late = local_day(ZONES[user], moment), moment.astimezone(UTC).hour
            assert may_tell(rhythm, moment, is_holiday) or self._may_be_a_follow_up(user, moment), (user, late)

    def _may_be_a_follow_up(self, user: str, moment: datetime) -> bool:
        """Only a step whose hour a rep agreed on comes outside of the usual hours, and never on a day off."""
        early = Rhythm(ZONES[user], hour=6, country="DE")
        return may_tell(early, moment, is_holiday) or may_tell(early, moment - timedelta(hours=2), is_holiday)

    @invariant()
    def a_slot_is_noticed_once_and_belongs_to_whoever_is_responsible(self) -> None:
        if not hasattr(self, "desk"):
            return
        rows = self._rows()
        keys = [(row.deal_id, row.kind, row.slot) for row in rows]
        assert len(keys) == len(set(keys))
        owners = {row.deal_id: self._deal(row.deal_id).responsible for row in rows if row.settled_at is None}
        assert all(row.user_id == owners[row.deal_id] for row in rows if row.settled_at is None)

    @invariant()
    def what_is_counted_was_said_and_no_more_often_than_the_process_says(self) -> None:
        if not hasattr(self, "desk"):
            return
        place = (posting.c.kind == agenda_line.c.kind) & (posting.c.subject == agenda_line.c.subject)
        with self.database.read() as connection:
            said = connection.execute(
                select(agenda_line.c.reminder_id, posting.c.posted_at).join(
                    posting, place & (posting.c.team_id == agenda_line.c.team_id)
                )
            ).all()
        days: dict[int, set[date]] = {}
        for line in said:
            days.setdefault(line.reminder_id, set()).add(line.posted_at.date())
        for row in self._rows():
            if not row.snoozes and row.kind in ESCALATES:
                assert row.told == len(days.get(row.id, ())) <= 3, (row, days.get(row.id))

    @invariant()
    def there_is_one_agenda_a_day_and_none_is_sent_twice(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.database.read() as connection:
            items = connection.execute(select(work_item).where(work_item.c.kind == Errand.AGENDA.value)).all()
        mornings = [(item.subject, item.slot) for item in items if "drawn" not in item.slot and "." not in item.slot]
        assert len(mornings) == len(set(mornings))
        assert all(item.attempt <= 1 or item.state != State.DONE.value or item.interrupted == 0 for item in items)

    def _rows(self) -> Any:
        with self.database.read() as connection:
            return connection.execute(select(reminder)).all()

    def _deal(self, deal_id: int) -> Any:
        return deals.for_change(self.desk, Actor(TEAM, RITA, Role.MANAGER, None, ZONES[RITA]), deal_id)


def test_whatever_happens_the_promises_of_the_clock_hold(database: Database) -> None:
    class OnThisDatabase(Clock):
        pass

    OnThisDatabase.database = database
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
