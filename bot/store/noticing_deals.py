"""What is noticed of a deal by itself: its step, its progress, its days, and whether its owner is still there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, Date, Select, String, and_, case, func, literal, not_, or_, union_all

from bot.domain.deal import Status
from bot.domain.freshness import stale_after
from bot.domain.process import WaitingOn
from bot.store.deals import deal
from bot.store.noticing import WORKED_ON, View, found
from bot.store.people import person
from bot.store.reckoning import Columns, due, iso_day, latest, length, length_columns, plus_days, table_of


def follow_up(view: View) -> Select[Any]:
    """The next step is due."""
    has_come = deal.c.status.in_(WORKED_ON), deal.c.next_step_on <= view.today
    return found(deal.c.next_step_no, deal.c.next_step_on).where(*has_come, view.ours)


def no_step(view: View) -> Select[Any]:
    """An open deal that waits for nobody has had no next step since yesterday."""
    return found(deal.c.next_step_no, plus_days(deal.c.progress_on, 1)).where(
        deal.c.status == Status.OPEN.value,
        deal.c.next_step_on.is_(None),
        deal.c.pending_move.is_(None),
        deal.c.progress_on < view.today,
        view.ours,
    )


_STALE: Columns = (
    *(("process", String()), ("stage", String()), ("waiting_on", String()), ("last", Date()), ("before", Date())),
    *length_columns(),
)


def stale(view: View) -> Select[Any] | None:
    """No progress for as long as the stage allows, no step planned, and no reason given."""
    rows: list[tuple[Any, ...]] = []
    for process, key, stage in view.stages():
        for waiting_on in ("", WaitingOn.THIRD_PARTY.value):
            allowed = stale_after(process, stage, waiting_on or None)
            if allowed is not None:
                rows.append(
                    (process.key, key, waiting_on, *view.starts(allowed), *length(allowed)),
                )
    if not rows:
        return None
    stage_of = table_of("stage", _STALE, rows)
    progress = deal.c.progress_on
    step, fresh = func.coalesce(deal.c.next_step_on, progress), func.coalesce(deal.c.fresh_until, progress)
    outside = WaitingOn.THIRD_PARTY.value
    after_step = func.coalesce(plus_days(deal.c.next_step_on, 1), progress)
    due_on = latest(due(stage_of, progress, view.today), after_step, fresh)
    return (
        found(iso_day(latest(progress, step, fresh)), due_on)
        .join(
            stage_of,
            (deal.c.process == stage_of.c.process)
            & (deal.c.stage == stage_of.c.stage)
            & (case((deal.c.waiting_on == outside, outside), else_="") == stage_of.c.waiting_on),
        )
        .where(
            deal.c.status.in_(WORKED_ON),
            progress <= stage_of.c.last,
            deal.c.pending_move.is_(None),
            or_(deal.c.next_step_on.is_(None), deal.c.next_step_on < view.today),
            or_(deal.c.fresh_until.is_(None), deal.c.fresh_until <= view.today),
        )
    )


def close_passed(view: View) -> Select[Any]:
    """The expected close of an open deal is over."""
    close = deal.c.expected_close
    return found(iso_day(close), plus_days(close, 1)).where(
        deal.c.status == Status.OPEN.value, close < view.today, view.ours
    )


def comes_back(view: View) -> Select[Any]:
    """The day has come that a parked deal was put aside until."""
    return _waited(view, Status.PARKED)


def winback(view: View) -> Select[Any]:
    """The day has come on which a lost deal may be asked about again."""
    return _waited(view, Status.LOST)


def _waited(view: View, status: Status) -> Select[Any]:
    until = deal.c.waiting_until
    return found(iso_day(until), until).where(deal.c.status == status.value, until <= view.today, view.ours)


_NOT_LOST = tuple(status.value for status in Status if status is not Status.LOST)


def orphan(view: View) -> CompoundSelect[Any] | None:
    """Whoever is responsible for the deal has left; each manager hears of it."""
    if not view.managers:
        return None
    manager = table_of("manager", (("user_id", String()),), [(one,) for one in view.managers])
    delivered = and_(deal.c.status == Status.WON.value, deal.c.delivery_owner.is_not(None))
    # One branch an index: of conditions joined by OR, SQLite would read all deals.
    branches = []
    for column, theirs in ((deal.c.owner, not_(delivered)), (deal.c.delivery_owner, delivered)):
        gone = person.alias(f"gone_{column.name}")
        branches.append(
            found(column + "." + manager.c.user_id, literal(view.today, Date()), manager.c.user_id)
            .join(manager, literal(1) == 1)
            .join(gone, and_(gone.c.team_id == deal.c.team_id, gone.c.user_id == column, gone.c.is_deleted))
            .where(theirs, deal.c.status.in_(_NOT_LOST), view.ours)
        )
    return union_all(*branches)
