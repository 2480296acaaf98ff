"""The load: signed deliveries over keep-alive connections, one at a time or from several people at once."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.slack import TEAM

SECRET = "0123456789abcdef0123456789abcdef"
PATIENCE = 20.0
_numbers = itertools.count(1)


class Refused(Exception):
    """The server answered with something other than 200; nothing measured from there on means anything."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A form as Slack posts it, and the trigger it carries."""

    form: bytes
    trigger: str


def command(user: str, text: str, name: str = "/deal") -> Delivery:
    """A slash command with a trigger of its own."""
    trigger = f"{next(_numbers)}.{time.monotonic_ns()}.bench"
    fields = {
        "token": "not-used", "team_id": TEAM, "team_domain": "bench", "channel_id": "C0BENCH001",
        "channel_name": "deals", "user_id": user, "user_name": user.lower(), "command": name, "text": text,
        "api_app_id": "A0BENCH001", "is_enterprise_install": "false", "trigger_id": trigger,
        "response_url": "http://127.0.0.1:9/unused",
    }  # fmt: skip
    return Delivery(urlencode(fields).encode(), trigger)


def submission(user: str, view: dict[str, Any]) -> Delivery:
    """The view that was opened, submitted without inputs."""
    trigger = f"{next(_numbers)}.{time.monotonic_ns()}.bench"
    kept = {name: view.get(name) for name in ("type", "callback_id", "private_metadata", "title", "submit", "blocks")}
    opened: dict[str, Any] = {"id": f"V{trigger}", "hash": trigger, "state": {"values": {}}, "previous_view_id": None}
    payload = {
        "type": "view_submission", "team": {"id": TEAM, "domain": "bench"}, "api_app_id": "A0BENCH001",
        "user": {"id": user, "team_id": TEAM, "name": user.lower()}, "trigger_id": trigger, "view": kept | opened,
    }  # fmt: skip
    return Delivery(urlencode({"payload": json.dumps(payload)}).encode(), trigger)


class Connection:
    """One keep-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def deliver(self, delivery: Delivery) -> float:
        """Post a delivery, signed; the seconds until the answer was here. Raises Refused."""
        stamp = str(int(time.time())).encode()
        signature = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + delivery.form, hashlib.sha256).hexdigest()
        head = (
            b"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"X-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: v0=%s\r\nContent-Length: %d\r\n\r\n"
        )
        request = head % (stamp, signature.encode(), len(delivery.form)) + delivery.form
        began = time.perf_counter()
        self._socket.sendall(request)
        status, body = self._answer()
        took = time.perf_counter() - began
        if status != 200:
            raise Refused(f"{status} {body[:200]!r}")
        return took

    def get(self, target: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        self._socket.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return self._answer()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _answer(self) -> tuple[int, bytes]:
        read = b""
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._more()
        head = read[:end].lower()
        size = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(read) < end + 4 + size:
            read += self._more()
        return int(head.split(b" ", 2)[1]), read[end + 4 :]

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        return data


@contextmanager
def connected(port: int) -> Iterator[Connection]:
    """A connection for the length of a block."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


class Slack:
    """Asks our Slack what it was told. Times are seconds on the monotonic clock, which all processes share."""

    def __init__(self, port: int) -> None:
        self._port = port

    def waits_for(self, method: str, text: str) -> tuple[float, dict[str, Any]]:
        """When the first call of this method came whose body has the text, and its arguments. Raises TimeoutError."""
        try:
            told = self._ask(f"/wait?method={method}&text={quote(text)}")
        except TimeoutError:
            raise TimeoutError(f"Slack heard no {method} with {text} in {PATIENCE:.0f} s") from None
        return told["at"], told["body"]

    def stalls(self, seconds: float) -> None:
        """From now on sit on each call for so long."""
        self._ask(f"/stall?seconds={seconds}")

    def forgets(self) -> None:
        """Drop what was noted, which also keeps it small."""
        self._ask("/forget")

    def has_heard(self, method: str, calls: int, patience: float = PATIENCE) -> float:
        """When the last of so many calls came. Raises TimeoutError when they do not come."""
        until = time.monotonic() + patience
        while (told := self._ask(f"/count?method={method}"))["count"] < calls:
            if time.monotonic() > until:
                raise TimeoutError(f"Slack heard {method} {told['count']} times instead of {calls}")
            time.sleep(0.01)
        return float(told["last"])

    def posts(self) -> list[tuple[float, str]]:
        """When each message came and to which channel it went."""
        return [(at, channel) for at, channel in self._ask("/posts")["posts"]]

    def _ask(self, target: str) -> dict[str, Any]:
        with connected(self._port) as connection:
            answer: dict[str, Any] = json.loads(connection.get(target)[1])
            return answer


def one_at_a_time(port: int, deliveries: Iterable[Delivery]) -> list[float]:
    """The seconds that each answer took, over one connection."""
    with connected(port) as connection:
        return [connection.deliver(delivery) for delivery in deliveries]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What several people at once got: seconds of every answer, and answers a second."""

    seconds: list[float]
    per_second: float


def at_once(port: int, people: int, lasting: float, make: Callable[[], Delivery]) -> Crowd:
    """`people` connections, each sending its next delivery as soon as it has an answer, for `lasting` seconds."""
    seconds: list[list[float]] = [[] for _ in range(people)]
    problems: list[Exception] = []
    ready = threading.Barrier(people + 1)

    def person(mine: list[float]) -> None:
        try:
            with connected(port) as connection:
                connection.deliver(make())
                ready.wait(PATIENCE)
                until = time.perf_counter() + lasting
                while time.perf_counter() < until:
                    mine.append(connection.deliver(make()))
        except (OSError, Refused, threading.BrokenBarrierError) as problem:  # told by the thread that waits for us
            problems.append(problem)
            ready.abort()

    threads = [threading.Thread(target=person, args=(mine,)) for mine in seconds]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        ready.wait(PATIENCE)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if problems:
        raise problems[0]
    every = [one for mine in seconds for one in mine]
    return Crowd(every, len(every) / took)
