"""Adding evidence, taking it back, and excusing a criterion."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.addresses import clean_link, link_key
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, BotError, NotFound
from bot.domain.evidence import Evidence, EvidenceKind, Standing
from bot.domain.evidence_links import link_kind
from bot.domain.junk import looks_like_placeholder, normalised
from bot.domain.people import Actor, Contact
from bot.domain.process import Stage
from bot.proofs.reading import kind_of
from bot.services import overrides, progress
from bot.services.approvals import cancel_pending
from bot.services.deals import add_contact, locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.evidence_checks import LONGEST, Draft, check_draft
from bot.services.evidence_places import place
from bot.services.reminders import overtake
from bot.services.same_mail import weighed
from bot.store import deals, evidence, evidence_repeats, moves
from bot.store.evidence import NoteKind

__all__ = ["AlreadyUsed", "Draft", "Repeat"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Where the same text or link was used before."""

    deal_id: int
    deal_name: str
    label: str
    criterion: str


class AlreadyUsed(BotError):
    """The same text or link proves something else already; the rep is asked about it. Nothing was stored."""

    def __init__(self, repeat: Repeat, *, same_deal: bool) -> None:
        super().__init__(
            "You used the same text or link for another criterion of this deal. Does it prove both?"
            if same_deal
            else f"The same text or link was used for {repeat.deal_name} ({repeat.label}). Why does it belong here too?"
        )
        self.repeat = repeat
        self.same_deal = same_deal


def add_evidence(desk: Desk, actor: Actor, deal_id: int, stage_key: str, draft: Draft) -> Evidence:
    """Commit one piece of evidence for a criterion of the deal's present stage, or for one that was let pass before.

    Raises BadInput with a sentence for each wrong field (named as in Draft, `contact` for both of its ways), and
    AlreadyUsed when the rep has to be asked about a repetition first.
    """
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        return put(desk, connection, actor, deal, stage_key, draft)


def put(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    deal: Deal,
    stage_key: str,
    draft: Draft,
    verified: str | None = None,
    found: str = "",
    seen: str = "",
) -> Evidence:
    """Add a piece to a deal that is locked, in a transaction of its own caller's; `actor` may change the deal.

    `verified` says how the source itself shows that the buyer did it, else `found` what it does show; `seen` who said
    it on a page of ours, and then the same words are no repetition of what a rep wrote before. Only what the server has
    seen for itself may give them. Raises as `add_evidence` does.
    """
    process, stage, criterion = place(desk, connection, deal, stage_key, draft.criterion)
    check_draft(desk, process, deal, criterion, draft)
    link = clean_link(draft.link) if draft.link.strip() else None
    what_key, used_link = _hash(normalised(draft.what)), _hash(link_key(link)) if link else None
    piece = Evidence(
        id=0,
        deal_id=deal.id,
        stage=stage.key,
        criterion=criterion.key,
        kind=draft.kind,
        what=draft.what.strip(),
        added_by=actor.user_id,
        added_at=desk.clock(),
        happened_on=draft.happened_on,
        about_date=draft.about_date,
        reuse=None if seen else _about_repeat(connection, actor, deal, stage, draft, what_key, used_link),
        contact=contact_of(desk, connection, deal, draft),
        link=link,
        link_kind=link_kind(link) if link else None,
        file=draft.file,
        verified=verified,
        seen=seen,
    )
    stored = evidence.add(connection, deal.team_id, piece, what_key, used_link)
    for kind, reason in ((NoteKind.SEEN, seen), (NoteKind.VERIFIED, verified), (NoteKind.READ, found)):
        if reason and (kind is not NoteKind.READ or verified is None):
            evidence.note(connection, deal.team_id, stored, kind, actor.user_id, desk.clock(), reason)
    deal = progress.evidence_added(desk, connection, deals.get(connection, deal.team_id, deal.id), stage, piece)
    if draft.kind is EvidenceKind.NOT_APPLICABLE:
        ask_for(desk, connection, deal.team_id, Errand.EXCUSE, stored, "asked")
    if draft.file is not None and kind_of(draft.file.name, draft.file.mimetype) is not None:
        ask_for(desk, connection, deal.team_id, Errand.READ_FILE, stored, "added")
    deal = overrides.review(desk, connection, deal, actor.user_id)
    overtake(desk, connection, deal)
    refresh_homes(desk, connection, deal)
    return _required(connection, deal.team_id, stored)


def record_reading(
    desk: Desk, team_id: str, evidence_id: int, verified: str | None, found: str = "", *, tell: bool = False,
    mark: str = "",
) -> Evidence:  # fmt: skip
    """Note what the source of a piece turned out to show: `verified` how it shows that the buyer did it, else `found`;

    `mark` is the same for every copy of the source.

    Called by what has read the source, with no actor: whoever added the piece stands behind it, and hears of it where
    `tell` says so. Nothing is noted twice, or of a piece that was taken back meanwhile. Raises NotFound.
    """
    with desk.db.write() as connection:
        piece = _required(connection, team_id, evidence_id)
        deals.lock(connection, team_id, piece.deal_id)
        deal = deals.get(connection, team_id, piece.deal_id)
        piece = _required(connection, team_id, evidence_id)
        if piece.standing is Standing.WITHDRAWN:
            return piece
        if verified is not None and mark:
            verified, found = weighed(connection, team_id, piece, mark, verified)
        if tell:
            ask_for(desk, connection, team_id, Errand.FILE_READ, piece.id, "found")
        if piece.verified is not None or (verified is None and piece.read == found):
            return piece
        kind, reason = (NoteKind.READ, found) if verified is None else (NoteKind.VERIFIED, verified)
        evidence.note(connection, team_id, piece.id, kind, piece.added_by, desk.clock(), reason)
        piece = _required(connection, team_id, piece.id)
        stage = desk.process(deal).stage(piece.stage)
        if verified is not None and stage is not None:
            deal = progress.evidence_added(desk, connection, deal, stage, piece)
        deal = overrides.review(desk, connection, deal, piece.added_by)
        overtake(desk, connection, deal)
        _redraw_cards(desk, connection, team_id, piece, f"read {desk.clock().isoformat()}")
        refresh_homes(desk, connection, deal)
    desk.wake()
    return piece


def withdraw(desk: Desk, actor: Actor, evidence_id: int, reason: str) -> Evidence:
    """Take a piece back, with a reason. A pending move of the deal is cancelled by it."""
    if looks_like_placeholder(reason):
        raise BadInput("Say why.", {"reason": "Say why you take it back."})
    with desk.change(actor) as connection:
        deal, piece = _with_deal(connection, actor, evidence_id)
        policy.require_change(actor, deal)
        if piece.standing is Standing.WITHDRAWN:
            raise BadInput("This piece of evidence was already withdrawn.")
        _note(desk, connection, actor, piece, NoteKind.WITHDRAWN, reason)
        deal = cancel_pending(desk, connection, actor, deal, "Evidence was withdrawn.")
        deal = overrides.review(desk, connection, deal, actor.user_id)
        overtake(desk, connection, deal)
        _redraw_cards(desk, connection, deal.team_id, piece, f"withdrawn {piece.id}")
        refresh_homes(desk, connection, deal)
        return _required(connection, deal.team_id, piece.id)


def agree_not_applicable(desk: Desk, actor: Actor, evidence_id: int) -> Evidence:
    """A manager agrees that a criterion does not apply to this deal."""
    return _settle_excuse(desk, actor, evidence_id, NoteKind.AGREED, "")


def decline_not_applicable(desk: Desk, actor: Actor, evidence_id: int, reason: str) -> Evidence:
    """A manager says that the criterion does apply, and why."""
    if looks_like_placeholder(reason):
        raise BadInput("Say why.", {"reason": "Say why it applies, so that the rep knows what to do."})
    return _settle_excuse(desk, actor, evidence_id, NoteKind.DISPUTED, reason)


def find(desk: Desk, actor: Actor, evidence_id: int) -> tuple[Deal, Evidence]:
    """A piece with its deal, to look at. Raises NotFound when this workspace has no such piece."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        piece = _required(connection, actor.team_id, evidence_id)
        return deals.get(connection, actor.team_id, piece.deal_id), piece


def _settle_excuse(desk: Desk, actor: Actor, evidence_id: int, kind: NoteKind, reason: str) -> Evidence:
    with desk.change(actor) as connection:
        deal, piece = _with_deal(connection, actor, evidence_id)
        policy.require_excuser(actor, deal, piece.added_by)
        if piece.kind is not EvidenceKind.NOT_APPLICABLE or piece.standing is not Standing.COUNTS or piece.agreed_by:
            raise BadInput("This was already settled.")
        _note(desk, connection, actor, piece, kind, reason)
        if kind is NoteKind.AGREED:
            deal = overrides.review(desk, connection, progress.proved(desk, connection, deal), actor.user_id)
        for errand in (Errand.EXCUSE, Errand.EXCUSED):
            ask_for(desk, connection, deal.team_id, errand, piece.id, "settled")
        overtake(desk, connection, deal)
        refresh_homes(desk, connection, deal)
        return _required(connection, deal.team_id, piece.id)


def contact_of(desk: Desk, connection: Connection, deal: Deal, draft: Draft) -> Contact | None:
    """Whom a draft names at the buyer; somebody new becomes a contact. Raises BadInput for `contact`, `new_contact`."""
    if draft.new_contact is not None:
        try:
            return add_contact(desk, connection, deal, draft.new_contact)
        except BadInput as problem:
            raise BadInput(str(problem), {"new_contact": str(problem)}) from problem
    if draft.contact_id is None:
        return None
    known = next((c for c in deal.contacts if c.id == draft.contact_id), None)
    if known is None:
        raise BadInput("Choose again.", {"contact": "This person was removed from the deal. Choose another."})
    return known


def _about_repeat(
    connection: Connection,
    actor: Actor,
    deal: Deal,
    stage: Stage,
    draft: Draft,
    what_key: str,
    used_link: str | None,
) -> str | None:
    """What to keep about a repetition: None when there is none. Raises AlreadyUsed until the rep has answered."""
    used = evidence_repeats.repeats(connection, actor.team_id, deal.id, what_key, used_link)
    repeats = [Repeat(deal_id, name, label, criterion) for deal_id, name, label, _, criterion in used]
    here = [repeat for repeat in repeats if repeat.deal_id == deal.id]
    if any(repeat.criterion == draft.criterion for repeat in here):
        already = "This is already there for this criterion. Add something new."
        raise BadInput("You already added this.", {"what": already})
    if here:
        if not draft.proves_both:
            raise AlreadyUsed(here[0], same_deal=True)
        other = stage.criterion(here[0].criterion)
        return f"Also used for “{other.text if other else here[0].criterion}”; the rep says that it proves both."
    if repeats:
        if looks_like_placeholder(draft.why_again):
            raise AlreadyUsed(repeats[0], same_deal=False)
        return f"Also used for {repeats[0].label}: {draft.why_again.strip()}"
    return None


def _redraw_cards(desk: Desk, connection: Connection, team_id: str, piece: Evidence, slot: str) -> None:
    """Managers must not go on seeing proofs, or claims to settle, that are no longer what they were."""
    if piece.kind is EvidenceKind.NOT_APPLICABLE:
        ask_for(desk, connection, team_id, Errand.EXCUSE, piece.id, slot)
    for move in moves.log(connection, team_id, piece.deal_id):
        if any(piece.id in met.evidence for met in move.criteria):
            ask_for(desk, connection, team_id, Errand.CARD, move.id, slot)


def _note(desk: Desk, connection: Connection, actor: Actor, piece: Evidence, kind: NoteKind, reason: str) -> None:
    if len(reason) > LONGEST:
        raise BadInput("That is too long.", {"reason": f"At most {LONGEST} characters, please."})
    evidence.note(connection, actor.team_id, piece.id, kind, actor.user_id, desk.clock(), reason.strip())


def _with_deal(connection: Connection, actor: Actor, evidence_id: int) -> tuple[Deal, Evidence]:
    """The piece as it stands under the lock of its deal, so that two people cannot settle it at once."""
    piece = _required(connection, actor.team_id, evidence_id)
    deal = locked(connection, actor, piece.deal_id)
    return deal, _required(connection, actor.team_id, evidence_id)


def _required(connection: Connection, team_id: str, evidence_id: int) -> Evidence:
    piece = evidence.get(connection, team_id, evidence_id)
    if piece is None:
        raise NotFound("That piece of evidence is not here any more.")
    return piece


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
