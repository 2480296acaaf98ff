"""What happy customers were asked for: referrals, reviews, references, case studies. A log; the last row holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from bot.domain.asking import Ask, AskState
from bot.domain.reminders import ReminderKind
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.rows import fetch

ask = Table(
    "ask",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # referral, review, reference, case_study or upsell.
    Column("kind", String, nullable=False),
    # asked, given, declined or later.
    Column("state", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False, default=""),
    # Who was named, and where they work; their own columns, so that they can be erased on request.
    Column("person_name", Text, nullable=False, default=""),
    Column("person_company", Text, nullable=False, default=""),
    Column("new_deal_id", Id, ForeignKey("deal.id")),
    Column("until", Date),
    Index(None, "team_id", "deal_id", "kind"),
    Index(None, "team_id", "at"),
)


_of_deal = select(ask).where(ask.c.team_id == bindparam("team"), ask.c.deal_id == bindparam("deal")).order_by(ask.c.id)


def add(connection: Connection, team_id: str, new: Ask) -> int:
    """Append a row to the log (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "kind": new.kind.value,
        "state": new.state.value,
        "by_user": new.by,
        "at": new.at,
        "note": new.note,
        "person_name": new.person_name,
        "person_company": new.person_company,
        "new_deal_id": new.new_deal_id,
        "until": new.until,
    }
    return int(connection.execute(insert(ask).values(row).returning(ask.c.id)).scalar_one())


def get(connection: Connection, team_id: str, ask_id: int) -> Ask | None:
    """One row of the log."""
    rows = fetch(connection.execute(select(ask).where(ask.c.team_id == team_id, ask.c.id == ask_id)))
    return ask_of(rows[0]) if rows else None


def of_deal(connection: Connection, team_id: str, deal_id: int) -> list[Ask]:
    """What the customer of a deal was asked for, oldest first."""
    return [ask_of(row) for row in fetch(connection.execute(_of_deal, {"team": team_id, "deal": deal_id}))]


def became(connection: Connection, team_id: str, ask_id: int, new_deal_id: int) -> bool:
    """Say which deal began with what was given. False when one did already; then nothing was written."""
    linked = (
        update(ask)
        .where(ask.c.team_id == team_id, ask.c.id == ask_id, ask.c.new_deal_id.is_(None))
        .values(new_deal_id=new_deal_id)
    )
    return connection.execute(linked).rowcount == 1


def ask_of(row: Any) -> Ask:
    """The ask in a row of the table."""
    return Ask(
        row.id,
        row.deal_id,
        ReminderKind(row.kind),
        AskState(row.state),
        row.by_user,
        row.at,
        row.note,
        row.person_name,
        row.person_company,
        row.new_deal_id,
        row.until,
    )
