"""What an answer to the form's question is by its kind of proof: the buyer's own words, or a paper of theirs."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from bot.domain.evidence import EvidenceKind
from bot.domain.evidence_signals import Signal
from bot.domain.evidence_words import List, Words

_WRITTEN: Final = frozenset((EvidenceKind.EMAIL, EvidenceKind.MESSAGE))
_OWN_WORDS: Final = _WRITTEN | {EvidenceKind.QUOTE}
_MOODS: Final = frozenset((Signal.HEDGE, Signal.HOPE, Signal.PLAN, Signal.OPINION, Signal.NOT_DONE))
_DOUBTS: Final = _MOODS - {Signal.PLAN}
_DEEDS: Final = frozenset((Signal.BUYER_ACTS, Signal.BUYER_WILL_ACT, Signal.SELLER_ACTS, Signal.DOER_LEFT_OUT))
_OURS: Final = re.compile(r"(?i)\b(?:our|my|unser\w*|mein\w*) (?:[\w-]+ ){0,2}")


def as_asked(kind: EvidenceKind, text: str, words: Words, signals: Set[Signal]) -> Set[Signal]:
    """The signals of a text that answers the form's question for this kind of proof.

    “What did the buyer write?” is answered by the buyer's words, pasted without quotes: what they plan, hope or doubt
    in them is a fact about what they wrote, and “we” is the buyer. “What does the document show?” is answered by what
    stands in a paper that the buyer sent or signed. Only what can be read as nothing but the rep's own telling, such as
    “Sent them the deck” or “They will sign next week”, is judged like any other text.
    """
    if kind in _OWN_WORDS and _speaks_for_buyer(text, words, signals):
        known = {Signal.WHO} if kind in _WRITTEN and Signal.LINK in signals else set()
        return frozenset(signals - _MOODS - _DEEDS | {Signal.BUYERS_WORDS, Signal.EVENT} | known)
    if kind is EvidenceKind.DOCUMENT and Signal.LINK in signals and _is_theirs(text, words, signals):
        return frozenset(signals - {Signal.PLAN} - _DEEDS | {Signal.EVENT, Signal.BUYER_ACTS, Signal.WHO})
    return signals


def _speaks_for_buyer(text: str, words: Words, signals: Set[Signal]) -> bool:
    """Whether nothing in the text shows that the rep tells it in words of their own."""
    if words.has(List.DIRECT, text) or not signals & (_MOODS | {Signal.SELLER_ACTS}):
        return True
    if not words.has(List.SELLER, text):
        return _states_a_date(text, words, signals)
    return not words.has(List.BUYER, text) or _names_own_people(text, words)


def _states_a_date(text: str, words: Words, signals: Set[Signal]) -> bool:
    """ "The new plant opens in ten weeks": something to come, but neither of what “they” will do nor begun by it."""
    begins = next(words.find(List.PLAN, text.lstrip()), None)
    told = words.has(List.BUYER, text) or (begins is not None and begins.start() == 0)
    return not told and not signals & (_DOUBTS | {Signal.SELLER_ACTS})


def _names_own_people(text: str, words: Words) -> bool:
    """ "Our CFO": somebody at the buyer, spoken of by the buyer."""
    after = (text[match.end() :] for match in _OURS.finditer(text))
    return any(
        found.start() == 0 for rest in after for name in (List.BUYER, List.PEOPLE) for found in words.find(name, rest)
    )


def _is_theirs(text: str, words: Words, signals: Set[Signal]) -> bool:
    """Whether it is not the seller's own paper, and nothing is guessed about it."""
    return not signals & (_DOUBTS | {Signal.SELLER_ACTS}) and (
        Signal.BUYER_ACTS in signals or not words.has(List.SELLER, text)
    )
