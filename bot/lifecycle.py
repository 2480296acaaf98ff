"""From start to end of a process: it runs until a signal, then its parts stop in order, in time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog

log: Any = structlog.get_logger()

GRACE_SECONDS = 9.0
"""Whoever stops us waits ten."""

Stop = Callable[[float], object]
"""Stops a part within so many seconds."""


class CannotStart(Exception):
    """The process cannot run; the message is the one line that the operator reads."""


class Lifecycle:
    """Keeps the parts of a running process. They stop in the reverse order of being added.

    From its making on, SIGTERM and SIGINT ask for the end instead of ending at once. Make it in the main thread.
    """

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self._grace = grace
        self._parts: list[tuple[str, Stop]] = []
        self._asked = threading.Event()
        self._code = 0
        self._before = {number: signal.signal(number, self._signalled) for number in (signal.SIGTERM, signal.SIGINT)}

    def add(self, name: str, stop: Stop) -> None:
        """A part that has been started, and what stops it."""
        self._parts.append((name, stop))

    def end(self, code: int = 0) -> None:
        """Ask for the end; a part that cannot go on gives a code other than 0, so that a supervisor starts us again."""
        self._code = self._code or code
        self._asked.set()

    def wait(self) -> int:
        """Wait for SIGTERM, SIGINT or `end`, stop everything, and return the exit code."""
        # A wait without end would keep signals from being noticed on some platforms.
        while not self._asked.wait(1.0):
            pass
        self.stop()
        return self._code

    def stop(self) -> None:
        """Stop all parts; together they get the grace, and one that fails does not keep the others from stopping."""
        until = time.monotonic() + self._grace
        log.info("stopping")
        while self._parts:
            name, stop = self._parts.pop()
            try:
                stop(max(0.1, until - time.monotonic()))
            except Exception:  # the parts after it still have to stop
                self._code = self._code or 1
                log.error("part_did_not_stop", part=name, exc_info=True)
        log.info("stopped")
        for number, action in self._before.items():
            signal.signal(number, action)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self.end()
