"""The agenda: the button below it that shows the rest. What settles its lines is in `reminding`."""

from __future__ import annotations

from datetime import date

from bot.domain.errors import BadInput
from bot.services import tellings
from bot.services.tellings import Rest
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Message, Turn

MOST_PAGES = 200


def register(talk: Talk) -> None:
    """The button below an agenda that was too long."""
    talk.button(Action.REMIND_REST, _show_rest)


def _show_rest(turn: Turn) -> Answer:
    page, key = turn.ref.id, turn.ref.key
    try:
        day = date.fromisoformat(key)
    except ValueError:
        raise BadInput("This button is not one of mine any more.") from None
    if not 1 <= page <= MOST_PAGES:
        raise BadInput("This button is not one of mine any more.")
    match tellings.ask_for_rest(turn.desk, turn.actor, day, page):
        case Rest.COMES:
            return Answer()
        case Rest.SHOWN:
            return Answer(say=Message("That is below already."))
        case Rest.NOTHING:
            return Answer(say=Message("Nothing else is due for you now."))
