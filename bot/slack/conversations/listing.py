"""Listing: the bare command shows my deals, most pressing first, ten a page."""

from __future__ import annotations

from bot.services import overview
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views.deals import deals_message
from bot.slack.views.notices import notice


def register(talk: Talk) -> None:
    """The command without a word, the buttons that turn its pages, and the one that asks for the list."""
    talk.silence = _mine
    talk.button(Action.DEAL_LIST, _mine)
    talk.button(Action.DEAL_PAGE, _turn_page)
    talk.button(Action.DEAL_PAGE_BACK, _turn_page)


def _mine(turn: Turn) -> Answer:
    return _page(turn, 0)


def _turn_page(turn: Turn) -> Answer:
    return _page(turn, turn.ref.id, replace=True)


def _page(turn: Turn, number: int, *, replace: bool = False) -> Answer:
    """The page as a message; asked for in a modal, such as the help, it takes the modal's place."""
    page = overview.my_deals(turn.desk, turn.actor, number)
    message = deals_message(page, turn.desk.processes, turn.today)
    return Answer(redraw=lambda: notice(message)) if turn.form else Answer(say=message, replace=replace)
