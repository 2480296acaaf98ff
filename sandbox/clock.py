"""The movable clock of the workspace; signatures, message times and triggers do not follow it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus a shift that a person or a test chooses."""

    def __init__(self) -> None:
        self._shift = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._shift

    def advance(self, by: timedelta) -> datetime:
        """Move by that much, back too when it is negative; raises OverflowError outside the years 1 to 9999."""
        with self._lock:
            moved = datetime.now(UTC) + self._shift + by
            self._shift += by
            return moved

    def move_to(self, moment: datetime) -> datetime:
        """Set it to an aware moment; it runs on from there."""
        if moment.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        with self._lock:
            self._shift = moment.astimezone(UTC) - datetime.now(UTC)
            return datetime.now(UTC) + self._shift

    @property
    def shift(self) -> timedelta:
        with self._lock:
            return self._shift

    def reset(self) -> None:
        with self._lock:
            self._shift = timedelta()
