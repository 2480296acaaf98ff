"""Everything the app said to Slack: calls of the Web API, bodies of acks and posts to response_urls."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``args`` hold no token; ``at`` is real time in seconds; ``method`` may be ack.message, ack.view or
    response_url."""

    method: str
    args: dict[str, Any]
    at: float
    ok: bool = True
    error: str | None = None


class Recording:
    """Keeps the calls in memory and, with a path, appends each as a line of JSON to that file."""

    def __init__(self, path: Path | None = None) -> None:
        self._calls: list[Call] = []
        self._changed = threading.Condition()
        # Unbuffered, so that each line is one write and several processes can record into one file.
        self._file: IO[bytes] | None = path.open("ab", buffering=0) if path else None

    def add(self, method: str, args: dict[str, Any], *, ok: bool = True, error: str | None = None) -> None:
        public = {name: value for name, value in args.items() if name != "token"}
        with self._changed:
            self._calls.append(Call(method, public, time.time(), ok, error))
            if self._file:
                line = json.dumps({"method": method, "args": public}, ensure_ascii=False)
                self._file.write(line.encode("utf-8", "replace") + b"\n")
            self._changed.notify_all()

    @property
    def calls(self) -> list[Call]:
        with self._changed:
            return list(self._calls)

    def of(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, timeout: float = 5.0) -> list[Call]:
        """The calls of a method once there are ``count``; raises TimeoutError after ``timeout`` real seconds."""
        if not self.wait_until(lambda calls: sum(c.method == method for c in calls) >= count, timeout):
            raise TimeoutError(f"{len(self.of(method))} calls of {method} after {timeout} s, expected {count}")
        return self.of(method)

    def wait_until(self, condition: Callable[[list[Call]], bool], timeout: float = 5.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: condition(self._calls), timeout)

    def clear(self) -> None:
        """Forget what is in memory; the file keeps its lines."""
        with self._changed:
            self._calls.clear()

    def close(self) -> None:
        with self._changed:
            if self._file:
                self._file.close()
                self._file = None
