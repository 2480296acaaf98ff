"""Posting where Slack asked to be spared: what is still to be sent there waits, in every process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.domain.work import Later
from bot.services import people, work_list
from bot.services.desk import Desk
from bot.slack.calls import Caller
from bot.slack.outcomes import outcome_of


class Spared(Exception):
    """Slack asked to spare this channel, or this method; `wait` is for how much longer."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("spared")
        self.wait = wait


def send(desk: Desk, caller: Caller, method: str, *, channel: str, **arguments: Any) -> dict[str, Any]:
    """Make a call about a channel. Raises Spared instead while Slack wants it to wait, and what the call raises."""
    known = people.identity(desk)
    team_id = known.team_id if known else ""
    # Slack counts posts by channel, and other calls by method.
    place = channel if method == "chat.postMessage" else method
    wait = work_list.paused_for(desk.db, team_id, place, desk.clock())
    if wait is not None:
        raise Spared(wait)
    try:
        return caller.send(method, channel=channel, **arguments)
    except SlackClientError as problem:
        match outcome_of(problem):
            case Later(after=timedelta() as asked, counts=False):
                work_list.pause(desk.db, team_id, place, desk.clock() + asked)
        raise
