"""Asking the buyer to confirm a recap on our page, and withdrawing the link."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.nearest import nearest
from bot.services import confirmations
from bot.services.confirmations import Asking, Draft
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.proving import new_contact
from bot.slack.conversations.stacking import over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import confirmations as view


def register(talk: Talk) -> None:
    """`confirm`, the buttons of the checklist, the list and the rep's direct messages, and the form."""
    does = "ask the buyer to confirm what was agreed, on a page of ours"
    talk.word("confirm", "confirm X [criterion]", does, about("confirm", _word))
    talk.button(Action.CONFIRM_LIST, lambda turn: over(turn, list_view(turn, turn.ref.id)))
    talk.button(Action.CONFIRM_ASK, _ask)
    talk.button(Action.CONFIRM_AGAIN, _again)
    talk.button(Action.CONFIRM_WITHDRAW, _withdraw)
    talk.form(Form.CONFIRM, _made)


def list_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The links of a deal as they are now."""
    return view.list_view(confirmations.of_deal(turn.desk, turn.actor, deal_id), turn.desk.clock(), note)


def _word(turn: Turn, deal: Deal, rest: str) -> Answer:
    """The form; without a criterion the list, if there is something in it."""
    if not rest:
        seen = confirmations.of_deal(turn.desk, turn.actor, deal.id)
        if seen.found:
            return Answer(open=view.list_view(seen, turn.desk.clock()))
    asked = confirmations.asking(turn.desk, turn.actor, deal.id)
    return over(turn, view.recap_form(asked, _meant(asked, rest) if rest else "", {}))


def _meant(asked: Asking, rest: str) -> str:
    """The key of the criterion that these words mean. Raises BadInput with those that there are."""
    wanted = rest.strip('"“” ').casefold()
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [one.key for one in asked.criteria if any(fits(t.casefold(), wanted) for t in (one.key, one.text))]
        if len(found) == 1:
            return found[0]
    near = nearest(wanted, [one.key for one in asked.criteria])
    if len(near) == 1:
        return near[0]
    named = "; ".join(f"{one.key} ({one.text})" for one in asked.criteria)
    raise BadInput(f"Which criterion of “{asked.stage.name}”? Write one of these words, or none: {named}")


def _ask(turn: Turn) -> Answer:
    asked = confirmations.asking(turn.desk, turn.actor, turn.ref.id)
    return over(turn, view.recap_form(asked, turn.ref.key, _under(turn)))


def _again(turn: Turn) -> Answer:
    asked = confirmations.asking_again(turn.desk, turn.actor, turn.ref.id)
    return over(turn, view.recap_form(asked, "", _under(turn)))


def _under(turn: Turn) -> dict[str, str]:
    """Whether the form stands over the list of links, which is then drawn again."""
    form = turn.form
    return {"below": Form.CONFIRMATIONS.value} if form and form.callback_id == Form.CONFIRMATIONS else {}


def _made(turn: Turn) -> Answer:
    """The link is in the answer to this one delivery and nowhere else."""
    form = turn.submitted
    chosen = form.choice(Field.CONTACT)
    draft = Draft(
        criterion=form.choice(Field.CRITERION),
        points=form.text(Field.POINTS),
        next_step=form.text(Field.NEXT_STEP),
        next_on=form.date(Field.ON),
        contact_id=int(chosen) if chosen.isdigit() else None,
        new_contact=new_contact(form.text(Field.NEW_CONTACT)),
    )
    after, deal_id = form.meta.get("after"), form.id("deal")
    made = confirmations.ask(
        turn.desk,
        turn.actor,
        deal_id,
        form.key("from"),
        draft,
        turn.today,
        after if isinstance(after, int) else 0,
    )
    shown = view.link_view(made, {"deal": deal_id})
    if form.below and form.key("below") == Form.CONFIRMATIONS:
        return Answer(become=shown, redraw_below=lambda: list_view(turn, deal_id))
    return Answer(become=shown)


def _withdraw(turn: Turn) -> Answer:
    found = confirmations.withdraw(turn.desk, turn.actor, turn.ref.id)
    note = ":white_check_mark: Withdrawn. Whoever opens the link reads so."
    return Answer(redraw=lambda: list_view(turn, found.deal_id, note))
