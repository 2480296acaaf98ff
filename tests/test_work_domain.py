"""What becomes of an item after each outcome; pure, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.work import (
    LONGEST_BACKOFF,
    MAX_ATTEMPTS,
    MAX_INTERRUPTIONS,
    MAX_STRIKES,
    Broken,
    Later,
    Refused,
    Sent,
    State,
    Unknown,
    WorkItem,
    backoff,
    rule,
    rule_out,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def item(attempt: int = 1, strikes: int = 0, interrupted: int = 0) -> WorkItem:
    return WorkItem(1, "T1", "card", "1", "", NOW, NOW, attempt, strikes, interrupted)


@given(st.integers(-5, 10**9), st.integers(0, 10**12))
def test_nobody_waits_longer_than_five_minutes_or_less_than_most_of_a_second(attempt: int, seed: int) -> None:
    assert timedelta(seconds=0.75) <= backoff(attempt, seed) <= LONGEST_BACKOFF
    assert backoff(attempt, seed) == backoff(attempt, seed)


@given(st.integers(1, 50), st.integers(0, 10**12))
def test_the_wait_grows_until_it_is_longest(attempt: int, seed: int) -> None:
    assert backoff(attempt + 2, seed) >= min(backoff(attempt, seed), LONGEST_BACKOFF * 0.75)


def test_items_that_failed_together_do_not_come_back_together() -> None:
    assert len({backoff(5, seed) for seed in range(100)}) > 90


def test_trying_goes_on_for_about_three_days() -> None:
    total = sum((backoff(attempt) for attempt in range(1, MAX_ATTEMPTS)), timedelta())
    assert timedelta(days=2.5) < total < timedelta(days=3.5)


def test_the_last_attempt_fails_and_the_one_before_does_not() -> None:
    assert rule(item(MAX_ATTEMPTS - 1), Unknown("timeout"), NOW, again=True).state is State.QUEUED
    assert rule(item(MAX_ATTEMPTS), Unknown("timeout"), NOW, again=True).state is State.FAILED


def test_slack_may_ask_us_to_wait_as_often_as_it_likes() -> None:
    ruling = rule(item(MAX_ATTEMPTS), Later(timedelta(seconds=1), counts=False), NOW, again=True)
    assert (ruling.state, ruling.attempt_counts) == (State.QUEUED, False)


def test_the_last_strike_fails_and_the_one_before_does_not() -> None:
    assert rule(item(strikes=MAX_STRIKES - 2), Broken("x"), NOW, again=True).state is State.QUEUED
    assert rule(item(strikes=MAX_STRIKES - 1), Broken("x"), NOW, again=True).state is State.FAILED


@pytest.mark.parametrize("outcome", [Unknown("timeout"), Broken("KeyError")])
def test_what_may_not_be_said_twice_ends_as_unknown(outcome: Unknown | Broken) -> None:
    assert rule(item(), outcome, NOW, again=False).state is State.UNKNOWN


def test_what_was_surely_not_sent_is_tried_again_even_if_it_may_not_be_said_twice() -> None:
    assert rule(item(), Later(reason="not reached"), NOW, again=False).state is State.QUEUED


def test_after_a_sender_vanished_only_what_may_be_said_twice_is_sent() -> None:
    assert rule_out(item(interrupted=1), again=True) is None
    ruling = rule_out(item(interrupted=1), again=False)
    assert ruling is not None
    assert ruling.state is State.UNKNOWN
    assert rule_out(item(), again=False) is None


def test_an_item_whose_senders_keep_vanishing_fails() -> None:
    ruling = rule_out(item(interrupted=MAX_INTERRUPTIONS), again=True)
    assert ruling is not None
    assert ruling.state is State.FAILED


def test_what_is_remembered_of_an_error_is_one_short_line() -> None:
    ruling = rule(item(), Refused("a\nb " + "x" * 900), NOW, again=True)
    assert ruling.error is not None
    assert ruling.error.startswith("a b xxx")
    assert len(ruling.error) == 200
    assert rule(item(), Sent(), NOW, again=True).error is None
