"""Deals as they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    bindparam,
    case,
    insert,
    select,
    union,
    update,
)

from bot.domain.deal import Deal, NextStep, Status
from bot.domain.errors import NotFound, Outdated
from bot.domain.money import Money
from bot.domain.people import Contact
from bot.store import contacts
from bot.store.columns import Id, SortKey, UtcDateTime, metadata
from bot.store.rows import fetch

deal = Table(
    "deal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", SortKey, nullable=False),
    Column("company", Text, nullable=False, default=""),
    Column("company_key", SortKey, nullable=False, default=""),
    Column("company_domain", Text, nullable=False, default=""),
    Column("amount_minor", BigInteger),
    Column("currency", String),
    Column("company_size", String),
    Column("expected_close", Date),
    Column("owner", String, nullable=False),
    Column("delivery_owner", String),
    Column("process", String, nullable=False),
    Column("process_version", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("status", String, nullable=False),
    Column("stage_since", UtcDateTime, nullable=False),
    Column("next_step", Text),
    Column("next_step_on", Date),
    # The hour on the clock of whoever is responsible, where one was agreed.
    Column("next_step_time", Time),
    # Counts the steps that were planned, so that each is reminded of on its own.
    Column("next_step_no", Integer, nullable=False, default=0, server_default="0"),
    Column("last_buyer_on", Date),
    Column("progress_on", Date, nullable=False),
    # How many follow-ups the buyer has left unanswered.
    Column("silence", Integer, nullable=False, default=0, server_default="0"),
    Column("waiting_on", String),
    Column("fresh_until", Date),
    Column("competitors", Text, nullable=False, default=""),
    Column("source", Text, nullable=False, default=""),
    Column("waiting_until", Date),
    Column("closing_reason", Text),
    Column("pending_move", BigInteger),
    # How many criteria were let pass whose evidence has yet to come; mostly none, so nobody has to look.
    Column("let_pass", Integer, nullable=False, default=0, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("team_id", "number"),
    # These two hold all that the order of somebody's deals depends on, so that only the page shown is read whole.
    Index("ix_deal_of_owner", "team_id", "owner", "status", "delivery_owner", "next_step_on", "amount_minor"),
    Index("ix_deal_of_delivery_owner", "team_id", "delivery_owner", "status", "next_step_on", "amount_minor"),
    Index(None, "team_id", "name_key"),
    Index(None, "team_id", "company_key"),
    Index(None, "team_id", "pending_move"),
    Index(None, "process", "status"),
    # One for each thing that the clock looks for: it finds the deals that may be due without reading the others.
    Index("ix_deal_progress", "process", "stage", "status", "progress_on"),
    Index("ix_deal_next_step", "status", "next_step_on"),
    Index("ix_deal_expected_close", "status", "expected_close"),
    Index("ix_deal_waiting_until", "status", "waiting_until"),
    Index("ix_deal_stage_since", "process", "stage", "stage_since"),
)
_ours = deal.c.team_id == bindparam("team")
_numbered = select(deal).where(_ours, deal.c.number == bindparam("number"))
_some = select(deal).where(_ours, deal.c.id.in_(bindparam("deals", expanding=True)))

SORT_KEY_LENGTH = 200
"""PostgreSQL refuses index entries over about 2,700 bytes, and a name may have 3,000 characters."""


def sort_key(text: str) -> str:
    """How names are compared: without case, with single spaces, by their beginning."""
    return " ".join(text.casefold().split())[:SORT_KEY_LENGTH]


def add(connection: Connection, new: Deal) -> Deal:
    """Insert a deal (its `id` is ignored) with its contacts; returns it as stored."""
    key = connection.execute(insert(deal).values(_values(new)).returning(deal.c.id)).scalar_one()
    contacts.put(connection, new.team_id, key, new.contacts, new.created_at)
    return get(connection, new.team_id, key)


def get(connection: Connection, team_id: str, deal_id: int) -> Deal:
    """One deal with its contacts. Raises NotFound when this workspace has none with that id."""
    found = some(connection, team_id, [deal_id])
    if not found:
        raise NotFound("That deal is not here any more.")
    return found[0]


def lock(connection: Connection, team_id: str, deal_id: int) -> None:
    """Hold the deal's row until the transaction ends; on SQLite the whole database already is held.

    Its key is not: whoever only refers to the deal, such as the clock with its reminders, does not keep us waiting.
    """
    row = select(deal.c.id).where(deal.c.team_id == team_id, deal.c.id == deal_id)
    connection.execute(row.with_for_update(key_share=True))


def by_number(connection: Connection, team_id: str, number: int) -> Deal | None:
    """The deal called D-<number> in this workspace."""
    rows = fetch(connection.execute(_numbered, {"team": team_id, "number": number}))
    return _deals(connection, team_id, rows)[0] if rows else None


def some(connection: Connection, team_id: str, deal_ids: Iterable[int]) -> list[Deal]:
    """The deals with these ids, in no particular order."""
    found = connection.execute(_some, {"team": team_id, "deals": list(deal_ids)})
    return _deals(connection, team_id, fetch(found))


def _beginning(key: ColumnElement[str]) -> Select[Any]:
    """Those that an index finds first, the shortest names among them, however many there are."""
    fitting = select(deal.c.id).where(_ours, key >= bindparam("start"), key < bindparam("end"))
    return select(fitting.order_by(key).limit(bindparam("limit")).subquery())


_named_like = (
    select(deal)
    .where(deal.c.id.in_(union(_beginning(deal.c.name_key), _beginning(deal.c.company_key))))
    .order_by(case((deal.c.status == Status.OPEN, 0), (deal.c.status == Status.WON, 1), else_=2), deal.c.id.desc())
)


def named_like(connection: Connection, team_id: str, beginning: str, limit: int) -> list[Deal]:
    """Deals whose name begins so (compared by `sort_key`) and those whose company does; at most `limit` of each.

    Open ones first; without their contacts. Who is called exactly so is always among them.
    """
    start = sort_key(beginning)
    bound = {"team": team_id, "start": start, "end": start + "\U0010ffff", "limit": limit}
    return [deal_of(row, ()) for row in fetch(connection.execute(_named_like, bound))]


def recent_names(connection: Connection, team_id: str, owner: str, limit: int) -> list[tuple[int, str, str]]:
    """Number, name and company of an owner's newest deals, to suggest from."""
    query = (
        select(deal.c.number, deal.c.name, deal.c.company)
        .where(deal.c.team_id == team_id, deal.c.owner == owner)
        .order_by(deal.c.id.desc())
        .limit(limit)
    )
    return [(row.number, row.name, row.company) for row in connection.execute(query)]


def awaiting_decision(connection: Connection, team_id: str, limit: int) -> list[Deal]:
    """Deals with a pending move, the one waiting longest first, without their contacts."""
    query = (
        select(deal)
        .where(deal.c.team_id == team_id, deal.c.pending_move.is_not(None))
        .order_by(deal.c.pending_move)
        .limit(limit)
    )
    return [deal_of(row, ()) for row in fetch(connection.execute(query))]


def open_under(
    connection: Connection, process: str, after_id: int, limit: int, team_id: str | None = None
) -> list[Deal]:
    """Open and won deals of a process, by id, for re-judging them; in every workspace unless one is named."""
    ours = [deal.c.team_id == team_id] if team_id is not None else []
    query = (
        select(deal)
        .where(deal.c.process == process, deal.c.status.in_([Status.OPEN, Status.WON]), deal.c.id > after_id, *ours)
        .order_by(deal.c.id)
        .limit(limit)
    )
    return [deal_of(row, ()) for row in fetch(connection.execute(query))]


def change(connection: Connection, old: Deal, values: Mapping[str, Any]) -> Deal:
    """Compare-and-set: write columns if nobody changed the deal since `old` was read; returns the new state.

    Raises Outdated when somebody did.
    """
    done = connection.execute(
        update(deal)
        .where(deal.c.team_id == old.team_id, deal.c.id == old.id, deal.c.version == old.version)
        .values(**values, version=old.version + 1)
    )
    if done.rowcount != 1:
        raise Outdated(f"{old.label} was changed a moment ago. Nothing was done; please look again and repeat it.")
    return get(connection, old.team_id, old.id)


def _values(d: Deal) -> dict[str, Any]:
    return {
        "team_id": d.team_id,
        "number": d.number,
        "name": d.name,
        "name_key": sort_key(d.name),
        "company": d.company,
        "company_key": sort_key(d.company),
        "company_domain": d.company_domain,
        "amount_minor": d.amount.minor if d.amount else None,
        "currency": d.amount.currency if d.amount else None,
        "expected_close": d.expected_close,
        "owner": d.owner,
        "delivery_owner": d.delivery_owner,
        "process": d.process,
        "process_version": d.process_version,
        "stage": d.stage,
        "status": d.status.value,
        "stage_since": d.stage_since,
        "next_step": d.next_step.what if d.next_step else None,
        "next_step_on": d.next_step.on if d.next_step else None,
        "next_step_time": d.next_step.at if d.next_step else None,
        "next_step_no": d.next_step_no,
        "last_buyer_on": d.last_buyer_on,
        "progress_on": d.progress_on or d.created_at.date(),
        "silence": d.silence,
        "waiting_on": d.waiting_on,
        "fresh_until": d.fresh_until,
        "competitors": d.competitors,
        "source": d.source,
        "created_at": d.created_at,
        "created_by": d.created_by,
        "version": 1,
    }


def _deals(connection: Connection, team_id: str, rows: Sequence[Any]) -> list[Deal]:
    people = contacts.of_deals(connection, team_id, [row.id for row in rows])
    return [deal_of(row, people[row.id]) for row in rows]


def deal_of(row: Any, people: tuple[Contact, ...]) -> Deal:
    """The deal in a row of the table."""
    return Deal(
        id=row.id,
        team_id=row.team_id,
        number=row.number,
        name=row.name,
        owner=row.owner,
        process=row.process,
        process_version=row.process_version,
        stage=row.stage,
        status=Status(row.status),
        stage_since=row.stage_since,
        created_at=row.created_at,
        created_by=row.created_by,
        version=row.version,
        company=row.company,
        company_domain=row.company_domain,
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        expected_close=row.expected_close,
        delivery_owner=row.delivery_owner,
        next_step=NextStep(row.next_step, row.next_step_on, row.next_step_time) if row.next_step_on else None,
        next_step_no=row.next_step_no,
        last_buyer_on=row.last_buyer_on,
        progress_on=row.progress_on,
        silence=row.silence,
        waiting_on=row.waiting_on,
        fresh_until=row.fresh_until,
        competitors=row.competitors,
        source=row.source,
        waiting_until=row.waiting_until,
        closing_reason=row.closing_reason,
        pending_move=row.pending_move,
        let_pass=row.let_pass,
        contacts=people,
        company_size=row.company_size,
    )
