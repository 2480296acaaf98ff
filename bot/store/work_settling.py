"""Letting go of claimed work: each function changes what its holder still holds, by a single statement.

The holder is told by owner and attempt. Whoever let a lease run out, after which somebody else claimed the item,
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, tuple_, update

from bot.domain.work import Ruling, State, WorkItem
from bot.store.work import IN_FLIGHT, work_item

# Made once: to put such a statement together takes longer than to send it.
_released = (
    update(work_item)
    .where(
        work_item.c.id == bindparam("held"),
        work_item.c.owner == bindparam("holder"),
        work_item.c.attempt == bindparam("held_attempt"),
        IN_FLIGHT,
    )
    .values(lease_until=None, owner=None, attempt=bindparam("to_attempt"))
)
_given_back = _released.values(state=State.QUEUED.value)
_settled = _released.values(
    state=bindparam("to_state"),
    run_at=bindparam("to_run_at"),
    strikes=bindparam("to_strikes"),
    last_error=bindparam("error"),
    finished_at=bindparam("at"),
)


def settle(connection: Connection, item: WorkItem, owner: str, ruling: Ruling, now: datetime) -> bool:
    """Write down what became of a claimed item. False when the lease ran out and somebody else has the item by now."""
    stays = ruling.run_at is not None
    bound: dict[str, Any] = _held(item, owner) | {
        "to_state": ruling.state.value,
        "to_run_at": ruling.run_at if stays else item.run_at,
        "to_attempt": item.attempt if ruling.attempt_counts else item.attempt - 1,
        "to_strikes": item.strikes + ruling.strike,
        "error": ruling.error,
        "at": None if stays else now,
    }
    return connection.execute(_settled, bound).rowcount == 1


def give_back(connection: Connection, item: WorkItem, owner: str) -> bool:
    """Return an item that was claimed and not begun, as if it had not been claimed."""
    bound = _held(item, owner) | {"to_attempt": item.attempt - 1}
    return connection.execute(_given_back, bound).rowcount == 1


def extend(connection: Connection, items: Sequence[WorkItem], owner: str, until: datetime) -> int:
    """Lengthen the leases that `owner` still holds on these items. Returns how many."""
    held = tuple_(work_item.c.id, work_item.c.attempt).in_([(item.id, item.attempt) for item in items])
    statement = update(work_item).where(held, work_item.c.owner == owner, IN_FLIGHT).values(lease_until=until)
    return connection.execute(statement).rowcount


def _held(item: WorkItem, owner: str) -> dict[str, Any]:
    return {"held": item.id, "holder": owner, "held_attempt": item.attempt}
