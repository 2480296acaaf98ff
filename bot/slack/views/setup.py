"""Telling somebody what to mend in Slack."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.domain.evidence import SharedFile
from bot.slack.blocks import actions, button, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.wording import deal_title, short

_WHY = {
    "not_in_channel": "I am not in that channel. Type `/invite @Stagecoach` there.",
    "channel_not_found": "I cannot see that channel: either it is private and I am not in it (type "
    "`/invite @Stagecoach` there), or its id in STAGECOACH_MANAGER_CHANNEL is wrong.",
    "is_archived": "The channel is archived. Bring it back, or set another one in STAGECOACH_MANAGER_CHANNEL.",
    "missing_scope": "I was not given all the rights that I need. Ask whoever runs Stagecoach to install the app again "
    "with its manifest; `stagecoach doctor` says which right is missing.",
}

_WHY_NO_FILE = {
    "file_not_found": "it is not in Slack any more",
    "file_deleted": "it was deleted in Slack",
    "file_too_large": "it is too large",
}


def channel_trouble(channel: str, reason: str) -> Message:
    """The managers' channel does not take our cards."""
    why = _WHY.get(reason, f"Slack says: {short(reason)}.")
    text = f":warning: I could not post to <#{channel}>, so managers do not see the evidence there.\n{why}"
    again = actions(button("Try again", Action.SETUP_RETRY, style="primary"))
    return Message("I could not post to the managers' channel.", (section(text), again))


def file_trouble(deal: Deal, file: SharedFile, reason: str) -> Message:
    """A file of the rep's could not be copied into the thread of the card."""
    why = _WHY_NO_FILE.get(reason, f"Slack says: {short(reason)}")
    text = (
        f":warning: I could not copy your file “{short(file.name, 60)}” for the managers of {deal_title(deal)}: {why}. "
        "They cannot open it. Please add it again as evidence, or a link that they can open."
    )
    checklist = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id), style="primary"))
    return Message(
        f"I could not copy your file for the managers of {short(deal.name, 200)}.", (section(text), checklist)
    )
