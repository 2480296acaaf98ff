"""What comes of asking customers for a referral: who could be asked, who was, who gave one, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import cast as as_type

from bot.domain.asking import Ask, AskState, Funnel
from bot.domain.deal import Status
from bot.domain.reminders import Reminder, ReminderKind
from bot.store.asks import ask, ask_of
from bot.store.deals import deal
from bot.store.noticing import responsible
from bot.store.reminders import UNSETTLED, reminder, reminder_of
from bot.store.rows import fetch

_REFERRAL = ReminderKind.REFERRAL.value


def figures(connection: Connection, team_id: str, since: datetime, today: date, user_id: str | None = None) -> Funnel:
    """What came of it since then: in the whole team, or with the customers whom one person looks after.

    Who could be asked today is who the clock has noticed: its reminders hold what its rule finds.
    """
    customer = _customers(team_id, since, today, user_id)
    return Funnel(*connection.execute(select(*_counts(customer))).one())


def figures_by_rep(
    connection: Connection, team_id: str, since: datetime, today: date, limit: int
) -> list[tuple[str, Funnel]]:
    """The same for each person who looks after such customers, those with most who were not asked first."""
    customer = _customers(team_id, since, today)
    counts = _counts(customer)
    query = (
        select(customer.c.user_id, *counts)
        .group_by(customer.c.user_id)
        .order_by(counts[-1].desc(), customer.c.user_id)
        .limit(limit)
    )
    return [(row[0], Funnel(*row[1:])) for row in connection.execute(query)]


def to_ask(connection: Connection, team_id: str, user_id: str, today: date, limit: int) -> list[Reminder]:
    """Whom somebody could ask for a referral today, as the clock noticed it, the longest due first."""
    query = (
        select(reminder)
        .where(_willing(team_id, today), reminder.c.user_id == user_id)
        .order_by(reminder.c.due_on, reminder.c.id)
        .limit(limit)
    )
    return [reminder_of(row) for row in fetch(connection.execute(query))]


def unanswered(connection: Connection, team_id: str, user_id: str, limit: int) -> list[Ask]:
    """What somebody's customers were asked for without an answer so far, the latest first."""
    later = ask.alias("later")
    newer = exists().where(
        later.c.team_id == ask.c.team_id,
        later.c.deal_id == ask.c.deal_id,
        later.c.kind == ask.c.kind,
        later.c.id > ask.c.id,
    )
    return _theirs(connection, team_id, user_id, limit, ask.c.state == AskState.ASKED.value, ~newer)


def without_deal(connection: Connection, team_id: str, user_id: str, limit: int) -> list[Ask]:
    """Referrals given by somebody's customers with which no deal began yet, the latest first."""
    given = (ask.c.kind == _REFERRAL, ask.c.state == AskState.GIVEN.value, ask.c.new_deal_id.is_(None))
    return _theirs(connection, team_id, user_id, limit, *given)


def _willing(team_id: str, today: date) -> ColumnElement[bool]:
    """Customers who could be asked today. What is a chance never escalates; saying so lets the index find them."""
    return and_(
        reminder.c.team_id == team_id,
        reminder.c.escalated_on.is_(None),
        reminder.c.kind == _REFERRAL,
        reminder.c.due_on <= today,
        UNSETTLED,
    )


def _theirs(connection: Connection, team_id: str, user_id: str, limit: int, *conditions: Any) -> list[Ask]:
    query = (
        select(ask)
        .join(deal, and_(deal.c.team_id == ask.c.team_id, deal.c.id == ask.c.deal_id))
        .where(ask.c.team_id == team_id, responsible == user_id, *conditions)
        .order_by(ask.c.id.desc())
        .limit(limit)
    )
    return [ask_of(row) for row in fetch(connection.execute(query))]


def _customers(team_id: str, since: datetime, today: date, user_id: str | None = None) -> Subquery:
    """One row a customer: were they asked, did they give or decline, how many deals began, could they be asked now."""
    begun = deal.alias("begun")

    def flag(*states: AskState) -> Any:
        return case((ask.c.state.in_([state.value for state in states]), 1), else_=0)

    zero = literal(0, Integer)
    asked = (
        select(
            ask.c.deal_id.label("deal_id"),
            flag(AskState.ASKED, AskState.GIVEN, AskState.DECLINED).label("asked"),
            flag(AskState.GIVEN).label("given"),
            flag(AskState.DECLINED).label("declined"),
            case((ask.c.new_deal_id.is_not(None), 1), else_=0).label("became"),
            case((begun.c.status == Status.WON.value, 1), else_=0).label("won"),
            zero.label("willing"),
        )
        .outerjoin(begun, and_(begun.c.team_id == ask.c.team_id, begun.c.id == ask.c.new_deal_id))
        .where(ask.c.team_id == team_id, ask.c.at >= since, ask.c.kind == _REFERRAL)
        .where(ask.c.state != AskState.LATER.value)
    )
    noticed = select(reminder.c.deal_id, *(zero for _ in range(5)), literal(1, Integer)).where(_willing(team_id, today))
    every = union_all(asked, noticed).subquery("every")
    total = [func.max(every.c[name]).label(name) for name in ("asked", "given", "declined", "willing")]
    total += [func.sum(every.c[name]).label(name) for name in ("became", "won")]
    return (
        select(responsible.label("user_id"), every.c.deal_id, *total)
        .join(deal, deal.c.id == every.c.deal_id)
        .where(deal.c.team_id == team_id, *([responsible == user_id] if user_id else []))
        .group_by(every.c.deal_id, responsible)
        .subquery("customer")
    )


def _counts(customer: Subquery) -> list[Any]:
    """In the order of `Funnel`."""

    def number(value: Any) -> Any:
        return as_type(func.coalesce(func.sum(value), 0), Integer)

    column = customer.c
    declined = case((and_(column.declined == 1, column.given == 0), 1), else_=0)
    summed = [number(value) for value in (column.asked, column.given, declined, column.became, column.won)]
    return [func.count(), *summed, number(1 - column.asked)]
