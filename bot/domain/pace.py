"""How fast a workspace may be written to: a budget of posts a minute, with something kept back for what is urgent.

The budget is the generic cell rate algorithm (ITU-T I.371): each post moves the moment at which the budget is full
again by the time one post takes; how far that moment lies ahead tells how much of the budget is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum


class Lane(IntEnum):
    """What goes first. Somebody waits for an urgent item; a bulk one, such as a morning agenda, may take its turn."""

    URGENT = 0
    BULK = 1


POSTS_PER_MINUTE = 300
"""Slack allows “several hundred” in a workspace and says no number."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Posts a minute in one workspace; `burst` may be used at once, and `reserve` more by what is urgent."""

    per_minute: int = POSTS_PER_MINUTE
    burst: timedelta = timedelta(seconds=5)
    reserve: timedelta = timedelta(seconds=5)

    @property
    def one(self) -> timedelta:
        """How much of a minute one post takes."""
        return timedelta(minutes=1) / self.per_minute

    def allows(self, full_at: datetime | None, now: datetime, lane: Lane) -> int:
        """How many posts may be made now. `full_at` is when the budget is full again, None when it is."""
        used = max(full_at - now, timedelta(0)) if full_at else timedelta(0)
        room = self.burst + (self.reserve if lane is Lane.URGENT else timedelta(0)) - used
        return max(0, room // self.one)

    def after(self, full_at: datetime | None, now: datetime, posts: int) -> datetime:
        """When the budget is full again after so many posts made now."""
        return max(full_at or now, now) + posts * self.one
