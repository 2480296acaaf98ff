"""How fast we may post: one budget a workspace, shared by every worker, and channels that Slack asked us to spare."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from bot.store.columns import UtcDateTime, metadata

send_budget = Table(
    "send_budget",
    metadata,
    Column("team_id", String, primary_key=True),
    # When the budget is full again (the theoretical arrival time of the generic cell rate algorithm).
    Column("full_at", UtcDateTime, nullable=False),
)

channel_pause = Table(
    "channel_pause",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)
