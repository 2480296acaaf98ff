"""Discounts: noted within the rep's limit, decided by a manager above it, once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.concessions import Concession, State
from bot.domain.deal import Deal, Status
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.gate import Judgement
from bot.domain.junk import looks_like_placeholder
from bot.domain.objections import Objection
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.judging import judge_deals
from bot.store import concessions, deals, objections, postings
from bot.store.postings import Posting

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a discount is noted with: the deal, the rep's limit in basis points, and the discount that holds or waits.

    Without a limit, the process lets reps give any.
    """

    deal: Deal
    limit: int | None
    latest: Concession | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A discount with the evidence by which a manager decides about it, and where its card stands."""

    deal: Deal
    process: Process | None
    concession: Concession
    judgement: Judgement | None
    objections: tuple[Objection, ...]
    posted: Posting | None
    channel: str | None


def for_notes(desk: Desk, actor: Actor, deal_id: int) -> Pricing:
    """What a new discount is noted with. Raises NotAllowed, and BadInput for a deal that is closed or won."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        latest = concessions.of_deals(connection, actor.team_id, [deal.id]).get(deal.id)
    _require_priced(actor, deal)
    return Pricing(deal, _limit(desk, deal), latest)


def give(desk: Desk, actor: Actor, deal_id: int, points: int, why: str) -> Concession:
    """Note a discount of so many basis points on the deal; above the rep's limit it waits for a manager.

    It takes the place of one that waits. Raises BadInput with a sentence for the field `reason`; NeedsSetup when
    nobody could decide.
    """
    if looks_like_placeholder(why):
        raise BadInput("Say why.", {"reason": "Say what the buyer gives in return, or why it is worth it."})
    if len(why) > LONGEST:
        raise BadInput("That is too long.", {"reason": f"At most {LONGEST} characters, please."})
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        _require_priced(actor, deal)
        limit = _limit(desk, deal)
        waits = limit is not None and points > limit
        if waits:
            policy.require_a_decider(desk.rules.managers, deal, actor.user_id, "This discount")
            if desk.channel(desk.process(deal)) is None:
                policy.require_a_channel("This discount")
        _withdraw_pending(desk, connection, actor, deal)
        state = State.WAITING if waits else State.WITHIN
        new = Concession(0, deal.id, points, why.strip(), actor.user_id, desk.clock(), state, limit, deal.amount)
        stored = replace(new, id=concessions.add(connection, actor.team_id, new))
        if waits:
            ask_for(desk, connection, actor.team_id, Errand.CONCESSION, stored.id, "asked")
        refresh_homes(desk, connection, deal)
        return stored


def take_back(desk: Desk, actor: Actor, deal_id: int) -> Deal:
    """Withdraw the deal's discount that waits for a manager. Raises AlreadyDecided when none does any more."""
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        if not _withdraw_pending(desk, connection, actor, deal):
            raise AlreadyDecided("No discount of this deal waits for a decision any more.")
        refresh_homes(desk, connection, deal)
        return deal


def decide(desk: Desk, actor: Actor, concession_id: int, *, approve: bool, comment: str = "") -> Concession:
    """A manager approves or declines a discount; a decline needs a comment, which reaches the rep.

    Raises AlreadyDecided, saying by whom, when it was settled before.
    """
    if not approve and looks_like_placeholder(comment):
        raise BadInput("Say why.", {"comment": "Say what would be fine instead, so that the rep can go on."})
    if len(comment) > LONGEST:
        raise BadInput("That is too long.", {"comment": f"At most {LONGEST} characters, please."})
    with desk.change(actor) as connection:
        deal, _ = _decidable(connection, actor, concession_id)
        deals.lock(connection, actor.team_id, deal.id)
        state, now = State.APPROVED if approve else State.DECLINED, desk.clock()
        team_id, words = actor.team_id, comment.strip()
        if not concessions.decide(connection, team_id, concession_id, state, actor.user_id, now, words):
            _decidable(connection, actor, concession_id)
        for errand in (Errand.CONCESSION, Errand.CONCESSION_TOLD):
            ask_for(desk, connection, team_id, errand, concession_id, "decided")
        refresh_homes(desk, connection, deal)
        return _required(connection, team_id, concession_id)


def for_decision(desk: Desk, actor: Actor, concession_id: int) -> tuple[Deal, Concession]:
    """A discount that this person may decide and that still waits, so that nobody writes a comment in vain."""
    policy.require_manager(actor, "decide about discounts")
    with desk.db.read() as connection:
        return _decidable(connection, actor, concession_id)


def asked(desk: Desk, team_id: str, concession_id: int) -> Asked | None:
    """What managers are shown of a discount now, or None when there is no such one."""
    with desk.db.read() as connection:
        found = concessions.get(connection, team_id, concession_id)
        if found is None:
            return None
        deal = deals.get(connection, team_id, found.deal_id)
        process = desk.processes.get(deal.process)
        return Asked(
            deal,
            process,
            found,
            judge_deals(desk, connection, [deal])[0].judgement,
            tuple(objections.open_of(connection, team_id, [deal.id]).get(deal.id, ())),
            postings.find(connection, team_id, Errand.CONCESSION, str(concession_id)),
            desk.channel(process) if process else desk.rules.manager_channel,
        )


def _require_priced(actor: Actor, deal: Deal) -> None:
    policy.require_change(actor, deal)
    policy.require_active(deal)
    if deal.status is not Status.OPEN:
        raise BadInput(f"{deal.label} is won; its price is agreed.")


def _limit(desk: Desk, deal: Deal) -> int | None:
    limits = desk.process(deal).concessions
    return limits.rep if limits else None


def _withdraw_pending(desk: Desk, connection: Connection, actor: Actor, deal: Deal) -> bool:
    before = concessions.of_deals(connection, actor.team_id, [deal.id]).get(deal.id)
    if before is None or not before.is_pending:
        return False
    concessions.decide(connection, actor.team_id, before.id, State.WITHDRAWN, actor.user_id, desk.clock())
    ask_for(desk, connection, actor.team_id, Errand.CONCESSION, before.id, "withdrawn")
    return True


def _decidable(connection: Connection, actor: Actor, concession_id: int) -> tuple[Deal, Concession]:
    found = _required(connection, actor.team_id, concession_id)
    deal = deals.get(connection, actor.team_id, found.deal_id)
    policy.require_price_decider(actor, deal, found.by)
    if not found.is_pending and found.decided_by and found.decided_at:
        who, when = said.person(found.decided_by), said.moment(found.decided_at)
        raise AlreadyDecided(f"This was already {found.state.value} by {who}, {when}.")
    return deal, found


def _required(connection: Connection, team_id: str, concession_id: int) -> Concession:
    found = concessions.get(connection, team_id, concession_id)
    if found is None:
        raise NotFound("That discount is not here any more.")
    return found
