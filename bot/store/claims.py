"""Claims that a criterion does not apply, as far as no manager has settled them and nobody took them back."""

from __future__ import annotations

from sqlalchemy import Connection, Select, literal_column, select

from bot.domain.deal import Status
from bot.domain.evidence import Evidence, EvidenceKind
from bot.store.deals import deal
from bot.store.evidence import evidence, evidence_note, some


def waiting(connection: Connection, team_id: str, limit: int) -> list[Evidence]:
    """Claims about deals that are worked on; oldest first."""
    keys = list(connection.execute(of_team(team_id, limit)).scalars())
    return some(connection, team_id, keys) if keys else []


def of_team(team_id: str, limit: int) -> Select[int]:
    """Their ids, as a query."""
    followed = select(evidence_note.c.id).where(
        evidence_note.c.team_id == team_id, evidence_note.c.evidence_id == evidence.c.id
    )
    return (
        select(evidence.c.id)
        .join(deal, deal.c.id == evidence.c.deal_id)
        .where(
            evidence.c.team_id == team_id,
            # As a literal, since only so the databases see that the index of claims holds them.
            evidence.c.kind == literal_column(f"'{EvidenceKind.NOT_APPLICABLE.value}'"),
            deal.c.status.in_([Status.OPEN.value, Status.WON.value]),
            ~followed.exists(),
        )
        .order_by(evidence.c.id)
        .limit(limit)
    )
