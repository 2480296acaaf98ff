"""The rules that a process is judged by beyond its form: what each asks for, by which standard, and how strictly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standard(StrEnum):
    """The four words that stages and criteria are judged by, and the build of the process as a whole."""

    REQUIRED = "required"
    FACTUAL = "factual"
    INSPECTABLE = "inspectable"
    BUYER_CENTRIC = "buyer-centric"
    STRUCTURE = "structure"


class Severity(StrEnum):
    """An error breaks a standard or the way to the win; advice is for the author to weigh, and can be accepted."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name in `accept` and in what the check prints."""

    name: str
    standard: Standard
    severity: Severity
    asks: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule has to say about one place: at which key, a sentence, and what to write instead."""

    rule: str
    key: str
    text: str
    rewrite: str


def _rules(severity: Severity, asked: dict[Standard, dict[str, str]]) -> dict[str, Rule]:
    return {
        name: Rule(name, standard, severity, asks) for standard, rules in asked.items() for name, asks in rules.items()
    }


RULES = _rules(
    Severity.ERROR,
    {
        Standard.REQUIRED: {"open_without_criteria": "An open stage that leads on asks for something first."},
        Standard.FACTUAL: {
            "opinion": "A criterion is an event that happened, not what somebody feels, hopes or plans."
        },
        Standard.BUYER_CENTRIC: {
            "seller_stage": "A stage is named for what the buyer has done, not for what the seller does.",
            "seller_acts": "In a criterion the buyer acts, not the seller.",
            "no_buyer": "A criterion names somebody on the buyer's side.",
        },
        Standard.STRUCTURE: {
            "dead_end": "An open stage has a plan B.",
            "unreachable": "A deal can get into each stage.",
            "no_way_to_win": "From each stage before the win a deal can get to the win.",
        },
    },
) | _rules(
    Severity.ADVICE,
    {
        Standard.REQUIRED: {
            "nothing_asked": "A stage that leads on asks for something first.",
            "all_may_be_skipped": "Each deal has to prove something in each stage.",
            "hedged": "A criterion is asked for, or it is not.",
        },
        Standard.FACTUAL: {
            "no_event": "A criterion says what happened.",
            "vague_words": "Two people who read a criterion understand the same.",
        },
        Standard.INSPECTABLE: {
            "words_are_enough": "The rep's words alone prove nothing.",
            "spoken_only": "What was only spoken cannot be opened by a manager.",
            "example_without_proof": "The example of good evidence is something that a manager can open.",
            "preparation_without_document": "The seller's own preparation is proved by a document.",
        },
        Standard.BUYER_CENTRIC: {
            "stage_not_outcome": "The name of a stage says what the buyer has done when it is over.",
            "outcome_without_buyer": "The outcome of a stage is about the buyer.",
            "seller_party": "What only the seller does says nothing about the buyer.",
            "example_of_seller": "The example shows what the buyer did.",
        },
        Standard.STRUCTURE: {
            "few_stages": "Three open stages at least; fewer give a pipeline that never closes.",
            "many_stages": "Seven open stages at most; more bake in edge cases.",
            "many_criteria": "Five criteria a stage at most, so that people can keep them in mind.",
            "no_stale_after": "A stage says how long nothing may happen in it.",
            "plan_b_circle": "Plans B end in a date, not in each other.",
            "no_winback": "A reason for a loss says when to ask again, or never.",
            "needless_accept": "What is accepted is something that the check says.",
        },
    },
)

ACCEPTABLE = tuple(name for name, rule in RULES.items() if rule.severity is Severity.ADVICE)
"""What a file may accept with a reason; errors it may not."""
