"""The buying committee: who decides at the buyer, with their part and stance, and one more person."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from bot.domain.committee import Part, Size, Stance
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.reading_contacts import read_contacts
from bot.services import committee, deals
from bot.slack.blocks import View
from bot.slack.conversations.choosing import about
from bot.slack.conversations.stacking import below, done, over
from bot.slack.ids import Action, Field, Form
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Turn
from bot.slack.views import committee as view

_Word = TypeVar("_Word", bound=StrEnum)


def register(talk: Talk) -> None:
    """`committee`, the menus in its list, and the form of one more person."""
    does = "who decides at the buyer, how they stand to it, and who is missing"
    talk.word("committee", "committee X", does, about("committee", _open))
    talk.button(Action.COMMITTEE, lambda turn: over(turn, committee_view(turn, turn.ref.id)))
    talk.button(Action.COMMITTEE_PART, _part)
    talk.button(Action.COMMITTEE_STANCE, _stance)
    talk.button(Action.COMMITTEE_SIZE, _size)
    talk.button(Action.COMMITTEE_ADD, _add)
    talk.form(Form.COMMITTEE_ADD, _added)


def committee_view(turn: Turn, deal_id: int, note: str = "") -> View:
    """The committee of a deal as it is known now."""
    return view.committee_view(committee.of_deal(turn.desk, turn.actor, deal_id), note)


def _open(turn: Turn, deal: Deal, _rest: str) -> Answer:
    return Answer(open=committee_view(turn, deal.id))


def _part(turn: Turn) -> Answer:
    deal = committee.place(turn.desk, turn.actor, turn.ref.id, part=_word(Part, turn.ref.key))
    return Answer(redraw=lambda: committee_view(turn, deal.id))


def _stance(turn: Turn) -> Answer:
    deal = committee.place(turn.desk, turn.actor, turn.ref.id, stance=_word(Stance, turn.ref.key))
    return Answer(redraw=lambda: committee_view(turn, deal.id))


def _size(turn: Turn) -> Answer:
    deal = committee.say_size(turn.desk, turn.actor, turn.ref.id, _word(Size, turn.ref.key))
    return Answer(redraw=lambda: committee_view(turn, deal.id))


def _add(turn: Turn) -> Answer:
    deal = deals.for_change(turn.desk, turn.actor, turn.ref.id)
    stands_over = turn.form is not None and turn.form.callback_id == Form.COMMITTEE
    return over(turn, view.add_form(deal, {"below": Form.COMMITTEE.value} if stands_over else below(turn)))


def _added(turn: Turn) -> Answer:
    form = turn.submitted
    try:
        read = read_contacts(form.text(Field.NEW_CONTACT))
    except BadInput as problem:
        raise BadInput(str(problem), {Field.NEW_CONTACT.value: str(problem)}) from problem
    if len(read) != 1:
        raise BadInput("One person, please.", {Field.NEW_CONTACT.value: "One person: name, role, mail."})
    part, stance = form.choice(Field.PART), form.choice(Field.STANCE)
    deal = committee.add(
        turn.desk,
        turn.actor,
        form.id("deal"),
        read[0],
        _word(Part, part) if part else None,
        _word(Stance, stance) if stance else None,
    )
    said = view.added(deal, read[0].name, turn.command)
    if form.below and form.key("below") == Form.COMMITTEE:
        return Answer(redraw_below=lambda: committee_view(turn, deal.id, said))
    return done(turn, deal.id, said)


def _word(words: type[_Word], key: str) -> _Word:
    """The word with this key. Raises BadInput for one that we never offered."""
    found = next((word for word in words if word.value == key), None)
    if found is None:
        raise BadInput("This menu is from an older version of me. Please open the committee again.")
    return found
