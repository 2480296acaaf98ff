"""A rep asks managers to let a deal pass: asked once, decided once, in the managers' channel."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.evidence import Evidence, Standing
from bot.domain.junk import looks_like_placeholder
from bot.domain.overrides import LONGEST, Budget, Request
from bot.domain.people import Actor
from bot.domain.process import Criterion
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.judging import judge_deal
from bot.services.overrides import budget, gaps_of, open_request, spent
from bot.store import deals, evidence, overrides, postings
from bot.store.postings import Posting


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as managers see it: with the evidence there is so far, and the rep's budget."""

    deal: Deal
    request: Request
    evidence: tuple[Evidence, ...]
    budget: Budget
    posted: Posting | None
    channel: str | None


def may_ask(desk: Desk, actor: Actor, deal_id: int, criterion: str) -> tuple[Deal, Criterion]:
    """The deal and what is missing, to draw the form. Raises what `ask` raises."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        return deal, _askable(desk, connection, actor, deal, criterion)


def ask(desk: Desk, actor: Actor, deal_id: int, stage: str, criterion: str, why: str) -> Request:
    """Ask the managers to let a criterion of the deal's present stage pass.

    Raises BadInput for a reason that is none (`reason`), when the month's budget is spent, or when nothing is missing
    there; AlreadyDecided when it was asked before; NeedsSetup when nobody could decide it.
    """
    if looks_like_placeholder(why):
        sentence = "Say why it should pass now, and when the evidence will come."
        raise BadInput(sentence, {"reason": sentence})
    if len(why) > LONGEST:
        raise BadInput("That is too long.", {"reason": f"At most {LONGEST} characters, please."})
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        found = _askable(desk, connection, actor, deal, criterion)
        here = desk.stage(deal)
        if here.key != stage:
            raise BadInput(f"{deal.label} has moved on to “{here.name}”. Close this and look again.")
        new = Request(0, deal.id, here.key, found.key, found.text, why.strip(), actor.user_id, desk.clock())
        key = overrides.ask(connection, deal.team_id, new)
        ask_for(desk, connection, deal.team_id, Errand.OVERRIDE_REQUEST, key, "asked")
        refresh_homes(desk, connection, deal)
        stored = overrides.request(connection, deal.team_id, key)
        if stored is None:
            raise LookupError(key)
        return stored


def decline(desk: Desk, actor: Actor, request_id: int, reason: str) -> Request:
    """A manager does not let it pass, and says why. Raises as `open_request`, and BadInput without a reason."""
    if looks_like_placeholder(reason):
        raise BadInput("Say why not.", {"reason": "Say why not, or what would do, so that the rep knows what to get."})
    if len(reason) > LONGEST:
        raise BadInput("That is too long.", {"reason": f"At most {LONGEST} characters, please."})
    with desk.change(actor) as connection:
        policy.require_manager(actor, "let a deal pass without a proof")
        request = open_request(connection, actor, request_id)
        deal = locked(connection, actor, request.deal_id)
        policy.require_letting_pass(actor, deal, request.asked_by)
        now = desk.clock()
        if not overrides.decide(connection, deal.team_id, request_id, False, actor.user_id, now, reason.strip()):
            open_request(connection, actor, request_id)
        for errand in (Errand.OVERRIDE_REQUEST, Errand.OVERRIDE_DECLINED):
            ask_for(desk, connection, deal.team_id, errand, request_id, "settled")
        refresh_homes(desk, connection, deal)
        return request


def for_decision(desk: Desk, actor: Actor, request_id: int) -> tuple[Deal, Request]:
    """A request that this manager may decide, to draw a form. Raises NotAllowed, NotFound or AlreadyDecided."""
    policy.require_manager(actor, "let a deal pass without a proof")
    with desk.db.read() as connection:
        request = open_request(connection, actor, request_id)
        deal = deals.get(connection, actor.team_id, request.deal_id)
        policy.require_letting_pass(actor, deal, request.asked_by)
        return deal, request


def asked(desk: Desk, team_id: str, request_id: int) -> Asked | None:
    """The request as it stands now; None when it is not there."""
    with desk.db.read() as connection:
        request = overrides.request(connection, team_id, request_id)
        if request is None:
            return None
        deal = deals.get(connection, team_id, request.deal_id)
        process = desk.processes.get(deal.process)
        pieces = evidence.of_deals(connection, team_id, [deal.id])[deal.id]
        about = [p for p in pieces if (p.stage, p.criterion) == (request.stage, request.criterion)]
        return Asked(
            deal,
            request,
            tuple(piece for piece in about if piece.standing is not Standing.WITHDRAWN),
            budget(desk, connection, deal),
            postings.find(connection, team_id, Errand.OVERRIDE_REQUEST, str(request_id)),
            desk.channel(process) if process else desk.rules.manager_channel,
        )


def place(desk: Desk, team_id: str, request_id: int) -> tuple[str, str] | None:
    """The managers' channel that a request is meant for, and who asked; None when it is gone."""
    shown = asked(desk, team_id, request_id)
    return (shown.channel or "", shown.request.asked_by) if shown else None


def _askable(desk: Desk, connection: Connection, actor: Actor, deal: Deal, criterion: str) -> Criterion:
    """What may be asked for. Raises the reason why not, as `ask` says."""
    policy.require_change(actor, deal)
    policy.require_active(deal)
    judgement = judge_deal(desk, connection, deal)
    gap = next((one for one in gaps_of(judgement) if one.key == f"{judgement.stage.key}.{criterion}"), None)
    if gap is None:
        raise BadInput("This is not missing any more. Close this and look again.")
    left = budget(desk, connection, deal)
    if not left.left:
        raise BadInput(spent(left, said.person(deal.owner)))
    for request in overrides.open_requests(connection, deal.team_id, deal.id):
        if request.criterion == criterion and request.stage == judgement.stage.key:
            who, when = said.person(request.asked_by), said.moment(request.asked_at)
            raise AlreadyDecided(f"{who} already asked for this, {when}. A manager has yet to decide.")
    if desk.channel(desk.process(deal)) is None:
        policy.require_a_channel()
    policy.require_a_decider(desk.rules.managers, deal, actor.user_id)
    return gap.criterion
