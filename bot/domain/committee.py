"""Who decides at the buyer: each person's part and stance, how many there should be, and whose support is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Contact


class Part(StrEnum):
    """What somebody is in the buying committee."""

    ECONOMIC_BUYER = "economic_buyer"
    CHAMPION = "champion"
    USER = "user"
    TECHNICAL = "technical"
    FINANCE = "finance"
    LEGAL = "legal"
    PROCUREMENT = "procurement"
    EXECUTIVE = "executive"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As a rep says it, without an article."""
        return _PARTS[self]


class Stance(StrEnum):
    """How somebody stands to the purchase. Nobody is taken to support it who has not said so."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    AGAINST = "against"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """As a rep says it."""
        return _STANCES[self]


class Size(StrEnum):
    """How many people work for the buyer's company."""

    UNDER_10 = "under_10"
    UNDER_100 = "under_100"
    UP_TO_500 = "up_to_500"
    OVER_500 = "over_500"

    @property
    def words(self) -> str:
        """As a person chooses it."""
        return _SIZES[self]


_PARTS = {
    Part.ECONOMIC_BUYER: "budget holder",
    Part.CHAMPION: "champion",
    Part.USER: "user",
    Part.TECHNICAL: "technical",
    Part.FINANCE: "finance",
    Part.LEGAL: "legal",
    Part.PROCUREMENT: "purchasing",
    Part.EXECUTIVE: "management",
    Part.OTHER: "somebody else",
}
_STANCES = {
    Stance.SUPPORTS: "supports it",
    Stance.NEUTRAL: "neutral",
    Stance.AGAINST: "against it",
    Stance.UNKNOWN: "not known",
}
_SIZES = {
    Size.UNDER_10: "fewer than 10 people",
    Size.UNDER_100: "10 to 99 people",
    Size.UP_TO_500: "100 to 500 people",
    Size.OVER_500: "more than 500 people",
}
EXPECTED = {Size.UNDER_10: 2, Size.UNDER_100: 4, Size.UP_TO_500: 7, Size.OVER_500: 10}
"""How many people decide in a company of that size.

About seven in a firm of 100 to 500 is the figure that guides to selling to companies give. The others are our own,
drawn from it: an owner and one more in the smallest, three or four in a firm where everybody knows each other, ten or
more where every department has a say. They are to make a rep ask “Who else?”, not to hold a deal back.
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whom we know of those who decide. `expected` is None while nobody has said how large the company is.

    `missing` are the parts that most committees have and nobody here plays.
    """

    known: int
    supports: int
    against: int
    expected: int | None
    missing: tuple[Part, ...]


USUAL = (Part.ECONOMIC_BUYER, Part.CHAMPION, Part.USER)
"""The parts without which no company buys: somebody pays, somebody wants it, somebody uses it."""


def part_of(contact: Contact) -> Part | None:
    """Their part, or None where nobody has said it."""
    return next((part for part in Part if part.value == contact.part), None)


def stance_of(contact: Contact) -> Stance:
    """Their stance; not known where nobody has said it."""
    return next((stance for stance in Stance if stance.value == contact.stance), Stance.UNKNOWN)


def size_of(key: str | None) -> Size | None:
    """The size of a company by its key, or None."""
    return next((size for size in Size if size.value == key), None)


def coverage(contacts: Sequence[Contact], size: Size | None) -> Coverage:
    """How well we know those who decide."""
    played = {part_of(contact) for contact in contacts}
    stances = [stance_of(contact) for contact in contacts]
    return Coverage(
        known=len(contacts),
        supports=stances.count(Stance.SUPPORTS),
        against=stances.count(Stance.AGAINST),
        expected=EXPECTED[size] if size else None,
        missing=tuple(part for part in USUAL if part not in played),
    )


def without_support(asked: Iterable[Part], contacts: Iterable[Contact]) -> tuple[Part, ...]:
    """The parts of those asked for in which nobody supports the purchase."""
    supporting = {part_of(contact) for contact in contacts if stance_of(contact) is Stance.SUPPORTS}
    return tuple(part for part in asked if part not in supporting)
