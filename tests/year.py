"""A simulated year: forty reps in six zones, with leave, snoozes, holidays, outages and a Slack that is away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.deal import NextStep
from bot.domain.errors import BotError
from bot.domain.people import Person
from bot.domain.reminders import ReminderKind
from bot.domain.rhythm import Rhythm, is_working, local_day, may_tell, opens
from bot.domain.work import State
from bot.services import closings, deals, people, preferences, reminders, settling
from bot.services.calendars import is_holiday
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.planning import Planner
from bot.services.preferences import Habits
from bot.services.settling import Done, Reply
from bot.store.postings import posting
from bot.store.reminders import agenda_line, reminder
from bot.store.work import work_item
from sandbox.contents import User
from sandbox.team import NORTHBEAM
from tests import clockwork
from tests.harness import Office

ZONES = (
    ("Europe/Berlin", "DE"),
    ("America/New_York", "US"),
    ("Asia/Kolkata", "IN"),
    ("Australia/Sydney", "AU"),
    ("America/Sao_Paulo", "BR"),
    ("Asia/Tokyo", None),
)
REPS = 40
FIRST = date(2026, 11, 23)
SAID = (Errand.AGENDA.value, Errand.FOLLOW_UP.value)


@dataclass(frozen=True, slots=True)
class Said:
    """A message that Slack has: to whom, at which moment of the simulated year, and how it begins."""

    user_id: str
    at: datetime
    text: str


@dataclass
class Year:
    """The simulation and its diary."""

    office: Office
    chance: random.Random
    said: list[Said] = field(default_factory=list)
    away: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    settled_at: dict[int, datetime] = field(default_factory=dict)
    opened: dict[str, set[date]] = field(default_factory=dict)
    """The days on which the worker ran at somebody's hour, while Slack was there and they were."""

    def __post_init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._rhythms: dict[str, Rhythm] = {}
        # Looks back over all that is open a few times a day, as often as a real one does in an hour.
        self._planner = Planner(self.office.desk, elapsed=lambda: self.office.clock.now.timestamp() / 40)

    # people and deals

    def hire(self) -> None:
        """Forty reps, each with a few deals; some with an hour and days of their own."""
        office, workspace = self.office, self.office.sandbox.workspace
        found = []
        for number in range(REPS):
            tz, _ = ZONES[number % len(ZONES)]
            user = User(f"U9REP{number:03}", NORTHBEAM.id, f"rep{number}", f"Rep Number {number}", tz=tz)
            workspace.users[user.id] = user
            found.append(Person(NORTHBEAM.id, user.id, NORTHBEAM.id, user.real_name, tz))
        people.remember(office.desk, found)
        for number, one in enumerate(found):
            rep = clockwork.rep(one.user_id)
            days = frozenset({6, 0, 1, 2, 3}) if number % 7 == 3 else None
            hour = 8 if number % 6 == 1 else None
            preferences.choose_mine(office.desk, rep, Habits(hour=hour, days=days, country=ZONES[number % 6][1]))
            for _ in range(2):
                self._log_deal(one.user_id)

    def _log_deal(self, user_id: str) -> None:
        rep, number, today = clockwork.rep(user_id), self.office.next_number(), self.today(user_id)
        close = today + timedelta(days=self.chance.randrange(20, 120)) if self.chance.random() < 0.5 else None
        logged = deals.log_deal(self.office.desk, rep, DealFacts(f"Deal number {number}", expected_close=close))
        if self.chance.random() < 0.8:
            on = today + timedelta(days=self.chance.randrange(1, 25))
            at = time(self.chance.randrange(9, 17), 30) if self.chance.random() < 0.3 else None
            deals.set_next_step(self.office.desk, rep, logged.id, NextStep(f"Call about offer {number}", on, at))

    # time

    def today(self, user_id: str) -> date:
        """The day where this person is."""
        return local_day(self.rhythm(user_id).tz, self.office.clock())

    def person(self, user_id: str) -> Person:
        found = people.find(self.office.desk, NORTHBEAM.id, user_id)
        assert found is not None
        return found

    def rhythm(self, user_id: str) -> Rhythm:
        """Nobody changes it in the course of the year."""
        if user_id not in self._rhythms:
            self._rhythms[user_id] = people.rhythm(self.office.desk, self.person(user_id))
        return self._rhythms[user_id]

    def is_away(self, user_id: str, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away.get(user_id, ()))

    def everybody(self) -> list[str]:
        return [f"U9REP{number:03}" for number in range(REPS)]

    def tick(self, moment: datetime, *, slack_is_there: bool = True) -> None:
        """What a worker does at this moment."""
        office = self.office
        office.clock.now = moment
        self._planner.plan()
        if slack_is_there:
            clockwork.settled_down(office)
        else:
            office.eventually(lambda: self._nothing_in_flight())
        self._read(moment)

    def _nothing_in_flight(self) -> bool:
        with self.office.desk.db.read() as connection:
            leased = select(work_item.c.id).where(work_item.c.state == State.LEASED.value).limit(1)
            return connection.execute(leased).first() is None

    def _read(self, moment: datetime) -> None:
        """What is new in everybody's direct messages since the last look."""
        workspace = self.office.sandbox.workspace
        with workspace.lock:
            for channel in workspace.channels.values():
                theirs = [user for user in channel.members if user.startswith("U9REP")]
                if not theirs:
                    continue
                new = channel.messages[self._seen.get(channel.id, 0) :]
                self._seen[channel.id] = len(channel.messages)
                self.said += [Said(theirs[0], moment, one.text) for one in new]

    # what people do

    def act(self, user_id: str) -> None:
        """A rep looks at what is open, settles some of it, and leaves the rest."""
        desk, rep, today = self.office.desk, clockwork.rep(user_id), self.today(user_id)
        for one in self._told_to(user_id):
            choice = self.chance.random()
            later = today + timedelta(days=self.chance.randrange(1, 15))
            with suppress_refusals():
                if choice < 0.35 and one["kind"] in settling.TO_DO:
                    reply = self.chance.choice([Reply.SILENT, Reply.OWN])
                    settling.done(desk, rep, one["id"], Done(reply, then=NextStep("Ask for their answer", later)))
                elif choice < 0.45:
                    reminders.snooze(desk, rep, one["id"], later, today)
                elif choice < 0.5 and one["kind"] == ReminderKind.STALE:
                    settling.not_stale(desk, rep, one["id"], "Their board meets late", later, today, outside=False)
                elif choice < 0.55:
                    until = later + timedelta(days=30)
                    closings.park(desk, rep, one["deal_id"], until, "Their budget round comes first")
                elif choice < 0.6:
                    closings.lose(desk, rep, one["deal_id"], "price", "They had no budget for it this year.")
                    self._log_deal(user_id)

    def _told_to(self, user_id: str) -> list[dict[str, Any]]:
        with self.office.desk.db.read() as connection:
            told = (
                select(reminder)
                .where(reminder.c.user_id == user_id, reminder.c.settled_at.is_(None), reminder.c.told > 0)
                .order_by(reminder.c.deal_id, reminder.c.kind, reminder.c.slot)
            )
            return [dict(row) for row in connection.execute(told).mappings()]

    def go_away(self, user_id: str, days: int, cover: str | None) -> None:
        first = self.today(user_id)
        last = first + timedelta(days=days)
        with suppress_refusals():
            preferences.go_away(self.office.desk, clockwork.rep(user_id), last, cover)
            # Whoever is away already and says another day is away until that one.
            earlier = [(began, min(ended, first)) for began, ended in self.away.get(user_id, [])]
            self.away[user_id] = [*earlier, (first, last)]

    @contextmanager
    def slack_away(self) -> Iterator[None]:
        """Connections are refused, as by a machine on which nothing listens."""
        client = self.office.application.caller.quiet
        there = client.base_url
        client.base_url = "http://127.0.0.1:9/api/"
        try:
            yield
        finally:
            client.base_url = there

    # the year

    def live(self, days: int) -> None:
        """Go through it, hour by hour."""
        monday = FIRST
        for moment in self._moments(days):
            number = (moment.date() - FIRST).days
            if moment.date() >= monday:
                monday += timedelta(days=7)
                self.go_away(self.chance.choice(self.everybody()), self.chance.randrange(2, 12), None)
                self.go_away(self.chance.choice(self.everybody()), 4, self.chance.choice(self.everybody()))
            if number % 90 in (40, 41, 42):  # the worker is down over a weekend
                continue
            if number % 120 == 57:  # Slack refuses connections for a day
                with self.slack_away():
                    self.tick(moment, slack_is_there=False)
                continue
            if self.chance.random() < 0.01:
                self._lose_an_answer(self.chance.choice(self.everybody()))
            self.tick(moment)
            self._after(moment)

    def _lose_an_answer(self, user_id: str) -> None:
        """Slack takes the next message to this person, and its answer gets lost; whose it is must not be left to
        the order in which threads send, so that every run is the same."""
        living, bot = self.office.sandbox.living, self.office.sandbox.workspace.app.bot_user_id
        dm = living.direct_message(user_id, bot).id
        self.office.sandbox.faults.drop(
            "chat.postMessage", when="after", times=1, where=lambda args: args.get("channel") == dm
        )

    def _moments(self, days: int) -> list[datetime]:
        """Everybody's hour of each day, and one more of each day or night."""
        found = set()
        for number in range(days):
            day = FIRST + timedelta(days=number)
            if day.weekday() < 5 or number % 5 == 0:
                found |= {opens(self.rhythm(user_id), day) for user_id in self.everybody()}
            found |= {datetime.combine(day, time(self.chance.randrange(24), 40), UTC)}
        return sorted(moment for moment in found if moment > self.office.clock.now)

    def _after(self, moment: datetime) -> None:
        for user_id in self.everybody():
            rhythm = self.rhythm(user_id)
            day = local_day(rhythm.tz, moment)
            is_here = may_tell(rhythm, moment, is_holiday) and not self.is_away(user_id, day)
            if is_here and opens(rhythm, day) == moment:
                self.opened.setdefault(user_id, set()).add(day)
                self.act(user_id)


@contextmanager
def suppress_refusals() -> Iterator[None]:
    """What a rep tries and may not, for it was settled meanwhile, is no matter here."""
    try:
        yield
    except BotError:
        return


# the reckoning


def none_at_night_or_on_a_day_off(year: Year) -> None:
    for one in year.said:
        rhythm = year.rhythm(one.user_id)
        day = local_day(rhythm.tz, one.at)
        assert is_working(rhythm, day, is_holiday), (one, "on a day off")
        assert may_tell(rhythm, one.at, is_holiday), (one, "at night")
        # Who comes back early is told again, so only what was meant at first is asked for here.
        leaves = year.away.get(one.user_id, [])
        assert not any(first < day <= last for first, last in leaves), (one, "on leave")


def one_agenda_a_day(year: Year) -> None:
    told: dict[tuple[str, date], int] = {}
    for one in year.said:
        if ": " in one.text and "thing" in one.text:
            key = (one.user_id, local_day(year.rhythm(one.user_id).tz, one.at))
            told[key] = told.get(key, 0) + 1
    assert told
    assert not {key: number for key, number in told.items() if number > 1}


def each_reminder_as_often_as_its_row_says(year: Year) -> None:
    """Every telling that counted stands in a message that Slack has; and none came after the answer."""
    desk = year.office.desk
    with desk.db.read() as connection:
        rows = {row.id: row for row in connection.execute(select(reminder))}
        lines = connection.execute(
            select(agenda_line.c.reminder_id, posting.c.posted_at, posting.c.kind).join(
                posting,
                (posting.c.team_id == agenda_line.c.team_id)
                & (posting.c.kind == agenda_line.c.kind)
                & (posting.c.subject == agenda_line.c.subject),
            )
        ).all()
    days: dict[int, set[date]] = {}
    for line in lines:
        assert line.kind in SAID
        # What is due at an hour is said in the morning and at its hour, which is one telling.
        tz = year.rhythm(rows[line.reminder_id].user_id).tz
        days.setdefault(line.reminder_id, set()).add(local_day(tz, line.posted_at))
        settled = rows[line.reminder_id].settled_at
        assert settled is None or line.posted_at <= settled, (rows[line.reminder_id], "said after it was settled")
    for one in rows.values():
        # A snooze begins the count anew.
        said = len(days.get(one.id, ()))
        assert said >= one.told if one.snoozes else said == one.told, (one, days.get(one.id))
    assert len(days) > len(rows) / 2


def nothing_due_was_left_out(year: Year) -> None:
    """What is open and due to be said was not due on a day on which its person could hear of it."""
    desk = year.office.desk
    with desk.db.read() as connection:
        left = connection.execute(
            select(reminder).where(reminder.c.settled_at.is_(None), reminder.c.tell_on.is_not(None))
        ).all()
        unknown = {
            (row.subject, row.slot)
            for row in connection.execute(select(work_item).where(work_item.c.state == State.UNKNOWN.value))
        }
    for one in left:
        chances = sorted(day for day in year.opened.get(one.user_id, ()) if day >= one.tell_on)
        missed = [day for day in chances if (one.user_id, day.isoformat()) not in unknown]
        # Noticed after the hour of its first day, or beyond the tenth line, it comes on the next.
        assert len(missed) <= 2, (one, missed)


def what_is_unknown_came_again(year: Year) -> None:
    """The reminders of a message whose outcome is unknown were settled, or said on a later day."""
    desk = year.office.desk
    with desk.db.read() as connection:
        unknown = connection.execute(
            select(work_item).where(work_item.c.state == State.UNKNOWN.value, work_item.c.kind == Errand.AGENDA.value)
        ).all()
        for item in unknown:
            subject = f"{item.subject}.{item.slot}"
            mine = select(agenda_line.c.reminder_id).where(agenda_line.c.subject == subject)
            for (reminder_id,) in connection.execute(mine).all():
                one = connection.execute(select(reminder).where(reminder.c.id == reminder_id)).one()
                later = one.told_on is not None and one.told_on > date.fromisoformat(item.slot)
                recent = date.fromisoformat(item.slot) > year.today(one.user_id) - timedelta(days=14)
                assert later or one.settled_at is not None or one.snoozes or recent, one


def settle_all(year: Year) -> None:
    for check in (
        none_at_night_or_on_a_day_off,
        one_agenda_a_day,
        each_reminder_as_often_as_its_row_says,
        nothing_due_was_left_out,
        what_is_unknown_came_again,
    ):
        check(year)
