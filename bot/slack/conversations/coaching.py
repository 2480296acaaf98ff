"""The coach: what helps with a deal where it is now."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.services import coaching
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import coach as view


def register(talk: Talk) -> None:
    """`coach` and its button."""
    talk.word("coach", "coach X", "what is missing, what to ask, and a mail that asks for it", about("coach", _open))
    talk.button(Action.COACH, _pressed)


def coach_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The coach of a deal as it is now."""
    return view.coach_view(coaching.coach(turn.desk, turn.actor, deal_id), note)


def _open(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return Answer(open=coach_view(turn, deal.id))


def _pressed(turn: Turn) -> Answer:
    """Over a modal where Slack takes one more, else in its place."""
    drawn = coach_view(turn, turn.ref.id)
    if turn.form is None:
        return Answer(open=drawn)
    return Answer(redraw=lambda: drawn) if turn.form.is_third else Answer(push=drawn)
