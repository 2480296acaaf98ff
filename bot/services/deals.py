"""Logging a deal and keeping its facts: edit, hand over, next step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.definitions import to_json
from bot.domain import policy, said
from bot.domain.addresses import clean_email, is_within, mail_domain
from bot.domain.deal import Deal, Move, MoveKind, NextStep, Status
from bot.domain.errors import BadInput, Outdated, UnknownPerson
from bot.domain.junk import looks_like_placeholder_name
from bot.domain.money import Money
from bot.domain.people import Actor, Contact, Role
from bot.domain.process import Process
from bot.domain.reminders import Settlement
from bot.services import people as directory
from bot.services import progress
from bot.services.approvals import cancel_pending
from bot.services.desk import Desk
from bot.services.errands import DELIVERY, Errand, ask_for, refresh_homes
from bot.services.reminders import overtake
from bot.store import contacts, deals, definitions, moves, people, workspaces

LONGEST = 3000
MOST_CONTACTS = 30
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What a rep writes about a deal; only the name is required."""

    name: str
    company: str = ""
    company_domain: str = ""
    amount: Money | None = None
    expected_close: date | None = None
    source: str = ""
    competitors: str = ""
    contacts: tuple[Contact, ...] = ()

    @classmethod
    def of(cls, deal: Deal) -> DealFacts:
        """What is known about a deal now."""
        return cls(
            deal.name,
            deal.company,
            deal.company_domain,
            deal.amount,
            deal.expected_close,
            deal.source,
            deal.competitors,
            deal.contacts,
        )


def for_change(desk: Desk, actor: Actor, deal_id: int) -> Deal:
    """The deal, to draw a form that changes it. Raises NotAllowed for those who may not change it."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
    policy.require_change(actor, deal)
    return deal


def log_deal(desk: Desk, actor: Actor, facts: DealFacts, process_key: str | None = None) -> Deal:
    """Start a deal in the first stage of a process, owned by the actor.

    Raises BadInput with a sentence for each wrong field.
    """
    policy.require_colleague(actor)
    facts, process = checked_facts(desk, facts), process_for(desk, process_key)
    with desk.change(actor) as connection:
        return start(desk, connection, actor, facts, process)


def process_for(desk: Desk, key: str | None) -> Process:
    """The process of a new deal, the team's own without a key. Raises BadInput when it is no longer defined."""
    process = desk.processes.get(key or desk.rules.default_process)
    if process is None:
        raise BadInput("Please choose a process.", {"process": "This process is no longer defined."})
    return process


def start(desk: Desk, connection: Connection, actor: Actor, facts: DealFacts, process: Process) -> Deal:
    """Start a deal inside somebody else's transaction, from facts that were checked."""
    number = workspaces.next_deal_number(connection, actor.team_id)
    stored = deals.add(connection, _new(desk, actor, facts, process, number))
    keep_definition(desk, connection, process)
    moves.add(connection, actor.team_id, _creation(stored))
    refresh_homes(desk, connection, stored)
    return stored


def edit(desk: Desk, actor: Actor, deal_id: int, version: int, facts: DealFacts) -> Deal:
    """Change a deal's facts. `version` is the one the form was drawn from.

    Raises Outdated when the deal was changed since. A changed amount cancels a pending move.
    """
    facts = checked_facts(desk, facts)
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        if deal.version != version:
            raise Outdated(f"{deal.label} was changed a moment ago by somebody else. Close this and edit it again.")
        if deal.pending_move and facts.amount != deal.amount:
            deal = cancel_pending(desk, connection, actor, deal, "The amount was changed.")
        changed = deals.change(connection, deal, _columns(facts))
        contacts.put(connection, deal.team_id, deal.id, facts.contacts, desk.clock())
        refresh_homes(desk, connection, changed)
        overtake(desk, connection, changed)
        return deals.get(connection, deal.team_id, deal.id)


def add_contact(desk: Desk, connection: Connection, deal: Deal, new: Contact) -> Contact:
    """Add a person on the buyer's side inside somebody else's transaction; one that is there already is reused."""
    new = _checked_contact(desk, new)
    for known in deal.contacts:
        same_mail = bool(new.email) and known.email == new.email
        if same_mail or (known.name.casefold() == new.name.casefold() and not new.email):
            return known
    contacts.put(connection, deal.team_id, deal.id, (*deal.contacts, new), desk.clock())
    stored = deals.get(connection, deal.team_id, deal.id)
    return stored.contacts[-1]


def assign(desk: Desk, actor: Actor, deal_id: int, to: str, *, delivery: bool = False) -> Deal:
    """Hand a deal to another full member; `delivery` names the delivery owner instead of the owner.

    Raises BadInput when that person cannot own deals, UnknownPerson when the directory has not been asked about them.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        _require_member(desk, connection, actor.team_id, to)
        if to == (deal.delivery_owner if delivery else deal.owner):
            raise BadInput(f"{deal.label} already belongs to {said.person(to)}.")
        if deal.pending_move and not delivery:
            deal = cancel_pending(desk, connection, actor, deal, "The deal was handed to somebody else.")
        changed = deals.change(connection, deal, {"delivery_owner" if delivery else "owner": to})
        if to != actor.user_id:
            slot = f"{DELIVERY if delivery else ''}{changed.version}"
            ask_for(desk, connection, deal.team_id, Errand.ASSIGNED, deal.id, slot)
        refresh_homes(desk, connection, changed, deal.owner)
        overtake(desk, connection, changed)
        return changed


def set_next_step(desk: Desk, actor: Actor, deal_id: int, step: NextStep | None, why: str = "") -> Deal:
    """Plan (or clear) the next step; `why` is the reason for putting one off, which keeps the deal fresh.

    Raises BadInput when it has no words or lies in the past.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return plan_step(desk, connection, actor, deal, step, why)


def plan_step(
    desk: Desk, connection: Connection, actor: Actor, deal: Deal, step: NextStep | None, why: str = ""
) -> Deal:
    """The same inside somebody else's transaction, for a deal that was locked and may be changed by the actor."""
    policy.require_active(deal)
    changed = progress.plan(desk, connection, deal, step, why)
    overtake(desk, connection, changed, actor.user_id, Settlement.PLANNED, why.strip())
    refresh_homes(desk, connection, changed)
    return changed


def locked(connection: Connection, actor: Actor, deal_id: int) -> Deal:
    """The deal with its row locked until the transaction ends, so that one change is judged after the other."""
    deals.lock(connection, actor.team_id, deal_id)
    return deals.get(connection, actor.team_id, deal_id)


def keep_definition(desk: Desk, connection: Connection, process: Process) -> None:
    """Store the definition a deal is judged by, so that it can be compared with a later one."""
    definitions.keep(connection, process.key, process.version, to_json(process), desk.clock())


def _new(desk: Desk, actor: Actor, facts: DealFacts, process: Process, number: int) -> Deal:
    """The deal as it begins; its id is given by the store."""
    now = desk.clock()
    return Deal(
        id=0,
        team_id=actor.team_id,
        number=number,
        name=facts.name,
        owner=actor.user_id,
        process=process.key,
        process_version=process.version,
        stage=process.first.key,
        status=Status.OPEN,
        stage_since=now,
        created_at=now,
        created_by=actor.user_id,
        version=1,
        company=facts.company,
        company_domain=facts.company_domain,
        amount=facts.amount,
        expected_close=facts.expected_close,
        source=facts.source,
        competitors=facts.competitors,
        contacts=facts.contacts,
    )


def _creation(deal: Deal) -> Move:
    """The first row of a deal's log."""
    return Move(
        id=0,
        deal_id=deal.id,
        kind=MoveKind.CREATED,
        from_stage=None,
        to_stage=deal.stage,
        from_status=None,
        to_status=deal.status,
        by=deal.created_by,
        at=deal.created_at,
        amount=deal.amount,
        process_version=deal.process_version,
    )


def _require_member(desk: Desk, connection: Connection, team_id: str, user_id: str) -> None:
    person = people.find(connection, team_id, user_id)
    if person is None:
        raise UnknownPerson(user_id)
    if directory.role(desk, person) not in (Role.MEMBER, Role.MANAGER):
        raise BadInput(f"{said.person(user_id)} is not a full member of this workspace, so a deal cannot be theirs.")


def checked_facts(desk: Desk, facts: DealFacts) -> DealFacts:
    """The facts as they are kept. Raises BadInput with a sentence for each wrong field."""
    wrong: dict[str, str] = {}
    name, company = " ".join(facts.name.split()), " ".join(facts.company.split())
    if not name or looks_like_placeholder_name(name):
        wrong["name"] = "Give the deal a name that your colleagues will recognise."
    for key, text in (
        ("name", name),
        ("company", company),
        ("source", facts.source),
        ("competitors", facts.competitors),
    ):
        if len(text) > LONGEST:
            wrong[key] = f"At most {LONGEST} characters, please."
    domain = facts.company_domain.strip().lower().removeprefix("@")
    if domain and not _DOMAIN.fullmatch(domain):
        wrong["company_domain"] = "Write the buyer's domain like this: example.com"
    elif domain and is_within(domain, desk.rules.company_domains):
        wrong["company_domain"] = "That is our own domain. Write the buyer's."
    contacts: Sequence[Contact] = ()
    try:
        contacts = tuple(_checked_contact(desk, c) for c in facts.contacts)
        # Those whom the deal has already may be more: evidence brings its own people.
        if sum(not contact.id for contact in contacts) > MOST_CONTACTS:
            wrong["contacts"] = f"At most {MOST_CONTACTS} new people at once, please."
    except BadInput as problem:
        wrong["contacts"] = str(problem)
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return replace(facts, name=name, company=company, company_domain=domain, contacts=tuple(contacts))


def _checked_contact(desk: Desk, contact: Contact) -> Contact:
    name = " ".join(contact.name.split())
    if not name or looks_like_placeholder_name(name):
        raise BadInput("Write the person's name, such as “Name, role, name@example.com”.")
    if len(name) > 200 or len(contact.role) > 200:
        raise BadInput("A contact's name and role may have 200 characters each.")
    email = clean_email(contact.email) if contact.email.strip() else ""
    if email and is_within(mail_domain(email), desk.rules.company_domains):
        raise BadInput(f"{email} is an address of our own company. A contact is a person on the buyer's side.")
    return replace(contact, name=name, role=" ".join(contact.role.split()), email=email)


def _columns(facts: DealFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "name_key": deals.sort_key(facts.name),
        "company": facts.company,
        "company_key": deals.sort_key(facts.company),
        "company_domain": facts.company_domain,
        "amount_minor": facts.amount.minor if facts.amount else None,
        "currency": facts.amount.currency if facts.amount else None,
        "expected_close": facts.expected_close,
        "source": facts.source,
        "competitors": facts.competitors,
    }
