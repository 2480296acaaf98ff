"""How long a deal stays fresh in its stage, and from which day on nothing has happened for too long."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.calendar_days import DayOff, is_weekend
from bot.domain.deal import Deal, Status
from bot.domain.process import Duration, Process, Stage, WaitingOn

_DAY = timedelta(days=1)
_WORKED_ON = (Status.OPEN, Status.WON)


def stale_after(process: Process, stage: Stage, waiting_on: str | None) -> Duration | None:
    """How long nothing may happen in a stage; None when nothing has to.

    While a third party holds the deal up, or the stage as such waits for one, the longer of both thresholds holds.
    """
    own, outside = stage.stale_after, process.cadence.third_party_stale_after
    if stage.waiting_on is WaitingOn.THIRD_PARTY:
        return max(own or outside, outside, key=lambda duration: duration.about_days)
    if own is not None and waiting_on == WaitingOn.THIRD_PARTY:
        return max(own, outside, key=lambda duration: duration.about_days)
    return own


def stale_from(process: Process, stage: Stage, deal: Deal, is_off: DayOff = is_weekend) -> date | None:
    """The first day on which the deal is stale in this stage, if nothing happens; None when it never is.

    A planned step keeps it fresh until its date, a reason that was given until the day that came with it.
    """
    after = stale_after(process, stage, deal.waiting_on)
    if after is None or deal.status not in _WORKED_ON or deal.pending_move is not None:
        return None
    days = [after.after(progress_on(deal), is_off)]
    if deal.next_step is not None:
        days.append(deal.next_step.on + _DAY)
    if deal.fresh_until is not None:
        days.append(deal.fresh_until)
    return max(days)


def progress_on(deal: Deal) -> date:
    """The day of the last progress; for a deal without any, the day it began."""
    return deal.progress_on or deal.created_at.date()


def counted_from(deal: Deal) -> date:
    """The slot of a stale deal: it changes whenever there is progress, a new step, or a reason to wait."""
    step = deal.next_step.on if deal.next_step else None
    return max(day for day in (progress_on(deal), step, deal.fresh_until) if day is not None)
