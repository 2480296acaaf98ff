"""Looking into an uploaded mail or calendar file, and noting what it shows. The file itself is never kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from bot.domain.errors import NotFound
from bot.domain.evidence import Evidence, SharedFile, Standing
from bot.proofs.buyer import Buyer
from bot.proofs.keys import Keys
from bot.proofs.reading import FileKind, Reading, against, kind_of, read, unreadable
from bot.services.desk import Desk
from bot.services.evidence import record_reading
from bot.store import deals, evidence

WAITS: Final = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""How long to wait for the DNS, time after time. After that the file stays what it is: something to open."""

_WHY_NOT: Final = {
    "file_not_found": "it is not in Slack any more",
    "file_deleted": "it was deleted in Slack",
    "file_too_large": "it is too large",
}


def is_read(file: SharedFile | None) -> bool:
    """Whether this is a file of a kind that is looked into once it is evidence."""
    return file is not None and kind_of(file.name, file.mimetype) is not None


@dataclass(frozen=True, slots=True)
class FileReader:
    """Looks into files; `keys` finds the public keys of mail domains."""

    desk: Desk
    keys: Keys

    def wanted(self, team_id: str, evidence_id: int) -> tuple[SharedFile, int] | None:
        """The file to fetch and the most bytes that are read of it; None where there is nothing (more) to find out."""
        with self.desk.db.read() as connection:
            piece = evidence.get(connection, team_id, evidence_id)
        if piece is None or piece.file is None or piece.verified or piece.standing is Standing.WITHDRAWN:
            return None
        kind = kind_of(piece.file.name, piece.file.mimetype)
        return (piece.file, kind.largest) if kind else None

    def found(self, team_id: str, evidence_id: int, raw: bytes, attempt: int) -> timedelta | None:
        """Look into what was fetched and note what it shows; the rep is told when that is final.

        Returns how long to wait before it is worth looking again, or None. Raises NotFound. The DNS may be asked, so
        this is no place for a transaction around it.
        """
        with self.desk.db.read() as connection:
            piece = _required(connection, team_id, evidence_id)
            deal = deals.get(connection, team_id, piece.deal_id)
        people = [contact.email for contact in deal.contacts]
        buyer = Buyer.of(deal.company_domain, people, self.desk.rules.company_domains)
        reading = read(_kind(piece), raw, buyer, self.keys, self.desk.clock())
        wait = WAITS[attempt - 1] if reading.later and attempt <= len(WAITS) else None
        self._note(team_id, piece, reading, tell=wait is None)
        return wait

    def not_fetched(self, team_id: str, evidence_id: int, reason: str) -> None:
        """Slack did not let us have the file, with Slack's word for why. Raises NotFound."""
        with self.desk.db.read() as connection:
            piece = _required(connection, team_id, evidence_id)
        why = _WHY_NOT.get(reason, f"Slack says {reason}")
        self._note(team_id, piece, unreadable(_kind(piece), why), tell=True)

    def _note(self, team_id: str, piece: Evidence, reading: Reading, *, tell: bool) -> None:
        verified, said = (reading.sentence if reading.verified else None), reading.sentence
        if verified and (doubt := against(reading, piece.happened_on)):
            verified, said = None, f"{doubt} {said}"
        record_reading(self.desk, team_id, piece.id, verified, said, tell=tell, mark=reading.mark)


def _kind(piece: Evidence) -> FileKind:
    return (kind_of(piece.file.name, piece.file.mimetype) if piece.file else None) or FileKind.MAIL


def _required(connection: Connection, team_id: str, evidence_id: int) -> Evidence:
    piece = evidence.get(connection, team_id, evidence_id)
    if piece is None:
        raise NotFound("That piece of evidence is not here any more.")
    return piece
