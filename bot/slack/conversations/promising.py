"""Promises: noting what was promised to a buyer, saying what became of it, and whether the promised value is there."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.promises import Outcome, ValueAnswer
from bot.domain.reading import read_leading_date, read_trailing_date
from bot.domain.reminders import ReminderKind
from bot.services import promises, reminders, value_checks
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Turn
from bot.slack.views import promise_forms
from bot.slack.views import promises as view

_QUIETLY = {"home": "yes"}
"""The form closes without a word: the message in which its button stood shows what was done."""


def register(talk: Talk) -> None:
    """`promises`, the buttons of its list and of agendas, and the forms."""
    of_deal = about("promises", _open)
    does = "what was promised to a buyer, and whether it was kept"
    talk.word("promises", "promises [X]", does, lambda turn: of_deal(turn) if turn.text else _mine(turn))
    talk.button(Action.PROMISES, _look)
    talk.button(Action.PROMISE_NOTE, lambda turn: _note(turn, turn.ref.id))
    talk.button(Action.PROMISE_SETTLE, lambda turn: _settle(turn, turn.ref.id, _under(turn)))
    talk.button(Action.PROMISE_WITHDRAW, _withdraw)
    talk.button(Action.VALUE_CHECK, _check)
    talk.button(Action.REMIND_PROMISE, _settle_reminded)
    talk.button(Action.REMIND_VALUE, _check_reminded)
    talk.form(Form.PROMISE_NOTE, _noted)
    talk.form(Form.PROMISE_SETTLE, _settled)
    talk.form(Form.PROMISE_WITHDRAW, _withdrawn)
    talk.form(Form.VALUE_CHECK, _checked)


def promises_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The promises of a deal as they are now."""
    return view.promises_view(promises.of_deal(turn.desk, turn.actor, deal_id), turn.today, note)


def _mine(turn: Turn) -> Answer:
    return Answer(say=view.overview_message(promises.overview(turn.desk, turn.actor), turn.today, turn.command))


def _open(turn: Turn, deal: Deal, rest: str) -> Answer:
    """The list; with words after the deal the form of a new promise, filled with them."""
    if not rest:
        return Answer(open=promises_view(turn, deal.id))
    policy.require_change(turn.actor, deal)
    policy.require_active(deal)
    try:
        on, what = read_leading_date(rest, turn.today)
        on, what, warning = (on, what, "") if on else (*read_trailing_date(rest, turn.today), "")
    except BadInput as problem:
        on, what, warning = None, rest, escape(str(problem))
    return over(turn, promise_forms.note_form(deal, below(turn), what=what, on=on, warning=warning))


def _look(turn: Turn) -> Answer:
    return over(turn, promises_view(turn, turn.ref.id))


def _under(turn: Turn) -> dict[str, object]:
    """Where a form stands: over the list of promises, or where any other form may."""
    if turn.form is not None and turn.form.callback_id == Form.PROMISES:
        return {"below": Form.PROMISES.value}
    return dict(below(turn))


def _done(turn: Turn, deal_id: int, said: str) -> Answer:
    form = turn.submitted
    if form.below and form.key("below") == Form.PROMISES:
        return Answer(redraw_below=lambda: promises_view(turn, deal_id, said))
    return done(turn, deal_id, said)


# What was promised


def _note(turn: Turn, deal_id: int) -> Answer:
    return over(turn, promise_forms.note_form(promises.for_notes(turn.desk, turn.actor, deal_id), _under(turn)))


def _noted(turn: Turn) -> Answer:
    form = turn.submitted
    deal = promises.for_notes(turn.desk, turn.actor, form.id("deal"))
    made = promises.note(turn.desk, turn.actor, deal.id, promise_forms.read_draft(form), turn.today)
    return _done(turn, deal.id, view.noted(made, deal, turn.command))


# What became of it


def _settle(turn: Turn, promise_id: int, meta: dict[str, object]) -> Answer:
    one, deal = promises.one(turn.desk, turn.actor, promise_id)
    return over(turn, promise_forms.settle_form(one, deal, meta, turn.today))


def _settle_reminded(turn: Turn) -> Answer:
    noticed = reminders.look(turn.desk, turn.actor, turn.ref.id)
    return _settle(turn, reminders.subject_of(noticed, ReminderKind.PROMISE), dict(_QUIETLY))


def _settled(turn: Turn) -> Answer:
    form = turn.submitted
    chosen = form.choice(Field.OUTCOME)
    outcome = next((o for o in Outcome if o.value == chosen and o is not Outcome.WITHDRAWN), None)
    if outcome is None:
        raise BadInput("What became of it?", {Field.OUTCOME.value: "Choose what became of it."})
    return _say_what_became(turn, outcome, form.text(Field.LINK))


def _withdraw(turn: Turn) -> Answer:
    one, deal = promises.one(turn.desk, turn.actor, turn.ref.id)
    return over(turn, promise_forms.withdraw_form(one, deal, _under(turn), turn.today))


def _withdrawn(turn: Turn) -> Answer:
    return _say_what_became(turn, Outcome.WITHDRAWN, "")


def _say_what_became(turn: Turn, outcome: Outcome, link: str) -> Answer:
    form = turn.submitted
    note = form.text(Field.NOTE)
    one = promises.settle(turn.desk, turn.actor, form.id("promise"), outcome, note, link)
    return _done(turn, one.deal_id, view.settled(one))


# Is the value there?


def _check(turn: Turn) -> Answer:
    ref = turn.ref
    if not ref.key.isdigit() or len(ref.key) > 3:
        raise BadInput("This button is not one of mine any more.")
    return _open_check(turn, ref.id, int(ref.key), _under(turn))


def _check_reminded(turn: Turn) -> Answer:
    noticed = reminders.look(turn.desk, turn.actor, turn.ref.id)
    month = reminders.subject_of(noticed, ReminderKind.VALUE_CHECK)
    return _open_check(turn, noticed.deal.id, month, dict(_QUIETLY))


def _open_check(turn: Turn, deal_id: int, month: int, meta: dict[str, object]) -> Answer:
    deal = value_checks.for_check(turn.desk, turn.actor, deal_id, month)
    noted = promises.of_deal(turn.desk, turn.actor, deal_id).promises
    return over(turn, promise_forms.check_form(deal, month, noted, meta))


def _checked(turn: Turn) -> Answer:
    form = turn.submitted
    answer = next((one for one in ValueAnswer if one.value == form.choice(Field.ANSWER)), None)
    if answer is None:
        raise BadInput("Is it there?", {Field.ANSWER.value: "Choose an answer."})
    deal_id, month = form.id("deal"), form.id("month")
    note, link = form.text(Field.NOTE), form.text(Field.LINK)
    deal = value_checks.check_value(turn.desk, turn.actor, deal_id, month, answer, note, link)
    return _done(turn, deal.id, view.checked(deal, answer, turn.command))
