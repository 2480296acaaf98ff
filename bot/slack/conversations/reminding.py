"""Settling what the clock noticed: done and what comes next, snoozed, not stale, closed, brought back."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.calendar_days import next_weekday, next_working_day
from bot.domain.deal import NextStep
from bot.domain.errors import BadInput
from bot.domain.ladder import rung_after
from bot.domain.process import Stage
from bot.domain.reminders import ReminderKind
from bot.services import moves, people, reminders, returning, settling
from bot.services.reminders import Noticed
from bot.services.settling import Aside, Done, Parking, Reply
from bot.slack.conversations.stacking import over
from bot.slack.ids import Action, Field, Form, Snooze
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Message, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import closing_forms, settling_forms, step_forms
from bot.slack.views.notices import notice
from bot.slack.views.settling_forms import Doing, GoOn
from bot.slack.views.step_forms import Plan
from bot.slack.views.wording import day_words, deal_title

_MONDAY = 0
_QUIETLY = {"home": "yes"}
"""The form closes without a word: the message in which its button stood shows what was done, as the App Home would."""


def register(talk: Talk) -> None:
    """The buttons of agendas and reminders, and their forms. Each button carries the id of its reminder."""
    talk.button(Action.REMIND_DONE, _open_done)
    talk.button(Action.REMIND_REPLY, _redraw_done)
    talk.button(Action.REMIND_GO_ON, _redraw_done)
    talk.button(Action.REMIND_NEXT, _open_next)
    talk.button(Action.REMIND_SNOOZE, _snooze)
    talk.button(Action.REMIND_NOT_STALE, _open_not_stale)
    talk.button(Action.REMIND_PARK, _open_park)
    talk.button(Action.REMIND_LOST, _open_lost)
    talk.button(Action.REMIND_BACK, _open_back)
    talk.button(Action.REMIND_REOPEN, _reopen)
    talk.button(Action.REMIND_LATER, _open_later)
    talk.button(Action.REMIND_LET_GO, _let_go)
    talk.form(Form.REMIND_DONE, _done)
    talk.form(Form.REMIND_SNOOZE, _snoozed)
    talk.form(Form.REMIND_NOT_STALE, _not_stale)
    talk.form(Form.REMIND_LATER, _later)


def _look(turn: Turn) -> Noticed:
    return reminders.look(turn.desk, turn.actor, turn.ref.id)


# Done, and what comes next


def _open_done(turn: Turn) -> Answer:
    return over(turn, settling_forms.done_form(_doing(turn, _look(turn))))


def _redraw_done(turn: Turn) -> Answer:
    """After an answer in the form, which asks for other things then."""
    form = turn.submitted
    noticed = reminders.look(turn.desk, turn.actor, form.id("reminder"))
    reply = next((reply for reply in Reply if reply.value == form.choice(Field.REPLY)), None)
    chosen = form.choice(Field.GO_ON_SILENT if reply is Reply.SILENT else Field.GO_ON)
    go_on = next((way for way in GoOn if way.value == chosen), None)
    view = settling_forms.done_form(_doing(turn, noticed, reply, go_on))
    return Answer(redraw=lambda: view)


def _doing(turn: Turn, noticed: Noticed, reply: Reply | None = None, go_on: GoOn | None = None) -> Doing:
    deal = noticed.deal
    process = turn.desk.process(deal)
    stage = process.stage(deal.stage)
    plan_b = stage.otherwise if stage else None
    is_off = people.days_off(turn.desk, turn.actor)
    rung = rung_after(process.cadence, deal.silence + 1, turn.today, is_off, plan_b)
    other = process.stage(plan_b.stage) if plan_b and plan_b.stage else None
    return Doing(noticed.reminder, deal, turn.today, rung, reply, go_on, other)


def _done(turn: Turn) -> Answer:
    form = turn.submitted
    reply = next((reply for reply in Reply if reply.value == form.choice(Field.REPLY)), None)
    if reply is None or not _is_complete(form):
        raise BadInput("What did the buyer do?", {Field.REPLY.value: "Choose what the buyer did."})
    outcome = Done(reply, form.text(Field.ANSWER), form.date(Field.HAPPENED_ON), _then(form))
    try:
        settling.done(turn.desk, turn.actor, form.id("reminder"), outcome)
    except BadInput as problem:
        raise _at_fields_of(form, problem) from problem
    return Answer()


def _is_complete(form: Filled) -> bool:
    """Whether the form already asked what comes next."""
    asked = (Field.WHAT, Field.AGAIN_WHAT, Field.MAIL_ON, Field.UNTIL, Field.REASON)
    return any(form.has(field) for field in asked)


def _then(form: Filled) -> NextStep | Parking | Aside | None:
    """What comes next, by the fields that the person saw."""
    if form.has(Field.UNTIL):
        until = form.date(Field.UNTIL)
        if until is None:
            raise BadInput("Until when?", {Field.UNTIL.value: "Choose the day on which you look at it again."})
        return Parking(until, form.text(Field.WHY))
    if form.has(Field.REASON):
        return Aside(form.key("aside"), form.text(Field.REASON))
    if form.has(Field.MAIL_ON):
        return NextStep("Wait for an answer to the last mail", _day(form, Field.MAIL_ON))
    if form.has(Field.AGAIN_WHAT):
        return NextStep(form.text(Field.AGAIN_WHAT), _day(form, Field.AGAIN_ON))
    what = form.text(Field.WHAT)
    if not what and form.date(Field.ON) is None:
        return None
    return NextStep(what, _day(form, Field.ON), form.time(Field.AT))


def _day(form: Filled, field: Field) -> date:
    day = form.date(field)
    if day is None:
        raise BadInput("When?", {field.value: "Choose the day on which you will do it."})
    return day


def _at_fields_of(form: Filled, problem: BadInput) -> BadInput:
    """The same mistakes at the fields that this form has for them."""
    own = {"what": Field.AGAIN_WHAT, "on": Field.MAIL_ON if form.has(Field.MAIL_ON) else Field.AGAIN_ON}
    fields = {
        (own[name].value if name in own and not form.has(Field(name)) else name): said
        for name, said in problem.fields.items()
    }
    return BadInput(str(problem), fields)


# Another step, or none for a while


def _open_next(turn: Turn) -> Answer:
    deal = _look(turn).deal
    step = deal.next_step
    plan = Plan(step.what, step.on, step.at) if step and step.on >= turn.today else Plan(step.what if step else "")
    return over(turn, step_forms.next_form(deal, plan, _QUIETLY, today=turn.today))


def _snooze(turn: Turn) -> Answer:
    ref = turn.ref
    if ref.key == Snooze.DATE:
        noticed = _look(turn)
        return over(turn, settling_forms.snooze_form(noticed.reminder, noticed.deal))
    ahead = {
        Snooze.TOMORROW.value: turn.today + timedelta(days=1),
        Snooze.THREE_DAYS.value: turn.today + timedelta(days=3),
        Snooze.NEXT_WEEK.value: next_weekday(turn.today, _MONDAY),
    }
    if ref.key not in ahead:
        raise BadInput("This menu is from an older version of me. Please choose again in a newer message.")
    until = next_working_day(ahead[ref.key], people.days_off(turn.desk, turn.actor))
    reminders.snooze(turn.desk, turn.actor, ref.id, until, turn.today)
    return Answer()


def _snoozed(turn: Turn) -> Answer:
    form = turn.submitted
    until = form.date(Field.UNTIL)
    if until is None:
        raise BadInput("Until when?", {Field.UNTIL.value: "Choose a day."})
    reminders.snooze(turn.desk, turn.actor, form.id("reminder"), until, turn.today)
    return Answer()


def _open_not_stale(turn: Turn) -> Answer:
    noticed = _look(turn)
    process = turn.desk.processes.get(noticed.deal.process)
    return over(turn, settling_forms.not_stale_form(noticed.reminder, noticed.deal, process))


def _not_stale(turn: Turn) -> Answer:
    form = turn.submitted
    until = form.date(Field.UNTIL)
    if until is None:
        raise BadInput("Until when?", {Field.UNTIL.value: "Choose the day from which I may ask again."})
    why, outside = form.text(Field.WHY), form.ticked(Field.OUTSIDE)
    settling.not_stale(turn.desk, turn.actor, form.id("reminder"), why, until, turn.today, outside=outside)
    return Answer()


# Closed


def _open_park(turn: Turn) -> Answer:
    deal = _look(turn).deal
    process = turn.desk.process(deal)
    stage: Stage | None = process.stage(deal.stage)
    park_for = stage.otherwise.park if stage and stage.otherwise and stage.otherwise.park else process.cadence.park_for
    return over(turn, closing_forms.park_form(deal, _QUIETLY, until=park_for.after(turn.today)))


def _open_lost(turn: Turn) -> Answer:
    deal = _look(turn).deal
    return over(turn, closing_forms.lost_form(deal, turn.desk.process(deal), _QUIETLY))


# Back


def _open_back(turn: Turn) -> Answer:
    return over(turn, settling_forms.back_view(returning.look(turn.desk, turn.actor, turn.ref.id)))


def _reopen(turn: Turn) -> Answer:
    deal = returning.reopen(turn.desk, turn.actor, turn.ref.id)
    judgement = moves.checklist(turn.desk, turn.actor, deal.id).judgement
    return _said(turn, closing_forms.reopened(deal, judgement, turn.command))


def _open_later(turn: Turn) -> Answer:
    noticed = _look(turn)
    process = turn.desk.processes.get(noticed.deal.process)
    proposed = process.cadence.park_for.after(turn.today) if process else turn.today + timedelta(days=90)
    return over(turn, settling_forms.later_form(noticed.reminder, noticed.deal, proposed))


def _later(turn: Turn) -> Answer:
    form = turn.submitted
    until = form.date(Field.UNTIL)
    if until is None:
        raise BadInput("Until when?", {Field.UNTIL.value: "Choose a day."})
    deal = returning.later(turn.desk, turn.actor, form.id("reminder"), until, turn.today)
    said = Message(f":white_check_mark: I ask you about {deal_title(deal)} again on *{day_words(until)}*.")
    return Answer(redraw_below=lambda: notice(said)) if form.below else Answer()


def _let_go(turn: Turn) -> Answer:
    noticed = _look(turn)
    if noticed.reminder.kind is ReminderKind.RETURN:
        return over(turn, closing_forms.lost_form(noticed.deal, turn.desk.process(noticed.deal), _QUIETLY))
    deal = returning.let_go(turn.desk, turn.actor, turn.ref.id)
    return _said(turn, f":white_check_mark: {deal_title(deal)} stays lost, and I do not ask about it again.")


def _said(turn: Turn, text: str) -> Answer:
    """What was done, in place of the modal in which the button stood; a message is drawn again by itself."""
    view = notice(Message(text))
    return Answer(redraw=lambda: view) if turn.form else Answer(say=Message(text))
