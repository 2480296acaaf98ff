"""The database: one engine, reading and writing transactions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

# For so long a connection that has answered is taken to be alive.
TRUSTED_SECONDS = 1.0

# Since this version SQLite no longer has the race that can lose a WAL reset with several connections.
WAL_RACE_FIXED = (3, 51, 3)

CACHE_KIB = 8000
"""What a connection of SQLite keeps of the file in memory; there is one for all who read."""

BUSY_SECONDS = 10
"""How long one writer waits for another on SQLite."""


class Database:
    """Gives out connections; knows which of the two databases it is.

    `read()` sees what is committed at each of its queries. `write()` is one transaction: committed when the block
    ends, rolled back when it raises. On SQLite it begins IMMEDIATE, because a transaction that reads first and then
    writes fails at once when another writer came between.
    """

    def __init__(self, url: str | URL, *, pool_size: int = 12, echo: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url, pool_size, echo) if self.is_sqlite else _postgresql(self.url, pool_size, echo)
        # Setting up is left to those who write, who are fewer: a connection is made for queries outside transactions.
        writes = {"stagecoach_writes": True} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
        self._writing = self.engine.execution_options(**writes)
        # The driver of SQLite gives up the interpreter's lock for every row. Threads that read at the same time would
        # hand it to and fro; one after the other, on one connection that stays at hand, they are a third faster.
        self._turn = RLock()
        self._reader: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries. Keep the block short: on SQLite other threads wait for its end to read."""
        if not self.is_sqlite:
            with self.engine.connect() as connection:
                yield connection
            return
        with self._turn:
            self._reader = self._reader or self.engine.connect()
            yield self._reader

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside one transaction."""
        with self._writing.begin() as connection:
            yield connection

    @contextmanager
    def rehearse(self) -> Iterator[Database]:
        """A database that shows what this one holds and takes every change, and in the end keeps none.

        For one thread; on SQLite other writers wait until the block ends.
        """
        with self._writing.connect() as connection, connection.begin() as transaction:
            try:
                yield _Rehearsal(self, connection)
            finally:
                transaction.rollback()

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """A connection to change something by a single statement: on PostgreSQL that takes one round trip only."""
        with self.write() if self.is_sqlite else self.engine.connect() as connection:
            yield connection

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """A connection inside one transaction that may rebuild tables.

        SQLite changes a table by copying it and dropping the old one, which references to it would forbid. So they
        are switched off, which is only possible outside a transaction, and checked before the commit: raises
        IntegrityError, and nothing was changed, when some lead nowhere.
        """
        if not self.is_sqlite:
            with self.write() as connection:
                yield connection
            return
        with self._writing.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    _refuse_dangling(connection)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    def close(self) -> None:
        """Close every connection."""
        with self._turn:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        self.engine.dispose()


class _Rehearsal(Database):
    """Everything on one connection, inside a transaction that somebody else rolls back."""

    def __init__(self, real: Database, connection: Connection) -> None:
        self.url, self.is_sqlite, self.engine, self._connection = real.url, real.is_sqlite, real.engine, connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        with self.write() as connection:
            yield connection

    def close(self) -> None:
        """Nothing: the connection belongs to somebody else."""


def sqlite_has_wal_race() -> bool:
    """True for the SQLite versions whose WAL can be reset wrongly when several connections write."""
    return sqlite3.sqlite_version_info < WAL_RACE_FIXED


def _refuse_dangling(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found is not None:
        raise sqlite3.IntegrityError(f"rows of {found[0]} refer to rows of {found[2]} that do not exist")


def _sqlite(url: URL, pool_size: int, echo: bool) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=32,
        pool_use_lifo=True,  # the connection used last has its pages and its prepared statements at hand
        echo=echo,
        # What people wrote must not come into the log with an error.
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver must not begin transactions on its own: `_begin` below decides how each one begins.
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            f"cache_size=-{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Queries need no transaction, on PostgreSQL they have none either.
        if connection.get_execution_options().get("stagecoach_writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. Where several connections switch a new file at once SQLite does not wait, but fails."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as problem:
            is_busy = problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not is_busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _postgresql(url: URL, pool_size: int, echo: bool) -> Engine:
    # Imported here, since with SQLite nobody needs it.
    from psycopg import Error  # noqa: PLC0415
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415

    from bot.store.quick_cursor import QuickCursor  # noqa: PLC0415

    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=32,
        pool_use_lifo=True,  # the connection used last has its pages and its prepared statements at hand
        echo=echo,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "stagecoach", "cursor_factory": QuickCursor},
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver prepares a statement for the types of its values, and would send small numbers as another type
        # than large ones: then a list of ids would hardly ever find its statement prepared.
        connection.adapters.register_dumper(int, Int8Dumper)

    @event.listens_for(engine, "checkin")
    def _remember(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask_whether_alive(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        # As `pool_pre_ping` does, but not at each checkout, where asking took a sixth of the time of a command.
        now = time.monotonic()
        if now - record.info.get("used", now) < TRUSTED_SECONDS:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except Error as gone:
            raise DisconnectionError from gone  # the pool connects anew

    return engine
