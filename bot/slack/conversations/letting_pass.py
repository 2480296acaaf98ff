"""Letting a deal pass without a proof: managers do it, reps ask for it, and managers see how often it happens."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.services import override_figures, override_requests, overrides
from bot.services.overrides import Draft
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import let_pass as view
from bot.slack.views import let_pass_figures

_QUIETLY = {"home": "yes"}
"""The form closes without a word: the message in which its button stood shows what was done."""


def register(talk: Talk) -> None:
    """`override`, `overrides`, the buttons of checklists and requests, and the forms."""
    talk.word("override", "override X", "managers: let a deal pass, evidence follows", about("override", _of_deal))
    talk.word("overrides", "overrides", "managers: what was let pass, by rep and criterion", _figures)
    talk.button(Action.OVERRIDE_OPEN, _open)
    talk.button(Action.OVERRIDE_ASK, _open_request)
    talk.button(Action.OVERRIDE_GRANT, _open_grant)
    talk.button(Action.OVERRIDE_DECLINE, _open_decline)
    talk.button(Action.OVERRIDE_BACK, _take_back)
    talk.form(Form.OVERRIDE, _let_pass)
    talk.form(Form.OVERRIDE_ASK, _asked)
    talk.form(Form.OVERRIDE_DECLINE, _declined)


def _of_deal(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return Answer(open=view.choice_form(overrides.choices(turn.desk, turn.actor, deal.id), turn.today, below(turn)))


def _figures(turn: Turn) -> Answer:
    shown = override_figures.overview(turn.desk, turn.actor)
    return Answer(say=let_pass_figures.overview_message(shown, turn.today, turn.command))


def _open(turn: Turn) -> Answer:
    """From the checklist: over it, about the criterion beside which the button stood."""
    ref = turn.ref
    choice = overrides.choices(turn.desk, turn.actor, ref.id)
    return over(turn, view.choice_form(choice, turn.today, below(turn), ref.key))


def _open_grant(turn: Turn) -> Answer:
    choice = overrides.choices(turn.desk, turn.actor, 0, turn.ref.id)
    only = choice.request.criterion if choice.request else ""
    return Answer(open=view.choice_form(choice, turn.today, _QUIETLY, only))


def _let_pass(turn: Turn) -> Answer:
    form = turn.submitted
    draft = Draft(form.choices(Field.GAPS), form.text(Field.REASON), form.date(Field.DUE_ON))
    request = form.id("request") if "request" in form.meta else None
    deal, made = overrides.let_pass(turn.desk, turn.actor, form.id("deal"), draft, turn.today, request)
    return done(turn, deal.id, view.granted(deal, made))


def _take_back(turn: Turn) -> Answer:
    """A button in the form: the form is drawn again without it."""
    deal, _ = overrides.take_back(turn.desk, turn.actor, turn.ref.id)
    if turn.form is None:
        return Answer()
    kept = {name: turn.form.meta[name] for name in ("below", "to", "moving", "reply", "home") if name in turn.form.meta}
    choice = overrides.choices(turn.desk, turn.actor, deal.id)
    return Answer(redraw=lambda: view.choice_form(choice, turn.today, kept))


def _open_request(turn: Turn) -> Answer:
    ref = turn.ref
    deal, criterion = override_requests.may_ask(turn.desk, turn.actor, ref.id, ref.key)
    return over(turn, view.ask_form(deal, turn.desk.stage(deal).key, criterion, below(turn)))


def _asked(turn: Turn) -> Answer:
    form = turn.submitted
    key, stage, criterion = form.id("deal"), form.key("stage"), form.key("criterion")
    override_requests.ask(turn.desk, turn.actor, key, stage, criterion, form.text(Field.REASON))
    return done(turn, key, ":speech_balloon: Your managers are asked. I tell you what they say.")


def _open_decline(turn: Turn) -> Answer:
    return Answer(open=view.decline_form(*override_requests.for_decision(turn.desk, turn.actor, turn.ref.id)))


def _declined(turn: Turn) -> Answer:
    form = turn.submitted
    override_requests.decline(turn.desk, turn.actor, form.id("request"), form.text(Field.REASON))
    return Answer()
