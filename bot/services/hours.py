"""Whether something may be said to somebody now, later that day, or not any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain import rhythm
from bot.domain.calendar_days import DayOff
from bot.domain.people import Person
from bot.domain.rhythm import EARLIEST, Rhythm
from bot.services import people
from bot.services.calendars import is_holiday
from bot.services.desk import Desk

GRACE = timedelta(hours=1)
"""By how much a follow-up may miss its hour in the evening."""


def day_off(habit: Rhythm) -> DayOff:
    """Which days this person does not work, leave apart."""
    return lambda day: not rhythm.is_working(habit, day, is_holiday)


def until_hour(desk: Desk, person: Person, day: date, at: datetime, now: datetime) -> timedelta | None:
    """How long until a follow-up for `at` may be sent; None when it is not sent any more, or not on such a day.

    It may be late until reminders end that day, and one for the evening by an hour; nobody is woken for it.
    """
    habit = people.rhythm(desk, person)
    if person.is_deleted or person.is_away(day) or not rhythm.is_working(habit, day, is_holiday):
        return None
    if rhythm.local(person.tz, at).hour < EARLIEST or now >= max(at + GRACE, rhythm.closes(habit, day)):
        return None
    return max(at - now, timedelta(0))


def wait_until(desk: Desk, person: Person, day: date, now: datetime) -> datetime | None:
    """When something meant for that day of theirs may be sent: at once, later that day, or not any more (None)."""
    habit = people.rhythm(desk, person)
    if person.is_deleted or person.is_away(day) or not rhythm.is_working(habit, day, is_holiday):
        return None
    if now >= rhythm.closes(habit, day):
        return None
    return max(now, rhythm.opens(habit, day))
