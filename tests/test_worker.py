"""The sender and the worker on a real database, and what is left when their processes are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.domain.work import Later, Outcome, Refused, Ruling, Sent, State, Unknown, WorkItem
from bot.sender import Sender
from bot.services import work_list
from bot.store import work
from bot.store.database import Database
from bot.store.work import NewItem, work_item
from bot.worker import Chore, Worker, clean_up

PATIENCE = 60.0


def clock() -> datetime:
    return datetime.now(UTC)


def add(db: Database, *subjects: str, kind: str = "card") -> None:
    with db.write() as connection:
        work.add_many(connection, [NewItem("T1", kind, subject, "", clock()) for subject in subjects], clock())


def states(db: Database) -> dict[str, str]:
    with db.read() as connection:
        return {row.subject: row.state for row in connection.execute(select(work_item))}


def eventually(is_so: Callable[[], bool]) -> None:
    """Wait for something another thread does; fails after PATIENCE seconds."""
    until = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < until, "it did not happen"
        pause.wait(0.01)


@contextmanager
def sending(db: Database, deliver: Callable[[WorkItem], Outcome], **settings: object) -> Iterator[Sender]:
    defaults: dict[str, object] = {"repeats": lambda kind: kind != "reminder", "poll_seconds": 0.05}
    sender = Sender(db, clock, deliver, **{**defaults, **settings})  # type: ignore[arg-type]
    sender.start()
    try:
        yield sender
    finally:
        sender.stop(5)


def sent(_item: WorkItem) -> Outcome:
    return Sent()


# Sending.


def test_what_is_on_the_list_is_sent_and_settled(database: Database) -> None:
    add(database, "1", "2", "3")
    delivered: list[str] = []

    def deliver(item: WorkItem) -> Outcome:
        delivered.append(item.subject)
        return Sent()

    with sending(database, deliver):
        eventually(lambda: set(states(database).values()) == {"done"})
    assert sorted(delivered) == ["1", "2", "3"]


def test_a_woken_sender_does_not_wait_for_its_next_poll(database: Database) -> None:
    with sending(database, sent, poll_seconds=60.0) as sender:
        add(database, "1")
        began = time.monotonic()
        sender.wake()
        eventually(lambda: states(database) == {"1": "done"})
        assert time.monotonic() - began < 5


def test_a_sender_that_nobody_wakes_looks_for_itself(database: Database) -> None:
    with sending(database, sent):
        add(database, "1")
        eventually(lambda: states(database) == {"1": "done"})


def test_a_stalled_call_does_not_hold_up_the_others(database: Database) -> None:
    released = threading.Event()

    def deliver(item: WorkItem) -> Outcome:
        if item.subject == "stalled":
            released.wait(PATIENCE)
        return Sent()

    add(database, "stalled", *(str(number) for number in range(20)))
    with sending(database, deliver):
        try:
            eventually(lambda: Counter(states(database).values()) == {"done": 20, "leased": 1})
        finally:
            released.set()


def test_no_more_is_claimed_than_can_be_begun_at_once(database: Database) -> None:
    released = threading.Event()

    def deliver(_item: WorkItem) -> Outcome:
        released.wait(PATIENCE)
        return Sent()

    add(database, *(str(number) for number in range(9)))
    with sending(database, deliver, threads=3) as sender:
        eventually(lambda: Counter(states(database).values())["leased"] == 3)
        sender.wake()
        eventually(lambda: not sender._woken.is_set())
        assert Counter(states(database).values()) == {"leased": 3, "queued": 6}
        released.set()
        eventually(lambda: Counter(states(database).values()) == {"done": 9})


def test_each_outcome_is_written_down_and_told(database: Database) -> None:
    outcomes: dict[str, Outcome] = {
        "sent": Sent(),
        "refused": Refused("is_archived"),
        "later": Later(timedelta(hours=1)),
        "unknown": Unknown("timeout"),
    }
    add(database, *outcomes)
    told: list[tuple[str, State]] = []

    def observe(item: WorkItem, ruling: Ruling) -> None:
        told.append((item.subject, ruling.state))

    with sending(database, lambda item: outcomes[item.subject], observe=observe, poll_seconds=60.0) as sender:
        sender.wake()
        eventually(lambda: len(told) == 4)
    assert states(database) == {"sent": "done", "refused": "refused", "later": "queued", "unknown": "queued"}


def test_an_item_that_raises_is_tried_again_and_stops_nobody(database: Database) -> None:
    def deliver(item: WorkItem) -> Outcome:
        if item.subject == "poison":
            raise KeyError("a text that must not be kept")
        return Sent()

    add(database, "poison", "good")
    with capture_logs() as logs, sending(database, deliver):
        eventually(lambda: states(database)["good"] == "done")
        eventually(lambda: any(line["event"] == "delivery_raised" for line in logs))
        eventually(lambda: states(database)["poison"] == "queued")
    with database.read() as connection:
        error = connection.execute(select(work_item.c.last_error).where(work_item.c.subject == "poison")).scalar()
    assert error is not None
    assert error.startswith("KeyError in deliver (test_worker.py:")
    assert "must not be kept" not in error


def test_a_database_that_goes_away_in_the_middle_is_not_held_against_the_item(database: Database) -> None:
    def deliver(_item: WorkItem) -> Outcome:
        raise OperationalError("SELECT", {}, Exception("gone"))

    add(database, "1")
    with sending(database, deliver, poll_seconds=60.0) as sender:
        sender.wake()
        eventually(lambda: states(database) == {"1": "queued"})
    with database.read() as connection:
        strikes = connection.execute(select(work_item.c.strikes)).scalar()
    assert strikes == 0


def test_what_is_known_is_written_down_when_the_database_comes_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = work_list.settle, []

    def settle(*arguments: object) -> bool:
        calls.append(arguments)
        if len(calls) < 3:
            raise OperationalError("UPDATE", {}, Exception("gone"))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(work_list, "settle", settle)
    add(database, "1")
    with sending(database, sent):
        eventually(lambda: states(database) == {"1": "done"})
    assert len(calls) == 3


def test_a_sender_whose_database_is_away_goes_on_trying(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = work_list.claim, []

    def claim(*arguments: object) -> list[WorkItem]:
        calls.append(arguments)
        if len(calls) < 3:
            raise OperationalError("SELECT", {}, Exception("gone"))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(work_list, "claim", claim)
    add(database, "1")
    with sending(database, sent):
        eventually(lambda: states(database) == {"1": "done"})


def test_the_lease_of_a_long_sending_is_kept(database: Database) -> None:
    lease = timedelta(seconds=0.6)
    released = threading.Event()
    begun: list[int] = []

    def deliver(item: WorkItem) -> Outcome:
        begun.append(item.attempt)
        released.wait(PATIENCE)
        return Sent()

    add(database, "1")
    with sending(database, deliver, lease=lease):
        eventually(lambda: begun == [1])
        with sending(database, deliver, lease=lease) as other:
            until = time.monotonic() + 3 * lease.total_seconds()
            eventually(lambda: time.monotonic() > until and other.last_tick > until - 0.5)
            released.set()
            eventually(lambda: states(database) == {"1": "done"})
    assert begun == [1]


def test_a_clock_that_is_moved_forward_does_not_take_away_what_is_being_sent(database: Database) -> None:
    released = threading.Event()
    begun: list[tuple[str, int]] = []
    moved = timedelta(0)

    def deliver(item: WorkItem) -> Outcome:
        begun.append((item.subject, item.attempt))
        if item.subject == "1":
            released.wait(PATIENCE)
        return Sent()

    add(database, "1")
    sender = Sender(database, lambda: clock() + moved, deliver, repeats=lambda _kind: True, poll_seconds=0.05)
    sender.start()
    try:
        eventually(lambda: begun == [("1", 1)])
        moved = timedelta(days=7)
        add(database, "2")
        eventually(lambda: states(database)["2"] == "done")
        released.set()
        eventually(lambda: states(database)["1"] == "done")
    finally:
        sender.stop(5)
    assert begun == [("1", 1), ("2", 1)]


def test_after_a_sender_vanished_a_card_is_sent_again_and_a_reminder_is_not(database: Database) -> None:
    add(database, "1", kind="card")
    add(database, "2", kind="reminder")
    work_list.claim(database, "somebody who vanished", clock(), timedelta(0), 10)
    delivered: list[str] = []

    def deliver(item: WorkItem) -> Outcome:
        delivered.append(item.subject)
        return Sent()

    with sending(database, deliver):
        eventually(lambda: states(database) == {"1": "done", "2": "unknown"})
    assert delivered == ["1"]


# Stopping.


def test_stopping_lets_what_is_being_sent_finish(database: Database) -> None:
    begun = threading.Event()

    def deliver(_item: WorkItem) -> Outcome:
        begun.set()
        threading.Event().wait(0.3)
        return Sent()

    add(database, "1")
    with sending(database, deliver):
        assert begun.wait(PATIENCE)
    assert states(database) == {"1": "done"}


def test_stopping_does_not_wait_for_ever_and_calls_the_rest_unknown(database: Database) -> None:
    begun, released = threading.Event(), threading.Event()

    def deliver(_item: WorkItem) -> Outcome:
        begun.set()
        released.wait(PATIENCE)
        return Sent()

    add(database, "1")
    sender = Sender(database, clock, deliver, repeats=lambda _kind: True, poll_seconds=0.05)
    sender.start()
    assert begun.wait(PATIENCE)
    began = time.monotonic()
    sender.stop(0.2)
    assert time.monotonic() - began < 2
    with database.read() as connection:
        row = connection.execute(select(work_item)).one()
    assert (row.state, row.last_error, row.attempt) == ("queued", "its process was stopped", 1)
    released.set()
    eventually(lambda: not any(thread.is_alive() for thread in sender._senders))
    assert states(database) == {"1": "queued"}


def test_a_sender_that_was_never_started_can_be_stopped(sqlite: Database) -> None:
    Sender(sqlite, clock, sent, repeats=lambda _kind: True).stop(1)


# The worker.


@contextmanager
def working(sender: Sender, *chores: Chore, **settings: object) -> Iterator[Worker]:
    worker = Worker(sender, chores, **{"tick_seconds": 0.05, **settings})  # type: ignore[arg-type]
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(5)


def test_the_worker_sends_does_its_chores_and_is_not_stale(database: Database) -> None:
    done = threading.Event()
    sender = Sender(database, clock, sent, repeats=lambda _kind: True, poll_seconds=60.0)
    with working(sender, Chore("sweep", timedelta(seconds=0.05), done.set)) as worker:
        add(database, "1")
        eventually(lambda: states(database) == {"1": "done"})
        assert done.wait(PATIENCE)
        assert worker.stale() is None


def test_a_chore_that_fails_is_logged_and_done_again(sqlite: Database) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("the database is away")

    sender = Sender(sqlite, clock, sent, repeats=lambda _kind: True)
    with capture_logs() as logs, working(sender, Chore("sweep", timedelta(seconds=0.05), fail)):
        eventually(lambda: len(calls) >= 3)
    assert {line["chore"] for line in logs if line["event"] == "chore_failed"} == {"sweep"}


@pytest.mark.parametrize("by", [timedelta(days=90), timedelta(hours=1), -timedelta(days=3)])
def test_a_clock_that_is_moved_makes_the_worker_plan_at_once(sqlite: Database, by: timedelta) -> None:
    shift = timedelta(0)
    seen: list[datetime] = []
    sender = Sender(sqlite, clock, sent, repeats=lambda _kind: True)
    plan = Chore("plan", timedelta(hours=5), lambda: seen.append(clock() + shift), at_once=True)
    sweep = Chore("sweep", timedelta(hours=5), lambda: seen.append(clock() - timedelta(days=999)))
    with working(sender, plan, sweep, clock=lambda: clock() + shift):
        eventually(lambda: len(seen) == 1)
        shift = by
        eventually(lambda: len(seen) == 2)
    assert abs(seen[1] - seen[0] - by) < timedelta(minutes=2)


def test_a_clock_that_is_moved_while_the_worker_plans_makes_it_plan_once_more(sqlite: Database) -> None:
    shift = timedelta(0)
    seen: list[timedelta] = []
    begun, released = threading.Event(), threading.Event()

    def plan() -> None:
        seen.append(shift)
        begun.set()
        released.wait(PATIENCE)

    sender = Sender(sqlite, clock, sent, repeats=lambda _kind: True)
    with working(sender, Chore("plan", timedelta(hours=5), plan, at_once=True), clock=lambda: clock() + shift):
        assert begun.wait(PATIENCE)
        shift = timedelta(weeks=1)
        released.set()
        eventually(lambda: seen == [timedelta(0), timedelta(weeks=1)])


def test_a_worker_whose_sender_hangs_says_so_and_ends_its_process(sqlite: Database) -> None:
    ended, released = threading.Event(), threading.Event()

    def hang() -> datetime:
        released.wait(PATIENCE)
        return clock()

    sender = Sender(sqlite, hang, sent, repeats=lambda _kind: True, poll_seconds=0.05)
    with capture_logs() as logs, working(sender, on_stale=ended.set, stale_seconds=0.4) as worker:
        assert ended.wait(PATIENCE)
        hanging = worker.stale()
        assert hanging is not None
        assert hanging.startswith("the sender has not ticked for")
        released.set()
    assert [line["event"] for line in logs if line["log_level"] == "critical"] == ["worker_hangs"]


def test_cleaning_up_is_a_chore(sqlite: Database) -> None:
    add(sqlite, "1")
    with sqlite.write() as connection:
        connection.execute(work_item.update().values(state="done", finished_at=clock() - timedelta(days=40)))
    assert clean_up(sqlite, clock).do() == 1
    assert states(sqlite) == {}


# Killed at any point.


class Stub:
    """A Slack of one page: notes what is posted to it, answers after a moment."""

    def __init__(self) -> None:
        self.received: list[str] = []
        received, random_ = self.received, random.Random(5)

        class Page(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the name that http.server looks for
                subject = self.rfile.read(int(self.headers["Content-Length"])).decode()
                received.append(subject)
                threading.Event().wait(random_.random() * 0.02)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_arguments: object) -> None:
                """A caller that was killed in the middle is what this is about."""

        self.server = Server(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def wait_for(self, number: int) -> None:
        """Wait until so many more posts have come in."""
        enough = len(self.received) + number
        eventually(lambda: len(self.received) >= enough)


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join(5)
    made.server.server_close()


NURSERY = """
import json, logging, os, signal, sys, time, urllib.request
from datetime import UTC, datetime, timedelta
import structlog
from bot.domain.work import Sent
from bot.sender import Sender
from bot.store.database import Database

settings = json.loads(sys.argv[1])

def deliver(item):
    urllib.request.urlopen(settings["stub"], data=item.subject.encode(), timeout=5).close()
    return Sent()

def send_until(parent):
    Sender(
        Database(settings["database"]), lambda: datetime.now(UTC), deliver,
        repeats=lambda kind: kind == "card", lease=timedelta(seconds=settings["lease"]), poll_seconds=0.02,
    ).start()
    while os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
nursery = os.getpid()
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        send_until(nursery)
    print(child, flush=True)
"""
"""Starts processes that send, without importing everything anew for each; when it ends, they do."""


@contextmanager
def nursery(db: Database, stub: Stub, lease: float) -> Iterator[Callable[[], int]]:
    """Yields a function that starts a sending process and returns its id."""
    url = db.url.render_as_string(hide_password=False)
    settings = json.dumps({"stub": stub.url, "database": url, "lease": lease})
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY, settings],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def start() -> int:
            asked.write("go\n")
            asked.flush()
            return int(answers.readline())

        yield start
        asked.close()


def test_whenever_processes_are_killed_each_card_is_sent_and_each_reminder_at_most_once(
    database: Database, stub: Stub
) -> None:
    number, kills, chance = 60, 10, random.Random(11)
    for n in range(number):
        add(database, f"card {n}")
        add(database, f"reminder {n}", kind="reminder")
    with nursery(database, stub, lease=0.5) as start:
        alive = [start(), start()]
        for _ in range(kills):
            stub.wait_for(4)
            threading.Event().wait(chance.random() * 0.03)
            os.kill(alive.pop(0), signal.SIGKILL)
            alive.append(start())
        eventually(lambda: set(states(database).values()) <= {"done", "unknown"})
    received, finished = Counter(stub.received), states(database)
    for n in range(number):
        assert finished[f"card {n}"] == "done"
        assert received[f"card {n}"] >= 1
        assert received[f"reminder {n}"] <= 1
        assert received[f"reminder {n}"] == 1 or finished[f"reminder {n}"] == "unknown"
    with database.read() as connection:
        interrupted = connection.execute(select(func.sum(work_item.c.interrupted))).scalar_one()
    assert 0 < interrupted <= 4 * kills
