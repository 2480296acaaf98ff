"""Answers to qualifying criteria. Append-only: what somebody answered is followed by another answer, never changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, Text, insert, select

from bot.domain.qualifying import Answer, Answered
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.rows import fetch

qualification_answer = Table(
    "qualification_answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    # no or unknown; a yes is evidence.
    Column("answer", String, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "team_id", "deal_id"),
)


def add(connection: Connection, team_id: str, new: Answered) -> None:
    """Keep an answer."""
    row = {
        "team_id": team_id,
        "deal_id": new.deal_id,
        "stage": new.stage,
        "criterion": new.criterion,
        "answer": new.answer.value,
        "why": new.why,
        "by_user": new.by,
        "at": new.at,
    }
    connection.execute(insert(qualification_answer).values(row))


def of_deals(connection: Connection, team_id: str, deal_ids: Iterable[int]) -> dict[int, list[Answered]]:
    """The answers of each of these deals, the oldest first; an empty list where there are none."""
    found: dict[int, list[Answered]] = {deal_id: [] for deal_id in deal_ids}
    if not found:
        return found
    table = qualification_answer.c
    query = (
        select(qualification_answer)
        .where(table.team_id == team_id, table.deal_id.in_(list(found)))
        .order_by(table.deal_id, table.id)
    )
    for row in fetch(connection.execute(query)):
        answer = Answer(row.answer)
        found[row.deal_id].append(Answered(row.deal_id, row.stage, row.criterion, answer, row.why, row.by_user, row.at))
    return found
