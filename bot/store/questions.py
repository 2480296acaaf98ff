"""Managers' questions about proofs, and what followed each. Append-only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Result,
    String,
    Table,
    Text,
    and_,
    bindparam,
    insert,
    not_,
    or_,
    select,
    union_all,
)

from bot.domain.deal import Status
from bot.domain.questions import Entry, EntryKind, Question
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.deals import deal
from bot.store.rows import fetch

AMONG_NEWEST = 200
"""How many answers are looked through for those that wait, so that a long past costs nothing."""

question = Table(
    "question",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("move_id", Id, ForeignKey("move.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Index(None, "team_id", "deal_id"),
)

question_entry = Table(
    "question_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("question_id", Id, ForeignKey("question.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("link", Text),
    Index(None, "team_id", "question_id"),
)


def add(connection: Connection, team_id: str, new: Question) -> int:
    """Insert a question (its `id` and entries are ignored); returns the new id."""
    statement = insert(question).values(
        team_id=team_id,
        deal_id=new.deal_id,
        move_id=new.move_id,
        stage=new.stage,
        criterion=new.criterion,
        text=new.text,
        asked_by=new.asked_by,
        asked_at=new.asked_at,
    )
    return int(connection.execute(statement.returning(question.c.id)).scalar_one())


def follow(connection: Connection, team_id: str, question_id: int, entry: Entry) -> None:
    """Append what was said after a question."""
    connection.execute(
        insert(question_entry).values(
            team_id=team_id,
            question_id=question_id,
            kind=entry.kind.value,
            by_user=entry.by,
            at=entry.at,
            text=entry.text,
            link=entry.link,
        )
    )


_entries_of_question = and_(
    question_entry.c.team_id == question.c.team_id, question_entry.c.question_id == question.c.id
)
_with_entries = (
    select(
        question,
        question_entry.c.kind.label("entry_kind"),
        question_entry.c.by_user.label("entry_by"),
        question_entry.c.at.label("entry_at"),
        question_entry.c.text.label("entry_text"),
        question_entry.c.link.label("entry_link"),
    )
    .select_from(question.outerjoin(question_entry, _entries_of_question))
    .order_by(question.c.id, question_entry.c.id)
)
_of_deals = _with_entries.where(
    question.c.team_id == bindparam("team"), question.c.deal_id.in_(bindparam("deals", expanding=True))
)


def get(connection: Connection, team_id: str, question_id: int) -> Question | None:
    """One question with what followed it."""
    found = _gather(
        connection.execute(_with_entries.where(question.c.team_id == team_id, question.c.id == question_id))
    )
    return found[0] if found else None


def some(connection: Connection, team_id: str, question_ids: Iterable[int]) -> dict[int, Question]:
    """Those questions with what followed each, by id."""
    wanted = _with_entries.where(question.c.team_id == team_id, question.c.id.in_(list(question_ids)))
    return {one.id: one for one in _gather(connection.execute(wanted))}


def of_deals(connection: Connection, team_id: str, deal_ids: Iterable[int]) -> dict[int, list[Question]]:
    """All questions about these deals, oldest first, by deal id; every deal has a list."""
    wanted = list(deal_ids)
    found: dict[int, list[Question]] = {deal_id: [] for deal_id in wanted}
    for one in _gather(connection.execute(_of_deals, {"team": team_id, "deals": wanted})):
        found[one.deal_id].append(one)
    return found


def waiting_for(connection: Connection, team_id: str, user_id: str, limit: int) -> list[Question]:
    """Questions that this person has to answer, as the owner or, after the win, as the delivery owner; oldest first."""
    after_win = and_(deal.c.status == Status.WON, deal.c.delivery_owner.is_not(None))
    # One branch an index: of conditions joined by OR, SQLite would read the whole team's deals.
    mine = union_all(
        select(deal.c.id).where(deal.c.team_id == team_id, deal.c.owner == user_id, not_(after_win)),
        select(deal.c.id).where(
            deal.c.team_id == team_id, deal.c.delivery_owner == user_id, deal.c.status == Status.WON
        ),
    )
    last = (
        select(question_entry.c.kind)
        .where(_entries_of_question)
        .order_by(question_entry.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    unanswered = or_(last.is_(None), last == EntryKind.ASKED_AGAIN.value)
    keys = select(question.c.id).where(question.c.team_id == team_id, question.c.deal_id.in_(mine), unanswered)
    return _gather(
        connection.execute(_with_entries.where(question.c.id.in_(keys.order_by(question.c.id).limit(limit))))
    )


def answered(connection: Connection, team_id: str, limit: int) -> list[Question]:
    """Questions whose answer no manager has settled yet, among the newest answers of the workspace; oldest first."""
    newest = (
        select(question_entry.c.id, question_entry.c.question_id)
        .where(question_entry.c.team_id == team_id, question_entry.c.kind == EntryKind.ANSWERED.value)
        .order_by(question_entry.c.id.desc())
        .limit(AMONG_NEWEST)
        .subquery()
    )
    later = question_entry.alias()
    followed = select(later.c.id).where(
        later.c.team_id == team_id, later.c.question_id == newest.c.question_id, later.c.id > newest.c.id
    )
    keys = select(newest.c.question_id).where(~followed.exists()).order_by(newest.c.id).limit(limit)
    return _gather(connection.execute(_with_entries.where(question.c.team_id == team_id, question.c.id.in_(keys))))


def _gather(found: Result[Any]) -> list[Question]:
    """Fold the rows of a question, one for each entry, into the question."""
    of: dict[int, list[Any]] = {}
    for row in fetch(found):
        of.setdefault(row.id, []).append(row)
    return [_question(of_one) for of_one in of.values()]


def _question(rows: list[Any]) -> Question:
    row = rows[0]
    return Question(
        id=row.id,
        deal_id=row.deal_id,
        move_id=row.move_id,
        stage=row.stage,
        criterion=row.criterion,
        text=row.text,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        entries=tuple(
            Entry(EntryKind(r.entry_kind), r.entry_by, r.entry_at, r.entry_text, r.entry_link)
            for r in rows
            if r.entry_kind is not None
        ),
    )
