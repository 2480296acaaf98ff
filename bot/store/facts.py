"""What the rules of the clock read beside the deals: arrivals, promises, value checks, asks, who has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from bot.domain.asking import AskFact, AskState
from bot.domain.cadence import ObjectionFact, PromiseFact, ValueCheckFact
from bot.domain.deal import Status
from bot.domain.reminders import ReminderKind
from bot.store.asks import ask
from bot.store.moves import TOOK_EFFECT, TOOK_EFFECT_AT, decision, move
from bot.store.objections import objection
from bot.store.people import person
from bot.store.promises import promise, value_check
from bot.store.rows import fetch


@dataclass(frozen=True, slots=True)
class Arrival:
    """A deal entered a stage, or a status, at that moment."""

    stage: str
    status: Status
    at: datetime


def _of_deals(table: Any, *conditions: Any) -> Any:
    wanted = table.c.deal_id.in_(bindparam("deals", expanding=True))
    return and_(table.c.team_id == bindparam("team"), wanted, *conditions)


_arrivals = (
    select(move.c.deal_id, move.c.to_stage, move.c.to_status, TOOK_EFFECT_AT.label("at"))
    .select_from(move.outerjoin(decision, decision.c.move_id == move.c.id))
    .where(_of_deals(move, TOOK_EFFECT))
    .order_by(TOOK_EFFECT_AT, move.c.id)
)
_promises = select(promise.c.deal_id, promise.c.id, promise.c.due_on).where(
    _of_deals(promise, promise.c.settled_at.is_(None))
)
_objections = select(objection.c.deal_id, objection.c.id, objection.c.answer_due_on).where(
    _of_deals(objection, objection.c.settled_at.is_(None))
)
_checks = select(value_check.c.deal_id, value_check.c.month, value_check.c.answer, value_check.c.at).where(
    _of_deals(value_check)
)
_asks = select(ask.c.deal_id, ask.c.kind, ask.c.state, ask.c.at, ask.c.until).where(_of_deals(ask)).order_by(ask.c.id)
_gone = select(person.c.user_id).where(
    person.c.team_id == bindparam("team"),
    person.c.user_id.in_(bindparam("users", expanding=True)),
    person.c.is_deleted.is_(True),
)


def arrivals(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, list[Arrival]]:
    """The moves and closings that took effect, the earliest first, by deal."""
    found = _rows(connection, _arrivals, team_id, deal_ids)
    return {key: [Arrival(row.to_stage, Status(row.to_status), row.at) for row in rows] for key, rows in found.items()}


def promises(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, tuple[PromiseFact, ...]]:
    """The promises that are open, by deal."""
    found = _rows(connection, _promises, team_id, deal_ids)
    return {key: tuple(PromiseFact(row.id, row.due_on) for row in rows) for key, rows in found.items()}


def objections(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, tuple[ObjectionFact, ...]]:
    """The objections that are open, by deal."""
    found = _rows(connection, _objections, team_id, deal_ids)
    return {key: tuple(ObjectionFact(row.id, row.answer_due_on) for row in rows) for key, rows in found.items()}


def value_checks(
    connection: Connection, team_id: str, deal_ids: Collection[int]
) -> dict[int, tuple[ValueCheckFact, ...]]:
    """The answers to value checks, by deal."""
    found = _rows(connection, _checks, team_id, deal_ids)
    return {
        key: tuple(ValueCheckFact(row.month, row.answer, _day(row.at)) for row in rows) for key, rows in found.items()
    }


def asks(connection: Connection, team_id: str, deal_ids: Collection[int]) -> dict[int, tuple[AskFact, ...]]:
    """The log of asks, oldest first, by deal."""
    found = _rows(connection, _asks, team_id, deal_ids)
    return {
        key: tuple(AskFact(ReminderKind(row.kind), AskState(row.state), _day(row.at), row.until) for row in rows)
        for key, rows in found.items()
    }


def gone(connection: Connection, team_id: str, user_ids: Collection[str]) -> frozenset[str]:
    """Those of the people who have left the workspace."""
    return frozenset(connection.execute(_gone, {"team": team_id, "users": list(user_ids)}).scalars())


def _rows(connection: Connection, query: Any, team_id: str, deal_ids: Collection[int]) -> dict[int, list[Any]]:
    of: dict[int, list[Any]] = defaultdict(list)
    if deal_ids:
        for row in fetch(connection.execute(query, {"team": team_id, "deals": list(deal_ids)})):
            of[row.deal_id].append(row)
    return of


def _day(moment: datetime) -> date:
    return moment.date()
