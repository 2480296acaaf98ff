"""Planning: what the clock notices becomes reminders, and whose hour has come is called. Any number may do it at once.

Nothing here reads deals one by one: each rule is one statement in a short transaction of its own, and whether a moment
is somebody's hour is worked out once for all who share zone, hour, days and country.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.pace import Lane
from bot.domain.people import Person
from bot.domain.reminders import ReminderKind
from bot.domain.rhythm import EARLIEST, Rhythm, at, closes, is_working, local_day, may_tell, opens
from bot.services import escalating, people
from bot.services.calendars import is_holiday
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.services.facts import noticing_day
from bot.services.hours import GRACE
from bot.services.revisions import announce, versions_of
from bot.store import calling, noticing, work
from bot.store import people as directory
from bot.store.calling import Habit, Hour, Opening
from bot.store.noticing import Found, View
from bot.store.rules import RULES
from bot.store.work import NewItem

AT_ONCE = timedelta(minutes=2)
"""How long after an hour something may be noticed to count as noticed by then: a pass or two."""

LONGEST_PAUSE = timedelta(minutes=10)
"""After a longer time without a pass, what is noticed was missed, not new."""

REST = 20
"""A step that took a second is not repeated for so many: planning never takes more than a twentieth of the time."""

LOOK_BACK_SECONDS = 600.0
"""How often open reminders are gone through for those that do not hold any more; each change does that for its deal."""


TEAM = "team"
"""The subject of the digest that goes to the managers' channel."""


@dataclass(slots=True)
class Planned:
    """What one pass did: reminders noticed and overtaken by kind, and the items put on the work list."""

    noticed: dict[str, int] = field(default_factory=dict)
    overtaken: dict[str, int] = field(default_factory=dict)
    escalated: int = 0
    agendas: int = 0
    follow_ups: int = 0
    digests: int = 0
    revisions: int = 0

    @property
    def called(self) -> int:
        """How many items are new on the work list."""
        return self.escalated + self.agendas + self.follow_ups + self.digests + self.revisions

    def as_dict(self) -> dict[str, Any]:
        """The counts, without the kinds of which there was nothing."""
        found = asdict(self)
        return found | {name: {k: n for k, n in found[name].items() if n} for name in ("noticed", "overtaken")}


def plan(desk: Desk) -> Planned:
    """One pass over everything.

    Every step is taken, whatever becomes of the others; raises ExceptionGroup at the end when some failed.
    """
    return Planner(desk).plan()


class Planner:
    """Plans again and again in one process, and knows what need not be looked at each time."""

    def __init__(self, desk: Desk, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._desk, self._elapsed = desk, elapsed
        self._last: datetime | None = None
        self._caught_up: datetime | None = None
        self._day = date.min
        self._again: dict[str, float] = {}
        self._view: View | None = None
        self._found: dict[ReminderKind, Found | None] = {}
        self._announced: Mapping[str, str] | None = None

    def plan(self) -> Planned:
        """One pass, in which steps that took long rest until it is their turn again. Raises as `plan`."""
        planned, problems, now = Planned(), list[Exception](), self._desk.clock()
        self._look_at_the_clock(now)
        for name, step in self._steps(planned, now):
            began = self._elapsed()
            try:
                step()
            except Exception as problem:  # noqa: BLE001 - raised with the others when every step had its turn
                problems.append(problem)
            took = self._elapsed() - began
            least = LOOK_BACK_SECONDS if name.startswith(("overtake", "escalate")) else 0.0
            self._again[name] = began + took + max(REST * took, least)
        if self._caught_up is None:
            self._caught_up = self._desk.clock()
        if planned.called:
            self._desk.wake()
        if problems:
            raise ExceptionGroup("planning", problems)
        return planned

    def _look_at_the_clock(self, now: datetime) -> None:
        if self._last is None or not timedelta(0) <= now - self._last <= LONGEST_PAUSE:
            self._caught_up = None
        self._last = now
        day = noticing_day(self._desk)
        if day != self._day:  # everything may be due that was not a moment ago
            self._day = day
            self._again.clear()

    def _steps(self, planned: Planned, now: datetime) -> Iterator[tuple[str, Callable[[], None]]]:
        managers = tuple(sorted(self._desk.rules.managers))
        view = View(self._desk.processes, self._day, managers, self._desk.is_off)
        if view != self._view:
            self._view, self._found = view, {}
        for kind in RULES:

            def notice(kind: ReminderKind = kind) -> None:
                found = self._query(kind, view)
                with self._desk.db.write() as connection:
                    planned.noticed[kind.value] = noticing.notice(connection, kind, found, now)

            def overtake(kind: ReminderKind = kind) -> None:
                found = self._query(kind, view)
                with self._desk.db.write() as connection:
                    planned.overtaken[kind.value] = noticing.overtake(connection, kind, found, view, now)

            for name, step in ((f"overtake {kind.value}", overtake), (f"notice {kind.value}", notice)):
                if self._elapsed() >= self._again.get(name, 0.0):
                    yield name, step

        def escalate() -> None:
            planned.escalated = escalating.escalate(self._desk)

        if self._elapsed() >= self._again.get("escalate", 0.0):
            yield "escalate", escalate
        yield "call", lambda: self._call(planned, now)
        yield "digest", lambda: self._call_managers(planned, now)
        if versions_of(self._desk) != self._announced:
            yield "announce", lambda: self._announce(planned)

    def _announce(self, planned: Planned) -> None:
        """Processes that changed; once that is said, not looked at again before others are loaded."""
        loaded = versions_of(self._desk)
        found = announce(self._desk)
        if found is not None:
            planned.revisions, self._announced = found, loaded

    def _query(self, kind: ReminderKind, view: View) -> Found | None:
        """The rule's query, which stays the same until the day, the processes or the managers change."""
        if kind not in self._found:
            self._found[kind] = RULES[kind](view)
        return self._found[kind]

    def _call(self, planned: Planned, now: datetime) -> None:
        """Whose hour has come, and the follow-ups of today of which the hour was agreed."""
        desk = self._desk
        with desk.db.read() as connection:
            habits = calling.habits(connection)
            timed = calling.timed(connection, {local_day(habit.tz, now) for habit in habits})
        openings, hours = list(self._openings(habits, now)), list(self._hours(timed, now))
        with desk.db.write() as connection:
            planned.follow_ups = calling.call_follow_ups(connection, Errand.FOLLOW_UP.value, hours, now)
        with desk.db.write() as connection:
            planned.agendas = calling.call_agendas(connection, Errand.AGENDA.value, openings, now)

    def _openings(self, habits: Iterable[Habit], now: datetime) -> Iterator[Opening]:
        for habit in habits:
            rhythm = self._rhythm(habit)
            if may_tell(rhythm, now, is_holiday):
                day = local_day(habit.tz, now)
                opened_at = opens(rhythm, day)
                yield Opening(habit, day, opened_at, self._noticed_by(opened_at, now))

    def _hours(self, timed: Iterable[tuple[Habit, date, Any]], now: datetime) -> Iterator[Hour]:
        for habit, day, wall in timed:
            rhythm, run_at = self._rhythm(habit), at(habit.tz, day, wall)
            in_time = day == local_day(habit.tz, now) and now < max(run_at + GRACE, closes(rhythm, day))
            if in_time and wall.hour >= EARLIEST and is_working(rhythm, day, is_holiday):
                yield Hour(habit, day, wall, run_at, self._noticed_by(run_at, now))

    def _noticed_by(self, hour: datetime, now: datetime) -> datetime:
        """Until when something had to be noticed to be said at this hour.

        What a rep plans at eleven for the same day is no news to them; what was only noticed at eleven because
        nothing ran before is.
        """
        return max(hour + AT_ONCE, self._caught_up or now)

    def _rhythm(self, habit: Habit) -> Rhythm:
        rules = self._desk.rules
        return Rhythm(
            tz=habit.tz,
            hour=rules.hour if habit.hour is None else habit.hour,
            days=rules.days if habit.days is None else frozenset(int(day) for day in habit.days),
            country=habit.country or rules.country,
        )

    def _call_managers(self, planned: Planned, now: datetime) -> None:
        """The weekly digest, on the first working day of the week."""
        desk, rules, ours = self._desk, self._desk.rules, people.identity(self._desk)
        in_channel = rules.digest == "channel" and rules.manager_channel is not None
        if ours is None or not (in_channel or rules.digest == "dm"):
            return
        with desk.db.read() as connection:
            known = directory.some(connection, ours.team_id, rules.managers)
        items = []
        for manager in known.values():
            rhythm, day = people.rhythm(desk, manager), local_day(manager.tz, now)
            if _begins_week(rhythm, day) and may_tell(rhythm, now, is_holiday) and _is_here(manager, day):
                year, week, _ = day.isocalendar()
                subject = TEAM if in_channel else manager.user_id
                slot = f"{year}-W{week:02}"
                items.append(NewItem(ours.team_id, Errand.DIGEST.value, subject, slot, opens(rhythm, day), Lane.BULK))
        if items:
            with desk.db.write() as connection:
                planned.digests = work.add_many(connection, items[:1] if in_channel else items, now)


def _is_here(person: Person, day: date) -> bool:
    return not (person.is_deleted or person.is_bot or person.is_away(day))


def _begins_week(rhythm: Rhythm, day: date) -> bool:
    """Whether no day of this week before it was a working day."""
    earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
    return not any(is_working(rhythm, before, is_holiday) for before in earlier)
