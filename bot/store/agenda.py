"""What somebody works on: their deals, most pressing first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select, union_all
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.domain.deal import Deal, Status
from bot.store.deals import deal, deal_of
from bot.store.questions import question
from bot.store.rows import fetch


@dataclass(frozen=True, slots=True)
class Page:
    """Some deals of a longer list, without their contacts; `total` counts all of it.

    `questioned` are the ids of those about which a question was ever asked; few, so the others need no look.
    """

    deals: list[Deal]
    total: int
    questioned: list[int]


def of_person(connection: Connection, team_id: str, user_id: str, today: date, limit: int, offset: int) -> Page:
    """A page of the deals this person works on, most pressing first."""
    bound = {"team": team_id, "user": user_id, "today": today, "limit": limit, "offset": offset}
    rows = fetch(connection.execute(_mine, bound))
    questioned = [row.id for row in rows if row.questioned]
    return Page([deal_of(row, ()) for row in rows], rows[0].total if rows else 0, questioned)


def _pressing(of: ReadOnlyColumnCollection[str, Any]) -> tuple[ColumnElement[Any], ...]:
    """The order: an overdue next step first, then a missing one, then by its day; larger deals before smaller."""
    return (
        case((of.status == Status.OPEN, 0), else_=1),
        case((of.next_step_on < bindparam("today"), 0), (of.next_step_on.is_(None), 1), else_=2),
        of.next_step_on,
        of.amount_minor.desc().nulls_last(),
        of.id,
    )


def _worked_on(*conditions: ColumnElement[bool]) -> Select[Any]:
    key = (deal.c.id, deal.c.status, deal.c.next_step_on, deal.c.amount_minor)
    return select(*key).where(deal.c.team_id == bindparam("team"), *conditions)


# One branch an index: of conditions joined by OR, SQLite would read the whole team's deals. No deal is in two of them.
_owner, _delivery_owner = deal.c.owner == bindparam("user"), deal.c.delivery_owner == bindparam("user")
_worked = union_all(
    _worked_on(_owner, deal.c.status == Status.OPEN),
    _worked_on(_delivery_owner, deal.c.status == Status.WON),
    _worked_on(_owner, deal.c.status == Status.WON, deal.c.delivery_owner.is_(None)),
).subquery("worked")
_page = (
    select(_worked.c.id, func.count().over().label("total"))
    .order_by(*_pressing(_worked.c))
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
_questioned = select(1).where(question.c.team_id == deal.c.team_id, question.c.deal_id == deal.c.id).exists()
_mine = (
    select(deal, _page.c.total, _questioned.label("questioned"))
    .join(_page, _page.c.id == deal.c.id)
    .order_by(*_pressing(deal.c))
)
