"""Where the same text or link was used as evidence before."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, case, func, or_, select

from bot.store.deals import deal
from bot.store.evidence import NoteKind, evidence, evidence_note, notes_of_piece


def repeats(
    connection: Connection, team_id: str, deal_id: int, what_key: str, link_key: str | None, limit: int = 50
) -> list[tuple[int, str, str, int, str]]:
    """Where the same text or link was used before: deal id, deal name, label, evidence id, criterion.

    Uses in this deal come first, then newer ones before older ones. Until this transaction ends, nobody else gets an
    answer about the same text or link, since what follows may be a use of it.
    """
    hold(connection, team_id, what_key, link_key)
    same = evidence.c.what_key == what_key
    if link_key is not None:
        same = or_(same, evidence.c.link_key == link_key)
    withdrawn = select(evidence_note.c.id).where(notes_of_piece, evidence_note.c.kind == NoteKind.WITHDRAWN.value)
    query = (
        select(deal.c.id, deal.c.name, deal.c.number, evidence.c.id.label("evidence_id"), evidence.c.criterion)
        .join(deal, deal.c.id == evidence.c.deal_id)
        .where(evidence.c.team_id == team_id, same, ~withdrawn.exists())
        .order_by(case((evidence.c.deal_id == deal_id, 0), else_=1), evidence.c.id.desc())
        .limit(limit)
    )
    return [(r.id, r.name, f"D-{r.number}", r.evidence_id, r.criterion) for r in connection.execute(query)]


def hold(connection: Connection, team_id: str, *keys: str | None) -> None:
    """Wait for others with the same keys, and let others wait until this transaction ends.

    On SQLite there is one writer at a time; on PostgreSQL each has its deal.
    """
    if connection.dialect.name != "postgresql":
        return
    digests = (hashlib.sha256(f"{team_id} {key}".encode()).digest() for key in keys if key)
    # In one order, so that two with the same two keys do not wait for each other.
    for number in sorted(int.from_bytes(digest[:8], "big", signed=True) for digest in digests):
        connection.execute(select(func.pg_advisory_xact_lock(number)))
