"""Calendar files (RFC 5545): what is planned, who is asked, and who said yes. Repetitions are never worked out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from bot.proofs.decoding import Party, plain
from bot.proofs.letter import Unreadable

LARGEST: Final = 512 * 1024
MOST_LINES: Final = 10_000
MOST_GUESTS: Final = 100
_LONGEST_LINE: Final = 1000

_OF_FILE: Final = ("VERSION", "PRODID", "METHOD")
_OF_EVENT: Final = ("UID", "DTSTART", "SUMMARY", "STATUS", "ORGANIZER", "ATTENDEE")
_NAME: Final = re.compile(r"[A-Za-z-]{1,30}")
_ADDRESS: Final = re.compile(r"mailto:([^\s<>@,;:\"\\()\[\]]{1,64}@[^\s<>@,;:\"\\()\[\]]{3,253})", re.IGNORECASE)


class Answer(StrEnum):
    """What somebody said to an invitation."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is asked, with their answer."""

    party: Party
    answer: Answer


@dataclass(frozen=True, slots=True)
class Meeting:
    """The first event of a calendar file. `starts` has a zone where the file names one that is known."""

    method: str
    summary: str
    starts: datetime | date | None
    organizer: Party | None
    guests: tuple[Guest, ...]
    cancelled: bool = False


def read(raw: bytes) -> Meeting:
    """The meeting of a calendar file. Raises Unreadable."""
    # Only here, since most processes never see a calendar file and the library takes several megabytes.
    import icalendar  # noqa: PLC0415

    lines = list(_kept(_unfolded(raw)))
    # The library takes a text without line ends for the name of a file; bytes it never does.
    try:
        whole = icalendar.Calendar.from_ical("\r\n".join([*lines, ""]).encode())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise Unreadable("there is no calendar in this file") from problem
    event = next(iter(whole.walk("VEVENT")), None)
    if event is None:
        raise Unreadable("there is no meeting in this calendar file")
    guests = (_guest(one) for one in _many(event.get("ATTENDEE")))
    return Meeting(
        method=plain(str(whole.get("METHOD", "")), 20).upper(),
        summary=plain(_text(event.get("SUMMARY"))),
        starts=_starts(event.get("DTSTART")),
        organizer=next((found for one in _many(event.get("ORGANIZER")) if (found := _party(one))), None),
        guests=tuple(guest for guest in guests if guest is not None),
        cancelled=_text(event.get("STATUS")).upper() == "CANCELLED",
    )


def _unfolded(raw: bytes) -> list[str]:
    if len(raw) > LARGEST:
        raise Unreadable(f"the calendar file is larger than {LARGEST // 1024} kB")
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise Unreadable("the calendar file has more lines than can be looked through")
    return text.replace("\n ", "").replace("\n\t", "").split("\n")


def _kept(lines: Iterable[str]) -> Iterator[str]:
    """Only the lines that are read later, of the first event alone.

    What is left out is what hostile files work with: time zones and rules of repetition that the library would begin
    to work out, parts within parts, and properties by the thousand.
    """
    depth, in_event, done = 0, False, False
    left = Counter(dict.fromkeys(_OF_FILE + _OF_EVENT, 1) | {"ATTENDEE": MOST_GUESTS})
    for line in lines:
        upper = line[:30].upper().rstrip()
        if upper.startswith("BEGIN:"):
            depth += 1
            starts = depth == 2 and upper == "BEGIN:VEVENT" and not done
            in_event = in_event or starts
            if starts or (depth == 1 and upper == "BEGIN:VCALENDAR"):
                yield upper
        elif upper.startswith("END:"):
            if depth == 2 and in_event:
                done, in_event = True, False
                yield "END:VEVENT"
            depth -= 1
            if depth == 0:
                yield "END:VCALENDAR"
                return
        elif (name := _wanted(line, depth, in_event)) and left[name]:
            left[name] -= 1
            yield "".join(sign for sign in line if sign.isprintable())
    raise Unreadable("the calendar file breaks off")


def _wanted(line: str, depth: int, in_event: bool) -> str:
    """The name of the property, or nothing where it is not read later."""
    name = _NAME.match(line)
    if name is None or len(line) > _LONGEST_LINE or line[name.end() : name.end() + 1] not in (":", ";"):
        return ""
    known = _OF_EVENT if depth == 2 and in_event else _OF_FILE if depth == 1 else ()
    return name[0].upper() if name[0].upper() in known else ""


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return "" if value is None else str(_many(value)[0])


def _guest(value: Any) -> Guest | None:
    found = _party(value)
    said = str(value.params.get("PARTSTAT", "")).upper()
    answers = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
    return Guest(found, answers.get(said, Answer.NONE)) if found else None


def _party(value: Any) -> Party | None:
    found = _ADDRESS.fullmatch(str(value).strip())
    return Party(found[1].lower(), plain(str(value.params.get("CN", "")).strip('"'))) if found else None


def _starts(value: Any) -> datetime | date | None:
    if value is None:
        return None
    try:
        moment = _many(value)[0].dt
    except (ValueError, AttributeError):  # what it says is no time
        return None
    return moment if isinstance(moment, date) else None
