"""The worker: a sender with a clock that wakes it, does the chores and ends a process that hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.sender import POLL_SECONDS, Sender
from bot.services import work_list
from bot.services.planning import Planner
from bot.store.database import Database

log: Any = structlog.get_logger()

NOTICEABLE = timedelta(seconds=5)
"""A clock that moved by more, beside the time that passed, was set, or the machine has slept."""

STALE_SECONDS = 60.0
"""A part that has not ticked for so long hangs, and the process should make room for a new one."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something the worker does again and again; it may raise, which is logged and changes nothing."""

    name: str
    every: timedelta
    do: Callable[[], object]
    at_once: bool = False
    """Whether it is done when the worker starts, and as soon as the clock was moved, too."""


def clean_up(db: Database, clock: Callable[[], datetime]) -> Chore:
    """The chore of forgetting what is old."""
    return Chore("clean_up", timedelta(hours=1), lambda: work_list.clean_up(db, clock()))


def planning(planner: Planner, may_plan: Callable[[], bool] = lambda: True) -> Chore:
    """The chore of noticing what is due and calling whose hour has come, left out while `may_plan` says no."""
    return Chore("plan", timedelta(seconds=30), lambda: may_plan() and planner.plan(), at_once=True)


class Worker:
    """A sender with a clock: wakes it every second, does the chores, and notices when either of them hangs.

    `on_stale` is called once, from a thread of its own, when a part has not ticked for `stale_seconds`; it should
    end the process, so that the supervisor starts a fresh one. `clock` is the time by which the chores do what they do.
    """

    def __init__(
        self,
        sender: Sender,
        chores: Sequence[Chore] = (),
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_stale: Callable[[], object] = lambda: None,
        stale_seconds: float = STALE_SECONDS,
        tick_seconds: float = POLL_SECONDS,
    ) -> None:
        self._sender, self._on_stale, self._stale_seconds = sender, on_stale, stale_seconds
        self._tick_seconds, self._clock = tick_seconds, clock
        self._prompt = [chore.name for chore in chores if chore.at_once]
        self._began: dict[str, datetime] = {}
        self.last_tick = time.monotonic()
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watch_ticks, name="watch", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._add(Chore("send", timedelta(seconds=tick_seconds), self._tick))
        for chore in chores:
            self._add(chore)

    def start(self) -> None:
        """Start the sender, the clock and the watch over both."""
        self._sender.start()
        self._scheduler.start()
        self._watch.start()

    def stop(self, timeout: float = 8.0) -> None:
        """Stop the clock, then the sender, which may take `timeout` seconds to finish what it is sending."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._sender.stop(timeout)

    def stale(self) -> str | None:
        """Which part hangs and for how long, in words; None while all is well."""
        now = time.monotonic()
        for part, last_tick in (("clock", self.last_tick), ("sender", self._sender.last_tick)):
            if now - last_tick > self._stale_seconds:
                return f"the {part} has not ticked for {int(now - last_tick)} s"
        return None

    def _tick(self) -> None:
        self.last_tick = time.monotonic()
        self._sender.wake()
        self._follow_the_clock()

    def _follow_the_clock(self) -> None:
        """Where the clock was moved since a chore began, do that again now: its next turn may be half a minute away."""
        start = self._start_by_the_clock()
        for name in self._prompt:
            if abs(start - self._began.get(name, start)) > NOTICEABLE:
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def _start_by_the_clock(self) -> datetime:
        """When the count of monotonic time began, by the clock: it stays the same until the clock is moved."""
        return self._clock() - timedelta(seconds=time.monotonic())

    def _add(self, chore: Chore) -> None:
        seconds = chore.every.total_seconds()
        first = {"next_run_time": datetime.now(UTC)} if chore.at_once else {}
        self._scheduler.add_job(
            self._do, "interval", args=[chore], seconds=seconds, id=chore.name, name=chore.name, **first
        )

    def _do(self, chore: Chore) -> None:
        try:
            if chore.at_once:
                self._began[chore.name] = self._start_by_the_clock()
            chore.do()
        except Exception:  # a clock that stops because one chore failed would be worse than the failure
            log.exception("chore_failed", chore=chore.name)

    def _watch_ticks(self) -> None:
        while not self._stopping.wait(self._tick_seconds):
            hanging = self.stale()
            if hanging is not None:
                log.critical("worker_hangs", what=hanging)
                self._on_stale()
                return
