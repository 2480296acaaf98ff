"""Logging a deal: a line of text, a button or a shortcut becomes a form, and the form a deal."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.errors import NeedsSetup
from bot.domain.process import Process
from bot.domain.reading import read_new_deal
from bot.services import deals
from bot.services.desk import Desk
from bot.slack.conversations.moving import checklist_view
from bot.slack.conversations.stacking import over
from bot.slack.ids import Action, Field, Form, Shortcut
from bot.slack.talk import Talk
from bot.slack.text import escape
from bot.slack.turn import Answer, Turn
from bot.slack.views import deal_forms


def register(talk: Talk) -> None:
    """`new`, its button, the shortcut, and the form."""
    talk.word("new", "new [name] [amount] [date]", "log a deal, such as “new Acme 12k EUR close 15 dec”", _open)
    talk.button(Action.DEAL_NEW, _open)
    talk.shortcut(Shortcut.LOG_DEAL, _open)
    talk.form(Form.NEW, _logged)


def _open(turn: Turn) -> Answer:
    policy.require_colleague(turn.actor)
    process = _process(turn.desk, "")
    told = read_new_deal(turn.text, turn.today, process.currency)
    warnings = []
    if told.problem:
        warnings.append(f"{escape(told.problem)} What you typed is still in the name; choose the day below.")
    if len(told.name) > deal_forms.LONGEST:
        warnings.append(f"A name has at most {deal_forms.LONGEST} characters, so the end of yours is cut off.")
    return over(turn, deal_forms.new_form(told, turn.desk.processes, process, warnings))


def _logged(turn: Turn) -> Answer:
    form = turn.submitted
    process = _process(turn.desk, form.choice(Field.PROCESS))
    facts = deal_forms.read_facts(form, process.currency)
    deal = deals.log_deal(turn.desk, turn.actor, facts, process.key)
    note = deal_forms.logged(deal, turn.today, turn.command)
    return Answer(become=checklist_view(turn, deal.id, note))


def _process(desk: Desk, key: str) -> Process:
    found = desk.processes.get(key or desk.rules.default_process)
    if found is None:
        raise NeedsSetup(
            f"The process “{key or desk.rules.default_process}” is not defined. "
            "Ask whoever runs Stagecoach to check STAGECOACH_PROCESS."
        )
    return found
