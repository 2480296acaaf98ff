"""What is noticed of a deal by what was written down beside it: questions, pending moves, promises, objections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.sql.selectable import CTE

from bot.domain.questions import EntryKind
from bot.store.deals import deal
from bot.store.moves import decision, move
from bot.store.noticing import WORKED_ON, View, found
from bot.store.objections import objection
from bot.store.promises import promise
from bot.store.questions import question, question_entry
from bot.store.reckoning import Columns, due, length, length_columns, table_of, utc_day

_DATED: Columns = (("process", String()), ("last", Date()), ("before", Date()), *length_columns())
"""A table with a duration of each process, and the last days from which so long has passed by today and yesterday."""


def _dated(view: View, again: str) -> CTE:
    durations = [(process, getattr(process.cadence, again)) for process in view.processes.values()]
    rows = [(process.key, *view.starts(one), *length(one)) for process, one in durations]
    return table_of("again", _DATED, rows)


entry = question_entry.c
_entries = and_(entry.team_id == question.c.team_id, entry.question_id == question.c.id)
_last_entry = select(entry.kind).where(_entries).order_by(entry.id.desc()).limit(1).scalar_subquery()
_asked_again = select(func.max(entry.at)).where(_entries, entry.kind == EntryKind.ASKED_AGAIN.value).scalar_subquery()

unanswered = or_(_last_entry.is_(None), _last_entry == EntryKind.ASKED_AGAIN.value)
"""That a question waits for the rep."""

asked_on = utc_day(func.coalesce(_asked_again, question.c.asked_at))
"""The day on which a question was asked last."""


def questions(view: View) -> Select[Any]:
    """A manager's question waits for the rep."""
    again = _dated(view, "question_again")
    number = select(func.count()).select_from(question_entry).where(_entries).scalar_subquery()
    slot = cast(question.c.id, String) + "." + cast(number, String)
    return (
        found(slot, due(again, asked_on, view.today))
        .join(question, and_(question.c.team_id == deal.c.team_id, question.c.deal_id == deal.c.id))
        .join(again, again.c.process == deal.c.process)
        .where(deal.c.status.in_(WORKED_ON), unanswered, asked_on <= again.c.last)
    )


def approvals(view: View) -> Select[Any] | None:
    """A move waits for a manager; each who may decide it hears of it."""
    if not view.managers:
        return None
    again = _dated(view, "approval_again")
    manager = table_of("manager", (("user_id", String()),), [(one,) for one in view.managers])
    to, asked = manager.c.user_id, utc_day(move.c.at)
    decided = select(1).where(decision.c.move_id == move.c.id).exists()
    # Nobody decides about their own deal or their own request (`policy.may_decide`).
    theirs = or_(deal.c.owner == to, func.coalesce(deal.c.delivery_owner, "") == to, move.c.by_user == to)
    return (
        found(cast(move.c.id, String) + "." + to, due(again, asked, view.today), to)
        .join(move, and_(move.c.team_id == deal.c.team_id, move.c.id == deal.c.pending_move))
        .join(again, again.c.process == deal.c.process)
        .join(manager, literal(1) == 1)
        .where(deal.c.pending_move > 0, move.c.needs_approval, ~decided, ~theirs, asked <= again.c.last)
    )


def promises(view: View) -> Select[Any]:
    """A promise made during the sale is due."""
    return (
        found(promise.c.id, promise.c.due_on)
        .join(promise, and_(promise.c.team_id == deal.c.team_id, promise.c.deal_id == deal.c.id))
        .where(promise.c.settled_at.is_(None), promise.c.due_on <= view.today, deal.c.status.in_(WORKED_ON), view.ours)
    )


def objections(view: View) -> Select[Any]:
    """The promised answer to an objection is due."""
    return (
        found(objection.c.id, objection.c.answer_due_on)
        .join(objection, and_(objection.c.team_id == deal.c.team_id, objection.c.deal_id == deal.c.id))
        .where(
            objection.c.settled_at.is_(None),
            objection.c.answer_due_on <= view.today,
            deal.c.status.in_(WORKED_ON),
            view.ours,
        )
    )
