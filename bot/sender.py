"""The sender: brings due items of the work list to Slack, from any process that has some."""

from __future__ import annotations

import os
import queue
import secrets
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from bot.domain.pace import Pace
from bot.domain.work import TROUBLE, Broken, Outcome, Ruling, State, Unknown, WorkItem, rule, rule_out
from bot.services import work_list
from bot.store.database import Database

log: Any = structlog.get_logger()

POLL_SECONDS = 1.0
"""How often the list is looked at when nobody calls."""

LEASE = timedelta(seconds=30)
"""How long an item stays with a sender that vanished; a sender that lives keeps lengthening it."""

LONGEST_SENDING_SECONDS = 300.0
"""After this the lease is no longer lengthened: whatever the sender still waits for, it will not come."""

Deliver = Callable[[WorkItem], Outcome]
"""Sends one item, after looking again whether it is still wanted. May raise; that counts as Broken."""


@dataclass(frozen=True, slots=True)
class _Flight:
    """An item that this process holds, and since when (monotonic)."""

    item: WorkItem
    since: float

    @property
    def key(self) -> tuple[int, int]:
        return self.item.id, self.item.attempt


class Sender:
    """Claims due items and sends them in a few threads, so that one stalled call does not hold up the others.

    `repeats` tells of a kind whether it may be sent twice where the outcome of a first time is unknown; what may
    not is sent at most once. `observe` is told of every item's ruling. `pace` is how fast a workspace may be written
    to, by all processes together.
    """

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        deliver: Deliver,
        *,
        repeats: Callable[[str], bool],
        observe: Callable[[WorkItem, Ruling], object] = lambda _item, _ruling: None,
        pace: Pace | None = None,
        threads: int = 4,
        lease: timedelta = LEASE,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._db, self._clock, self._deliver, self._repeats, self._observe = db, clock, deliver, repeats, observe
        self._pace, self._lease, self._poll_seconds = pace, lease, poll_seconds
        # The random part tells this process from a later one with the same number.
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.last_tick = time.monotonic()
        self._extended_at = self.last_tick
        self._extended_on: datetime | None = None
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._in_flight: dict[tuple[int, int], _Flight] = {}
        self._handed_over: queue.SimpleQueue[_Flight | None] = queue.SimpleQueue()
        self._dispatcher = threading.Thread(target=self._dispatch, name="dispatcher", daemon=True)
        self._senders = [
            threading.Thread(target=self._send_all, name=f"sender-{number}", daemon=True) for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in (self._dispatcher, *self._senders):
            thread.start()

    def wake(self) -> None:
        """There may be something to do: look at once. Cheap, from any thread."""
        self._woken.set()

    def stop(self, timeout: float = 8.0) -> None:
        """Claim nothing more and let what is being sent finish, for at most `timeout` seconds.

        What was not begun by then goes back to the list; what was begun counts as unknown.
        """
        until = time.monotonic() + timeout
        self._stopping.set()
        self._woken.set()
        self._join(self._dispatcher, until)
        self._put_back_what_waits()
        for _ in self._senders:
            self._handed_over.put(None)
        for thread in self._senders:
            self._join(thread, until)
        with self._lock:
            left = list(self._in_flight.values())
        for flight in left:
            log.warning("send_abandoned", **_named(flight.item))
            self._settle(flight.item, Unknown("its process was stopped"), patience=0.0)

    def send_due(self) -> dict[str, int]:
        """Send all that is due now in this thread, one after the other, and then no more.

        Not for a sender that was started. Returns how many items ended in which state; `queued` are tried later.
        """
        ended: Counter[str] = Counter()
        while items := work_list.claim(self._db, self.owner, self._clock(), self._lease, 1, self._pace):
            for item in items:
                ruling = self._send(item)
                ended[ruling.state.value if ruling else State.LEASED.value] += 1
        return dict(ended)

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(self._poll_seconds)
            self._woken.clear()
            if self._stopping.is_set():
                return
            try:
                self._keep_leases()
                self._hand_over()
            except Exception:  # a tick that raised must not be the last one; the database may be back at the next
                log.exception("tick_failed")
            self.last_tick = time.monotonic()

    def _hand_over(self) -> None:
        with self._lock:
            free = len(self._senders) - len(self._in_flight)
        if free <= 0:
            return
        for item in work_list.claim(self._db, self.owner, self._clock(), self._lease, free, self._pace):
            flight = _Flight(item, time.monotonic())
            with self._lock:
                self._in_flight[flight.key] = flight
            self._handed_over.put(flight)

    def _keep_leases(self) -> None:
        """Lengthen the leases of what is being sent: in good time, and at once where the clock was moved forward."""
        now, moment = time.monotonic(), self._clock()
        lately = self._extended_on is not None and moment - self._extended_on < self._lease / 3
        if lately and now - self._extended_at < self._lease.total_seconds() / 3:
            return
        self._extended_at, self._extended_on = now, moment
        with self._lock:
            held = [f.item for f in self._in_flight.values() if now - f.since < LONGEST_SENDING_SECONDS]
        if held:
            work_list.extend(self._db, held, self.owner, moment + self._lease)

    def _send_all(self) -> None:
        while (flight := self._handed_over.get()) is not None:
            try:
                self._send(flight.item)
            except Exception:  # the thread has other items to send; this one is claimed again when its lease is over
                log.exception("send_failed", **_named(flight.item))
            finally:
                with self._lock:
                    self._in_flight.pop(flight.key, None)
                self._woken.set()

    def _send(self, item: WorkItem) -> Ruling | None:
        """Send one item and write down what became of it; None when that could not be written down."""
        ruling = rule_out(item, self._repeats(item.kind))
        if ruling is None:
            return self._settle(item, self._outcome(item), patience=self._lease.total_seconds())
        return self._write_down(item, ruling, patience=self._lease.total_seconds())

    def _outcome(self, item: WorkItem) -> Outcome:
        try:
            return self._deliver(item)
        except (OperationalError, InterfaceError) as problem:
            # The database went away in the middle, which is no fault of this item's.
            return Unknown(f"database: {type(problem).__name__}")
        except Exception as problem:  # whatever is wrong with one item must not stop the others
            log.exception("delivery_raised", **_named(item))
            return Broken(_place(problem))

    def _settle(self, item: WorkItem, outcome: Outcome, patience: float) -> Ruling | None:
        return self._write_down(item, rule(item, outcome, self._clock(), self._repeats(item.kind)), patience)

    def _write_down(self, item: WorkItem, ruling: Ruling, patience: float) -> Ruling | None:
        """Settle, trying for `patience` seconds: what is known about an item is lost if the database is not."""
        until, pause = time.monotonic() + patience, 0.1
        while True:
            try:
                mine = work_list.settle(self._db, item, self.owner, ruling, self._clock())
                break
            except SQLAlchemyError:
                log.warning("not_settled", exc_info=True, **_named(item))
                if time.monotonic() + pause > until:
                    return None
                time.sleep(pause)
                pause = min(pause * 2, 2.0)
        if mine:
            say = log.warning if ruling.state in TROUBLE else log.info
            say("work_settled", state=ruling.state.value, reason=ruling.error, **_named(item))
            self._observe(item, ruling)
            return ruling
        log.warning("settled_too_late", state=ruling.state.value, **_named(item))
        return None

    def _put_back_what_waits(self) -> None:
        with suppress(queue.Empty):
            while (flight := self._handed_over.get_nowait()) is not None:
                with self._lock:
                    self._in_flight.pop(flight.key, None)
                try:
                    work_list.give_back(self._db, flight.item, self.owner)
                except SQLAlchemyError:  # then its lease has to run out
                    log.warning("not_given_back", exc_info=True, **_named(flight.item))

    @staticmethod
    def _join(thread: threading.Thread, until: float) -> None:
        if thread.ident is not None:
            thread.join(max(0.0, until - time.monotonic()))


def _named(item: WorkItem) -> dict[str, Any]:
    return {"work": item.id, "kind": item.kind, "team": item.team_id, "attempt": item.attempt}


def _place(problem: BaseException) -> str:
    """The class of an exception and where it was raised; its message may quote what somebody typed."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" in {frames[-1].name} ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return type(problem).__name__ + where
