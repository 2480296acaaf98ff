"""Reminders: what the clock noticed about a deal, whom it was told, and how it was settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    func,
    select,
    update,
)

from bot.domain.reminders import Reminder, ReminderKind, Settlement
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.rows import fetch

reminder = Table(
    "reminder",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("kind", String, nullable=False),
    # What it is about and since when, such as the number of the step; the same slot is never noticed twice.
    Column("slot", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("due_on", Date, nullable=False),
    # The next day on which it is said; empty when it has been said often enough.
    Column("tell_on", Date),
    Column("told", Integer, nullable=False, default=0),
    Column("told_on", Date),
    Column("snoozes", Integer, nullable=False, default=0),
    Column("escalated_on", Date),
    Column("settled_at", UtcDateTime),
    Column("settled_by", String),
    Column("settled_how", String),
    Column("settled_note", Text),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("team_id", "deal_id", "kind", "slot"),
)

# Repeated in the queries word for word, so that the planner sees that the index fits.
UNSETTLED = reminder.c.settled_at.is_(None)


def _open(name: str, *columns: str) -> None:
    Index(name, *(reminder.c[column] for column in columns), sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)


_open("ix_reminder_to_tell", "team_id", "user_id", "tell_on")
_open("ix_reminder_of_deal", "team_id", "deal_id")
_open("ix_reminder_escalation", "team_id", "escalated_on", "kind")

agenda_line = Table(
    "agenda_line",
    metadata,
    Column("team_id", String, primary_key=True),
    # The kind and subject of the posting that shows it: a person's agenda of a day, a follow-up at its hour.
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("reminder_id", Id, ForeignKey("reminder.id"), nullable=False),
    Index(None, "team_id", "reminder_id"),
)

MANAGERS_OWN = (ReminderKind.APPROVAL, ReminderKind.ORPHAN)
"""Kinds that are for a manager whoever is responsible for the deal."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that shows a reminder: the kind and subject of its posting."""

    kind: str
    subject: str


_open_of_deal = (
    select(reminder)
    .where(reminder.c.team_id == bindparam("team"), reminder.c.deal_id == bindparam("deal"), UNSETTLED)
    .order_by(reminder.c.due_on, reminder.c.id)
)


def get(connection: Connection, team_id: str, reminder_id: int) -> Reminder | None:
    """One reminder, settled or not."""
    rows = fetch(
        connection.execute(select(reminder).where(reminder.c.team_id == team_id, reminder.c.id == reminder_id))
    )
    return reminder_of(rows[0]) if rows else None


def of_deal(connection: Connection, team_id: str, deal_id: int) -> list[Reminder]:
    """The open reminders of a deal, the longest due first."""
    rows = fetch(connection.execute(_open_of_deal, {"team": team_id, "deal": deal_id}))
    return [reminder_of(row) for row in rows]


def settle(
    connection: Connection,
    team_id: str,
    reminder_ids: Collection[int],
    how: Settlement,
    at: datetime,
    by: str | None = None,
    note: str = "",
) -> list[int]:
    """Compare-and-set: settle those that are open still. Returns their ids; the others somebody settled before."""
    if not reminder_ids:
        return []
    settled = (
        update(reminder)
        .where(reminder.c.team_id == team_id, reminder.c.id.in_(reminder_ids), UNSETTLED)
        .values(settled_how=how.value, settled_at=at, settled_by=by, settled_note=note)
        .returning(reminder.c.id)
    )
    return list(connection.execute(settled).scalars())


def snooze(connection: Connection, team_id: str, reminder_id: int, until: date) -> bool:
    """Say nothing of an open reminder before that day. False when it was settled meanwhile.

    That it has not been told since is how messages that show it know that it sleeps.
    """
    put_off = (
        update(reminder)
        .where(reminder.c.team_id == team_id, reminder.c.id == reminder_id, UNSETTLED)
        .values(tell_on=until, snoozes=reminder.c.snoozes + 1, told_on=None)
    )
    return connection.execute(put_off).rowcount == 1


def hand_over(connection: Connection, team_id: str, deal_id: int, to: str, today: date) -> list[int]:
    """Give the open reminders of a deal to whoever is responsible now, who has heard of none of them yet.

    What was snoozed stays so; what is a manager's stays theirs. Returns the ids of those that changed hands.
    """
    told_next = case((reminder.c.snoozes > 0, func.coalesce(reminder.c.tell_on, today)), else_=today)
    handed = (
        update(reminder)
        .where(
            reminder.c.team_id == team_id,
            reminder.c.deal_id == deal_id,
            reminder.c.user_id != to,
            reminder.c.kind.not_in(MANAGERS_OWN),
            UNSETTLED,
        )
        .values(user_id=to, told=0, told_on=None, escalated_on=None, tell_on=told_next)
        .returning(reminder.c.id)
    )
    return list(connection.execute(handed).scalars())


def shown_in(connection: Connection, team_id: str, reminder_ids: Collection[int]) -> list[Shown]:
    """The messages in which these reminders stand."""
    if not reminder_ids:
        return []
    query = (
        select(agenda_line.c.kind, agenda_line.c.subject)
        .where(agenda_line.c.team_id == team_id, agenda_line.c.reminder_id.in_(reminder_ids))
        .distinct()
    )
    return [Shown(row.kind, row.subject) for row in connection.execute(query)]


def reminder_of(row: Any) -> Reminder:
    """The reminder in a row of the table."""
    return Reminder(
        id=row.id,
        team_id=row.team_id,
        deal_id=row.deal_id,
        kind=ReminderKind(row.kind),
        slot=row.slot,
        user_id=row.user_id,
        due_on=row.due_on,
        tell_on=row.tell_on,
        told=row.told,
        told_on=row.told_on,
        snoozes=row.snoozes,
        escalated_on=row.escalated_on,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settled_how=Settlement(row.settled_how) if row.settled_how else None,
        settled_note=row.settled_note or "",
    )
