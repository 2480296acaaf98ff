"""A piece of evidence: what the buyer did, when, and where another person can check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from bot.domain.evidence_links import LinkKind
from bot.domain.people import Contact


class EvidenceKind(StrEnum):
    """What form the proof has."""

    EMAIL = "email"
    MEETING = "meeting"
    CALL = "call"
    DOCUMENT = "document"
    MESSAGE = "message"
    QUOTE = "quote"
    NOT_APPLICABLE = "not_applicable"

    @property
    def words(self) -> str:
        """As it stands in a menu."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    EvidenceKind.EMAIL: "Email from the buyer",
    EvidenceKind.MEETING: "Meeting",
    EvidenceKind.CALL: "Call",
    EvidenceKind.DOCUMENT: "Document",
    EvidenceKind.MESSAGE: "Message or chat",
    EvidenceKind.QUOTE: "What the buyer said",
    EvidenceKind.NOT_APPLICABLE: "Does not apply",
}


class Strength(IntEnum):
    """How well another person can check it: claimed < inspectable < verified."""

    CLAIMED = 1
    INSPECTABLE = 2
    VERIFIED = 3

    @property
    def words(self) -> str:
        """In lower case, as in the YAML file."""
        return self.name.lower()


class Standing(StrEnum):
    """What has happened to a piece of evidence since it was added."""

    COUNTS = "counts"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file in Slack that proves something: its id, name, type, size in bytes and private address."""

    file_id: str
    name: str
    mimetype: str = ""
    size: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, as it stands now.

    `stage` and `criterion` are the keys of what it is meant to prove. `happened_on` is the day the buyer did it;
    `about_date` the day it is about (a meeting booked for next week). `reuse` holds the rep's words on why the same
    text or link proves two things. `agreed_by` is set when a manager agreed that the criterion does not apply.
    `verified` says how the source itself shows that the buyer did it; `read` what was found in the source, where it
    shows less; `seen` who said it on a page of ours, where nothing shows that it was the buyer. Pieces from before
    links were told apart have no `link_kind`, and keep what they were worth.
    """

    id: int
    deal_id: int
    stage: str
    criterion: str
    kind: EvidenceKind
    what: str
    added_by: str
    added_at: datetime
    happened_on: date | None = None
    about_date: date | None = None
    contact: Contact | None = None
    link: str | None = None
    link_kind: LinkKind | None = None
    file: SharedFile | None = None
    reuse: str | None = None
    standing: Standing = Standing.COUNTS
    standing_reason: str | None = None
    standing_by: str | None = None
    agreed_by: str | None = None
    verified: str | None = None
    read: str = ""
    seen: str = ""

    @property
    def strength(self) -> Strength:
        """Computed, never chosen: words alone are claimed; a file, a link that leads on, or an answer that we keep
        can be inspected.
        """
        if self.verified is not None:
            return Strength.VERIFIED
        leads_on = self.link and self.link_kind is not LinkKind.FRONT_DOOR
        return Strength.INSPECTABLE if leads_on or self.file or self.seen else Strength.CLAIMED

    @property
    def why(self) -> str:
        """Why it is as strong as it is, in a sentence; with what was found in its source, where that was read."""
        if self.verified is not None:
            return self.verified
        if self.seen:
            return self.seen
        if self.read and self.strength is Strength.INSPECTABLE:
            return self.read
        if self.file:
            return "A file that you can open."
        if not self.link:
            return "Words alone: there is nothing to open."
        if self.strength is Strength.CLAIMED:
            return "The link leads to a home page or a log-in, not to the thing itself."
        return "A link that you can open."
