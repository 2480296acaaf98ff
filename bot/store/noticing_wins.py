"""What is noticed of a won deal: the promised value is to be checked, a happy customer may be asked for something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    column,
    func,
    not_,
    select,
)
from sqlalchemy.sql.selectable import CTE

from bot.domain.asking import AskState, asking
from bot.domain.cadence import latest_start
from bot.domain.deal import Status
from bot.domain.process import Asking, Duration, Process
from bot.domain.reminders import ReminderKind
from bot.store.asks import ask
from bot.store.deals import deal
from bot.store.moves import TOOK_EFFECT, TOOK_EFFECT_AT, decision, move
from bot.store.noticing import View, of, responsible
from bot.store.noticing_records import asked_on, unanswered
from bot.store.promises import promise, value_check
from bot.store.questions import question
from bot.store.reckoning import Columns, after, latest, length, length_columns, table_of, utc_day


def _arrival(*conditions: ColumnElement[bool], among: Any = move) -> Any:
    """The day of a deal's latest move that took effect and is such; empty where there is none."""
    moves = among.outerjoin(decision, decision.c.move_id == move.c.id)
    theirs = (move.c.team_id == deal.c.team_id, move.c.deal_id == deal.c.id)
    last = select(func.max(TOOK_EFFECT_AT)).select_from(moves).where(*theirs, TOOK_EFFECT)
    return utc_day(last.where(*conditions).correlate(deal).scalar_subquery())


_won_on = _arrival(
    move.c.to_status == Status.WON.value,
    func.coalesce(move.c.from_status, Status.OPEN.value) != Status.WON.value,
)
"""The day of the latest win: a deal that fell back and was won again counts from then."""

_CHECK: Columns = (
    *(("process", String()), ("month", Integer()), ("last", Date()), ("later_than", Date())),
    *length_columns(),
)


def value_checks(view: View) -> Select[Any] | None:
    """So many months after the win nobody has said yet whether the promised value is there.

    Only the newest check that is due counts: whoever was not asked after six months is asked once after nine.
    """
    rows: list[tuple[Any, ...]] = []
    for process in view.processes.values():
        months = [Duration(0, months=month) for month in sorted(set(process.cadence.value_checks))]
        last = [latest_start(one, view.today) for one in months]
        for n, one in enumerate(months):
            rows.append((process.key, one.months, last[n], (*last, date.min)[n + 1], *length(one)))
    if not rows:
        return None
    check = table_of("month", _CHECK, rows)
    won = _won_deals(_won_on.label("won_on")).cte("won").prefix_with("MATERIALIZED")
    answered = select(1).where(
        value_check.c.team_id == won.c.team_id,
        value_check.c.deal_id == won.c.deal_id,
        value_check.c.month >= check.c.month,
    )
    return (
        of(won, check.c.month, after(check, won.c.won_on))
        .join(check, check.c.process == won.c.process)
        .where(won.c.won_on <= check.c.last, won.c.won_on > check.c.later_than, ~answered.exists())
    )


def _won_deals(*more: Any) -> Select[Any]:
    """Deals that are won. What is looked up for each stands in columns, so that it is looked up once.

    A query with these columns has to be MATERIALIZED: otherwise a database may look them up wherever they are named.
    """
    basics = (deal.c.team_id, deal.c.id.label("deal_id"), deal.c.process, responsible.label("user_id"))
    return select(*basics, *more).select_from(deal).where(deal.c.status == Status.WON.value)


# What a happy customer may be asked for.

_ASKING: Columns = (
    *(("process", String()), ("question_last", Date()), ("by_stage", Boolean())),
    *length_columns("wait"),
    *length_columns("gap"),
)
_STAGE: Columns = (("process", String()), ("stage", String()))

_answer = value_check.c
_answers = and_(_answer.team_id == deal.c.team_id, _answer.deal_id == deal.c.id)
_happy_on = utc_day(
    select(func.max(_answer.at)).where(_answers, _answer.answer == "yes").correlate(deal).scalar_subquery()
)
_last_answer = (
    select(_answer.answer)
    .where(_answers)
    .order_by(utc_day(_answer.at).desc(), _answer.month.desc())
    .limit(1)
    .correlate(deal)
    .scalar_subquery()
)
_log = and_(ask.c.team_id == deal.c.team_id, ask.c.deal_id == deal.c.id)
_was_asked = ask.c.state != AskState.LATER.value


def asks(kind: ReminderKind) -> Callable[[View], Select[Any] | None]:
    """The rule for one kind of ask, as `asking.asks_due`; withheld while something else is overdue or not well."""

    def rule(view: View) -> Select[Any] | None:
        rules = [
            (process, one) for process in view.processes.values() if (one := asking(process.cadence, kind)) is not None
        ]
        return _asks(view, kind, rules) if rules else None

    return rule


def _asks(view: View, kind: ReminderKind, rules: list[tuple[Process, Asking]]) -> Select[Any]:
    by = table_of("asking", _ASKING, [_asking(view, process, one) for process, one in rules])
    own = and_(_log, ask.c.kind == kind.value)
    declined = select(1).where(own, ask.c.state == AskState.DECLINED.value)
    asked = select(func.max(ask.c.at)).where(_log, _was_asked).correlate(deal)
    own_asked = select(func.max(ask.c.at)).where(own, _was_asked).correlate(deal)
    is_later = case((ask.c.state == AskState.LATER.value, ask.c.until))
    later = select(is_later).where(own).order_by(ask.c.id.desc()).limit(1).correlate(deal)
    looked_up = {
        "number": select(func.count()).select_from(ask).where(_log).correlate(deal).scalar_subquery(),
        "asked_on": utc_day(asked.scalar_subquery()),
        "own_asked_on": utc_day(own_asked.scalar_subquery()),
        "later_on": later.scalar_subquery(),
        "happy_on": _happy_on,
        "start": _start(by, rules),
    }
    customer = (
        _won_deals(*(column.label(name) for name, column in looked_up.items()), *by.c[2:])
        .join(by, by.c.process == deal.c.process)
        .where(~declined.exists(), *_nothing_overdue(view, by))
        .cte("customer")
        .prefix_with("MATERIALIZED")
    )
    return _due(customer, kind).where(column("due_on", Date()) <= view.today)


def _due(customer: CTE, kind: ReminderKind) -> Select[Any]:
    """When each customer may be asked."""
    happy_on, ready = customer.c.happy_on, after(customer, customer.c.start, "wait")
    if kind is ReminderKind.UPSELL:
        asked_since = and_(customer.c.own_asked_on.is_not(None), customer.c.own_asked_on >= happy_on)
        since: ColumnElement[date] = case((not_(asked_since), happy_on))
    else:
        both = case((ready < happy_on, ready), else_=happy_on)
        since = func.coalesce(both, ready, type_=Date())
    begun = select(*customer.c, since.label("since")).subquery("begun")
    gap = after(begun, begun.c.asked_on, "gap")
    due_on = latest(begun.c.since, func.coalesce(gap, begun.c.since), func.coalesce(begun.c.later_on, begun.c.since))
    dated = of(begun, begun.c.number, due_on).where(begun.c.since.is_not(None)).subquery("dated")
    return select(*dated.c)


def _asking(view: View, process: Process, rule: Asking) -> tuple[Any, ...]:
    last, _ = view.starts(process.cadence.question_again)
    return process.key, last, rule.stage is not None, *length(rule.after), *length(rule.gap)


def _start(by: CTE, rules: list[tuple[Process, Asking]]) -> ColumnElement[date]:
    """The day on which the stage was reached, else the deal won; empty for a deal that has not got there."""
    reached: list[tuple[str, str]] = []
    beyond: list[tuple[str, str]] = []
    for process, rule in rules:
        named = process.stage(rule.stage) if rule.stage else None
        for stage in process.stages if named else ():
            keys = process.standing(stage)
            reached += [(process.key, key) for key in keys if stage is named]
            beyond += [(process.key, key) for key in keys if named and process.index(stage) >= process.index(named)]
    if not reached:
        return case((not_(by.c.by_stage), _won_on))
    arrived, got_there = table_of("reached", _STAGE, reached), table_of("beyond", _STAGE, beyond)
    to = and_(arrived.c.process == deal.c.process, arrived.c.stage == move.c.to_stage)
    reached_on = _arrival(among=move.join(arrived, to))
    is_there = select(1).where(got_there.c.process == deal.c.process, got_there.c.stage == deal.c.stage).exists()
    return case((not_(by.c.by_stage), _won_on), (is_there, reached_on))


def _nothing_overdue(view: View, by: CTE) -> tuple[ColumnElement[bool], ...]:
    promised = select(1).where(
        promise.c.team_id == deal.c.team_id,
        promise.c.deal_id == deal.c.id,
        promise.c.settled_at.is_(None),
        promise.c.due_on < view.today,
    )
    waits = select(1).where(
        question.c.team_id == deal.c.team_id,
        question.c.deal_id == deal.c.id,
        unanswered,
        asked_on <= by.c.question_last,
    )
    return ~promised.exists(), ~waits.exists(), func.coalesce(_last_answer, "") != "no"
