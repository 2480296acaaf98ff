"""Saying something to one person after their form has closed: where they asked for it, else in a direct message."""

from __future__ import annotations

import structlog

from bot.services import people
from bot.services.desk import Desk
from bot.slack.calls import Caller, SlackRefused
from bot.slack.deliveries import Sender
from bot.slack.turn import Message
from bot.slack.views.notices import message_body

log = structlog.get_logger()


def whisper(desk: Desk, caller: Caller, to: Sender, reply_url: str, said: Message) -> None:
    """Say it through the address that came with the command or button; Slack forgets that after half an hour.

    What was refused there becomes a direct message. Raises SlackRefused when that fails too.
    """
    try:
        caller.respond(reply_url, message_body(said, replace=False))
    except SlackRefused as refused:
        log.info("reply_url_refused", code=refused.code, user=to.user_id)
        channel = _direct_channel(desk, caller, to)
        caller.call("chat.postMessage", channel=channel, text=said.text, blocks=list(said.blocks) or None)


def _direct_channel(desk: Desk, caller: Caller, to: Sender) -> str:
    known = people.find(desk, to.team_id, to.user_id)
    if known is not None and known.dm is not None:
        return known.dm
    opened = str(caller.call("conversations.open", users=to.user_id)["channel"]["id"])
    people.keep_dm(desk, to.team_id, to.user_id, opened)
    return opened
