"""Promises made during the sale, and the checks after the win whether the promised value is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)

from bot.domain.promises import Outcome, Promise, ValueAnswer, ValueCheck
from bot.store.columns import Id, UtcDateTime, insert_into, insert_once, metadata
from bot.store.rows import fetch

promise = Table(
    "promise",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("what", Text, nullable=False),
    Column("to_whom", Text, nullable=False, default=""),
    Column("due_on", Date, nullable=False),
    Column("noted_by", String, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    # kept, partly, broken or withdrawn; empty while it is open.
    Column("outcome", String),
    Column("note", Text, nullable=False, default=""),
    Column("link", Text),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Index(None, "team_id", "deal_id"),
)
Index(
    "ix_promise_due",
    promise.c.due_on,
    sqlite_where=promise.c.settled_at.is_(None),
    postgresql_where=promise.c.settled_at.is_(None),
)

value_check = Table(
    "value_check",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # Months after the win.
    Column("month", Integer, nullable=False),
    # yes, partly or no.
    Column("answer", String, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("link", Text),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "deal_id", "month"),
)


def some(connection: Connection, team_id: str, promise_ids: Iterable[int]) -> dict[int, Any]:
    """Rows of those promises, by id."""
    query = select(promise).where(promise.c.team_id == team_id, promise.c.id.in_(list(promise_ids)))
    return {row.id: row for row in connection.execute(query)}


_of_deal = (
    select(promise)
    .where(promise.c.team_id == bindparam("team"), promise.c.deal_id == bindparam("deal"))
    .order_by(promise.c.due_on, promise.c.id)
)
_checks_of_deal = (
    select(value_check)
    .where(value_check.c.team_id == bindparam("team"), value_check.c.deal_id == bindparam("deal"))
    .order_by(value_check.c.month)
)


def add(connection: Connection, team_id: str, new: Promise) -> int:
    """Note a promise (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "what": new.what,
        "to_whom": new.to_whom,
        "due_on": new.due_on,
        "noted_by": new.noted_by,
        "noted_at": new.noted_at,
    }
    return int(connection.execute(insert(promise).values(row).returning(promise.c.id)).scalar_one())


def get(connection: Connection, team_id: str, promise_id: int) -> Promise | None:
    """One promise, settled or not."""
    row = some(connection, team_id, [promise_id]).get(promise_id)
    return promise_of(row) if row is not None else None


def of_deal(connection: Connection, team_id: str, deal_id: int) -> list[Promise]:
    """All promises of a deal, the one that is due first at the beginning."""
    return [promise_of(row) for row in fetch(connection.execute(_of_deal, {"team": team_id, "deal": deal_id}))]


def settle(
    connection: Connection,
    team_id: str,
    promise_id: int,
    outcome: Outcome,
    by: str,
    at: datetime,
    note: str = "",
    link: str | None = None,
) -> bool:
    """Compare-and-set: say what became of an open promise. False when somebody else already has."""
    settled = (
        update(promise)
        .where(promise.c.team_id == team_id, promise.c.id == promise_id, promise.c.settled_at.is_(None))
        .values(outcome=outcome.value, settled_by=by, settled_at=at, note=note, link=link)
    )
    return connection.execute(settled).rowcount == 1


def add_check(connection: Connection, team_id: str, new: ValueCheck) -> bool:
    """Keep the answer to a value check. False when there is one for that month already; then nothing was written."""
    statement = insert_into(connection, value_check).values(
        team_id=team_id,
        deal_id=new.deal_id,
        month=new.month,
        answer=new.answer.value,
        by_user=new.by,
        at=new.at,
        note=new.note,
        link=new.link,
    )
    return insert_once(connection, statement)


def checks_of_deal(connection: Connection, team_id: str, deal_id: int) -> list[ValueCheck]:
    """The answers to a deal's value checks, the earliest first."""
    rows = fetch(connection.execute(_checks_of_deal, {"team": team_id, "deal": deal_id}))
    return [
        ValueCheck(row.deal_id, row.month, ValueAnswer(row.answer), row.by_user, row.at, row.note, row.link)
        for row in rows
    ]


def promise_of(row: Any) -> Promise:
    """The promise in a row of the table."""
    outcome = Outcome(row.outcome) if row.outcome else None
    noted: tuple[str, str, date] = row.what, row.to_whom, row.due_on
    return Promise(
        row.id,
        row.deal_id,
        *noted,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
        outcome=outcome,
        note=row.note,
        link=row.link,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
