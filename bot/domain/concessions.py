"""Discounts: how much a rep may give without asking, and what became of one that a manager was asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import BadInput
from bot.domain.money import Money

ALL = 10_000
"""The whole price in basis points, which are hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far prices may go down: `rep` is what a rep gives without asking, in basis points."""

    rep: int


class State(StrEnum):
    """What became of a discount. `within` needed nobody; a withdrawn one was followed by another, or taken back."""

    WITHIN = "within"
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Concession:
    """A discount of so many basis points, with the reason, the limit that held then and the amount it was on."""

    id: int
    deal_id: int
    points: int
    why: str
    by: str
    at: datetime
    state: State
    limit: int | None = None
    amount: Money | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str = ""

    @property
    def is_pending(self) -> bool:
        """True while a manager has to decide."""
        return self.state is State.WAITING

    @property
    def holds(self) -> bool:
        """True when the rep may offer it."""
        return self.state in (State.WITHIN, State.APPROVED)

    @property
    def percent(self) -> str:
        """As people write it: "12.5 %"."""
        return percent_words(self.points)


def percent_words(points: int) -> str:
    """Basis points as people write them: 1250 is "12.5 %"."""
    whole = f"{Decimal(points) / 100:.2f}".rstrip("0").rstrip(".")
    return f"{whole} %"


def reduced(amount: Money, points: int) -> Money:
    """What is left of an amount after the discount, to the nearest smallest unit."""
    return Money((amount.minor * (ALL - points) + ALL // 2) // ALL, amount.currency)


_PERCENT = re.compile(
    r"\s*(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|per ?cent\b|percent\b|prozent\b)\s*", re.IGNORECASE
)
_BARE = re.compile(r"\s*(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s*")
_BECAUSE = re.compile(r"(?:because|weil|for|since)\b[\s:…]*|[-–—:,.…]+\s*", re.IGNORECASE)


def read_percent(text: str) -> int:
    """The basis points of what was written: "15%", "12,5 per cent" or only "15". Raises BadInput."""
    found = _PERCENT.fullmatch(text) or _BARE.fullmatch(text)
    points = int(Decimal(found["number"].replace(",", ".")) * 100) if found else 0
    if not 0 < points < ALL:
        raise BadInput("Write the discount as a percentage between 0 and 100, such as 15%.")
    return points


def read_discount(text: str) -> tuple[str, str]:
    """The percentage as it was written, and the reason that follows it; either may be empty."""
    found = _PERCENT.match(text) or re.match(r"\s*(?P<number>\d{1,3}(?:[.,]\d{1,2})?)(?=\s|$)", text)
    if found is None:
        return "", text.strip()
    reason = text[found.end() :].strip()
    while reason and (lead := _BECAUSE.match(reason)):
        reason = reason[lead.end() :].strip()
    return f"{found['number']} %", reason
