"""Moves that wait for a manager: approve, send back, and what cancels them."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.deal import Deal, Decision, Move, Verdict
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.gate import Judgement
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.words import excerpt
from bot.services import progress
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, hand_off, refresh_homes
from bot.services.judging import judge_deal
from bot.services.reminders import overtake
from bot.store import deals, moves

LONGEST_COMMENT = 3000


def approve(desk: Desk, actor: Actor, move_id: int, comment: str = "") -> Deal:
    """Let a pending move happen, if the gate still opens at this moment.

    Raises AlreadyDecided when it was settled before, BadInput naming the gaps when the evidence no longer holds.
    """
    with desk.change(actor) as connection:
        deal, move = _pending(connection, actor, move_id)
        judgement = judge_deal(desk, connection, deal)
        if not judgement.opens:
            raise BadInput(
                f"This move cannot be approved, because {_why_shut(judgement)}. "
                "It waits until that is mended, or send it back."
            )
        _decide(desk, connection, actor, move, Verdict.APPROVED, comment)
        values = {
            "stage": move.to_stage,
            "status": move.to_status.value,
            "stage_since": desk.clock(),
            "pending_move": None,
            "process_version": desk.process(deal).version,
            **progress.of_move(desk),
        }
        changed = deals.change(connection, deal, values)
        hand_off(desk, connection, deal, changed, actor.user_id)
        _announce(desk, connection, changed, move)
        overtake(desk, connection, changed)
        return changed


def _why_shut(judgement: Judgement) -> str:
    if judgement.gaps:
        named = "; ".join(f"“{gap.criterion.text.rstrip('.')}”" for gap in judgement.gaps)
        return f"these criteria are not met now: {named}"
    if judgement.earlier_questions:
        return "a question about an earlier proof is open"
    if judgement.owed:
        return "evidence that was to follow an earlier move is missing"
    if judgement.loose.objections:
        return f"the objection “{excerpt(judgement.loose.objections[0].words, 200)}” is open"
    return "a discount waits for a manager"


def send_back(desk: Desk, actor: Actor, move_id: int, comment: str) -> Deal:
    """Decline a pending move with a comment, which reaches the rep. The deal stays in its stage."""
    if looks_like_placeholder(comment):
        raise BadInput("Say what is missing.", {"comment": "Say what is missing, so that the rep can mend it."})
    with desk.change(actor) as connection:
        deal, move = _pending(connection, actor, move_id)
        _decide(desk, connection, actor, move, Verdict.SENT_BACK, comment)
        changed = deals.change(connection, deal, {"pending_move": None, **progress.after_waiting(desk, deal, move)})
        _announce(desk, connection, changed, move)
        overtake(desk, connection, changed)
        return changed


def cancel_pending(desk: Desk, connection: Connection, actor: Actor, deal: Deal, why: str) -> Deal:
    """Withdraw the deal's pending move, inside the transaction of the change that made it void."""
    if deal.pending_move is None:
        return deal
    move = moves.get(connection, deal.team_id, deal.pending_move)
    _decide(desk, connection, actor, move, Verdict.CANCELLED, why)
    changed = deals.change(connection, deal, {"pending_move": None, **progress.after_waiting(desk, deal, move)})
    _announce(desk, connection, changed, move)
    overtake(desk, connection, changed)
    return changed


def _pending(connection: Connection, actor: Actor, move_id: int) -> tuple[Deal, Move]:
    """The deal, locked, and its pending move. Raises AlreadyDecided when the move no longer waits."""
    move = moves.get(connection, actor.team_id, move_id)
    deals.lock(connection, actor.team_id, move.deal_id)
    deal = deals.get(connection, actor.team_id, move.deal_id)
    move = moves.get(connection, actor.team_id, move_id)
    policy.require_decider(actor, deal, move)
    if move.decision is not None:
        raise _settled(move.decision)
    if deal.pending_move != move.id:
        raise AlreadyDecided("This move does not wait for a decision.")
    return deal, move


def _decide(desk: Desk, connection: Connection, actor: Actor, move: Move, verdict: Verdict, comment: str) -> None:
    if len(comment) > LONGEST_COMMENT:
        raise BadInput("That is too long.", {"comment": f"At most {LONGEST_COMMENT} characters, please."})
    made = Decision(verdict, actor.user_id, desk.clock(), comment.strip())
    if not moves.decide(connection, actor.team_id, move.id, made):
        raise AlreadyDecided("Somebody else decided this a moment ago.")


_DONE = {Verdict.APPROVED: "approved", Verdict.SENT_BACK: "sent back", Verdict.CANCELLED: "cancelled"}


def _settled(made: Decision) -> AlreadyDecided:
    return AlreadyDecided(f"This was already {_DONE[made.verdict]} by {said.person(made.by)}, {said.moment(made.at)}.")


def _announce(desk: Desk, connection: Connection, deal: Deal, move: Move) -> None:
    ask_for(desk, connection, deal.team_id, Errand.CARD, move.id, "decided")
    ask_for(desk, connection, deal.team_id, Errand.DECISION, move.id, "decided")
    refresh_homes(desk, connection, deal, move.by)
