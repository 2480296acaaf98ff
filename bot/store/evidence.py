"""Evidence and what happened to it. Append-only: a piece is never edited, only followed by a note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Result,
    String,
    Table,
    Text,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
)

from bot.domain.evidence import Evidence, EvidenceKind, SharedFile, Standing
from bot.domain.evidence_links import LinkKind
from bot.domain.people import Contact
from bot.store.columns import Id, UtcDateTime, metadata
from bot.store.contacts import contact
from bot.store.deals import deal
from bot.store.rows import fetch

evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("deal_id", Id, ForeignKey("deal.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("what_key", String, nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id")),
    Column("happened_on", Date),
    Column("about_date", Date),
    Column("link", Text),
    Column("link_key", String),
    Column("link_kind", String),
    Column("file_id", String),
    Column("file_name", Text),
    Column("file_mimetype", String),
    Column("file_size", BigInteger),
    Column("file_url", Text),
    Column("reuse", Text),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index(None, "team_id", "deal_id"),
    Index(None, "team_id", "what_key"),
    Index(None, "team_id", "link_key"),
)
# The few pieces that claim that a criterion does not apply.
_CLAIMS = text("kind = 'not_applicable'")
Index("ix_evidence_claims", evidence.c.team_id, evidence.c.id, sqlite_where=_CLAIMS, postgresql_where=_CLAIMS)

evidence_note = Table(
    "evidence_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("evidence_id", Id, ForeignKey("evidence.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("by_user", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Index(None, "team_id", "evidence_id"),
)


class NoteKind(StrEnum):
    """What a note does: takes the piece back, doubts it, settles the doubt, agrees that a criterion is excused,

    tells how the source itself shows what the buyer did, what was found in the file where it shows less, or who said it
    on a page of ours where nothing shows that it was the buyer.
    """

    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    VERIFIED = "verified"
    READ = "read"
    SEEN = "seen"


CHANGES_STANDING = (NoteKind.WITHDRAWN, NoteKind.DISPUTED, NoteKind.ACCEPTED)
"""The notes of which the last one tells how a piece stands."""


def add(connection: Connection, team_id: str, piece: Evidence, what_key: str, link_key: str | None) -> int:
    """Insert a piece (its `id` is ignored); returns the new id. The keys are hashes by which repeats are found."""
    file = piece.file
    return int(
        connection.execute(
            insert(evidence)
            .values(
                team_id=team_id,
                deal_id=piece.deal_id,
                stage=piece.stage,
                criterion=piece.criterion,
                kind=piece.kind.value,
                what=piece.what,
                what_key=what_key,
                contact_id=piece.contact.id if piece.contact else None,
                happened_on=piece.happened_on,
                about_date=piece.about_date,
                link=piece.link,
                link_key=link_key,
                link_kind=piece.link_kind.value if piece.link_kind else None,
                file_id=file.file_id if file else None,
                file_name=file.name if file else None,
                file_mimetype=file.mimetype if file else None,
                file_size=file.size if file else None,
                file_url=file.url if file else None,
                reuse=piece.reuse,
                added_by=piece.added_by,
                added_at=piece.added_at,
            )
            .returning(evidence.c.id)
        ).scalar_one()
    )


def note(
    connection: Connection, team_id: str, evidence_id: int, kind: NoteKind, by: str, at: datetime, reason: str = ""
) -> None:
    """Follow a piece of evidence by a note."""
    connection.execute(
        insert(evidence_note).values(
            team_id=team_id, evidence_id=evidence_id, kind=kind.value, by_user=by, at=at, reason=reason
        )
    )


notes_of_piece = and_(evidence_note.c.team_id == evidence.c.team_id, evidence_note.c.evidence_id == evidence.c.id)
_note = (
    evidence_note.c.kind.label("note_kind"),
    evidence_note.c.by_user.label("note_by"),
    evidence_note.c.reason.label("note_reason"),
)
_with_notes = (
    select(
        evidence,
        contact.c.name.label("contact_name"),
        contact.c.role.label("contact_role"),
        contact.c.email.label("contact_email"),
        *_note,
    )
    .select_from(
        evidence.outerjoin(contact, contact.c.id == evidence.c.contact_id).outerjoin(evidence_note, notes_of_piece)
    )
    .order_by(evidence.c.id, evidence_note.c.id)
)
_wanted = and_(evidence.c.team_id == bindparam("team"), evidence.c.deal_id.in_(bindparam("deals", expanding=True)))
_of_deals = _with_notes.where(_wanted)

_judged_by = (
    "id",
    "deal_id",
    "stage",
    "criterion",
    "kind",
    "added_by",
    "added_at",
    "happened_on",
    "link",
    "link_kind",
    "file_id",
)
_to_judge = (
    select(*(evidence.c[name] for name in _judged_by), *_note)
    .select_from(evidence.join(deal, deal.c.id == evidence.c.deal_id).outerjoin(evidence_note, notes_of_piece))
    .where(_wanted, or_(evidence.c.stage == deal.c.stage, evidence.c.stage.in_(bindparam("renamed", expanding=True))))
    .order_by(evidence.c.id, evidence_note.c.id)
)


def of_deals(connection: Connection, team_id: str, deal_ids: Iterable[int]) -> dict[int, list[Evidence]]:
    """All evidence of these deals, oldest first, as it stands now, by deal id; every deal has a list."""
    wanted = list(deal_ids)
    found: dict[int, list[Evidence]] = {deal_id: [] for deal_id in wanted}
    for piece in _gather(connection.execute(_of_deals, {"team": team_id, "deals": wanted})):
        found[piece.deal_id].append(piece)
    return found


def to_judge(
    connection: Connection, team_id: str, deal_ids: Iterable[int], renamed: Iterable[str]
) -> dict[int, list[Evidence]]:
    """What a gate needs to know of the evidence for these deals' present stages: all but words and people.

    `renamed` are the keys of stages that have or had other keys too; their evidence is told whatever the deal's stage.
    """
    wanted = list(deal_ids)
    found: dict[int, list[Evidence]] = {deal_id: [] for deal_id in wanted}
    bound = {"team": team_id, "deals": wanted, "renamed": list(renamed)}
    for rows in _by_piece(connection.execute(_to_judge, bound)):
        row = rows[0]
        piece = Evidence(
            id=row.id,
            deal_id=row.deal_id,
            stage=row.stage,
            criterion=row.criterion,
            kind=EvidenceKind(row.kind),
            what="",
            added_by=row.added_by,
            added_at=row.added_at,
            happened_on=row.happened_on,
            link=row.link,
            link_kind=LinkKind(row.link_kind) if row.link_kind else None,
            file=SharedFile(row.file_id, "") if row.file_id else None,
            **_standing(rows),
        )
        found[piece.deal_id].append(piece)
    return found


def get(connection: Connection, team_id: str, evidence_id: int) -> Evidence | None:
    """One piece as it stands now."""
    return next(iter(some(connection, team_id, [evidence_id])), None)


def some(connection: Connection, team_id: str, evidence_ids: Iterable[int]) -> list[Evidence]:
    """Several pieces as they stand now, oldest first."""
    query = _with_notes.where(evidence.c.team_id == team_id, evidence.c.id.in_(list(evidence_ids)))
    return _gather(connection.execute(query))


def _gather(found: Result[Any]) -> list[Evidence]:
    return [_piece(rows) for rows in _by_piece(found)]


def _by_piece(found: Result[Any]) -> Iterable[list[Any]]:
    """The rows of each piece: one, or one for each of its notes, oldest first."""
    notes: dict[int, list[Any]] = defaultdict(list)
    for row in fetch(found):
        notes[row.id].append(row)
    return notes.values()


def _standing(rows: list[Any]) -> dict[str, Any]:
    """What the notes made of a piece."""
    standing, reason, by, agreed_by = Standing.COUNTS, None, None, None
    verified, read, seen = None, "", ""
    for said in rows:
        match said.note_kind:
            case None:
                pass
            case NoteKind.WITHDRAWN:
                standing, reason, by = Standing.WITHDRAWN, said.note_reason, said.note_by
            case NoteKind.DISPUTED:
                standing, reason, by = Standing.DISPUTED, said.note_reason, said.note_by
            case NoteKind.ACCEPTED:
                standing, reason, by = Standing.COUNTS, None, None
            case NoteKind.AGREED:
                agreed_by = said.note_by
            case NoteKind.VERIFIED:
                verified = said.note_reason
            case NoteKind.READ:
                read = said.note_reason
            case NoteKind.SEEN:
                seen = said.note_reason
    stands = {"standing": standing, "standing_reason": reason, "standing_by": by}
    return stands | {"agreed_by": agreed_by, "verified": verified, "read": read, "seen": seen}


def _piece(rows: list[Any]) -> Evidence:
    row = rows[0]
    contact_of = Contact(row.contact_id, row.contact_name, row.contact_role, row.contact_email)
    file = SharedFile(row.file_id, row.file_name or "", row.file_mimetype or "", row.file_size or 0, row.file_url or "")
    return Evidence(
        id=row.id,
        deal_id=row.deal_id,
        stage=row.stage,
        criterion=row.criterion,
        kind=EvidenceKind(row.kind),
        what=row.what,
        added_by=row.added_by,
        added_at=row.added_at,
        happened_on=row.happened_on,
        about_date=row.about_date,
        contact=contact_of if row.contact_id else None,
        link=row.link,
        link_kind=LinkKind(row.link_kind) if row.link_kind else None,
        file=file if row.file_id else None,
        reuse=row.reuse,
        **_standing(rows),
    )
