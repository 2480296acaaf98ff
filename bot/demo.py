"""`stagecoach demo`: a local workspace as a child process, and the bot running against it."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from pydantic import SecretStr

from bot import logs, wiring
from bot.lifecycle import CannotStart
from bot.manifest import make_manifest
from bot.settings import Settings, environment_with

HOST = "127.0.0.1"
_PAGE_PORT = 3000
_START_SECONDS = 30
_STATE, _DATABASE = "workspace.json", "stagecoach.db"
_WELCOME = """\
Stagecoach is ready in a local workspace: {page}
You are Rita, a rep: type /deal in any channel. The menu at the top right makes you Marta, who decides in #deals.
Ctrl-C ends it; the next start finds everything again. The log is {log}."""


def run_demo(home: Path, port: int | None, browser: bool) -> int:
    """Run until Ctrl-C; return the exit code. Raises CannotStart."""
    _need_workspace()
    is_new = not any((home / name).exists() for name in (_STATE, _DATABASE))
    home.mkdir(parents=True, exist_ok=True)
    signing_secret = secrets.token_hex(16)
    page_port = free_port(_PAGE_PORT) if port is None else port
    bot_port = free_port(page_port + 1 if 0 < page_port < 65535 else 0)
    signal.signal(signal.SIGTERM, _leave)
    with _alone(home) as mark, (home / "stagecoach.log").open("a", encoding="utf-8") as log_file:
        logs.configure("console", log_file)
        with _workspace(home, page_port, bot_port, signing_secret, is_new) as (child, told):
            click.echo(told["page"], file=mark)
            settings = demo_settings(home, told, signing_secret, bot_port)
            welcome = _WELCOME.format(page=told["page"], log=log_file.name)
            story = child if is_new else None
            # On the story's days gone by the bot would remind people of what they are just about to do.
            is_told = _tell_when_ready(story, bot_port, lambda: _open(welcome, told["page"], browser))
            return wiring.run(settings, may_plan=is_told)


def demo_settings(home: Path, told: dict[str, Any], signing_secret: str, bot_port: int) -> Settings:
    """Settings for the local workspace alone; nothing of the environment's gets in."""
    return Settings(
        slack_bot_token=SecretStr(told["bot_token"]),
        slack_signing_secret=SecretStr(signing_secret),
        slack_api_url=told["api_url"],
        port=bot_port,
        host=HOST,
        stagecoach_home=home,
        stagecoach_manager_channel=told.get("manager_channel"),
        stagecoach_managers=frozenset(told.get("managers", ())),
        stagecoach_company_domains=frozenset(told.get("company_domains", ())),
        # On this machine alone, and good until the next start, which may find another port.
        stagecoach_public_url=f"http://{HOST}:{bot_port}",
        stagecoach_log="console",
        stagecoach_clock_url=told["clock_url"],
        stagecoach_dns_url=told["dns_url"],
    )


def free_port(preferred: int) -> int:
    """The preferred port if nobody listens there, else one that is free now."""
    for candidate in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("There is no free port on this machine.")


def _need_workspace() -> None:
    for package in ("sandbox", "websockets"):
        if importlib.util.find_spec(package) is None:
            raise CannotStart(
                "The local workspace is not installed here. It is part of a checkout of Stagecoach: run `make demo` "
                "there, or install stagecoach[sandbox]."
            )


@contextmanager
def _alone(home: Path) -> Iterator[IO[str]]:
    """A file in the home that only one demo holds; what is written to it tells the next one where this one is.

    Two demos in one home would each keep a workspace of their own, and save it over that of the other.
    Raises CannotStart. The lock ends with the process, however that ends.
    """
    with (home / "running").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            raise CannotStart(
                f"The demo is running already: {mark.read().strip() or 'it is just starting'}. End that one with "
                "Ctrl-C first, or start another with `stagecoach demo --home FOLDER`."
            ) from None
        mark.truncate(0)
        yield mark


@contextmanager
def _workspace(
    home: Path, port: int, bot_port: int, signing_secret: str, is_new: bool
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The workspace's process while the block runs, and what it told of itself; a new one gets a few deals."""
    manifest = home / "manifest.json"
    manifest.write_text(json.dumps(make_manifest()), encoding="utf-8")
    arguments = ["--port", str(port), "--bot-url", f"http://{HOST}:{bot_port}/slack/events"]
    arguments += ["--manifest", str(manifest), "--state", str(home / _STATE), "--while-stdin"]
    child = subprocess.Popen(  # noqa: S603 - our own module, with arguments made above
        [sys.executable, "-m", "sandbox", *arguments, *(["--story"] if is_new else [])],
        stdin=subprocess.PIPE,  # never written to: it ends with us, and the workspace with it
        stdout=subprocess.PIPE,
        text=True,
        env=environment_with({"SLACK_SIGNING_SECRET": signing_secret}),
    )
    leaving = threading.Event()
    try:
        told = _first_line(child)
        threading.Thread(target=_end_with, args=(child, leaving), daemon=True).start()
        yield child, told
    finally:
        leaving.set()
        _stop(child)


def _first_line(child: subprocess.Popen[str]) -> dict[str, Any]:
    impatient = threading.Timer(_START_SECONDS, child.kill)
    impatient.start()
    try:
        line = child.stdout.readline() if child.stdout else ""
        return dict(json.loads(line))
    except ValueError:
        raise CannotStart("The local workspace did not start. What it said stands above.") from None
    finally:
        impatient.cancel()


def _end_with(child: subprocess.Popen[str], leaving: threading.Event) -> None:
    """The bot has nothing to do without the workspace: when that ends, so do we."""
    child.wait()
    if not leaving.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _tell_when_ready(
    story: subprocess.Popen[str] | None, bot_port: int, tell: Callable[[], None]
) -> Callable[[], bool]:
    """Call `tell` once the bot answers and the story, if any, is told. What is returned says whether that is told."""
    told = threading.Event()

    def wait() -> None:
        if story is not None:
            click.echo("A new workspace: letting a few deals happen …")
            _await_story(story)
        told.set()
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and not _is_ready(bot_port):
            time.sleep(0.1)
        tell()

    threading.Thread(target=wait, name="tell", daemon=True).start()
    return told.is_set


def _await_story(child: subprocess.Popen[str]) -> None:
    """The workspace's second line, which says how its story went."""
    line = child.stdout.readline() if child.stdout else ""
    went = json.loads(line).get("story") if line else "told"
    if went != "told":
        click.echo(f"Not all of them could be made ({went}), but everything works.")


def _open(welcome: str, page: str, browser: bool) -> None:
    click.echo(welcome)
    if not browser:
        return
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if type(found) is not webbrowser.GenericBrowser:  # which would be one that takes over the terminal
        found.open(page)


def _is_ready(bot_port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{bot_port}/readyz", timeout=1):
            return True
    except (OSError, urllib.error.URLError):
        return False


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
