"""Keys of the deliveries that changed something, so that a redelivery changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, delete

from bot.store.columns import UtcDateTime, insert_into, insert_once, metadata

delivery = Table(
    "delivery",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False, index=True),
)


def record(connection: Connection, team_id: str, key: str, now: datetime) -> bool:
    """True the first time; False when this delivery has already had its effect."""
    statement = insert_into(connection, delivery).values(team_id=team_id, key=key, received_at=now)
    return insert_once(connection, statement)


def forget_before(connection: Connection, moment: datetime) -> int:
    """Drop keys received before `moment`; Slack redelivers for minutes, not days. Returns how many."""
    return connection.execute(delete(delivery).where(delivery.c.received_at < moment)).rowcount
