"""The work list: what must reach Slack, written in the transaction of the change that caused it, and how it is claimed.

Finished rows outnumber the queue by far, so every index that finds work holds the queue alone. Items about the same
subject are never in flight together: two processes must not both find that a card has not been posted yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.domain.pace import Lane
from bot.domain.work import TROUBLE, State, WorkItem
from bot.store.columns import Id, UtcDateTime, insert_into, metadata
from bot.store.pace import send_budget

work_item = Table(
    "work_item",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("slot", String, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("lane", Integer, nullable=False, server_default="0"),
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("strikes", Integer, nullable=False),
    Column("interrupted", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("owner", String),
    Column("last_error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("team_id", "kind", "subject", "slot"),
    # Rows come and go all day: clean up after a fixed number of them, not after a share of all that ever was.
    postgresql_with={
        "autovacuum_vacuum_scale_factor": "0",
        "autovacuum_vacuum_threshold": "5000",
        "autovacuum_analyze_scale_factor": "0",
        "autovacuum_analyze_threshold": "5000",
    },
)

# Conditions of partial indexes are repeated in the queries word for word; a bound value in one of them would hide
# the index from the planner.
UNFINISHED = work_item.c.finished_at.is_(None)
FINISHED = work_item.c.finished_at.is_not(None)
IN_FLIGHT = work_item.c.lease_until.is_not(None)
IN_TROUBLE = text("state IN ({})".format(", ".join(f"'{state.value}'" for state in TROUBLE)))


def _partial(name: str, *columns: str, where: Any, unique: bool = False) -> None:
    chosen = [work_item.c[column] for column in columns]
    Index(name, *chosen, unique=unique, sqlite_where=where, postgresql_where=where)


_partial("ix_work_item_queue", "run_at", "id", where=UNFINISHED)
_partial("ix_work_item_queue_of_team", "team_id", "lane", "run_at", "id", where=UNFINISHED)
_partial("ix_work_item_queue_of_subject", "team_id", "kind", "subject", "run_at", "id", where=UNFINISHED)
_partial("uq_work_item_in_flight", "team_id", "kind", "subject", where=IN_FLIGHT, unique=True)
_partial("ix_work_item_finished", "finished_at", where=FINISHED)
_partial("ix_work_item_trouble", "state", "finished_at", "id", where=IN_TROUBLE)


@dataclass(frozen=True, slots=True)
class NewItem:
    """What is needed to put an item on the list."""

    team_id: str
    kind: str
    subject: str
    slot: str
    run_at: datetime
    lane: Lane = Lane.URGENT


def add(
    connection: Connection, team_id: str, kind: str, subject: str, slot: str, run_at: datetime, now: datetime
) -> bool:
    """Put an item on the list; False when this slot has one already, whatever became of it."""
    return add_many(connection, [NewItem(team_id, kind, subject, slot, run_at)], now) == 1


def add_many(connection: Connection, items: Iterable[NewItem], now: datetime) -> int:
    """Put items on the list, leaving out those whose slot is taken. Returns how many are new."""
    rows = [
        {
            "team_id": new.team_id,
            "kind": new.kind,
            "subject": new.subject,
            "slot": new.slot,
            "run_at": new.run_at,
            "lane": int(new.lane),
            "state": State.QUEUED.value,
            "attempt": 0,
            "strikes": 0,
            "interrupted": 0,
            "created_at": now,
        }
        for new in items
    ]
    if not rows:
        return 0
    statement = insert_into(connection, work_item).on_conflict_do_nothing()
    return connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount


def teams_with_work(connection: Connection, now: datetime) -> list[tuple[str, list[Lane]]]:
    """The workspaces that have something due and in which lanes, the one first whose budget is the least used."""
    found = connection.execute(_teams_with_work, {"now": now}).all()
    return [(team_id, [lane for lane, is_due in zip(Lane, due, strict=True) if is_due]) for team_id, *due in found]


def claim(
    connection: Connection, team_id: str, lane: Lane, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[WorkItem]:
    """Lease up to `limit` due items of a workspace's lane to `owner`, the longest due first.

    Those with an expired lease are among them. At most one item of a workspace, kind and subject is leased at a time.
    Raises IntegrityError in the rare case that two claims at the same moment chose the same subject; nothing was
    claimed then.
    """
    statement = _claim_locked if connection.dialect.name == "postgresql" else _claim_alone
    bound = {
        "team": team_id,
        "in_lane": int(lane),
        "now": now,
        "limit": limit,
        "claimed_by": owner,
        "until": now + lease,
    }
    items = [work_item_of(row) for row in connection.execute(statement, bound)]
    return sorted(items, key=lambda item: (item.run_at, item.id))


def has_newer(connection: Connection, item: WorkItem) -> bool:
    """Whether a later item of the same workspace, kind and subject is in the queue."""
    same = (work_item.c.team_id == item.team_id, work_item.c.kind == item.kind, work_item.c.subject == item.subject)
    newer = select(1).where(*same, UNFINISHED, work_item.c.id > item.id)
    return connection.execute(newer.limit(1)).first() is not None


def oldest_due(connection: Connection, now: datetime) -> timedelta | None:
    """For how long the item has waited that should have been sent first; None when nothing is due."""
    first: datetime | None = connection.execute(_first_due, {"now": now}).scalar()
    return now - first if first else None


def _claimable() -> Select[tuple[int]]:
    """Due items that nobody holds: of each subject the first in line, or the one whose lease ran out."""
    now = bindparam("now", type_=UtcDateTime())
    mine, other = work_item.c, work_item.alias("other").c
    same = and_(other.team_id == mine.team_id, other.kind == mine.kind, other.subject == mine.subject)
    in_flight = select(1).where(same, other.lease_until.is_not(None)).correlate(work_item).exists()
    before = tuple_(other.run_at, other.id) < tuple_(mine.run_at, mine.id)
    ahead = select(1).where(same, other.finished_at.is_(None), before).correlate(work_item).exists()
    return (
        select(mine.id)
        .where(
            UNFINISHED,
            mine.team_id == bindparam("team"),
            mine.lane == bindparam("in_lane"),
            mine.run_at <= now,
            or_(and_(mine.lease_until.is_(None), ~in_flight, ~ahead), mine.lease_until <= now),
        )
        .order_by(mine.run_at, mine.id)
        .limit(bindparam("limit"))
    )


_leased = {
    "state": State.LEASED.value,
    "owner": bindparam("claimed_by"),
    "lease_until": bindparam("until", type_=UtcDateTime()),
    "attempt": work_item.c.attempt + 1,
    # An item that still has a lease was being sent when its holder vanished.
    "interrupted": work_item.c.interrupted + case((IN_FLIGHT, 1), else_=0),
}


def _materialized(query: Select[Any], name: str) -> CTE:
    return query.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


# Materialized, because with a plain sub-select PostgreSQL may run it once for each row and so claim far too many.
_chosen = _materialized(_claimable().with_for_update(of=work_item, skip_locked=True), "chosen")
_claim_locked = update(work_item).where(work_item.c.id == _chosen.c.id).values(_leased).returning(work_item)

# For SQLite, whose writing transactions exclude each other.
_claim_alone = (
    update(work_item).where(work_item.c.id.in_(_claimable().scalar_subquery())).values(_leased).returning(work_item)
)


def _with_work() -> Select[Any]:
    """A walk along the index from one workspace to the next, so that a long queue is not read as a whole."""
    queued = work_item.alias("queued").c
    unfinished = queued.finished_at.is_(None)
    first = select(func.min(queued.team_id).label("team_id")).where(unfinished).cte("team", recursive=True)
    following = select(func.min(queued.team_id)).where(unfinished, queued.team_id > first.c.team_id)
    walk = first.union_all(select(following.scalar_subquery()).where(first.c.team_id.is_not(None)))
    lanes = [
        select(func.min(work_item.c.run_at))
        .where(UNFINISHED, work_item.c.team_id == walk.c.team_id, work_item.c.lane == int(lane))
        .scalar_subquery()
        .label(f"lane_{lane}")
        for lane in Lane
    ]
    # Materialized, since PostgreSQL would look for the first of each lane once more wherever it is named.
    first_of = _materialized(select(walk.c.team_id, *lanes).where(walk.c.team_id.is_not(None)), "first_of").c
    due = [first_of[one.name] <= bindparam("now", type_=UtcDateTime()) for one in lanes]
    return (
        select(first_of.team_id, *(func.coalesce(one, false()) for one in due))
        .outerjoin(send_budget, send_budget.c.team_id == first_of.team_id)
        .where(or_(*due))
        .order_by(send_budget.c.full_at.is_not(None), send_budget.c.full_at, first_of.team_id)
    )


_teams_with_work = _with_work()

_first_due = select(func.min(work_item.c.run_at)).where(
    UNFINISHED, work_item.c.run_at <= bindparam("now", type_=UtcDateTime())
)


def work_item_of(row: Row[Any]) -> WorkItem:
    return WorkItem(
        id=row.id,
        team_id=row.team_id,
        kind=row.kind,
        subject=row.subject,
        slot=row.slot,
        run_at=row.run_at,
        created_at=row.created_at,
        attempt=row.attempt,
        strikes=row.strikes,
        interrupted=row.interrupted,
    )
