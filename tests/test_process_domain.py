"""What a process knows about itself: durations, conditions, and the way from stage to stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conditions import Condition
from bot.domain.money import Money
from bot.domain.process import Criterion, Duration, LossReason, Process, Stage, StageKind

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


LEFT = Stage("left", "Left", "It began.", replaces=("whole", "older"))
RIGHT = Stage("right", "Right", "It went on.", replaces=("whole",), lands=("whole",))


def test_deals_of_a_stage_that_was_split_stand_in_one_part_and_their_evidence_counts_in_both() -> None:
    line = process(LEFT, RIGHT, THIRD)
    assert line.stage("whole") is RIGHT
    assert line.standing(LEFT) == ("left", "older")
    assert line.standing(RIGHT) == ("right", "whole")
    assert line.told_of(LEFT) == ("left", "whole", "older")
    assert line.told_of(RIGHT) == ("right", "whole")
    assert process(LEFT, replace(RIGHT, lands=()), THIRD).stage("whole") is LEFT, "the first, where none is named"
    kept = replace(LEFT, key="whole", replaces=())
    assert process(kept, RIGHT, THIRD).stage("whole") is kept, "a key that is there is not gone"
    assert process(kept, RIGHT, THIRD).told_of(RIGHT) == ("right",)


def test_a_criterion_is_found_in_whichever_part_asks_for_it_by_now() -> None:
    def asks(key: str) -> Criterion:
        return Criterion(key, f"The buyer did {key}.", "Ask.", "A mail.")

    line = process(replace(LEFT, criteria=(asks("a"),)), replace(RIGHT, criteria=(asks("b"),)), THIRD)
    assert line.criterion("whole", "a") == asks("a")
    assert line.criterion("whole", "b") == asks("b")
    assert line.criterion("left", "b") is None
    assert line.criterion("never", "a") is None


@given(st.lists(st.tuples(st.sets(st.sampled_from("uvwxyz")), st.sets(st.sampled_from("uvwxyz"))), max_size=6))
def test_each_old_key_leads_to_exactly_one_stage_that_replaces_it(drawn: list[tuple[set[str], set[str]]]) -> None:
    stages = [
        Stage(f"s{n}", f"S{n}", "Done.", replaces=tuple(sorted(old)), lands=tuple(sorted(old & lands)))
        for n, (old, lands) in enumerate(drawn)
    ]
    line = process(*stages, THIRD)
    for key in set().union(*(old for old, _ in drawn)):
        holding = [stage for stage in line.stages if key in line.standing(stage)]
        assert len(holding) == 1
        assert key in holding[0].replaces
        assert key in holding[0].lands or not any(key in stage.lands for stage in stages)
        assert all(key in line.told_of(stage) for stage in stages if key in stage.replaces)


def test_criteria_and_loss_reasons_are_found_by_key_or_not_at_all() -> None:
    criterion = Criterion("recap", "The buyer replied.", "Ask.", "A mail.")
    stage = Stage("only", "Only", "Done.", criteria=(criterion,))
    assert stage.criterion("recap") is criterion
    assert stage.criterion("other") is None
    line = process(stage)
    assert line.loss_reason("price") == LossReason("price", "Price")
    assert line.loss_reason("weather") is None
