"""Messages that somebody is about to use as evidence, kept until they did, and the deal that a channel speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    Text,
    case,
    delete,
    insert,
    or_,
    select,
)

from bot.domain.quoted import Quoted, domain_of
from bot.store.columns import Id, UtcDateTime, insert_into, metadata
from bot.store.contacts import contact
from bot.store.deals import deal
from bot.store.people import person

MOST = 50
"""So many of the author's deals are looked at."""

quoted_message = Table(
    "quoted_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("thread_ts", String, nullable=False),
    Column("author", String, nullable=False),
    Column("home_team", String, nullable=False),
    Column("is_app", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Column("taken_by", String, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False, index=True),
)

channel_deal = Table(
    "channel_deal",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


def add(connection: Connection, new: Quoted, now: datetime) -> int:
    """Keep a message (its `id` is ignored); returns the new id."""
    values = {name: getattr(new, name) for name in _KEPT}
    row = insert(quoted_message).values(**values, taken_at=now).returning(quoted_message.c.id)
    return int(connection.execute(row).scalar_one())


_KEPT = (
    "team_id",
    "channel",
    "ts",
    "thread_ts",
    "author",
    "home_team",
    "is_app",
    "text",
    "said_at",
    "taken_by",
)


def get(connection: Connection, team_id: str, quoted_id: int, user_id: str) -> Quoted | None:
    """The message, if it is still kept and this person took it."""
    c = quoted_message.c
    query = select(quoted_message).where(c.team_id == team_id, c.id == quoted_id, c.taken_by == user_id)
    row = connection.execute(query).first()
    return Quoted(row.id, **{name: getattr(row, name) for name in _KEPT}) if row else None


def forget(connection: Connection, team_id: str, quoted_id: int) -> None:
    """It was used."""
    c = quoted_message.c
    connection.execute(delete(quoted_message).where(c.team_id == team_id, c.id == quoted_id))


def forget_before(connection: Connection, moment: datetime) -> int:
    """Drop those taken before `moment` that nobody used. Returns how many."""
    return connection.execute(delete(quoted_message).where(quoted_message.c.taken_at < moment)).rowcount


def proves_for(connection: Connection, team_id: str, channel: str, deal_id: int, now: datetime) -> None:
    """A message of this channel was used for this deal, so that the next one is likely to be about it, too."""
    row = insert_into(connection, channel_deal).values(team_id=team_id, channel=channel, deal_id=deal_id, at=now)
    kept = ("team_id", "channel")
    connection.execute(row.on_conflict_do_update(index_elements=kept, set_={"deal_id": deal_id, "at": now}))


def deal_of_channel(connection: Connection, team_id: str, channel: str) -> int | None:
    """The deal that a message of this channel was last used for."""
    c = channel_deal.c
    return connection.execute(select(c.deal_id).where(c.team_id == team_id, c.channel == channel)).scalar()


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Where a person of another company was met: the deals they are a contact of, and their company's domains."""

    deals: frozenset[int]
    domains: frozenset[str]


def acquaintance(connection: Connection, team_id: str, user_id: str, home_team: str) -> Acquaintance:
    """What the contacts tell whom reps have named as people of this Slack team: this one first, at most `MOST`."""
    is_theirs = contact.c.slack_user == user_id
    query = (
        select(contact.c.deal_id, contact.c.slack_user, contact.c.email, deal.c.company_domain)
        .outerjoin(person, (person.c.team_id == contact.c.team_id) & (person.c.user_id == contact.c.slack_user))
        .join(deal, deal.c.id == contact.c.deal_id)
        .where(contact.c.team_id == team_id, contact.c.slack_user > "", contact.c.removed_at.is_(None))
        .where(or_(person.c.home_team == home_team, is_theirs))
        .order_by(case((is_theirs, 0), else_=1), contact.c.id.desc())
        .limit(MOST)
    )
    rows = connection.execute(query).all()
    theirs = frozenset(row.deal_id for row in rows if row.slack_user == user_id)
    # The people of our own team are guests: they may be of any company.
    company = [row for row in rows if row.slack_user == user_id or home_team != team_id]
    domains = {domain for row in company for domain in (row.company_domain, domain_of(row.email)) if domain}
    return Acquaintance(theirs, frozenset(domains))
