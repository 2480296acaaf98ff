"""What a mail says: who wrote to whom, when, about what, and the meetings in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from bot.proofs import calendar
from bot.proofs.calendar import Meeting
from bot.proofs.decoding import Party, header_text, party
from bot.proofs.letter import Letter, Unreadable

MOST_PARTS: Final = 12
"""Parts that have parts of their own. Each makes reading every line in it slower."""

MOST_MEETINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """`sender` is None where the mail does not name exactly one person; `sent_at` has the sender's own zone.

    `automatic` and `strangers` are sentences, or empty: why nobody wrote it, and why somebody else may have.
    """

    sender: Party | None
    to: str
    sent_at: datetime | None
    subject: str
    automatic: str = ""
    strangers: str = ""
    meetings: tuple[Meeting, ...] = ()


def read(letter: Letter) -> Mail:
    """The mail as it calls itself. Every word of it may be invented: see `signature`."""
    senders = letter.values("from")
    sender = party(senders[0]) if len(senders) == 1 else None
    subject = header_text(_only(letter, "subject"))
    return Mail(
        sender=sender,
        to=header_text(first) if (first := _only(letter, "to")) else "",
        sent_at=_moment(_only(letter, "date")),
        subject=subject,
        automatic=_automatic(letter, subject),
        strangers=_strangers(letter, sender),
        meetings=tuple(_meetings(letter)),
    )


def _automatic(letter: Letter, subject: str) -> str:
    """RFC 3834 and what mail programs do besides. The subject is looked at as well: it is what is always signed."""
    said = _only(letter, "auto-submitted").strip().lower()
    if (said and not said.startswith(b"no")) or _AUTOMATIC.match(subject):
        return "It is an automatic reply, which nobody wrote"
    return ""


def _strangers(letter: Letter, sender: Party | None) -> str:
    """Whether the buyer's server signed what may be another's words: a list or group that passes mails on under its own
    name, or a machine that sends what somebody typed into a form.
    """
    if _LISTS & set(letter.names()) or _BULK.match(_only(letter, "precedence")):
        return "It came through a mailing list, so anybody may have written it"
    if sender and _PASSED_ON.search(sender.name):
        return "It was passed on under another name, so anybody may have written it"
    if sender and _MACHINE.match(sender.address):
        return f"It comes from {sender.address}, where no person writes"
    return ""


_AUTOMATIC: Final = re.compile(
    r"\W*(auto(matic|mated|matische)?[ -]?(reply|response|antwort)|automatische antwort|out of (the )?office|"
    r"abwesenheit|réponse automatique|absence du bureau|respuesta automática|risposta automatica|"
    r"undeliver|delivery status|mail delivery|returned mail|unzustellbar|read: |gelesen: )",
    re.IGNORECASE,
)
_LISTS: Final = {"list-id", "list-post", "list-unsubscribe", "mailing-list", "x-original-from", "x-original-sender"}
_BULK: Final = re.compile(rb"\s*(bulk|list|junk)", re.IGNORECASE)
_PASSED_ON: Final = re.compile(r"\S\s+via\s+\S", re.IGNORECASE)
_MACHINE: Final = re.compile(
    r"(no|do-?not|never)[-_.]?reply|mailer-daemon|postmaster|bounces?\b|notifications?\b|auto-?(confirm|reply)"
)


def _only(letter: Letter, name: str) -> bytes:
    return next(iter(letter.values(name)), b"")


def _moment(value: bytes) -> datetime | None:
    try:
        return parsedate_to_datetime(value[:100].decode("ascii", "replace"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _meetings(letter: Letter) -> list[Meeting]:
    """The calendar parts, where there are any and the mail is not built to be slow to take apart."""
    lower = letter.raw.lower()
    nested = len(re.findall(rb"multipart/|message/", lower))
    if b"text/calendar" not in lower or nested > MOST_PARTS:
        return []
    # Only here, since few mails have a calendar part.
    from email import message_from_bytes  # noqa: PLC0415

    found: list[Meeting] = []
    for part in _own_parts(message_from_bytes(letter.raw)):
        content = part.get_payload(decode=True)
        try:
            found.append(calendar.read(content if isinstance(content, bytes) else b""))
        except Unreadable:
            continue
        if len(found) == MOST_MEETINGS:
            break
    return found


def _own_parts(message: Message) -> Iterator[Message]:
    """The calendar parts that are the mail's own words: not what is attached to it, nor in a mail that it forwards.

    Whoever forwards a file has not written it, and a rep may have sent it to them.
    """
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inner = part.get_payload()
            waiting += [one for one in reversed(inner) if isinstance(one, Message)] if isinstance(inner, list) else []
        elif part.get_content_type() == "text/calendar" and part.get_content_disposition() != "attachment":
            yield part
