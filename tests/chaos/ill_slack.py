"""A Slack that is ill: it delays, drops connections after it has received, answers 429 and 500, and writes all down."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

FINE, DROPPED, BUSY, BROKEN_BEFORE, BROKEN_AFTER = "fine", "dropped", "busy", "broken before", "broken after"
ILLNESS = {FINE: 70, DROPPED: 8, BUSY: 8, BROKEN_BEFORE: 7, BROKEN_AFTER: 7}
"""How often of a hundred times each happens while it is ill."""

TAKEN = (FINE, DROPPED, BROKEN_AFTER)
"""What happened to a request whose message is in the channel."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message that came in whole: whose it is, when, and what became of it. Times are monotonic seconds."""

    item: str
    at: float
    fate: str


@dataclass
class IllSlack:
    """Its diary, and whether it is still ill."""

    chance: random.Random
    is_ill: bool = True
    diary: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def decide(self) -> tuple[str, float]:
        """What happens to the next request, and after how many seconds."""
        with self.lock:
            if not self.is_ill:
                return FINE, 0.0
            fate = self.chance.choices(list(ILLNESS), list(ILLNESS.values()))[0]
            return fate, self.chance.choice([0.0, 0.0, 0.01, 0.05, 0.3])

    def note(self, item: str, fate: str) -> None:
        with self.lock:
            self.diary.append(Received(item, time.monotonic(), fate))

    def posts(self) -> dict[str, list[Received]]:
        """The messages in the channel, by item, in their order."""
        found: dict[str, list[Received]] = {}
        with self.lock:
            for received in self.diary:
                if received.fate in TAKEN:
                    found.setdefault(received.item, []).append(received)
        return found


@contextmanager
def ill_slack(seed: int) -> Iterator[IllSlack]:
    """Serve one on this machine for as long as the block takes."""
    slack = IllSlack(random.Random(seed))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name is given by http.server
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            item = body.get("text", [""])[0]
            fate, delay = slack.decide()
            time.sleep(delay)
            slack.note(item, fate)
            match fate:
                case "dropped":
                    self.close_connection = True
                    self.connection.close()
                case "busy":
                    self._answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
                case "fine":
                    self._answer(200, {"ok": True, "ts": "1.0", "channel": "C1"})
                case _:
                    self._answer(500, {})

        def _answer(self, status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """The diary is enough."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """Clients are killed in the middle here; that is what it is about."""

    server = Server(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
