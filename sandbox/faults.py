"""Failures that a test asks Slack to have."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["stall", "refuse", "rate_limit", "drop_before", "drop_after", "server_error"]
Args = dict[str, Any]


@dataclass(slots=True)
class Fault:
    kind: Kind
    method: str
    left: int | None
    seconds: float = 0.0
    error: str = ""
    where: Callable[[Args], bool] | None = None

    def meets(self, method: str, args: Args) -> bool:
        return self.method in (method, "*") and self.left != 0 and (self.where is None or self.where(args))


class Faults:
    """What goes wrong next. ``method`` is a Web API method, ``response_url``, ``upload``, ``dns`` or ``*`` for all.

    Each fault strikes ``times`` calls (None: until cleared), and only calls whose arguments pass ``where``.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def stall(
        self, method: str, seconds: float, times: int | None = None, where: Callable[[Args], bool] | None = None
    ) -> None:
        """Answer, but only after that many real seconds, or when the faults are cleared."""
        self._add(Fault("stall", method, times, seconds=seconds, where=where))

    def refuse(
        self, method: str, error: str, times: int | None = 1, where: Callable[[Args], bool] | None = None
    ) -> None:
        """Answer ``{"ok": false, "error": error}`` and do nothing."""
        self._add(Fault("refuse", method, times, error=error, where=where))

    def rate_limit(
        self, method: str, retry_after: int = 1, times: int | None = 1, where: Callable[[Args], bool] | None = None
    ) -> None:
        """Answer 429 with Retry-After, and do nothing."""
        self._add(Fault("rate_limit", method, times, seconds=retry_after, where=where))

    def drop(
        self,
        method: str,
        when: Literal["before", "after"] = "before",
        times: int | None = 1,
        where: Callable[[Args], bool] | None = None,
    ) -> None:
        """Close the connection without an answer, before or after the call took effect."""
        self._add(Fault("drop_before" if when == "before" else "drop_after", method, times, where=where))

    def server_error(self, method: str, times: int | None = 1, where: Callable[[Args], bool] | None = None) -> None:
        """Answer a 500 page, and do nothing."""
        self._add(Fault("server_error", method, times, where=where))

    def clear(self) -> None:
        """No more failures; stalled calls go on at once."""
        with self._lock:
            self._faults.clear()
            self._released.set()
            self._released = threading.Event()

    def take(self, method: str, args: Args) -> list[Fault]:
        """The failures that strike this call, each counted as used."""
        with self._lock:
            met = [fault for fault in self._faults if fault.meets(method, args)]
            for fault in met:
                fault.left = None if fault.left is None else fault.left - 1
            self._faults = [fault for fault in self._faults if fault.left != 0]
            return met

    def wait_out(self, fault: Fault) -> None:
        with self._lock:
            released = self._released
        released.wait(fault.seconds)

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)
