"""Workspaces: who we are there, as Slack told us, and the counter that numbers their deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, Text, select, update

from bot.store.columns import UtcDateTime, insert_into, metadata

workspace = Table(
    "workspace",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("name", String, nullable=False, default=""),
    Column("url", String, nullable=False, default=""),
    Column("bot_id", String),
    Column("bot_user_id", String),
    Column("identified_at", UtcDateTime),
    Column("last_deal_number", Integer, nullable=False, default=0),
    # What a manager set in Slack; where it is empty, the environment's first default holds.
    Column("managers", Text),
    Column("manager_channel", String),
    Column("country", String),
    Column("agenda_hour", Integer),
    Column("agenda_days", String),
    Column("digest", String),
    Column("methodology", String),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What auth.test says of our token. `url` is the workspace's address, with a slash at the end."""

    team_id: str
    name: str
    url: str
    bot_id: str
    bot_user_id: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a manager set for the team in Slack; None where nobody did. Days count from Monday, 0."""

    managers: frozenset[str] | None = None
    manager_channel: str | None = None
    country: str | None = None
    agenda_hour: int | None = None
    agenda_days: frozenset[int] | None = None
    digest: str | None = None
    methodology: str | None = None


def ensure(connection: Connection, team_id: str) -> None:
    """Make sure that the workspace has a row."""
    connection.execute(insert_into(connection, workspace).values(team_id=team_id).on_conflict_do_nothing())


def next_deal_number(connection: Connection, team_id: str) -> int:
    """Count up and return the number for a new deal; the row stays locked until the transaction ends."""
    ensure(connection, team_id)
    counted = (
        update(workspace)
        .where(workspace.c.team_id == team_id)
        .values(last_deal_number=workspace.c.last_deal_number + 1)
        .returning(workspace.c.last_deal_number)
    )
    return int(connection.execute(counted).scalar_one())


def remember(connection: Connection, identity: Identity, now: datetime) -> None:
    """Keep what auth.test said."""
    ensure(connection, identity.team_id)
    connection.execute(
        update(workspace)
        .where(workspace.c.team_id == identity.team_id)
        .values(
            name=identity.name,
            url=identity.url,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
            identified_at=now,
        )
    )


_ours = (
    select(workspace).where(workspace.c.identified_at.is_not(None)).order_by(workspace.c.identified_at.desc()).limit(1)
)


def choices(connection: Connection) -> Choices:
    """What was set for the workspace identified last."""
    row = connection.execute(_ours).first()
    if row is None:
        return Choices()
    return Choices(
        managers=None if row.managers is None else frozenset(filter(None, row.managers.split(","))),
        manager_channel=row.manager_channel,
        country=row.country,
        agenda_hour=row.agenda_hour,
        agenda_days=None if row.agenda_days is None else frozenset(int(day) for day in row.agenda_days),
        digest=row.digest,
        methodology=row.methodology,
    )


def choose(connection: Connection, team_id: str, chosen: Choices) -> None:
    """Keep what a manager set; None takes a choice back."""
    ensure(connection, team_id)
    days = chosen.agenda_days
    connection.execute(
        update(workspace)
        .where(workspace.c.team_id == team_id)
        .values(
            managers=None if chosen.managers is None else ",".join(sorted(chosen.managers)),
            manager_channel=chosen.manager_channel,
            country=chosen.country,
            agenda_hour=chosen.agenda_hour,
            agenda_days=None if days is None else "".join(str(day) for day in sorted(days)),
            digest=chosen.digest,
            methodology=chosen.methodology,
        )
    )


def identity(connection: Connection) -> Identity | None:
    """The workspace identified last, or None before the first auth.test."""
    row = connection.execute(_ours).first()
    return Identity(row.team_id, row.name, row.url, row.bot_id, row.bot_user_id) if row else None
