"""Reading an uploaded file: what it shows, and whether the file itself shows that the buyer did it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.proofs import calendar, letter, mail, signature
from bot.proofs.buyer import Buyer
from bot.proofs.calendar import Answer, Guest, Meeting
from bot.proofs.decoding import plain
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

    `later` is True when it may turn out to be verified once the DNS answers. A mail with the buyer's signature has the
    day on which it was `sent`, if it says so, and a `mark`, which is the same for every copy of it.
    """

    sentence: str
    verified: bool = False
    later: bool = False
    sent: date | None = None
    mark: str = ""


def kind_of(name: str, mimetype: str) -> FileKind | None:
    """Which kind a file says to be, by its ending and else by its type; None for all that are not looked into."""
    by_ending = next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)
    return by_ending or _TYPES.get(mimetype.partition(";")[0].strip().lower())


def read(kind: FileKind, raw: bytes, buyer: Buyer, keys: Keys, now: datetime) -> Reading:
    """Look into a file of this kind. Raises nothing, whatever is in it."""
    try:
        found = _of_mail(raw, buyer, keys, now) if kind is FileKind.MAIL else _of_calendar(raw, buyer)
        # Addresses and domains are quoted as they stand there, with whatever cannot be seen.
        return replace(found, sentence=plain(found.sentence, _LONGEST))
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
    signed = f"Signed by {shown.by}"
    if found.sender and (outside := buyer.outside(found.sender)):
        signed = f"{signed}, {outside}"
    answer, yes = _reply_words(found)
    doubt = found.strangers or ("" if answer else found.automatic)
    if doubt:
        return Reading(f"{_mail_words(found)} {doubt}, {_SO}")
    if answer and not yes:
        return Reading(f"{signed}: {answer} That is no yes, {_SO}")
    day = found.sent_at.date() if found.sent_at else None
    return Reading(f"{signed}: {answer or _mail_words(found)}", verified=True, sent=day, mark=shown.mark)


def against(reading: Reading, happened_on: date | None) -> str:
    """Why a signed mail does not show what was claimed of it: it cannot tell of a day after it was written.

    Otherwise an old mail would make something look new. Empty where nothing speaks against it; a day of grace, since
    the two days may be of different zones.
    """
    if reading.sent is None:
        return "Not verified, since the mail does not say when it was written."
    if happened_on is not None and reading.sent < happened_on - timedelta(days=1):
        return f"Not verified, since the mail is older than the day that was given for it, {day_words(happened_on)}."
    return ""


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


_LONGEST: Final = 1500
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


def _reply_words(found: Mail) -> tuple[str, bool]:
    """The answer to an invitation in a mail, where whoever wrote the mail is the one who answers; whether it is yes.

    A meeting that is called off is answered as well.
    """
    for meeting in found.meetings:
        guest = _answering(meeting, found)
        did = _DID.get(guest.answer, "") if guest else ""
        did = "cancelled" if meeting.method == "CANCEL" else did
        if did and found.sender:
            about = f"“{meeting.summary}”" if meeting.summary else "the meeting"
            when = f" on {moment_words(meeting.starts)}" if meeting.starts else ""
            sent = f" Sent on {day_words(found.sent_at)}." if found.sent_at else ""
            return f"{found.sender.words} {did} {about}{when}.{sent}", did == _DID[Answer.ACCEPTED]
    return "", False


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
