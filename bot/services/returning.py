"""Deals that come back: parked ones whose day has come, and lost ones that may be won back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal, Move, MoveKind
from bot.domain.errors import BadInput
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.domain.reminders import Reminder, ReminderKind, Settlement
from bot.services import closings, reminders
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.store import deals, evidence, moves

MOST_OTHERS = 3
FARTHEST = timedelta(days=3 * 365)
BACK = (ReminderKind.RETURN, ReminderKind.WINBACK)


@dataclass(frozen=True, slots=True)
class Return:
    """A deal that is back: how it was closed, and what has changed since. `others` are deals of the same company."""

    reminder: Reminder
    deal: Deal
    process: Process | None
    closing: Move | None
    evidence_after: int
    others: tuple[Deal, ...]


def look(desk: Desk, actor: Actor, reminder_id: int) -> Return:
    """What to show of a deal that is back. Raises AlreadyDecided when that was settled, NotAllowed for others."""
    noticed = _require_back(reminders.look(desk, actor, reminder_id))
    deal = noticed.deal
    with desk.db.read() as connection:
        log = moves.log(connection, deal.team_id, deal.id)
        closings_of = [move for move in log if move.kind in (MoveKind.LOST, MoveKind.PARKED)]
        closing = closings_of[-1] if closings_of else None
        pieces = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
        after = [piece for piece in pieces if closing is not None and piece.added_at > closing.at]
        same = deals.named_like(connection, deal.team_id, deal.company, 20) if deal.company else []
    key = deals.sort_key(deal.company)
    others = [
        other
        for other in same
        if other.id != deal.id
        and deals.sort_key(other.company) == key
        and (closing is None or max(other.created_at, other.stage_since) > closing.at)
    ]
    process = desk.processes.get(deal.process)
    return Return(noticed.reminder, deal, process, closing, len(after), tuple(others[:MOST_OTHERS]))


def reopen(desk: Desk, actor: Actor, reminder_id: int) -> Deal:
    """Work on it again, in the stage it kept."""
    with desk.change(actor) as connection:
        noticed = _require_back(reminders.open_one(desk, connection, actor, reminder_id))
        return closings.take_back(desk, connection, actor, noticed.deal)


def later(desk: Desk, actor: Actor, reminder_id: int, until: date, today: date) -> Deal:
    """Leave it closed, and ask again on another day; `today` is the person's own.

    Raises BadInput for a day that will not do.
    """
    if until <= today:
        raise BadInput("Choose a later day.", {"until": "Choose a day after today."})
    if until > today + FARTHEST:
        raise BadInput("Choose an earlier day.", {"until": "At most three years ahead. Later than that, let it go."})
    with desk.change(actor) as connection:
        noticed = _require_back(reminders.open_one(desk, connection, actor, reminder_id))
        how = Settlement.PARKED if noticed.reminder.kind is ReminderKind.RETURN else Settlement.PLANNED
        reminders.settle(desk, connection, noticed.deal, [reminder_id], how, actor.user_id, f"until {show_date(until)}")
        changed = deals.change(connection, noticed.deal, {"waiting_until": until})
        reminders.overtake(desk, connection, changed)
        refresh_homes(desk, connection, changed)
        return changed


def let_go(desk: Desk, actor: Actor, reminder_id: int) -> Deal:
    """Leave a lost deal lost for good: nobody is asked about it again. A parked one has to be closed as lost."""
    with desk.change(actor) as connection:
        noticed = _require_back(reminders.open_one(desk, connection, actor, reminder_id))
        if noticed.reminder.kind is not ReminderKind.WINBACK:
            raise BadInput("A parked deal is let go by closing it as lost, with what we learned.")
        reminders.settle(desk, connection, noticed.deal, [reminder_id], Settlement.DISMISSED, actor.user_id)
        changed = deals.change(connection, noticed.deal, {"waiting_until": None})
        reminders.overtake(desk, connection, changed)
        return changed


def _require_back(noticed: reminders.Noticed) -> reminders.Noticed:
    """Raises BadInput when it is not a deal that came back."""
    if noticed.reminder.kind not in BACK:
        raise BadInput("This deal is being worked on, so there is nothing to bring back.")
    return noticed
