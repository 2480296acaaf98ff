"""Objections on screen: those of a deal, the forms about them, and the planned answers that go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.objections import KnownObjection, Objection, Outcome
from bot.domain.people import Contact
from bot.services.objections import NEW, Draft, Noting, Raised
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    date_input,
    divider,
    modal,
    radio_input,
    section,
    text_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Form as Filled
from bot.slack.views.notices import banner
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import contact_words, day_words, deal_title, link_words, short

MOST_SETTLED = 10
QUOTED = 300
ANSWER = 600
OPEN_IN_SHORT = 5

_OUTCOMES = {
    Outcome.ANSWERED: ":white_check_mark: Answered",
    Outcome.WITHDRAWN: ":leftwards_arrow_with_hook: Withdrawn",
    Outcome.STANDS: ":warning: Stands",
}


def objections_view(raised: Raised, today: date, note: str = "") -> View:
    """What the buyer objects to in a deal. `note`, as markup, says what has just happened."""
    deal, settled = raised.deal, [one for one in reversed(raised.objections) if not one.is_open]
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(f"{deal_title(deal)}\n{_summary(raised)}"))
    if raised.may_change and deal.status.value in ("open", "won"):
        blocks.append(actions(button("Note an objection", Action.OBJECTION_NOTE, Ref(deal.id), style="primary")))
    for one in raised.open:
        blocks += _open(raised, one, today)
    if settled:
        blocks += [divider(), section("*Settled*"), *(section(_settled(one)) for one in settled[:MOST_SETTLED])]
    if len(settled) > MOST_SETTLED:
        blocks.append(context(f"and {len(settled) - MOST_SETTLED} before that"))
    return modal(Form.OBJECTIONS, "Objections", blocks, meta={"deal": deal.id})


def _summary(raised: Raised) -> str:
    number = len(raised.open)
    if not raised.objections:
        return "Nothing was noted so far. What do they doubt? “None” mostly means that nobody has asked."
    if not number:
        return "No open objections."
    words = f"{number} open objection{'' if number == 1 else 's'}"
    return f"{words}. The deal waits in this stage until each is settled." if raised.blocks else f"{words}."


def _open(raised: Raised, one: Objection, today: date) -> list[Block]:
    said_by = next((contact for contact in raised.deal.contacts if contact.id == one.contact_id), None)
    blocks: list[Block] = [divider(), section(objection_words(one, today, contact=said_by))]
    known = raised.kind(one)
    if known is not None:
        blocks.append(context(*answer_lines(known)))
    if raised.may_change:
        label = f"Say what became of: {one.words[:50]}"
        settle = button("Answered…", Action.OBJECTION_SETTLE, Ref(one.id), style="primary", label=label)
        blocks.append(actions(settle))
    return blocks


def objection_words(one: Objection, today: date, limit: int = QUOTED, contact: Contact | None = None) -> str:
    """An objection that is open, as markup."""
    due = day_words(one.answer_due_on)
    when = f":warning: *answer overdue since {due}*" if one.answer_due_on < today else f"answer promised by {due}"
    who = f"{contact_words(contact)} · " if contact else ""
    return f":speech_balloon: “{short(one.words, limit)}”\n{who}{when}"


def answer_lines(known: KnownObjection) -> list[str]:
    """The planned answers, a line each; what is asked first comes first."""
    titled = (("Ask first", known.ask), ("Their value", known.value), ("The risk of not buying", known.risk))
    return [f"*{title}:* {short(text, ANSWER)}" for title, text in titled if text] or ["No answer was written yet."]


def _settled(one: Objection) -> str:
    said = _OUTCOMES[one.outcome] if one.outcome else ""
    who = f" · {person(one.settled_by)} {moment(one.settled_at)}" if one.settled_by and one.settled_at else ""
    quoted = f"\n> {short(one.how, QUOTED)}" if one.how else ""
    link = f"\n{link_words(one.link)}" if one.link else ""
    return f"{said}: “{short(one.words, QUOTED)}”{who}{quoted}{link}"


def in_short(found: Sequence[Objection], *, blocks: bool = False) -> str:
    """The open objections of a deal in a few lines of markup, for where other things stand as well."""
    number = len(found)
    head = f"*{number} open objection{'' if number == 1 else 's'}*"
    lines = [f"{head}: the deal waits here until each is settled." if blocks else head]
    for one in found[:OPEN_IN_SHORT]:
        lines.append(f"• “{short(one.words, 120)}”, answer by {day_words(one.answer_due_on)}")
    if number > OPEN_IN_SHORT:
        lines.append(f"and {number - OPEN_IN_SHORT} more")
    return "\n".join(lines)


# Forms


def note_form(
    noting: Noting,
    meta: Mapping[str, Any],
    *,
    words: str = "",
    kind: KnownObjection | None = None,
    is_new: bool = False,
    warning: str = "",
) -> View:
    """The form of an objection, with what is planned for its `kind`. `is_new`: nothing is planned for it."""
    deal = noting.deal
    blocks = [*([banner(warning)] if warning else []), section(deal_title(deal))]
    blocks.append(
        text_input(Field.OBJECTION, "What do they say?", initial=words, multiline=True, longest=1000,
                   placeholder="Too expensive for this year", hint="In their words, as far as you remember them.")
    )  # fmt: skip
    blocks.append(_kind_field(noting, NEW if is_new else kind.key if kind else None))
    if kind is not None:
        blocks.append(section("\n".join([f"*{short(kind.name)}: what is planned*", *answer_lines(kind)])))
    elif is_new:
        blocks.append(section("*Nothing is planned for it yet.* Listen, note it, and promise an answer with a date."))
    if deal.contacts:
        people = [(f"{one.name}, {one.role}" if one.role else one.name, str(one.id)) for one in deal.contacts]
        blocks.append(choice_input(Field.CONTACT, "Who said it?", people, optional=True))
    hint = "Tell them this day. You are reminded of it."
    blocks.append(date_input(Field.DUE_ON, "By when do they get an answer?", initial=noting.due_on, hint=hint))
    kept = {**meta, "deal": deal.id}
    return modal(Form.OBJECTION_NOTE, "Note an objection", blocks, submit="Save", close="Cancel", meta=kept)


def _kind_field(noting: Noting, chosen: str | None) -> Block:
    options = [*((known.name, known.key) for known in noting.known), ("Something new", NEW)]
    hint = "Left empty, it is told by the words. Choose one to see what is planned for it."
    return choice_input(
        Field.KIND, "What is it about?", options, initial=chosen, optional=True, hint=hint, action=Action.OBJECTION_KIND
    )


def read_draft(form: Filled) -> Draft:
    """The objection in a form's fields, as it was written."""
    who = form.choice(Field.CONTACT)
    return Draft(
        form.text(Field.OBJECTION),
        form.date(Field.DUE_ON),
        form.choice(Field.KIND),
        int(who) if who.isascii() and who.isdigit() else None,
    )


def settle_form(one: Objection, deal: Deal, meta: Mapping[str, Any], today: date) -> View:
    """What became of an objection."""
    outcomes = (
        ("Answered", "They said that the answer will do", Outcome.ANSWERED.value),
        ("Withdrawn", "They do not mind any more, or it was noted by mistake", Outcome.WITHDRAWN.value),
        ("It stands", "They go on in spite of it", Outcome.STANDS.value),
    )
    blocks = [
        section(f"{deal_title(deal)}\n{objection_words(one, today, 1000)}"),
        radio_input(Field.OUTCOME, "What became of it?", outcomes, initial=Outcome.ANSWERED.value),
        text_input(
            Field.NOTE, "What did they say?", multiline=True, placeholder="Jane wrote that the price per seat is fine"
        ),
        text_input(Field.LINK, "Link", hint="To the mail or message, if there is one.", optional=True),
    ]
    kept = {**meta, "objection": one.id, "deal": deal.id}
    return modal(Form.OBJECTION_SETTLE, "Objection", blocks, submit="Save", close="Cancel", meta=kept)


def noted(one: Objection, deal: Deal, known: KnownObjection | None, command: str) -> str:
    """That an objection is written down, and what to do with it, as markup."""
    said = (
        f":white_check_mark: Noted for {deal_title(deal)}: “{short(one.words, QUOTED)}”. "
        f"Answer promised by *{day_words(one.answer_due_on)}*."
    )
    if known is None:
        said += "\nNothing is planned for it yet; your managers see it if it comes up again."
    else:
        said += "\n" + "\n".join([f"*{short(known.name)}*", *answer_lines(known)])
    return f"{said}\nAll of them: `{command} objection {deal.label}`."


def settled(one: Objection) -> str:
    """What became of an objection, as markup."""
    return f"{_OUTCOMES[one.outcome] if one.outcome else 'Open'}: “{short(one.words, QUOTED)}”"
