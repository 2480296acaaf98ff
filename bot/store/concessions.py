"""Discounts that were noted or asked for. What a manager decided is never changed, only followed by another row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)

from bot.domain.concessions import Concession, State
from bot.domain.deal import Status
from bot.domain.money import Money
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.deals import deal
from bot.store.rows import fetch

concession = Table(
    "concession",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # Basis points, hundredths of a per cent.
    Column("points", Integer, nullable=False),
    Column("limit_points", Integer),
    Column("why", Text, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", String),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # within, waiting, approved, declined or withdrawn.
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcDateTime),
    Column("comment", Text, nullable=False, default=""),
    Index(None, "team_id", "deal_id"),
)
# What waits for managers, whose App Homes ask for it.
Index(
    "ix_concession_waiting",
    concession.c.team_id,
    sqlite_where=concession.c.state == State.WAITING.value,
    postgresql_where=concession.c.state == State.WAITING.value,
)
_of_deals = (
    select(concession)
    .where(concession.c.team_id == bindparam("team"), concession.c.deal_id.in_(bindparam("deals", expanding=True)))
    .order_by(concession.c.id)
)


def add(connection: Connection, team_id: str, new: Concession) -> int:
    """Note a discount (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "points": new.points,
        "limit_points": new.limit,
        "why": new.why,
        "amount_minor": new.amount.minor if new.amount else None,
        "currency": new.amount.currency if new.amount else None,
        "by_user": new.by,
        "at": new.at,
        "state": new.state.value,
    }
    return int(connection.execute(insert(concession).values(row).returning(concession.c.id)).scalar_one())


def get(connection: Connection, team_id: str, concession_id: int) -> Concession | None:
    """One discount, whatever became of it."""
    query = select(concession).where(concession.c.team_id == team_id, concession.c.id == concession_id)
    rows = fetch(connection.execute(query))
    return _concession(rows[0]) if rows else None


def of_deals(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, Concession]:
    """The newest discount of each of these deals that was neither declined nor taken back, by deal id."""
    found: dict[int, Concession] = {}
    if deal_ids:
        for row in fetch(connection.execute(_of_deals, {"team": team_id, "deals": list(deal_ids)})):
            one = _concession(row)
            if one.holds or one.is_pending:
                found[one.deal_id] = one
    return found


def waiting(connection: Connection, team_id: str, limit: int) -> list[Concession]:
    """Discounts of open deals that wait for a manager, the longest first."""
    query = (
        select(concession)
        .join(deal, deal.c.id == concession.c.deal_id)
        .where(
            concession.c.team_id == team_id,
            # As a literal, since only so the databases see that the index holds them.
            concession.c.state == literal_column(f"'{State.WAITING.value}'"),
            deal.c.status == Status.OPEN.value,
        )
        .order_by(concession.c.id)
        .limit(limit)
    )
    return [_concession(row) for row in fetch(connection.execute(query))]


def decide(
    connection: Connection, team_id: str, concession_id: int, state: State, by: str, at: datetime, comment: str = ""
) -> bool:
    """Compare-and-set: say what becomes of a discount that waits. False when somebody else already has."""
    decided = (
        update(concession)
        .where(
            concession.c.team_id == team_id,
            concession.c.id == concession_id,
            concession.c.state == State.WAITING.value,
        )
        .values(state=state.value, decided_by=by, decided_at=at, comment=comment)
    )
    return connection.execute(decided).rowcount == 1


def _concession(row: Any) -> Concession:
    return Concession(
        id=row.id,
        deal_id=row.deal_id,
        points=row.points,
        why=row.why,
        by=row.by_user,
        at=row.at,
        state=State(row.state),
        limit=row.limit_points,
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        comment=row.comment,
    )
