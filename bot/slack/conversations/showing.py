"""Showing: everything about one deal, and the menu of what else can be done with it."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.services import overview
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views.sheet import deal_sheet


def register(talk: Talk) -> None:
    """`show`, the button that opens the same, and the menu in it."""
    talk.word("show", "show X", "everything about a deal", about("show", _show))
    talk.button(Action.DEAL_SHOW, _open)
    talk.button(Action.DEAL_MORE, lambda turn: _more(talk, turn))


def sheet_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The sheet of a deal as it is now; `note` is markup that says what has just happened."""
    sheet = overview.sheet(turn.desk, turn.actor, deal_id)
    return deal_sheet(sheet, turn.actor, turn.today, note)


def _show(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return Answer(open=deal_sheet(overview.sheet_of(turn.desk, turn.actor, deal), turn.actor, turn.today))


def _open(turn: Turn) -> Answer:
    """From a button: over a modal when there is one, else as a new one."""
    drawn = sheet_view(turn, turn.ref.id)
    return Answer(push=drawn) if turn.form else Answer(open=drawn)


_IN_MENU = (Action.DEAL_ASSIGN, Action.DEAL_PARK, Action.DEAL_LOST, Action.PROMISES, Action.ASK_OPEN)


def _more(talk: Talk, turn: Turn) -> Answer:
    """An entry of the menu does what its button would do."""
    chosen = next((action for action in _IN_MENU if action.value == turn.ref.key), None)
    if chosen is None:
        raise BadInput("This menu is from an older version of me. Please open the deal again.")
    return talk.buttons[chosen.value](turn)
