"""Whether this process is ready for work: what is asked, and the answers in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

OLDEST_DUE = timedelta(seconds=30)
"""An item due for longer than this says that nobody is sending."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer to each question by its name: “ok”, or what is wrong."""

    checks: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(answer == "ok" for answer in self.checks.values())


@dataclass(frozen=True)
class Health:
    """The questions. `is_current` reads the revision; `oldest_due` is the age of the oldest due unsent item.

    `stale` tells what in this process has stopped beating, in words, or None.
    """

    is_current: Callable[[], bool]
    oldest_due: Callable[[], timedelta | None]
    stale: Callable[[], str | None] = lambda: None

    def ask(self) -> Readiness:
        """All answers. Those that need the database as it should be are left out when it is not."""
        current: list[bool] = []
        if not _answers("database", lambda: current.append(self.is_current())):
            return Readiness({"database": "not reachable"})
        if not current[0]:
            return Readiness({"database": "ok", "migrations": "not at the newest: run `stagecoach migrate`"})
        return Readiness({"database": "ok", "migrations": "ok", "work": self._work(), "process": self._process()})

    def _work(self) -> str:
        found: list[timedelta | None] = []
        if not _answers("work", lambda: found.append(self.oldest_due())):
            return "cannot be read"
        oldest = found[0]
        if oldest is None or oldest < OLDEST_DUE:
            return "ok"
        return f"the oldest due item has waited {int(oldest.total_seconds())} s: is a worker running?"

    def _process(self) -> str:
        return self.stale() or "ok"


def _answers(question: str, ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001 - whatever it is, the answer to "are you ready" is no
        structlog.get_logger().warning("not_ready", question=question, exc_info=True)
        return False
    return True
