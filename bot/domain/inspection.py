"""The inspector: strength of a piece of evidence, and a verdict with its reason on three of the four standards.

Pure and explained: the text is read into signals, and the first rule of each standard whose signals are there speaks.
The fourth standard, whether the evidence speaks to its own criterion, is for a manager to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.evidence_kinds import as_asked
from bot.domain.evidence_reading import read_evidence
from bot.domain.evidence_signals import Signal
from bot.domain.evidence_words import Words


class Standard(StrEnum):
    """What evidence is judged by."""

    FACTUAL = "factual"
    INSPECTABLE = "inspectable"
    BUYER_CENTRIC = "buyer_centric"

    @property
    def words(self) -> str:
        """As it stands in a sentence."""
        return self.value.replace("_", "-")


class Verdict(StrEnum):
    """How well a standard is met."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WEAK = "weak"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Rule:
    """Speaks when all signals of `when` are there and none of `unless`. `examples` are texts in which it speaks."""

    key: str
    standard: Standard
    verdict: Verdict
    sentence: str
    when: frozenset[Signal] = frozenset()
    unless: frozenset[Signal] = frozenset()
    suggestion: str = ""
    examples: tuple[str, ...] = ()

    def speaks(self, signals: Set[Signal]) -> bool:
        """Whether this rule is about such evidence."""
        return self.when <= signals and not self.unless & signals


@dataclass(frozen=True)
class RuleSet:
    """The words of all languages, and the rules in the order in which they are asked."""

    words: Words
    rules: tuple[Rule, ...]


NO_RULES: Final = RuleSet(Words(()), ())


@dataclass(frozen=True, slots=True)
class Judged:
    """One standard: the verdict, why, what to do about it, and the rule that spoke."""

    verdict: Verdict
    sentence: str
    suggestion: str
    rule: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is inspected: the rep's words, and what they gave beside them. `has_file` where one is attached.

    `kind` is what the form asked for, where the words answer its question; without it they are judged by themselves.
    """

    criterion: str
    text: str
    link: str = ""
    contact: str = ""
    occurred_on: date | None = None
    has_file: bool = False
    kind: EvidenceKind | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the inspector says about a piece of evidence."""

    strength: Strength
    standards: Mapping[Standard, Judged]

    @property
    def weak_spots(self) -> list[tuple[Standard, Judged]]:
        """The standards that are not met, in their order."""
        return [(standard, judged) for standard, judged in self.standards.items() if judged.verdict is not Verdict.PASS]


def inspect(piece: Piece, rules: RuleSet, today: date) -> Inspection:
    """Judge one piece of evidence as of a day. Raises LookupError when a standard has no rule that always speaks."""
    signals = read_evidence(
        piece.text,
        rules.words,
        today,
        criterion=piece.criterion,
        link=piece.link,
        contact=piece.contact,
        occurred_on=piece.occurred_on,
    )
    if piece.has_file:
        signals |= {Signal.LINK}
    if piece.kind is not None:
        signals = as_asked(piece.kind, piece.text, rules.words, signals)
    strength = Strength.INSPECTABLE if Signal.LINK in signals else Strength.CLAIMED
    return Inspection(strength, {standard: _judge(standard, rules, signals) for standard in Standard})


def _judge(standard: Standard, rules: RuleSet, signals: Set[Signal]) -> Judged:
    for rule in rules.rules:
        if rule.standard is standard and rule.speaks(signals):
            return Judged(rule.verdict, rule.sentence, rule.suggestion, rule.key)
    raise LookupError(f"no rule speaks for {standard}")
