"""Discounts: noting one, and a manager's word about one above the rep's limit."""

from __future__ import annotations

from bot.domain.concessions import read_discount, read_percent
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder
from bot.services import concessions
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Message, Turn
from bot.slack.views import concessions as view

_KEPT = ("below", "reply", "home", "to", "moving")


def register(talk: Talk) -> None:
    """`discount`, its form, and the two buttons under a discount that waits."""
    does = "note a discount; above your limit a manager is asked"
    talk.word("discount", "discount X 15% because they sign for two years", does, about("discount", _discount))
    talk.button(Action.DISCOUNT, _open)
    talk.button(Action.DISCOUNT_WITHDRAW, _take_back)
    talk.button(Action.DISCOUNT_APPROVE, lambda turn: _decide(turn, approve=True))
    talk.button(Action.DISCOUNT_DECLINE, lambda turn: _decide(turn, approve=False))
    talk.form(Form.DISCOUNT, _given)
    talk.form(Form.DISCOUNT_APPROVE, lambda turn: _decided(turn, approve=True))
    talk.form(Form.DISCOUNT_DECLINE, lambda turn: _decided(turn, approve=False))


def _discount(turn: Turn, deal: Deal, rest: str) -> Answer:
    """With a percentage and a reason it is done at once; what is missing is asked for in the form."""
    pricing = concessions.for_notes(turn.desk, turn.actor, deal.id)
    percent, why = read_discount(rest)
    warning = ""
    if percent and not looks_like_placeholder(why):
        try:
            one = concessions.give(turn.desk, turn.actor, deal.id, read_percent(percent), why)
        except BadInput as problem:
            warning = escape(str(problem))
        else:
            return Answer(say=Message(view.noted(one, deal)))
    return over(turn, view.discount_form(pricing, below(turn), percent=percent, why=why, warning=warning))


def _open(turn: Turn) -> Answer:
    return over(turn, view.discount_form(concessions.for_notes(turn.desk, turn.actor, turn.ref.id), below(turn)))


def _given(turn: Turn) -> Answer:
    form = turn.submitted
    pricing = concessions.for_notes(turn.desk, turn.actor, form.id("deal"))
    try:
        points = read_percent(form.text(Field.PERCENT))
    except BadInput as problem:
        raise BadInput(str(problem), {Field.PERCENT.value: str(problem)}) from problem
    one = concessions.give(turn.desk, turn.actor, pricing.deal.id, points, form.text(Field.REASON))
    return done(turn, pricing.deal.id, view.noted(one, pricing.deal))


def _take_back(turn: Turn) -> Answer:
    deal = concessions.take_back(turn.desk, turn.actor, turn.ref.id)
    form = turn.submitted
    meta = {name: form.meta[name] for name in _KEPT if name in form.meta}
    drawn = view.discount_form(concessions.for_notes(turn.desk, turn.actor, deal.id), meta)
    return Answer(redraw=lambda: drawn)


def _decide(turn: Turn, *, approve: bool) -> Answer:
    deal, one = concessions.for_decision(turn.desk, turn.actor, turn.ref.id)
    return over(turn, view.decision_form(deal, one, approve=approve))


def _decided(turn: Turn, *, approve: bool) -> Answer:
    form = turn.submitted
    comment = form.text(Field.COMMENT)
    concessions.decide(turn.desk, turn.actor, form.id("concession"), approve=approve, comment=comment)
    return Answer()
