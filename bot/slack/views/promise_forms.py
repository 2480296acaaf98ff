"""The forms about promises: a new one, what became of one, why one is not owed any more, and the value check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.promises import Outcome, Promise, ValueAnswer
from bot.services.promises import Draft
from bot.slack.blocks import Block, View, date_input, modal, radio_input, section, text_input
from bot.slack.ids import Field, Form
from bot.slack.turn import Form as Filled
from bot.slack.views.notices import banner
from bot.slack.views.promises import MOST_IN_LINE, QUOTED, promise_words
from bot.slack.views.wording import deal_title, short


def note_form(
    deal: Deal, meta: Mapping[str, Any], *, what: str = "", on: date | None = None, warning: str = ""
) -> View:
    """The form of one promise."""
    blocks = [*([banner(warning)] if warning else []), section(deal_title(deal)), *note_fields(what=what, on=on)]
    kept = {**meta, "deal": deal.id}
    return modal(Form.PROMISE_NOTE, "Note a promise", blocks, submit="Save", close="Cancel", meta=kept)


def note_fields(*, what: str = "", on: date | None = None, optional: bool = False) -> list[Block]:
    """What was promised, to whom, by when; `optional` where it stands below other things."""
    hint = "Whoever looks after the customer is reminded of it."
    return [
        text_input(
            Field.PROMISE,
            "What did we promise?",
            initial=what,
            placeholder="Training for the night shift",
            multiline=True,
            optional=optional,
        ),
        text_input(Field.TO_WHOM, "To whom?", placeholder="Jane Doe", optional=True, longest=200),
        date_input(Field.DUE_ON, "By when?", initial=on, hint=hint, optional=optional),
    ]


def read_draft(form: Filled) -> Draft:
    """The promise in a form's fields, as it was written."""
    return Draft(form.text(Field.PROMISE), form.text(Field.TO_WHOM), form.date(Field.DUE_ON))


def settle_form(one: Promise, deal: Deal, meta: Mapping[str, Any], today: date) -> View:
    """What became of a promise, and what shows it."""
    outcomes = (
        ("Kept", "The buyer has all of it", Outcome.KEPT.value),
        ("Kept in part", "Something is still missing", Outcome.PARTLY.value),
        ("Not kept", "The buyer does not have it", Outcome.BROKEN.value),
    )
    blocks = [
        section(f"{deal_title(deal)}\n{promise_words(one, today, 1000)}"),
        radio_input(Field.OUTCOME, "What became of it?", outcomes, initial=Outcome.KEPT.value),
        *_evidence_fields("Jane confirmed by mail that the night shift is trained"),
    ]
    kept = {**meta, "promise": one.id, "deal": deal.id}
    return modal(Form.PROMISE_SETTLE, "Promise", blocks, submit="Save", close="Cancel", meta=kept)


def withdraw_form(one: Promise, deal: Deal, meta: Mapping[str, Any], today: date) -> View:
    """Why a promise is no longer owed."""
    blocks = [
        section(f"{deal_title(deal)}\n{promise_words(one, today, 1000)}"),
        text_input(
            Field.NOTE,
            "Why is it no longer owed?",
            multiline=True,
            placeholder="Jane wrote that they train the night shift themselves",
            hint="It stays in the list with this reason, and counts neither as kept nor as broken.",
        ),
    ]
    kept = {**meta, "promise": one.id, "deal": deal.id}
    return modal(Form.PROMISE_WITHDRAW, "Withdraw a promise", blocks, submit="Withdraw", close="Cancel", meta=kept)


def check_form(deal: Deal, month: int, promises: Sequence[Promise], meta: Mapping[str, Any]) -> View:
    """Is the promised value there?"""
    answers = (
        ("Yes", "They have what they bought it for", ValueAnswer.YES.value),
        ("Partly", "Something is still missing", ValueAnswer.PARTLY.value),
        ("No", "They do not have it", ValueAnswer.NO.value),
    )
    noted = [f"• {short(one.what, QUOTED)}" for one in promises if one.outcome is not Outcome.WITHDRAWN]
    blocks = [section(f"{deal_title(deal)}\nWon {month} months ago.")]
    if noted:
        blocks.append(section("\n".join(["*What we promised*", *noted[:MOST_IN_LINE]])))
    blocks += [
        radio_input(Field.ANSWER, "Is the promised value there?", answers),
        *_evidence_fields("Month end takes two days instead of six, says Jane"),
    ]
    kept = {**meta, "deal": deal.id, "month": month}
    return modal(Form.VALUE_CHECK, "Value check", blocks, submit="Save", close="Cancel", meta=kept)


def _evidence_fields(example: str) -> list[Block]:
    return [
        text_input(Field.NOTE, "What shows it?", multiline=True, placeholder=example),
        text_input(Field.LINK, "Link", hint="To a mail, a report or a page, if there is one.", optional=True),
    ]
