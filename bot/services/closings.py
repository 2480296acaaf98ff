"""Closing a deal as lost or parked, and opening it again."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.cadence import winback_on
from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal, MoveKind, Status
from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.reminders import Settlement
from bot.domain.route import status_in
from bot.services import progress
from bot.services.approvals import cancel_pending
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.services.moves import log_move
from bot.services.reminders import overtake
from bot.store import deals


def lose(desk: Desk, actor: Actor, deal_id: int, reason_key: str, learned: str) -> Deal:
    """Close an open or parked deal as lost, for a reason of the process's list, with what was learned.

    Where the process says so, it is asked about again some months later.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return give_up(desk, connection, actor, deal, reason_key, learned)


def give_up(desk: Desk, connection: Connection, actor: Actor, deal: Deal, reason_key: str, learned: str) -> Deal:
    """The same inside somebody else's transaction, for a deal that was locked and may be changed by the actor."""
    policy.require_closable(deal)
    process = desk.process(deal)
    reason = process.loss_reason(reason_key)
    if reason is None:
        raise BadInput("Choose a reason.", {"reason": "Choose one of the reasons."})
    if looks_like_placeholder(learned):
        raise BadInput("What did we learn?", {"learned": "One sentence that helps with the next deal."})
    deal = cancel_pending(desk, connection, actor, deal, "The deal was lost.")
    log_move(desk, connection, actor, deal, MoveKind.LOST, deal.stage, Status.LOST, reason.text, None, learned=learned)
    again_on = winback_on(process, reason, desk.today())
    changed = _close(desk, connection, deal, Status.LOST, reason.text, again_on)
    overtake(desk, connection, changed, actor.user_id, Settlement.LOST, reason.text)
    return changed


def park(desk: Desk, actor: Actor, deal_id: int, until: date, why: str) -> Deal:
    """Put a deal aside until a day, with the reason; until then nobody is reminded of it."""
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return put_aside(desk, connection, actor, deal, until, why)


def put_aside(desk: Desk, connection: Connection, actor: Actor, deal: Deal, until: date, why: str) -> Deal:
    """The same inside somebody else's transaction, for a deal that was locked and may be changed by the actor."""
    if until <= desk.today():
        raise BadInput("Choose a later day.", {"until": "Choose a day after today."})
    if until > desk.today() + timedelta(days=3 * 365):
        raise BadInput("Choose an earlier day.", {"until": "At most three years ahead. Later than that it is lost."})
    if looks_like_placeholder(why):
        raise BadInput("Say why.", {"why": "Say what you wait for, such as “their budget round in June”."})
    policy.require_closable(deal)
    deal = cancel_pending(desk, connection, actor, deal, "The deal was parked.")
    log_move(desk, connection, actor, deal, MoveKind.PARKED, deal.stage, Status.PARKED, why, None, until=until)
    changed = _close(desk, connection, deal, Status.PARKED, why, until)
    overtake(desk, connection, changed, actor.user_id, Settlement.PARKED, f"until {show_date(until)}: {why.strip()}")
    return changed


def reopen(desk: Desk, actor: Actor, deal_id: int) -> Deal:
    """Bring a lost or parked deal back into the stage it kept; its evidence is judged by age again."""
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return take_back(desk, connection, actor, deal)


def take_back(desk: Desk, connection: Connection, actor: Actor, deal: Deal) -> Deal:
    """The same inside somebody else's transaction, for a deal that was locked and may be changed by the actor."""
    if deal.status not in (Status.LOST, Status.PARKED):
        raise BadInput(f"{deal.label} is {deal.status.value}, so there is nothing to reopen.")
    stage = desk.stage(deal)
    log_move(desk, connection, actor, deal, MoveKind.REOPENED, stage.key, status_in(stage), "", None)
    values = {
        "stage": stage.key,
        "status": status_in(stage).value,
        "stage_since": desk.clock(),
        # A step that was planned before is reminded of anew, under a new number.
        "next_step_no": deal.next_step_no + 1,
        **progress.of_return(desk),
    }
    changed = deals.change(connection, deal, values)
    overtake(desk, connection, changed, actor.user_id, Settlement.REOPENED)
    refresh_homes(desk, connection, changed)
    return changed


def _close(desk: Desk, connection: Connection, deal: Deal, status: Status, reason: str, until: date | None) -> Deal:
    values = {"status": status.value, "closing_reason": reason, "waiting_until": until}
    changed = deals.change(connection, deal, values)
    refresh_homes(desk, connection, changed)
    return changed
