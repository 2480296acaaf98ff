"""``python -m sandbox``: the local Slack workspace as a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox import team
from sandbox.manifest import read_manifest
from sandbox.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Sandbox
from sandbox.story import StoryStopped, tell_story


def main(argv: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl+C. Prints one line of JSON with its addresses and tokens when it is ready.

    With ``--story`` a second line follows when the story is told.
    """
    options = _parser().parse_args(argv)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        sandbox = Sandbox(
            bot_url=options.bot_url,
            mode=options.mode,
            signing_secret=_signing_secret(options.signing_secret_file),
            manifest=read_manifest(options.manifest) if options.manifest else None,
            record=options.record,
            state=options.state,
            port=options.port,
        )
        sandbox.start()
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"sandbox: {problem}\n")
        return 1
    try:
        _say(_told(sandbox))
        if options.story:
            threading.Thread(target=_tell, args=(sandbox,), name="story", daemon=True).start()
        if options.while_stdin:
            threading.Thread(target=_await_end, args=(stopped,), name="stdin", daemon=True).start()
        stopped.wait()
    finally:
        sandbox.stop()
    return 0


def _told(sandbox: Sandbox) -> dict[str, Any]:
    told: dict[str, Any] = {
        "page": f"{sandbox.web_url}/as/{team.RITA}/home",
        "api_url": sandbox.api_url,
        "clock_url": sandbox.clock_url,
        "dns_url": sandbox.dns_url,
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "manager_channel": team.DEALS,
        "managers": list(team.MANAGERS),
        "company_domains": [team.DOMAIN],
    }
    return told | ({"socket_url": sandbox.socket.url} if sandbox.socket else {})


def _await_end(stopped: threading.Event) -> None:
    """Who started us holds the other end of our standard input, and lets go of it however they end."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _tell(sandbox: Sandbox) -> None:
    """Whatever becomes of the story, the workspace goes on."""
    problem = ""
    try:
        tell_story(sandbox)
    except StoryStopped as stopped:
        problem = str(stopped)
    finally:
        _say({"story": problem or "told"})


def _signing_secret(path: Path | None) -> str:
    if path:
        return path.read_text(encoding="utf-8").strip()
    return os.environ.get("SLACK_SIGNING_SECRET") or SIGNING_SECRET


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Slack workspace, on loopback only.")
    parser.add_argument("--port", type=int, default=0, help="of the page and the Web API (default: a free one)")
    parser.add_argument("--bot-url", metavar="URL", help="where the app takes deliveries, such as …/slack/events")
    parser.add_argument("--mode", choices=("http", "socket"), default="http")
    parser.add_argument("--signing-secret-file", type=Path, metavar="FILE", help="default: $SLACK_SIGNING_SECRET")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="the app's manifest, in YAML or JSON")
    parser.add_argument("--record", type=Path, metavar="FILE", help="append every call of the app's as a line of JSON")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the workspace in this file over restarts")
    parser.add_argument("--story", action="store_true", help="let a few deals happen once the app answers")
    parser.add_argument("--while-stdin", action="store_true", help="end when standard input ends")
    return parser


if __name__ == "__main__":
    sys.exit(main())
