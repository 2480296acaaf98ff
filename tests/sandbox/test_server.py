"""The sandbox as a whole: start, reset, clock, who may ask, its state on disk, and the command line."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.acting import OnMessage
from sandbox.manifest import read_manifest
from sandbox.server import Sandbox
from sandbox.team import DEALS, MARTA, RITA, TOM
from tests.sandbox.fake_bot import FakeBot, is_signed
from tests.sandbox.views import actions, button, home, modal, select

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = {
    "display_information": {"name": "Coach"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
        "slash_commands": [{"command": "/coach", "description": "Coach me", "should_escape": False}],
        "shortcuts": [{"name": "Log", "type": "global", "callback_id": "log", "description": "Log it"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def test_a_reset_leaves_nothing_behind(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.call("chat.postMessage", channel=DEALS, text="x")
    bot.call("views.publish", user_id=RITA, view=home())
    sandbox.faults.refuse("auth.test", "x", times=None)
    sandbox.clock.advance(timedelta(days=1))
    trigger, before = sandbox.slack.tickets.trigger(RITA), sandbox.workspace.revision
    sandbox.reset()
    assert sandbox.workspace.channels[DEALS].messages == []
    assert sandbox.workspace.homes == {}
    assert sandbox.recording.calls == []
    assert sandbox.clock.shift == timedelta()
    assert sandbox.workspace.revision > before
    assert bot.call("auth.test")["ok"]
    assert bot.call("views.open", trigger_id=trigger, view=modal())["error"] == "invalid_trigger_id"


def test_a_change_wakes_whoever_waits_for_it(sandbox: Sandbox) -> None:
    since = sandbox.workspace.revision
    threading.Thread(target=sandbox.living.write, args=(RITA, DEALS, "hello")).start()
    assert sandbox.workspace.wait_for_change(since, 5) > since
    assert sandbox.workspace.wait_for_change(10**9, 0.01) < 10**9


def test_people_have_unread_messages(sandbox: Sandbox) -> None:
    channel = sandbox.workspace.channels[DEALS]
    sandbox.living.write(TOM, DEALS, "hello")
    assert (sandbox.workspace.unread(RITA, channel), sandbox.workspace.unread(TOM, channel)) == (1, 0)
    sandbox.workspace.mark_read(RITA, channel)
    assert sandbox.workspace.unread(RITA, channel) == 0


def test_the_clock_can_be_moved(bot: FakeBot) -> None:
    now = datetime.fromisoformat(bot.get("/clock")[1]["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=30)
    later = datetime.fromisoformat(bot.post("/clock", {"advance_seconds": 3600})[1]["now"])
    assert timedelta(minutes=59) < later - now < timedelta(minutes=61)
    bot.post("/clock", {"to": "2031-05-05T09:00:00+02:00"})
    assert bot.get("/clock")[1]["now"].startswith("2031-05-05T07:00:0")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"to": "2031-05-05T09:00:00"}, {"to": 5}, {"advance_seconds": "x"}, {"advance_seconds": 1e18}],
)
def test_a_bad_clock_setting_is_refused(bot: FakeBot, sandbox: Sandbox, body: object) -> None:
    status, told, _ = bot.post("/clock", body)
    assert status == 400
    assert told["error"]
    assert sandbox.clock.shift == timedelta()


def test_message_times_stay_on_real_time(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.clock.advance(timedelta(days=30))
    told = bot.call("chat.postMessage", channel=DEALS, text="x")
    assert abs(float(told["ts"]) - time.time()) < 30


def test_only_loopback_names_are_answered(bot: FakeBot, sandbox: Sandbox) -> None:
    port = sandbox.web_url.rpartition(":")[2]
    assert bot.get("/clock", {"Host": f"localhost:{port}"})[0] == 200
    assert bot.get("/clock", {"Host": f"evil.example:{port}"})[0] == 403


def test_other_sites_may_not_post(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.post("/clock", {"advance_seconds": 1}, {"Origin": sandbox.web_url})[0] == 200
    assert bot.post("/clock", {"advance_seconds": 1}, {"Origin": "https://evil.example"})[0] == 403


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    assert sandbox.api_url.startswith("http://127.0.0.1:")


def test_a_manifest_says_what_the_app_may_do() -> None:
    bot = FakeBot()
    with Sandbox(bot=bot, manifest=MANIFEST) as sandbox:
        bot.sandbox = sandbox
        app = sandbox.workspace.app
        assert (app.name, app.messages_tab, app.has_home) == ("Coach", False, True)
        assert bot.call("users.info", user=RITA)["error"] == "missing_scope"
        sandbox.acting.type_command(RITA, DEALS, "/coach @tom <x>")
        assert bot.of("command")[0]["text"] == "@tom &lt;x&gt;"
        assert sandbox.acting.type_command(RITA, DEALS, "/deal").status == "refused"
        sandbox.acting.use_shortcut(RITA, "log")
        assert bot.of("shortcut")


def test_manifests_are_read_as_yaml_and_json(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("display_information:\n  name: Coach\n")
    (tmp_path / "a.json").write_text(json.dumps(MANIFEST))
    assert read_manifest(tmp_path / "a.yaml") == {"display_information": {"name": "Coach"}}
    assert read_manifest(tmp_path / "a.json") == MANIFEST
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(ValueError, match="no YAML"):
        read_manifest(tmp_path / "bad.yaml")


def test_the_workspace_survives_a_restart(tmp_path: Path) -> None:
    path, bot = tmp_path / "state" / "workspace.json", FakeBot()
    with Sandbox(bot=bot, state=path) as sandbox:
        bot.sandbox = sandbox
        ts = bot.call("chat.postMessage", channel=DEALS, text="x", blocks=[actions(button("Go"), select("One"))])["ts"]
        sandbox.acting.press(MARTA, OnMessage(DEALS, ts), "actions", "pick", "one")
        bot.call("views.publish", user_id=RITA, view=home())
        file = sandbox.living.upload(RITA, "a.txt", b"\x00\xff")
        sandbox.living.write(RITA, DEALS, "hello", ts, [file.id])
        sandbox.clock.advance(timedelta(days=2))
    with Sandbox(bot=bot, state=path) as again:
        bot.sandbox = again
        channel = again.workspace.channels[DEALS]
        assert channel == sandbox.workspace.channels[DEALS]
        assert again.workspace.files == sandbox.workspace.files
        assert again.workspace.homes == sandbox.workspace.homes
        assert again.clock.shift == timedelta(days=2)
        assert again.acting.press(MARTA, OnMessage(DEALS, ts), "actions", "go").status == "ok"
        assert bot.call("chat.update", channel=DEALS, ts=ts, text="new")["ok"]
        assert bot.call("chat.postMessage", channel=DEALS, text="later")["ts"] > channel.messages[-2].ts


def test_a_broken_state_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    for content in ("{", "[]", '{"format": 0}', '{"format": 1}'):
        path.write_text(content)
        with pytest.raises(ValueError, match=r"workspace\.json holds no workspace"):
            Sandbox(state=path).start()


class _App(http.server.BaseHTTPRequestHandler):
    """An app over HTTP that acks everything which is signed."""

    seen: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.path)
        self.send_response(200 if is_signed(dict(self.headers), body) else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def http_app() -> Iterator[str]:
    _App.seen = []
    with http.server.HTTPServer(("127.0.0.1", 0), _App) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
        server.shutdown()


def test_deliveries_go_over_http(http_app: str) -> None:
    with Sandbox(bot_url=http_app) as sandbox:
        assert sandbox.acting.type_command(RITA, DEALS, "/deal").status == "ok"
        assert _App.seen == ["/slack/events"]
        sandbox.workspace.app.signing_secret = "another"
        assert sandbox.acting.type_command(RITA, DEALS, "/deal").error == "dispatch_failed"
        sandbox.bot_url = "http://127.0.0.1:1/slack/events"
        assert sandbox.acting.type_command(RITA, DEALS, "/deal").error == "dispatch_failed"


def test_without_an_app_commands_fail_politely() -> None:
    with Sandbox() as sandbox:
        assert sandbox.acting.type_command(RITA, DEALS, "/deal").error == "dispatch_failed"


def test_the_command_line_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    record, state = tmp_path / "calls.jsonl", tmp_path / "state.json"
    command = [sys.executable, "-m", "sandbox", "--record", str(record), "--state", str(state), "--mode", "socket"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        connection = http.client.HTTPConnection(told["api_url"].split("/")[2])
        connection.request("POST", "/api/auth.test", headers={"Authorization": f"Bearer {told['bot_token']}"})
        assert json.loads(connection.getresponse().read())["ok"]
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert told["socket_url"].startswith("ws://127.0.0.1:")
    assert json.loads(record.read_text())["method"] == "auth.test"
    assert state.exists()


def test_the_command_line_names_a_bad_manifest(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    command = [sys.executable, "-m", "sandbox", "--manifest", str(tmp_path / "bad.json")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("sandbox: ")


def test_it_ends_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--while-stdin"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "api_url" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(20) == 0
