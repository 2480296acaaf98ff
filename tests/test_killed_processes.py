"""kill -9 between the submission of a move and its card, 25 times on each database: it moves once, the card appears."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from bot.domain.deal import Deal, MoveKind, state_after
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Actor, Role
from bot.services import deals, evidence, overview
from bot.services.desk import Desk
from bot.services.evidence import Draft
from bot.store.database import Database
from bot.wiring import build
from sandbox.server import BOT_TOKEN, SIGNING_SECRET, Sandbox
from sandbox.team import DEALS, MARTA, NORTHBEAM, RITA
from tests.driver import Person, Room
from tests.harness import settings_for

ROUNDS = 25


class Killable:
    """A bot in a process of its own that can be killed and started again."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self._port = port
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.bot_forks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,
        )
        self._child = 0

    def start(self) -> None:
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._forks.stdin.write("start\n")
        self._forks.stdin.flush()
        self._child = int(self._forks.stdout.readline())
        self._wait_until_alive()

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._forks.pid, signal.SIGKILL)
        self._forks.wait()
        for pipe in (self._forks.stdin, self._forks.stdout):
            if pipe is not None:
                pipe.close()

    def _wait_until_alive(self) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2):
                    return
            except (OSError, urllib.error.URLError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


@contextmanager
def killable_bot(sandbox: Sandbox, database: Database) -> Iterator[Killable]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "PORT": str(port),
        "STAGECOACH_MANAGER_CHANNEL": DEALS,
        "STAGECOACH_MANAGERS": MARTA,
    }
    bot = Killable(environment, port)
    sandbox.bot_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        bot.start()
        yield bot
    finally:
        bot.end()


@pytest.fixture
def desk(sandbox: Sandbox, database: Database) -> Iterator[Desk]:
    """The use cases in this process, on the same database, to prepare deals and to look at them."""
    application = build(settings_for(sandbox), database)
    yield application.desk
    application.caller.close(1)


def ready_deal(desk: Desk, number: int) -> Deal:
    """A deal whose first stage is proved."""
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    deal = deals.log_deal(desk, rita, deals.DealFacts(f"Deal number {number}"))
    for criterion in desk.stage(deal).criteria:
        draft = Draft(
            criterion.key,
            criterion.accepts[0] if criterion.accepts else EvidenceKind.EMAIL,
            f"The buyer confirmed it in reply {number} to {criterion.key}.",
            happened_on=datetime.now(UTC).date(),
            link=f"https://mail.example.com/{number}/{criterion.key}",
        )
        evidence.add_evidence(desk, rita, deal.id, deal.stage, draft)
    return deal


def submit_if_possible(rita: Person) -> None:
    """She may have seen no answer, or a failure: whatever still has a submit button is submitted again."""
    view = rita.sandbox.workspace.top_modal(rita.id)
    if view is not None and view.content.get("submit"):
        rita.submits(may_fail=True)


def test_moves_survive_kills_at_random_points(sandbox: Sandbox, database: Database, desk: Desk) -> None:
    chance = random.Random(20261122)
    rita, channel = Person(sandbox, RITA), Room(sandbox, DEALS)
    moving = []
    with killable_bot(sandbox, database) as bot:
        for number in range(1, ROUNDS + 1):
            moving.append(deal := ready_deal(desk, number))
            rita.types(f"/deal move {deal.label}")
            assert f"({deal.label})" in rita.modal
            killer = threading.Timer(chance.uniform(0, 0.08), bot.kill)
            killer.start()
            submit_if_possible(rita)
            killer.join()
            bot.start()
            submit_if_possible(rita)
            if rita.has_modal:
                rita.closes(everything=True)
        for deal in moving:
            channel.waits_for(f"({deal.label})")
    for deal in moving:
        sheet = overview.sheet(desk, Actor(NORTHBEAM.id, RITA, Role.MEMBER), deal.id)
        assert [row.kind for row in sheet.log] == [MoveKind.CREATED, MoveKind.FORWARD]
        assert state_after(list(sheet.log)) == (sheet.deal.stage, sheet.deal.status)
        assert sheet.deal.stage != deal.stage
    # A card whose first outcome nobody knows may stand there twice; the kills are few enough to be seen in the count.
    assert len(channel.messages) <= 2 * ROUNDS
