"""Moving a deal: the checklist, the gate, and the one code path that changes a stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.deal import Deal, Move, MoveKind, Status
from bot.domain.errors import BadInput
from bot.domain.gate import Judgement
from bot.domain.junk import looks_like_placeholder
from bot.domain.objections import Objection
from bot.domain.people import Actor
from bot.domain.process import Approval, Process, Stage
from bot.domain.route import Route, read_stage, route, status_in
from bot.services import progress
from bot.services.approvals import cancel_pending
from bot.services.confirmations import can_confirm
from bot.services.deals import keep_definition, locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, hand_off, refresh_homes
from bot.services.judging import judge_deals
from bot.services.promises import Draft, note_in
from bot.services.reminders import overtake
from bot.store import deals, moves, objections

LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a rep sees before a move. `way` is None when the deal is only looked at, or has nowhere to go.

    `may_let_pass` is True for a manager of somebody else's deal.
    """

    deal: Deal
    process: Process
    judgement: Judgement
    way: Route | None
    pending: Move | None
    may_change: bool
    confirmable: frozenset[str] = frozenset()
    """The keys of the stage's criteria that a buyer can confirm on our page."""
    objections: tuple[Objection, ...] = ()
    """Those of the buyer's that are open."""
    may_let_pass: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move led to. With gaps nothing happened; `move` is the row of the log, pending or done."""

    checklist: Checklist
    move: Move | None

    @property
    def is_done(self) -> bool:
        """True when the deal is in its new stage now."""
        return self.move is not None and not self.move.is_pending


def checklist(desk: Desk, actor: Actor, deal_id: int, to: str | None = None) -> Checklist:
    """The deal before its gate. `to` is what the person typed as the target stage; without it, the way on.

    Raises BadInput when there is no such stage or no way there.
    """
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        return _checklist(desk, connection, actor, deals.get(connection, actor.team_id, deal_id), to)


def move(
    desk: Desk,
    actor: Actor,
    deal_id: int,
    from_stage: str,
    to_stage: str,
    reason: str = "",
    promised: Draft | None = None,
) -> Moved:
    """Move a deal from the stage it was seen in to another. Keys of stages, not what a person typed.

    `promised`, a checked draft, is noted with the move. With gaps, nothing happens and the answer shows them. Raises
    BadInput when the deal is no longer in `from_stage`, when there is no way, or when a way that needs a reason has
    none; NeedsSetup when nobody could approve.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        if deal.stage != from_stage:
            raise BadInput(f"{deal.label} was moved a moment ago. It is in “{_stage_name(desk, deal)}” now.")
        moved = step(desk, connection, actor, deal, to_stage, reason)
        if promised is not None and moved.move is not None:
            note_in(desk, connection, actor, deal, promised)
        return moved


def step(desk: Desk, connection: Connection, actor: Actor, deal: Deal, to_stage: str, reason: str) -> Moved:
    """The same inside somebody else's transaction, for a deal that was locked and may be changed by the actor."""
    seen = _checklist(desk, connection, actor, deal, to_stage)
    way = seen.way
    if way is None:
        raise BadInput(f"“{seen.judgement.stage.name}” is the last stage of this process.")
    if way.needs_gate and not seen.judgement.opens:
        return Moved(seen, None)
    if way.needs_gate and seen.judgement.stage.approval is Approval.MANAGER:
        return _ask_approval(desk, connection, actor, seen, way)
    if not way.needs_gate and looks_like_placeholder(reason):
        raise BadInput("Say why.", {"reason": "Say why, so that the team can learn from it."})
    deal = cancel_pending(desk, connection, actor, deal, "The deal was moved elsewhere.")
    stored = log_move(desk, connection, actor, deal, way.kind, way.to.key, way.status, reason, seen.judgement)
    changed = _enter(desk, connection, deal, way.to, way.status)
    hand_off(desk, connection, deal, changed, actor.user_id)
    _announce(desk, connection, changed, stored)
    overtake(desk, connection, changed)
    return Moved(_checklist(desk, connection, actor, changed, None), stored)


def _checklist(desk: Desk, connection: Connection, actor: Actor, deal: Deal, to: str | None) -> Checklist:
    process = desk.process(deal)
    stage = process.stage(deal.stage)
    if stage is None:
        return _stranded(desk, process, actor, deal, to)
    judgement = judge_deals(desk, connection, [deal])[0].judgement
    if judgement is None:
        raise LookupError(deal.stage)
    way = _way(process, deal, stage, to)
    pending = moves.get(connection, deal.team_id, deal.pending_move) if deal.pending_move else None
    asked = deal.status in (Status.OPEN, Status.WON)
    confirmable = frozenset(one.key for one in stage.criteria if asked and can_confirm(desk, stage, one))
    doubts = tuple(objections.open_of(connection, deal.team_id, [deal.id]).get(deal.id, ()))
    may_change, may_let_pass = policy.may_change(actor, deal), policy.may_let_pass(actor, deal)
    return Checklist(deal, process, judgement, way, pending, may_change, confirmable, doubts, may_let_pass)


def _way(process: Process, deal: Deal, stage: Stage, to: str | None) -> Route | None:
    if to is not None:
        return route(process, deal, stage, process.stage(to) or read_stage(process, to))
    on = process.nexts(stage)
    closed = deal.status in (Status.LOST, Status.PARKED)
    return route(process, deal, stage, on[0]) if on and not closed else None


def _stranded(desk: Desk, process: Process, actor: Actor, deal: Deal, to: str | None) -> Checklist:
    """A deal whose stage the process no longer has may be put into any stage before the win, with a reason."""
    if to is None:
        desk.stage(deal)
    target = process.stage(to or "") or read_stage(process, to or "")
    if status_in(target) is not Status.OPEN:
        raise BadInput("Choose a stage before the win; from there its exit criteria apply.")
    empty = Judgement(Stage(deal.stage, deal.stage, "This stage is no longer part of the process."), ())
    return Checklist(deal, process, empty, Route(MoveKind.BACK, target), None, policy.may_change(actor, deal))


def _ask_approval(desk: Desk, connection: Connection, actor: Actor, seen: Checklist, way: Route) -> Moved:
    deal = seen.deal
    if seen.pending is not None:
        raise BadInput(f"{deal.label} already waits for a manager's decision since {seen.pending.at:%d %B}.")
    policy.require_a_decider(desk.rules.managers, deal, actor.user_id)
    if desk.channel(seen.process) is None:
        policy.require_a_channel()
    stored = log_move(
        desk, connection, actor, deal, way.kind, way.to.key, way.status, "", seen.judgement, needs_approval=True
    )
    changed = deals.change(connection, deal, {"pending_move": stored.id})
    keep_definition(desk, connection, seen.process)
    _announce(desk, connection, changed, stored)
    overtake(desk, connection, changed)
    return Moved(_checklist(desk, connection, actor, changed, None), stored)


def _enter(desk: Desk, connection: Connection, deal: Deal, stage: Stage, status: Status) -> Deal:
    process = desk.process(deal)
    keep_definition(desk, connection, process)
    values = {
        "stage": stage.key,
        "status": status.value,
        "stage_since": desk.clock(),
        "process_version": process.version,
        **progress.of_move(desk),
    }
    return deals.change(connection, deal, values)


def log_move(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    deal: Deal,
    kind: MoveKind,
    to_stage: str,
    to_status: Status,
    reason: str,
    judgement: Judgement | None,
    *,
    learned: str = "",
    until: date | None = None,
    needs_approval: bool = False,
) -> Move:
    """Append a row to the deal's log, as it is before the move. Raises BadInput for words that are too many."""
    if max(len(reason), len(learned)) > LONGEST:
        raise BadInput("That is too long.", {"reason": f"At most {LONGEST} characters, please."})
    row = Move(
        id=0,
        deal_id=deal.id,
        kind=kind,
        from_stage=deal.stage,
        to_stage=to_stage,
        from_status=deal.status,
        to_status=to_status,
        by=actor.user_id,
        at=desk.clock(),
        amount=deal.amount,
        stage_since=deal.stage_since,
        reason=reason.strip(),
        learned=learned.strip(),
        until=until,
        needs_approval=needs_approval,
        process_version=desk.process(deal).version,
        criteria=judgement.snapshot() if judgement else (),
    )
    return moves.get(connection, deal.team_id, moves.add(connection, deal.team_id, row))


def _announce(desk: Desk, connection: Connection, deal: Deal, stored: Move) -> None:
    ask_for(desk, connection, deal.team_id, Errand.CARD, stored.id, "posted")
    refresh_homes(desk, connection, deal)


def _stage_name(desk: Desk, deal: Deal) -> str:
    stage = desk.process(deal).stage(deal.stage)
    return stage.name if stage else deal.stage
