"""The migrations make what the code expects, on both databases."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import IntegrityError

from bot.store import migrate
from bot.store.database import Database, _write_ahead
from bot.store.schema import whole
from tests import databases


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole()) == []


def test_a_table_that_no_migration_makes_is_noticed(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE deal ADD COLUMN surprise TEXT"))
        difference = compare_metadata(MigrationContext.configure(connection), whole())
        connection.rollback()
    assert [change[0] for change in difference] == ["remove_column"]


def test_partial_indexes_hold_the_queue_alone(database: Database) -> None:
    with database.read() as connection:
        source = "sqlite_master" if database.is_sqlite else "pg_indexes"
        column, name = ("sql", "name") if database.is_sqlite else ("indexdef", "indexname")
        rows = connection.execute(text(f"SELECT {name}, {column} FROM {source} WHERE {column} IS NOT NULL"))
        found = {row[0]: row[1] for row in rows}
    for index in ("ix_work_item_queue", "ix_work_item_queue_of_subject"):
        assert "WHERE" in found[index]
        assert "finished_at IS NULL" in found[index]
    assert "UNIQUE" in found["uq_work_item_in_flight"]


def test_there_is_one_newest_revision() -> None:
    assert ScriptDirectory.from_config(migrate.configuration(None)).get_heads() == [migrate.head()]


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert migrate.is_current(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    try:
        assert not migrate.is_current(db)
        migrate.upgrade(db)
        assert migrate.is_current(db)
    finally:
        db.close()


def test_a_database_of_another_revision_is_not_current(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        assert not migrate.is_current(database)
    finally:
        with database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})


def test_releases_that_migrate_at_the_same_time_do_not_collide_on_sqlite(tmp_path: Path) -> None:
    _migrate_at_once([Database(f"sqlite:///{tmp_path / 'shared.db'}") for _ in range(4)])


def test_a_sqlite_file_that_somebody_else_is_writing_for_the_first_time_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as somebody_else:
        somebody_else.execute("BEGIN IMMEDIATE")
        somebody_else.execute("CREATE TABLE theirs (a)")
        threading.Timer(0.2, somebody_else.execute, ["COMMIT"]).start()
        db = Database(f"sqlite:///{path}")
        with db.write() as connection:
            assert connection.execute(text("SELECT count(*) FROM theirs")).scalar() == 0
        db.close()


def test_releases_that_migrate_at_the_same_time_do_not_collide_on_postgresql(postgresql: Database) -> None:
    with postgresql.write() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS beside"))
    url = make_url(postgresql.url).update_query_dict({"options": "-csearch_path=beside"})
    try:
        _migrate_at_once([Database(url) for _ in range(4)])
    finally:
        with postgresql.write() as connection:
            connection.execute(text("DROP SCHEMA beside CASCADE"))


def _migrate_at_once(releases: list[Database]) -> None:
    try:
        assert _all_at_once([partial(migrate.upgrade, db) for db in releases]) == []
        assert all(migrate.is_current(db) for db in releases)
    finally:
        for db in releases:
            db.close()


def _all_at_once(calls: list[Callable[[], None]]) -> list[Exception]:
    """Make the calls in threads that start together; returns what they raised."""
    problems: list[Exception] = []
    barrier = threading.Barrier(len(calls))

    def begin(call: Callable[[], None]) -> None:
        barrier.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
            problems.append(error)

    threads = [threading.Thread(target=begin, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return problems


def test_a_change_of_schema_that_leaves_dangling_references_changes_nothing(sqlite: Database) -> None:
    orphan = text("INSERT INTO contact (team_id, deal_id, name, role, email) VALUES ('T1', 12345, 'Nobody', '', '')")
    with pytest.raises(sqlite3.IntegrityError, match="do not exist"), sqlite.alter() as connection:
        connection.execute(orphan)
    with sqlite.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM contact")).scalar() == 0
    with pytest.raises(IntegrityError), sqlite.write() as connection:
        connection.execute(orphan)


def test_emptying_takes_every_row_and_starts_the_keys_again(database: Database) -> None:
    insert = text("INSERT INTO workspace (team_id, name, url, last_deal_number) VALUES ('T1', '', '', 7)")
    with database.write() as connection:
        connection.execute(insert)
    databases.empty(database)
    with database.read() as connection:
        assert all(connection.execute(t.select()).first() is None for t in whole().sorted_tables)
        assert inspect(connection).has_table("alembic_version")


def test_a_file_that_may_only_be_read_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a file that somebody else is busy with is tried again."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE x (y)")
    monkeypatch.setattr("bot.store.database.time.sleep", lambda _seconds: pytest.fail("it waits"))
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        _write_ahead(connection)
