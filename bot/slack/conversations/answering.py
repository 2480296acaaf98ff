"""Asking for the proof: the manager's question, the rep's answer, and how it is settled."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.errors import AlreadyDecided, NotAllowed
from bot.services import cards, questions
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import questions as view


def register(talk: Talk) -> None:
    """The buttons on a card, in its thread and in the rep's direct messages, and their forms."""
    talk.button(Action.QUESTION_ASK, _open_question)
    talk.button(Action.QUESTION_ANSWER, _open_answer)
    talk.button(Action.QUESTION_ACCEPT, _accept)
    talk.button(Action.QUESTION_AGAIN, _open_again)
    talk.form(Form.ASK, _asked)
    talk.form(Form.ANSWER, _answered)
    talk.form(Form.AGAIN, _asked_again)


def _open_question(turn: Turn) -> Answer:
    policy.require_manager(turn.actor, "ask for a proof")
    shown = cards.card(turn.desk, turn.actor.team_id, turn.ref.id)
    return Answer(open=view.ask_form(shown.deal, shown.move, turn.ref.key, shown.evidence))


def _asked(turn: Turn) -> Answer:
    form = turn.submitted
    questions.ask(turn.desk, turn.actor, form.id("move"), form.key("criterion"), form.text(Field.QUESTION))
    return Answer()


def _open_answer(turn: Turn) -> Answer:
    deal, question = questions.find(turn.desk, turn.actor, turn.ref.id)
    if not policy.may_answer(turn.actor, deal):
        raise NotAllowed("Only the owner of the deal can answer this.")
    if not question.waits_for_rep:
        raise AlreadyDecided("This question already has an answer.")
    asked = cards.asked(turn.desk, turn.actor.team_id, question.id)
    text = asked.criterion_text if asked else question.criterion
    return over(turn, view.answer_form(deal, question, text, below(turn)))


def _answered(turn: Turn) -> Answer:
    form = turn.submitted
    answer, link = form.text(Field.ANSWER), form.text(Field.LINK)
    question = questions.answer(turn.desk, turn.actor, form.id("question"), answer, link)
    thanks = "Thank you. Your answer is in the card's thread, and a manager will look at it."
    return done(turn, question.deal_id, f":white_check_mark: {thanks}")


def _accept(turn: Turn) -> Answer:
    questions.accept(turn.desk, turn.actor, turn.ref.id)
    return Answer()


def _open_again(turn: Turn) -> Answer:
    deal, question = questions.find(turn.desk, turn.actor, turn.ref.id)
    policy.require_settler(turn.actor, deal)
    if not question.is_open:
        raise AlreadyDecided("This question is settled already.")
    return Answer(open=view.again_form(deal, question))


def _asked_again(turn: Turn) -> Answer:
    form = turn.submitted
    questions.ask_again(turn.desk, turn.actor, form.id("question"), form.text(Field.QUESTION))
    return Answer()
