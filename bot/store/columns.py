"""Where the two databases differ: column types, inserts that may meet a row, and the shared metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, CursorResult, DateTime, Integer, MetaData, String, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""A key that grows by itself: BIGINT, and INTEGER on SQLite, where only that is the row id."""

SortKey = String().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text compared by code point, so that a prefix is a range of an index on both databases."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. Naive times are refused: nobody could say what they mean.

    SQLite keeps it as text of fixed width without a zone, which sorts by time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say `on_conflict_do_nothing` or `on_conflict_do_update`, which both databases spell alike."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_once(connection: Connection, statement: sqlite.Insert | postgresql.Insert) -> bool:
    """Execute an INSERT unless its row is there already; True when it is new."""
    # Without the option SQLAlchemy forgets the row count of an INSERT on PostgreSQL and says -1.
    kept = {"preserve_rowcount": True}
    return connection.execute(statement.on_conflict_do_nothing(), execution_options=kept).rowcount == 1


def changed(connection: Connection, result: CursorResult[Any]) -> int:
    """How many rows an INSERT (executed with `preserve_rowcount`) or UPDATE changed, also one that begins with WITH."""
    # The driver of SQLite knows what changes rows by the first word, and says -1 of a WITH.
    if result.rowcount < 0:
        return int(connection.exec_driver_sql("SELECT changes()").scalar_one())
    return result.rowcount
