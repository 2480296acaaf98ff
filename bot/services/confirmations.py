"""What buyers are asked to confirm on our page: made by reps, listed, withdrawn. The answers are `buyer_answers`."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.confirmations import LASTS, Confirmation, State, checked_recap, kind_for
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NeedsSetup, NotFound
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Actor, Contact
from bot.domain.process import Criterion, Stage
from bot.services import people
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.evidence import Draft as Piece
from bot.services.evidence import contact_of
from bot.services.evidence_places import place
from bot.store import confirmations, deals

MOST_OPEN = 20
"""Links of one deal that work at the same time."""
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Draft:
    """A recap as the rep wrote it: points a line each, and whom it is for (one of the deal's people, or a new one)."""

    criterion: str
    points: str
    next_step: str = ""
    next_on: date | None = None
    contact_id: int | None = None
    new_contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form about a recap needs: the deal's stage, and those of its criteria that a buyer can confirm.

    `before` is the recap that the new one comes after.
    """

    deal: Deal
    stage: Stage
    criteria: tuple[Criterion, ...]
    before: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A new link. It is shown once: only its hash is kept."""

    deal: Deal
    confirmation: Confirmation
    link: str
    company: str
    sender: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The links of a deal and what came of them, the newest first. `texts` are the criteria's, by stage and key."""

    deal: Deal
    found: tuple[Confirmation, ...]
    texts: dict[tuple[str, str], str]
    may_change: bool


def asking(desk: Desk, actor: Actor, deal_id: int) -> Asking:
    """What to draw the form from. Raises NotAllowed, BadInput for closed deals, and NeedsSetup without an address."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
    return _asking(desk, actor, deal)


def asking_again(desk: Desk, actor: Actor, confirmation_id: int) -> Asking:
    """The same for a new recap after an earlier one."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        before = _required(connection, actor.team_id, confirmation_id)
        deal = deals.get(connection, actor.team_id, before.deal_id)
    return replace(_asking(desk, actor, deal), before=before)


def ask(desk: Desk, actor: Actor, deal_id: int, stage_key: str, draft: Draft, today: date, after: int = 0) -> Made:
    """Put a recap behind a new link. `today` is the person's own day; `after` the id of an earlier one.

    The link of the earlier one leads nowhere from then on. Raises BadInput with a sentence for each wrong field:
    `criterion`, `points`, `next_step`, `on`, `contact`, `new_contact`.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    url = _address(desk)
    with desk.change(actor) as connection:
        deal, now = locked(connection, actor, deal_id), desk.clock()
        policy.require_change(actor, deal)
        _, stage, criterion = place(desk, connection, deal, stage_key, draft.criterion)
        if kind_for(stage, criterion) is None:
            raise BadInput("Choose another.", {"criterion": "A buyer's word cannot prove this one. Choose another."})
        recap = checked_recap(draft.points, draft.next_step, draft.next_on, today)
        contact = _whom(desk, connection, deal, draft)
        if after:
            before = _required(connection, actor.team_id, after)
            if before.deal_id == deal.id:
                confirmations.withdraw(connection, actor.team_id, before.id, actor.user_id, now)
        if confirmations.count_open(connection, actor.team_id, deal.id, now) >= MOST_OPEN:
            raise BadInput(f"{deal.label} has {MOST_OPEN} links without an answer. Withdraw some of them first.")
        new = Confirmation(
            0, deal.id, stage.key, criterion.key, recap, contact, actor.user_id, now, expires_at=now + LASTS
        )
        stored = replace(new, id=confirmations.add(connection, deal.team_id, new, hash_of(token)))
    return Made(deal, stored, f"{url}/c/{token}", company(desk), name_of(desk, actor.team_id, actor.user_id))


def withdraw(desk: Desk, actor: Actor, confirmation_id: int) -> Confirmation:
    """Let a link lead nowhere. Raises AlreadyDecided when it was answered or withdrawn before."""
    with desk.change(actor) as connection:
        found = _required(connection, actor.team_id, confirmation_id)
        deal = locked(connection, actor, found.deal_id)
        policy.require_change(actor, deal)
        if not confirmations.withdraw(connection, actor.team_id, found.id, actor.user_id, desk.clock()):
            raise AlreadyDecided(_settled(_required(connection, actor.team_id, found.id)))
        return _required(connection, actor.team_id, found.id)


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> Listed:
    """The links of a deal. Raises NotAllowed for those who may not read deals."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        found = confirmations.of_deal(connection, actor.team_id, deal_id)
    texts = {(one.stage, one.criterion): criterion_text(desk, deal, one) for one in found}
    return Listed(deal, tuple(found), texts, policy.may_change(actor, deal))


def can_confirm(desk: Desk, stage: Stage, criterion: Criterion) -> bool:
    """Whether there is an address to send buyers to, and their word can prove this criterion."""
    return desk.front.url is not None and kind_for(stage, criterion) is not None


def criterion_text(desk: Desk, deal: Deal, about: Confirmation) -> str:
    """The criterion that a recap is about; its key where the process no longer has it."""
    process = desk.processes.get(deal.process)
    stage = process.stage(about.stage) if process else None
    criterion = stage.criterion(about.criterion) if stage else None
    return criterion.text if criterion else about.criterion


def company(desk: Desk) -> str:
    """What buyers know us as."""
    known = people.identity(desk)
    return desk.front.name or (known.name if known else "") or "The seller"


def name_of(desk: Desk, team_id: str, user_id: str) -> str:
    """A colleague's name as buyers may read it; nothing where Slack's directory was not asked yet."""
    found = people.find(desk, team_id, user_id)
    return found.name if found else ""


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough: nobody can try them all."""
    return hashlib.sha256(token.encode()).hexdigest()


def _asking(desk: Desk, actor: Actor, deal: Deal) -> Asking:
    policy.require_change(actor, deal)
    policy.require_active(deal)
    _address(desk)
    stage = desk.stage(deal)
    criteria = tuple(one for one in stage.criteria if kind_for(stage, one) is not None)
    if not criteria:
        raise BadInput(f"Nothing in “{stage.name}” can be proved by what the buyer confirms on a page.")
    return Asking(deal, stage, criteria)


def _address(desk: Desk) -> str:
    if desk.front.url is None:
        raise NeedsSetup(
            "There is no address yet at which a buyer could open the page. "
            "Ask whoever runs Stagecoach to set STAGECOACH_PUBLIC_URL."
        )
    return desk.front.url


def _whom(desk: Desk, connection: Connection, deal: Deal, draft: Draft) -> Contact:
    named = Piece(draft.criterion, EvidenceKind.EMAIL, "", contact_id=draft.contact_id, new_contact=draft.new_contact)
    found = contact_of(desk, connection, deal, named)
    if found is None:
        field = "contact" if deal.contacts else "new_contact"
        raise BadInput("Who is it for?", {field: "Choose or write who at the buyer shall confirm it."})
    return found


def _required(connection: Connection, team_id: str, confirmation_id: int) -> Confirmation:
    found = confirmations.get(connection, team_id, confirmation_id)
    if found is None:
        raise NotFound("That link is not here any more.")
    return found


def _settled(found: Confirmation) -> str:
    if found.answered_at is not None:
        return f"The buyer answered {said.moment(found.answered_at)}, so there is nothing to withdraw any more."
    when = said.moment(found.withdrawn_at) if found.withdrawn_at else ""
    return f"{said.person(found.withdrawn_by or '')} already withdrew this link, {when}."


__all__ = ["Asking", "Confirmation", "Draft", "Listed", "Made", "State"]
