"""Asking customers, on screen: what one may be asked for, the forms of their answers, and the way to new deals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.asking import Ask, AskState, Funnel
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.process import Process
from bot.domain.reading_contacts import read_contacts
from bot.domain.reminders import ReminderKind
from bot.services.ask_overview import Asking, Referrals, Standing
from bot.services.asks import Gift, NewDeal, source_words
from bot.services.deals import DealFacts
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    date_input,
    divider,
    modal,
    section,
    text_input,
    tick_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Form as Filled
from bot.slack.views import deal_forms
from bot.slack.views.ask_words import (
    TITLES,
    decline_confirmation,
    last_words,
    standing_words,
    withheld_words,
)
from bot.slack.views.sentences import person
from bot.slack.views.wording import deal_title, short

LONGEST_NAME = 200
MOST_KINDS = 5


def asks_view(asking: Asking, today: date, note: str = "") -> View:
    """What the customer of a deal may be asked for, with the answers so far. `note`, as markup, says what was done."""
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(f"{deal_title(asking.deal)}\nWhat could this customer be asked for?"))
    if asking.withheld is not None:
        blocks.append(context(f":information_source: {withheld_words(asking.withheld)}"))
    for one in asking.standings[:MOST_KINDS]:
        blocks += [divider(), section(standing_words(asking, one, today))]
        if asking.may_change:
            blocks.append(actions(*_answers(asking, one)))
    return modal(Form.ASKS, "Ask the customer", blocks, meta={"deal": asking.deal.id})


def _answers(asking: Asking, one: Standing) -> list[Any]:
    ref, title = Ref(asking.deal.id, 0, one.kind.value), TITLES[one.kind]
    last = one.last
    if last is not None and one.kind is ReminderKind.REFERRAL and last.state is AskState.GIVEN and not last.new_deal_id:
        row = [button("Start the deal…", Action.ASK_BEGIN, Ref(last.id), style="primary")]
    else:
        row = []
    if one.kind is ReminderKind.UPSELL:
        row.append(button("Start a deal…", Action.ASK_GIVEN, ref, label=f"Start a deal: {title}"))
    else:
        style = "primary" if last is None and not asking.withheld else None
        row.append(button("Asked", Action.ASK_ASKED, ref, style=style, label=f"Asked: {title}"))
        row.append(button("Given…", Action.ASK_GIVEN, ref, label=f"Given: {title}"))
    sure = decline_confirmation(one.kind)
    row.append(button("Declined", Action.ASK_DECLINED, ref, confirm=sure, label=f"Declined: {title}"))
    return [*row, button("Ask later…", Action.ASK_LATER, ref, label=f"Ask later: {title}")]


def later_form(deal: Deal, kind: ReminderKind, proposed: date, meta: Mapping[str, Any]) -> View:
    """When a customer wants to be asked again."""
    hint = "Before that day I propose nothing of the kind."
    blocks = [
        section(f"{deal_title(deal)}\n{TITLES[kind]}"),
        date_input(Field.UNTIL, "Ask again on", initial=proposed, hint=hint),
    ]
    return modal(Form.ASK_LATER, "Ask later", blocks, submit="Save", close="Cancel", meta=meta)


def given_form(deal: Deal, kind: ReminderKind, meta: Mapping[str, Any]) -> View:
    """What they gave: for a review, a reference or a case study where it is to be found."""
    examples = {
        ReminderKind.REVIEW: "https://reviews.example.com/123",
        ReminderKind.REFERENCE: "Jane takes calls on Thursdays",
        ReminderKind.CASE_STUDY: "Jane agreed to an interview in June",
    }
    blocks = [
        section(f"{deal_title(deal)}\n{TITLES[kind]}"),
        text_input(
            Field.NOTE, "What did they give?", multiline=True, optional=True, placeholder=examples.get(kind, "")
        ),
    ]
    return modal(Form.ASK_GIVEN, f"{TITLES[kind]} given", blocks, submit="Save", close="Cancel", meta=meta)


def referral_form(
    deal: Deal, processes: Mapping[str, Process], chosen: Process, meta: Mapping[str, Any], given: Ask | None = None
) -> View:
    """Whom they named, and the deal that begins with it, in one form. `given` is a referral of before, without one."""
    name, company = (given.person_name, given.person_company) if given else ("", "")
    begin = "The referral is kept either way; the deal can begin later."
    blocks = [
        section(deal_title(deal)),
        text_input(
            Field.NAMED,
            "Whom did they name?",
            initial=name,
            placeholder="Jane Doe, CFO, jane@example.com",
            hint="Name, role and mail, as far as you know them.",
            longest=500,
        ),
        text_input(Field.COMPANY, "Where do they work?", initial=company, longest=LONGEST_NAME),
        *(
            []
            if given
            else [tick_input(Field.BEGIN, "A new deal", "Start a deal with them now", ticked=True, hint=begin)]
        ),
        text_input(Field.NAME, "Name of the deal", hint="Left empty: the company's name.", optional=True),
        deal_forms.amount_field(None, chosen.currency),
        date_input(Field.EXPECTED_CLOSE, "Expected close", optional=True),
        *deal_forms.process_field(processes, chosen),
        deal_forms.domain_field(""),
        deal_forms.source_field(source_words(deal, ReminderKind.REFERRAL)),
    ]
    form = Form.ASK_BEGIN if given else Form.ASK_GIVEN
    title = "Start the deal" if given else "Referral given"
    return modal(form, title, blocks, submit="Save", close="Cancel", meta=meta)


def more_form(
    deal: Deal, facts: DealFacts, processes: Mapping[str, Process], chosen: Process, meta: Mapping[str, Any]
) -> View:
    """A further deal with the same buyer, filled with what is known of them."""
    shown = deal_forms.people_that_fit(facts.contacts)
    fields = deal_forms.fact_fields(
        DealFacts(facts.name, facts.company, facts.company_domain, source=facts.source, contacts=shown), chosen.currency
    )
    fields[-4:-4] = deal_forms.process_field(processes, chosen)
    said = section(f"{deal_title(deal)}\nA new deal with the same buyer, in the first stage.")
    return modal(Form.ASK_MORE, "Further sale", [said, *fields], submit="Save", close="Cancel", meta=meta)


def read_gift(form: Filled) -> Gift:
    """What the form says was given. Raises BadInput when the line of a person cannot be read."""
    if not form.has(Field.NAMED):
        return Gift(form.text(Field.NOTE))
    try:
        people = read_contacts(form.text(Field.NAMED))
    except BadInput as problem:
        raise BadInput(str(problem), {Field.NAMED.value: str(problem)}) from problem
    return Gift(named=people[0] if people else None, company=form.text(Field.COMPANY))


def read_deal(form: Filled, gift: Gift, process: Process) -> NewDeal:
    """The deal that the form describes, named after the company where it has no name."""
    facts = deal_forms.read_facts(form, process.currency)
    people = (gift.named,) if gift.named else facts.contacts
    name = facts.name or gift.company
    whole = DealFacts(
        name, facts.company, facts.company_domain, facts.amount, facts.expected_close, facts.source, facts.competitors,
        people,
    )  # fmt: skip
    return NewDeal(whole, process.key)


def answered(deal: Deal, ask: Ask) -> str:
    """What was noted, as markup."""
    return f"{deal_title(deal)}, {TITLES[ask.kind].lower()}: {last_words(ask)}"


# What came of it


def referrals_view(seen: Referrals) -> View:
    """The way from customers who could be asked to deals, mine and the team's, and whom to ask next."""
    blocks: list[Block] = [
        section("*Referrals of the last twelve months*"),
        section(f"*Mine*\n{funnel_words(seen.mine)}"),
        section(f"*The team*\n{funnel_words(seen.team)}"),
        divider(),
    ]
    if seen.to_ask:
        blocks.append(section("*Could be asked now*"))
    for _, deal in seen.to_ask:
        blocks.append(section(deal_title(deal), _open(deal, "Ask…", "primary")))
    if seen.unanswered:
        blocks.append(section("*Asked, no answer noted yet*"))
    for ask, deal in seen.unanswered:
        blocks.append(section(f"{deal_title(deal)}, {TITLES[ask.kind].lower()}", _open(deal, "Answer…")))
    if seen.unstarted:
        blocks.append(section("*Given, no deal yet*"))
    for ask, deal in seen.unstarted:
        named = " at ".join(short(text, 80) for text in (ask.person_name, ask.person_company) if text)
        start = button(
            "Start the deal…", Action.ASK_BEGIN, Ref(ask.id), label=f"Start the deal: {ask.person_company[:50]}"
        )
        blocks.append(section(f"{named or 'Somebody'}, named by {deal_title(deal, 80)}", start))
    if not (seen.to_ask or seen.unanswered or seen.unstarted):
        blocks.append(section("Nobody of yours waits to be asked. I propose it here when a customer is happy."))
    if seen.by_rep:
        lines = [f"• {person(user_id)}: {funnel_words(funnel, brief=True)}" for user_id, funnel in seen.by_rep]
        blocks += [divider(), section("\n".join(["*By who looks after the customers*", *lines]))]
    return modal(Form.REFERRALS, "Referrals", blocks)


def _open(deal: Deal, text: str, style: str | None = None) -> Any:
    return button(text, Action.ASK_OPEN, Ref(deal.id), style=style, label=f"{text.rstrip('…')}: {deal.name[:60]}")


def funnel_words(funnel: Funnel, *, brief: bool = False) -> str:
    """The steps from willing to a new deal, and the gap between willing and asked, as markup."""
    if not funnel.customers:
        return "Nobody could be asked so far."
    won = f" ({funnel.won} won)" if funnel.won else ""
    steps = (
        f"{funnel.customers} could be asked → {funnel.asked} asked → {funnel.given} gave one → "
        f"{funnel.became} became a deal{won}"
    )
    if not funnel.unasked:
        return f"{steps}. Everybody was asked."
    gap = f"*{funnel.unasked} not asked yet*"
    if brief or not funnel.expected:
        return f"{steps}. {gap}."
    more = (
        f"of those who answered, {funnel.given} of {funnel.answered} gave one: about {funnel.expected} more to be had"
    )
    return f"{steps}.\n{gap}; {more}."
