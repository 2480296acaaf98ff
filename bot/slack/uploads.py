"""Files that reps uploaded as evidence: looked into, and what they are told about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.evidence import Standing
from bot.domain.work import Later, Outcome, Sent, Unwanted, WorkItem
from bot.services import cards
from bot.services.desk import Desk
from bot.services.file_reading import FileReader
from bot.slack import files
from bot.slack.calls import Caller
from bot.slack.turn import Message
from bot.slack.views import files as view
from bot.slack.views import setup as setup_view


@dataclass(frozen=True)
class Uploads:
    """Fetches files for the `reader`, and tells people of them; `tell` sends somebody a direct message."""

    desk: Desk
    caller: Caller
    reader: FileReader
    tell: Callable[[WorkItem, str, Message], object]

    def read(self, item: WorkItem) -> Outcome:
        """Fetch a file with our token and look into it; what is found is noted, the file is not kept."""
        wanted = self.reader.wanted(item.team_id, int(item.subject))
        if wanted is None:
            return Unwanted()
        content = files.fetch(self.caller, *wanted)
        if not isinstance(content, bytes):
            return content
        wait = self.reader.found(item.team_id, int(item.subject), content, item.attempt)
        return Sent() if wait is None else Later(wait, "the DNS did not answer")

    def found(self, item: WorkItem) -> Outcome:
        """Tell whoever uploaded a file what it shows."""
        piece = cards.piece_of(self.desk, item.team_id, int(item.subject))
        if piece is None or piece.file is None or piece.standing is Standing.WITHDRAWN:
            return Unwanted()
        deal = cards.deal_of(self.desk, item.team_id, piece.deal_id)
        self.tell(item, piece.added_by, view.file_read(deal, piece, piece.file))
        return Sent()

    def trouble(self, item: WorkItem) -> Outcome:
        """Tell the rep that a file could not be copied for the managers."""
        piece = cards.piece_of(self.desk, item.team_id, int(item.subject))
        if piece is None or piece.file is None:
            return Unwanted()
        deal = cards.deal_of(self.desk, item.team_id, piece.deal_id)
        self.tell(item, deal.responsible, setup_view.file_trouble(deal, piece.file, item.slot))
        return Sent()
