"""What somebody has to mend: a channel that the bot may not post to, a file that it cannot copy."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.store import work_upkeep

IN_CHANNEL = (
    Errand.CARD,
    Errand.EXCUSE,
    Errand.OVERRIDE_REQUEST,
    Errand.CARD_REPLY,
    Errand.CARD_FILE,
    Errand.PROCESS_CHANGED,
    Errand.CONCESSION,
)
"""What goes to the managers' channel, or into a thread there."""


def report_channel(desk: Desk, team_id: str, channel: str, responsible: str | None, reason: str) -> None:
    """Tell the managers, once a day, that Slack does not let us post there; where there are none, the rep concerned."""
    day = desk.today().isoformat()
    with desk.db.write() as connection:
        for told in sorted(desk.rules.managers) or filter(None, [responsible]):
            ask_for(desk, connection, team_id, Errand.SETUP, told, f"{channel}:{reason}:{day}")
    desk.wake()


def report_file(desk: Desk, team_id: str, evidence_id: str, reason: str) -> None:
    """Tell the rep, once for each piece of evidence and reason, that its file did not reach the managers."""
    with desk.db.write() as connection:
        ask_for(desk, connection, team_id, Errand.FILE_TROUBLE, evidence_id, reason)
    desk.wake()


def try_again(desk: Desk, actor: Actor) -> int:
    """Send again what Slack refused for the managers' channel; returns how many items. Raises NotAllowed."""
    if desk.rules.managers:
        policy.require_manager(actor, "send refused cards again")
    else:
        policy.require_colleague(actor)
    with desk.change(actor) as connection:
        # Whoever tries again wants to hear of it when it fails again, also on the same day.
        work_upkeep.free_slots(connection, actor.team_id, Errand.SETUP, f":{desk.today().isoformat()}")
        return work_upkeep.retry_refused(connection, actor.team_id, IN_CHANNEL, desk.clock())
