"""Lines that start with a date and a time, as a next step does, seen from Wednesday 18 November 2026."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.reading import read_leading_date, read_leading_when

TODAY = date(2026, 11, 18)
FRIDAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("line", "day", "rest"),
    [
        ("tomorrow call Jane about pricing", TOMORROW, "call Jane about pricing"),
        ("in 2 weeks send contract", date(2026, 12, 2), "send contract"),
        ("next fri, call Jane", FRIDAY, "call Jane"),
        ("by fri send the  offer", FRIDAY, "send the  offer"),
        ("15 dec – call Jane", date(2026, 12, 15), "call Jane"),
        ("15 dec 2027 renewal", date(2027, 12, 15), "renewal"),
        ("dec 15: 3 demos", date(2026, 12, 15), "3 demos"),
        ("15.12. call", date(2026, 12, 15), "call"),
        ("end of next week close it", date(2026, 11, 27), "close it"),
        ("5bd chase legal", date(2026, 11, 25), "chase legal"),
        ("  tomorrow\u00a0call", TOMORROW, "call"),
        ("tomorrow", TOMORROW, ""),
        ("tomorrow -10% offer", TOMORROW, "-10% offer"),
    ],
)
def test_the_longest_leading_run_of_words_is_the_date(line: str, day: date, rest: str) -> None:
    assert read_leading_date(line, TODAY) == (day, rest)


@pytest.mark.parametrize(
    "line",
    [
        "call Jane tomorrow",
        "may call",
        "2 weeks trial",
        "1.5 hours workshop",
        "24/7 support",
        "50/50 split",
        "12.50 EUR",
        "2nd demo",
        "",
        "  ",
    ],
)
def test_a_line_that_starts_otherwise_stays_as_it_is(line: str) -> None:
    assert read_leading_date(line, TODAY) == (None, line)


@pytest.mark.parametrize("line", ["31 feb call Jane", "03/04/2026 call Jane", "fri 15 dec call Jane"])
def test_a_leading_date_that_cannot_be_meant_is_not_swallowed(line: str) -> None:
    with pytest.raises(BadInput):
        read_leading_date(line, TODAY)


@pytest.mark.parametrize(
    ("line", "day", "at", "rest"),
    [
        ("tomorrow 14:30 call Jane", TOMORROW, time(14, 30), "call Jane"),
        ("fri 2pm call", FRIDAY, time(14), "call"),
        ("fri at 2 call", FRIDAY, time(14), "call"),
        ("fri 02:00 deploy", FRIDAY, time(2), "deploy"),
        ("fri 2:30 call", FRIDAY, time(14, 30), "call"),
        ("fri 12am call", FRIDAY, time(0), "call"),
        ("fri 12 pm call", FRIDAY, time(12), "call"),
        ("fri noon lunch", FRIDAY, time(12), "lunch"),
        ("2pm tomorrow: call", TOMORROW, time(14), "call"),
        ("14h30 call", None, time(14, 30), "call"),
        ("fri call", FRIDAY, None, "call"),
        ("fri 25:00 call", FRIDAY, None, "25:00 call"),
        ("fri 13pm call", FRIDAY, None, "13pm call"),
        ("fri 2 calls", FRIDAY, None, "2 calls"),
        ("fri 12.50 EUR invoice", FRIDAY, None, "12.50 EUR invoice"),
        ("call Jane 14:30", None, None, "call Jane 14:30"),
    ],
)
def test_a_time_of_day_may_stand_beside_the_date(line: str, day: date | None, at: time | None, rest: str) -> None:
    assert read_leading_when(line, TODAY) == (day, at, rest)


some_words = st.sampled_from(
    ["tomorrow", "fri", "15", "dec", "2026", "at", "2pm", "14:30", "call", "–", ",", "in", "2w", "€"]
)
lines = st.one_of(st.text(), st.lists(some_words, max_size=8).map(" ".join), st.lists(some_words).map("\u00a0 ".join))


@settings(deadline=None, max_examples=300)
@given(lines)
def test_what_is_not_the_date_is_left_as_it_was_written(line: str) -> None:
    try:
        day, rest = read_leading_date(line, TODAY)
        _, _, rest_of_when = read_leading_when(line, TODAY)
    except BadInput:
        return
    assert line.endswith(rest)
    assert line.endswith(rest_of_when)
    assert day is not None or rest == line
