"""Bringing a discount to the managers and their word about it to the rep."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.work import Outcome, Sent, Unwanted, WorkItem
from bot.services import cards, concessions
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.slack.sending import Draw, Tell
from bot.slack.views import concessions as view


@dataclass(frozen=True)
class Pricer:
    """Sends what is about discounts: `draw` puts a card into the managers' channel, `tell` writes to one person."""

    desk: Desk
    draw: Draw
    tell: Tell

    def ask(self, item: WorkItem) -> Outcome:
        """Post the card of a discount, or draw it again. One that was settled before it was ever posted is not."""
        shown = concessions.asked(self.desk, item.team_id, int(item.subject))
        if shown is None or (shown.posted is None and not shown.concession.is_pending):
            return Unwanted()

        def posted(channel: str, ts: str) -> None:
            cards.keep_posting(self.desk, item.team_id, Errand.CONCESSION, item.subject, channel, ts)

        return self.draw(shown.posted, shown.channel, view.card(shown), posted)

    def told(self, item: WorkItem) -> Outcome:
        """Tell whoever asked what a manager decided."""
        shown = concessions.asked(self.desk, item.team_id, int(item.subject))
        message = view.told(shown) if shown else None
        if shown is None or message is None:
            return Unwanted()
        self.tell(item, shown.concession.by, message)
        return Sent()
