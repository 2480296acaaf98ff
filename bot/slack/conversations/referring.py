"""Asking happy customers: asked, given, declined or later, and the deals that begin with what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.process import Process
from bot.domain.reminders import ASKS, ReminderKind
from bot.services import ask_overview, asks
from bot.services.asks import Target
from bot.services.deals import process_for
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.moving import checklist_view
from bot.slack.conversations.stacking import over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Part, Talk
from bot.slack.turn import Answer, Message, Turn
from bot.slack.turn import Form as Filled
from bot.slack.views import asks as view
from bot.slack.views import deal_forms

_LATER = timedelta(days=30)


def register(talk: Talk) -> None:
    """`referral` and `referrals`, the buttons of their pages and of agendas, and the forms."""
    of_deal = about("referral", lambda turn, deal, _rest: over(turn, asks_view(turn, deal.id)))
    does = "ask a customer for a referral, a review, a reference; note what they said"
    talk.word("referral", "referral X", does, lambda turn: of_deal(turn) if turn.text else _referrals(turn))
    talk.word("referrals", "referrals", "who could be asked, who was, and what became of it", _referrals)
    talk.button(Action.ASK_OPEN, lambda turn: over(turn, asks_view(turn, turn.ref.id)))
    for on_page, reminded, part in (
        (Action.ASK_ASKED, Action.REMIND_ASKED, _asked),
        (Action.ASK_DECLINED, Action.REMIND_DECLINED, _declined),
        (Action.ASK_GIVEN, Action.REMIND_GIVEN, _open_given),
        (Action.ASK_LATER, Action.REMIND_ASK_LATER, _open_later),
    ):
        talk.button(on_page, _about(_on_page, part))
        talk.button(reminded, _about(_reminded, part))
    talk.button(Action.ASK_BEGIN, _open_begin)
    talk.form(Form.ASK_LATER, _later)
    talk.form(Form.ASK_GIVEN, _given)
    talk.form(Form.ASK_MORE, _more)
    talk.form(Form.ASK_BEGIN, _begun)


def asks_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """What the customer of a deal may be asked for, as it is now."""
    return view.asks_view(ask_overview.of_deal(turn.desk, turn.actor, deal_id), turn.today, note)


def _referrals(turn: Turn) -> Answer:
    return over(turn, view.referrals_view(ask_overview.referrals(turn.desk, turn.actor)))


# What a button or a form is about


def _about(what: Callable[[Turn], Target], part: Callable[[Turn, Target], Answer]) -> Part:
    return lambda turn: part(turn, what(turn))


def _kind(key: str) -> ReminderKind:
    kind = next((kind for kind in ASKS if kind.value == key), None)
    if kind is None:
        raise BadInput("This button is from an older version of me. Please type the command again.")
    return kind


def _on_page(turn: Turn) -> Target:
    return Target(turn.ref.id, _kind(turn.ref.key))


def _reminded(turn: Turn) -> Target:
    return asks.target_of(turn.desk, turn.actor, turn.ref.id)[0]


def _meta(turn: Turn, target: Target) -> Mapping[str, Any]:
    """What a form keeps: what it is about, and whether it stands over the page of its deal."""
    over_page = turn.form is not None and turn.form.callback_id == Form.ASKS
    about_it = {"deal": target.deal_id, "kind": target.kind.value, "below": Form.ASKS.value if over_page else ""}
    return about_it | ({"reminder": target.reminder_id} if target.reminder_id is not None else {})


def _target(form: Filled) -> Target:
    reminder = form.id("reminder") if "reminder" in form.meta else None
    return Target(form.id("deal"), _kind(form.key("kind")), reminder)


def _said(turn: Turn, target: Target, said: str) -> Answer:
    """What was done: on the page where there is one; a message that shows the reminder is drawn again by itself."""
    form = turn.form
    if form is None:
        return Answer() if target.reminder_id is not None else Answer(say=Message(said))
    if form.callback_id == Form.ASKS:
        return Answer(redraw=lambda: asks_view(turn, target.deal_id, said))
    if form.below and form.key("below") == Form.ASKS:
        return Answer(redraw_below=lambda: asks_view(turn, target.deal_id, said))
    return Answer()


# Their answers


def _asked(turn: Turn, target: Target) -> Answer:
    ask = asks.asked(turn.desk, turn.actor, target)
    return _said(turn, target, view.answered(asks.deal_for(turn.desk, turn.actor, target), ask))


def _declined(turn: Turn, target: Target) -> Answer:
    ask = asks.declined(turn.desk, turn.actor, target)
    return _said(turn, target, view.answered(asks.deal_for(turn.desk, turn.actor, target), ask))


def _open_later(turn: Turn, target: Target) -> Answer:
    deal = asks.deal_for(turn.desk, turn.actor, target)
    return over(turn, view.later_form(deal, target.kind, turn.today + _LATER, _meta(turn, target)))


def _later(turn: Turn) -> Answer:
    form = turn.submitted
    until, target = form.date(Field.UNTIL), _target(form)
    if until is None:
        raise BadInput("When?", {Field.UNTIL.value: "Choose the day on which I may propose it again."})
    ask = asks.later(turn.desk, turn.actor, target, until, turn.today)
    return _said(turn, target, view.answered(asks.deal_for(turn.desk, turn.actor, target), ask))


def _open_given(turn: Turn, target: Target) -> Answer:
    deal, meta = asks.deal_for(turn.desk, turn.actor, target), _meta(turn, target)
    if target.kind is ReminderKind.UPSELL:
        facts, chosen = asks.more_of(deal), _process_like(turn, deal)
        return over(turn, view.more_form(deal, facts, turn.desk.processes, chosen, meta))
    if target.kind is ReminderKind.REFERRAL:
        return over(turn, view.referral_form(deal, turn.desk.processes, _process_like(turn, deal), meta))
    return over(turn, view.given_form(deal, target.kind, meta))


def _process_like(turn: Turn, deal: Deal) -> Process:
    """The process that a further deal most likely follows: that of the first one."""
    return turn.desk.processes.get(deal.process) or process_for(turn.desk, None)


def _given(turn: Turn) -> Answer:
    form, target = turn.submitted, _target(turn.submitted)
    gift = view.read_gift(form)
    new = view.read_deal(form, gift, _chosen(turn, form)) if form.ticked(Field.BEGIN) else None
    ask, begun = asks.given(turn.desk, turn.actor, target, gift, new)
    if begun is not None:
        return _on_with(turn, begun, target.deal_id)
    return _said(turn, target, view.answered(asks.deal_for(turn.desk, turn.actor, target), ask))


def _more(turn: Turn) -> Answer:
    form, target = turn.submitted, _target(turn.submitted)
    gift = asks.Gift()
    _, begun = asks.given(turn.desk, turn.actor, target, gift, view.read_deal(form, gift, _chosen(turn, form)))
    return _on_with(turn, begun, target.deal_id) if begun else Answer()


def _open_begin(turn: Turn) -> Answer:
    ask, deal = asks.unstarted(turn.desk, turn.actor, turn.ref.id)
    meta = {**_meta(turn, Target(deal.id, ask.kind)), "ask": ask.id}
    return over(turn, view.referral_form(deal, turn.desk.processes, _process_like(turn, deal), meta, ask))


def _begun(turn: Turn) -> Answer:
    form = turn.submitted
    new = view.read_deal(form, view.read_gift(form), _chosen(turn, form))
    begun = asks.begin(turn.desk, turn.actor, form.id("ask"), new)
    return _on_with(turn, begun, form.id("deal"))


def _chosen(turn: Turn, form: Filled) -> Process:
    """The process in the form; without a choice there is only one."""
    return process_for(turn.desk, form.choice(Field.PROCESS) or None)


def _on_with(turn: Turn, begun: Deal, deal_id: int) -> Answer:
    """The new deal's checklist, as after logging any; the page of the old one below is drawn again."""
    shown = checklist_view(turn, begun.id, deal_forms.logged(begun, turn.today, turn.command))
    form = turn.submitted
    if form.below and form.key("below") == Form.ASKS:
        return Answer(become=shown, redraw_below=lambda: asks_view(turn, deal_id))
    return Answer(become=shown)
