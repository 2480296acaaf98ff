"""A deal: where it stands, what comes next, and the log of moves that its state derives from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.people import Contact


class Status(StrEnum):
    """Whether the deal is being worked on. Lost and parked are closings: the deal keeps its stage."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    PARKED = "parked"


class MoveKind(StrEnum):
    """What a row of the log did. `aside` is the stage's plan B, a way on that asks for a reason and no evidence."""

    CREATED = "created"
    FORWARD = "forward"
    BACK = "back"
    ASIDE = "aside"
    LOST = "lost"
    PARKED = "parked"
    REOPENED = "reopened"


class Verdict(StrEnum):
    """What became of a move that a manager has to agree to."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the rep does next, the day it is due, and the hour on their own clock where one was agreed."""

    what: str
    on: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it stands now.

    `number` counts from 1 in each workspace; `version` grows with every change and guards against lost updates.
    `stage_since` is when the deal entered its stage; `pending_move` the move that waits for a manager.
    `waiting_until` is the day a parked deal comes back, or a lost one may be won back; `closing_reason` why it was
    lost or parked. `next_step_no` counts the steps that were planned. `progress_on` is the day of the last progress
    (a move, evidence, something the buyer did, a step put off with a reason); `silence` counts the follow-ups left
    unanswered since the buyer last did something; `waiting_on` is `third_party` while somebody outside holds the
    deal up; until `fresh_until` it is not stale, for a reason that was given. `company_size` is a key of
    `committee.Size`. `let_pass` counts the criteria that managers let pass and whose evidence has yet to come.
    """

    id: int
    team_id: str
    number: int
    name: str
    owner: str
    process: str
    process_version: str
    stage: str
    status: Status
    stage_since: datetime
    created_at: datetime
    created_by: str
    version: int
    company: str = ""
    company_domain: str = ""
    amount: Money | None = None
    expected_close: date | None = None
    delivery_owner: str | None = None
    next_step: NextStep | None = None
    next_step_no: int = 0
    last_buyer_on: date | None = None
    progress_on: date | None = None
    silence: int = 0
    waiting_on: str | None = None
    fresh_until: date | None = None
    competitors: str = ""
    source: str = ""
    waiting_until: date | None = None
    closing_reason: str | None = None
    pending_move: int | None = None
    let_pass: int = 0
    contacts: tuple[Contact, ...] = ()
    company_size: str | None = None

    @property
    def label(self) -> str:
        """What people call it in commands: D-42."""
        return f"D-{self.number}"

    @property
    def responsible(self) -> str:
        """Who is asked and reminded: the delivery owner after the win, where one is named, else the owner."""
        return self.delivery_owner if self.status is Status.WON and self.delivery_owner else self.owner


@dataclass(frozen=True, slots=True)
class MetCriterion:
    """How one criterion stood at the moment of a move: its text then, the state, and the evidence it was met by."""

    key: str
    text: str
    state: str
    why: str
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The end of a pending move. `at` is UTC."""

    verdict: Verdict
    by: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a deal's log. Without a decision, a move that `needs_approval` is pending."""

    id: int
    deal_id: int
    kind: MoveKind
    from_stage: str | None
    to_stage: str
    from_status: Status | None
    to_status: Status
    by: str
    at: datetime
    amount: Money | None = None
    stage_since: datetime | None = None
    reason: str = ""
    learned: str = ""
    until: date | None = None
    needs_approval: bool = False
    process_version: str = ""
    criteria: tuple[MetCriterion, ...] = ()
    decision: Decision | None = None

    @property
    def is_pending(self) -> bool:
        """True while a manager has to decide."""
        return self.needs_approval and self.decision is None

    @property
    def counts(self) -> bool:
        """True when the deal's state follows from this row."""
        return not self.needs_approval or (self.decision is not None and self.decision.verdict is Verdict.APPROVED)


def state_after(log: list[Move]) -> tuple[str, Status]:
    """The stage and status that follow from a deal's log, oldest first. The log is the truth; columns are a copy."""
    counted = [move for move in log if move.counts]
    # An approved move takes effect when it is decided, not when it was asked for.
    last = max(counted, key=lambda m: (m.decision.at if m.decision else m.at, m.id))
    return last.to_stage, last.to_status
