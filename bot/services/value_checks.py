"""Value checks: some months after the win, is the promised value there?"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.cadence import matters
from bot.domain.deal import Deal, Status
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.people import Actor
from bot.domain.promises import ValueAnswer, ValueCheck, shown_by
from bot.domain.reminders import ReminderKind, Settlement
from bot.services import reminders
from bot.services.desk import Desk
from bot.services.facts import facts_of, noticing_day
from bot.store import deals, promises


def for_check(desk: Desk, actor: Actor, deal_id: int, month: int) -> Deal:
    """The deal, to draw the form of a value check. Raises AlreadyDecided when it has an answer."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        policy.require_change(actor, deal)
        _require_unanswered(connection, deal, month)
        return deal


def check_value(
    desk: Desk, actor: Actor, deal_id: int, month: int, answer: ValueAnswer, note: str, link: str = ""
) -> Deal:
    """Answer the check so many months after the win: is the promised value there?

    Raises BadInput with a sentence for each wrong field (`note`, `link`), or when no check is due for that month;
    AlreadyDecided when it has an answer.
    """
    note, address = shown_by(note, link, "Say what shows it, such as a figure that the buyer named.")
    with desk.change(actor) as connection:
        deals.lock(connection, actor.team_id, deal_id)
        deal = deals.get(connection, actor.team_id, deal_id)
        policy.require_change(actor, deal)
        _require_unanswered(connection, deal, month)
        if due(desk, connection, deal) != month:
            raise BadInput(f"No such check of {deal.label} is due now. {reminders.standing(desk, deal)}")
        made = ValueCheck(deal_id, month, answer, actor.user_id, desk.clock(), note, address)
        promises.add_check(connection, actor.team_id, made)
        kind, how = ReminderKind.VALUE_CHECK, Settlement.ANSWERED
        reminders.answered(desk, connection, deal, kind, how, actor.user_id, f"{answer.value}, {note}", str(month))
        return deal


def due(desk: Desk, connection: Connection, deal: Deal) -> int | None:
    """The month of the check that waits for an answer; None when none does."""
    process = desk.processes.get(deal.process)
    if deal.status is not Status.WON or process is None:
        return None
    facts = facts_of(desk, connection, [deal])[deal.id]
    due = [
        matter
        for matter in matters(process, deal, facts, noticing_day(desk))
        if matter.kind is ReminderKind.VALUE_CHECK
    ]
    return int(due[0].slot) if due else None


def _require_unanswered(connection: Connection, deal: Deal, month: int) -> None:
    for check in promises.checks_of_deal(connection, deal.team_id, deal.id):
        if check.month == month:
            who, when = said.person(check.by), said.moment(check.at)
            raise AlreadyDecided(f"{who} already answered this, {when}: {check.answer.value}.")
