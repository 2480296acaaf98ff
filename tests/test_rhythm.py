"""When somebody may be written to: zones, clock changes, working days, public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.rhythm import (
    WORKWEEK,
    Rhythm,
    at,
    closes,
    is_working,
    local,
    local_day,
    may_tell,
    next_working_day,
    opens,
    read_days,
    show_days,
)
from bot.services.calendars import countries, is_holiday

ZONES = sorted(available_timezones())
DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def test_nine_in_the_morning_is_another_moment_in_each_zone() -> None:
    day = date(2026, 11, 23)
    assert opens(Rhythm("Europe/Berlin"), day) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert opens(Rhythm("America/Los_Angeles"), day) == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert opens(Rhythm("Asia/Kathmandu"), day) == datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


def test_the_hour_stays_when_the_clocks_change() -> None:
    berlin = Rhythm("Europe/Berlin")
    assert opens(berlin, date(2026, 10, 23)).hour == 7
    assert opens(berlin, date(2026, 10, 26)).hour == 8


def test_an_hour_that_does_not_exist_comes_after_the_gap() -> None:
    assert at("Europe/Berlin", date(2027, 3, 28), time(2, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert local("Europe/Berlin", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)).time() == time(3, 30)


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    assert at("Europe/Berlin", date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(zone=st.sampled_from(ZONES), day=DAYS, hour=st.integers(6, 17))
def test_the_agenda_of_a_day_is_due_on_that_day_and_before_its_evening(zone: str, day: date, hour: int) -> None:
    rhythm = Rhythm(zone, hour)
    due = opens(rhythm, day)
    if local_day(zone, due) != day:  # two islands once left a whole day out
        assert local_day(zone, due) == day + timedelta(days=1)
        return
    assert due < closes(rhythm, day)
    assert local(zone, due).hour >= hour


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_that_nobody_knows_counts_as_utc(name: str | None) -> None:
    assert opens(Rhythm(name), date(2026, 11, 23)) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_nothing_is_told_at_night_on_weekends_or_on_holidays() -> None:
    rhythm = Rhythm("Europe/Berlin", country="DE")
    told = {
        moment
        for hours in range(24 * 14)
        if may_tell(rhythm, moment := datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=hours), is_holiday)
    }
    days = {local_day("Europe/Berlin", moment) for moment in told}
    assert days == {date(2026, 12, n) for n in (21, 22, 23, 24, 28, 29, 30, 31)}
    assert {local("Europe/Berlin", moment).hour for moment in told} == set(range(9, 18))


def test_who_works_on_sunday_is_told_on_sunday() -> None:
    rhythm = Rhythm("Asia/Jerusalem", days=frozenset({6, 0, 1, 2, 3}))
    assert is_working(rhythm, date(2026, 11, 22), is_holiday)
    assert not is_working(rhythm, date(2026, 11, 27), is_holiday)


@given(day=DAYS, days=st.frozensets(st.integers(0, 6)), country=st.sampled_from([None, "DE", "US", "JP", "IN"]))
def test_the_next_working_day_is_the_first_one(day: date, days: frozenset[int], country: str | None) -> None:
    rhythm = Rhythm("UTC", days=days, country=country)
    found = next_working_day(rhythm, day, is_holiday)
    assert found > day
    if days:
        assert is_working(rhythm, found, is_holiday)
        between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
        assert not any(is_working(rhythm, other, is_holiday) for other in between)
    else:
        assert found == day + timedelta(days=1)


def test_holidays_are_those_of_the_country() -> None:
    unity = date(2026, 10, 3)
    assert is_holiday("DE", unity)
    assert not is_holiday("US", unity)
    assert not is_holiday(None, unity)
    assert not is_holiday("XX", unity)
    assert {"DE", "US", "GB", "IN"} <= countries()


def test_the_workweek_is_monday_to_friday() -> None:
    assert sorted(WORKWEEK) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "days", "shown"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}, "Mon to Fri"),
        ("Sun–Thu", {6, 0, 1, 2, 3}, "Sun to Thu"),
        ("Monday, wed  FRI", {0, 2, 4}, "Mon, Wed, Fri"),
        ("tuesday", {1}, "Tue"),
        ("mon-sun", {0, 1, 2, 3, 4, 5, 6}, "every day"),
        ("fri-mon", {4, 5, 6, 0}, "Fri to Mon"),
    ],
)
def test_weekdays_are_read_as_people_write_them(text: str, days: set[int], shown: str) -> None:
    assert read_days(text) == days
    assert show_days(read_days(text)) == shown


@pytest.mark.parametrize("text", ["", " , ", "mon-", "-fri", "monfri", "m", "weekdays", "1-5", "t"])
def test_what_is_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_days(text)
