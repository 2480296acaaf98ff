"""What reps say is wrong with the process, until a manager has taken it up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, Index, String, Table, Text, func, insert, select, update

from bot.domain.feedback import Feedback
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.rows import fetch

process_feedback = Table(
    "process_feedback",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("process", String, nullable=False),
    Column("version", String, nullable=False),
    # Empty for the process as a whole.
    Column("stage", String, nullable=False, default=""),
    # Empty for the stage as a whole.
    Column("criterion", String, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
)
_open = process_feedback.c.settled_at.is_(None)
Index(
    "ix_process_feedback_open",
    process_feedback.c.team_id,
    process_feedback.c.process,
    sqlite_where=_open,
    postgresql_where=_open,
)


def add(connection: Connection, team_id: str, new: Feedback) -> None:
    """Keep a note; its `id` is ignored."""
    row = {
        "team_id": team_id,
        "process": new.process,
        "version": new.version,
        "stage": new.stage,
        "criterion": new.criterion,
        "text": new.text,
        "by_user": new.by,
        "at": new.at,
    }
    connection.execute(insert(process_feedback).values(row))


def open_notes(connection: Connection, team_id: str, limit: int) -> list[Feedback]:
    """The notes that nobody has taken up, the oldest first."""
    query = (
        select(process_feedback)
        .where(process_feedback.c.team_id == team_id, _open)
        .order_by(process_feedback.c.id)
        .limit(limit)
    )
    return [
        Feedback(row.id, row.process, row.version, row.stage, row.criterion, row.text, row.by_user, row.at)
        for row in fetch(connection.execute(query))
    ]


def counts(connection: Connection, team_id: str) -> dict[tuple[str, str], int]:
    """How many notes are open, by the keys of process and stage."""
    table = process_feedback.c
    query = (
        select(table.process, table.stage, func.count())
        .where(table.team_id == team_id, _open)
        .group_by(table.process, table.stage)
    )
    return {(process, stage): int(count) for process, stage, count in connection.execute(query)}


def take_up(connection: Connection, team_id: str, process: str, up_to: int, by: str, at: datetime) -> int:
    """Settle the open notes about a process up to this id; returns how many there were."""
    table = process_feedback.c
    settled = (
        update(process_feedback)
        .where(table.team_id == team_id, table.process == process, table.id <= up_to, _open)
        .values(settled_by=by, settled_at=at)
    )
    return int(connection.execute(settled).rowcount)
