"""Fixtures for all tests. `database` runs a test once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.manifest import make_manifest
from bot.store.database import Database
from sandbox.server import Sandbox
from tests import databases, harness
from tests.harness import Office

_cluster = ExitStack()
"""Where the tests run in several processes, their common PostgreSQL server, kept by the one that started them."""


def pytest_configure_node(node: object) -> None:
    """Tell a worker process of pytest-xdist which server to use; the first one starts it."""
    config, workerinput = node.config, node.workerinput  # type: ignore[attr-defined]
    if not hasattr(config, "postgres_address"):
        try:
            config.postgres_address = _cluster.enter_context(databases.server())
        except databases.NoPostgres as problem:
            config.postgres_address = f"! {problem}"
    workerinput["postgres_address"] = config.postgres_address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: at the end it would run alone while the other processors have nothing to do."""
    items.sort(key=lambda item: item.path.name != "test_year.py")


def pytest_unconfigure() -> None:
    """Stop the server of `pytest_configure_node`, if it was started."""
    _cluster.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each reason why tests were skipped, however many they were."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(told[2].removeprefix("Skipped: ") for told in skipped if isinstance(told, tuple))
    for reason, number in reasons.items():
        terminalreporter.write_line(f"{number} skipped: {reason}")


@pytest.fixture(scope="session")
def postgres_address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL server. Without one the test is skipped; in CI it fails."""
    handed_down = getattr(request.config, "workerinput", {}).get("postgres_address")
    try:
        if handed_down is None:
            with databases.server() as address:
                yield address
        elif handed_down.startswith("! "):
            raise databases.NoPostgres(handed_down.removeprefix("! "))
        else:
            yield handed_down
    except databases.NoPostgres as problem:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL to test with: {problem}")
        pytest.skip(f"no PostgreSQL to test with: {problem}")


@pytest.fixture(scope="session")
def postgresql_database(postgres_address: str) -> Iterator[Database]:
    """One PostgreSQL database for the session; use `database` or `postgresql`, which empty it before each test."""
    with databases.postgresql(postgres_address) as db:
        yield db


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One SQLite database for the session; use `database` or `sqlite`, which empty it before each test."""
    with databases.sqlite(tmp_path_factory.mktemp("sqlite")) as db:
        yield db


@pytest.fixture
def sqlite(sqlite_database: Database) -> Database:
    """SQLite, migrated and empty."""
    databases.empty(sqlite_database)
    return sqlite_database


@pytest.fixture
def postgresql(postgresql_database: Database) -> Database:
    """PostgreSQL, migrated and empty."""
    databases.empty(postgresql_database)
    return postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each of the two databases in turn, migrated and empty."""
    chosen: Database = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One local workspace for the session; `STAGECOACH_RECORD` names a file for all that the bot sends to it."""
    record = os.environ.get("STAGECOACH_RECORD")
    with Sandbox(record=Path(record) if record else None, manifest=make_manifest()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """The local workspace as it was at first."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def office(sandbox: Sandbox, database: Database) -> Iterator[Office]:
    """The bot in the local workspace, with the people of Northbeam; once on each database."""
    with harness.office(sandbox, database) as opened:
        yield opened
