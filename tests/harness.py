"""The whole bot in this process, before the local workspace: signed request, Bolt, a real database, real calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from pydantic import SecretStr
from werkzeug.test import Client

from bot.domain.process import Criterion, Process, Stage
from bot.pages.confirming import confirmation_page
from bot.settings import Settings
from bot.slack.directory import keep_learning
from bot.store.database import Database
from bot.web import make_web
from bot.wiring import Application, build
from sandbox.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Sandbox
from sandbox.team import DEALS, DEEPAK, GUS, MARTA, OLIVIA, RITA, TOM
from tests.driver import Person, Room
from tests.seen import SeenView

T = TypeVar("T")
MANAGERS = frozenset({MARTA, DEEPAK})
OUR_DOMAIN = "northbeam.example"
PUBLIC_URL = "https://deals.northbeam.example"


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 10, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on by so many days, hours, …"""
        self.now += timedelta(**by)


class Office:
    """A workspace with the bot in it, and the people of Northbeam at their screens."""

    def __init__(self, sandbox: Sandbox, application: Application, clock: MovableClock, web: Flask) -> None:
        self.sandbox, self.application, self.clock, self.web = sandbox, application, clock, web
        self.desk = application.desk
        self._number = 0
        self.rita, self.tom = Person(sandbox, RITA), Person(sandbox, TOM)
        self.marta, self.deepak = Person(sandbox, MARTA), Person(sandbox, DEEPAK)
        self.gus, self.olivia = Person(sandbox, GUS), Person(sandbox, OLIVIA)
        self.deals = Room(sandbox, DEALS)

    def criteria(self, stage: str) -> tuple[Criterion, ...]:
        """The exit criteria of a stage of the default process."""
        found = self.process.stage(stage)
        assert found is not None
        return found.criteria

    @property
    def process(self) -> Process:
        """The default process."""
        return self.desk.processes[self.desk.rules.default_process]

    def stage_in(self, checklist: SeenView) -> Stage:
        """The stage that an open checklist is about."""
        named = [stage for stage in self.process.stages if f"“{stage.name}”" in checklist]
        return named[0]

    def next_number(self) -> int:
        """A number not given before, to make texts and links differ."""
        self._number += 1
        return self._number

    def eventually(self, look: Callable[[], T], patience: float = 10.0) -> T:
        """What `look` finds, as soon as it finds something, else what it found last. Threads take their own time."""
        until = time.monotonic() + patience
        while not (found := look()) and time.monotonic() < until:
            time.sleep(0.005)
        return found

    def calls(self, method: str) -> list[Any]:
        """What the bot sent by this method so far."""
        return [call for call in self.sandbox.recording.calls if call.method == method]


def settings_for(sandbox: Sandbox, **changes: Any) -> Settings:
    """Settings of a bot in the local workspace; nothing of the environment's gets in."""
    chosen: dict[str, Any] = {
        "slack_bot_token": SecretStr(BOT_TOKEN),
        "slack_signing_secret": SecretStr(SIGNING_SECRET),
        "slack_app_token": SecretStr(APP_TOKEN),
        "slack_api_url": sandbox.api_url,
        "stagecoach_managers": MANAGERS,
        "stagecoach_manager_channel": DEALS,
        "stagecoach_company_domains": frozenset({OUR_DOMAIN}),
        "stagecoach_public_url": PUBLIC_URL,
        # The clock stands still, so what a long story spends of the budget would never come back.
        "stagecoach_posts_per_minute": 100_000,
        "stagecoach_dns_url": sandbox.dns_url,
    }
    return Settings.model_construct(**(Settings.model_construct().model_dump() | chosen | changes))


@contextmanager
def office(sandbox: Sandbox, database: Database, **changes: Any) -> Iterator[Office]:
    """Start the bot; at the end it is stopped, and what it still had to send is sent or given back."""
    clock = MovableClock()
    application = build(settings_for(sandbox, **changes), database, clock)
    keep_learning(application.desk, application.caller)
    page = confirmation_page(application.desk)
    web = make_web(application.bolt.dispatch, SIGNING_SECRET, application.health.ask, application.metrics, pages=[page])
    client = Client(web)

    def bot(path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        answer = client.post(path, headers=dict(headers), data=body)
        return answer.status_code, dict(answer.headers), answer.data

    sandbox.use_bot(bot)
    application.sender.start()
    try:
        yield Office(sandbox, application, clock, web)
    finally:
        application.caller.close(5)
        application.sender.stop()
