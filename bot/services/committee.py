"""The buying committee of a deal: who plays which part, how they stand to it, and whom we do not know yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.committee import Coverage, Part, Size, Stance, coverage, size_of, without_support
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, NotFound
from bot.domain.people import Actor, Contact
from bot.services.deals import add_contact, locked
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.store import contacts, deals, objections


@dataclass(frozen=True, slots=True)
class Committee:
    """Those who decide at the buyer. `lacking` are the parts whose support the deal's stage asks for and has not."""

    deal: Deal
    size: Size | None
    coverage: Coverage
    lacking: tuple[Part, ...]
    doubts: Mapping[int, int]
    """How many open objections each person has, by contact id."""
    may_change: bool


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> Committee:
    """The committee as it is known now. Raises NotAllowed for those who may not read deals."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        found = objections.open_of(connection, actor.team_id, [deal.id]).get(deal.id, ())
    size, process = size_of(deal.company_size), desk.processes.get(deal.process)
    stage = process.stage(deal.stage) if process else None
    asked = dict.fromkeys(part for criterion in stage.criteria for part in criterion.support) if stage else {}
    said = [one.contact_id for one in found if one.contact_id is not None]
    return Committee(
        deal,
        size,
        coverage(deal.contacts, size),
        without_support(asked, deal.contacts),
        {contact_id: said.count(contact_id) for contact_id in said},
        policy.may_change(actor, deal),
    )


def place(desk: Desk, actor: Actor, contact_id: int, *, part: Part | None = None, stance: Stance | None = None) -> Deal:
    """Say what somebody's part is, how they stand to it, or both. Raises NotFound when they were removed."""
    with desk.change(actor) as connection:
        deal_id = contacts.deal_of(connection, actor.team_id, contact_id)
        if deal_id is None:
            raise NotFound("This person is not in the deal any more. Please open the committee again.")
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return _place(desk, connection, deal, contact_id, part, stance)


def say_size(desk: Desk, actor: Actor, deal_id: int, size: Size) -> Deal:
    """Say how large the buyer's company is."""
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        if deal.company_size == size.value:
            return deal
        return deals.change(connection, deal, {"company_size": size.value})


def add(desk: Desk, actor: Actor, deal_id: int, new: Contact, part: Part | None, stance: Stance | None) -> Deal:
    """Add somebody at the buyer with their part and stance; one that is there already is given them.

    Raises BadInput with a sentence for the field `new_contact`.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        try:
            contact = add_contact(desk, connection, deal, new)
        except BadInput as problem:
            raise BadInput(str(problem), {"new_contact": str(problem)}) from problem
        return _place(desk, connection, deal, contact.id, part, stance)


def _place(
    desk: Desk, connection: Connection, deal: Deal, contact_id: int, part: Part | None, stance: Stance | None
) -> Deal:
    said = {"part": part.value if part else "", "stance": stance.value if stance else ""}
    values = {name: value for name, value in said.items() if value}
    if values:
        contacts.give_part(connection, deal.team_id, contact_id, values)
    # A gate may ask for their support, so what is shown of the deal may be another now.
    refresh_homes(desk, connection, deal)
    return deals.get(connection, deal.team_id, deal.id)
