"""A message in Slack becomes evidence: what it may prove is proposed, and added once the rep has confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, BotError, NeedsSetup, NotFound, UnknownPerson
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.evidence_links import link_kind
from bot.domain.gate import Finding, shortfall
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor, Contact
from bot.domain.process import Stage
from bot.domain.quoted import (
    Author,
    Quoted,
    author_of,
    contact_of,
    found_in,
    likeliest,
    verified_by,
)
from bot.domain.rhythm import local_day
from bot.services import people as directory
from bot.services.deals import add_contact, locked
from bot.services.desk import Desk
from bot.services.evidence import put
from bot.services.evidence_checks import Draft
from bot.services.likely_deals import JUDGED, MOST_DEALS, candidates, first_open
from bot.store import contacts, deals, people, quoted

NEW, NOBODY = "new", "nobody"
"""What may be said of the author beside the id of a contact."""


class NoDeal(BotError):
    """There is no deal that the message could prove something in."""


class MovedOn(BotError):
    """The deal has left the stage whose criteria the rep was shown; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the rep chose so far, None where they left it to us. `who` is a contact's id, NEW or NOBODY."""

    deal_id: int | None = None
    criterion: str | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be added, with what can be chosen instead. `findings` are the criteria that a message can prove.

    `piece` is the evidence exactly as it would be stored; its contact is who the author is taken to be. `shortfall`
    says why it would not prove the criterion by itself, where that is so.
    """

    quoted: Quoted
    author: Author
    deals: tuple[Deal, ...]
    deal: Deal
    stage: Stage
    findings: tuple[Finding, ...]
    finding: Finding
    piece: Evidence
    shortfall: str | None

    @property
    def who(self) -> str:
        """The contact that the author is taken to be, as in Chosen."""
        contact = self.piece.contact
        return NOBODY if contact is None else str(contact.id) if contact.id else NEW


def take(desk: Desk, actor: Actor, message: Quoted, asked: frozenset[str]) -> Proposal:
    """Keep the message for a while and propose what it proves.

    `asked` are people about whom Slack's directory was asked just now. Raises UnknownPerson when it has to be asked
    about the author first, BadInput for a message that proves nothing, NoDeal when there is no deal for it.
    """
    policy.require_colleague(actor)
    _require_words(desk, message)
    with desk.db.read() as connection:
        may_ask = not message.is_app and message.author and message.author not in asked
        if may_ask and people.find(connection, actor.team_id, message.author) is None:
            raise UnknownPerson(message.author)
        proposal = _propose(desk, connection, actor, message, Chosen())
    with desk.change(actor) as connection:
        kept = quoted.add(connection, message, desk.clock())
    return replace(proposal, quoted=replace(message, id=kept))


def propose(desk: Desk, actor: Actor, quoted_id: int, chosen: Chosen) -> Proposal:
    """The same for a message that was taken, with what the rep has chosen since."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        return _propose(desk, connection, actor, _kept(connection, actor, quoted_id), chosen)


def use(
    desk: Desk,
    actor: Actor,
    quoted_id: int,
    stage_key: str,
    chosen: Chosen,
    *,
    proves_both: bool = False,
    why_again: str = "",
) -> tuple[Deal, Evidence]:
    """Add the message as evidence, as it was proposed with these choices. All three of them have to be made.

    Raises as `services.evidence.add_evidence` does; NotFound when the message is no longer kept, MovedOn when the
    deal has left the stage.
    """
    policy.require_colleague(actor)
    with desk.change(actor) as connection:
        message = _kept(connection, actor, quoted_id)
        deal = locked(connection, actor, chosen.deal_id or 0)
        policy.require_change(actor, deal)
        policy.require_active(deal)
        stage = desk.stage(deal)
        if stage.key != stage_key:
            raise MovedOn(f"{deal.label} is in “{stage.name}” now. Here is what a message can prove there.")
        author = author_of(message, people.find(connection, actor.team_id, message.author))
        contact = _contact(author, deal, chosen.who)
        if contact is not None and not contact.id:
            contact = add_contact(desk, connection, deal, contact)
        verified, found = _strength(connection, actor, message, author, contact)
        if author.side.may_be_buyer:
            contacts.say_who(connection, deal.team_id, deal.id, contact.id if contact else None, author.user_id)
        draft = _draft(desk, actor, message, chosen.criterion or "", contact)
        draft = replace(draft, proves_both=proves_both, why_again=why_again)
        deal = deals.get(connection, deal.team_id, deal.id)
        piece = put(desk, connection, actor, deal, stage_key, draft, verified=verified, found=found)
        quoted.proves_for(connection, deal.team_id, message.channel, deal.id, desk.clock())
        quoted.forget(connection, deal.team_id, message.id)
        return deals.get(connection, deal.team_id, deal.id), piece


def names(desk: Desk, team_id: str, user_ids: Sequence[str]) -> dict[str, str]:
    """What these people are called, those whom we know."""
    with desk.db.read() as connection:
        found = people.some(connection, team_id, user_ids) if user_ids else {}
    return {user_id: person.name for user_id, person in found.items() if person.name}


def _require_words(desk: Desk, message: Quoted) -> None:
    ours = directory.identity(desk)
    if ours is not None and message.author == ours.bot_user_id:
        raise BadInput("I wrote that myself. Evidence is what the buyer did: use it on a message of theirs.")
    add = said.command("evidence X")
    if not message.text:
        raise BadInput(f"There are no words in this message to quote. To use a file, add it as evidence: {add}.")
    if looks_like_placeholder(message.text):
        raise BadInput(
            f"On its own this message does not say what the buyer did. Use one that does, or add it in words: {add}."
        )


def _kept(connection: Connection, actor: Actor, quoted_id: int) -> Quoted:
    found = quoted.get(connection, actor.team_id, quoted_id, actor.user_id)
    if found is None:
        raise NotFound("I no longer have this message at hand. Close this and use the shortcut on it once more.")
    return found


def _propose(desk: Desk, connection: Connection, actor: Actor, message: Quoted, chosen: Chosen) -> Proposal:
    author = author_of(message, people.find(connection, actor.team_id, message.author))
    near = candidates(desk, connection, actor, message, author)
    if chosen.deal_id is not None:
        deal = next((d for d in near if d.id == chosen.deal_id), None) or deals.get(
            connection, actor.team_id, chosen.deal_id
        )
        policy.require_change(actor, deal)
        policy.require_active(deal)
        near = near if deal in near else [deal, *near]
        looked_at = [deal]
    else:
        looked_at = near[:JUDGED]
    if not looked_at:
        raise NoDeal(
            "You have no deal in which a message could prove something now. Log one, or reopen one that is parked, "
            "and then use the shortcut on the message again."
        )
    deal, stage, findings = first_open(desk, connection, looked_at)
    finding = next((f for f in findings if f.criterion.key == chosen.criterion), None)
    finding = finding or likeliest(findings, message.text)
    contact = contact_of(author, deal.contacts) if chosen.who is None else _contact(author, deal, chosen.who)
    piece = _piece(desk, connection, actor, message, author, contact, deal, finding)
    short = shortfall(finding.criterion, piece, desk.clock())
    return Proposal(message, author, tuple(near[:MOST_DEALS]), deal, stage, findings, finding, piece, short)


def _contact(author: Author, deal: Deal, who: str | None) -> Contact | None:
    """Who the author was said to be. One of our own people, or an app, is nobody at the buyer, whatever was said."""
    if not author.side.may_be_buyer or not who or who == NOBODY:
        return None
    if who == NEW:
        if not author.name:
            raise BadInput("Choose again.", {"contact": "Slack hides their name. Add them to the deal first."})
        return Contact(0, author.name)
    known = next((contact for contact in deal.contacts if str(contact.id) == who), None)
    if known is None:
        raise BadInput("Choose again.", {"contact": "This person was removed from the deal. Choose another."})
    return known


def _strength(
    connection: Connection, actor: Actor, message: Quoted, author: Author, contact: Contact | None
) -> tuple[str | None, str]:
    """How the message verifies itself, else why it does not."""
    person = people.find(connection, actor.team_id, actor.user_id)
    verified = verified_by(message, author, contact, person.name if person and person.name else "The rep")
    return verified, "" if verified else found_in(message, author)


def _link(desk: Desk, message: Quoted) -> str:
    ours = directory.identity(desk)
    if ours is None or not ours.url:
        raise NeedsSetup("I have not heard from Slack yet which workspace this is. Please try again in a minute.")
    return message.link(ours.url)


def _draft(desk: Desk, actor: Actor, message: Quoted, criterion: str, contact: Contact | None) -> Draft:
    return Draft(
        criterion=criterion,
        kind=EvidenceKind.MESSAGE,
        what=message.text,
        happened_on=local_day(actor.tz, message.said_at),
        contact_id=contact.id if contact else None,
        link=_link(desk, message),
    )


def _piece(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    message: Quoted,
    author: Author,
    contact: Contact | None,
    deal: Deal,
    finding: Finding,
) -> Evidence:
    """The evidence as it would be stored."""
    verified, found = _strength(connection, actor, message, author, contact)
    link = _link(desk, message)
    return Evidence(
        id=0,
        deal_id=deal.id,
        stage=deal.stage,
        criterion=finding.criterion.key,
        kind=EvidenceKind.MESSAGE,
        what=message.text,
        added_by=actor.user_id,
        added_at=desk.clock(),
        happened_on=local_day(actor.tz, message.said_at),
        contact=contact,
        link=link,
        link_kind=link_kind(link),
        verified=verified,
        read=found,
    )
