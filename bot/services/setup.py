"""What the team has to mend: the channel that the bot may not post to."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.store import work_upkeep


def report_channel(desk: Desk, team_id: str, channel: str, reason: str) -> None:
    """Tell the managers, once a day, that Slack does not let us post there."""
    day = desk.today().isoformat()
    with desk.db.write() as connection:
        for manager in sorted(desk.rules.managers):
            ask_for(desk, connection, team_id, Errand.SETUP, manager, f"{channel}:{reason}:{day}")
    desk.wake()


def try_again(desk: Desk, actor: Actor) -> int:
    """Send again what Slack refused for the managers' channel; returns how many items."""
    policy.require_manager(actor, "send refused cards again")
    with desk.change(actor) as connection:
        return work_upkeep.retry_refused(connection, actor.team_id, (Errand.CARD, Errand.EXCUSE), desk.clock())
