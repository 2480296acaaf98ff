"""Listing the evidence of a deal: every criterion so far with what is there, its strength and its age."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.services import overview
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views.evidence_list import evidence_list


def register(talk: Talk) -> None:
    """`evidence` and the buttons that turn its pages."""
    talk.word("evidence", "evidence X", "see what is proved and add evidence", about("evidence", _list))
    talk.button(Action.EVIDENCE_PAGE, _turn_page)
    talk.button(Action.EVIDENCE_PAGE_BACK, _turn_page)


def evidence_view(turn: Turn, deal_id: int, note: str = "", page: int = 0) -> View:
    """The list as it is now; `note` is markup that says what has just happened."""
    return evidence_list(overview.sheet(turn.desk, turn.actor, deal_id), turn.today, page, note)


def _list(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return Answer(open=evidence_list(overview.sheet_of(turn.desk, turn.actor, deal), turn.today))


def _turn_page(turn: Turn) -> Answer:
    """The button carries the page where others carry a version."""
    ref = turn.ref
    drawn = evidence_view(turn, ref.id, page=ref.version)
    return Answer(redraw=lambda: drawn) if turn.form else Answer(open=drawn)
