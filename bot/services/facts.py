"""Gathering what the rules of the clock read of several deals at once, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain.cadence import ApprovalFact, EvidenceFact, Facts, QuestionFact
from bot.domain.deal import Deal, Move, Status
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gate import proves
from bot.domain.overrides import OverrideFact
from bot.domain.policy import may_decide
from bot.domain.process import Process
from bot.domain.questions import EntryKind, Question
from bot.services.desk import Desk
from bot.store import evidence, facts, moves, overrides, questions
from bot.store.facts import Arrival

EARLIEST_PLACE = timedelta(hours=14)
"""How far the calendar is ahead of UTC where each day begins first."""


def noticing_day(desk: Desk) -> date:
    """The day for which things are noticed: the newest there is anywhere. Each person hears of it on their own day."""
    return (desk.clock() + EARLIEST_PLACE).date()


def facts_of(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> dict[int, Facts]:
    """What the rules read beside the deals, of one workspace, by deal id. A handful of queries for any number."""
    if not deals:
        return {}
    team_id, ids = deals[0].team_id, [deal.id for deal in deals]
    won = [deal.id for deal in deals if deal.status is Status.WON]
    pending = moves.some(connection, team_id, [deal.pending_move for deal in deals if deal.pending_move])
    asked = questions.of_deals(connection, team_id, ids)
    proofs = _proofs(desk, connection, team_id, deals)
    promised = facts.promises(connection, team_id, ids)
    doubts = facts.objections(connection, team_id, ids)
    let = overrides.open_of_deals(connection, team_id, [deal.id for deal in deals if deal.let_pass])
    checked, asks = facts.value_checks(connection, team_id, won), facts.asks(connection, team_id, won)
    arrived = facts.arrivals(connection, team_id, won)
    gone = facts.gone(connection, team_id, {deal.responsible for deal in deals})
    managers = tuple(sorted(desk.rules.managers))
    return {
        deal.id: Facts(
            evidence=_evidence(desk.processes.get(deal.process), deal, proofs.get(deal.id, [])),
            questions=tuple(_question(one) for one in asked[deal.id] if one.waits_for_rep),
            approval=_approval(deal, pending.get(deal.pending_move or 0), managers),
            promises=promised.get(deal.id, ()),
            objections=doubts.get(deal.id, ()),
            overrides=tuple(OverrideFact(o.id, o.stage, o.criterion, o.due_on) for o in let.get(deal.id, ())),
            value_checks=checked.get(deal.id, ()),
            asks=asks.get(deal.id, ()),
            won_on=_won_on(arrived.get(deal.id, [])),
            reached=tuple({one.stage: one.at.date() for one in arrived.get(deal.id, [])}.items()),
            departed=deal.responsible in gone,
            managers=managers,
        )
        for deal in deals
    }


def _proofs(desk: Desk, connection: Connection, team_id: str, deals: Sequence[Deal]) -> dict[int, list[Evidence]]:
    """The evidence of those deals in whose stage proof can grow old."""
    aging = [deal.id for deal in deals if _ages(desk.processes.get(deal.process), deal.stage)]
    if not aging:
        return {}
    renamed = frozenset[str]().union(*(process.renamed for process in desk.processes.values()))
    return evidence.to_judge(connection, team_id, aging, renamed)


def _ages(process: Process | None, stage_key: str) -> bool:
    stage = process.stage(stage_key) if process else None
    return stage is not None and any(criterion.max_age for criterion in stage.criteria)


def _evidence(process: Process | None, deal: Deal, pieces: Sequence[Evidence]) -> tuple[EvidenceFact, ...]:
    stage = process.stage(deal.stage) if process else None
    if process is None or stage is None:
        return ()
    found = []
    keys = process.told_of(stage)
    for piece in pieces:
        criterion = stage.criterion(piece.criterion)
        if piece.stage in keys and criterion is not None and proves(criterion, piece):
            excused = piece.kind is EvidenceKind.NOT_APPLICABLE
            found.append(EvidenceFact(piece.id, piece.criterion, None if excused else piece.happened_on))
    return tuple(found)


def _question(asked: Question) -> QuestionFact:
    again = [entry.at for entry in asked.entries if entry.kind is EntryKind.ASKED_AGAIN]
    latest = again[-1] if again else asked.asked_at
    return QuestionFact(f"{asked.id}.{len(asked.entries)}", latest.date())


def _approval(deal: Deal, move: Move | None, managers: Sequence[str]) -> ApprovalFact | None:
    if move is None or not move.is_pending:
        return None
    deciders = tuple(manager for manager in managers if may_decide(manager, deal, move.by))
    return ApprovalFact(move.id, move.at.date(), deciders)


def _won_on(arrived: Sequence[Arrival]) -> date | None:
    """The day of the latest win: a deal that fell back and was won again counts from then."""
    won, before = None, Status.OPEN
    for one in arrived:
        if one.status is Status.WON and before is not Status.WON:
            won = one.at.date()
        before = one.status
    return won
