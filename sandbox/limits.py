"""Slack's rate limits by tier, off unless switched on."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

PER_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}


class RateLimits:
    """Counts calls in a sliding window of real time: a minute per method, a second per channel for posted messages."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.enabled = False
        self._now = now
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def retry_after(self, method: str, tier: str, channel: str | None = None) -> int | None:
        """Count this call; the seconds to wait when it is one too many, else None."""
        if not self.enabled:
            return None
        if method == "chat.postMessage":
            return self._count(f"{method} {channel}", 1, 1.0)
        most = PER_MINUTE.get(tier)
        return None if most is None else self._count(method, most, 60.0)

    def _count(self, key: str, most: int, window: float) -> int | None:
        with self._lock:
            now, calls = self._now(), self._calls[key]
            while calls and calls[0] <= now - window:
                calls.popleft()
            if len(calls) >= most:
                return max(1, math.ceil(calls[0] + window - now))
            calls.append(now)
            return None

    def reset(self) -> None:
        with self._lock:
            self.enabled = False
            self._calls.clear()
