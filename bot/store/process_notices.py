"""Which version of each process a workspace's managers were last told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, select, update

from bot.store.columns import UtcDateTime, insert_into, metadata

process_notice = Table(
    "process_notice",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("process", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
)


def known(connection: Connection, team_id: str) -> Mapping[str, str]:
    """The version that was last told of, by process."""
    rows = connection.execute(select(process_notice).where(process_notice.c.team_id == team_id))
    return {row.process: row.version for row in rows}


def begin(connection: Connection, team_id: str, process: str, version: str, now: datetime) -> None:
    """Note a process that is new here; nothing is told of it."""
    statement = insert_into(connection, process_notice).values(
        team_id=team_id, process=process, version=version, told_at=now
    )
    connection.execute(statement.on_conflict_do_nothing())


def advance(connection: Connection, team_id: str, process: str, old: str, new: str, now: datetime) -> bool:
    """From one version to the next; False where another process was quicker, and tells of it."""
    done = connection.execute(
        update(process_notice)
        .where(
            process_notice.c.team_id == team_id, process_notice.c.process == process, process_notice.c.version == old
        )
        .values(version=new, told_at=now)
    )
    return done.rowcount == 1
