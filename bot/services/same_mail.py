"""One signed mail, uploaded more than once: the file is another each time, its signature is the same."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.evidence import Evidence
from bot.store import signed_mails


def weighed(connection: Connection, team_id: str, piece: Evidence, mark: str, shown: str) -> tuple[str | None, str]:
    """How the mail verifies this piece, else what is to be said of it. `shown` says what its signature shows.

    One mail may well prove two things of one deal, which is then said. For a second deal nobody but the rep says that
    the buyer meant that one, so there it is something to open.
    """
    others = signed_mails.uses(connection, team_id, mark, piece.id)
    elsewhere = next((label for deal_id, label, _, _ in others if deal_id != piece.deal_id), None)
    if elsewhere:
        return None, f"Not verified, since the same mail is evidence for {elsewhere} already. {shown}"
    if any((stage, criterion) != (piece.stage, piece.criterion) for _, _, stage, criterion in others):
        return f"Also used for another criterion of this deal. {shown}", ""
    return shown, ""
