"""The demo: a team with deals at different points at the first look, all of it found again after a restart."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from calendar import month_name
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from werkzeug.test import Client

import bot
from bot.demo import demo_settings
from bot.manifest import make_manifest
from bot.slack.directory import keep_learning
from bot.store.database import Database
from bot.web import make_web
from bot.wiring import build
from sandbox import story, story_texts
from sandbox.__main__ import _told
from sandbox.page.emoji import CHARACTERS
from sandbox.server import SIGNING_SECRET, Sandbox
from sandbox.story import StoryStopped, tell_story
from sandbox.team import DEALS, GENERAL, MARTA, RITA, SHARED, TOM
from tests.demo_run import demo
from tests.driver import Person, Room
from tests.harness import settings_for

Answer = tuple[int, Mapping[str, str], bytes]


@pytest.fixture
def told(sqlite: Database) -> Iterator[Sandbox]:
    """A new workspace whose story is told, and a bot that goes by its clock."""
    with Sandbox(manifest=make_manifest()) as sandbox:
        yield from _told_by(sandbox, sqlite)


def _told_by(sandbox: Sandbox, sqlite: Database) -> Iterator[Sandbox]:
    application = build(settings_for(sandbox), sqlite, sandbox.clock.now)
    keep_learning(application.desk, application.caller)
    client = Client(make_web(application.bolt.dispatch, SIGNING_SECRET, application.health.ask, application.metrics))

    def deliver(path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = client.post(path, headers=dict(headers), data=body)
        return answer.status_code, dict(answer.headers), answer.data

    sandbox.use_bot(deliver)
    application.sender.start()
    try:
        tell_story(sandbox)
        yield sandbox
    finally:
        application.caller.close(5)
        application.sender.stop()


def test_the_first_look_is_at_deals_at_different_points(told: Sandbox) -> None:
    rita, tom, deals = Person(told, RITA), Person(told, TOM), Room(told, DEALS)

    rita.types("/deal")
    mine = rita.sees()
    for point in ("0 of 3 criteria met", "2 of 3 criteria met", "Waits for a manager's decision", "Overdue by"):
        assert point in mine, point
    rita.waits_for_dm("has a question about")
    tom.types("/deal show Quillmoor")
    assert "Parked" in tom.modal

    assert "Waits for a manager" in deals.messages[-1]
    assert "Velmora crew portal" in deals.waits_for("moved *Velmora")
    assert "Disputed" in deals.waits_for("Alder & Finch month end")
    assert "pellworth-agreement.pdf" in str(deals.thread(deals.messages[-1])[-1])


def test_the_buyers_new_message_is_verified_evidence_after_two_clicks(told: Sandbox) -> None:
    rita, shared = Person(told, RITA), Room(told, SHARED)
    rita.goes_to(SHARED)
    rita.uses("Use as deal evidence", on=shared.messages[-1])
    proposed = rita.modal
    assert "Alder & Finch month end" in proposed
    assert "Missing so far: *The buyer wrote down, or confirmed in writing, what a solution has to do" in proposed
    rita.submits()
    rita.waits_until_closed()
    told_rita = rita.waits_to_see("The message is evidence for")
    assert "*Verified.* Olivia Finch, Head of operations, wrote it in a shared Slack channel" in told_rita


def test_the_story_happened_on_several_days_and_ends_in_the_present(told: Sandbox) -> None:
    assert told.clock.shift == timedelta()
    posted = [datetime.fromtimestamp(float(m.ts), UTC).date() for m in told.workspace.channels[DEALS].messages]
    assert posted == sorted(posted)
    assert len(set(posted)) >= 5
    seen = [m for channel in told.workspace.channels.values() for m in channel.messages]
    assert not [m for m in seen if m.ephemeral_to]
    assert not told.workspace.modals


def test_the_story_names_no_month_since_its_days_are_counted_from_today() -> None:
    words = Path(story_texts.__file__).read_text(encoding="utf-8")
    assert not [month for month in month_name[1:] if re.search(rf"\b{month}\b", words)]


def test_every_emoji_that_the_bot_writes_is_drawn_as_one() -> None:
    sources = Path(bot.__file__).parent.joinpath("slack").rglob("*.py")
    named = {
        name for path in sources for name in re.findall(r":([a-z]+(?:_[a-z]+)*):(?=[ \"])", path.read_text("utf-8"))
    }
    assert "white_check_mark" in named
    assert not named - CHARACTERS.keys()


def test_without_an_app_the_story_is_given_up(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "_READY_SECONDS", 0.2)
    sandbox.use_bot(lambda path, headers, body: (500, {}, b""))
    with pytest.raises(StoryStopped, match="the app did not answer"):
        tell_story(sandbox)


def test_a_story_that_gets_stuck_says_where_and_leaves_the_clock_right(sandbox: Sandbox) -> None:
    def only_the_challenge(path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if body.startswith(b"{"):
            return 200, {"Content-Type": "application/json"}, json.dumps(json.loads(body)).encode()
        return 500, {}, b""

    sandbox.use_bot(only_the_challenge)
    with pytest.raises(StoryStopped, match="/deal new Ostlebrook job tickets"):
        tell_story(sandbox)
    assert sandbox.clock.shift == timedelta()
    assert sandbox.workspace.timestamps.ago == 0


def test_the_workspace_tells_the_bot_its_channel_managers_and_domains(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, _told(sandbox), "a secret", 3001)
    assert settings.stagecoach_manager_channel == DEALS
    assert MARTA in settings.stagecoach_managers
    assert settings.stagecoach_company_domains == {"northbeam.example"}


def test_after_a_restart_everything_is_there_and_nothing_is_told_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with demo(home) as first:
        assert "Not all of them" not in first.said
        says(first.web, "/deal new Acme 12k EUR")
        assert "Pellworth booking desk" in shown(first.web, f"/as/{MARTA}/channel/{DEALS}")
        second = starts_another(home)
        assert second.returncode == 1
        assert second.stderr.startswith(f"The demo is running already: {first.web}/as/{RITA}/home. End that one")
        assert first.stop(signal.SIGTERM) == 0
    with demo(home) as again:
        assert "a few deals" not in again.said
        cards = shown(again.web, f"/as/{MARTA}/channel/{DEALS}")
        assert cards.count("Waits for a manager.") == 1

        urlopen(Request(f"{again.web}/clock", b'{"advance_seconds": 864000}', {"Content-Type": "application/json"}))
        says(again.web, "/deal")
        overdue = re.findall(r"Overdue by (\d+) days", shown(again.web, f"/as/{RITA}/channel/{GENERAL}"))
        assert max(map(int, overdue)) >= 10


def starts_another(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def says(web: str, text: str) -> None:
    form = urlencode({"channel": GENERAL, "text": text, "back": f"/as/{RITA}/channel/{GENERAL}"}).encode()
    urlopen(Request(f"{web}/as/{RITA}/say", form, {"Origin": web}))


def shown(web: str, path: str) -> str:
    with urlopen(web + path) as answer:
        return unescape(answer.read().decode())
