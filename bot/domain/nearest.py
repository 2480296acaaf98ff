"""Which names somebody may have meant who typed something that is none of them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

NEAR = 0.65
"""How alike two texts must be, from 0 to 1; below that a suggestion is a guess."""

LONGEST = 80


def nearest(typed: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names near to what was typed, the nearest first; none where nothing is near. All in folded case.

    What was typed may be the beginning or a word of a name, and more words may follow it.
    """
    typed = typed[:LONGEST]
    scored = [(_likeness(name[:LONGEST], typed), name) for name in dict.fromkeys(names) if name]
    near = sorted((pair for pair in scored if pair[0] >= NEAR), key=lambda pair: -pair[0])
    return [name for _, name in near[:most]]


def _likeness(name: str, typed: str) -> float:
    whole = _ratio(name, typed[: len(name) + 2])
    beginning = _ratio(name[: len(typed)], typed) if len(typed) > 2 else 0.0
    first = typed.split(" ", 1)[0]
    word = max((_ratio(part, first) for part in name.split()), default=0.0) if len(first) > 2 else 0.0
    # A word somewhere in the name says less than its beginning does.
    return max(whole, beginning, word * 0.9)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
