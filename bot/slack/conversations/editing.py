"""Editing a deal's facts, and handing it to somebody else."""

from __future__ import annotations

import json
import re

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.services import deals
from bot.services.deals import DealFacts
from bot.services.desk import Desk
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.text import escape_clip
from bot.slack.turn import Answer, Message, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import deal_forms, step_forms
from bot.slack.views.notices import with_banner

_MENTION = re.compile(r"(?<!\w)@([UW][A-Z0-9]+)\b")
_DELIVERY = re.compile(r"\bdelivery\b", re.IGNORECASE)
_ONESELF = re.compile(r"(?:to )?(?:me|myself)", re.IGNORECASE)


def register(talk: Talk) -> None:
    """`edit` and `assign`, their buttons and their forms."""
    talk.word("edit", "edit X", "correct a deal's name, amount, date, people and the rest", about("edit", _edit))
    talk.word("assign", "assign X @rep", "hand a deal to somebody else", about("assign", _assign))
    talk.button(Action.DEAL_EDIT, lambda turn: _edit(turn, _pressed_on(turn), ""))
    talk.button(Action.DEAL_ASSIGN, lambda turn: _assign(turn, _pressed_on(turn), ""))
    talk.form(Form.EDIT, _edited)
    talk.form(Form.ASSIGN, _assigned)


def _pressed_on(turn: Turn) -> Deal:
    return deals.for_change(turn.desk, turn.actor, turn.ref.id)


def _edit(turn: Turn, deal: Deal, rest: str) -> Answer:
    policy.require_change(turn.actor, deal)
    warning = f"Please make the change here: “{escape_clip(rest, 200)}” is not in the form yet." if rest else ""
    return over(turn, deal_forms.edit_form(deal, _currency(turn.desk, deal), below(turn), warning))


def _edited(turn: Turn) -> Answer:
    form = turn.submitted
    before = deals.for_change(turn.desk, turn.actor, form.id("deal"))
    facts = deal_forms.read_facts(form, _currency(turn.desk, before), before.contacts)
    mark = deal_forms.mark_now(form, before)
    changed = deal_forms.differences(DealFacts.of(before), facts) if form.key("drawn") != mark else ""
    if changed:
        return _ask_again(form, before, mark, changed)
    after = deals.edit(turn.desk, turn.actor, before.id, before.version, facts)
    return done(turn, after.id, deal_forms.saved(before, after, turn.command))


def _ask_again(form: Filled, now: Deal, mark: str, changed: str) -> Answer:
    """Somebody changed the facts while the form was open: say what is stored, and save over it only if told again."""
    meta = {**form.meta, "drawn": mark}
    sentence = (
        f"{now.label} was changed by somebody else meanwhile. Stored now: {changed}. "
        "Save again to keep what stands in this form, or cancel to keep what is stored."
    )
    return Answer(become=with_banner({**form.raw, "private_metadata": json.dumps(meta)}, sentence))


def _assign(turn: Turn, deal: Deal, rest: str) -> Answer:
    policy.require_change(turn.actor, deal)
    mentioned = _MENTION.findall(rest)
    to = turn.actor.user_id if _ONESELF.fullmatch(rest) else mentioned[0] if len(mentioned) == 1 else ""
    delivery = bool(_DELIVERY.search(rest))
    if to:
        return Answer(say=Message(_hand_over(turn, deal, to, delivery=delivery)))
    warning = f"I cannot tell who “{escape_clip(rest, 100)}” is. Choose the person here." if rest else ""
    return over(turn, step_forms.assign_form(deal, below(turn), delivery=delivery, warning=warning))


def _assigned(turn: Turn) -> Answer:
    form = turn.submitted
    deal = deals.for_change(turn.desk, turn.actor, form.id("deal"))
    to = form.user(Field.OWNER)
    if not to:
        raise BadInput("Choose a person.", {Field.OWNER.value: "Choose the person who takes the deal over."})
    return done(turn, deal.id, _hand_over(turn, deal, to, delivery=form.ticked(Field.AS_DELIVERY)))


def _hand_over(turn: Turn, before: Deal, to: str, *, delivery: bool) -> str:
    after = deals.assign(turn.desk, turn.actor, before.id, to, delivery=delivery)
    return step_forms.handed_over(before, after, turn.actor.user_id, turn.command, delivery=delivery)


def _currency(desk: Desk, deal: Deal) -> str:
    """What an amount without a currency means: the deal's own, else its process's."""
    if deal.amount:
        return deal.amount.currency
    process = desk.processes.get(deal.process) or desk.processes.get(desk.rules.default_process)
    return process.currency if process else "EUR"
