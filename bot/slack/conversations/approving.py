"""Approving: a manager lets a pending move happen, or sends it back."""

from __future__ import annotations

from bot.domain import policy, said
from bot.domain.deal import Deal, Move
from bot.domain.errors import AlreadyDecided
from bot.services import approvals, cards
from bot.slack.blocks import View, modal, section, text_input
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views.wording import deal_title, stage_name


def register(talk: Talk) -> None:
    """The three buttons under a pending move, and their forms."""
    talk.button(Action.APPROVE, _approve)
    talk.button(Action.APPROVE_COMMENT, _open_approval)
    talk.button(Action.SEND_BACK, _open_send_back)
    talk.form(Form.APPROVE, _approved)
    talk.form(Form.SEND_BACK, _sent_back)


def _approve(turn: Turn) -> Answer:
    approvals.approve(turn.desk, turn.actor, turn.ref.id)
    return Answer()


def _open_approval(turn: Turn) -> Answer:
    deal, move = _pending(turn)
    return Answer(open=_form(turn, deal, move, Form.APPROVE, "Approve", "Comment", optional=True))


def _open_send_back(turn: Turn) -> Answer:
    deal, move = _pending(turn)
    return Answer(open=_form(turn, deal, move, Form.SEND_BACK, "Send back", "What is missing?", optional=False))


def _approved(turn: Turn) -> Answer:
    form = turn.submitted
    approvals.approve(turn.desk, turn.actor, form.id("move"), form.text(Field.COMMENT))
    return Answer()


def _sent_back(turn: Turn) -> Answer:
    form = turn.submitted
    approvals.send_back(turn.desk, turn.actor, form.id("move"), form.text(Field.COMMENT))
    return Answer()


def _pending(turn: Turn) -> tuple[Deal, Move]:
    """The move, if this person may decide it and it still waits, so that nobody writes a comment in vain."""
    shown = cards.card(turn.desk, turn.actor.team_id, turn.ref.id)
    policy.require_decider(turn.actor, shown.deal, shown.move)
    if shown.move.decision is not None:
        made = shown.move.decision
        raise AlreadyDecided(f"{said.person(made.by)} already decided this, {said.moment(made.at)}.")
    return shown.deal, shown.move


def _form(turn: Turn, deal: Deal, move: Move, form: Form, title: str, label: str, *, optional: bool) -> View:
    to = stage_name(turn.desk.processes.get(deal.process), move.to_stage)
    blocks = [
        section(f"{deal_title(deal)} → “{to}”"),
        text_input(Field.COMMENT, label, multiline=True, optional=optional, hint="The rep reads this."),
    ]
    return modal(form, title, blocks, submit=title, close="Cancel", meta={"move": move.id})
