"""The forms of a deal's facts, for logging and for editing, and the reading back of what was written in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.money import Money
from bot.domain.people import Contact
from bot.domain.process import Process
from bot.domain.reading import NewDealText, read_amount
from bot.domain.reading_contacts import read_contacts, show_contact
from bot.services.deals import DealFacts
from bot.slack.blocks import Block, View, choice_input, date_input, modal, section, text_input
from bot.slack.ids import Field, Form
from bot.slack.turn import Form as Filled
from bot.slack.views.notices import banner
from bot.slack.views.wording import amount_words, day_words, deal_title, short

LONGEST = 3000
_SHORT = 255
_ADDRESS = re.compile(r"(?:https?://|mailto:)?(?:[^@/\s]*@)?(?:www\.)?(?P<domain>[^/?#\s]*)\S*", re.IGNORECASE)

Read = TypeVar("Read")


def new_form(
    told: NewDealText, processes: Mapping[str, Process], chosen: Process, warnings: Sequence[str] = ()
) -> View:
    """The form of a new deal, filled with what was typed. `warnings` are markup."""
    facts = DealFacts(told.name, amount=told.amount, expected_close=told.close)
    blocks = [*map(banner, ["\n".join(warnings)] if warnings else ()), *fact_fields(facts, chosen.currency)]
    blocks[-4:-4] = process_field(processes, chosen)
    return modal(Form.NEW, "Log a deal", blocks, submit="Save", close="Cancel")


def process_field(processes: Mapping[str, Process], chosen: Process) -> list[Block]:
    """The choice of a process, where there is one."""
    if len(processes) < 2:
        return []
    options = [(process.name, process.key) for process in processes.values()]
    hint = "Sets the stages of the deal and what they ask for."
    return [choice_input(Field.PROCESS, "Process", options, initial=chosen.key, hint=hint)]


def amount_field(amount: Money | None, currency: str) -> Block:
    """The amount, as people write it."""
    shown = amount.show() if amount else ""
    money = f"As you write it: 12k, 1.5m, €12,000 or 1,234.50 SEK. Without a currency it is {currency}."
    return text_input(Field.AMOUNT, "Amount", initial=shown, hint=money, optional=True, longest=_SHORT)


def domain_field(domain: str) -> Block:
    """The domain of the buyer's mail addresses."""
    hint = "Such as example.com: the part of their mail addresses after the @."
    return text_input(
        Field.COMPANY_DOMAIN, "The buyer's domain", initial=domain, hint=hint, optional=True, longest=_SHORT
    )


def source_field(source: str) -> Block:
    """Where a deal came from."""
    return text_input(Field.SOURCE, "Source", initial=source, hint="How the deal came to us.", optional=True)


def edit_form(deal: Deal, currency: str, meta: Mapping[str, Any], warning: str = "") -> View:
    """The form of a deal's facts as they are."""
    facts = DealFacts.of(deal)
    shown = people_that_fit(facts.contacts)
    more = len(facts.contacts) - len(shown)
    blocks = [banner(warning)] if warning else []
    blocks += [section(deal_title(deal)), *fact_fields(replace(facts, contacts=shown), currency, more)]
    kept = {"deal": deal.id, "drawn": digest(facts, shown), "people": [contact.id for contact in shown]}
    return modal(Form.EDIT, "Edit deal", blocks, submit="Save", close="Cancel", meta={**meta, **kept})


def fact_fields(facts: DealFacts, currency: str, more_people: int = 0) -> list[Block]:
    """What can be written about a deal; `more_people` are not shown and stay as they are."""
    people = "\n".join(map(show_contact, facts.contacts))
    kept = f" {more_people} more are not shown here and stay as they are." if more_people else ""
    return [
        text_input(Field.NAME, "Name", initial=facts.name, hint="What your team calls this deal."),
        text_input(Field.COMPANY, "Company", initial=facts.company, optional=True),
        amount_field(facts.amount, currency),
        date_input(Field.EXPECTED_CLOSE, "Expected close", initial=facts.expected_close, optional=True),
        text_input(
            Field.CONTACTS,
            "People at the buyer",
            initial=people,
            multiline=True,
            optional=True,
            hint=f"One a line: name, role, mail.{kept}",
        ),
        domain_field(facts.company_domain),
        source_field(facts.source),
        text_input(Field.COMPETITORS, "Competitors", initial=facts.competitors, optional=True),
    ]


def read_facts(form: Filled, currency: str, known: Sequence[Contact] = ()) -> DealFacts:
    """What the form says. `known` are the deal's people; those whom the form did not show are kept as they are.

    Raises BadInput with a sentence for each field that cannot be read.
    """
    wrong: dict[str, str] = {}
    shown, unseen = _seen(form, known)
    amount = form.text(Field.AMOUNT)
    facts = DealFacts(
        name=form.text(Field.NAME),
        company=form.text(Field.COMPANY),
        company_domain=_domain(form.text(Field.COMPANY_DOMAIN)),
        amount=_reading(wrong, Field.AMOUNT, lambda: read_amount(amount, currency)) if amount else None,
        expected_close=_reading(wrong, Field.EXPECTED_CLOSE, lambda: form.date(Field.EXPECTED_CLOSE)),
        source=form.text(Field.SOURCE),
        competitors=form.text(Field.COMPETITORS),
        contacts=(_reading(wrong, Field.CONTACTS, lambda: read_contacts(form.text(Field.CONTACTS), shown)) or ()),
    )
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return replace(facts, contacts=(*facts.contacts, *unseen))


def people_that_fit(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """The first people whose lines fit into one field."""
    length, fitting = 0, []
    for contact in contacts:
        length += len(show_contact(contact)) + 1
        if length > LONGEST:
            break
        fitting.append(contact)
    return tuple(fitting)


def digest(facts: DealFacts, shown: Sequence[Contact]) -> str:
    """A short mark of what a form showed, to notice that somebody changed it meanwhile."""
    return hashlib.blake2s(repr(replace(facts, contacts=tuple(shown))).encode(), digest_size=8).hexdigest()


def mark_now(form: Filled, deal: Deal) -> str:
    """The mark that the form would carry if it were drawn now."""
    shown, _ = _seen(form, deal.contacts)
    return digest(DealFacts.of(deal), shown)


def differences(theirs: DealFacts, ours: DealFacts) -> str:
    """What is stored now and stands otherwise in the form, as markup; empty when nothing is."""
    stored = {
        "name": (theirs.name, ours.name),
        "company": (theirs.company, ours.company),
        "amount": (theirs.amount and theirs.amount.show(), ours.amount and ours.amount.show()),
        "close": (
            theirs.expected_close and day_words(theirs.expected_close),
            ours.expected_close and day_words(ours.expected_close),
        ),
        "people": (_names(theirs), _names(ours)),
        "domain": (theirs.company_domain, ours.company_domain),
        "source": (theirs.source, ours.source),
        "competitors": (theirs.competitors, ours.competitors),
    }
    return " · ".join(
        f"{name}: {short(then, 80) if then else 'empty'}" for name, (then, now) in stored.items() if then != now
    )


def logged(deal: Deal, today: date, command: str) -> str:
    """What was logged, in one line of markup."""
    close = "no closing day yet"
    if deal.expected_close:
        close = f"closes {day_words(deal.expected_close)}"
        if deal.expected_close < today:
            close += f", which is over (correct it with `{command} edit {deal.label}`)"
    return f":white_check_mark: Logged as {deal.label} · {amount_words(deal.amount)} · {close}."


def saved(before: Deal, after: Deal, command: str) -> str:
    """What an edited deal says now, in a few lines of markup."""
    close = day_words(after.expected_close) if after.expected_close else "no closing day yet"
    said = f":white_check_mark: Saved. {deal_title(after)} · {amount_words(after.amount)} · {close}."
    if before.pending_move and not after.pending_move:
        said += (
            "\nThe amount was changed, so the move that waited for a manager is cancelled. "
            f"Ask again with `{command} move {after.label}`."
        )
    return said


def _seen(form: Filled, contacts: Sequence[Contact]) -> tuple[list[Contact], list[Contact]]:
    """The deal's people whom the form showed, and the others."""
    ids = form.meta.get("people")
    shown = ids if isinstance(ids, list) else []
    return [c for c in contacts if c.id in shown], [c for c in contacts if c.id not in shown]


def _reading(wrong: dict[str, str], field: Field, read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except BadInput as problem:
        wrong[field.value] = problem.fields.get(field.value) or str(problem)
        return None


def _domain(text: str) -> str:
    """The domain in what was pasted: an address of a page or of a person."""
    found = _ADDRESS.fullmatch(text)
    return (found["domain"] if found else text).lower()


def _names(facts: DealFacts) -> str:
    return ", ".join(contact.name for contact in facts.contacts)
