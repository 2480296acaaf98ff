"""The command line: help everywhere, one line for each foreseen error, exit codes, and an end within seconds."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

import bot.demo
from bot import wiring
from bot.__main__ import cli
from bot.domain.errors import NeedsSetup
from bot.lifecycle import CannotStart, Lifecycle
from bot.manifest import as_yaml, make_manifest
from bot.settings import WHERE, Settings, environment_with
from sandbox.server import BOT_TOKEN, Sandbox

ROOT = Path(__file__).parent.parent
COMMANDS = ["run", "web", "worker", "tick", "migrate", "process", "inspect", "work", "demo", "doctor", "manifest"]
SLACK = {"SLACK_BOT_TOKEN": "xoxb-987654", "SLACK_SIGNING_SECRET": "987654", "STAGECOACH_LOG": "json"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in WHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The commands run inside the test's process here, so they must not take over its logging."""
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)
    with structlog.testing.capture_logs() as lines:
        yield lines


def call(*arguments: str, **environment: str) -> Result:
    result = CliRunner().invoke(cli, arguments, env=environment, prog_name="stagecoach")
    assert "Traceback" not in result.output
    assert "987654" not in result.output
    return result


def error_of(result: Result, code: int) -> str:
    """The one line on stderr; SQLite's warnings stand before it."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Warning: ")]
    assert result.exit_code == code, result.output
    assert len(lines) == 1, result.stderr
    return lines[0]


# Usage


@pytest.mark.parametrize(
    "arguments",
    [[], *([name] for name in COMMANDS), *(["process", name] for name in ("check", "diff", "map", "show", "schema"))],
    ids=" ".join,
)
def test_every_command_explains_itself_without_any_setting(arguments: list[str]) -> None:
    result = call(*arguments, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: {' '.join(['stagecoach', *arguments])}")


def test_the_version_is_that_of_the_distribution() -> None:
    assert call("--version").output.startswith("stagecoach, version ")


@pytest.mark.parametrize(
    "arguments", [["ride"], ["run", "--fast"], ["manifest", "extra"], ["process", "ride"], []], ids=" ".join
)
def test_wrong_usage_is_exit_code_2_on_stderr(arguments: list[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


def test_help_does_not_wait_for_the_libraries() -> None:
    heavy = "import sys, bot.__main__; print({'sqlalchemy', 'slack_bolt', 'flask', 'pydantic'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout == "set()\n"


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    """As with `stagecoach process show buyer_centric | head`."""
    command = [sys.executable, "-m", "bot", "process", "show", "buyer_centric"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


# Settings


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_a_missing_token_is_one_line_and_exit_code_2(command: str) -> None:
    line = error_of(call(command, SLACK_SIGNING_SECRET="987654"), 2)
    assert line.startswith("SLACK_BOT_TOKEN is not set. Copy the Bot User OAuth Token")


def test_several_problems_are_a_line_each() -> None:
    result = call("run", PORT="many", STAGECOACH_MODE="pigeon")
    assert result.exit_code == 2
    assert [line.split()[0] for line in result.stderr.splitlines()] == [
        "PORT", "STAGECOACH_MODE", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"
    ]  # fmt: skip


def test_a_wrong_value_of_what_a_command_does_not_use_is_no_matter() -> None:
    assert call("manifest", SLACK_BOT_TOKEN="987654", PORT="x").exit_code == 0
    assert call("process", "check", SLACK_BOT_TOKEN="987654", DATABASE_URL="x").exit_code in (0, 2)
    line = error_of(call("manifest", STAGECOACH_COMMAND="deal"), 2)
    assert line.startswith("STAGECOACH_COMMAND is not a slash command")


# The manifest


def test_the_manifest_is_printed_for_socket_mode_or_for_an_address() -> None:
    assert call("manifest").output == (ROOT / "slack_manifest.yaml").read_text(encoding="utf-8")
    address = "https://bot.example"
    assert call("manifest", "--url", address).output == as_yaml(make_manifest(url=address))
    assert "command: /vendita\n" in call("manifest", STAGECOACH_COMMAND="/vendita").output


def test_an_address_that_slack_cannot_call_is_wrong_usage() -> None:
    result = call("manifest", "--url", "http://bot.example")
    assert result.exit_code == 2
    assert "http://bot.example is not an address like https://" in result.stderr


# Errors


def failing(error: Exception) -> Any:
    def start(_settings: Settings) -> int:
        raise error

    return start


def test_what_keeps_the_process_from_starting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (CannotStart("The port is taken."), NeedsSetup("The port is taken.")):
        monkeypatch.setattr(wiring, "run", failing(error))
        assert error_of(call("run", **SLACK), 1) == "The port is taken."


def test_what_nobody_foresaw_is_one_line_with_the_reference_of_its_log(
    monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    problem = RuntimeError("987654")
    monkeypatch.setattr(wiring, "run", failing(problem))
    line = error_of(call("run", **SLACK), 1)
    (crashed,) = [entry for entry in logged if entry["event"] == "crashed"]
    assert line == f"Something went wrong inside Stagecoach (reference {crashed['reference']}); the log says where."
    assert crashed["exc_info"] is problem


def test_a_command_ends_with_the_code_of_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "worker", lambda _settings: 1)
    assert call("worker", **SLACK).exit_code == 1


@pytest.mark.parametrize("command", ["migrate", "worker", "web", "run"])
def test_a_database_that_is_away_is_one_line(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    line = error_of(call(command, **SLACK, DATABASE_URL=f"postgresql://u:987654@127.0.0.1:{port}/x"), 1)
    assert line.startswith("The database cannot be used: connection failed")


@pytest.mark.parametrize(
    ("name", "value"), [("STAGECOACH_HOME", "file/home"), ("DATABASE_URL", "sqlite:///file/home/x.db")]
)
def test_a_folder_that_cannot_be_made_is_one_line_with_the_variable(name: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = error_of(call("migrate", **{name: value}), 2)
    assert line.startswith(f"{name}: the folder ")
    assert "file/home cannot be made: Not a directory. " in line


def test_a_file_that_is_no_database_is_one_line_at_once(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough that it might have been the head of one. " * 9)
    line = error_of(call("migrate", DATABASE_URL="sqlite:///notes.txt"), 1)
    assert line.startswith("The database cannot be used: file is not a database.")


def test_a_folder_without_definitions_is_a_wrong_value(tmp_path: Path) -> None:
    line = error_of(call("run", **SLACK, STAGECOACH_PROCESS_DIR=str(tmp_path)), 2)
    assert line.startswith("There are no process definitions (*.yaml) in ")
    assert "STAGECOACH_PROCESS_DIR" in line


def test_an_address_that_is_not_of_this_machine_is_one_line_without_pythons_own_words() -> None:
    line = error_of(call("run", **SLACK, HOST="nowhere.invalid", PORT="0", SLACK_API_URL="http://127.0.0.1:9/"), 1)
    assert line.startswith("Cannot listen on nowhere.invalid port 0: ")
    assert "bind on address" not in line


@pytest.mark.parametrize("command", ["web", "worker"])
def test_several_processes_on_sqlite_are_warned_of_and_told_to_migrate(command: str) -> None:
    result = call(command, **SLACK)
    assert f"Warning: `{command}` with a SQLite file." in result.stderr
    assert "stagecoach migrate" in error_of(result, 1)


def test_migrate_makes_the_database_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        assert call("migrate").output == "The database is at the newest migration.\n"
    assert (tmp_path / ".stagecoach" / "stagecoach.db").exists()


def test_asking_a_database_that_is_not_there_says_so_and_makes_none(tmp_path: Path) -> None:
    said = error_of(call("process", "check", "--against-database"), 1)
    assert "There is no database yet" in said
    assert "`stagecoach run` makes it" in said
    assert not (tmp_path / ".stagecoach").exists()
    assert call("migrate").exit_code == 0
    assert "every open deal stands as before" in call("process", "check", "--against-database").stdout


def test_a_process_that_is_not_defined_is_one_line() -> None:
    assert "STAGECOACH_PROCESS" in error_of(call("run", **SLACK, STAGECOACH_PROCESS="nowhere"), 2)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = error_of(call("run", **SLACK, PORT=port, SLACK_API_URL="http://127.0.0.1:9/"), 1)
    assert (
        line == f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Set PORT or HOST to something else."
    )


# The demo


def test_without_the_local_workspace_the_demo_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "It is part of a checkout of Stagecoach" in error_of(call("demo", "--no-browser"), 1)


def test_the_demo_takes_nothing_from_the_settings_of_the_real_bot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@real/x")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-real")
    told = {
        "bot_token": "xoxb-local", "api_url": "http://127.0.0.1:1/api/", "clock_url": "http://127.0.0.1:1/clock",
        "dns_url": "http://127.0.0.1:1/dns",
        "managers": ["U1"], "manager_channel": "C1", "company_domains": ["ours.example"],
    }  # fmt: skip
    settings = bot.demo.demo_settings(tmp_path, told, "s", 3001)
    assert settings.is_sqlite
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-local"
    assert settings.stagecoach_managers == {"U1"}
    assert settings.stagecoach_manager_channel == "C1"


def test_the_demo_prefers_its_port_and_takes_another_when_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert bot.demo.free_port(port) not in (0, port)
    assert bot.demo.free_port(port) == port


# The life of a process


def test_parts_stop_in_reverse_order_and_one_that_fails_does_not_hold_up_the_rest() -> None:
    stopped: list[str] = []
    life = Lifecycle(grace=1)

    def fail(_patience: float) -> None:
        stopped.append("sender")
        raise RuntimeError

    life.add("database", lambda patience: stopped.append("database"))
    life.add("sender", fail)
    life.add("web", lambda patience: stopped.append("web"))
    life.end()
    assert life.wait() == 1
    assert stopped == ["web", "sender", "database"]


def test_a_part_that_cannot_go_on_ends_the_process_with_its_code() -> None:
    life = Lifecycle()
    threading.Thread(target=life.end, args=(1,)).start()
    assert life.wait() == 1


def test_a_signal_asks_for_the_end_and_the_old_answer_to_it_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    life = Lifecycle()
    signal.raise_signal(signal.SIGTERM)
    assert life.wait() == 0
    assert signal.getsignal(signal.SIGTERM) is before


@contextmanager
def running(command: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The real command as a process, once it listens; gives the log line that says where."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", command],
        env=environment_with({"PORT": "0", "HOST": "127.0.0.1", **SLACK, **environment, "PYTHONPATH": str(ROOT)}),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if '"listening"' in line:
                yield process, json.loads(line)
                return
        raise AssertionError(f"{command} ended with {process.wait()}")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def read(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_serves_its_pages_and_ends_at_a_signal(number: signal.Signals) -> None:
    with (
        Sandbox() as workspace,
        running("run", SLACK_API_URL=workspace.api_url, SLACK_BOT_TOKEN=BOT_TOKEN) as started,
    ):
        process, listening = started
        assert json.loads(read(listening["port"], "/healthz")) == {"status": "alive"}
        assert json.loads(read(listening["port"], "/readyz"))["ready"] is True
        assert "stagecoach_work_items" in read(listening["port"], "/metrics")
        process.send_signal(number)
        code = process.wait(10)
        assert process.stderr is not None
        rest = process.stderr.read()
        assert code == 0, rest
        assert "Traceback" not in rest
        assert "987654" not in rest
