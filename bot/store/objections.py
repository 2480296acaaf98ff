"""What buyers objected to, and the answers that managers wrote. An answer is never edited, only followed by another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
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

from bot.domain.objections import KnownObjection, Objection, Outcome
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.deals import deal
from bot.store.rows import fetch

objection = Table(
    "objection",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    # The key of a planned objection; empty for one that nobody has planned an answer to.
    Column("kind", String),
    Column("words", Text, nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id")),
    Column("answer_due_on", Date, nullable=False),
    Column("raised_by", String, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    # answered, withdrawn or stands; empty while it is open.
    Column("outcome", String),
    Column("how", Text, nullable=False, default=""),
    Column("link", Text),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Index(None, "team_id", "deal_id"),
)
Index(
    "ix_objection_due",
    objection.c.answer_due_on,
    sqlite_where=objection.c.settled_at.is_(None),
    postgresql_where=objection.c.settled_at.is_(None),
)
Index(
    "ix_objection_new",
    objection.c.team_id,
    objection.c.id,
    sqlite_where=objection.c.kind.is_(None),
    postgresql_where=objection.c.kind.is_(None),
)

playbook_answer = Table(
    "playbook_answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("process", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),
    # Phrases that mean it, one a line.
    Column("words", Text, nullable=False, default=""),
    Column("ask", Text, nullable=False, default=""),
    Column("value", Text, nullable=False, default=""),
    Column("risk", Text, nullable=False, default=""),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "team_id", "process"),
)

_of_deals = (
    select(objection)
    .where(objection.c.team_id == bindparam("team"), objection.c.deal_id.in_(bindparam("deals", expanding=True)))
    .order_by(objection.c.answer_due_on, objection.c.id)
)
_open_of_deals = _of_deals.where(objection.c.settled_at.is_(None))
_some = select(objection).where(
    objection.c.team_id == bindparam("team"), objection.c.id.in_(bindparam("objections", expanding=True))
)
_new = (
    select(objection, deal.c.process)
    .join(deal, deal.c.id == objection.c.deal_id)
    .where(
        objection.c.team_id == bindparam("team"),
        objection.c.kind.is_(None),
        objection.c.raised_at >= bindparam("since"),
    )
    .order_by(objection.c.id.desc())
    .limit(bindparam("most"))
)
_written = (
    select(playbook_answer)
    .where(playbook_answer.c.team_id == bindparam("team"), playbook_answer.c.process == bindparam("process"))
    .order_by(playbook_answer.c.id)
)


def add(connection: Connection, team_id: str, new: Objection) -> int:
    """Note an objection (its `id` is ignored); returns the new id."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "kind": new.kind,
        "words": new.words,
        "contact_id": new.contact_id,
        "answer_due_on": new.answer_due_on,
        "raised_by": new.raised_by,
        "raised_at": new.raised_at,
    }
    return int(connection.execute(insert(objection).values(row).returning(objection.c.id)).scalar_one())


def some(connection: Connection, team_id: str, objection_ids: Collection[int]) -> list[Objection]:
    """Those objections, settled or not, in no particular order."""
    found = connection.execute(_some, {"team": team_id, "objections": list(objection_ids)})
    return [_objection(row) for row in fetch(found)]


def get(connection: Connection, team_id: str, objection_id: int) -> Objection | None:
    """One objection, settled or not."""
    return next(iter(some(connection, team_id, [objection_id])), None)


def of_deal(connection: Connection, team_id: str, deal_id: int) -> list[Objection]:
    """All objections of a deal, the one whose answer is due first at the beginning."""
    found = connection.execute(_of_deals, {"team": team_id, "deals": [deal_id]})
    return [_objection(row) for row in fetch(found)]


def open_of(connection: Connection, team_id: str, deal_ids: Collection[int]) -> Mapping[int, list[Objection]]:
    """The open objections of these deals, by deal id; the one due first at the beginning."""
    of: dict[int, list[Objection]] = defaultdict(list)
    if deal_ids:
        found = connection.execute(_open_of_deals, {"team": team_id, "deals": list(deal_ids)})
        for row in fetch(found):
            of[row.deal_id].append(_objection(row))
    return of


def without_kind(connection: Connection, team_id: str, since: datetime, most: int) -> list[tuple[str, Objection]]:
    """Objections that nobody has planned an answer to, settled or not, the newest first, each with its process."""
    bound = {"team": team_id, "since": since, "most": most}
    return [(row.process, _objection(row)) for row in fetch(connection.execute(_new, bound))]


def settle(
    connection: Connection,
    team_id: str,
    objection_id: int,
    outcome: Outcome,
    by: str,
    at: datetime,
    how: str,
    link: str | None,
) -> bool:
    """Compare-and-set: say what became of an open objection. False when somebody else already has."""
    settled = (
        update(objection)
        .where(objection.c.team_id == team_id, objection.c.id == objection_id, objection.c.settled_at.is_(None))
        .values(outcome=outcome.value, settled_by=by, settled_at=at, how=how, link=link)
    )
    return connection.execute(settled).rowcount == 1


def name_kind(connection: Connection, team_id: str, objection_ids: Iterable[int], kind: str) -> None:
    """Say of which kind these are that had none."""
    wanted = (objection.c.team_id == team_id, objection.c.id.in_(list(objection_ids)), objection.c.kind.is_(None))
    connection.execute(update(objection).where(*wanted).values(kind=kind))


def write_answer(
    connection: Connection, team_id: str, process: str, answer: KnownObjection, by: str, at: datetime
) -> None:
    """Keep a manager's answer; the newest of a kind holds."""
    row = {
        "team_id": team_id,
        "process": process,
        "kind": answer.key,
        "name": answer.name,
        "words": "\n".join(answer.words),
        "ask": answer.ask,
        "value": answer.value,
        "risk": answer.risk,
        "by_user": by,
        "at": at,
    }
    connection.execute(insert(playbook_answer).values(row))


def written(connection: Connection, team_id: str, process: str) -> dict[str, KnownObjection]:
    """What managers wrote for a process, by kind, in the order in which the kinds came up."""
    answers: dict[str, KnownObjection] = {}
    for row in fetch(connection.execute(_written, {"team": team_id, "process": process})):
        words = tuple(row.words.splitlines())
        before = answers.get(row.kind)
        known = (*(before.words if before else ()), *words)
        answers[row.kind] = KnownObjection(
            row.kind, row.name, tuple(dict.fromkeys(known)), row.ask, row.value, row.risk
        )
    return answers


def _objection(row: Any) -> Objection:
    return Objection(
        row.id,
        row.deal_id,
        row.words,
        row.answer_due_on,
        row.raised_by,
        row.raised_at,
        row.kind,
        row.contact_id,
        Outcome(row.outcome) if row.outcome else None,
        row.how,
        row.link,
        row.settled_by,
        row.settled_at,
    )
