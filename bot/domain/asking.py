"""What a happy customer may be asked for, and from when: a referral, a review, a reference, a case study, more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum

from bot.domain.deal import Deal
from bot.domain.process import Asking, Cadence, Process
from bot.domain.reminders import ASKS, ReminderKind


class AskState(StrEnum):
    """What became of an ask. Each change is a new row of the log."""

    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class AskFact:
    """One row of the log: what was asked for, what became of it, on which day; `until` when it waits."""

    kind: ReminderKind
    state: AskState
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A row of the log with all that was written down. `person_name` and `person_company` are of who was named."""

    id: int
    deal_id: int
    kind: ReminderKind
    state: AskState
    by: str
    at: datetime
    note: str = ""
    person_name: str = ""
    person_company: str = ""
    new_deal_id: int | None = None
    until: date | None = None


class Withheld(Enum):
    """Why a customer is not asked for anything just now."""

    NOT_WON = "the deal is not won yet"
    PROMISE = "a promise to them is overdue"
    QUESTION = "a manager's question is overdue"
    UNHAPPY = "the promised value is not there, as the last check said"


@dataclass(frozen=True, slots=True)
class Funnel:
    """What came of asking customers in a year. `customers` could be asked or were; `unasked` of them were not.

    `declined` counts customers who gave nothing; `became` and `won` are deals that began with what was given.
    """

    customers: int = 0
    asked: int = 0
    given: int = 0
    declined: int = 0
    became: int = 0
    won: int = 0
    unasked: int = 0

    @property
    def answered(self) -> int:
        """How many of those who were asked said yes or no."""
        return self.given + self.declined

    @property
    def expected(self) -> int | None:
        """How many of the customers who were not asked would give something, if they are like those who answered.

        None while too few have answered to say so.
        """
        return round(self.unasked * self.given / self.answered) if self.answered >= ENOUGH_ANSWERS else None


ENOUGH_ANSWERS = 5


def asking(cadence: Cadence, kind: ReminderKind) -> Asking | None:
    """The process's rule for this ask; None when it never asks for that."""
    rules = {
        ReminderKind.REFERRAL: cadence.referral,
        ReminderKind.REVIEW: cadence.review,
        ReminderKind.REFERENCE: cadence.reference,
        ReminderKind.CASE_STUDY: cadence.case_study,
        # More is only offered to those who said that the promised value is there.
        ReminderKind.UPSELL: cadence.referral or Asking(),
    }
    return rules.get(kind)


def asks_due(
    process: Process,
    deal: Deal,
    asks: Sequence[AskFact],
    reached: Mapping[str, date],
    won_on: date | None,
    happy_on: date | None,
) -> Iterator[tuple[ReminderKind, date]]:
    """Each ask that may be made of a won deal's customer, with the day from which; that day may be still to come.

    `reached` is when the deal last entered each stage, `happy_on` the last day a value check said yes. After a
    decline that kind is never proposed again; between two asks of any kind lies at least the gap; whoever wanted to
    be asked later is.
    """
    for kind in ASKS:
        rule = asking(process.cadence, kind)
        own = [ask for ask in asks if ask.kind is kind]
        if rule is None or any(ask.state is AskState.DECLINED for ask in own):
            continue
        since = happy_on
        if kind is ReminderKind.UPSELL:
            if any(ask.state is not AskState.LATER and happy_on and ask.on >= happy_on for ask in own):
                continue
        elif ready := _ready_on(process, deal, rule, reached, won_on):
            since = min(ready, happy_on) if happy_on else ready
        if since is not None:
            gaps = [rule.gap.after(ask.on) for ask in asks if ask.state is not AskState.LATER]
            later = [ask.until for ask in own[-1:] if ask.state is AskState.LATER and ask.until]
            yield kind, max([since, *gaps, *later])


def _ready_on(
    process: Process, deal: Deal, rule: Asking, reached: Mapping[str, date], won_on: date | None
) -> date | None:
    """When the stage was reached so long ago; None for a deal that has not reached it, or fell back behind it."""
    if rule.stage is None:
        return rule.after.after(won_on) if won_on else None
    named, here = process.stage(rule.stage), process.stage(deal.stage)
    if named is None or here is None or process.index(here) < process.index(named):
        return None
    days = [on for key, on in reached.items() if process.stage(key) == named]
    return rule.after.after(max(days)) if days else None
