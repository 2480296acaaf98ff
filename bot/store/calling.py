"""Calling: whose hour has come and who has something due gets an item on the work list, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Select,
    String,
    Time,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.sql.selectable import CTE, FromClause

from bot.domain.pace import Lane
from bot.domain.reminders import ReminderKind
from bot.domain.work import State
from bot.store.columns import UtcDateTime, changed, insert_into
from bot.store.deals import deal
from bot.store.noticing import WORKED_ON
from bot.store.people import person
from bot.store.reckoning import table_of
from bot.store.reminders import UNSETTLED, reminder
from bot.store.work import work_item

_OURS, _NOBODY = "-", -1
"""What stands for a choice that a person left to the team."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What some people of a workspace have in common: their zone, and what they chose. None is the team's choice."""

    team_id: str
    tz: str | None
    hour: int | None
    days: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """People with this habit may be written to now: it is that day for them, and their hour was at `opened_at`.

    What was noticed after `noticed_by` and is not overdue waits for the next morning.
    """

    habit: Habit
    day: date
    opened_at: datetime
    noticed_by: datetime


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day that was agreed for follow-ups of people with this habit, and the moment that it means for them.

    What was noticed after `noticed_by` came too late for it.
    """

    habit: Habit
    day: date
    at: time
    run_at: datetime
    noticed_by: datetime


_here = and_(person.c.is_deleted.is_(False), person.c.is_bot.is_(False))
_habit = (person.c.team_id, person.c.tz, person.c.agenda_hour, person.c.agenda_days, person.c.country)
_HABIT = (
    *(("team_id", String()), ("tz", String()), ("hour", Integer()), ("days", String()), ("country", String())),
    ("day", Date()),
)


def habits(connection: Connection) -> list[Habit]:
    """The habits that people have."""
    return [Habit(*row) for row in connection.execute(select(*_habit).where(_here).distinct())]


def timed(connection: Connection, days: Collection[date]) -> list[tuple[Habit, date, time]]:
    """The times of day that are agreed for follow-ups on these days, with the habits of whom they concern."""
    query = select(*_habit, deal.c.next_step_on, deal.c.next_step_time).distinct()
    found = connection.execute(_follow_ups(query).where(deal.c.next_step_on.in_(days)))
    return [(Habit(*row[:5]), row.next_step_on, row.next_step_time) for row in found]


def call_agendas(connection: Connection, kind: str, openings: Sequence[Opening], now: datetime) -> int:
    """An item for everybody whose hour has come and who has something due, or covers for somebody who has."""
    if not openings:
        return 0
    return _add(connection, agendas(openings), kind, Lane.BULK, now)


def agendas(openings: Sequence[Opening]) -> CompoundSelect[Any]:
    """The query of `call_agendas`."""
    columns = (*_HABIT, ("slot", String()), ("run_at", UtcDateTime()), ("noticed_by", UtcDateTime()))
    rows = [(*_of(o.habit), o.day, o.day.isoformat(), o.opened_at, o.noticed_by) for o in openings]
    opening = table_of("opening", columns, rows)
    # Two queries, so that each looks for somebody's reminders by their user id and nothing else.
    return union(_called(opening, person), _called(opening, person.alias("covered")))


def _called(opening: CTE, whose: FromClause) -> Select[Any]:
    """People whose hour has come when `whose` reminders are due: their own, or those of somebody they cover for."""
    in_time = or_(reminder.c.created_at <= opening.c.noticed_by, reminder.c.due_on < opening.c.day)
    theirs = and_(reminder.c.team_id == whose.c.team_id, reminder.c.user_id == whose.c.user_id)
    due = select(1).where(theirs, reminder.c.tell_on <= opening.c.day, UNSETTLED, in_time)
    called = select(person.c.team_id, person.c.user_id.label("subject"), opening.c.slot, opening.c.run_at)
    called = called.join(opening, _has(opening)).where(_here, _not_away(opening.c.day), due.exists())
    if whose is person:
        return called
    stands_in = and_(whose.c.team_id == person.c.team_id, whose.c.away_cover == person.c.user_id)
    return called.join(whose, and_(stands_in, whose.c.away_until >= opening.c.day))


def call_follow_ups(connection: Connection, kind: str, hours: Sequence[Hour], now: datetime) -> int:
    """An item for every follow-up of which the hour was agreed, to be sent at that hour."""
    if not hours:
        return 0
    return _add(connection, follow_ups(hours), kind, Lane.URGENT, now)


def follow_ups(hours: Sequence[Hour]) -> Select[Any]:
    """The query of `call_follow_ups`."""
    columns = (
        *(*_HABIT, ("at", Time()), ("slot", String())),
        *(("run_at", UtcDateTime()), ("noticed_by", UtcDateTime())),
    )
    rows = [(*_of(h.habit), h.day, h.at, f"{h.day.isoformat()} {h.at:%H:%M}", h.run_at, h.noticed_by) for h in hours]
    hour = table_of("hour", columns, rows)
    query = select(reminder.c.team_id, cast(reminder.c.id, String).label("subject"), hour.c.slot, hour.c.run_at)
    return (
        _follow_ups(query)
        .join(hour, and_(_has(hour), deal.c.next_step_on == hour.c.day, deal.c.next_step_time == hour.c.at))
        .where(deal.c.next_step_on.in_({h.day for h in hours}), _not_away(hour.c.day))
        .where(reminder.c.created_at <= hour.c.noticed_by)
    )


def _follow_ups(query: Select[Any]) -> Select[Any]:
    """Open reminders of the present step of deals, where its hour was agreed, with the person they are for."""
    step = and_(
        reminder.c.team_id == deal.c.team_id,
        reminder.c.deal_id == deal.c.id,
        reminder.c.kind == ReminderKind.FOLLOW_UP.value,
        reminder.c.slot == cast(deal.c.next_step_no, String),
    )
    return (
        query.select_from(deal)
        .join(reminder, and_(step, UNSETTLED))
        .join(person, and_(person.c.team_id == reminder.c.team_id, person.c.user_id == reminder.c.user_id))
        .where(deal.c.status.in_(WORKED_ON), deal.c.next_step_time.is_not(None), _here)
        # What was put off until a later day is not told at the old hour; what the morning's agenda said is.
        .where(or_(reminder.c.tell_on <= deal.c.next_step_on, reminder.c.told_on == deal.c.next_step_on))
    )


def _not_away(day: ColumnElement[date]) -> ColumnElement[bool]:
    return or_(person.c.away_until.is_(None), person.c.away_until < day)


def _of(habit: Habit) -> tuple[str, str, int, str, str]:
    hour = _NOBODY if habit.hour is None else habit.hour
    return habit.team_id, habit.tz or "", hour, _OURS if habit.days is None else habit.days, habit.country or ""


def _has(habit: FromClause) -> ColumnElement[bool]:
    """That the person has the habit in the row."""
    return and_(
        person.c.team_id == habit.c.team_id,
        func.coalesce(person.c.tz, "") == habit.c.tz,
        func.coalesce(person.c.agenda_hour, _NOBODY) == habit.c.hour,
        func.coalesce(person.c.agenda_days, _OURS) == habit.c.days,
        func.coalesce(person.c.country, "") == habit.c.country,
    )


def _add(connection: Connection, found: Select[Any] | CompoundSelect[Any], kind: str, lane: Lane, now: datetime) -> int:
    """Put an item on the work list for each row of a query, but for those whose slot is taken. Returns how many.

    The query's columns are team_id, subject, slot and run_at.
    """
    so = found.subquery("so")
    taken = select(1).where(
        work_item.c.team_id == so.c.team_id,
        work_item.c.kind == kind,
        work_item.c.subject == so.c.subject,
        work_item.c.slot == so.c.slot,
    )
    fresh = {"lane": int(lane), "state": State.QUEUED.value, "attempt": 0, "strikes": 0, "interrupted": 0}
    new = (
        select(
            so.c.team_id,
            literal(kind),
            so.c.subject,
            so.c.slot,
            so.c.run_at,
            literal(now, UtcDateTime()),
            *(literal(value) for value in fresh.values()),
        )
        .where(~taken.exists())
        # Always in the same order, so that of two who do it at once none waits for the other in turn.
        .order_by(so.c.team_id, so.c.subject, so.c.slot)
    )
    columns = ("team_id", "kind", "subject", "slot", "run_at", "created_at", *fresh)
    statement = insert_into(connection, work_item).from_select(columns, new).on_conflict_do_nothing()
    return changed(connection, connection.execute(statement, execution_options={"preserve_rowcount": True}))
