"""What a process knows about itself: durations, conditions, and the way from stage to stage."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.process import Condition, Criterion, Duration, LossReason, Process, Stage, StageKind

MONDAY = date(2026, 3, 2)

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
amounts = st.integers(0, 10**9).map(lambda minor: Money(minor, "EUR"))


def walk(start: date, business_days: int, step: int) -> date:
    """The naive way: look at every day and count those from Monday to Friday."""
    day = start
    while business_days:
        day += timedelta(days=step)
        business_days -= day.weekday() < 5
    return day


@given(days, st.integers(1, 400))
def test_business_days_are_those_that_a_walk_through_the_calendar_counts(start: date, count: int) -> None:
    duration = Duration(count, business=True)
    assert duration.after(start) == walk(start, count, 1)
    assert duration.before(start) == walk(start, count, -1)


@given(days, st.integers(1, 3650))
def test_a_business_duration_ends_on_a_business_day_and_back_again_finds_the_start(start: date, count: int) -> None:
    duration = Duration(count, business=True)
    end = duration.after(start)
    assert end.weekday() < 5
    assert duration.before(start).weekday() < 5
    if start.weekday() < 5:
        assert duration.before(end) == start


@given(days, st.integers(1, 3650))
def test_calendar_days_are_plain_days(start: date, count: int) -> None:
    assert Duration(count).after(start) - start == timedelta(days=count)
    assert start - Duration(count).before(start) == timedelta(days=count)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (MONDAY, 1, date(2026, 3, 3)),
        (MONDAY, 4, date(2026, 3, 6)),
        (MONDAY, 5, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 8), 5, date(2026, 3, 13)),
    ],
)
def test_five_business_days_from_a_monday_are_the_next_monday(start: date, count: int, end: date) -> None:
    assert Duration(count, business=True).after(start) == end


def test_no_business_days_change_nothing_even_on_a_sunday() -> None:
    sunday = date(2026, 3, 8)
    assert Duration(0, business=True).after(sunday) == sunday


@pytest.mark.parametrize(
    ("duration", "written", "said"),
    [
        (Duration(1), "1d", "1 day"),
        (Duration(10), "10d", "10 days"),
        (Duration(1, business=True), "1bd", "1 business day"),
        (Duration(5, business=True), "5bd", "5 business days"),
    ],
)
def test_a_duration_is_written_as_in_the_file_and_said_as_people_say_it(
    duration: Duration, written: str, said: str
) -> None:
    assert (str(duration), duration.words) == (written, said)


@given(amounts, amounts, amounts)
def test_a_condition_applies_from_the_lower_bound_on_and_below_the_upper(
    low: Money, high: Money, amount: Money
) -> None:
    assert Condition(low, high).applies(amount) is (low.minor <= amount.minor < high.minor)
    assert Condition(low, None).applies(amount) is (amount.minor >= low.minor)
    assert Condition(None, high).applies(amount) is (amount.minor < high.minor)


def test_what_is_not_known_excuses_no_deal_from_a_criterion() -> None:
    condition = Condition(Money(1_000_000, "EUR"), Money(2_000_000, "EUR"))
    assert condition.applies(None)
    assert condition.applies(Money(1, "SEK"))


def test_a_condition_says_its_bounds() -> None:
    low, high = Money(1_000_000, "EUR"), Money(2_000_000, "EUR")
    assert Condition(low, None).words == "an amount of at least €10,000"
    assert Condition(None, high).words == "an amount below €20,000"
    assert Condition(low, high).words == "an amount of at least €10,000 and below €20,000"


def process(*stages: Stage) -> Process:
    return Process("p", "P", "EUR", stages, (LossReason("price", "Price"),), "v")


FIRST = Stage("first", "First", "It began.", next=("third", "old_second"))
SECOND = Stage("second", "Second", "It went on.", replaces=("old_second", "older_second"))
THIRD = Stage("third", "Third", "It is won.", kind=StageKind.WON)


def test_a_deal_goes_on_to_the_following_stage_or_to_those_that_the_file_names() -> None:
    line = process(FIRST, SECOND, THIRD)
    assert line.first is FIRST
    assert line.nexts(FIRST) == (THIRD, SECOND)
    assert line.nexts(SECOND) == (THIRD,)
    assert line.nexts(THIRD) == ()


def test_a_stage_answers_to_the_keys_it_replaces_and_a_key_that_is_gone_finds_nothing() -> None:
    line = process(FIRST, SECOND, THIRD)
    assert line.stage("older_second") is SECOND
    assert line.stage("second") is SECOND
    assert line.stage("never") is None


def test_criteria_and_loss_reasons_are_found_by_key_or_not_at_all() -> None:
    criterion = Criterion("recap", "The buyer replied.", "Ask.", "A mail.")
    stage = Stage("only", "Only", "Done.", criteria=(criterion,))
    assert stage.criterion("recap") is criterion
    assert stage.criterion("other") is None
    line = process(stage)
    assert line.loss_reason("price") == LossReason("price", "Price")
    assert line.loss_reason("weather") is None
