"""A stand-in for Slack's Web API in a process of its own: it says yes to everything and notes when each call came.

It prints its port, serves on loopback, and ends when its standard input closes. Its answers are as quick as they can
be made, since it shares the machine with what is measured; `stall` makes it sit on each call before it answers.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

TEAM, BOT_USER = "T0BENCH001", "U0BENCHBOT"

Answer = dict[str, Any]


class Calls:
    """What was called so far: method, arrival on the monotonic clock in seconds, raw body."""

    def __init__(self) -> None:
        self.all: list[tuple[str, float, bytes]] = []
        self.stall = 0.0
        self._number = 0
        self._waiting: list[tuple[str, bytes, Callable[[Answer], None]]] = []

    def take(self, method: str, body: bytes) -> Answer:
        """Note a call, tell who waits for it, and answer it."""
        call = (method, time.monotonic(), body)
        self.all.append(call)
        self._number += 1
        for waiter in [w for w in self._waiting if _is(call, w[0], w[1])]:
            self._waiting.remove(waiter)
            waiter[2](_told(call))
        return self._answer(method)

    def wait(self, method: str, text: bytes, tell: Callable[[Answer], None]) -> None:
        """Call `tell` with the first call of the method whose body has the text, now or when it comes."""
        found = next((call for call in self.all if _is(call, method, text)), None)
        if found is not None:
            tell(_told(found))
        else:
            self._waiting.append((method, text, tell))

    def _answer(self, method: str) -> Answer:
        if method == "auth.test":
            us = {"team_id": TEAM, "team": "Bench", "url": "https://bench.invalid/", "bot_id": "B0BENCHBOT"}
            return {"ok": True, "user": "stagecoach", "user_id": BOT_USER, **us}
        if method == "users.list":
            return {"ok": True, "members": [], "response_metadata": {"next_cursor": ""}}
        if method.startswith("views."):
            return {"ok": True, "view": {"id": f"V{self._number}", "hash": f"{self._number}.h"}}
        return {"ok": True, "channel": "C0BENCH001", "ts": f"{self._number}.000100"}


class Connection(asyncio.Protocol):
    """Just enough of HTTP for slack_sdk and for our own client."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._read = calls, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            size = next((int(v) for k, _, v in _headers(head) if k.lower() == b"content-length"), 0)
            if len(self._read) < end + 4 + size:
                return
            body, self._read = self._read[end + 4 : end + 4 + size], self._read[end + 4 + size :]
            self._serve(head.split(b" ", 2)[1].decode(), body)

    def _serve(self, target: str, body: bytes) -> None:
        address = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path.startswith("/api/"):
            answer = self._calls.take(address.path.removeprefix("/api/"), body)
            if self._calls.stall:
                asyncio.get_running_loop().call_later(self._calls.stall, self._send, answer)
            else:
                self._send(answer)
        elif address.path == "/wait":
            self._calls.wait(asked["method"], asked["text"].encode(), self._send)
        else:
            self._send(self._command(address.path, asked))

    def _command(self, path: str, asked: dict[str, str]) -> Answer:
        """What the benchmark asks of us."""
        if path == "/stall":
            self._calls.stall = float(asked["seconds"])
        elif path == "/forget":
            self._calls.all.clear()
        elif path == "/count":
            of = [at for method, at, _ in self._calls.all if method == asked["method"]]
            return {"count": len(of), "last": of[-1] if of else 0.0}
        elif path == "/posts":
            posts = [(at, body) for method, at, body in self._calls.all if method == "chat.postMessage"]
            return {"posts": [(at, json.loads(body)["channel"]) for at, body in posts]}
        return {}

    def _send(self, answer: Answer) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _headers(head: bytes) -> list[tuple[bytes, bytes, bytes]]:
    return [line.partition(b":") for line in head.split(b"\r\n")[1:]]


def _is(call: tuple[str, float, bytes], method: str, text: bytes) -> bool:
    return call[0] == method and text in call[2]


def _told(call: tuple[str, float, bytes]) -> Answer:
    return {"at": call[1], "body": json.loads(call[2])}


async def _serve() -> None:
    calls = Calls()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(calls), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
