"""Telling a manager what to mend in Slack."""

from __future__ import annotations

from bot.slack.blocks import actions, button, section
from bot.slack.ids import Action
from bot.slack.turn import Message
from bot.slack.views.wording import short

_WHY = {
    "not_in_channel": "I am not in that channel. Type `/invite @Stagecoach` there.",
    "channel_not_found": "I cannot see that channel: either it is private and I am not in it (type "
    "`/invite @Stagecoach` there), or its id in STAGECOACH_MANAGER_CHANNEL is wrong.",
    "is_archived": "The channel is archived. Bring it back, or set another one in STAGECOACH_MANAGER_CHANNEL.",
}


def channel_trouble(channel: str, reason: str) -> Message:
    """The managers' channel does not take our cards."""
    why = _WHY.get(reason, f"Slack says: {short(reason)}.")
    text = f":warning: I could not post to <#{channel}>, so managers do not see the evidence there.\n{why}"
    again = actions(button("Try again", Action.SETUP_RETRY, style="primary"))
    return Message("I could not post to the managers' channel.", (section(text), again))
