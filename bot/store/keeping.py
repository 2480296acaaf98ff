"""Figures about promises and value checks: which are open in whose deals, and how well what was promised is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Subquery, and_, case, func, literal, select, union_all

from bot.domain.deal import Status
from bot.domain.promises import Figures, Outcome, Promise, ValueAnswer
from bot.store.deals import deal
from bot.store.noticing import responsible
from bot.store.promises import promise, promise_of, value_check
from bot.store.rows import fetch

_PROMISED_IN = (Status.OPEN.value, Status.WON.value)
_CHECK, _PROMISE = "check", "promise"


def open_promises(connection: Connection, team_id: str, user_id: str, limit: int) -> tuple[list[Promise], int]:
    """The open promises of the deals that somebody is responsible for, the earliest due first, and how many."""
    query = (
        select(promise, func.count().over().label("total"))
        .join(deal, and_(deal.c.team_id == promise.c.team_id, deal.c.id == promise.c.deal_id))
        .where(
            promise.c.team_id == team_id,
            promise.c.settled_at.is_(None),
            deal.c.status.in_(_PROMISED_IN),
            responsible == user_id,
        )
        .order_by(promise.c.due_on, promise.c.id)
        .limit(limit)
    )
    rows = fetch(connection.execute(query))
    return [promise_of(row) for row in rows], rows[0].total if rows else 0


def figures(connection: Connection, team_id: str, since: datetime, user_id: str | None = None) -> Figures:
    """What was answered and settled since then: in the whole team, or in the deals that one person looks after."""
    said = _said(team_id, since, user_id)
    return _figures(connection.execute(select(*_counts(said))).one())


def figures_by_rep(connection: Connection, team_id: str, since: datetime, limit: int) -> list[tuple[str, Figures]]:
    """The same for each person who is responsible for such deals, those with most answers first."""
    said = _said(team_id, since)
    query = (
        select(*_counts(said), said.c.user_id)
        .group_by(said.c.user_id)
        .order_by(func.count().desc(), said.c.user_id)
        .limit(limit)
    )
    return [(row.user_id, _figures(row)) for row in connection.execute(query)]


_COUNTED = (
    (_CHECK, ValueAnswer.YES.value),
    (_CHECK, ValueAnswer.PARTLY.value),
    (_CHECK, ValueAnswer.NO.value),
    (_PROMISE, Outcome.KEPT.value),
    (_PROMISE, Outcome.PARTLY.value),
    (_PROMISE, Outcome.BROKEN.value),
)
"""In the order of `Figures`."""


def _said(team_id: str, since: datetime, user_id: str | None = None) -> Subquery:
    """One row an answer: what it is about, what it says, and who is responsible for the deal now."""

    def of(table: Any, about: str, answer: Any, at: Any) -> Any:
        rows = select(literal(about).label("about"), answer.label("answer"), responsible.label("user_id"))
        theirs = (table.c.team_id == team_id, at >= since, answer != Outcome.WITHDRAWN.value)
        rows = rows.join_from(table, deal, and_(deal.c.team_id == table.c.team_id, deal.c.id == table.c.deal_id))
        return rows.where(*theirs, *([responsible == user_id] if user_id else []))

    checks = of(value_check, _CHECK, value_check.c.answer, value_check.c.at)
    return union_all(checks, of(promise, _PROMISE, promise.c.outcome, promise.c.settled_at)).subquery("said")


def _counts(said: Subquery) -> list[Any]:
    return [
        func.coalesce(func.sum(case((and_(said.c.about == about, said.c.answer == answer), 1), else_=0)), 0)
        for about, answer in _COUNTED
    ]


def _figures(row: Any) -> Figures:
    return Figures(*(int(count) for count in row[: len(_COUNTED)]))
