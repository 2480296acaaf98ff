"""The command line: what each command needs, and every foreseen error as one line and an exit code."""

# Imports stand inside the commands: `stagecoach --help` should not wait for a database library.
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.domain.process import Process
    from bot.settings import Settings
    from bot.store.database import Database

RUNTIME, USAGE = 1, 2
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class CommandLine(click.Group):
    """Turns errors into lines on stderr: exit code 1 for what went wrong, 2 for how it was called or set up."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - every error of a command ends here, and none shows a traceback
            from bot.command_errors import explain

            lines, code = explain(error, RUNTIME, USAGE)
            for line in lines:
                click.echo(line, err=True)
            ctx.exit(code)


class _LaterCommands(click.Group):
    """A group whose commands are loaded when one is wanted, from the module `bot.<name>_cli`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._loaded().get_command(ctx, cmd_name)

    def _loaded(self) -> click.Group:
        group: click.Group = getattr(import_module(f"bot.{self.name}_cli"), str(self.name))
        return group


class _ProcessSurroundings:
    """What the commands of `process` may ask for. The settings are read only then."""

    @cached_property
    def _settings(self) -> Settings:
        from bot.settings import load

        return load("process")

    @property
    def process_dir(self) -> Path:
        from bot.definitions import shipped_directory

        return self._settings.stagecoach_process_dir or shipped_directory()

    def against_database(self, processes: Mapping[str, Process]) -> list[str]:
        from bot import wiring

        return wiring.against_database(self._settings, processes)


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="stagecoach")
def cli() -> None:
    """Stagecoach: a Slack bot that coaches sales reps through stage exit criteria.

    Settings come from the environment or the file .env; `stagecoach doctor` looks them over. Exit codes: 0 well,
    1 something went wrong, 2 wrong usage or settings.
    """


@cli.command()
def run() -> None:
    """Run everything in one process: web or socket, and the worker. Brings a SQLite file up to date by itself."""
    settings = _settings("run")
    if settings.is_sqlite:
        _warn_of_wal_race()
    _start(settings, "run")


@cli.command()
def web() -> None:
    """Run the part that listens to Slack; start `worker` beside it."""
    settings = _settings("web")
    _warn_of_sqlite(settings, "web")
    _start(settings, "web")


@cli.command()
def worker() -> None:
    """Run the part that sends what is due; one or several of them."""
    settings = _settings("worker")
    _warn_of_sqlite(settings, "worker")
    _start(settings, "worker")


@cli.command()
@click.option("--at", metavar="TIME", help="As if it were then, such as 2026-12-01T08:00:00Z. Default: now.")
@click.option("--dry-run", is_flag=True, help="Print what would be said to whom; nothing is sent and nothing kept.")
def tick(at: str | None, dry_run: bool) -> None:
    """Notice what is due, send it, and print the counts as JSON: one pass of what `worker` does all the time."""
    moment = _moment(at) if at is not None else None
    settings = _settings("tick")
    from bot import ticking

    try:
        counts = ticking.tick(settings, moment, dry_run)
    except ticking.TooEarly as error:
        raise click.BadParameter(f"{at} {error}", param_hint="--at") from error
    click.echo(json.dumps(counts, indent=2, ensure_ascii=False))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest migration. Harmless when it is there."""
    from bot import wiring

    wiring.migrate(_settings("migrate"))
    click.echo("The database is at the newest migration.")


@cli.group(cls=_LaterCommands)
@click.pass_context
def process(ctx: click.Context) -> None:
    """Check and read sales processes."""
    ctx.obj = _ProcessSurroundings()


@cli.command()
@click.argument("file", type=click.File("rb"))
@click.option("--now", metavar="TIME", help="As of this day or time, such as 2026-12-01. Default: now.")
@click.option("--words", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
              help="Words and rules of your own. Default: the folder inspection beside your processes.")  # fmt: skip
def inspect(file: IO[bytes], now: str | None, words: Path | None) -> None:
    """Judge evidence: one JSON object a line in FILE (- for stdin), one printed for each.

    Each has id, criterion and text, and may have link, contact and occurred_on (2026-11-30). Printed are strength, and
    for factual, inspectable and buyer_centric a verdict, why, what to do, and the rule that spoke. A line that cannot
    be read is named on stderr; the others are judged all the same, and the exit code is 1.
    """
    from bot.inspect_cli import inspect_lines

    today = (_moment(_with_hour(now), "--now") if now is not None else datetime.now(UTC)).date()
    own = words or _ProcessSurroundings().process_dir / "inspection"
    _finish(inspect_lines(file, own, today))


@cli.group(cls=_LaterCommands)
@click.pass_context
def work(ctx: click.Context) -> None:
    """Look after the work list: what waits to be sent, and what went wrong."""

    @contextmanager
    def opened() -> Iterator[Database]:
        from bot import wiring

        with wiring.opened_database(_settings("work")) as database:
            yield database

    ctx.obj = opened


@cli.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), default=Path(".stagecoach/demo"),
              show_default=True, help="Where the demo keeps its data; delete it to begin anew.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), help="Of the page. Default: 3000 if that is free.")
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser.")
def demo(home: Path, port: int | None, browser: bool) -> None:
    """Try everything on this machine, in a local workspace instead of Slack. Needs no settings."""
    from bot.demo import run_demo

    _finish(run_demo(home.absolute(), port, browser))


@cli.command()
def doctor() -> None:
    """Look over settings, database, token, scopes and channel; say what to do."""
    from bot.doctor import examine
    from bot.settings import examine as examine_settings

    settings, problems = examine_settings("doctor")
    is_well = True
    for finding in examine(settings, problems):
        click.echo(str(finding))
        is_well = is_well and finding.is_ok
    _finish(0 if is_well else RUNTIME)


@cli.command()
@click.option("--url", metavar="https://…", help="The bot's public address: the manifest for HTTP, not Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the app manifest to paste into Slack."""
    from bot.manifest import BadUrl, as_yaml, make_manifest
    from bot.settings import load

    try:
        made = make_manifest(load("manifest").stagecoach_command, url)
    except BadUrl as error:
        raise click.BadParameter(str(error), param_hint="--url") from error
    click.echo(as_yaml(made), nl=False)


def _with_hour(text: str) -> str:
    """A day alone is meant in UTC."""
    return f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def _moment(text: str, hint: str = "--at") -> datetime:
    """An ISO 8601 time with its zone. Raises BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        said = f"“{text}” is not a time I can read. Write it like 2026-12-01T08:00:00Z."
        raise click.BadParameter(said, param_hint=hint) from None
    if moment.tzinfo is None:
        said = f"{text} could be any zone's. Add Z for UTC, or the offset, such as {text}+01:00."
        raise click.BadParameter(said, param_hint=hint)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise click.BadParameter(f"{text} is too far away to be meant.", param_hint=hint)
    return moment.astimezone(UTC)


def _settings(command: str) -> Settings:
    from bot import logs
    from bot.settings import load

    settings = load(command)
    logs.configure(settings.stagecoach_log)
    return settings


def _start(settings: Settings, command: str) -> None:
    from bot import wiring

    start: dict[str, Callable[[Settings], int]] = {"run": wiring.run, "web": wiring.web, "worker": wiring.worker}
    _finish(start[command](settings))


def _finish(code: int) -> None:
    click.get_current_context().exit(code)


def _warn_of_sqlite(settings: Settings, command: str) -> None:
    if settings.is_sqlite:
        click.echo(
            f"Warning: `{command}` with a SQLite file. SQLite is for one process on one machine, which is "
            "`stagecoach run`; set DATABASE_URL to a PostgreSQL database to run several.",
            err=True,
        )
        _warn_of_wal_race()


def _warn_of_wal_race() -> None:
    import sqlite3

    from bot.store.database import sqlite_has_wal_race

    if sqlite_has_wal_race():
        click.echo(
            f"Warning: SQLite {sqlite3.sqlite_version} has a rare fault when several connections write, which can "
            "lose the last changes (mended in 3.51.3). Keep backups, use PostgreSQL, or a Python with a newer SQLite.",
            err=True,
        )


def main() -> None:
    """The command `stagecoach`."""
    cli(prog_name="stagecoach")


if __name__ == "__main__":
    main()
