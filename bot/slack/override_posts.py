"""Sending what is about letting a deal pass: the request to the managers, and the answer to the rep."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.work import Outcome, Sent, Unwanted, WorkItem
from bot.services import cards, override_requests, overrides
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.slack.sending import Draw, Tell
from bot.slack.views import let_pass as view


@dataclass(frozen=True)
class OverridePosts:
    """Renders and sends the three kinds of items."""

    desk: Desk
    tell: Tell
    draw: Draw

    def granted(self, item: WorkItem) -> Outcome:
        """Tell the deal's owner what a manager let pass, or took back."""
        deal, made = overrides.of_answer(self.desk, item.team_id, int(item.subject))
        if item.slot == "back":
            made = [one for one in made if one.id == int(item.subject)]
        self.tell(item, deal.owner, view.told(deal, made, back=item.slot == "back"))
        return Sent()

    def request(self, item: WorkItem) -> Outcome:
        """Ask the managers in their channel, or say there what was decided."""
        shown = override_requests.asked(self.desk, item.team_id, int(item.subject))
        if shown is None:
            return Unwanted()

        def posted(channel: str, ts: str) -> None:
            cards.keep_posting(self.desk, item.team_id, Errand.OVERRIDE_REQUEST, item.subject, channel, ts)

        return self.draw(shown.posted, shown.channel, view.request_message(shown), posted)

    def declined(self, item: WorkItem) -> Outcome:
        """Tell whoever asked that it does not pass, and why."""
        shown = override_requests.asked(self.desk, item.team_id, int(item.subject))
        if shown is None or shown.request.granted is not False:
            return Unwanted()
        self.tell(item, shown.request.asked_by, view.declined_message(shown))
        return Sent()
