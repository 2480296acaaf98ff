"""The log of a deal's moves and closings, and the managers' decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
)

from bot.domain.deal import Decision, MetCriterion, Move, MoveKind, Status, Verdict
from bot.domain.errors import NotFound
from bot.domain.money import Money
from bot.store.columns import Id, UtcDateTime, insert_into, insert_once, metadata
from bot.store.rows import fetch

move = Table(
    "move",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("from_stage", String),
    Column("to_stage", String, nullable=False),
    Column("from_status", String),
    Column("to_status", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", String),
    Column("stage_since", UtcDateTime),
    Column("reason", Text, nullable=False, default=""),
    Column("learned", Text, nullable=False, default=""),
    Column("until", Date),
    Column("needs_approval", Boolean, nullable=False, default=False),
    Column("process_version", String, nullable=False),
    Column("criteria", JSON, nullable=False),
    Index(None, "team_id", "deal_id"),
)

decision = Table(
    "decision",
    metadata,
    Column("move_id", Id, ForeignKey("move.id"), primary_key=True, autoincrement=False),
    Column("team_id", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("comment", Text, nullable=False, default=""),
)

# Of moves with the decision about each, where there is one (an outer join).
TOOK_EFFECT = or_(move.c.needs_approval.is_(False), decision.c.verdict == Verdict.APPROVED.value)
TOOK_EFFECT_AT = func.coalesce(decision.c.at, move.c.at, type_=UtcDateTime())


def add(connection: Connection, team_id: str, new: Move) -> int:
    """Append a row to the log (its `id` is ignored); returns the new id."""
    return int(
        connection.execute(
            insert(move)
            .values(
                team_id=team_id,
                deal_id=new.deal_id,
                kind=new.kind.value,
                from_stage=new.from_stage,
                to_stage=new.to_stage,
                from_status=new.from_status.value if new.from_status else None,
                to_status=new.to_status.value,
                by_user=new.by,
                at=new.at,
                amount_minor=new.amount.minor if new.amount else None,
                currency=new.amount.currency if new.amount else None,
                stage_since=new.stage_since,
                reason=new.reason,
                learned=new.learned,
                until=new.until,
                needs_approval=new.needs_approval,
                process_version=new.process_version,
                criteria=[
                    {"key": c.key, "text": c.text, "state": c.state, "why": c.why, "evidence": list(c.evidence)}
                    for c in new.criteria
                ],
            )
            .returning(move.c.id)
        ).scalar_one()
    )


def decide(connection: Connection, team_id: str, move_id: int, made: Decision) -> bool:
    """Settle a pending move. False when somebody else already has; then nothing was written."""
    statement = insert_into(connection, decision).values(
        move_id=move_id,
        team_id=team_id,
        verdict=made.verdict.value,
        by_user=made.by,
        at=made.at,
        comment=made.comment,
    )
    return insert_once(connection, statement)


_with_decision = select(
    move,
    decision.c.verdict,
    decision.c.by_user.label("decided_by"),
    decision.c.at.label("decided_at"),
    decision.c.comment.label("comment"),
).select_from(move.outerjoin(decision, decision.c.move_id == move.c.id))
_log = _with_decision.where(move.c.team_id == bindparam("team"), move.c.deal_id == bindparam("deal")).order_by(
    move.c.id
)


def get(connection: Connection, team_id: str, move_id: int) -> Move:
    """One row of a log. Raises NotFound when this workspace has none with that id."""
    row = connection.execute(_with_decision.where(move.c.team_id == team_id, move.c.id == move_id)).first()
    if row is None:
        raise NotFound("That move is not here any more.")
    return _move(row)


def some(connection: Connection, team_id: str, move_ids: Iterable[int]) -> dict[int, Move]:
    """Those moves, by id."""
    query = _with_decision.where(move.c.team_id == team_id, move.c.id.in_(list(move_ids)))
    return {row.id: _move(row) for row in connection.execute(query)}


def log(connection: Connection, team_id: str, deal_id: int) -> list[Move]:
    """A deal's whole log, oldest first."""
    return [_move(row) for row in fetch(connection.execute(_log, {"team": team_id, "deal": deal_id}))]


def _move(row: Any) -> Move:
    made = None
    if row.verdict is not None:
        made = Decision(Verdict(row.verdict), row.decided_by, row.decided_at, row.comment)
    return Move(
        id=row.id,
        deal_id=row.deal_id,
        kind=MoveKind(row.kind),
        from_stage=row.from_stage,
        to_stage=row.to_stage,
        from_status=Status(row.from_status) if row.from_status else None,
        to_status=Status(row.to_status),
        by=row.by_user,
        at=row.at,
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        stage_since=row.stage_since,
        reason=row.reason,
        learned=row.learned,
        until=row.until,
        needs_approval=row.needs_approval,
        process_version=row.process_version,
        criteria=tuple(
            MetCriterion(c["key"], c["text"], c["state"], c["why"], tuple(c["evidence"])) for c in row.criteria
        ),
        decision=made,
    )
