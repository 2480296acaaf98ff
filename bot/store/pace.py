"""How fast we may post: one budget a workspace, shared by every worker, and channels that Slack asked us to spare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, delete, func, select

from bot.store.columns import UtcDateTime, insert_into, metadata

send_budget = Table(
    "send_budget",
    metadata,
    Column("team_id", String, primary_key=True),
    # When the budget is full again.
    Column("full_at", UtcDateTime, nullable=False),
)

channel_pause = Table(
    "channel_pause",
    metadata,
    Column("team_id", String, primary_key=True),
    # A channel, or the name of a method whose limit holds for the whole workspace.
    Column("channel", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)


def lock(connection: Connection, team_ids: Iterable[str], now: datetime) -> dict[str, datetime]:
    """When each workspace's budget is full again; the rows are held until the transaction ends.

    They are held in the order of the ids, so that two workers cannot wait for each other.
    """
    wanted = sorted(team_ids)
    held = select(send_budget).where(send_budget.c.team_id.in_(wanted)).order_by(send_budget.c.team_id)
    found = {row.team_id: row.full_at for row in connection.execute(held.with_for_update())}
    missing = [{"team_id": team_id, "full_at": now} for team_id in wanted if team_id not in found]
    if missing:
        connection.execute(insert_into(connection, send_budget).on_conflict_do_nothing(), missing)
        found = {row.team_id: row.full_at for row in connection.execute(held.with_for_update())}
    return found


def spend(connection: Connection, team_id: str, full_at: datetime) -> None:
    """Keep when the budget is full again."""
    connection.execute(send_budget.update().where(send_budget.c.team_id == team_id).values(full_at=full_at))


def pause(connection: Connection, team_id: str, channel: str, until: datetime) -> None:
    """Spare a channel until then; a longer pause stays."""
    insert = insert_into(connection, channel_pause).values(team_id=team_id, channel=channel, until=until)
    longest = func.max if connection.dialect.name == "sqlite" else func.greatest
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["team_id", "channel"], set_={"until": longest(channel_pause.c.until, insert.excluded.until)}
        )
    )


def paused_until(connection: Connection, team_id: str, channel: str, now: datetime) -> datetime | None:
    """Until when to spare this channel; None when it may be written to."""
    query = select(channel_pause.c.until).where(
        channel_pause.c.team_id == team_id, channel_pause.c.channel == channel, channel_pause.c.until > now
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def forget_before(connection: Connection, until: datetime) -> int:
    """Delete pauses that ended before then. Returns how many."""
    return connection.execute(delete(channel_pause).where(channel_pause.c.until < until)).rowcount
