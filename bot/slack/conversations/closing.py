"""Closing a deal as lost or parked, and opening it again."""

from __future__ import annotations

from datetime import date

from bot.domain import policy
from bot.domain.deal import Deal, Status
from bot.domain.errors import BadInput
from bot.domain.reading import read_leading_date, read_trailing_date
from bot.domain.reading_reasons import read_loss_reason
from bot.services import closings, deals, moves
from bot.slack.conversations.choosing import about
from bot.slack.conversations.showing import sheet_view
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Message, Turn
from bot.slack.views import closing_forms


def register(talk: Talk) -> None:
    """`lost`, `park` and `reopen`, their buttons and their forms."""
    talk.word("lost", "lost X [why]", "close a deal as lost, with what we learned", about("lost", _lose))
    talk.word("park", "park X [until] [why]", "put a deal aside until a day", about("park", _park))
    talk.word("reopen", "reopen X", "bring a lost or parked deal back", about("reopen", _reopen))
    talk.button(Action.DEAL_LOST, lambda turn: _lose(turn, _pressed_on(turn), ""))
    talk.button(Action.DEAL_PARK, lambda turn: _park(turn, _pressed_on(turn), ""))
    talk.button(Action.REOPEN, lambda turn: _reopen(turn, _pressed_on(turn), ""))
    talk.form(Form.LOST, _lost)
    talk.form(Form.PARK, _parked)


def _pressed_on(turn: Turn) -> Deal:
    return deals.for_change(turn.desk, turn.actor, turn.ref.id)


def _lose(turn: Turn, deal: Deal, rest: str) -> Answer:
    policy.require_change(turn.actor, deal)
    policy.require_closable(deal)
    process = turn.desk.process(deal)
    reason, learned = read_loss_reason(process, rest)
    return over(
        turn,
        closing_forms.lost_form(deal, process, below(turn), reason=reason.key if reason else "", learned=learned),
    )


def _lost(turn: Turn) -> Answer:
    form = turn.submitted
    reason, learned = form.choice(Field.REASON), form.text(Field.LEARNED)
    deal = closings.lose(turn.desk, turn.actor, form.id("deal"), reason, learned)
    return done(turn, deal.id, closing_forms.lost(deal, turn.command))


def _park(turn: Turn, deal: Deal, rest: str) -> Answer:
    policy.require_change(turn.actor, deal)
    policy.require_closable(deal)
    until, why, warning = _read(rest, turn.today)
    if deal.status is Status.PARKED:
        why = why or deal.closing_reason or ""
    if until is None and not warning:
        until = deal.waiting_until or _usual_end(turn, deal)
    return over(turn, closing_forms.park_form(deal, below(turn), until=until, why=why, warning=warning))


def _read(text: str, today: date) -> tuple[date | None, str, str]:
    """Until when and why, and the sentence about a date that was meant and cannot be used."""
    try:
        until, why = read_leading_date(text, today)
    except BadInput as problem:
        return None, text, escape(str(problem))
    return (until, why, "") if until else (*read_trailing_date(text, today), "")


def _usual_end(turn: Turn, deal: Deal) -> date | None:
    """How long the process parks deals of this stage, where it says so."""
    process = turn.desk.processes.get(deal.process)
    stage = process.stage(deal.stage) if process else None
    plan = stage.otherwise if stage else None
    return plan.park.after(turn.today) if plan and plan.park else None


def _parked(turn: Turn) -> Answer:
    form = turn.submitted
    until = form.date(Field.UNTIL)
    if until is None:
        raise BadInput("Until when?", {Field.UNTIL.value: "Choose the day on which you look at it again."})
    deal = closings.park(turn.desk, turn.actor, form.id("deal"), until, form.text(Field.WHY))
    return done(turn, deal.id, closing_forms.parked(deal, turn.command))


def _reopen(turn: Turn, deal: Deal, _rest: str) -> Answer:
    deal = closings.reopen(turn.desk, turn.actor, deal.id)
    judgement = moves.checklist(turn.desk, turn.actor, deal.id).judgement
    said = closing_forms.reopened(deal, judgement, turn.command)
    if turn.form and turn.form.callback_id == Form.SHOW:
        return Answer(redraw=lambda: sheet_view(turn, deal.id, said))
    return Answer(say=Message(said))
