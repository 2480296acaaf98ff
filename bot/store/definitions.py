"""Process definitions as deals were judged by them, kept so that an old version can be compared with a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, select, tuple_

from bot.store.columns import UtcDateTime, insert_into, metadata

process_version = Table(
    "process_version",
    metadata,
    Column("process", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("first_used_at", UtcDateTime, nullable=False),
)


def keep(connection: Connection, process: str, version: str, body: str, now: datetime) -> None:
    """Store a definition's content (JSON) once."""
    statement = insert_into(connection, process_version).values(
        process=process, version=version, body=body, first_used_at=now
    )
    connection.execute(statement.on_conflict_do_nothing())


def bodies(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The stored contents (JSON) of these (process, version) pairs."""
    pairs = tuple_(process_version.c.process, process_version.c.version)
    rows = connection.execute(select(process_version).where(pairs.in_(list(wanted))))
    return {(row.process, row.version): row.body for row in rows}
