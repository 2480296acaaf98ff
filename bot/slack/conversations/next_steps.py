"""The next step of a deal: what was typed is shown in full in a form before it is saved."""

from __future__ import annotations

from datetime import date

from bot.domain import policy
from bot.domain.deal import Deal, NextStep
from bot.domain.errors import BadInput
from bot.domain.reading import read_leading_when, read_trailing_date
from bot.services import deals
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import step_forms
from bot.slack.views.step_forms import Plan


def register(talk: Talk) -> None:
    """`next`, its button and its form."""
    does = "plan the next step, such as “next Acme tomorrow call Jane”"
    talk.word("next", "next X [date] [what]", does, about("next", _plan))
    talk.button(Action.DEAL_NEXT, lambda turn: _plan(turn, deals.for_change(turn.desk, turn.actor, turn.ref.id), ""))
    talk.form(Form.NEXT, _planned)


def _plan(turn: Turn, deal: Deal, rest: str) -> Answer:
    policy.require_change(turn.actor, deal)
    policy.require_active(deal)
    warning = ""
    if rest:
        plan, warning = _read(rest, turn.today)
    else:
        step = deal.next_step
        plan = Plan(step.what, step.on, step.at) if step else Plan()
    return over(turn, step_forms.next_form(deal, plan, below(turn), warning, today=turn.today))


def _read(text: str, today: date) -> tuple[Plan, str]:
    """The step in what was typed, and the sentence about a date that was meant and cannot be used."""
    try:
        on, at, what = read_leading_when(text, today)
    except BadInput as problem:
        return Plan(text), escape(str(problem))
    if on is None and at is None:
        on, what = read_trailing_date(text, today)
    return Plan(what, on, at), ""


def _planned(turn: Turn) -> Answer:
    form = turn.submitted
    why = form.text(Field.WHY)
    deal = deals.set_next_step(turn.desk, turn.actor, form.id("deal"), _step(turn, form), why)
    return done(turn, deal.id, step_forms.planned(deal, turn.command))


def _step(turn: Turn, form: Filled) -> NextStep | None:
    """What the form plans; nothing when both words and day were emptied, which only clears a step that is there."""
    what, on = form.text(Field.WHAT), form.date(Field.ON)
    if on is None and not what:
        if deals.for_change(turn.desk, turn.actor, form.id("deal")).next_step is not None:
            return None
        raise BadInput("What will you do next?", {Field.WHAT.value: "Write what you will do, such as “call Jane”."})
    if on is None:
        raise BadInput("When?", {Field.ON.value: "Choose the day on which you will do it."})
    return NextStep(what, on, form.time(Field.AT))
