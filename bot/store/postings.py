"""Where in Slack something of ours stands, so that it can be drawn again in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, select

from bot.store.columns import UtcDateTime, insert_into, metadata

posting = Table(
    "posting",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Posting:
    """A message's channel and timestamp, which together name it."""

    channel: str
    ts: str


def keep(connection: Connection, team_id: str, kind: str, subject: str, posted: Posting, now: datetime) -> None:
    """Remember where it stands; when it was posted again, only the newest counts."""
    fresh = {"channel": posted.channel, "ts": posted.ts, "posted_at": now}
    statement = insert_into(connection, posting).values(team_id=team_id, kind=kind, subject=subject, **fresh)
    keys = ["team_id", "kind", "subject"]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


def find(connection: Connection, team_id: str, kind: str, subject: str) -> Posting | None:
    """Where it stands, or None before it was posted."""
    query = select(posting.c.channel, posting.c.ts).where(
        posting.c.team_id == team_id, posting.c.kind == kind, posting.c.subject == subject
    )
    row = connection.execute(query).first()
    return Posting(row.channel, row.ts) if row else None
