"""Which pieces of evidence rest on the same signed mail, however often it was uploaded."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, String, Table, select

from bot.store.columns import Id, insert_into, metadata
from bot.store.deals import deal
from bot.store.evidence import NoteKind, evidence, evidence_note, notes_of_piece
from bot.store.evidence_repeats import hold

signed_mail = Table(
    "signed_mail",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("mark", String, primary_key=True),
    Column("evidence_id", Id, ForeignKey("evidence.id"), primary_key=True),
)


def uses(connection: Connection, team_id: str, mark: str, evidence_id: int) -> list[tuple[int, str, str, str]]:
    """The other pieces with this mail that were not taken back: deal id, label, stage, criterion; older ones first.

    Notes that this piece rests on it, too. Until this transaction ends, nobody else gets an answer about the same mail.
    """
    hold(connection, team_id, mark)
    row = insert_into(connection, signed_mail).values(team_id=team_id, mark=mark, evidence_id=evidence_id)
    connection.execute(row.on_conflict_do_nothing())
    withdrawn = select(evidence_note.c.id).where(notes_of_piece, evidence_note.c.kind == NoteKind.WITHDRAWN.value)
    query = (
        select(deal.c.id, deal.c.number, evidence.c.stage, evidence.c.criterion)
        .join(evidence, evidence.c.id == signed_mail.c.evidence_id)
        .join(deal, deal.c.id == evidence.c.deal_id)
        .where(signed_mail.c.team_id == team_id, signed_mail.c.mark == mark, evidence.c.id != evidence_id)
        .where(~withdrawn.exists())
        .order_by(evidence.c.id)
        .limit(50)
    )
    return [(row.id, f"D-{row.number}", row.stage, row.criterion) for row in connection.execute(query)]
