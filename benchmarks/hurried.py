"""A clock that stands until it is let go and then runs so many times as fast as real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class HurriedClock:
    """Processes that let it go at the same `began` (seconds on the monotonic clock) see the same time."""

    start: datetime
    factor: float
    began: float | None = None
    monotonic: Callable[[], float] = time.monotonic

    def __call__(self) -> datetime:
        """Now."""
        return self.start + timedelta(seconds=self.passed(self.monotonic()))

    def passed(self, moment: float) -> float:
        """Seconds on this clock until that moment on the monotonic clock."""
        return 0.0 if self.began is None else (moment - self.began) * self.factor
