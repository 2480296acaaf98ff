"""Reading an uploaded file: what it shows, and whether the file itself shows that the buyer did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.proofs import calendar, letter, mail, signature
from bot.proofs.buyer import Buyer
from bot.proofs.calendar import Answer, Guest, Meeting
from bot.proofs.keys import Keys
from bot.proofs.letter import Unreadable
from bot.proofs.mail import Mail


class FileKind(StrEnum):
    """The kinds of files that are looked into."""

    MAIL = "mail"
    CALENDAR = "calendar file"

    @property
    def largest(self) -> int:
        """Bytes. A file with more is not fetched."""
        return letter.LARGEST if self is FileKind.MAIL else calendar.LARGEST


_ENDINGS: Final = {".eml": FileKind.MAIL, ".ics": FileKind.CALENDAR}
_TYPES: Final = {"message/rfc822": FileKind.MAIL, "text/calendar": FileKind.CALENDAR}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found, in one or two sentences for the rep and their manager.

    `later` is True when it may turn out to be verified once the DNS answers.
    """

    sentence: str
    verified: bool = False
    later: bool = False


def kind_of(name: str, mimetype: str) -> FileKind | None:
    """Which kind a file says to be, by its ending and else by its type; None for all that are not looked into."""
    by_ending = next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)
    return by_ending or _TYPES.get(mimetype.partition(";")[0].strip().lower())


def read(kind: FileKind, raw: bytes, buyer: Buyer, keys: Keys, now: datetime) -> Reading:
    """Look into a file of this kind. Raises nothing, whatever is in it."""
    try:
        return _of_mail(raw, buyer, keys, now) if kind is FileKind.MAIL else _of_calendar(raw, buyer)
    except Unreadable as problem:
        return unreadable(kind, str(problem))
    except (Exception, RecursionError):  # noqa: BLE001 - a file made to trip a library up is a file we cannot read
        return unreadable(kind, f"the {kind} is broken")


def unreadable(kind: FileKind, reason: str) -> Reading:
    """What is said of a file that shows nothing to us; a manager may still open it."""
    return Reading(f"I could not read this {kind}: {reason}. It counts as a file that you can open.")


def _of_mail(raw: bytes, buyer: Buyer, keys: Keys, now: datetime) -> Reading:
    split = letter.split(raw)
    found = mail.read(split)
    shown = signature.check(split, keys, buyer, now)
    if shown.by is None:
        return Reading(f"{_mail_words(found)} {shown.why}, {_SO}", later=shown.later)
    answer = _reply_words(found)
    if answer is None and found.automatic:
        return Reading(f"{_mail_words(found)} It is an automatic reply, which nobody wrote, {_SO}")
    return Reading(f"Signed by {shown.by}: {answer or _mail_words(found)}", verified=True)


def _of_calendar(raw: bytes, buyer: Buyer) -> Reading:
    meeting = calendar.read(raw)
    theirs = [guest for guest in meeting.guests if buyer.is_theirs(guest.party)]
    said = f"Calendar file: {_meeting_words(meeting)}."
    if not theirs:
        said += " Nobody of the buyer's is among the guests."
    for answer, words in _ANSWERED.items():
        names = [guest.party.words for guest in theirs if guest.answer is answer]
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            said += f" {words}: {', '.join(names[:3])}{more}."
    return Reading(f"{said} Anybody can edit such a file, {_SO}")


_SO: Final = "so it can be opened but is not verified."


_ANSWERED: Final = {
    Answer.ACCEPTED: "Accepted by",
    Answer.DECLINED: "Declined by",
    Answer.TENTATIVE: "Only perhaps",
    Answer.NONE: "Not answered by",
}


def _mail_words(found: Mail) -> str:
    who = found.sender.words if found.sender else "Somebody"
    about = f"“{found.subject}”" if found.subject else "a mail without a subject"
    when = f" on {day_words(found.sent_at)}" if found.sent_at else ""
    to = f" to {found.to}" if found.to else ""
    return f"{who} wrote {about}{to}{when}."


def _reply_words(found: Mail) -> str | None:
    """The answer to an invitation in a mail, where whoever wrote the mail is the one who answers."""
    for meeting in found.meetings:
        guest = _answering(meeting, found)
        if guest is not None and guest.answer in _DID:
            about = f"“{meeting.summary}”" if meeting.summary else "the meeting"
            when = f" on {moment_words(meeting.starts)}" if meeting.starts else ""
            sent = f" Sent on {day_words(found.sent_at)}." if found.sent_at else ""
            return f"{guest.party.words} {_DID[guest.answer]} {about}{when}.{sent}"
    return None


_DID: Final = {Answer.ACCEPTED: "accepted", Answer.DECLINED: "declined", Answer.TENTATIVE: "perhaps comes to"}


def _answering(meeting: Meeting, found: Mail) -> Guest | None:
    """A reply names one guest (RFC 5546, 3.2.3); it counts when that is the mail's own sender."""
    if meeting.method != "REPLY" or len(meeting.guests) != 1 or found.sender is None:
        return None
    guest = meeting.guests[0]
    return guest if guest.party.address == found.sender.address else None


def _meeting_words(meeting: Meeting) -> str:
    about = f"“{meeting.summary}”" if meeting.summary else "a meeting without a title"
    when = f", {moment_words(meeting.starts)}" if meeting.starts else ", without a date"
    by = f", asked for by {meeting.organizer.words}" if meeting.organizer else ""
    return f"{about}{when}{by}{', cancelled' if meeting.cancelled else ''}"


def day_words(day: date) -> str:
    """Thu 19 Nov 2026, whatever the language of the machine."""
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{weekday} {day.day} {months[day.month - 1]} {day.year}"


def moment_words(moment: date) -> str:
    """A day, with the time and its zone where they are known: the zone is the file's, which is what it says."""
    if not isinstance(moment, datetime):
        return day_words(moment)
    zone = str(moment.tzinfo) if moment.tzinfo else ""
    return f"{day_words(moment)} at {moment:%H:%M}{f' ({zone})' if zone else ''}"
