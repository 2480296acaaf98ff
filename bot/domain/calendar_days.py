"""Reckoning with calendar days: the next such day, business days, ends of periods, and how a day is shown."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.domain.errors import BadInput

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

# Written out, since the names in the standard library follow the locale of the process.
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FRIDAY: Final = 4

DayOff = Callable[[date], bool]
"""Whether a day is no business day: a weekend, and where somebody's country is known, a public holiday."""

_LONGEST_REST: Final = 366
"""Days in a row that may be off; a calendar without any business day is not waited for."""


def is_weekend(day: date) -> bool:
    """Saturday and Sunday, where nothing else is known."""
    return day.weekday() > _FRIDAY


def show_date(day: date) -> str:
    """In full and the same everywhere: `Tue 15 Dec 2026`."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def name_day(month: int, day: int) -> str:
    """`15 December`, also for days that do not exist; the month must."""
    return f"{day} {MONTHS[month - 1]}"


def make_date(year: int, month: int, day: int) -> date:
    """Raises BadInput for a day that does not exist or is too far away to be meant."""
    _check_year(year)
    if not 1 <= month <= 12:
        raise BadInput(f"There is no month {month}. Check the date.")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput(f"There is no {name_day(month, day)} {year}. Check the date.") from None


def shift(today: date, days: int) -> date:
    """Raises BadInput when the day is out of the years that can be meant."""
    try:
        day = today + timedelta(days=days)
    except OverflowError:
        raise BadInput(_too_far()) from None
    _check_year(day.year)
    return day


def add_months(today: date, months: int) -> date:
    """The same day of a later (or earlier) month, or that month's last day where it is shorter."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return min(make_date(year, month + 1, 1) + timedelta(days=today.day - 1), last_of_month(year, month + 1))


def add_business_days(today: date, days: int) -> date:
    """Counts Monday to Friday; from a weekend, one business day on is Monday and one back is Friday."""
    weekend = max(0, today.weekday() - _FRIDAY)
    if weekend and days:
        today = shift(today, -weekend if days > 0 else 3 - weekend)
    return shift(today, days + 2 * ((today.weekday() + days) // 5)) if days else today


def add_working_days(start: date, days: int, is_off: DayOff) -> date:
    """The business day this many after `start`, which itself need not be one; `start` for none."""
    if is_off is is_weekend:
        return add_business_days(start, days)
    day = start
    for _ in range(days):
        day = next_working_day(shift(day, 1), is_off)
    return day


def next_working_day(day: date, is_off: DayOff) -> date:
    """This day if it is a business day, else the first one after it."""
    for rest in range(_LONGEST_REST):
        if not is_off(shift(day, rest)):
            return shift(day, rest)
    return day


def last_of_month(year: int, month: int) -> date:
    return make_date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def next_weekday(after: date, weekday: int) -> date:
    """The first such weekday strictly after a day (Monday is 0)."""
    return shift(after, (weekday - after.weekday() - 1) % 7 + 1)


def nearest(today: date, past: bool, build: Callable[[int], date]) -> date | None:
    """Of the days that `build` makes of a year, the next one from today on, or the latest until today.

    None when no year near has that day.
    """
    step = -1 if past else 1
    for year in range(today.year - step, today.year + 9 * step, step):  # two leap years are at most eight apart
        try:
            found = build(year)
        except BadInput:
            continue
        if (found <= today) if past else (found >= today):
            return found
    return None


def period_start(today: date, unit: str, ahead: int) -> date:
    """The first day of this week, month, quarter or year (ahead 0), the next (1), the last (-1)."""
    if unit == "week":
        return shift(today, 7 * ahead - today.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    return add_months(first, months * ahead)


def period_end(today: date, unit: str, ahead: int) -> date:
    """The last day of a period as `period_start` counts them; a week ends on its Friday."""
    if unit == "week":
        return period_start(today, unit, ahead) + timedelta(days=_FRIDAY)
    return period_start(today, unit, ahead + 1) - timedelta(days=1)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(_too_far())


def _too_far() -> str:
    return f"That date is too far away. I know the years {FIRST_YEAR} to {LAST_YEAR}."
