"""Whatever stands in a mail or a calendar file, reading it ends with a sentence, and never with a false proof."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.proofs.reading import FileKind, Reading, read
from tests.hostile_files import CALENDARS, MAILS, made
from tests.letters import BUYER, LETTER, NOW, anybodys_key, looked_into

SHOWN = 2000
"""Characters. What is found is kept, and shown in a message of which a section takes 3,000."""


def ends_well(kind: FileKind, raw: bytes) -> Reading:
    found = read(kind, raw, BUYER, anybodys_key, NOW)
    assert found.sentence.endswith(".")
    assert len(found.sentence) <= SHOWN
    assert found.sentence.isprintable()
    return found


@pytest.mark.parametrize("amount", [1, 30, 1000])
@pytest.mark.parametrize("oddity", MAILS)
def test_every_oddity_of_a_mail_is_survived(oddity: str, amount: int) -> None:
    ends_well(FileKind.MAIL, MAILS[oddity](amount))


@pytest.mark.parametrize("amount", [1, 30, 1000])
@pytest.mark.parametrize("oddity", CALENDARS)
def test_every_oddity_of_a_calendar_file_is_survived(oddity: str, amount: int) -> None:
    assert not ends_well(FileKind.CALENDAR, CALENDARS[oddity](amount)).verified


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_file_trips_the_readers_up(chance: Random) -> None:
    ends_well(*made(chance))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(FileKind)), st.binary(max_size=400))
def test_no_heap_of_bytes_trips_the_readers_up(kind: FileKind, raw: bytes) -> None:
    assert not ends_well(kind, raw).verified


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.from_regex(rb"[A-Za-z-]{1,20}", fullmatch=True), st.binary(max_size=60)), max_size=12))
def test_no_header_trips_the_readers_up(fields: list[tuple[bytes, bytes]]) -> None:
    head = b"".join(name + b": " + value.replace(b"\r", b"").replace(b"\n", b"\n ") + b"\n" for name, value in fields)
    ends_well(FileKind.MAIL, head + LETTER.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"X-Field: value\r\n" * 10_000 + LETTER, "more than 500 header fields"),
        (LETTER + b"x" * 3_000_000, "larger than 2 MB"),
        (LETTER + b"\r\n" * 100_000, "more lines than can be looked through"),
        (b"Subject: " + b"long " * 100_000 + b"\r\n" + LETTER, "a header field longer than any that people write"),
        (b"%PDF-1.7\n1 0 obj\n", "there is no mail in this file"),
    ],
)
def test_what_is_too_much_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    found = looked_into(raw)

    assert said in found.sentence
    assert "It counts as a file that you can open." in found.sentence


def test_letters_that_turn_the_line_around_and_control_characters_are_not_shown() -> None:
    odd = "=?utf-8?q?=E2=80=AEexe=2Egpj=07=1B[31m?="
    found = looked_into(LETTER.replace(b"Re: Recap", odd.encode()))

    assert "“exe.gpj[31m and next steps”" in found.sentence
