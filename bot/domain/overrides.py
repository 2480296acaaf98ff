"""Letting a deal pass without a proof: a manager's word, why, and the day by which the evidence follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder

USUAL_WAIT = timedelta(days=7)
"""How long the evidence may take, unless the manager chooses another day."""

FARTHEST = timedelta(days=60)
"""A date farther away than this is no date but a criterion given up: that belongs into the process."""

LONGEST = 1000

PERIOD = timedelta(days=90)
"""How far back the overrides of a criterion are counted."""

OFTEN, ONE_IN = 3, 5


@dataclass(frozen=True, slots=True)
class OverrideRules:
    """How many criteria of a rep's deals managers may let pass in a calendar month; 0 for none."""

    per_month: int = 2


class Settled(StrEnum):
    """How an override ended."""

    EVIDENCE = "evidence"
    """The evidence came. Should it be taken back, the override is open again."""
    WITHDRAWN = "withdrawn"
    """A manager took it back before the deal had moved on; it does not count."""
    RENEWED = "renewed"
    """It was given another day, by a new override of the same criterion."""


@dataclass(frozen=True, slots=True)
class Override:
    """A manager (`by`) let a criterion of a deal pass; `rep` owned the deal then.

    `text` is the criterion as it read at that moment. `due_on` is the last day on which it holds.
    """

    id: int
    deal_id: int
    stage: str
    criterion: str
    text: str
    rep: str
    reason: str
    due_on: date
    by: str
    at: datetime
    settled: Settled | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True while the evidence has not come, and nobody took the override back or renewed it."""
        return self.settled is None

    def is_live(self, today: date) -> bool:
        """True while it lets the deal pass: until its day inclusive."""
        return self.is_open and today <= self.due_on


@dataclass(frozen=True, slots=True)
class OverrideFact:
    """A criterion that a manager let pass until `due_on`, and whose evidence has not come."""

    id: int
    stage: str
    criterion: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Request:
    """A rep asks managers to let a criterion pass. `granted` is None until one of them has decided."""

    id: int
    deal_id: int
    stage: str
    criterion: str
    text: str
    why: str
    asked_by: str
    asked_at: datetime
    granted: bool | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """True until a manager has decided."""
        return self.granted is None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a rep has left of a month: `used` of `limit`. `month` is its first day."""

    used: int
    limit: int
    month: date

    @property
    def left(self) -> int:
        """How many more criteria may be let pass this month."""
        return max(0, self.limit - self.used)

    @property
    def next_month(self) -> date:
        """From when on there is a new budget."""
        return month_of(self.month + timedelta(days=31))


def month_of(day: date) -> date:
    """The first day of the calendar month."""
    return day.replace(day=1)


def counts(one: Override, rep: str, month: date) -> bool:
    """Whether an override is part of this rep's budget of the month (its first day).

    What was taken back before it had an effect is not; one whose evidence came still is: the budget is for asking.
    """
    return one.rep == rep and month_of(one.at.date()) == month and one.settled is not Settled.WITHDRAWN


def is_candidate(times: int, moved: int) -> bool:
    """Whether a criterion is one to remove or to reword: let pass for `times` deals, where `moved` left the stage.

    What one deal in five cannot show says more about the criterion than about the deals: either buyers do not do it,
    or it does not matter enough to wait for. Fewer than three times in the period may be chance.
    """
    return times >= OFTEN and times * ONE_IN >= moved


def checked(reason: str, due_on: date | None, today: date) -> tuple[str, date]:
    """The reason without stray spaces, and the day. `today` is the manager's own day.

    Raises BadInput with a sentence for each wrong field: `reason`, `due_on`.
    """
    reason, wrong = reason.strip(), {}
    if looks_like_placeholder(reason):
        wrong["reason"] = "Say why, such as “their lawyer is ill, the director agreed on the phone”."
    elif len(reason) > LONGEST:
        wrong["reason"] = f"At most {LONGEST} characters, please."
    if due_on is None:
        wrong["due_on"] = "Choose the day by which the evidence follows."
    elif due_on <= today:
        wrong["due_on"] = "Choose a day after today."
    elif due_on > today + FARTHEST:
        wrong["due_on"] = f"At most {FARTHEST.days} days ahead, please."
    if wrong or due_on is None:
        raise BadInput(next(iter(wrong.values())), wrong)
    return reason, due_on
