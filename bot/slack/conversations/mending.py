"""Mending the set-up: sending again what Slack refused."""

from __future__ import annotations

from bot.services import setup
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Message, Turn


def register(talk: Talk) -> None:
    """The button under the message about the managers' channel."""
    talk.button(Action.SETUP_RETRY, _again)


def _again(turn: Turn) -> Answer:
    count = setup.try_again(turn.desk, turn.actor)
    said = (
        f"Sending {count} message{'' if count == 1 else 's'} again. If Slack still refuses, you will hear from me."
        if count
        else "There is nothing left to send again."
    )
    return Answer(say=Message(said))
