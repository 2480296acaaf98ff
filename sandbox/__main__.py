"""``python -m sandbox``: the local Slack workspace as a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.manifest import read_manifest
from sandbox.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Sandbox


def main(argv: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl+C. Prints one line of JSON with its addresses and tokens when it is ready."""
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
        sys.stdout.write(json.dumps(_told(sandbox)) + "\n")
        sys.stdout.flush()
        stopped.wait()
    finally:
        sandbox.stop()
    return 0


def _told(sandbox: Sandbox) -> dict[str, str]:
    told = {"page": f"{sandbox.web_url}/", "api_url": sandbox.api_url, "clock_url": sandbox.clock_url}
    if sandbox.socket:
        told["socket_url"] = sandbox.socket.url
    return told | {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}


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
    return parser


if __name__ == "__main__":
    sys.exit(main())
