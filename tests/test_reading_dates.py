"""Dates as people write them, looking ahead and looking back, seen from Wednesday 18 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar_days import add_business_days, show_date
from bot.domain.errors import BadInput
from bot.domain.reading import read_date, read_past_date

TODAY = date(2026, 11, 18)
DECEMBER_15 = date(2026, 12, 15)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
todays = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 19)),
        ("Tomorrow.", date(2026, 11, 19)),
        ("tmrw", date(2026, 11, 19)),
        ("day after tomorrow", date(2026, 11, 20)),
        ("yesterday", date(2026, 11, 17)),
        ("fri", date(2026, 11, 20)),
        ("Thursday", date(2026, 11, 19)),
        ("wed", date(2026, 11, 25)),
        ("this wed", TODAY),
        ("next fri", date(2026, 11, 20)),
        ("next wed", date(2026, 11, 25)),
        ("fri next week", date(2026, 11, 27)),
        ("on the friday of next week", date(2026, 11, 27)),
        ("last fri", date(2026, 11, 13)),
        ("in 2 weeks", date(2026, 12, 2)),
        ("in three days", date(2026, 11, 21)),
        ("in a month", date(2026, 12, 18)),
        ("a week from today", date(2026, 11, 25)),
        ("2w", date(2026, 12, 2)),
        ("10d", date(2026, 11, 28)),
        ("5bd", date(2026, 11, 25)),
        ("in 3 business days", date(2026, 11, 23)),
        ("3 days ago", date(2026, 11, 15)),
        ("end of week", date(2026, 11, 20)),
        ("end of next week", date(2026, 11, 27)),
        ("next week", date(2026, 11, 23)),
        ("end of month", date(2026, 11, 30)),
        ("eom", date(2026, 11, 30)),
        ("month end", date(2026, 11, 30)),
        ("next month", date(2026, 12, 1)),
        ("mid december", DECEMBER_15),
        ("end of december", date(2026, 12, 31)),
        ("end of quarter", date(2026, 12, 31)),
        ("eoq", date(2026, 12, 31)),
        ("end of q1", date(2027, 3, 31)),
        ("end of next year", date(2027, 12, 31)),
        ("by fri", date(2026, 11, 20)),
        ("18 nov", TODAY),
        ("17 nov", date(2027, 11, 17)),
        ("29 feb", date(2028, 2, 29)),
        ("the 15th", DECEMBER_15),
        ("the 31st", date(2026, 12, 31)),
        ("15/12", DECEMBER_15),
        ("15.12.", DECEMBER_15),
        ("1 jan 1900", date(1900, 1, 1)),
        ("31 dec 2200", date(2200, 12, 31)),
        ("15 nov 2025", date(2025, 11, 15)),
        ("03.04.2026", date(2026, 4, 3)),
        ("12/12/2026", date(2026, 12, 12)),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, meant: date) -> None:
    assert read_date(written, TODAY) == meant


@pytest.mark.parametrize(
    "written",
    [
        *("15 dec", "dec 15", "15 Dec.", "15th of december", "December 15th", "15. dec", "15dec", "the 15 dec"),
        *("15 dec 2026", "Dec 15th, 2026", "15-Dec-2026", "15/dec/2026", "15 dec 26", "15 dec '26", "tue 15 dec"),
        *("2026-12-15", "2026/12/15", "2026.12.15", "15.12.2026", "15.12.26", "15/12/2026", "15-12-2026", "12/15/2026"),
        *("１５ dec", "١٥ dec", "15\u00a0dec", "due by tue the 15th of december 2026"),
    ],
)
def test_one_day_can_be_written_in_many_ways(written: str) -> None:
    assert read_date(written, TODAY) == DECEMBER_15


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("today", TODAY),
        ("wed", TODAY),
        ("fri", date(2026, 11, 13)),
        ("last fri", date(2026, 11, 13)),
        ("last wed", date(2026, 11, 11)),
        ("fri last week", date(2026, 11, 13)),
        ("3 days ago", date(2026, 11, 15)),
        ("15 nov", date(2026, 11, 15)),
        ("18 nov", TODAY),
        ("19 nov", date(2025, 11, 19)),
        ("29 feb", date(2024, 2, 29)),
        ("the 15th", date(2026, 11, 15)),
        ("the 31st", date(2026, 10, 31)),
        ("end of last month", date(2026, 10, 31)),
        ("end of q3", date(2026, 9, 30)),
        ("2026-11-01", date(2026, 11, 1)),
    ],
)
def test_looking_back_means_the_latest_such_day(written: str, meant: date) -> None:
    assert read_past_date(written, TODAY) == meant


@pytest.mark.parametrize("written", ["tomorrow", "next fri", "in 2 weeks", "2026-11-19", "15 dec 2026"])
def test_looking_back_refuses_a_day_that_is_still_to_come(written: str) -> None:
    with pytest.raises(BadInput, match="is still to come"):
        read_past_date(written, TODAY)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "There is no date."),
        (
            "asap",
            "is not a date I can read. Write it like tomorrow, next fri, in 2 weeks, 15 dec or 2027-03-31.",
        ),
        ("03/04/2026", "can mean 3 April 2026 or 4 March 2026. Write the month as a word, such as 3 apr 2026."),
        ("3/4", "can mean 3 April or 4 March. Write the month as a word, such as 3 apr."),
        ("03-04-2026", "can mean 3 April 2026 or 4 March 2026."),
        ("30/30/2026", "“30/30/2026” is no date."),
        ("00/05/2026", "“00/05/2026” is no date."),
        ("2026-13-01", "There is no month 13."),
        ("31 feb", "There is no 31 February."),
        ("29 feb 2027", "There is no 29 February 2027."),
        ("31.04.2026", "There is no 31 April 2026."),
        ("0 dec", "There is no 0 December."),
        ("the 32nd", "No month has a day 32."),
        ("fri 15 dec", "Tue 15 Dec 2026 is not a Friday."),
        ("december", "Which day of “december”?"),
        ("in may", "Which day of “in may”?"),
        ("last week", "Which day of “last week”?"),
        ("31 dec 1899", "I know the years 1900 to 2200."),
        ("1 jan 2201", "I know the years 1900 to 2200."),
        ("in 999999 years", "I know the years 1900 to 2200."),
        ("999999bd", "I know the years 1900 to 2200."),
        ("call Jane", "is not a date I can read."),
        ("9" * 4000, "is not a date I can read."),
    ],
)
def test_what_is_not_one_day_is_refused_with_what_to_do(written: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_date(written, TODAY)
    assert sentence in str(refused.value)


@settings(deadline=None)
@given(days, todays)
def test_any_day_written_in_full_is_that_day(day: date, today: date) -> None:
    for written in (day.isoformat(), f"{day:%d.%m.%Y}", show_date(day), show_date(day).split(" ", 1)[1]):
        assert read_date(written, today) == day


@settings(deadline=None)
@given(todays, st.integers(1, 31), st.sampled_from(["jan", "feb", "apr", "december"]))
def test_a_day_without_a_year_is_near_and_on_its_own_side_of_today(today: date, day: int, month: str) -> None:
    try:
        ahead, back = read_date(f"{day} {month}", today), read_past_date(f"{month} {day}", today)
    except BadInput:
        assert day > 28
        return
    assert back <= today <= ahead
    assert ahead.day == back.day == day
    assert ahead - today < timedelta(days=8 * 366)


@settings(deadline=None)
@given(todays, st.sampled_from(["mon", "tuesday", "wed", "thurs", "fri", "sat", "sunday"]))
def test_a_weekday_is_within_a_week(today: date, weekday: str) -> None:
    assert 1 <= (read_date(weekday, today) - today).days <= 7
    assert 0 <= (today - read_past_date(weekday, today)).days <= 6
    assert 1 <= (today - read_past_date(f"last {weekday}", today)).days <= 7


@settings(deadline=None)
@given(todays, st.integers(-40, 40))
def test_business_days_are_those_that_a_walk_counts(today: date, count: int) -> None:
    step, walked = (1 if count > 0 else -1), today
    for _ in range(abs(count)):
        walked += timedelta(days=step)
        while walked.weekday() > 4:
            walked += timedelta(days=step)
    assert add_business_days(today, count) == walked


words = st.sampled_from(
    ["next", "last", "in", "end of", "the", "week", "month", "fri", "15", "dec", "31", "feb", "2", "0", "99", "/", "q1"]
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(words, max_size=7).map(" ".join), st.from_regex(r"\d+[./-]\d+[./-]\d+")), todays)
def test_any_text_is_a_date_or_a_sentence(text: str, today: date) -> None:
    for read in (read_date, read_past_date):
        try:
            answer = show_date(read(text, today))
        except BadInput as refused:
            answer = str(refused)
        assert 0 < len(answer) < 300
