"""Asking happy customers: for a referral, a review, a reference, a case study, and for more of the same.

Every answer is a row of a log. What is given can start a new deal in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.asking import Ask, AskState
from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.people import Actor, Contact
from bot.domain.reminders import ASKS, ReminderKind, Settlement
from bot.services import reminders
from bot.services.deals import MOST_CONTACTS, DealFacts, checked_facts, process_for, start
from bot.services.desk import Desk
from bot.store import asks, deals

LONGEST = 3000
LONGEST_NAME = 200
FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Target:
    """What a customer is asked for; `reminder_id` where it is the answer to a reminder."""

    deal_id: int
    kind: ReminderKind
    reminder_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """What was given: for a referral who was named and where they work, for the rest where it is to be found."""

    note: str = ""
    named: Contact | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class NewDeal:
    """The deal that begins with what was given."""

    facts: DealFacts
    process_key: str | None = None


def target_of(desk: Desk, actor: Actor, reminder_id: int) -> tuple[Target, Deal]:
    """What a reminder proposes to ask for. Raises AlreadyDecided when that was settled or the deal has moved on."""
    noticed = reminders.look(desk, actor, reminder_id)
    _require_ask(noticed.reminder.kind)
    return Target(noticed.deal.id, noticed.reminder.kind, reminder_id), noticed.deal


def deal_for(desk: Desk, actor: Actor, target: Target) -> Deal:
    """The deal, to draw a form about an ask. Raises NotAllowed for those who may not change it."""
    policy.require_colleague(actor)
    _require_ask(target.kind)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, target.deal_id)
    policy.require_change(actor, deal)
    return deal


def unstarted(desk: Desk, actor: Actor, ask_id: int) -> tuple[Ask, Deal]:
    """A referral with which no deal began yet, to draw the form of one. Raises AlreadyDecided when one did."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        ask = asks.get(connection, actor.team_id, ask_id)
        if ask is None or ask.state is not AskState.GIVEN:
            raise NotFound("That referral is not here any more.")
        deal = deals.get(connection, actor.team_id, ask.deal_id)
    policy.require_change(actor, deal)
    if ask.new_deal_id is not None:
        raise AlreadyDecided("A deal has already begun with this referral.")
    return ask, deal


def source_words(deal: Deal, kind: ReminderKind) -> str:
    """The source of a deal that begins with what a customer gave."""
    word = "Upsell of" if kind is ReminderKind.UPSELL else "Referral from"
    return f"{word} {(deal.company or deal.name)[:LONGEST_NAME]} ({deal.label})"


def more_of(deal: Deal) -> DealFacts:
    """The facts of a further deal with the same buyer, to begin with."""
    people = tuple(replace(contact, id=0) for contact in deal.contacts[:MOST_CONTACTS])
    name = f"{(deal.company or deal.name)[:LONGEST_NAME]}, further sale"
    source = source_words(deal, ReminderKind.UPSELL)
    return DealFacts(name, deal.company, deal.company_domain, source=source, contacts=people)


# Answering


def asked(desk: Desk, actor: Actor, target: Target) -> Ask:
    """The customer was asked; the answer is still to come."""
    with desk.change(actor) as connection:
        deal = _opened(desk, connection, actor, target)
        return _log(
            desk, connection, actor, deal, Ask(0, deal.id, target.kind, AskState.ASKED, actor.user_id, desk.clock())
        )


def declined(desk: Desk, actor: Actor, target: Target) -> Ask:
    """The customer would rather not; that is not proposed again."""
    with desk.change(actor) as connection:
        deal = _opened(desk, connection, actor, target)
        made = Ask(0, deal.id, target.kind, AskState.DECLINED, actor.user_id, desk.clock())
        return _log(desk, connection, actor, deal, made)


def later(desk: Desk, actor: Actor, target: Target, until: date, today: date) -> Ask:
    """The customer wants to be asked another time. `today` is the person's own day.

    Raises BadInput for a day that will not do.
    """
    if until <= today:
        raise BadInput("Choose a later day.", {"until": "Choose a day after today."})
    if until > today + FARTHEST:
        raise BadInput("Choose an earlier day.", {"until": "At most two years ahead, please."})
    with desk.change(actor) as connection:
        deal = _opened(desk, connection, actor, target)
        made = Ask(0, deal.id, target.kind, AskState.LATER, actor.user_id, desk.clock(), until=until)
        return _log(desk, connection, actor, deal, made, f"from {show_date(until)} on")


def given(desk: Desk, actor: Actor, target: Target, gift: Gift, new: NewDeal | None = None) -> tuple[Ask, Deal | None]:
    """The customer gave what they were asked for; with `new` a deal begins with it, owned by the actor.

    Raises BadInput with a sentence for each wrong field: those of Gift (`note`, `named`, `company`) and of the deal.
    """
    gift, new = _checked(desk, target.kind, gift, new)
    with desk.change(actor) as connection:
        deal = _opened(desk, connection, actor, target)
        begun = _begin(desk, connection, actor, deal, target.kind, new) if new else None
        made = Ask(
            id=0,
            deal_id=deal.id,
            kind=target.kind,
            state=AskState.GIVEN,
            by=actor.user_id,
            at=desk.clock(),
            note=gift.note,
            person_name=gift.named.name if gift.named else "",
            person_company=gift.company,
            new_deal_id=begun.id if begun else None,
        )
        said = f"{begun.label} begins with it" if begun else ""
        return _log(desk, connection, actor, deal, made, said), begun


def begin(desk: Desk, actor: Actor, ask_id: int, new: NewDeal) -> Deal:
    """Start the deal of a referral that was given before.

    Raises BadInput with a sentence for each wrong field; AlreadyDecided when a deal began with it meanwhile.
    """
    ask, _ = unstarted(desk, actor, ask_id)
    gift = Gift(named=new.facts.contacts[0] if new.facts.contacts else None, company=new.facts.company)
    _, checked = _checked(desk, ask.kind, gift, new)
    with desk.change(actor) as connection:
        deal = _opened(desk, connection, actor, Target(ask.deal_id, ask.kind))
        begun = _begin(desk, connection, actor, deal, ask.kind, checked or new)
        if not asks.became(connection, actor.team_id, ask_id, begun.id):
            raise AlreadyDecided("A deal has already begun with this referral.")
        return begun


def _checked(desk: Desk, kind: ReminderKind, gift: Gift, new: NewDeal | None) -> tuple[Gift, NewDeal | None]:
    """What was given and the new deal, fit to be kept."""
    _require_ask(kind)
    note, company = gift.note.strip(), " ".join(gift.company.split())
    if len(note) > LONGEST:
        raise BadInput("That is too long.", {"note": f"At most {LONGEST} characters, please."})
    if kind is ReminderKind.UPSELL:
        if new is None:
            raise BadInput("Which deal begins?", {"name": "Give the new deal a name."})
        return Gift(note), replace(new, facts=checked_facts(desk, new.facts))
    if kind is not ReminderKind.REFERRAL:
        return Gift(note), None
    wrong = {}
    if gift.named is None:
        wrong["named"] = "Write the name of the person they named."
    if not company:
        wrong["company"] = "Where does this person work?"
    elif len(company) > LONGEST_NAME:
        wrong["company"] = f"At most {LONGEST_NAME} characters, please."
    people = (gift.named,) if gift.named else ()
    # Without a deal, too, the person has to be somebody on a buyer's side.
    facts = new.facts if new else DealFacts(company or "Referral")
    try:
        facts = checked_facts(desk, replace(facts, company=company, contacts=people))
    except BadInput as problem:
        wrong |= {("named" if name == "contacts" else name): said for name, said in problem.fields.items()}
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return Gift(note, facts.contacts[0], company), replace(new, facts=facts) if new else None


def _begin(desk: Desk, connection: Connection, actor: Actor, deal: Deal, kind: ReminderKind, new: NewDeal) -> Deal:
    facts = new.facts if new.facts.source else replace(new.facts, source=source_words(deal, kind))
    return start(desk, connection, actor, facts, process_for(desk, new.process_key))


def _opened(desk: Desk, connection: Connection, actor: Actor, target: Target) -> Deal:
    """The deal, locked until the transaction ends, if this person may answer for it and the reminder is still open."""
    _require_ask(target.kind)
    if target.reminder_id is not None:
        noticed = reminders.open_one(desk, connection, actor, target.reminder_id)
        if noticed.reminder.kind is not target.kind:
            raise BadInput("This form belongs to another message. Please look at your latest one.")
        return noticed.deal
    policy.require_colleague(actor)
    deals.lock(connection, actor.team_id, target.deal_id)
    deal = deals.get(connection, actor.team_id, target.deal_id)
    policy.require_change(actor, deal)
    return deal


_HOW = {
    AskState.ASKED: Settlement.ASKED,
    AskState.GIVEN: Settlement.ANSWERED,
    AskState.DECLINED: Settlement.DECLINED,
    AskState.LATER: Settlement.LATER,
}


def _log(desk: Desk, connection: Connection, actor: Actor, deal: Deal, made: Ask, note: str = "") -> Ask:
    """Append the row and settle the reminder that it answers; those of other asks wait for the gap between two."""
    stored = replace(made, id=asks.add(connection, deal.team_id, made))
    reminders.answered(desk, connection, deal, made.kind, _HOW[made.state], actor.user_id, note)
    return stored


def _require_ask(kind: ReminderKind) -> None:
    if kind not in ASKS:
        raise BadInput("Nobody is to be asked here.")
