"""The command line of the benchmark: fills the databases, starts the servers, measures, prints the table."""

from __future__ import annotations

import os
import platform
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import text

from benchmarks import files, lateness, measures, planning, sending, servers, table
from benchmarks.client import Slack
from benchmarks.measures import FULL, QUICK, Bench, Extent
from benchmarks.seeding import DEALS_OF_EACH, complete_deals, seed, utc_now
from benchmarks.table import Figure
from bot.definitions import load_processes
from bot.store.database import Database
from tests import databases

REPORT = Path("artifacts/bench.md")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
Found = TypeVar("Found")


def _answers(quick: bool, database: str | None) -> str:
    """How fast it answers, beside an empty command of a default Bolt app."""
    extent = QUICK if quick else FULL
    wanted = [database] if database else [SQLITE] if quick else [SQLITE, POSTGRESQL]
    busy = _busy()
    found: dict[str, list[Figure]] = {}
    about: list[str] = []
    with tempfile.TemporaryDirectory(prefix="stagecoach-bench-") as name, servers.slack() as slack_port:
        for chosen in wanted:
            folder = Path(name) / chosen
            folder.mkdir()
            try:
                with _database(chosen, folder) as db:
                    found[chosen] = _measured(chosen, db, slack_port, folder, extent)
                    about.append(_version(db))
            except databases.NoPostgres as problem:
                _say(f"{chosen} is left out: {problem}")
    return _report(found, about, extent, busy)


def _planning(quick: bool, database: str | None) -> str:
    """Planning over a large team's open deals, beside statements written by hand; on PostgreSQL alone."""
    if database == SQLITE:
        return ""
    deals, reps = (100_000, 500) if quick else (1_000_000, 5_000)
    busy = _busy()
    try:
        with _database(POSTGRESQL, Path()) as db:
            found = planning.measure(db, deals, reps, _say)
            machine = _machine([_version(db)])
    except databases.NoPostgres as problem:
        _say(f"planning is left out: {problem}")
        return ""
    note = (
        f"{machine}; {found.deals:,} open deals of {found.reps:,} reps; load of the machine before: {busy}. Medians of "
        "rounds in turns, and the ratio is the median of the rounds' own; each round makes the same reminders."
    )
    return f"{planning.table(found)}\n\n{note}"


def _sending(quick: bool, database: str | None) -> str:
    """Sending items of the work list, beside procrastinate; on PostgreSQL alone."""
    items, rounds = (500, 2) if quick else (3_000, 5)
    return _with_slack(
        "sending", database, lambda db, port, folder: sending.report(sending.measure(db, port, folder, items, rounds))
    )


def _lateness(quick: bool, database: str | None) -> str:
    """Thousands of agendas due in the same minute; on PostgreSQL alone."""
    people = 300 if quick else 5_000
    return _with_slack(
        "lateness", database, lambda db, port, folder: lateness.report(lateness.measure(db, port, folder, people))
    )


def _files(quick: bool, _database: str | None) -> str:
    """Mails and calendar files made to trip their readers up."""
    found = _step("files", lambda: files.measure(1_000 if quick else 10_000))
    return f"{files.report(found)}\n\n{os.cpu_count()} cores, Python {platform.python_version()}; load: {_busy()}."


def _with_slack(part: str, database: str | None, measure: Callable[[Database, int, Path], str]) -> str:
    """A part that needs our Slack and an empty PostgreSQL; its report with what it was measured on."""
    if database == SQLITE:
        return ""
    busy = _busy()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="stagecoach-bench-") as name,
            servers.slack() as slack_port,
            _database(POSTGRESQL, Path(name)) as db,
        ):
            machine = _machine([_version(db)])
            report = _step(part, lambda: measure(db, slack_port, Path(name)))
    except databases.NoPostgres as problem:
        _say(f"{part} is left out: {problem}")
        return ""
    return f"{report}\n\n{machine}; load of the machine before: {busy}."


PARTS: dict[str, Callable[[bool, str | None], str]] = {
    "answers": _answers,
    "planning": _planning,
    "sending": _sending,
    "lateness": _lateness,
    "files": _files,
}


@click.command()
@click.option("--quick", is_flag=True, help="A look of two minutes: a tenth of the deals, fewer rounds.")
@click.option("--database", type=click.Choice([SQLITE, POSTGRESQL], case_sensitive=False), help="Only this one.")
@click.option(
    "--only", type=click.Choice(list(PARTS)), multiple=True, help="Only this part; may be given several times."
)
def main(quick: bool, database: str | None, only: tuple[str, ...]) -> None:
    """Measure Stagecoach in parts, each beside something like it; the tables go to artifacts/bench.md too."""
    began = time.monotonic()
    reports = [measured for part in only or PARTS if (measured := PARTS[part](quick, database))]
    report = "\n\n".join(reports)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(report + "\n", encoding="utf-8")
    click.echo(report)
    _say(f"Took {time.monotonic() - began:.0f} s. The tables are in {REPORT}.")


def _measured(name: str, db: Database, slack_port: int, folder: Path, extent: Extent) -> list[Figure]:
    """Every figure for one database."""
    _step(f"{name}: {extent.reps * DEALS_OF_EACH:,} deals", lambda: seed(db, utc_now(), extent.reps))
    ready = _ready_deals(db)
    address = db.url.render_as_string(hide_password=False)
    started = _step("starting", lambda: measures.starts(slack_port, address, folder, extent.starts))
    with (
        servers.default_bolt(slack_port, folder) as default,
        servers.stagecoach(slack_port, address, folder) as bot,
    ):
        bench = Bench(default, bot, Slack(slack_port), extent, ready)
        alone = _step("one at a time", lambda: measures.alone(bench))
        together = _step("16 at once", lambda: measures.together(bench))
        moved = _step("moves", lambda: measures.moves(bench))
        stalled = _step("a Slack that stalls", lambda: measures.stall(bench))
        memory = bot.memory()
    return [
        *table.alone(alone),
        *table.together(together),
        *table.moved(moved),
        table.stalled(stalled),
        *table.started(started, memory),
    ]


@contextmanager
def _database(name: str, folder: Path) -> Iterator[Database]:
    """A new database at the newest schema. Raises NoPostgres."""
    with ExitStack() as stack:
        if name == SQLITE:
            yield stack.enter_context(databases.sqlite(folder))
        else:
            yield stack.enter_context(databases.postgresql(stack.enter_context(databases.server())))


def _ready_deals(db: Database) -> Iterator[tuple[int, str]]:
    with db.read() as connection:
        found = complete_deals(connection, load_processes()["buyer_centric"])
    random.Random(7).shuffle(found)
    return iter(found)


def _report(found: dict[str, list[Figure]], about: list[str], extent: Extent, busy: str) -> str:
    machine = _machine(about)
    deals = f"{extent.reps * DEALS_OF_EACH:,} deals of {extent.reps} reps"
    note = (
        f"{machine}; {deals}; load of the machine before: {busy}. Times are medians. The default app is a Bolt `App` "
        "with an empty command in one gunicorn process with 32 threads, measured in turns with one `stagecoach run`. "
        "With 16 at once, `/deal show` counts when its view has arrived at Slack."
    )
    return f"{table.markdown(found)}\n\n{note}"


def _machine(about: list[str]) -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {', '.join(about)}"


def _version(db: Database) -> str:
    if db.is_sqlite:
        return f"SQLite {sqlite3.sqlite_version}"
    with db.read() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        fsync = connection.execute(text("SHOW fsync")).scalar_one()
    return f"PostgreSQL {str(version).split()[0]} (fsync {fsync})"


def _busy() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _step(what: str, do: Callable[[], Found]) -> Found:
    began = time.monotonic()
    found = do()
    _say(f"{what}: {time.monotonic() - began:.1f} s")
    return found


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
