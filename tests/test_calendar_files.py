"""Calendar files, alone and as the answer inside a mail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from bot.proofs.calendar import Answer, read
from bot.proofs.letter import Unreadable
from bot.proofs.reading import FileKind, kind_of
from bot.proofs.reading import read as look_into
from sandbox.postmaster import samples
from tests.letters import BUYER, NOW, anybodys_key, looked_into, signed

FILES = samples(datetime(2026, 11, 22, 9, tzinfo=UTC))
MEETING = FILES["meeting.ics"]
ACCEPTED = FILES["accepted.eml"]
STARTS = b"DTSTART;TZID=Europe/London:20261126T140000"
UNSIGNED = ACCEPTED[ACCEPTED.index(b"From:") :]


def found_in(raw: bytes) -> str:
    reading = look_into(FileKind.CALENDAR, raw, BUYER, anybodys_key, NOW)
    assert not reading.verified, "anybody can write a calendar file"
    return reading.sentence


def test_a_calendar_file_tells_who_was_asked_who_said_yes_and_when_it_is() -> None:
    assert found_in(MEETING) == (
        "Calendar file: “Requirements with Alder & Finch”, Thu 26 Nov 2026 at 14:00 (Europe/London), asked for by "
        "Rita Solano (rita@northbeam.example). Accepted by: Olivia Finch (olivia@alderfinch.example). "
        "Anybody can edit such a file, so it can be opened but is not verified."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=DECLINED", "Declined by: Olivia Finch"),
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=TENTATIVE", "Only perhaps: Olivia Finch"),
        (b"PARTSTAT=ACCEPTED", b"ROLE=CHAIR", "Not answered by: Olivia Finch"),
        (b"olivia@alderfinch.example", b"tom@northbeam.example", "Nobody of the buyer's is among the guests"),
        (b"mailto:olivia@alderfinch.example", b"urn:x", "Nobody of the buyer's is among the guests"),
        (STARTS, b"DTSTART;VALUE=DATE:20261126", "Finch”, Thu 26 Nov 2026, asked"),
        (STARTS, b"DTSTART:20261126T140000Z", "2026 at 14:00 (UTC)"),
        (STARTS, b"DTSTART;TZID=Our Own:20261126T140000", "2026 at 14:00, asked"),
        (STARTS, b"DTSTART:soon", "without a date"),
        (b"SUMMARY:Requirements with Alder & Finch\r\n", b"", "a meeting without a title"),
        (b"END:VEVENT", b"STATUS:CANCELLED\r\nEND:VEVENT", "cancelled"),
        (b"END:VEVENT", b"RRULE:FREQ=SECONDLY\r\nEND:VEVENT", "Accepted by: Olivia Finch"),
        (b"SUMMARY:Req", b"SUMMARY:Qu\r\n arterly req", "Quarterly requirements"),
    ],
)
def test_a_calendar_file_is_read_as_it_is(old: bytes, new: bytes, said: str) -> None:
    assert said in found_in(MEETING.replace(old, new))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "breaks off"),
        (b"Dear Rita", "breaks off"),
        (b"/etc/hostname", "breaks off"),
        (MEETING[:-20], "breaks off"),
        (b"END:VCALENDAR\r\n" + MEETING, "no calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no meeting"),
        (MEETING.replace(b"VEVENT", b"VTODO"), "no meeting"),
        (MEETING + b"X" * 600_000, "larger than 512 kB"),
        (MEETING + b"\n" * 20_000, "more lines than"),
    ],
)
def test_a_file_that_is_no_calendar_says_so_and_can_still_be_opened(raw: bytes, reason: str) -> None:
    assert reason in found_in(raw)
    assert "It counts as a file that you can open." in found_in(raw)


def test_repetitions_and_time_zones_that_never_end_are_left_out_unread() -> None:
    endless = b"BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    endless += b"RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

    found = read(MEETING.replace(b"BEGIN:VEVENT", endless + b"BEGIN:VEVENT"))

    assert found == read(MEETING)
    assert isinstance(found.starts, datetime)
    assert found.starts.astimezone(UTC) == datetime(2026, 11, 26, 14, tzinfo=UTC)


def test_the_first_event_is_the_one_that_is_read_and_what_stands_in_it_is_not() -> None:
    alarm = b"BEGIN:VALARM\r\nSUMMARY:Wake up\r\nATTENDEE:mailto:x@y.example\r\nEND:VALARM\r\n"
    second = b"BEGIN:VEVENT\r\nSUMMARY:Another\r\nDTSTART;VALUE=DATE:20300101\r\nEND:VEVENT\r\nEND:VCALENDAR"

    found = read(
        MEETING.replace(b"END:VEVENT", alarm + b"END:VEVENT").replace(b"END:VCALENDAR", second),
    )

    assert found == read(MEETING)
    assert [guest.answer for guest in found.guests] == [Answer.ACCEPTED]


def test_a_text_without_line_ends_is_never_taken_for_the_name_of_a_file() -> None:
    with pytest.raises(Unreadable):
        read(__file__.encode())


def test_an_answer_in_a_signed_mail_is_the_buyers_own() -> None:
    found = looked_into(ACCEPTED)

    assert found.verified
    assert found.sentence == (
        "Signed by alderfinch.example: Olivia Finch (olivia@alderfinch.example) accepted “Requirements with Alder & "
        "Finch” on Thu 26 Nov 2026 at 14:00 (Europe/London). Sent on Sun 22 Nov 2026."
    )


def test_the_same_answer_in_a_mail_that_is_not_signed_is_not_verified() -> None:
    for raw in (UNSIGNED, ACCEPTED.replace(b"ACCEPTED", b"DECLINED"), ACCEPTED.replace(b"20261126", b"20261127")):
        found = looked_into(raw)
        assert not found.verified
        assert "accepted “Requirements" not in found.sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"METHOD:REPLY", b"METHOD:REQUEST"),
        (b"mailto:olivia@", b"mailto:ravi@"),
        (b"END:VEVENT", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:x@alderfinch.example\r\nEND:VEVENT"),
        (b"method=REPLY", b"method=REPLY\r\nContent-Disposition: attachment"),
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=NEEDS-ACTION"),
        (b"BEGIN:VEVENT", b"BEGIN:VNOTHING"),
    ],
)
def test_only_the_senders_own_reply_is_an_answer(old: bytes, new: bytes) -> None:
    found = looked_into(signed(UNSIGNED.replace(old, new)))

    assert found.verified, "the buyer did write the mail"
    assert " accepted “" not in found.sentence
    assert "wrote “Accepted: Requirements" in found.sentence


def test_an_answer_in_a_mail_that_the_buyer_only_forwards_is_not_theirs() -> None:
    head, _, body = UNSIGNED.partition(b"\r\n\r\n")
    kind = re.search(rb"Content-Type: .*", head)
    assert kind
    forwarded = b"--fw\r\nContent-Type: message/rfc822\r\n\r\n" + kind[0] + b"\r\n\r\n" + body + b"--fw--\r\n"
    outer = head.replace(kind[0], b'Content-Type: multipart/mixed; boundary="fw"') + b"\r\n\r\n" + forwarded

    found = looked_into(signed(outer))

    assert found.verified
    assert " accepted “" not in found.sentence


def test_files_are_told_by_their_endings_and_else_by_their_types() -> None:
    assert kind_of("Reply.EML", "application/octet-stream") is FileKind.MAIL
    assert kind_of("invite.ics", "") is FileKind.CALENDAR
    assert kind_of("noname", "text/calendar; charset=utf-8") is FileKind.CALENDAR
    assert kind_of("offer.pdf", "application/pdf") is None
    assert kind_of("reply.eml.exe", "") is None


def test_a_day_without_a_time_is_a_day() -> None:
    whole = MEETING.replace(STARTS, b"DTSTART;VALUE=DATE:20261126")
    assert read(whole).starts == date(2026, 11, 26)
