"""When somebody may be written to: their zone, their hour, their working days, their public holidays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.calendar_days import WEEKDAYS
from bot.domain.errors import BadInput

HOUR: Final = 9
"""When the agenda comes where nobody chose another hour."""

EARLIEST: Final = 6
LATEST: Final = 18
"""Hours between which reminders are sent; what missed its hour by more waits for the next morning."""

WORKWEEK: Final = frozenset({0, 1, 2, 3, 4})
"""Monday to Friday, as `date.weekday` counts them."""

_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

IsHoliday = Callable[[str | None, date], bool]
"""Whether a day is a public holiday in a country (ISO 3166 code); without a country none is."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A person's days. `tz` is an IANA zone; None, or one that this machine does not know, counts as UTC."""

    tz: str | None = None
    hour: int = HOUR
    days: frozenset[int] = WORKWEEK
    country: str | None = None


@lru_cache(maxsize=1024)
def zone(name: str | None) -> ZoneInfo:
    """The zone of this name, UTC where there is none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(tz: str | None, moment: datetime) -> datetime:
    """A moment on the clock of a zone."""
    return moment.astimezone(zone(tz))


def local_day(tz: str | None, now: datetime) -> date:
    """Which day it is in a zone."""
    return local(tz, now).date()


def at(tz: str | None, day: date, wall: time) -> datetime:
    """The moment in UTC at which a clock of this zone shows `wall` on `day`.

    Where the clocks go forward over it, so that it does not exist, the moment that would have been it (9:00 becomes
    10:00); where they go back and it comes twice, the first of the two. (PEP 495, fold=0.)
    """
    return datetime.combine(day, wall, zone(tz)).astimezone(UTC)


def opens(rhythm: Rhythm, day: date) -> datetime:
    """When this person's agenda of that day is due, in UTC."""
    return at(rhythm.tz, day, time(rhythm.hour))


def closes(rhythm: Rhythm, day: date) -> datetime:
    """From when on nothing more is sent to this person that day, in UTC."""
    return at(rhythm.tz, day, time(LATEST))


def is_working(rhythm: Rhythm, day: date, is_holiday: IsHoliday) -> bool:
    """Whether this person works that day, leave apart."""
    return day.weekday() in rhythm.days and not is_holiday(rhythm.country, day)


def may_tell(rhythm: Rhythm, now: datetime, is_holiday: IsHoliday) -> bool:
    """Whether it is a working day of this person's, and neither before their hour nor in the evening."""
    day = local_day(rhythm.tz, now)
    return is_working(rhythm, day, is_holiday) and opens(rhythm, day) <= now < closes(rhythm, day)


def next_working_day(rhythm: Rhythm, after: date, is_holiday: IsHoliday) -> date:
    """The first working day after `after`; for somebody who works on no day, simply the next one."""
    for ahead in range(1, 400):
        day = after + timedelta(days=ahead)
        if is_working(rhythm, day, is_holiday):
            return day
    return after + timedelta(days=1)


def read_days(text: str) -> frozenset[int]:
    """Weekdays as people write them: `mon-fri`, `sun-thu`, `Mon, Wed, Friday`. Raises BadInput for anything else."""
    found: set[int] = set()
    for part in filter(None, text.casefold().replace("–", "-").replace(" ", ",").split(",")):
        first, dash, last = part.partition("-")
        if dash and not last:
            raise BadInput(f"“{text[:40]}” are no weekdays. Write them like this: mon-fri.")
        start, end = _weekday(first, text), _weekday(last or first, text)
        found |= {(start + ahead) % 7 for ahead in range((end - start) % 7 + 1)}
    if not found:
        raise BadInput("Write at least one weekday, such as mon-fri.")
    return frozenset(found)


def show_days(days: frozenset[int]) -> str:
    """The weekdays in short: `Mon to Fri`, or one by one where they do not follow each other."""
    if len(days) == 7:
        return "every day"
    starts = [day for day in sorted(days) if (day - 1) % 7 not in days]
    if len(starts) == 1 and len(days) > 2:
        return f"{_NAMES[starts[0]].title()} to {_NAMES[(starts[0] + len(days) - 1) % 7].title()}"
    return ", ".join(_NAMES[day].title() for day in sorted(days)) or "no day"


def _weekday(word: str, text: str) -> int:
    for day, name in enumerate(_NAMES):
        if len(word) >= 2 and (name.startswith(word) or WEEKDAYS[day].casefold().startswith(word)):
            return day
    raise BadInput(f"“{text[:40]}” are no weekdays. Write them like this: mon-fri.")
