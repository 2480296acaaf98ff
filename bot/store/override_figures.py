"""How often criteria were let pass: by rep, by criterion, in a week, and what is owed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, select

from bot.domain.deal import MoveKind, Status
from bot.domain.overrides import Override
from bot.store.deals import deal
from bot.store.moves import TOOK_EFFECT, TOOK_EFFECT_AT, decision, move
from bot.store.overrides import COUNTS, override, read


@dataclass(frozen=True, slots=True)
class Times:
    """For how many deals of a process a criterion was let pass; `text` as it read lately."""

    process: str
    stage: str
    criterion: str
    text: str
    deals: int


def by_rep(connection: Connection, team_id: str, since: datetime, limit: int) -> list[tuple[str, int]]:
    """How many count for each rep's budget since then, the most first."""
    number = func.count().label("number")
    query = (
        select(override.c.rep, number)
        .where(override.c.team_id == team_id, override.c.at >= since, COUNTS)
        .group_by(override.c.rep)
        .order_by(number.desc(), override.c.rep)
        .limit(limit)
    )
    return [(row.rep, row.number) for row in connection.execute(query)]


def by_criterion(connection: Connection, team_id: str, since: datetime) -> list[Times]:
    """For how many deals each criterion was let pass since then."""
    key = (deal.c.process, override.c.stage, override.c.criterion)
    query = (
        select(*key, func.max(override.c.text).label("text"), func.count(override.c.deal_id.distinct()).label("deals"))
        .join(deal, and_(deal.c.id == override.c.deal_id, deal.c.team_id == override.c.team_id))
        .where(override.c.team_id == team_id, override.c.at >= since, COUNTS)
        .group_by(*key)
        .order_by(*key)
    )
    return [Times(row.process, row.stage, row.criterion, row.text, row.deals) for row in connection.execute(query)]


def moved_on(
    connection: Connection, team_id: str, processes: Collection[str], since: datetime
) -> dict[tuple[str, str], int]:
    """How many deals went on from each stage since then, by process and the key of the stage."""
    query = (
        select(deal.c.process, move.c.from_stage, func.count(move.c.deal_id.distinct()).label("deals"))
        .join(deal, and_(deal.c.id == move.c.deal_id, deal.c.team_id == move.c.team_id))
        .outerjoin(decision, decision.c.move_id == move.c.id)
        .where(
            # Whoever moved since then is in their stage since then: the index finds them by that.
            deal.c.process.in_(sorted(processes)),
            deal.c.stage_since >= since,
            move.c.team_id == team_id,
            move.c.kind == MoveKind.FORWARD.value,
            TOOK_EFFECT,
            since <= TOOK_EFFECT_AT,
        )
        .group_by(deal.c.process, move.c.from_stage)
    )
    return {(row.process, row.from_stage): row.deals for row in connection.execute(query)}


def granted(connection: Connection, team_id: str, since: datetime, limit: int) -> list[Override]:
    """What was let pass since then and not taken back, the newest first."""
    query = select(override).where(override.c.team_id == team_id, override.c.at >= since, COUNTS)
    return read(connection, query.order_by(override.c.id.desc()).limit(limit))


def owed(connection: Connection, team_id: str, day: date, limit: int) -> list[Override]:
    """Overrides of deals that are worked on whose day was before `day` and whose evidence has not come."""
    query = (
        select(override)
        .join(deal, and_(deal.c.id == override.c.deal_id, deal.c.team_id == override.c.team_id))
        .where(
            override.c.team_id == team_id,
            override.c.settled.is_(None),
            override.c.due_on < day,
            deal.c.status.in_([Status.OPEN.value, Status.WON.value]),
        )
    )
    return read(connection, query.order_by(override.c.due_on, override.c.id).limit(limit))
