"""Noticing: what holds about deals becomes reminders, one statement a rule whatever the number of stages and deals.

The pure truth of each rule is in `bot.domain.cadence`; the queries here find, by index, the deals of which it is so.
Days that a rule looks for are worked out before, from the process and today, and come with the query as a small table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Insert,
    Select,
    String,
    Update,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.sql.selectable import FromClause

from bot.domain.cadence import latest_start
from bot.domain.calendar_days import DayOff, is_weekend
from bot.domain.deal import Status
from bot.domain.process import Duration, Process, Stage
from bot.domain.reminders import ReminderKind, Settlement
from bot.store.columns import UtcDateTime, changed, insert_into
from bot.store.deals import deal
from bot.store.reminders import UNSETTLED, reminder

WORKED_ON = (Status.OPEN.value, Status.WON.value)


@dataclass(frozen=True, slots=True)
class View:
    """What the rules look with: the processes that are defined, the day, who manages, and the team's days off."""

    processes: Mapping[str, Process]
    today: date
    managers: tuple[str, ...] = ()
    is_off: DayOff = is_weekend

    def starts(self, duration: Duration) -> tuple[date, date]:
        """The last days from which so long has passed by today, and by yesterday: what began between is due today."""
        yesterday = self.today - timedelta(days=1)
        return latest_start(duration, self.today, self.is_off), latest_start(duration, yesterday, self.is_off)

    @property
    def ours(self) -> ColumnElement[bool]:
        """That the deal's process is defined; of others nothing is known."""
        return deal.c.process.in_(sorted(self.processes))

    def stages(self) -> Iterator[tuple[Process, str, Stage]]:
        """Every stage of every process under each key that deals may have it by."""
        for process in self.processes.values():
            for stage in process.stages:
                for key in process.standing(stage):
                    yield process, key, stage


Found = Select[Any] | CompoundSelect[Any]
Rule = Callable[[View], Found | None]
"""A query of what holds, in the columns of `found`; None where no process has anything of that kind."""

responsible = case(
    (and_(deal.c.status == Status.WON.value, deal.c.delivery_owner.is_not(None)), deal.c.delivery_owner),
    else_=deal.c.owner,
)
"""Who is asked and reminded, as `Deal.responsible`."""


def found(slot: Any, due_on: Any, to: Any = responsible) -> Select[Any]:
    """The beginning of a rule: for each deal of which something holds, the slot, whom it concerns, and since when."""
    columns = (deal.c.team_id, deal.c.id.label("deal_id"), to.label("user_id"))
    return _row(*columns, slot, due_on).select_from(deal)


def of(table: FromClause, slot: Any, due_on: Any) -> Select[Any]:
    """The same from a table in which deals were found before."""
    return _row(table.c.team_id, table.c.deal_id, table.c.user_id, slot, due_on).select_from(table)


def _row(team_id: Any, deal_id: Any, user_id: Any, slot: Any, due_on: Any) -> Select[Any]:
    return select(team_id, deal_id, user_id, as_type(slot, String).label("slot"), due_on.label("due_on"))


def notice(connection: Connection, kind: ReminderKind, holds: Found | None, now: datetime) -> int:
    """Remember what a rule's query finds and was not noticed before. Returns how many.

    What ceased by itself and holds again is opened again; what somebody settled stays settled. Any number of
    processes may do it at once.
    """
    if holds is None:
        return 0
    statement = noticing(connection, kind, holds, now)
    return changed(connection, connection.execute(statement, execution_options={"preserve_rowcount": True}))


def noticing(connection: Connection, kind: ReminderKind, holds: Found, now: datetime) -> Insert:
    """The statement of `notice`."""
    so = holds.subquery("so")
    settled_for_good = func.coalesce(reminder.c.settled_how, "") != Settlement.OVERTAKEN.value
    known = select(1).where(_is_about(so, kind), settled_for_good)
    new = (
        select(
            so.c.team_id,
            so.c.deal_id,
            literal(kind.value),
            so.c.slot,
            so.c.user_id,
            so.c.due_on,
            so.c.due_on,
            literal(0),
            literal(0),
            literal(now, UtcDateTime()),
        )
        .where(~known.exists())
        # Always in the same order, so that of two who plan at once none waits for the other in turn.
        .order_by(so.c.deal_id, so.c.slot)
    )
    columns = ("team_id", "deal_id", "kind", "slot", "user_id", "due_on", "tell_on", "told", "snoozes", "created_at")
    insert = insert_into(connection, reminder).from_select(columns, new)
    again = insert.excluded.tell_on
    return insert.on_conflict_do_update(
        index_elements=["team_id", "deal_id", "kind", "slot"],
        set_={
            "user_id": insert.excluded.user_id,
            "due_on": insert.excluded.due_on,
            # A snooze holds.
            "tell_on": case((reminder.c.tell_on > again, reminder.c.tell_on), else_=again),
            "settled_at": None,
            "settled_by": None,
            "settled_how": None,
            "settled_note": None,
        },
        where=reminder.c.settled_how == Settlement.OVERTAKEN.value,
    )


def overtake(connection: Connection, kind: ReminderKind, holds: Found | None, view: View, now: datetime) -> int:
    """Settle the open reminders of a kind that the rule's query does not find any more. Returns how many."""
    return changed(connection, connection.execute(overtaking(kind, holds, view, now)))


def overtaking(kind: ReminderKind, holds: Found | None, view: View, now: datetime) -> Update:
    """The statement of `overtake`. Deals whose process is no longer defined are left alone."""
    process = select(deal.c.process).where(deal.c.id == reminder.c.deal_id).scalar_subquery()
    still_open = select(reminder.c.team_id, reminder.c.deal_id, reminder.c.slot).where(
        reminder.c.kind == kind.value, UNSETTLED, process.in_(sorted(view.processes))
    )
    gone: Found = still_open
    if holds is not None:
        # EXCEPT reads each side once, whatever a server without statistics takes their sizes for.
        so = holds.subquery("so")
        gone = still_open.except_(select(so.c.team_id, so.c.deal_id, so.c.slot))
    settled = {"settled_at": now, "settled_how": Settlement.OVERTAKEN.value}
    about = tuple_(reminder.c.team_id, reminder.c.deal_id, reminder.c.slot)
    return update(reminder).where(reminder.c.kind == kind.value, UNSETTLED, about.in_(gone)).values(settled)


def _is_about(so: Any, kind: ReminderKind) -> ColumnElement[bool]:
    return and_(
        reminder.c.team_id == so.c.team_id,
        reminder.c.deal_id == so.c.deal_id,
        reminder.c.kind == kind.value,
        reminder.c.slot == so.c.slot,
    )
