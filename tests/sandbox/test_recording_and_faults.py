"""What is recorded, and the failures that tests can ask for."""

from __future__ import annotations

import http.client
import json
import threading
import time
from pathlib import Path

import pytest

from sandbox.server import BOT_TOKEN, Sandbox
from sandbox.team import DEALS, RITA
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.views import section


def test_calls_are_recorded_decoded_and_without_the_token(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.form("chat.postMessage", token=BOT_TOKEN, channel=DEALS, text="x", blocks=[section("x")])
    bot.call("chat.postMessage", channel="C0NOWHERE", text="x")
    good, bad = sandbox.recording.of("chat.postMessage")
    assert good.args == {"channel": DEALS, "text": "x", "blocks": [section("x")]}
    assert (good.ok, bad.ok, bad.error) == (True, False, "channel_not_found")


def test_acks_and_responses_are_recorded_too(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.answers["command"] = lambda form: bot.post(form["response_url"], {"text": "later"}) and {"text": "now"}
    sandbox.acting.type_command(RITA, DEALS, "/deal")
    assert [(c.method, c.args) for c in sandbox.recording.calls] == [
        ("response_url", {"text": "later"}),
        ("ack.message", {"text": "now"}),
    ]


def test_calls_are_appended_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    for _ in range(2):
        bot = FakeBot()
        with Sandbox(record=path) as sandbox:
            bot.sandbox = sandbox
            bot.call("chat.postMessage", channel=DEALS, text="Grüße")
            sandbox.reset()
            assert sandbox.recording.calls == []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines == [{"method": "chat.postMessage", "args": {"channel": DEALS, "text": "Grüße"}}] * 2


def test_one_can_wait_for_a_call(bot: FakeBot, sandbox: Sandbox) -> None:
    threading.Thread(target=bot.call, args=("auth.test",)).start()
    assert sandbox.recording.wait_for("auth.test")[0].ok
    with pytest.raises(TimeoutError, match="0 calls of team"):
        sandbox.recording.wait_for("team.info", timeout=0.01)


def test_a_call_can_be_refused_once(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.refuse("chat.postMessage", "is_archived")
    assert bot.call("auth.test")["ok"]
    assert bot.call("chat.postMessage", channel=DEALS, text="x")["error"] == "is_archived"
    assert bot.call("chat.postMessage", channel=DEALS, text="x")["ok"]
    assert len(sandbox.workspace.channels[DEALS].messages) == 1


def test_a_fault_may_choose_its_calls(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.refuse("*", "fatal_error", times=None, where=lambda args: args.get("channel") == DEALS)
    assert bot.call("auth.test")["ok"]
    assert bot.call("chat.postMessage", channel=DEALS, text="x")["error"] == "fatal_error"


def test_a_call_can_be_one_too_many(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.rate_limit("chat.postMessage", retry_after=7, times=2)
    for _ in range(2):
        status, _, headers = bot.post("/api/chat.postMessage", {"channel": DEALS, "text": "x"}, _auth())
        assert (status, headers["Retry-After"]) == (429, "7")
    assert bot.call("chat.postMessage", channel=DEALS, text="x")["ok"]


def test_the_server_can_break(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.server_error("chat.postMessage")
    status, body, _ = bot.post("/api/chat.postMessage", {"channel": DEALS, "text": "x"}, _auth())
    assert (status, isinstance(body, bytes)) == (500, True)
    assert sandbox.workspace.channels[DEALS].messages == []


@pytest.mark.parametrize(("when", "posted"), [("before", 0), ("after", 1)])
def test_the_connection_can_drop(bot: FakeBot, sandbox: Sandbox, when: str, posted: int) -> None:
    sandbox.faults.drop("chat.postMessage", "before" if when == "before" else "after")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        bot.call("chat.postMessage", channel=DEALS, text="x")
    assert len(sandbox.workspace.channels[DEALS].messages) == posted
    assert len(sandbox.recording.of("chat.postMessage")) == posted


def test_a_call_can_stall_until_the_faults_are_cleared(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.stall("chat.postMessage", 60)
    caller = threading.Thread(target=bot.call, args=("chat.postMessage",), kwargs={"channel": DEALS, "text": "x"})
    caller.start()
    assert bot.call("auth.test")["ok"]
    assert sandbox.recording.of("chat.postMessage") == []
    sandbox.faults.clear()
    caller.join(5)
    assert len(sandbox.recording.of("chat.postMessage")) == 1


def test_a_short_stall_ends_by_itself(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.faults.stall("auth.test", 0.05, times=1)
    began = time.monotonic()
    assert bot.call("auth.test")["ok"]
    assert time.monotonic() - began >= 0.05


def test_response_urls_and_uploads_can_fail(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.acting.type_command(RITA, DEALS, "/deal")
    url = bot.of("command")[0]["response_url"]
    sandbox.faults.server_error("response_url")
    sandbox.faults.server_error("upload")
    assert bot.post(url, {"text": "x"})[0] == 500
    assert bot.post(url, {"text": "x"})[0] == 200
    upload = bot.call("files.getUploadURLExternal", filename="a.txt", length=1)["upload_url"]
    assert bot.send("POST", upload, b"x", {})[0] == 500
    assert bot.send("POST", upload, b"x", {})[0] == 200
    sandbox.faults.rate_limit("response_url", retry_after=9)
    status, _, headers = bot.post(url, {"text": "x"})
    assert (status, headers["Retry-After"]) == (429, "9")
    before = len(sandbox.recording.of("response_url"))
    for when, arrived in (("before", 0), ("after", 1)):
        sandbox.faults.drop("response_url", "before" if when == "before" else "after")
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            bot.post(url, {"text": "x"})
        assert len(sandbox.recording.of("response_url")) == before + arrived


def _auth() -> dict[str, str]:
    return {"Authorization": f"Bearer {BOT_TOKEN}"}
