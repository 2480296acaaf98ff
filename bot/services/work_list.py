"""The work list as its sender and its caretakers use it: each function is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.domain.pace import Lane, Pace
from bot.domain.work import Ruling, State, WorkItem
from bot.store import deliveries, quoted, work, work_settling, work_upkeep
from bot.store import pace as budgets
from bot.store.database import Database
from bot.store.work_upkeep import Listed, Tally

__all__ = ["Listed", "Tally"]

KEEP_DELIVERIES = timedelta(days=2)
"""Slack redelivers for minutes; the rest is for clocks that disagree."""

KEEP_QUOTED = timedelta(days=1)
"""A form that somebody opened on a message and left open for longer is not coming back."""

KEEP_FINISHED = timedelta(days=30)

BATCH, BATCHES = 1_000, 50
"""Rows deleted in one transaction, so that nobody waits long for it, and transactions in one go."""


COSTLESS = frozenset({"home"})
"""Kinds of work that post no message, so that no budget is spent on them."""


def claim(
    db: Database, owner: str, now: datetime, lease: timedelta, limit: int, pace: Pace | None = None
) -> list[WorkItem]:
    """Lease up to `limit` due items: urgent ones first, each the longest due first, and no more than `pace` allows.

    Workspaces take turns, the one first that was written to least; without a pace, each may have as much as it wants.
    """
    if limit <= 0:
        return []
    with db.read() as connection:
        teams = work.teams_with_work(connection, now)[:limit]
    if not teams:
        return []
    lanes = [lane for _, due in teams for lane in due]
    try:
        # One transaction, so that nothing stays leased to us of which we never hear. A single statement is one.
        with db.at_once() if pace is None and len(lanes) == 1 else db.write() as connection:
            full = budgets.lock(connection, [team_id for team_id, _ in teams], now) if pace else {}
            turn = _Turn(connection, owner, now, lease, pace)
            claimed: list[WorkItem] = []
            for place, (team_id, due) in enumerate(teams):
                # What a workspace leaves of its share the following ones may have.
                share = -((len(claimed) - limit) // (len(teams) - place))
                claimed += turn.claim(team_id, due, share, full.get(team_id))
            return claimed
    except IntegrityError:
        # Another process took an item about the same subject at this very moment. Both look again soon.
        return []


@dataclass(frozen=True, slots=True)
class _Turn:
    """One claim of one sender's."""

    connection: Connection
    owner: str
    now: datetime
    lease: timedelta
    pace: Pace | None

    def claim(self, team_id: str, lanes: Sequence[Lane], limit: int, full_at: datetime | None) -> list[WorkItem]:
        """Lease items of one workspace, and take what they cost from its budget, which every worker shares."""
        claimed: list[WorkItem] = []
        for lane in lanes:
            may = limit - len(claimed)
            if self.pace:
                may = min(may, self.pace.allows(full_at, self.now, lane))
            if may <= 0:
                continue
            found = work.claim(self.connection, team_id, lane, self.owner, self.now, self.lease, may)
            if self.pace:
                full_at = self.pace.after(full_at, self.now, sum(item.kind not in COSTLESS for item in found))
            claimed += found
        if claimed and full_at is not None:
            budgets.spend(self.connection, team_id, full_at)
        return claimed


def settle(db: Database, item: WorkItem, owner: str, ruling: Ruling, now: datetime) -> bool:
    """Write down what became of an item; False when it is somebody else's by now."""
    with db.at_once() as connection:
        return work_settling.settle(connection, item, owner, ruling, now)


def give_back(db: Database, item: WorkItem, owner: str) -> bool:
    """Return an item that was not begun."""
    with db.at_once() as connection:
        return work_settling.give_back(connection, item, owner)


def extend(db: Database, items: Sequence[WorkItem], owner: str, until: datetime) -> int:
    """Lengthen the leases on items whose sending takes long."""
    with db.at_once() as connection:
        return work_settling.extend(connection, items, owner, until)


def has_newer(db: Database, item: WorkItem) -> bool:
    """Whether a later item about the same subject waits, so that this one need not be sent."""
    with db.read() as connection:
        return work.has_newer(connection, item)


def pause(db: Database, team_id: str, place: str, until: datetime) -> None:
    """Send nothing more to this channel, or by this method, until then, in any process."""
    with db.write() as connection:
        budgets.pause(connection, team_id, place, until)


def paused_for(db: Database, team_id: str, place: str, now: datetime) -> timedelta | None:
    """For how much longer this channel, or this method, is to be spared; None when it is not."""
    with db.read() as connection:
        until = budgets.paused_until(connection, team_id, place, now)
    return until - now if until else None


def oldest_due(db: Database, now: datetime) -> timedelta | None:
    """For how long the item has waited that should have been sent first; None when nothing is due."""
    with db.read() as connection:
        return work.oldest_due(connection, now)


def counts(db: Database, now: datetime) -> dict[str, Tally]:
    """How much there is in each state, for the metrics."""
    with db.read() as connection:
        return work_upkeep.counts(connection, now)


def listing(db: Database, states: Sequence[State], limit: int, after_id: int = 0) -> list[Listed]:
    """Items in these states, by id."""
    with db.read() as connection:
        return work_upkeep.listing(connection, states, limit, after_id)


def retry(db: Database, ids: Sequence[int], now: datetime) -> int:
    """Queue items again that ended in trouble or were dropped. Returns how many there were."""
    with db.write() as connection:
        return work_upkeep.retry(connection, ids, now)


def drop(db: Database, ids: Sequence[int], now: datetime) -> int:
    """Give up items that wait or ended in trouble. Returns how many there were."""
    with db.write() as connection:
        return work_upkeep.drop(connection, ids, now)


def clean_up(db: Database, now: datetime) -> int:
    """Forget old delivery keys, messages that nobody used as evidence, and old finished work.

    Returns how many rows went; what is left goes next time.
    """
    with db.write() as connection:
        gone = deliveries.forget_before(connection, now - KEEP_DELIVERIES)
        gone += budgets.forget_before(connection, now)
        gone += quoted.forget_before(connection, now - KEEP_QUOTED)
    for _ in range(BATCHES):
        with db.write() as connection:
            batch = work_upkeep.delete_finished(connection, now - KEEP_FINISHED, BATCH)
        gone += batch
        if batch < BATCH:
            break
    return gone
