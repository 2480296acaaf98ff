"""Bringing a database to the newest schema, and telling whether it is there."""

# alembic is imported where something has to be migrated: every other start would wait for it in vain.
# ruff: noqa: PLC0415

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.store import migrations
from bot.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

# Any number will do, as long as it stays the same: releases that start at once wait for each other by it.
_MIGRATION_LOCK = 7_238_104_552


def upgrade(db: Database) -> None:
    """Apply what is missing, all of it or nothing. Safe to call at the same time from several processes."""
    if is_current(db):
        return
    from alembic import command

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
    """The newest revision: the number of the last file."""
    files = (Path(migrations.__path__[0]) / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


def configuration(connection: Connection | None) -> Config:
    """alembic's settings, made here instead of read from an alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config
