"""What the clock notices about a deal: the pure truth of each rule, with the day it holds from.

A matter is known by its kind and slot. One that ceased to be true by itself and is true again in the same slot is the
same matter again, not a new one; what somebody has settled stays settled until the slot changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.asking import AskFact, Withheld, asks_due
from bot.domain.calendar_days import DayOff, is_weekend
from bot.domain.deal import Deal, Status
from bot.domain.following import owed_criterion
from bot.domain.freshness import counted_from, progress_on, stale_from
from bot.domain.overrides import OverrideFact
from bot.domain.process import Cadence, Criterion, Duration, LossReason, Process
from bot.domain.reminders import ASKS, Reminder, ReminderKind

_DAY = timedelta(days=1)
CHANCES = (*ASKS, ReminderKind.WINBACK)
"""What may be asked for, and hurts nobody when it is not."""
_WORKED_ON = (Status.OPEN, Status.WON)


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """A piece that counts for a criterion of the deal's present stage, its age aside.

    `happened_on` is None for a criterion that a manager agreed does not apply; such a piece does not age.
    """

    id: int
    criterion: str
    happened_on: date | None


@dataclass(frozen=True, slots=True)
class QuestionFact:
    """A manager's question that waits for the rep. Slot: its id, a dot, and how many entries followed it."""

    slot: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """The deal's pending move, and the managers who may decide it."""

    move_id: int
    asked_on: date
    deciders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise that is still open."""

    id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ObjectionFact:
    """An objection that is still open, with the day of the answer that the buyer was promised."""

    id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ValueCheckFact:
    """The answer (yes, partly or no) to the check so many months after the win, and the day it was given."""

    month: int
    answer: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules read beside the deal itself.

    `reached` holds, for each stage that the deal has entered, its key and the day of the latest arrival. `departed`
    is True when whoever is responsible for the deal has left the workspace; `managers` hear of it.
    """

    evidence: tuple[EvidenceFact, ...] = ()
    questions: tuple[QuestionFact, ...] = ()
    approval: ApprovalFact | None = None
    promises: tuple[PromiseFact, ...] = ()
    objections: tuple[ObjectionFact, ...] = ()
    overrides: tuple[OverrideFact, ...] = ()
    value_checks: tuple[ValueCheckFact, ...] = ()
    asks: tuple[AskFact, ...] = ()
    won_on: date | None = None
    reached: tuple[tuple[str, date], ...] = ()
    departed: bool = False
    managers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is so, from `due_on` on. `to` is whom it concerns, where that is not who is responsible."""

    kind: ReminderKind
    slot: str
    due_on: date
    note: str = ""
    to: str | None = None


def matters(process: Process, deal: Deal, facts: Facts, today: date, is_off: DayOff = is_weekend) -> tuple[Matter, ...]:
    """Everything that holds about the deal today. `is_off` tells the days that are no business days."""
    every = (
        *_steps(deal),
        *_stale(process, deal, is_off),
        *_closings(deal),
        *_evidence(process, deal, facts),
        *_overrides(process, deal, facts),
        *_managers(process, deal, facts, today, is_off),
        *_after_the_win(process, deal, facts, today),
        *_asks(process, deal, facts, today, is_off),
    )
    return tuple(matter for matter in every if matter.due_on <= today)


def still_holds(
    reminder: Reminder, process: Process, deal: Deal, facts: Facts, today: date, is_off: DayOff = is_weekend
) -> bool:
    """Whether what was noticed is still so."""
    return any(
        (matter.kind, matter.slot) == (reminder.kind, reminder.slot)
        for matter in matters(process, deal, facts, today, is_off)
    )


def next_telling(
    cadence: Cadence, told: int, day: date, is_off: DayOff = is_weekend, kind: ReminderKind | None = None
) -> date | None:
    """When a reminder is said again that was said on `day` for the `told`-th time; None when that was often enough.

    What is only a chance, such as asking for a referral, comes up again when the rest was said twice.
    """
    if told >= cadence.remind_times:
        return None
    if kind in CHANCES:
        return cadence.remind_again.after(cadence.remind_again.after(day, is_off), is_off)
    again = {ReminderKind.QUESTION: cadence.question_again, ReminderKind.APPROVAL: cadence.approval_again}
    return (again.get(kind, cadence.remind_again) if kind else cadence.remind_again).after(day, is_off)


def winback_on(process: Process, reason: LossReason | None, lost_on: date) -> date | None:
    """When a deal lost for this reason is asked about again; None when it is not."""
    if reason is not None and not reason.may_return:
        return None
    after = (reason.winback if reason else None) or process.cadence.winback_after
    return after.after(lost_on) if after else None


def latest_start(duration: Duration, today: date, is_off: DayOff = is_weekend) -> date:
    """The last day from which so long has passed by today: `duration.after(day) <= today` for it and all before it."""
    day = duration.before(today)
    while duration.after(day, is_off) > today:
        day -= _DAY
    while duration.after(day + _DAY, is_off) <= today:
        day += _DAY
    return day


def _steps(deal: Deal) -> Iterator[Matter]:
    step, slot = deal.next_step, str(deal.next_step_no)
    if step is not None and deal.status in _WORKED_ON:
        yield Matter(ReminderKind.FOLLOW_UP, slot, step.on)
    if step is None and deal.status is Status.OPEN and deal.pending_move is None:
        # Not on the day itself: whoever has just settled the last step is given the day to plan another.
        yield Matter(ReminderKind.NO_STEP, slot, progress_on(deal) + _DAY)


def _stale(process: Process, deal: Deal, is_off: DayOff) -> Iterator[Matter]:
    stage = process.stage(deal.stage)
    since = stale_from(process, stage, deal, is_off) if stage else None
    if since is not None:
        yield Matter(ReminderKind.STALE, counted_from(deal).isoformat(), since)


def _closings(deal: Deal) -> Iterator[Matter]:
    """Days that were set: the expected close, and the return of a deal that was put aside or lost."""
    if deal.status is Status.OPEN and deal.expected_close is not None:
        yield Matter(ReminderKind.CLOSE_PASSED, deal.expected_close.isoformat(), deal.expected_close + _DAY)
    back = {Status.PARKED: ReminderKind.RETURN, Status.LOST: ReminderKind.WINBACK}.get(deal.status)
    if back is not None and deal.waiting_until is not None:
        yield Matter(back, deal.waiting_until.isoformat(), deal.waiting_until, deal.closing_reason or "")


def _evidence(process: Process, deal: Deal, facts: Facts) -> Iterator[Matter]:
    """The newest proof of a criterion, once it is too old for the gate."""
    stage = process.stage(deal.stage)
    for criterion in stage.criteria if stage and deal.status in _WORKED_ON else ():
        if criterion.max_age is None or (criterion.condition and not criterion.condition.applies(deal.amount)):
            continue
        pieces = [piece for piece in facts.evidence if piece.criterion == criterion.key]
        dated = [(piece.happened_on, piece.id) for piece in pieces if piece.happened_on is not None]
        if dated and len(dated) == len(pieces):
            happened_on, newest = max(dated)
            note = criterion.text
            yield Matter(ReminderKind.EVIDENCE_OLD, str(newest), too_old_from(criterion, happened_on), note)


def too_old_from(criterion: Criterion, happened_on: date) -> date:
    """The first day on which the gate does not take proof of that day any more; date.max without a `max_age`."""
    if criterion.max_age is None:
        return date.max
    day = criterion.max_age.after(happened_on)
    while criterion.max_age.before(day) <= happened_on:
        day += _DAY
    return day


def _overrides(process: Process, deal: Deal, facts: Facts) -> Iterator[Matter]:
    """What was let pass, from the last day on which it holds: the evidence can still come in time."""
    for one in facts.overrides if deal.status in _WORKED_ON else ():
        if (criterion := owed_criterion(process, deal, one.stage, one.criterion)) is not None:
            yield Matter(ReminderKind.OVERRIDE_DUE, str(one.id), one.due_on, criterion.text)


def _managers(process: Process, deal: Deal, facts: Facts, today: date, is_off: DayOff) -> Iterator[Matter]:
    """What goes to and fro between rep and managers, and deals whose rep has left."""
    cadence = process.cadence
    if deal.status in _WORKED_ON:
        for question in facts.questions:
            yield Matter(ReminderKind.QUESTION, question.slot, cadence.question_again.after(question.asked_on, is_off))
    pending = facts.approval
    if pending is not None and pending.move_id == deal.pending_move:
        due = cadence.approval_again.after(pending.asked_on, is_off)
        for manager in pending.deciders:
            yield Matter(ReminderKind.APPROVAL, f"{pending.move_id}.{manager}", due, to=manager)
    if facts.departed and deal.status is not Status.LOST:
        for manager in facts.managers:
            yield Matter(ReminderKind.ORPHAN, f"{deal.responsible}.{manager}", today, to=manager)


def _after_the_win(process: Process, deal: Deal, facts: Facts, today: date) -> Iterator[Matter]:
    if deal.status in _WORKED_ON:
        for promise in facts.promises:
            yield Matter(ReminderKind.PROMISE, str(promise.id), promise.due_on)
        for objection in facts.objections:
            yield Matter(ReminderKind.OBJECTION, str(objection.id), objection.due_on)
    if deal.status is Status.WON and facts.won_on is not None:
        won = facts.won_on
        due = [(month, Duration(0, months=month).after(won)) for month in process.cadence.value_checks]
        # Only the newest: whoever was not asked after six months is asked once after nine, not twice.
        newest = max(((month, on) for month, on in due if on <= today), default=None)
        if newest is not None and all(check.month < newest[0] for check in facts.value_checks):
            yield Matter(ReminderKind.VALUE_CHECK, str(newest[0]), newest[1])


def _asks(process: Process, deal: Deal, facts: Facts, today: date, is_off: DayOff) -> Iterator[Matter]:
    if ask_withheld(process, deal, facts, today, is_off) is None:
        for kind, due in asks_of(process, deal, facts):
            yield Matter(kind, str(len(facts.asks)), due)


def asks_of(process: Process, deal: Deal, facts: Facts) -> Iterator[tuple[ReminderKind, date]]:
    """What the customer of a won deal may be asked for, with the day from which, which may be still to come."""
    happy_on = max((check.on for check in facts.value_checks if check.answer == "yes"), default=None)
    return asks_due(process, deal, facts.asks, dict(facts.reached), facts.won_on, happy_on)


def ask_withheld(
    process: Process, deal: Deal, facts: Facts, today: date, is_off: DayOff = is_weekend
) -> Withheld | None:
    """Why the customer is not asked for anything today; None when nothing speaks against it."""
    if deal.status is not Status.WON:
        return Withheld.NOT_WON
    if any(promise.due_on < today for promise in facts.promises):
        return Withheld.PROMISE
    if any(process.cadence.question_again.after(asked.asked_on, is_off) <= today for asked in facts.questions):
        return Withheld.QUESTION
    answers = [(check.on, check.month, check.answer) for check in facts.value_checks]
    return Withheld.UNHAPPY if answers and max(answers)[2] == "no" else None
