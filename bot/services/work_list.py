"""The work list as its sender and its caretakers use it: each function is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.domain.work import Ruling, WorkItem
from bot.store import deliveries, work, work_upkeep
from bot.store.database import Database
from bot.store.work_upkeep import Tally

KEEP_DELIVERIES = timedelta(days=2)
"""Slack redelivers for minutes; the rest is for clocks that disagree."""

KEEP_FINISHED = timedelta(days=30)

BATCH, BATCHES = 1_000, 50
"""Rows deleted in one transaction, so that nobody waits long for it, and transactions in one go."""


def claim(db: Database, owner: str, now: datetime, lease: timedelta, limit: int) -> list[WorkItem]:
    """Lease up to `limit` due items, the longest due first."""
    try:
        with db.write() as connection:
            return work.claim(connection, owner, now, lease, limit)
    except IntegrityError:
        # Another process took an item about the same subject at this very moment. Both look again soon.
        return []


def settle(db: Database, item: WorkItem, owner: str, ruling: Ruling, now: datetime) -> bool:
    """Write down what became of an item; False when it is somebody else's by now."""
    with db.write() as connection:
        return work.settle(connection, item, owner, ruling, now)


def give_back(db: Database, item: WorkItem, owner: str) -> bool:
    """Return an item that was not begun."""
    with db.write() as connection:
        return work.give_back(connection, item, owner)


def extend(db: Database, items: Sequence[WorkItem], owner: str, until: datetime) -> int:
    """Lengthen the leases on items whose sending takes long."""
    with db.write() as connection:
        return work.extend(connection, items, owner, until)


def has_newer(db: Database, item: WorkItem) -> bool:
    """Whether a later item about the same subject waits, so that this one need not be sent."""
    with db.read() as connection:
        return work.has_newer(connection, item)


def oldest_due(db: Database, now: datetime) -> timedelta | None:
    """For how long the item has waited that should have been sent first; None when nothing is due."""
    with db.read() as connection:
        return work.oldest_due(connection, now)


def counts(db: Database, now: datetime) -> dict[str, Tally]:
    """How much there is in each state, for the metrics."""
    with db.read() as connection:
        return work_upkeep.counts(connection, now)


def clean_up(db: Database, now: datetime) -> int:
    """Forget old delivery keys and old finished work. Returns how many rows went; what is left goes next time."""
    with db.write() as connection:
        gone = deliveries.forget_before(connection, now - KEEP_DELIVERIES)
    for _ in range(BATCHES):
        with db.write() as connection:
            batch = work_upkeep.delete_finished(connection, now - KEEP_FINISHED, BATCH)
        gone += batch
        if batch < BATCH:
            break
    return gone
