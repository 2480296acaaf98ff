"""Bringing a database to the newest schema, and telling whether it is there."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.store.database import Database

# Any number will do, as long as it stays the same: releases that start at once wait for each other by it.
_MIGRATION_LOCK = 7_238_104_552


def upgrade(db: Database) -> None:
    """Apply what is missing, all of it or nothing. Safe to call at the same time from several processes."""
    with db.alter() as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(configuration(connection), "head")


def is_current(db: Database) -> bool:
    """True when the database is at the newest revision that this version knows."""
    with db.read() as connection:
        return revision(connection) == head()


def revision(connection: Connection) -> str | None:
    """The database's revision; None while it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@cache
def head() -> str:
    """The newest revision. Raises alembic's CommandError when the revisions branch."""
    newest = ScriptDirectory.from_config(configuration(None)).get_current_head()
    if newest is None:
        raise LookupError("bot/store/migrations/versions holds no migration")
    return newest


def configuration(connection: Connection | None) -> Config:
    """alembic's settings, made here instead of read from an alembic.ini."""
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config
