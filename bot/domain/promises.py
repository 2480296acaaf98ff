"""What was promised to a buyer during the sale, and whether the promised value is there some months after the win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.addresses import clean_link
from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder

LONGEST = 3000


class Outcome(StrEnum):
    """What became of a promise. A withdrawn one counts neither way: it was noted by mistake, or the buyer let it go."""

    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class ValueAnswer(StrEnum):
    """Whether the promised value is there."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised to whom by which day; `note` and `link` show what became of it, once it is settled."""

    id: int
    deal_id: int
    what: str
    to_whom: str
    due_on: date
    noted_by: str
    noted_at: datetime
    outcome: Outcome | None = None
    note: str = ""
    link: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True until somebody has said what became of it."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """The answer to the check so many months after the win, with what shows it."""

    deal_id: int
    month: int
    answer: ValueAnswer
    by: str
    at: datetime
    note: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a seller or a team keeps what was promised: answers to value checks, and settled promises."""

    yes: int = 0
    partly: int = 0
    no: int = 0
    kept: int = 0
    partly_kept: int = 0
    broken: int = 0

    @property
    def checks(self) -> int:
        """How many value checks were answered."""
        return self.yes + self.partly + self.no

    @property
    def promises(self) -> int:
        """How many promises were settled."""
        return self.kept + self.partly_kept + self.broken

    @property
    def yes_percent(self) -> int | None:
        """The share of value checks that said yes, in whole per cent; None without any. Good is over 80 to 85."""
        return round(100 * self.yes / self.checks) if self.checks else None

    @property
    def kept_percent(self) -> int | None:
        """The share of promises that were kept in full, in whole per cent; None without any."""
        return round(100 * self.kept / self.promises) if self.promises else None


def shown_by(note: str, link: str, what_is_missing: str) -> tuple[str, str | None]:
    """What shows an answer, fit to be kept: a few words, and a link where there is one.

    Raises BadInput with a sentence for each wrong field (`note`, `link`); `what_is_missing` is said for no words.
    """
    note, wrong, address = note.strip(), {}, None
    if looks_like_placeholder(note):
        wrong["note"] = what_is_missing
    elif len(note) > LONGEST:
        wrong["note"] = f"At most {LONGEST} characters, please."
    if link.strip():
        try:
            address = clean_link(link)
        except BadInput as problem:
            wrong["link"] = str(problem)
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return note, address
