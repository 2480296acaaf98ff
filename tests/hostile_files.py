"""Files made to trip up whoever reads them: oddities out of real mailboxes, bombs, and all of them broken further."""

from __future__ import annotations

import base64
from collections.abc import Callable
from random import Random

from bot.proofs.reading import FileKind
from sandbox.postmaster import samples, signed
from tests.letters import LETTER, NOW

Hostile = tuple[FileKind, bytes]
_HEAD = b"From: Olivia Finch <olivia@alderfinch.example>\r\nSubject: Hello\r\nDate: Thu, 19 Nov 2026 10:12:00 +0000\r\n"
_FILES = samples(NOW)
_CALENDAR = _FILES["meeting.ics"]
_EVENT = _CALENDAR.partition(b"END:VEVENT")[0]
_REST = b"END:VEVENT\r\nEND:VCALENDAR\r\n"
_ZONE = b"BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=SECONDLY;INTERVAL=1\r\n"
_ZONE += b"TZOFFSETFROM:+0100\r\nTZOFFSETTO:+9999\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
_EMPTY_SIGNATURE = b"DKIM-Signature: v=1; a=rsa-sha256; d=alderfinch.example; s=x; h=from; bh=AA==; b=AA==\r\n"
_CODES = (b"quoted-printable", b"uuencode", b"x-gzip")
_LONG_GUEST = b"ATTENDEE" + b";X=Y" * 240 + b":mailto:a@b.example\r\n"
_NO_ZONES = (b"", b'"', b"\xff", b"UTC+25", b"/")


def _calendar_in_mail(calendar: bytes, encoding: bytes = b"7bit") -> bytes:
    return (
        _HEAD
        + b"Content-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + (calendar)
    )


def _signatures(times: int) -> bytes:
    """So many signatures of which each has to be looked at."""
    return signed(LETTER).partition(b"From:")[0] * times


def _nested(depth: int) -> bytes:
    """Parts within parts within parts."""
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    return _HEAD + opened + b"Content-Type: text/calendar\r\n\r\n" + _CALENDAR


def _forwarded(depth: int) -> bytes:
    return (_HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth + _calendar_in_mail(_CALENDAR)


# Each makes one file; the number says how much of the bad thing there is.
MAILS: dict[str, Callable[[int], bytes]] = {
    "nothing": lambda n: b"\r\n" * (n % 4),
    "genuine": lambda n: _FILES["reply.eml"],
    "an answer": lambda n: _FILES["accepted.eml"],
    "as a mailbox keeps it": lambda n: b"From olivia@alderfinch.example Thu Nov 19 10:12:00 2026\r\n" + LETTER,
    "a mark of the byte order": lambda n: b"\xef\xbb\xbf" + LETTER,
    "in two bytes a letter": lambda n: LETTER.decode().encode("utf-16"),
    "old line ends": lambda n: LETTER.replace(b"\r\n", b"\r"),
    "nulls": lambda n: LETTER.replace(b" ", b"\0"),
    "eight bits in a header": lambda n: LETTER.replace(b"Recap", bytes(range(128, 256)) * (n % 50)),
    "many fields": lambda n: b"X-Field: value\r\n" * (n * 10) + LETTER,
    "many senders": lambda n: b"From: a@b.example\r\n" * n + LETTER,
    "many recipients": lambda n: LETTER.replace(b"To: ", b"To: " + b"a@b.example, " * (n * 4)),
    "a field without an end": lambda n: b"Subject: " + b"long " * (n * 300) + b"\r\n" + LETTER,
    "a folded field without an end": lambda n: b"Subject: x" + b"\r\n folded" * (n * 40) + b"\r\n" + LETTER,
    "encoded words": lambda n: LETTER.replace(b"Recap", b"=?utf-8?q?=E2=82=AC?= " * n),
    "encoded words of no kind": lambda n: LETTER.replace(b"Recap", b"=?" * n + b"utf-8?b?!!?=" + b"=?x?q?=?=" * n),
    "unknown letters": lambda n: LETTER.replace(b"Recap", b"=?idna?b?" + base64.b64encode(b"a" * n) + b"?= =?zip?q??="),
    "brackets": lambda n: LETTER.replace(b"Olivia Finch", b"(" * n * 10 + b'"' * (n % 3)),
    "quotes": lambda n: LETTER.replace(b"Olivia Finch", b'"' + b"\\" * n * 10 + b'"'),
    "dates of no calendar": lambda n: LETTER.replace(b"19 Nov 2026", b"99 Foo %d" % 10**(n % 40)),
    "parts in parts": lambda n: _nested(n),
    "mails in mails": lambda n: _forwarded(n),
    "boundaries everywhere": lambda n: _nested(1) + b"--0\r\n" * (n * 100),
    "an empty boundary": lambda n: _HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n' + b"--\r\n" * n,
    "empty lines": lambda n: LETTER + b"\r\n" * (n * 200),
    "blanks": lambda n: signed(LETTER) + b" \t" * (n * 2000) + b"x",
    "blanks in rows": lambda n: _signatures(3) + LETTER + (b" " * 499 + b"x\r\n") * n,
    "parts full of boundaries": lambda n: _nested(11) + b"--0\r\n" * (n * 20),
    "blanks in a header": lambda n: signed(LETTER).replace(b"Recap", b" " * (n * 50)),
    "one long line": lambda n: LETTER + b"A" * (n * 5000),
    "signatures": lambda n: _EMPTY_SIGNATURE * n + LETTER,
    "tags": lambda n: b"DKIM-Signature: " + b"".join(b"t%d=1; " % i for i in range(n * 10)) + b"\r\n" + LETTER,
    "half a signature": lambda n: b"DKIM-Signature: v=1; d=alderfinch.example" + b";" * n + b"\r\n" + LETTER,
    "covered fields": lambda n: signed(LETTER).replace(b"h=", b"h=" + b"from:" * (n * 10)),
    "a calendar in disguise": lambda n: _calendar_in_mail(base64.encodebytes(_CALENDAR)[: n * 5], b"base64"),
    "a calendar in strange code": lambda n: _calendar_in_mail(_CALENDAR, _CODES[n % 3]),
    "a calendar of zones": lambda n: _calendar_in_mail(CALENDARS["zones without end"](n)),
    "deep calendar": lambda n: _calendar_in_mail(CALENDARS["parts in parts"](n)),
}  # fmt: skip
CALENDARS: dict[str, Callable[[int], bytes]] = {
    "nothing": lambda n: b"\n" * n,
    "genuine": lambda n: _CALENDAR,
    "a path": lambda n: b"/etc/hostname",
    "repetitions without end": lambda n: _EVENT + b"RRULE:FREQ=SECONDLY;COUNT=%d\r\n" % 10**(n % 30) * n + _REST,
    "repetitions of the first year": lambda n: _CALENDAR.replace(b"DTSTART;", b"RRULE:BYDAY=-53MO\r\nDTSTART;"),
    "zones without end": lambda n: _CALENDAR.replace(b"BEGIN:VEVENT", _ZONE * n + b"BEGIN:VEVENT"),
    "events": lambda n: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (n * 10) + b"END:VCALENDAR\r\n",
    "calendars": lambda n: _CALENDAR * n,
    "parts in parts": lambda n: _EVENT + b"BEGIN:VEVENT\r\n" * (n * 10) + b"END:VEVENT\r\n" * (n * 10) + _REST,
    "guests": lambda n: _EVENT + b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:olivia@alderfinch.example\r\n" * (n * 10) + _REST,
    "parameters": lambda n: _EVENT + b"ATTENDEE" + b";X=Y" * (n * 10) + b":mailto:a@b.example\r\n" + _REST,
    "guests with parameters": lambda n: _EVENT + _LONG_GUEST * (n % 250) + _REST,
    "quotes": lambda n: _EVENT + b"ATTENDEE;CN=" + b'"' * n + b":mailto:a@b.example\r\n" + _REST,
    "folded for ever": lambda n: _EVENT + b"SUMMARY:x" + b"\r\n y" * (n * 100) + b"\r\n" + _REST,
    "escapes": lambda n: _EVENT + b"SUMMARY:" + b"\\" * n + b"\r\n" + _REST,
    "times of no clock": lambda n: _CALENDAR.replace(b"T140000", (b"T256199", b"TZZ", b"", b"T14000000Z")[n % 4]),
    "years of no calendar": lambda n: _CALENDAR.replace(b";TZID=Europe/London:2026", b":%d" % 10**(n % 9)),
    "a zone that is a path": lambda n: _CALENDAR.replace(b"Europe/London", b"../" * n + b"etc/passwd"),
    "a zone that is nothing": lambda n: _CALENDAR.replace(b"Europe/London", _NO_ZONES[n % 5]),
    "a picture": lambda n: _EVENT + b"ATTACH;ENCODING=BASE64:" + b"A" * (n * 2000) + b"\r\n" + _REST,
    "in two bytes a letter": lambda n: _CALENDAR.decode().encode("utf-16"),
    "nulls": lambda n: _CALENDAR.replace(b"\r\n", b"\0\r\n"),
    "other separators": lambda n: _CALENDAR.replace(b"\r\n", b"\x0b\x85\xe2\x80\xa8\r\n"),
}  # fmt: skip


def made(chance: Random) -> Hostile:
    """One file, by chance: an oddity in some amount, then mostly broken somewhere."""
    kind = chance.choice((FileKind.MAIL, FileKind.CALENDAR))
    makers = MAILS if kind is FileKind.MAIL else CALENDARS
    amount = chance.choice((1, 2, 3, 10, 50, 200, chance.randrange(1000), chance.randrange(3000)))
    raw = makers[chance.choice(sorted(makers))](amount)
    for _ in range(chance.choice((0, 0, 1, 2, 20))):
        raw = _broken(chance, raw)
    return kind, raw[: 3 * 1024 * 1024]


def _broken(chance: Random, raw: bytes) -> bytes:
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice((1, 1, 4, 100)))
    piece = chance.choice(
        (b"", b"\0", b"\r", b"\n", b"\r\n\r\n", b'"', b"<", b"=?", b"\xff\xfe", b";", b":", b"--", raw[start:end] * 50)
    )
    return raw[:start] + piece + raw[end:]
