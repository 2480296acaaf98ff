"""The composition root: the only file that knows every layer and puts them together."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from slack_bolt import App

from bot.clock import Clock, system_clock, workspace_clock
from bot.definitions import load_methodologies, load_processes
from bot.definitions.inspecting import FOLDER as RULES_FOLDER
from bot.definitions.inspecting import load_rules
from bot.domain.errors import NeedsSetup
from bot.domain.inspection import RuleSet
from bot.domain.pace import Pace
from bot.domain.process import Process
from bot.health import Health
from bot.lifecycle import CannotStart, Lifecycle
from bot.metrics import Metrics, WorkCount
from bot.pages.confirming import confirmation_page
from bot.proofs.keys import KeyBook, from_dns, from_web
from bot.sender import Sender
from bot.server import serve
from bot.services import definitions_report, work_list
from bot.services.desk import Desk, Front, RuleBook, TeamRules
from bot.services.file_reading import FileReader
from bot.services.planning import Planner
from bot.settings import WHERE, ConfigProblem, Settings, without_client_credentials
from bot.slack.app import make_app
from bot.slack.calls import Caller
from bot.slack.directory import keep_learning
from bot.slack.outbox import REPEATABLE, Outbox
from bot.slack.socket import SocketMode
from bot.store import migrate as migrations
from bot.store.database import Database
from bot.web import make_web
from bot.worker import Worker, clean_up, planning


@dataclass(frozen=True)
class Application:
    """Everything a process is made of; nothing runs yet."""

    settings: Settings
    database: Database
    desk: Desk
    caller: Caller
    bolt: App
    outbox: Outbox
    sender: Sender
    metrics: Metrics
    health: Health


def build(
    settings: Settings, database: Database | None = None, clock: Clock | None = None, caller: Caller | None = None
) -> Application:
    """Put the layers together. Raises what the definitions or the settings have wrong.

    `database`, `clock` and `caller` replace those that the settings name.
    """
    database = database or _database(settings)
    metrics = Metrics()
    waker = _Waker()
    desk = replace(_desk(settings, database, waker), inspection=_inspection(settings))
    desk = replace(desk, clock=clock) if clock else desk
    token = settings.slack_bot_token
    if token is None:
        raise CannotStart("SLACK_BOT_TOKEN is not set.")
    caller = caller or Caller.make(token.get_secret_value(), settings.slack_api_url, metrics.slack_call)
    command = settings.stagecoach_command
    outbox = Outbox(desk, caller, command, FileReader(desk, _keys(settings, desk.clock)))
    pace = Pace(settings.stagecoach_posts_per_minute)
    sender = Sender(database, desk.clock, outbox.deliver, repeats=lambda kind: kind in REPEATABLE, pace=pace)
    waker.sender = sender
    observe = metrics.socket_turn if settings.stagecoach_mode == "socket" else metrics.turn
    with without_client_credentials():
        bolt = make_app(desk, caller, command, observe)
    metrics.watch_work(lambda: _work_counts(desk))
    health = Health(
        is_current=lambda: migrations.is_current(database),
        oldest_due=lambda: work_list.oldest_due(database, desk.clock()),
    )
    return Application(settings, database, desk, caller, bolt, outbox, sender, metrics, health)


def run(settings: Settings, may_plan: Callable[[], bool] = lambda: True) -> int:
    """Everything in one process; a SQLite file is migrated first. Nothing is noticed while `may_plan` says no."""
    if settings.is_sqlite:
        migrate(settings)
    with _running(settings) as (made, life):
        worker = _start_worker(made, life, may_plan)
        _start_listening(made, life, "run", worker.stale)
        return life.wait()


def web(settings: Settings) -> int:
    """What listens to Slack, with a sender of its own, so that a card is there within a second."""
    with _running(settings) as (made, life):
        made.sender.start()
        life.add("sender", made.sender.stop)
        _start_listening(made, life, "web", lambda: None)
        return life.wait()


def worker(settings: Settings) -> int:
    """What sends and looks after the work list."""
    with _running(settings) as (made, life):
        _start_worker(made, life)
        return life.wait()


def migrate(settings: Settings) -> None:
    """Bring the database to the newest migration."""
    database = _database(settings)
    try:
        migrations.upgrade(database)
    finally:
        database.close()


def against_database(settings: Settings, processes: Mapping[str, Process]) -> list[str]:
    """The open deals that these definitions would newly fail, or whose stage they no longer have; a line each."""
    with opened_database(settings) as database:
        return definitions_report.newly_failing(_desk(settings, database, lambda: None, processes))


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The database, for as long as the block takes. Raises CannotStart where there is none, or it is not migrated."""
    file = settings.database.database if settings.is_sqlite else None
    if file and file != ":memory:" and not Path(file).exists():  # which opening it would make
        raise CannotStart(f"There is no database yet: {file} does not exist. `stagecoach run` makes it.")
    database = _database(settings)
    try:
        if not migrations.is_current(database):
            raise CannotStart("The database is not at the newest migration. Run `stagecoach migrate` first.")
        yield database
    finally:
        database.close()


class _Waker:
    """Wakes the sender, which can only be made after the desk that calls it."""

    sender: Sender | None = None

    def __call__(self) -> None:
        if self.sender is not None:
            self.sender.wake()


def _database(settings: Settings) -> Database:
    """The database of the settings. Raises ConfigProblem where the folder of a SQLite file cannot be made."""
    try:
        return Database(settings.database)
    except OSError as error:
        name = "STAGECOACH_HOME" if settings.database_url is None else "DATABASE_URL"
        wrong = f"{name}: the folder {error.filename} cannot be made: {error.strerror}. {WHERE[name]}"
        raise ConfigProblem([wrong]) from error


def _keys(settings: Settings, clock: Clock) -> KeyBook:
    """The public keys of mail domains, out of the DNS or out of that of a local workspace."""
    url = settings.stagecoach_dns_url
    return KeyBook(partial(from_web, url) if url else from_dns, clock)


def _desk(
    settings: Settings, database: Database, wake: Callable[[], None], processes: Mapping[str, Process] | None = None
) -> Desk:
    try:
        loaded = processes if processes is not None else load_processes(settings.stagecoach_process_dir)
    except NeedsSetup as problem:
        raise ConfigProblem([str(problem)]) from problem
    if settings.stagecoach_process not in loaded and processes is None:
        known = ", ".join(sorted(loaded))
        wrong = f"STAGECOACH_PROCESS: there is no process “{settings.stagecoach_process}”. Use one of: {known}."
        raise ConfigProblem([wrong])
    rules = TeamRules(
        managers=settings.stagecoach_managers,
        manager_channel=settings.stagecoach_manager_channel,
        company_domains=settings.stagecoach_company_domains,
        default_process=settings.stagecoach_process,
        hour=settings.stagecoach_agenda_hour,
        days=settings.stagecoach_agenda_days,
        country=settings.stagecoach_country,
    )
    url = settings.stagecoach_clock_url
    front = Front(settings.stagecoach_public_url, settings.stagecoach_company_name, settings.stagecoach_company_colour)
    return Desk(
        database,
        workspace_clock(url) if url else system_clock,
        loaded,
        RuleBook(database, rules),
        wake,
        front=front,
        methodologies=load_methodologies(settings.stagecoach_process_dir),
    )


def _inspection(settings: Settings) -> RuleSet:
    """By what evidence is judged: the rules that come with Stagecoach, and the team's own beside its processes."""
    folder = settings.stagecoach_process_dir
    return load_rules(folder / RULES_FOLDER if folder else None)


@contextmanager
def _running(settings: Settings) -> Iterator[tuple[Application, Lifecycle]]:
    """The application inside its life: whatever was started is stopped in reverse order, the database last."""
    made, life = build(settings), Lifecycle()
    life.add("database", lambda _patience: made.database.close())
    try:
        if not migrations.is_current(made.database):
            raise CannotStart("The database is not at the newest migration. Run `stagecoach migrate` first.")
        life.add("slack calls", made.caller.close)
        made.caller.soon(lambda: keep_learning(made.desk, made.caller), holds_trigger=False)
        _spare_the_collector()
        yield made, life
    except BaseException:
        life.stop()
        raise


def _spare_the_collector() -> None:
    """Garbage collection took a tenth of a command's time, most of it for what start-up made and keeps for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _start_worker(made: Application, life: Lifecycle, may_plan: Callable[[], bool] = lambda: True) -> Worker:
    chores = [clean_up(made.database, made.desk.clock), planning(Planner(made.desk), may_plan)]
    working = Worker(made.sender, chores, clock=made.desk.clock, on_stale=lambda: life.end(1))
    working.start()
    life.add("worker", working.stop)
    return working


def _start_listening(made: Application, life: Lifecycle, command: str, stale: Callable[[], str | None]) -> None:
    """The pages, and Slack's deliveries through them or through a socket. `stale` says what of this process hangs."""
    settings = made.settings
    in_http = settings.stagecoach_mode == "http"
    secret = settings.slack_signing_secret
    pages = make_web(
        made.bolt.dispatch if in_http else None,
        secret.get_secret_value() if secret else None,
        replace(made.health, stale=stale).ask,
        made.metrics,
        pages=[confirmation_page(made.desk)],
    )
    server = serve(pages, settings.host_for(command), settings.port)
    server.start()
    life.add("web", server.close)
    if not in_http:
        token = settings.slack_app_token
        if token is None:
            raise CannotStart("SLACK_APP_TOKEN is not set.")
        socket = SocketMode(made.bolt.dispatch, token.get_secret_value(), settings.slack_api_url)
        socket.start()
        life.add("socket", socket.close)


def _work_counts(desk: Desk) -> list[WorkCount]:
    tallies = work_list.counts(desk.db, desk.clock())
    return [
        WorkCount(state, tally.number, tally.oldest / timedelta(seconds=1)) for state, tally in sorted(tallies.items())
    ]
