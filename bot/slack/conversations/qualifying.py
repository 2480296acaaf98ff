"""Qualifying: a criterion answered with no, and what becomes of the deal; or that it is not known yet after all."""

from __future__ import annotations

from bot.domain.deal import NextStep
from bot.domain.errors import BadInput
from bot.domain.qualifying import Consequence, WhatNow
from bot.services import qualifying
from bot.slack.conversations.coaching import coach_view
from bot.slack.conversations.moving import checklist_view
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import qualifying as view

_KEPT = ("below", "to", "moving")


def register(talk: Talk) -> None:
    """The buttons of qualifying criteria, and the form of a no."""
    talk.button(Action.ANSWER_NO, _open)
    talk.button(Action.ANSWER_UNKNOWN, _unknown)
    talk.button(Action.ANSWER_WHAT_NOW, _other_way)
    talk.form(Form.ANSWER_NO, _refused)


def _open(turn: Turn) -> Answer:
    asked = qualifying.asked(turn.desk, turn.actor, turn.ref.id, turn.ref.key)
    return over(turn, view.no_form(asked, asked.ways[0], turn.today, below(turn)))


def _other_way(turn: Turn) -> Answer:
    form = turn.submitted
    asked = qualifying.asked(turn.desk, turn.actor, form.id("deal"), form.key("criterion"))
    kept = {name: form.meta[name] for name in _KEPT if name in form.meta}
    drawn = view.no_form(asked, _way(turn.value), turn.today, kept)
    return Answer(redraw=lambda: drawn)


def _refused(turn: Turn) -> Answer:
    form = turn.submitted
    way = _way(form.choice(Field.WHAT_NOW) or form.key("now"))
    then = Consequence(way, _step(form), form.date(Field.UNTIL), form.choice(Field.REASON))
    criterion, why = form.key("criterion"), form.text(Field.WHY)
    deal = qualifying.refuse(turn.desk, turn.actor, form.id("deal"), form.key("from"), criterion, why, then)
    said = view.refused(deal, way, turn.desk.process(deal), criterion, turn.command)
    if way is not WhatNow.FIX and form.below and form.key("below") == Form.CHECKLIST:
        # A closed deal has no way on, so the checklist below is drawn without the one that it had.
        return Answer(redraw_below=lambda: checklist_view(turn, deal.id, said))
    return done(turn, deal.id, said)


def _step(form: Filled) -> NextStep | None:
    what, on = form.text(Field.WHAT), form.date(Field.ON)
    if what and on is None:
        raise BadInput("When?", {Field.ON.value: "Choose the day on which you will do it."})
    return NextStep(what, on) if on else None


def _way(value: str) -> WhatNow:
    try:
        return WhatNow(value)
    except ValueError:
        raise BadInput("What now?", {Field.WHAT_NOW.value: "Choose what becomes of the deal."}) from None


def _unknown(turn: Turn) -> Answer:
    deal = qualifying.forget(turn.desk, turn.actor, turn.ref.id, turn.ref.key)
    form = turn.form
    if form is not None and form.callback_id == Form.COACH:
        return Answer(redraw=lambda: coach_view(turn, deal.id))
    moving, to = bool(form and form.meta.get("moving")), form.key("to") if form else ""
    return Answer(redraw=lambda: checklist_view(turn, deal.id, moving=moving, to=to or None))
