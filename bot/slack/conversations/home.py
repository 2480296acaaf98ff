"""Home: drawing somebody's App Home, and turning its pages."""

from __future__ import annotations

from bot.domain.errors import NotAllowed
from bot.domain.people import Actor
from bot.services import overview
from bot.services.desk import Desk
from bot.slack.blocks import View
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views.home import home_page, visitor_page


def register(talk: Talk) -> None:
    """The buttons that turn the pages of the App Home."""
    talk.button(Action.HOME_PAGE, _turn_page)
    talk.button(Action.HOME_PAGE_BACK, _turn_page)


def draw_home(desk: Desk, actor: Actor, command: str = "/deal", page: int = 0) -> View:
    """The App Home as this person sees it now; for those who may not read deals, a polite page without any."""
    try:
        shown = overview.home(desk, actor, page)
    except NotAllowed:
        return visitor_page(actor)
    return home_page(shown, desk.processes, actor, Turn(desk, actor).today, command)


def _turn_page(turn: Turn) -> Answer:
    return Answer(home=draw_home(turn.desk, turn.actor, turn.command, turn.ref.id))
