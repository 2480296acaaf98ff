"""Objections: noting what a buyer doubts, saying what became of it, and planning answers to what recurs."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.objections import Outcome, kind_of
from bot.domain.reminders import ReminderKind
from bot.domain.words import take_quoted
from bot.services import objections, playbook, reminders
from bot.services.objections import NEW
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Message, Turn
from bot.slack.views import objections as view
from bot.slack.views import playbook as playbook_view

_QUIETLY = {"home": "yes"}
"""The form closes without a word: the message in which its button stood shows what was done."""
_KEPT = ("below", "reply", "home", "to", "moving")


def register(talk: Talk) -> None:
    """`objection`, `objections`, the buttons of their lists and of agendas, and the forms."""
    of_deal = about("objection", _open)
    does = "note what the buyer doubts, see the planned answer, and promise one by a day"
    talk.word("objection", "objection X too expensive", does, of_deal)
    managers = "what buyers object to without a planned answer yet (for managers)"
    talk.word("objections", "objections", managers, lambda turn: of_deal(turn) if turn.text else _unanswered(turn))
    talk.button(Action.OBJECTIONS, lambda turn: over(turn, objections_view(turn, turn.ref.id)))
    talk.button(Action.OBJECTION_NOTE, lambda turn: _note(turn, turn.ref.id, "", _under(turn)))
    talk.button(Action.OBJECTION_KIND, _other_kind)
    talk.button(Action.OBJECTION_SETTLE, lambda turn: _settle(turn, turn.ref.id, _under(turn)))
    talk.button(Action.REMIND_OBJECTION, _settle_reminded)
    talk.button(Action.PLAYBOOK_WRITE, _write)
    talk.form(Form.OBJECTION_NOTE, _noted)
    talk.form(Form.OBJECTION_SETTLE, _settled)
    talk.form(Form.PLAYBOOK_WRITE, _written)


def objections_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The objections of a deal as they are now."""
    return view.objections_view(objections.of_deal(turn.desk, turn.actor, deal_id), turn.today, note)


def _open(turn: Turn, deal: Deal, rest: str) -> Answer:
    """The list; with words after the deal the form of a new objection, filled with them."""
    if not rest:
        return Answer(open=objections_view(turn, deal.id))
    policy.require_change(turn.actor, deal)
    quoted, after = take_quoted(rest)
    return _note(turn, deal.id, f"{quoted} {after}".strip() if quoted else rest, dict(below(turn)))


def _under(turn: Turn) -> dict[str, object]:
    """Where a form stands: over the list of objections, or where any other form may."""
    if turn.form is not None and turn.form.callback_id == Form.OBJECTIONS:
        return {"below": Form.OBJECTIONS.value}
    return dict(below(turn))


def _done(turn: Turn, deal_id: int, said: str) -> Answer:
    form = turn.submitted
    if form.below and form.key("below") == Form.OBJECTIONS:
        return Answer(redraw_below=lambda: objections_view(turn, deal_id, said))
    return done(turn, deal_id, said)


# What they object to


def _note(turn: Turn, deal_id: int, words: str, meta: dict[str, object]) -> Answer:
    noting = objections.for_notes(turn.desk, turn.actor, deal_id, turn.today)
    kind = kind_of(words, noting.known) if words else None
    return over(turn, view.note_form(noting, meta, words=words, kind=kind, is_new=bool(words) and kind is None))


def _other_kind(turn: Turn) -> Answer:
    """Another kind was chosen in the form: show what is planned for it. What is typed stays."""
    form = turn.submitted
    noting = objections.for_notes(turn.desk, turn.actor, form.id("deal"), turn.today)
    kind = next((one for one in noting.known if one.key == turn.value), None)
    meta = {name: form.meta[name] for name in _KEPT if name in form.meta}
    drawn = view.note_form(noting, meta, words=form.text(Field.OBJECTION), kind=kind, is_new=turn.value == NEW)
    return Answer(redraw=lambda: drawn)


def _noted(turn: Turn) -> Answer:
    form = turn.submitted
    noting = objections.for_notes(turn.desk, turn.actor, form.id("deal"), turn.today)
    made = objections.note(turn.desk, turn.actor, noting.deal.id, view.read_draft(form), turn.today)
    known = next((one for one in noting.known if one.key == made.kind), None)
    return _done(turn, noting.deal.id, view.noted(made, noting.deal, known, turn.command))


# What became of it


def _settle(turn: Turn, objection_id: int, meta: dict[str, object]) -> Answer:
    one, deal = objections.one(turn.desk, turn.actor, objection_id)
    return over(turn, view.settle_form(one, deal, meta, turn.today))


def _settle_reminded(turn: Turn) -> Answer:
    noticed = reminders.look(turn.desk, turn.actor, turn.ref.id)
    return _settle(turn, reminders.subject_of(noticed, ReminderKind.OBJECTION), dict(_QUIETLY))


def _settled(turn: Turn) -> Answer:
    form = turn.submitted
    chosen = form.choice(Field.OUTCOME)
    outcome = next((one for one in Outcome if one.value == chosen), None)
    if outcome is None:
        raise BadInput("What became of it?", {Field.OUTCOME.value: "Choose what became of it."})
    note, link = form.text(Field.NOTE), form.text(Field.LINK)
    one = objections.settle(turn.desk, turn.actor, form.id("objection"), outcome, note, link)
    return _done(turn, one.deal_id, view.settled(one))


# What recurs


def _unanswered(turn: Turn) -> Answer:
    groups = playbook.unanswered(turn.desk, turn.actor)
    return Answer(say=playbook_view.unanswered_message(groups, turn.desk.processes, turn.command))


def _write(turn: Turn) -> Answer:
    return over(turn, playbook_view.write_form(playbook.for_writing(turn.desk, turn.actor, turn.ref.id)))


def _written(turn: Turn) -> Answer:
    form = turn.submitted
    answer = playbook.write(turn.desk, turn.actor, form.id("objection"), playbook_view.read_draft(form))
    return Answer(say=Message(playbook_view.written(answer)))
