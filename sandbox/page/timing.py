"""The workspace's clock as the page shows it, and the moments to which a click moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sandbox.clock import Clock

NINE = time(9)
YEARS = range(2000, 2100)
STEPS = (
    ("hour", "+1 hour"),
    ("morning", "Next morning, 9:00"),
    ("monday", "Next Monday, 9:00"),
    ("week", "+1 week"),
)
_NOTICEABLE = timedelta(seconds=90)


class UnknownMoment(ValueError):
    """The message says what to choose instead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """``long`` says everything, ``date`` fits a date field, ``moment`` is the same time in UTC."""

    day: str
    time: str
    long: str
    date: str
    moment: str
    zone: str
    shifted: bool
    steps: tuple[tuple[str, str], ...] = STEPS


def shown(clock: Clock, zone: tzinfo) -> Shown:
    now = clock.now().astimezone(zone)
    return Shown(
        day=now.strftime("%a %-d %b"),
        time=now.strftime("%H:%M"),
        long=f"{now.strftime('%A %-d %B %Y, %H:%M')} ({zone})",
        date=now.date().isoformat(),
        moment=now.astimezone(UTC).isoformat(timespec="seconds"),
        zone=str(zone),
        shifted=abs(clock.shift) > _NOTICEABLE,
    )


def destination(step: str, now: datetime, zone: tzinfo, chosen_date: str = "") -> datetime:
    """Where a button of the clock leads, as an aware UTC time; raises UnknownMoment."""
    local = now.astimezone(zone)
    if step == "hour":
        return now + timedelta(hours=1)
    if step == "week":
        return (local + timedelta(weeks=1)).astimezone(UTC)
    if step == "morning":
        return _nine_after(local)
    if step == "monday":
        return _nine_after(local, weekday=0)
    if step == "date":
        return _nine_on(chosen_date, zone)
    raise UnknownMoment("Choose one of the buttons of the clock.")


def _nine_after(local: datetime, weekday: int | None = None) -> datetime:
    """The first 9:00 after this moment, on that day of the week (Monday is 0) if one is given."""
    day = local.date()
    while datetime.combine(day, NINE, local.tzinfo) <= local or weekday not in (None, day.weekday()):
        day += timedelta(days=1)
    return datetime.combine(day, NINE, local.tzinfo).astimezone(UTC)


def _nine_on(text: str, zone: tzinfo) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnknownMoment("Choose a date for the clock first.") from None
    if day.year not in YEARS:
        raise UnknownMoment(f"Choose a date from {YEARS[0]} to {YEARS[-1]}.")
    return datetime.combine(day, NINE, zone).astimezone(UTC)


def move(clock: Clock, form: Mapping[str, str], zone: tzinfo) -> None:
    """Do what a button of the clock says; raises UnknownMoment."""
    step = form.get("to", "")
    if step == "now":
        clock.reset()
    else:
        clock.move_to(destination(step, clock.now(), zone, form.get("date", "")))
