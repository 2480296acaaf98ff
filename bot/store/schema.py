"""The whole schema: every table of the store in one metadata, and how migrations compare a database with it."""

from __future__ import annotations

from typing import Any

from bot.store import (
    deals,
    definitions,
    deliveries,
    evidence,
    moves,
    people,
    questions,
    work,
    workspaces,
)
from bot.store.columns import UtcDateTime, metadata

TABLES = (
    deals.deal,
    deals.contact,
    definitions.process_version,
    deliveries.delivery,
    evidence.evidence,
    evidence.evidence_note,
    moves.move,
    moves.decision,
    moves.card,
    people.person,
    questions.question,
    questions.question_entry,
    work.work_item,
    workspaces.workspace,
)
"""Named one by one, so that importing this module is what completes the metadata; a test sees that none is missing."""


def compared() -> dict[str, Any]:
    """Settings for alembic's context: what to compare with, and how to write it down."""
    return {"target_metadata": metadata, "render_as_batch": True, "render_item": _render_item}


def _render_item(kind: str, item: Any, _context: object) -> str | bool:
    """In a migration, a column's type as it was that day, not a class of ours that may change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
