"""The processes under test: started with nothing of ours in their environment, and surely ended."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import default_app
from benchmarks.client import PATIENCE, SECRET, connected
from benchmarks.seeding import rep
from bot.settings import environment_with

POLL_SECONDS = 0.005


class NotStarted(Exception):
    """A process under test did not come up; the message has the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running process that takes deliveries. `started` is in seconds, from the start to the first good answer."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    def memory(self) -> float:
        """MB that the process and its children keep in memory now."""
        return sum(_resident(pid) for pid in (self.process.pid, *_children(self.process.pid))) / 1e6


@contextmanager
def slack() -> Iterator[int]:
    """Our stand-in for Slack; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.slack"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_project()
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


@contextmanager
def default_bolt(slack_port: int, folder: Path, threads: int = 32) -> Iterator[Server]:
    """The default Bolt app in one gunicorn process with threads."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    command = [
        *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", str(threads)),
        *("--keep-alive", "30", "--worker-tmp-dir", str(folder), "--bind", f"fd://{listener.fileno()}"),
        *("--pythonpath", str(_project()), "benchmarks.default_app:make()"),
    ]
    told = {default_app.SLACK: f"http://127.0.0.1:{slack_port}/api/", default_app.SECRET: SECRET}
    port = listener.getsockname()[1]
    with _running(command, told, folder / "default.log", folder, (listener.fileno(),)) as process:
        began = time.monotonic()
        _wait_for(process, folder / "default.log", lambda: _answers(port, "/"))
        yield Server(process, port, time.monotonic() - began)
    listener.close()


@contextmanager
def stagecoach(slack_port: int, database: str, folder: Path) -> Iterator[Server]:
    """The bot as `stagecoach run`, in its default mode, writing its log to a file."""
    log = folder / "stagecoach.log"
    told = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
        "DATABASE_URL": database,
        "PORT": "0",
        "STAGECOACH_HOME": str(folder),
        "STAGECOACH_MANAGER_CHANNEL": "C0BENCH001",
        "STAGECOACH_MANAGERS": rep(1),
        "STAGECOACH_LOG": "json",
    }
    began = time.monotonic()
    with _running([sys.executable, "-m", "bot", "run"], told, log, folder) as process:
        port = 0

        def is_ready() -> bool:
            nonlocal port
            port = port or _port_in(log)
            return bool(port) and _answers(port, "/readyz")

        _wait_for(process, log, is_ready)
        yield Server(process, port, time.monotonic() - began)


@contextmanager
def _running(
    command: list[str], told: Mapping[str, str], log: Path, folder: Path, descriptors: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    environment = environment_with(told) | {"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(_project())}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, cwd=folder, pass_fds=descriptors
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], log: Path, is_up: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_up():
        if process.poll() is not None or time.monotonic() > until:
            raise NotStarted(f"{process.args!r}: {log.read_text(errors='replace')[-1000:]}")
        time.sleep(POLL_SECONDS)


def _answers(port: int, page: str) -> bool:
    """Whether it answers there; a page that only the default app lacks is an answer too."""
    try:
        with connected(port) as connection:
            return connection.get(page)[0] in (200, 404)
    except OSError:
        return False


def _port_in(log: Path) -> int:
    """The port that the bot says it listens on, or 0 before it does."""
    for line in log.read_text(errors="replace").splitlines():
        if '"listening"' in line:
            return int(json.loads(line)["port"])
    return 0


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def _resident(pid: int) -> int:
    """Bytes in memory; `ps` tells them in units of 1,024."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(told.stdout or 0) * 1024


def _project() -> Path:
    return Path(__file__).parent.parent
