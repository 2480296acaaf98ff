"""What is wrong with the process: reps say it, managers read it together and take it up."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.services import feedback
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import feedback as view


def register(talk: Talk) -> None:
    """`feedback`, its buttons and its form."""
    talk.word("feedback", "feedback [X]", "say what is wrong with the process; for managers what was said", _typed)
    talk.button(Action.FEEDBACK, lambda turn: _about_deal(turn, turn.ref.id))
    talk.button(Action.FEEDBACK_READ, lambda turn: over(turn, together_view(turn)))
    talk.button(Action.FEEDBACK_SAY, _say)
    talk.button(Action.FEEDBACK_TAKEN_UP, _taken_up)
    talk.form(Form.FEEDBACK, _said)


def together_view(turn: Turn, note: str = "") -> View:
    """What was said, as it is now."""
    return view.together_view(feedback.together(turn.desk, turn.actor), note)


def _typed(turn: Turn) -> Answer:
    """Nothing: for managers all that was said, for the others the form. Else a process, or the deal in it."""
    text = turn.text.strip()
    if not text and turn.actor.is_manager:
        seen = feedback.together(turn.desk, turn.actor)
        return Answer(open=view.together_view(seen)) if seen.notes else Answer(say=view.nothing_said(turn.command))
    named = _named(turn, text) if text else turn.desk.rules.default_process
    if named is not None:
        return over(turn, view.note_form(feedback.subject(turn.desk, turn.actor, named), "", below(turn)))
    return about("feedback", _of_deal)(turn)


def _named(turn: Turn, text: str) -> str | None:
    """The key of the process whose key or name that is."""
    wanted = text.casefold().strip('"“” ')
    known = turn.desk.processes.values()
    return next((one.key for one in known if wanted in (one.key, one.name.casefold())), None)


def _of_deal(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return _about_deal(turn, deal.id)


def _about_deal(turn: Turn, deal_id: int) -> Answer:
    deal, process = feedback.of_deal(turn.desk, turn.actor, deal_id)
    stage = process.stage(deal.stage)
    meta = {"deal": deal.id, **below(turn)}
    return over(turn, view.note_form(process, stage.key if stage else "", meta))


def _say(turn: Turn) -> Answer:
    process = feedback.subject(turn.desk, turn.actor, turn.ref.key)
    meta = {"below": Form.FEEDBACK_TOGETHER.value} if turn.form else below(turn)
    return over(turn, view.note_form(process, "", meta))


def _said(turn: Turn) -> Answer:
    form = turn.submitted
    stage, criterion = view.read_about(form.choice(Field.ABOUT))
    process = feedback.say(turn.desk, turn.actor, form.key("process"), stage, criterion, form.text(Field.NOTE))
    said = view.noted(process)
    if form.below and form.key("below") == Form.FEEDBACK_TOGETHER:
        return Answer(redraw_below=lambda: together_view(turn, said))
    return done(turn, form.id("deal") if "deal" in form.meta else 0, said)


def _taken_up(turn: Turn) -> Answer:
    ref = turn.ref
    count = feedback.take_up(turn.desk, turn.actor, ref.key, ref.id)
    return Answer(redraw=lambda: together_view(turn, view.taken_up(count)))
