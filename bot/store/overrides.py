"""Criteria that managers let pass, and the reps' requests for it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.deal import Status
from bot.domain.overrides import Override, Request, Settled
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.deals import deal
from bot.store.rows import fetch

override = Table(
    "override",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    # The criterion as it read then.
    Column("text", Text, nullable=False),
    # Who owned the deal then, and whose budget it is of.
    Column("rep", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # evidence, withdrawn or renewed; empty while the evidence is awaited.
    Column("settled", String),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Index(None, "team_id", "deal_id"),
    Index(None, "team_id", "at"),
)
Index(
    "ix_override_due",
    override.c.due_on,
    sqlite_where=override.c.settled.is_(None),
    postgresql_where=override.c.settled.is_(None),
)

override_request = Table(
    "override_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    # Empty until a manager has decided.
    Column("granted", Boolean),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Column("reason", Text, nullable=False, default=""),
    Index(None, "team_id", "deal_id"),
)

Index(
    "ix_override_request_open",
    override_request.c.team_id,
    sqlite_where=override_request.c.granted.is_(None),
    postgresql_where=override_request.c.granted.is_(None),
)

_ours = override.c.team_id == bindparam("team")
_open_of_deals = (
    select(override)
    .where(_ours, override.c.deal_id.in_(bindparam("deals", expanding=True)), override.c.settled.is_(None))
    .order_by(override.c.id)
)
_of_deal = select(override).where(_ours, override.c.deal_id == bindparam("deal")).order_by(override.c.id)


def add(connection: Connection, team_id: str, new: Override) -> int:
    """Keep an override (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "stage": new.stage,
        "criterion": new.criterion,
        "text": new.text,
        "rep": new.rep,
        "reason": new.reason,
        "due_on": new.due_on,
        "by_user": new.by,
        "at": new.at,
    }
    return int(connection.execute(insert(override).values(row).returning(override.c.id)).scalar_one())


def get(connection: Connection, team_id: str, override_id: int) -> Override | None:
    """One override, settled or not."""
    return some(connection, team_id, [override_id]).get(override_id)


def some(connection: Connection, team_id: str, override_ids: Iterable[int]) -> dict[int, Override]:
    """Those overrides, by id."""
    query = select(override).where(override.c.team_id == team_id, override.c.id.in_(list(override_ids)))
    return {one.id: one for one in read(connection, query)}


def of_deal(connection: Connection, team_id: str, deal_id: int) -> list[Override]:
    """All overrides of a deal, the oldest first."""
    rows = fetch(connection.execute(_of_deal, {"team": team_id, "deal": deal_id}))
    return [_override(row) for row in rows]


def open_of_deals(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, list[Override]]:
    """The overrides whose evidence has not come, the oldest first, by deal; nothing is asked where no deal is named."""
    found: dict[int, list[Override]] = {deal_id: [] for deal_id in deal_ids}
    if deal_ids:
        for row in fetch(connection.execute(_open_of_deals, {"team": team_id, "deals": list(deal_ids)})):
            found[row.deal_id].append(_override(row))
    return found


def settle(connection: Connection, team_id: str, override_id: int, how: Settled, by: str, at: datetime) -> bool:
    """Compare-and-set: end an open override. False when that was done before."""
    ended = (
        update(override)
        .where(override.c.team_id == team_id, override.c.id == override_id, override.c.settled.is_(None))
        .values(settled=how.value, settled_by=by, settled_at=at)
    )
    return connection.execute(ended).rowcount == 1


def open_again(connection: Connection, team_id: str, override_id: int) -> bool:
    """What came was taken back, so it is awaited again. False when it was not settled by evidence."""
    opened = (
        update(override)
        .where(
            override.c.team_id == team_id,
            override.c.id == override_id,
            override.c.settled == Settled.EVIDENCE.value,
        )
        .values(settled=None, settled_by=None, settled_at=None)
    )
    return connection.execute(opened).rowcount == 1


def number_of(connection: Connection, team_id: str, rep: str, since: datetime, until: datetime) -> int:
    """How many count for a rep's budget in that time (`overrides.counts`)."""
    query = select(func.count()).where(
        override.c.team_id == team_id,
        override.c.rep == rep,
        override.c.at >= since,
        override.c.at < until,
        COUNTS,
    )
    return int(connection.execute(query).scalar_one())


COUNTS = or_(override.c.settled.is_(None), override.c.settled != Settled.WITHDRAWN.value)
"""That an override is part of a budget: it was not taken back."""


def hold_budget(connection: Connection, team_id: str, rep: str) -> None:
    """Until this transaction ends nobody else spends of this rep's budget.

    On SQLite there is one writer at a time; on PostgreSQL each has a deal locked, and a rep has many.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"override budget {team_id} {rep}".encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def read(connection: Connection, query: Select[Any]) -> list[Override]:
    """The overrides that a query of whole rows finds."""
    return [_override(row) for row in connection.execute(query)]


def _override(row: Any) -> Override:
    due_on: date = row.due_on
    return Override(
        id=row.id,
        deal_id=row.deal_id,
        stage=row.stage,
        criterion=row.criterion,
        text=row.text,
        rep=row.rep,
        reason=row.reason,
        due_on=due_on,
        by=row.by_user,
        at=row.at,
        settled=Settled(row.settled) if row.settled else None,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )


def ask(connection: Connection, team_id: str, new: Request) -> int:
    """Keep a request (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "stage": new.stage,
        "criterion": new.criterion,
        "text": new.text,
        "why": new.why,
        "asked_by": new.asked_by,
        "asked_at": new.asked_at,
    }
    return int(connection.execute(insert(override_request).values(row).returning(override_request.c.id)).scalar_one())


def request(connection: Connection, team_id: str, request_id: int) -> Request | None:
    """One request, decided or not."""
    mine = select(override_request).where(override_request.c.team_id == team_id, override_request.c.id == request_id)
    row = connection.execute(mine).first()
    return _request(row) if row is not None else None


def open_requests(connection: Connection, team_id: str, deal_id: int) -> list[Request]:
    """What was asked about a deal and nobody has decided, the oldest first."""
    mine = override_request.c.team_id == team_id, override_request.c.deal_id == deal_id
    query = select(override_request).where(*mine, override_request.c.granted.is_(None))
    return [_request(row) for row in connection.execute(query.order_by(override_request.c.id))]


def waiting(connection: Connection, team_id: str, limit: int) -> list[Request]:
    """What was asked about deals that are worked on, still in that stage, and nobody has decided; the longest first."""
    query = (
        select(override_request)
        .join(deal, deal.c.id == override_request.c.deal_id)
        .where(
            override_request.c.team_id == team_id,
            override_request.c.granted.is_(None),
            deal.c.status.in_([Status.OPEN.value, Status.WON.value]),
            deal.c.stage == override_request.c.stage,
        )
        .order_by(override_request.c.id)
        .limit(limit)
    )
    return [_request(row) for row in connection.execute(query)]


def decide(
    connection: Connection, team_id: str, request_id: int, granted: bool, by: str, at: datetime, reason: str = ""
) -> bool:
    """Compare-and-set: decide a request. False when somebody else already has."""
    decided = (
        update(override_request)
        .where(
            override_request.c.team_id == team_id,
            override_request.c.id == request_id,
            override_request.c.granted.is_(None),
        )
        .values(granted=granted, settled_by=by, settled_at=at, reason=reason)
    )
    return connection.execute(decided).rowcount == 1


def _request(row: Any) -> Request:
    return Request(
        id=row.id,
        deal_id=row.deal_id,
        stage=row.stage,
        criterion=row.criterion,
        text=row.text,
        why=row.why,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        granted=row.granted,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        reason=row.reason,
    )
