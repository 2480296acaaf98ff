"""The buyer's people in deals. Their names and mails stand here alone, so that they can be erased on request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, Text, bindparam, insert, select, update

from bot.domain.people import Contact
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.rows import fetch

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("removed_at", UtcDateTime),
    Column("slack_user", String),
    Column("part", String, nullable=False, default=""),
    Column("stance", String, nullable=False, default=""),
    Index(None, "team_id", "deal_id"),
    Index(None, "team_id", "slack_user"),
)
_of_deals = (
    select(contact)
    .where(
        contact.c.team_id == bindparam("team"),
        contact.c.deal_id.in_(bindparam("deals", expanding=True)),
        contact.c.removed_at.is_(None),
    )
    .order_by(contact.c.id)
)


def of_deals(connection: Connection, team_id: str, deal_ids: Sequence[int]) -> Mapping[int, tuple[Contact, ...]]:
    """The present contacts of these deals, in the order in which they came, by deal id; every deal has an entry."""
    people: dict[int, list[Contact]] = defaultdict(list)
    if deal_ids:
        for found in fetch(connection.execute(_of_deals, {"team": team_id, "deals": list(deal_ids)})):
            people[found.deal_id].append(_contact(found))
    return {deal_id: tuple(people[deal_id]) for deal_id in deal_ids}


def _contact(row: Any) -> Contact:
    return Contact(row.id, row.name, row.role, row.email, row.slack_user, row.part, row.stance)


def put(connection: Connection, team_id: str, deal_id: int, people: Sequence[Contact], now: datetime) -> None:
    """Make the deal's contacts exactly these: those with an id are kept or changed, those without are new.

    The rest of the old ones are marked removed and not deleted, since evidence may name them.
    """
    kept = [c.id for c in people if c.id]
    connection.execute(
        update(contact)
        .where(contact.c.team_id == team_id, contact.c.deal_id == deal_id, contact.c.id.not_in(kept))
        .where(contact.c.removed_at.is_(None))
        .values(removed_at=now)
    )
    known = [{"key": c.id, "name": c.name, "role": c.role, "email": c.email} for c in people if c.id]
    if known:
        fits = (contact.c.team_id == team_id, contact.c.deal_id == deal_id, contact.c.id == bindparam("key"))
        connection.execute(
            update(contact).where(*fits).values({n: bindparam(n) for n in ("name", "role", "email")}), known
        )
    place = {"team_id": team_id, "deal_id": deal_id}
    new = [place | {"name": c.name, "role": c.role, "email": c.email} for c in people if not c.id]
    if new:
        connection.execute(insert(contact), new)


def say_who(connection: Connection, team_id: str, deal_id: int, contact_id: int | None, slack_user: str) -> None:
    """Keep which contact of the deal somebody in Slack is; None: none of them. Nobody is two contacts of a deal."""
    here = (contact.c.team_id == team_id, contact.c.deal_id == deal_id)
    before = update(contact).where(*here, contact.c.slack_user == slack_user, contact.c.id != (contact_id or 0))
    connection.execute(before.values(slack_user=None))
    if contact_id is not None:
        connection.execute(update(contact).where(*here, contact.c.id == contact_id).values(slack_user=slack_user))


def deal_of(connection: Connection, team_id: str, contact_id: int) -> int | None:
    """The deal of a present contact, or None when this workspace has no such one."""
    here = (contact.c.team_id == team_id, contact.c.id == contact_id, contact.c.removed_at.is_(None))
    return connection.execute(select(contact.c.deal_id).where(*here)).scalar()


def give_part(connection: Connection, team_id: str, contact_id: int, values: Mapping[str, str]) -> None:
    """Keep somebody's `part` in the committee, their `stance`, or both."""
    here = (contact.c.team_id == team_id, contact.c.id == contact_id)
    connection.execute(update(contact).where(*here).values(dict(values)))
