"""Claims that a criterion does not apply, as far as no manager has settled them and nobody took them back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain.deal import Status
from bot.domain.evidence import Evidence, EvidenceKind
from bot.store.deals import deal
from bot.store.evidence import evidence, evidence_note, some

AMONG_NEWEST = 5000
"""How many pieces of a workspace's evidence are looked through. Older claims wait on their card."""


def waiting(connection: Connection, team_id: str, limit: int) -> list[Evidence]:
    """Claims about deals that are worked on, among the newest evidence of the workspace; oldest first."""
    newest = (
        select(evidence.c.id, evidence.c.deal_id, evidence.c.kind)
        .where(evidence.c.team_id == team_id)
        .order_by(evidence.c.id.desc())
        .limit(AMONG_NEWEST)
        .subquery()
    )
    followed = select(evidence_note.c.id).where(
        evidence_note.c.team_id == team_id, evidence_note.c.evidence_id == newest.c.id
    )
    query = (
        select(newest.c.id)
        .join(deal, deal.c.id == newest.c.deal_id)
        .where(
            newest.c.kind == EvidenceKind.NOT_APPLICABLE.value,
            deal.c.status.in_([Status.OPEN.value, Status.WON.value]),
            ~followed.exists(),
        )
        .order_by(newest.c.id)
        .limit(limit)
    )
    keys = list(connection.execute(query).scalars())
    return some(connection, team_id, keys) if keys else []
