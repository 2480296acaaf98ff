"""The ladder for silence: what to do next when the buyer does not answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.calendar_days import DayOff, is_weekend
from bot.domain.process import Cadence, PlanB


class RungKind(StrEnum):
    """Follow up once more, then a last mail, then put the deal aside."""

    FOLLOW_UP = "follow_up"
    LAST_MAIL = "last_mail"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Rung:
    """What is proposed now.

    `on` is the day of the next follow-up; for a last mail, which is sent at once, the day until which its answer is
    waited for; for a deal to park, the day it comes back. `n` counts the follow-ups: this is the n-th in a row.
    """

    kind: RungKind
    on: date
    n: int


def rung_after(
    cadence: Cadence, silence: int, today: date, is_off: DayOff = is_weekend, otherwise: PlanB | None = None
) -> Rung:
    """What comes after so many follow-ups without an answer since the buyer last did something.

    With gaps of 3, 5 and 10 days: after the first unanswered follow-up the second is due in 3 days, the third 5 days
    after that, the fourth after 10 more; then a last mail, then the deal is parked. Where the stage's plan B says for
    how long a deal is parked, that holds.
    """
    step = max(silence, 1)
    if step <= len(cadence.silence):
        return Rung(RungKind.FOLLOW_UP, cadence.silence[step - 1].after(today, is_off), step + 1)
    if step == len(cadence.silence) + 1:
        return Rung(RungKind.LAST_MAIL, cadence.last_mail_wait.after(today, is_off), step + 1)
    park_for = otherwise.park if otherwise and otherwise.park else cadence.park_for
    return Rung(RungKind.PARK, park_for.after(today, is_off), step + 1)
