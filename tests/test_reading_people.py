"""People at the buyer as they are written, the reason a deal was lost for, and a date at the end of a line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.people import Contact
from bot.domain.process import LossReason, Process, Stage
from bot.domain.reading import read_trailing_date
from bot.domain.reading_contacts import read_contacts, show_contact
from bot.domain.reading_reasons import read_loss_reason

TODAY = date(2026, 11, 23)
JANE = Contact(1, "Jane Doe", "CFO", "jane@example.com")
BOB = Contact(2, "Bob Stone, Jr.", "Buying, IT", "")


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Jane Doe, CFO, jane@example.com", Contact(0, "Jane Doe", "CFO", "jane@example.com")),
        ("Jane Doe", Contact(0, "Jane Doe")),
        ("Jane Doe <Jane@Example.com>", Contact(0, "Jane Doe", "", "jane@example.com")),
        ("jane@example.com, Jane Doe, CFO", Contact(0, "Jane Doe", "CFO", "jane@example.com")),
        ("- Jane Doe (CFO) jane@example.com", Contact(0, "Jane Doe", "CFO", "jane@example.com")),
        ("Jane Doe - CFO - jane@example.com", Contact(0, "Jane Doe", "CFO", "jane@example.com")),
        ("2. Jane Doe; head of finance; EMEA", Contact(0, "Jane Doe", "head of finance, EMEA")),
        ("Zoë Ångström-Li", Contact(0, "Zoë Ångström-Li")),
    ],
)
def test_a_person_is_read_as_people_write_them(line: str, read: Contact) -> None:
    assert read_contacts(line) == (read,)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("jane@example.com", "has no name"),
        ("42", "has no name"),
        ("Jane, jane@", "not a mail address"),
        ("Jane, jane@x", "not a mail address"),
        ("Jane jane@example.com, Bob bob@example.com", "a line of their own"),
    ],
)
def test_a_line_without_a_person_is_refused_with_the_line(line: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as problem:
        read_contacts(f"Bob\n{line}")
    assert line[:10].split(",", maxsplit=1)[0].split(maxsplit=1)[0] in str(problem.value) or "@" in str(problem.value)


def test_empty_and_repeated_lines_count_once() -> None:
    assert read_contacts("\n Jane \n\nBob\nJane\n") == (Contact(0, "Jane"), Contact(0, "Bob"))


@pytest.mark.parametrize(
    ("line", "is_jane"),
    [
        ("Jane Doe, CFO, jane@example.com", True),
        ("Jane Smith, CEO, jane@example.com", True),
        ("JANE DOE", True),
        ("Jane Do", True),
        ("Jane Doe, new@example.com", True),
        ("Janet Moe, janet@example.com", False),
        ("Peter", False),
    ],
)
def test_a_known_person_keeps_their_id(line: str, is_jane: bool) -> None:
    (read,) = read_contacts(line, [JANE, BOB])
    assert (read.id == JANE.id) is is_jane


def test_an_unchanged_line_is_the_person_unchanged_whatever_their_name_is() -> None:
    assert read_contacts(f"{show_contact(BOB)}\n{show_contact(JANE)}", [JANE, BOB]) == (BOB, JANE)


def test_two_lines_are_never_the_same_known_person() -> None:
    first, second = read_contacts("Jane Doe, CFO\nJane Doe, CEO", [JANE])
    assert (first.id, second.id) == (JANE.id, 0)


@given(st.text(max_size=200))
def test_any_text_is_people_or_a_sentence(text: str) -> None:
    try:
        people = read_contacts(text, [JANE])
    except BadInput:
        return
    assert all(person.name for person in people)


REASONS = tuple(
    LossReason(key, text)
    for key, text in (
        ("price", "Price or budget"),
        ("no_decision", "The buyer decided to change nothing"),
        ("competitor", "The buyer chose somebody else"),
    )
)
PROCESS = Process("p", "P", "EUR", (Stage("s", "S", "o"),), REASONS, "1")


@pytest.mark.parametrize(
    ("text", "key", "rest"),
    [
        ("price", "price", ""),
        ("No decision!", "no_decision", ""),
        ("the price was too high", "price", "the price was too high"),
        ("the buyer left", None, "the buyer left"),
        ("price, and they chose another", None, "price, and they chose another"),
        ("", None, ""),
    ],
)
def test_a_reason_is_read_where_only_one_is_named(text: str, key: str | None, rest: str) -> None:
    reason, besides = read_loss_reason(PROCESS, text)
    assert (reason.key if reason else None, besides) == (key, rest)


@pytest.mark.parametrize(
    ("words", "day", "rest"),
    [
        ("call Jane tomorrow", date(2026, 11, 24), "call Jane"),
        ("send the offer, by 15 dec", date(2026, 12, 15), "send the offer"),
        ("discuss targets for next year", None, "discuss targets for next year"),
        ("meet on 31 feb", None, "meet on 31 feb"),
        ("tomorrow", None, "tomorrow"),
        ("", None, ""),
    ],
)
def test_a_date_at_the_end_is_read_where_it_says_when(words: str, day: date | None, rest: str) -> None:
    assert read_trailing_date(words, TODAY) == (day, rest)


@given(st.text(max_size=120))
def test_what_stands_before_a_trailing_date_is_a_beginning_of_the_line(words: str) -> None:
    _, rest = read_trailing_date(words, TODAY)
    assert words.startswith(rest)
