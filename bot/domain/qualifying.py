"""Answers to qualifying criteria: a plain no, or that it is not known yet. The yes is evidence, as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.deal import NextStep

LONGEST = 1000


class Answer(StrEnum):
    """What a rep said of a criterion. `UNKNOWN` takes a no back."""

    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it was given: never changed, only followed by another one or by evidence."""

    deal_id: int
    stage: str
    criterion: str
    answer: Answer
    why: str
    by: str
    at: datetime


class WhatNow(StrEnum):
    """What becomes of a deal after a no."""

    FIX = "fix"
    PARK = "park"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the rep decided: the step that mends it, until when the deal is parked, or the key of the loss reason."""

    what: WhatNow
    step: NextStep | None = None
    until: date | None = None
    reason: str = ""


def refusals(answers: Iterable[Answered]) -> Mapping[str, Answered]:
    """The no that stands for each criterion, by its key; `answers` are of one stage, the oldest first."""
    last = {answered.criterion: answered for answered in answers}
    return {key: answered for key, answered in last.items() if answered.answer is Answer.NO}
