"""Promises made during the sale, and the checks after the win whether the promised value is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from bot.store.columns import Id, UtcDateTime, metadata

promise = Table(
    "promise",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("what", Text, nullable=False),
    Column("to_whom", Text, nullable=False, default=""),
    Column("due_on", Date, nullable=False),
    Column("noted_by", String, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    # kept, partly, broken or withdrawn; empty while it is open.
    Column("outcome", String),
    Column("note", Text, nullable=False, default=""),
    Column("link", Text),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Index(None, "team_id", "deal_id"),
)
Index(
    "ix_promise_due",
    promise.c.due_on,
    sqlite_where=promise.c.settled_at.is_(None),
    postgresql_where=promise.c.settled_at.is_(None),
)

value_check = Table(
    "value_check",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # Months after the win.
    Column("month", Integer, nullable=False),
    # yes, partly or no.
    Column("answer", String, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("link", Text),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "deal_id", "month"),
)


def some(connection: Connection, team_id: str, promise_ids: Iterable[int]) -> dict[int, Any]:
    """Rows of those promises, by id."""
    query = select(promise).where(promise.c.team_id == team_id, promise.c.id.in_(list(promise_ids)))
    return {row.id: row for row in connection.execute(query)}
