"""Reminders: what the clock noticed about a deal, whom it was told, and how it was settled."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Id, UtcDateTime, metadata

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
