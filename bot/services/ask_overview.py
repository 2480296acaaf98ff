"""How it stands with asking customers: those of one deal, and what came of it for a person and the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain import policy
from bot.domain.asking import Ask, Funnel, Withheld, asking
from bot.domain.cadence import ask_withheld, asks_of, still_holds
from bot.domain.deal import Deal
from bot.domain.people import Actor
from bot.domain.reminders import ASKS, Reminder, ReminderKind
from bot.services.desk import Desk
from bot.services.facts import facts_of, noticing_day
from bot.services.promises import MOST_LISTED, MOST_REPS, PERIOD
from bot.store import asks, deals, funnel


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one thing a customer may be asked for: the last row of the log, and from when to ask.

    `due_on` is None where the rules do not propose it (any more); asking is possible all the same.
    """

    kind: ReminderKind
    last: Ask | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What the customer of a deal was and may be asked for. `new_deals` are those that began with it, by id."""

    deal: Deal
    standings: tuple[Standing, ...]
    withheld: Withheld | None
    new_deals: dict[int, Deal]
    may_change: bool


@dataclass(frozen=True, slots=True)
class Referrals:
    """What came of asking for referrals in a year, and what somebody could do about it. `by_rep` is for managers."""

    mine: Funnel
    team: Funnel
    to_ask: tuple[tuple[Reminder, Deal], ...]
    unanswered: tuple[tuple[Ask, Deal], ...]
    unstarted: tuple[tuple[Ask, Deal], ...]
    by_rep: tuple[tuple[str, Funnel], ...] = ()


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> Asking:
    """How it stands with everything that the customer of a deal may be asked for."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        log = asks.of_deal(connection, actor.team_id, deal_id)
        process, due = desk.processes.get(deal.process), dict[ReminderKind, date]()
        withheld: Withheld | None = Withheld.NOT_WON
        if process is not None:
            facts = facts_of(desk, connection, [deal])[deal.id]
            withheld, due = ask_withheld(process, deal, facts, noticing_day(desk)), dict(asks_of(process, deal, facts))
        begun = deals.some(connection, actor.team_id, {ask.new_deal_id for ask in log if ask.new_deal_id})
    last = {ask.kind: ask for ask in log}
    offered = [kind for kind in ASKS if kind in last or (process and asking(process.cadence, kind) is not None)]
    kinds = dict.fromkeys((ReminderKind.REFERRAL, *offered))
    return Asking(
        deal,
        tuple(Standing(kind, last.get(kind), due.get(kind)) for kind in kinds),
        withheld,
        {new.id: new for new in begun},
        policy.may_change(actor, deal),
    )


def referrals(desk: Desk, actor: Actor) -> Referrals:
    """The funnel of the actor and the team, whom to ask next, and for managers each rep's."""
    policy.require_colleague(actor)
    team_id, since, today = actor.team_id, desk.clock() - PERIOD, noticing_day(desk)
    with desk.db.read() as connection:
        noticed = funnel.to_ask(connection, team_id, actor.user_id, today, MOST_LISTED)
        waiting = funnel.unanswered(connection, team_id, actor.user_id, MOST_LISTED)
        unstarted = funnel.without_deal(connection, team_id, actor.user_id, MOST_LISTED)
        ids = {one.deal_id for one in noticed} | {one.deal_id for one in (*waiting, *unstarted)}
        found = {deal.id: deal for deal in deals.some(connection, team_id, ids)}
        facts = facts_of(desk, connection, [found[key] for key in {one.deal_id for one in noticed}])
        reps = funnel.figures_by_rep(connection, team_id, since, today, MOST_REPS) if actor.is_manager else []
        mine = funnel.figures(connection, team_id, since, today, actor.user_id)
        team = funnel.figures(connection, team_id, since, today)
    holding = [
        (one, found[one.deal_id])
        for one in noticed
        if (process := desk.processes.get(found[one.deal_id].process)) is not None
        and still_holds(one, process, found[one.deal_id], facts[one.deal_id], today)
    ]
    return Referrals(
        mine,
        team,
        tuple(holding),
        tuple((one, found[one.deal_id]) for one in waiting),
        tuple((one, found[one.deal_id]) for one in unstarted),
        tuple(reps),
    )
