"""A manager's question about a proof, and what followed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What follows a question: the rep answers; a manager accepts the answer or asks again."""

    ANSWERED = "answered"
    ACCEPTED = "accepted"
    ASKED_AGAIN = "asked_again"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said after the question."""

    kind: EntryKind
    by: str
    at: datetime
    text: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question about how one criterion was met; while it is open the criterion is disputed, thus unmet."""

    id: int
    deal_id: int
    move_id: int
    stage: str
    criterion: str
    text: str
    asked_by: str
    asked_at: datetime
    entries: tuple[Entry, ...] = ()

    @property
    def is_open(self) -> bool:
        """True until a manager accepted an answer."""
        return not self.entries or self.entries[-1].kind is not EntryKind.ACCEPTED

    @property
    def waits_for_rep(self) -> bool:
        """True when the rep's answer is what is missing."""
        return not self.entries or self.entries[-1].kind is EntryKind.ASKED_AGAIN

    @property
    def latest(self) -> str:
        """The words the rep has to answer now."""
        asked = [entry.text for entry in self.entries if entry.kind is EntryKind.ASKED_AGAIN]
        return asked[-1] if asked else self.text
