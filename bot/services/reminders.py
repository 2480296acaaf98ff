"""Reminders of a deal: what is open, what a change made moot, whose they are, and putting one off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.cadence import still_holds
from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal, Status
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.people import Actor
from bot.domain.reminders import Reminder, ReminderKind, Settlement
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.services.facts import facts_of, noticing_day
from bot.store import deals, reminders
from bot.store.reminders import MANAGERS_OWN

FARTHEST = timedelta(days=366)
"""A reminder put off for longer than a year is one that nobody wants; there are better answers."""

_NUMBERED = (
    ReminderKind.FOLLOW_UP,
    ReminderKind.NO_STEP,
    ReminderKind.STALE,
    ReminderKind.RETURN,
    ReminderKind.WINBACK,
)
_ASKED = (ReminderKind.QUESTION,)
"""What a change of the deal, or an answer, settles for good: should it come up again, it has another slot."""

_HOW = {
    Settlement.DONE: "done",
    Settlement.PLANNED: "a next step was planned",
    Settlement.NOT_STALE: "there is a reason to wait",
    Settlement.PARKED: "put aside",
    Settlement.LOST: "closed as lost",
    Settlement.REOPENED: "reopened",
    Settlement.ANSWERED: "answered",
    Settlement.ASKED: "asked",
    Settlement.DECLINED: "declined",
    Settlement.LATER: "to be asked another time",
    Settlement.DISMISSED: "let go",
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """A reminder with the deal that it is about."""

    reminder: Reminder
    deal: Deal


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> tuple[Reminder, ...]:
    """The open reminders of a deal, the longest due first."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        return tuple(reminders.of_deal(connection, actor.team_id, deal_id))


def overtake(
    desk: Desk,
    connection: Connection,
    deal: Deal,
    by: str | None = None,
    how: Settlement = Settlement.OVERTAKEN,
    note: str = "",
) -> None:
    """Settle the open reminders that do not hold any more, inside the transaction of the change that made them moot.

    `deal` is as it is after the change; `by` and `how` say whose answer the change was to those that it is meant to
    answer. What stays open is given to whoever is responsible by now. Messages that show one of them are drawn again.
    """
    found = reminders.of_deal(connection, deal.team_id, deal.id)
    process = desk.processes.get(deal.process)
    if found and process is not None:
        facts, today = facts_of(desk, connection, [deal])[deal.id], noticing_day(desk)
        moot = [one for one in found if not still_holds(one, process, deal, facts, today, desk.is_off)]
        answered = [one.id for one in moot if one.kind in (_ASKED if how is Settlement.ANSWERED else _NUMBERED)]
        settle(desk, connection, deal, answered, how, by, note)
        # What an answer only made moot by the way may be true again, and is opened again then.
        settle(desk, connection, deal, [one.id for one in moot if one.id not in answered], Settlement.OVERTAKEN)
    if any(one.user_id != deal.responsible and one.kind not in MANAGERS_OWN for one in found):
        hand_over(desk, connection, deal)


def settle(
    desk: Desk,
    connection: Connection,
    deal: Deal,
    reminder_ids: Collection[int],
    how: Settlement,
    by: str | None = None,
    note: str = "",
) -> list[int]:
    """Settle those that are open still, and have their messages drawn again. Returns their ids."""
    settled = reminders.settle(connection, deal.team_id, reminder_ids, how, desk.clock(), by, note)
    if settled:
        # What was overtaken may come up again and be settled again, so the moment is part of the slot.
        moment = desk.clock().isoformat()
        _draw_again(desk, connection, deal.team_id, settled, f"{max(settled)}.{moment}")
    return settled


def answered(
    desk: Desk,
    connection: Connection,
    deal: Deal,
    kind: ReminderKind,
    how: Settlement,
    by: str,
    note: str = "",
    slot: str | None = None,
) -> None:
    """Somebody's answer settles the open reminders of that kind, of one slot where it is named.

    What does not hold any more because of it is settled with it.
    """
    open_ones = reminders.of_deal(connection, deal.team_id, deal.id)
    ids = [one.id for one in open_ones if one.kind is kind and slot in (None, one.slot)]
    settle(desk, connection, deal, ids, how, by, note)
    overtake(desk, connection, deal)


def hand_over(desk: Desk, connection: Connection, deal: Deal) -> None:
    """Give the deal's open reminders to whoever is responsible for it now."""
    handed = reminders.hand_over(connection, deal.team_id, deal.id, deal.responsible, desk.today())
    _draw_again(desk, connection, deal.team_id, handed, f"handed.{deal.id}.{deal.version}")


def look(desk: Desk, actor: Actor, reminder_id: int) -> Noticed:
    """A reminder whose button was pressed, to draw its form.

    Raises AlreadyDecided, saying what is true now, when it was settled or the deal has moved on; NotAllowed for those
    who may not settle it.
    """
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        reminder = _required(connection, actor.team_id, reminder_id)
        deal = deals.get(connection, actor.team_id, reminder.deal_id)
        policy.require_reminded(actor, deal, for_managers=reminder.kind in MANAGERS_OWN)
        _require_open(desk, connection, reminder, deal)
    return Noticed(reminder, deal)


def subject_of(noticed: Noticed, kind: ReminderKind) -> int:
    """The number that the slot of a reminder of that kind begins with. Raises BadInput when it is of another kind."""
    if noticed.reminder.kind is not kind:
        raise BadInput("This button belongs to another message. Please look at your latest one.")
    return int(noticed.reminder.slot.partition(".")[0])


def open_one(desk: Desk, connection: Connection, actor: Actor, reminder_id: int) -> Noticed:
    """The same inside a change, with the deal locked until it ends."""
    policy.require_colleague(actor)
    reminder = _required(connection, actor.team_id, reminder_id)
    deals.lock(connection, actor.team_id, reminder.deal_id)
    deal = deals.get(connection, actor.team_id, reminder.deal_id)
    policy.require_reminded(actor, deal, for_managers=reminder.kind in MANAGERS_OWN)
    reminder = _required(connection, actor.team_id, reminder_id)
    _require_open(desk, connection, reminder, deal)
    return Noticed(reminder, deal)


def snooze(desk: Desk, actor: Actor, reminder_id: int, until: date, today: date) -> Noticed:
    """Say nothing of it before `until`; `today` is the person's own. Raises BadInput for a day that will not do."""
    if until <= today:
        raise BadInput("Choose a later day.", {"until": "Choose a day after today."})
    if until > today + FARTHEST:
        raise BadInput("Choose an earlier day.", {"until": "At most a year ahead. For longer, park the deal."})
    with desk.change(actor) as connection:
        noticed = open_one(desk, connection, actor, reminder_id)
        sleeps = noticed.reminder.snoozes > 0 and noticed.reminder.told_on is None
        if sleeps and noticed.reminder.tell_on == until:
            raise AlreadyDecided(f"This already sleeps until {show_date(until)}.")
        reminders.snooze(connection, actor.team_id, reminder_id, until)
        put_off = _required(connection, actor.team_id, reminder_id)
        _draw_again(desk, connection, actor.team_id, [reminder_id], f"{reminder_id}.{put_off.snoozes}")
    return Noticed(put_off, noticed.deal)


def standing(desk: Desk, deal: Deal) -> str:
    """Where a deal stands now, in a sentence."""
    if deal.status is Status.LOST:
        return f"{deal.label} is lost."
    if deal.status is Status.PARKED:
        until = f" until {show_date(deal.waiting_until)}" if deal.waiting_until else ""
        return f"{deal.label} is parked{until}."
    process = desk.processes.get(deal.process)
    stage = process.stage(deal.stage) if process else None
    step = f"the next step is on {show_date(deal.next_step.on)}" if deal.next_step else "no next step is planned"
    return f"{deal.label} is {deal.status.value}, in “{stage.name if stage else deal.stage}”, and {step}."


def _require_open(desk: Desk, connection: Connection, reminder: Reminder, deal: Deal) -> None:
    """Raises AlreadyDecided, saying what is true now, unless it is open and still so."""
    now = f"Now {standing(desk, deal)}"
    if reminder.settled_at is not None and reminder.settled_how in _HOW and reminder.settled_by:
        who, when = said.person(reminder.settled_by), said.moment(reminder.settled_at)
        raise AlreadyDecided(f"This was already settled by {who}, {when}: {_HOW[reminder.settled_how]}. {now}")
    process = desk.processes.get(deal.process)
    if reminder.settled_at is None and process is not None:
        facts = facts_of(desk, connection, [deal])[deal.id]
        if still_holds(reminder, process, deal, facts, noticing_day(desk), desk.is_off):
            return
    raise AlreadyDecided(f"Nothing is left to do here, because the deal has moved on. {now}")


def _draw_again(desk: Desk, connection: Connection, team_id: str, reminder_ids: Collection[int], number: str) -> None:
    """Have every message drawn again that shows one of these reminders."""
    for shown in reminders.shown_in(connection, team_id, reminder_ids):
        ask_for(desk, connection, team_id, Errand(shown.kind), shown.subject, f"drawn.{number}")


def _required(connection: Connection, team_id: str, reminder_id: int) -> Reminder:
    found = reminders.get(connection, team_id, reminder_id)
    if found is None:
        raise NotFound("This reminder is not here any more.")
    return found
