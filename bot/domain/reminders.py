"""Reminders: what the clock notices about a deal, and how each is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ReminderKind(StrEnum):
    """What is noticed. The slot, which tells one occurrence from the next, is given with each."""

    FOLLOW_UP = "follow_up"
    """The next step is due or overdue. Slot: the number of the step."""
    NO_STEP = "no_step"
    """An open deal has no next step. Slot: the number of the last one."""
    STALE = "stale"
    """No progress for the stage's `stale_after`. Slot: the day it is counted from (`cadence.counted_from`)."""
    CLOSE_PASSED = "close_passed"
    """The expected close is over. Slot: that day."""
    EVIDENCE_OLD = "evidence_old"
    """A piece of evidence is older than its criterion's `max_age`. Slot: the evidence's id."""
    QUESTION = "question"
    """A manager's question waits for the rep. Slot: question id, a dot, the number of entries that followed it."""
    APPROVAL = "approval"
    """A move waits for a manager. Slot: move id, a dot, the manager's user id."""
    RETURN = "return"
    """A parked deal's day has come. Slot: that day."""
    WINBACK = "winback"
    """A lost deal may be won back. Slot: that day."""
    PROMISE = "promise"
    """A promise made during the sale is due. Slot: promise id."""
    OBJECTION = "objection"
    """The promised answer to an objection is due. Slot: objection id."""
    OVERRIDE_DUE = "override_due"
    """The evidence for what a manager let pass is due. Slot: override id."""
    VALUE_CHECK = "value_check"
    """Is the promised value there? Slot: months after the win; only the newest check that is due counts."""
    REFERRAL = "referral"
    """A happy customer could be asked for a referral. Slot: rows in the log of its asks, of any kind."""
    REVIEW = "review"
    REFERENCE = "reference"
    CASE_STUDY = "case_study"
    """The same for a review, a reference and a case study."""
    UPSELL = "upsell"
    """A happy customer could buy more. Slot: as for a referral."""
    ORPHAN = "orphan"
    """Who is responsible for the deal has left the workspace. Slot: their user id, a dot, the manager's."""


ASKS = (
    ReminderKind.REFERRAL,
    ReminderKind.REVIEW,
    ReminderKind.REFERENCE,
    ReminderKind.CASE_STUDY,
    ReminderKind.UPSELL,
)
"""What a happy customer can be asked for."""


ESCALATES = (
    ReminderKind.FOLLOW_UP,
    ReminderKind.NO_STEP,
    ReminderKind.STALE,
    ReminderKind.CLOSE_PASSED,
    ReminderKind.QUESTION,
    ReminderKind.PROMISE,
    ReminderKind.OBJECTION,
    ReminderKind.OVERRIDE_DUE,
    ReminderKind.VALUE_CHECK,
    ReminderKind.RETURN,
)
"""What a manager hears of when it stays unanswered: not what is for managers anyway, nor what is only a chance."""


class Subject(StrEnum):
    """What somebody can choose to hear of or not. A question, a promise, an objection, owed evidence: always said."""

    FOLLOW_UPS = "follow_ups"
    STALE = "stale"
    DATES = "dates"
    RETURNS = "returns"
    VALUE = "value"
    ASKS = "asks"

    @property
    def words(self) -> str:
        """As a person chooses it."""
        return _WORDS[self]

    @property
    def kinds(self) -> tuple[ReminderKind, ...]:
        """The reminders that belong to it."""
        return _KINDS[self]


_WORDS = {
    Subject.FOLLOW_UPS: "Next steps that are due or missing",
    Subject.STALE: "Deals in which nothing happens",
    Subject.DATES: "Closing dates that passed, evidence that grew old",
    Subject.RETURNS: "Parked and lost deals whose day has come",
    Subject.VALUE: "Checks of the promised value, further sales",
    Subject.ASKS: "Whom to ask for a referral, a review or a reference",
}
_KINDS = {
    Subject.FOLLOW_UPS: (ReminderKind.FOLLOW_UP, ReminderKind.NO_STEP),
    Subject.STALE: (ReminderKind.STALE,),
    Subject.DATES: (ReminderKind.CLOSE_PASSED, ReminderKind.EVIDENCE_OLD),
    Subject.RETURNS: (ReminderKind.RETURN, ReminderKind.WINBACK),
    Subject.VALUE: (ReminderKind.VALUE_CHECK, ReminderKind.UPSELL),
    Subject.ASKS: (ReminderKind.REFERRAL, ReminderKind.REVIEW, ReminderKind.REFERENCE, ReminderKind.CASE_STUDY),
}


class Settlement(StrEnum):
    """How a reminder ended. Each but `overtaken` is somebody's answer."""

    DONE = "done"
    PLANNED = "planned"
    NOT_STALE = "not_stale"
    PARKED = "parked"
    LOST = "lost"
    REOPENED = "reopened"
    ANSWERED = "answered"
    ASKED = "asked"
    DECLINED = "declined"
    LATER = "later"
    """Whoever was asked wants to be asked again another time."""
    DISMISSED = "dismissed"
    OVERTAKEN = "overtaken"
    """The deal moved on by itself, so nothing is left to say."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing that was noticed about a deal.

    `due_on` is the day from which it holds; `tell_on` the next day on which it is said, None when it has been said
    often enough; `told` counts how often Slack took it. Days are those of the person it is for.
    """

    id: int
    team_id: str
    deal_id: int
    kind: ReminderKind
    slot: str
    user_id: str
    due_on: date
    tell_on: date | None = None
    told: int = 0
    told_on: date | None = None
    snoozes: int = 0
    escalated_on: date | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_how: Settlement | None = None
    settled_note: str = ""

    @property
    def is_open(self) -> bool:
        """True while nobody has settled it and the deal has not moved on."""
        return self.settled_at is None
