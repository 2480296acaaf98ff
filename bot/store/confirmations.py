"""Recaps that buyers are asked to confirm, and their answers. The link's token is nowhere; its hash is here.

The name, the mail and the words of whoever answered stand in their own columns, so that they can be erased on request.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)

from bot.domain.confirmations import Answer, Confirmation, Recap, Reply
from bot.domain.people import Contact
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.contacts import contact
from bot.store.rows import fetch

confirmation = Table(
    "confirmation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    # SHA-256 of the token in the link.
    Column("token_hash", String, nullable=False),
    # A point a line.
    Column("points", Text, nullable=False),
    Column("next_step", Text, nullable=False, default=""),
    Column("next_on", Date),
    Column("contact_id", Id, ForeignKey("contact.id")),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", String),
    # When the budget of tries to send the page in is full again.
    Column("tries_full_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    # confirm, correct or decline.
    Column("answer", String),
    Column("name", Text),
    Column("mail", Text),
    Column("words", Text),
    Column("evidence_id", Id, ForeignKey("evidence.id")),
    Column("kept_because", Text, nullable=False, default=""),
    UniqueConstraint("team_id", "token_hash"),
    Index(None, "team_id", "deal_id"),
)

_with_contact = select(
    confirmation,
    contact.c.name.label("contact_name"),
    contact.c.role.label("contact_role"),
    contact.c.email.label("contact_email"),
).select_from(confirmation.outerjoin(contact, contact.c.id == confirmation.c.contact_id))
_of_deal = _with_contact.where(
    confirmation.c.team_id == bindparam("team"), confirmation.c.deal_id == bindparam("deal")
).order_by(confirmation.c.id.desc())
_of_token = _with_contact.where(
    confirmation.c.team_id == bindparam("team"), confirmation.c.token_hash == bindparam("token_hash")
)


def add(connection: Connection, team_id: str, new: Confirmation, token_hash: str) -> int:
    """Keep a recap behind a link (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "stage": new.stage,
        "criterion": new.criterion,
        "token_hash": token_hash,
        "points": "\n".join(new.recap.points),
        "next_step": new.recap.next_step,
        "next_on": new.recap.next_on,
        "contact_id": new.contact.id if new.contact else None,
        "made_by": new.made_by,
        "made_at": new.made_at,
        "expires_at": new.expires_at,
    }
    return int(connection.execute(insert(confirmation).values(row).returning(confirmation.c.id)).scalar_one())


def get(connection: Connection, team_id: str, confirmation_id: int) -> Confirmation | None:
    """One, whatever became of it."""
    query = _with_contact.where(confirmation.c.team_id == team_id, confirmation.c.id == confirmation_id)
    return _one(connection, query, {})


def by_token(connection: Connection, team_id: str, token_hash: str) -> Confirmation | None:
    """The one whose link has the token with this hash."""
    return _one(connection, _of_token, {"team": team_id, "token_hash": token_hash})


def of_deal(connection: Connection, team_id: str, deal_id: int, limit: int = 50) -> list[Confirmation]:
    """Those of a deal, the newest first."""
    rows = fetch(connection.execute(_of_deal.limit(limit), {"team": team_id, "deal": deal_id}))
    return [_confirmation(row) for row in rows]


def count_open(connection: Connection, team_id: str, deal_id: int, now: datetime) -> int:
    """How many links of a deal can be answered now."""
    query = select(func.count()).where(
        confirmation.c.team_id == team_id, confirmation.c.deal_id == deal_id, *_can_be_answered(now)
    )
    return int(connection.execute(query).scalar_one())


def withdraw(connection: Connection, team_id: str, confirmation_id: int, by: str, at: datetime) -> bool:
    """Compare-and-set: the link leads nowhere from now on. False when it was answered or withdrawn before."""
    c = confirmation.c
    statement = (
        update(confirmation)
        .where(c.team_id == team_id, c.id == confirmation_id, c.answered_at.is_(None), c.withdrawn_at.is_(None))
        .values(withdrawn_at=at, withdrawn_by=by)
    )
    return connection.execute(statement).rowcount == 1


def answer(connection: Connection, team_id: str, confirmation_id: int, given: Answer, at: datetime) -> bool:
    """Compare-and-set: keep the one answer. False when there is one, or the link does not work any more."""
    statement = (
        update(confirmation)
        .where(confirmation.c.team_id == team_id, confirmation.c.id == confirmation_id, *_can_be_answered(at))
        .values(answered_at=at, answer=given.reply.value, name=given.name, mail=given.mail, words=given.words)
    )
    return connection.execute(statement).rowcount == 1


def became(
    connection: Connection, team_id: str, confirmation_id: int, evidence_id: int | None, kept_because: str
) -> None:
    """Note which piece of evidence a confirmation became, or why it became none."""
    connection.execute(
        update(confirmation)
        .where(confirmation.c.team_id == team_id, confirmation.c.id == confirmation_id)
        .values(evidence_id=evidence_id, kept_because=kept_because)
    )


def tries_full_at(connection: Connection, team_id: str, confirmation_id: int) -> datetime | None:
    """When the budget of tries is full again; the row is held until the transaction ends."""
    query = select(confirmation.c.tries_full_at).where(
        confirmation.c.team_id == team_id, confirmation.c.id == confirmation_id
    )
    found: datetime | None = connection.execute(query.with_for_update()).scalar()
    return found


def keep_tries(connection: Connection, team_id: str, confirmation_id: int, full_at: datetime) -> None:
    """Keep when the budget of tries is full again."""
    connection.execute(
        update(confirmation)
        .where(confirmation.c.team_id == team_id, confirmation.c.id == confirmation_id)
        .values(tries_full_at=full_at)
    )


def _can_be_answered(now: datetime) -> tuple[Any, ...]:
    c = confirmation.c
    return c.answered_at.is_(None), c.withdrawn_at.is_(None), c.expires_at > now


def _one(connection: Connection, query: Select[Any], bound: dict[str, Any]) -> Confirmation | None:
    rows = fetch(connection.execute(query, bound))
    return _confirmation(rows[0]) if rows else None


def _confirmation(row: Any) -> Confirmation:
    given = Answer(Reply(row.answer), row.name or "", row.mail or "", row.words or "") if row.answer else None
    asked = Contact(row.contact_id, row.contact_name, row.contact_role, row.contact_email) if row.contact_id else None
    return Confirmation(
        id=row.id,
        deal_id=row.deal_id,
        stage=row.stage,
        criterion=row.criterion,
        recap=Recap(tuple(row.points.split("\n")), row.next_step, row.next_on),
        contact=asked,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        answered_at=row.answered_at,
        answer=given,
        evidence_id=row.evidence_id,
        kept_because=row.kept_because,
    )
