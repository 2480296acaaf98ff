"""Looking after the work list: how much of it there is, what went wrong, trying again, giving up, forgetting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, case, cast, delete, func, or_, select, update

from bot.domain.work import TROUBLE, State, WorkItem
from bot.store.work import FINISHED, IN_FLIGHT, IN_TROUBLE, UNFINISHED, work_item, work_item_of


@dataclass(frozen=True, slots=True)
class Listed:
    """An item with where it stands, for people who look after the list."""

    item: WorkItem
    state: State
    last_error: str | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items are in a state, and how long the oldest has been there."""

    number: int
    oldest: timedelta


def counts(connection: Connection, now: datetime) -> dict[str, Tally]:
    """Items by state: `due`, `waiting` (for their time), `leased` and the states of trouble.

    What was sent or unwanted is not counted; there may be millions.
    """
    is_due = case((work_item.c.state == State.LEASED, "leased"), (work_item.c.run_at <= now, "due"), else_="waiting")
    queue = select(is_due.label("word"), func.count().label("number"), func.min(work_item.c.run_at).label("since"))
    ended = select(
        work_item.c.state.label("word"), func.count().label("number"), func.min(work_item.c.finished_at).label("since")
    )
    tallies = {word: Tally(0, timedelta(0)) for word in ("due", "waiting", "leased", *TROUBLE)}
    for query in (queue.where(UNFINISHED).group_by("word"), ended.where(IN_TROUBLE).group_by(work_item.c.state)):
        for row in connection.execute(query):
            tallies[row.word] = Tally(row.number, max(now - row.since, timedelta(0)))
    return tallies


def listing(connection: Connection, states: Iterable[State], limit: int, after_id: int = 0) -> list[Listed]:
    """Items in these states in every workspace, by id."""
    query = (
        select(work_item)
        .where(work_item.c.state.in_([state.value for state in states]), work_item.c.id > after_id)
        .order_by(work_item.c.id)
        .limit(limit)
    )
    return [
        Listed(work_item_of(row), State(row.state), row.last_error, row.finished_at)
        for row in connection.execute(query)
    ]


def retry(connection: Connection, ids: Iterable[int], now: datetime) -> int:
    """Queue items again that ended in trouble or were dropped, with a clean record. Returns how many."""
    ended = [state.value for state in (*TROUBLE, State.DROPPED)]
    statement = (
        update(work_item)
        .where(work_item.c.id.in_(list(ids)), work_item.c.state.in_(ended))
        .values(state=State.QUEUED.value, run_at=now, attempt=0, strikes=0, interrupted=0, finished_at=None)
    )
    return connection.execute(statement).rowcount


def retry_refused(connection: Connection, team_id: str, kinds: Iterable[str], now: datetime) -> int:
    """Queue a workspace's refused items of these kinds again. Returns how many."""
    refused = (
        update(work_item)
        .where(work_item.c.team_id == team_id, IN_TROUBLE, work_item.c.state == State.REFUSED.value)
        .where(work_item.c.kind.in_(list(kinds)))
        .values(state=State.QUEUED.value, run_at=now, attempt=0, strikes=0, interrupted=0, finished_at=None)
    )
    return connection.execute(refused).rowcount


def free_slots(connection: Connection, team_id: str, kind: str, ending: str) -> None:
    """Give the items of this kind that were sent, or are being sent, in slots that end so other slots of their own."""
    begun = or_(FINISHED, IN_FLIGHT)
    statement = (
        update(work_item)
        .where(work_item.c.team_id == team_id, work_item.c.kind == kind, begun)
        .where(work_item.c.slot.endswith(ending, autoescape=True))
        .values(slot=work_item.c.slot + ":" + cast(work_item.c.id, String))
    )
    connection.execute(statement)


def drop(connection: Connection, ids: Iterable[int], now: datetime) -> int:
    """Give up items that wait or ended in trouble; what is in flight is left alone. Returns how many."""
    waiting = [state.value for state in (State.QUEUED, *TROUBLE)]
    statement = (
        update(work_item)
        .where(work_item.c.id.in_(list(ids)), work_item.c.state.in_(waiting))
        .values(state=State.DROPPED.value, finished_at=now)
    )
    return connection.execute(statement).rowcount


def delete_finished(connection: Connection, before: datetime, batch: int) -> int:
    """Delete up to `batch` items finished before then, the oldest first. Returns how many."""
    old = (
        select(work_item.c.id)
        .where(FINISHED, work_item.c.finished_at < before)
        .order_by(work_item.c.finished_at)
        .limit(batch)
    )
    return connection.execute(delete(work_item).where(work_item.c.id.in_(old.scalar_subquery()))).rowcount
