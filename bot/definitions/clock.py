"""The shape of a process's clock: what is noticed when, how often it is said, and how silence is answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.definitions.fields import Days, Key, Months, OrNever, Shape, Steps, Times
from bot.domain.process import Asking, Cadence

_USUAL = Cadence()


def _left_out(usual: object) -> str:
    return f"; {usual} if left out"


class AskingShape(Shape):
    """When a happy customer is asked for something."""

    stage: Key | None = Field(None, description="the stage that has to be reached; left out: the day of the win")
    after: Days = Field(Asking().after, description=f"how long after that{_left_out(Asking().after)}")
    gap: Days = Field(
        Asking().gap, description=f"the least time between two asks of one customer{_left_out(Asking().gap)}"
    )


Asks = Annotated[AskingShape | None, OrNever()]


class CadenceShape(Shape):
    """The clock of a process. What is left out has its usual value."""

    remind_again: Days = Field(
        _USUAL.remind_again, description=f"between two reminders of the same thing{_left_out(_USUAL.remind_again)}"
    )
    remind_times: Times = Field(
        _USUAL.remind_times,
        description=f"how often the rep is reminded before it goes to the manager{_left_out(_USUAL.remind_times)}",
    )
    escalate_after: Days = Field(
        _USUAL.escalate_after,
        description=f"how long a deal may be stale before the manager hears of it{_left_out(_USUAL.escalate_after)}",
    )
    third_party_stale_after: Days = Field(
        _USUAL.third_party_stale_after,
        description="how long nothing may happen while a third party holds the deal up"
        + _left_out(_USUAL.third_party_stale_after),
    )
    silence: Steps = Field(
        _USUAL.silence,
        description="the gaps between follow-ups that the buyer does not answer; then comes a last mail"
        + _left_out(", ".join(map(str, _USUAL.silence))),
    )
    last_mail_wait: Days = Field(
        _USUAL.last_mail_wait,
        description=f"how long the answer to the last mail is waited for{_left_out(_USUAL.last_mail_wait)}",
    )
    park_for: Days = Field(
        _USUAL.park_for, description=f"how long a silent deal is put aside{_left_out(_USUAL.park_for)}"
    )
    winback_after: Annotated[Days | None, OrNever()] = Field(
        _USUAL.winback_after,
        description="when a lost deal is asked about again, unless its reason says otherwise; a duration or never"
        + _left_out(_USUAL.winback_after),
    )
    question_again: Days = Field(
        _USUAL.question_again,
        description=f"when a rep is reminded of a manager's question{_left_out(_USUAL.question_again)}",
    )
    approval_again: Days = Field(
        _USUAL.approval_again,
        description=f"when managers are reminded of a move that waits for them{_left_out(_USUAL.approval_again)}",
    )
    value_checks: Annotated[Months | None, OrNever()] = Field(
        _USUAL.value_checks,
        description="how long after the win it is checked that the promised value is there, or never"
        + _left_out(", ".join(f"{month}m" for month in _USUAL.value_checks)),
    )
    referral: Asks = Field(
        AskingShape(),
        description="when a customer is asked for a referral, or never; 30d after the win if left out",
    )
    review: Asks = Field(None, description="when a happy customer is asked for a review; never if left out")
    reference: Asks = Field(None, description="when a happy customer is asked to be a reference; never if left out")
    case_study: Asks = Field(None, description="when a happy customer is asked for a case study; never if left out")


ASKS = ("referral", "review", "reference", "case_study")
"""The keys that say when something is asked for, which may name a stage."""


def asking_of(shape: AskingShape | None) -> Asking | None:
    """The rule of the domain."""
    return None if shape is None else Asking(shape.stage, shape.after, shape.gap)


def cadence_of(shape: CadenceShape | None) -> Cadence:
    """The clock of the domain."""
    if shape is None:
        return Cadence()
    return Cadence(
        remind_again=shape.remind_again,
        remind_times=shape.remind_times,
        escalate_after=shape.escalate_after,
        third_party_stale_after=shape.third_party_stale_after,
        silence=shape.silence,
        last_mail_wait=shape.last_mail_wait,
        park_for=shape.park_for,
        winback_after=shape.winback_after,
        question_again=shape.question_again,
        approval_again=shape.approval_again,
        value_checks=shape.value_checks or (),
        referral=asking_of(shape.referral),
        review=asking_of(shape.review),
        reference=asking_of(shape.reference),
        case_study=asking_of(shape.case_study),
    )
