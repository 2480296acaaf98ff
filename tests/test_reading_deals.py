"""The line of a new deal, seen from Wednesday 18 November 2026: what is understood is taken, the rest is the name."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.reading import NewDealText, read_new_deal

TODAY = date(2026, 11, 18)
TWELVE = Money(1_200_000, "EUR")
DECEMBER_15 = date(2026, 12, 15)
FRIDAY = date(2026, 11, 20)


def read(line: str) -> NewDealText:
    return read_new_deal(line, TODAY, "EUR")


@pytest.mark.parametrize(
    ("line", "name", "amount", "close"),
    [
        ("Acme 12k EUR close 15 dec", "Acme", TWELVE, DECEMBER_15),
        ("Acme close 15 dec 12k EUR", "Acme", TWELVE, DECEMBER_15),
        ("Acme 12k 15 dec", "Acme", TWELVE, DECEMBER_15),
        ("Acme, €12,000, closing on tue 15 dec", "Acme", TWELVE, DECEMBER_15),
        ("Acme rollout €12,000 by next fri", "Acme rollout", TWELVE, FRIDAY),
        ("Acme 12k expected close date 2026-12-15", "Acme", TWELVE, DECEMBER_15),
        ("Acme 12 000 EUR fri", "Acme", TWELVE, FRIDAY),
        ("Acme for 12k", "Acme", TWELVE, None),
        ("Acme - 12k", "Acme", TWELVE, None),
        ("Acme 12000", "Acme", TWELVE, None),
        ("Acme in 2 weeks", "Acme", None, date(2026, 12, 2)),
        ("Acme  rollout\u00a012k", "Acme  rollout", TWELVE, None),
        ('"Acme 2" 12k', "Acme 2", TWELVE, None),
        ('"Acme 2" 500', "Acme 2", Money(50_000, "EUR"), None),
        ("“Müller & Söhne” 1.234,50 kr", "Müller & Söhne", Money(123_450, "SEK"), None),
        ('"Acme 12k close 15 dec"', "Acme 12k close 15 dec", None, None),
        ("3M renewal 12k", "3M renewal", TWELVE, None),
        ("3M 12k", "3M", TWELVE, None),
        ("Boeing 737 12k", "Boeing 737", TWELVE, None),
        ("Black Friday 12k", "Black Friday", TWELVE, None),
        ("Series B 12k", "Series B", TWELVE, None),
        ("Henry the 8th 12k", "Henry the 8th", TWELVE, None),
        ("Acme", "Acme", None, None),
        ("", "", None, None),
    ],
)
def test_a_new_deal_is_read_from_its_line(line: str, name: str, amount: Money | None, close: date | None) -> None:
    assert read(line) == NewDealText(name, amount, close)


@pytest.mark.parametrize(
    "line",
    [
        *("Acme 2", "Vision 2030", "Fortune 500", "Boeing 737 800", "Web 3.0", "Top 40 all", "Acme 12k rollout"),
        *("12k EUR", "15 dec", "stand by me", "Acme -12k", 'Acme "12k"', "Acme 24/7", "2 weeks"),
    ],
)
def test_what_may_be_a_name_stays_a_name(line: str) -> None:
    assert read(line) == NewDealText(line)


@pytest.mark.parametrize(
    ("line", "name", "problem"),
    [
        ("Acme 12k close 3/4", "Acme close 3/4", "can mean 3 April or 4 March"),
        ("Acme 12k close 31 feb", "Acme close 31 feb", "There is no 31 February"),
        ("Acme 12k 3/4", "Acme 3/4", "can mean 3 April or 4 March"),
        ("Acme 12k close december", "Acme close december", "Which day of “december”?"),
    ],
)
def test_a_date_that_cannot_be_used_is_kept_and_told(line: str, name: str, problem: str) -> None:
    found = read(line)
    assert (found.name, found.amount, found.close) == (name, TWELVE, None)
    assert problem in (found.problem or "")


parts = st.sampled_from(
    [
        "Acme",
        "3M",
        "rollout",
        "12k",
        "€",
        "EUR",
        "12",
        "000",
        "close",
        "by",
        "15",
        "dec",
        "fri",
        '"',
        "'",
        "3/4",
        "for",
        "–",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(parts, max_size=9).map(" ".join)))
def test_nothing_that_was_typed_is_lost(line: str) -> None:
    found = read(line)
    if found.amount is None and found.close is None and found.problem is None and not re.search("[\"'“‘„«»”]", line):
        assert found.name.split() == line.split()
    assert bool(found.name) == bool(line.strip())
