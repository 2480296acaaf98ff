"""Coaching while a piece of evidence is written: its weak spots, before it is stored. It refuses nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.evidence_links import link_kind
from bot.domain.gate import too_weak
from bot.domain.inspection import Judged, Piece, Standard, Verdict, inspect
from bot.domain.people import Actor
from bot.domain.process import Criterion, Party, Stage, StageKind
from bot.services.desk import Desk
from bot.services.evidence_checks import Draft, check_draft
from bot.services.evidence_places import place
from bot.store import deals

_TALKS = (EvidenceKind.CALL, EvidenceKind.MEETING, EvidenceKind.QUOTE)


@dataclass(frozen=True, slots=True)
class Advice:
    """The standards that a draft does not meet, in their order, each with why and what to do about it.

    `counts` is False where the criterion asks for more than the draft has, as far as strength goes.
    """

    spots: tuple[tuple[Standard, Judged], ...]
    counts: bool = True


def mark(draft: Draft) -> str:
    """By which it is told whether a draft is the one that was advised on; the answers about a repeat do not count."""
    file = draft.file.file_id if draft.file else ""
    who = draft.new_contact.name if draft.new_contact else draft.contact_id or ""
    told = "\0".join((draft.kind.value, " ".join(draft.what.split()), draft.link.strip(), file, str(who)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def before_adding(desk: Desk, actor: Actor, deal_id: int, stage_key: str, draft: Draft) -> Advice | None:
    """What a coach would say about the draft; None when it is good, and for the claim that a criterion is not theirs.

    Nothing is stored. Raises what adding it would raise for wrong fields, since those come first.
    """
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        policy.require_change(actor, deal)
        process, stage, criterion = place(desk, connection, deal, stage_key, draft.criterion)
    check_draft(desk, process, deal, criterion, draft)
    if draft.kind is EvidenceKind.NOT_APPLICABLE or not desk.inspection.rules:
        return None
    return _advice(desk, deal, stage, criterion, draft)


def _advice(desk: Desk, deal: Deal, stage: Stage, criterion: Criterion, draft: Draft) -> Advice | None:
    piece = Piece(
        criterion=criterion.text,
        text=draft.what,
        link=draft.link.strip(),
        contact=_contact(deal, draft),
        occurred_on=draft.happened_on,
        has_file=draft.file is not None,
        kind=draft.kind,
    )
    found = inspect(piece, desk.inspection, desk.today())
    lacking = _too_weak(criterion, draft)
    spots = {standard: judged for standard, judged in found.weak_spots if standard in _asked(stage, criterion)}
    if lacking is not None and criterion.least is Strength.INSPECTABLE:
        spots.setdefault(Standard.INSPECTABLE, Judged(Verdict.WEAK, lacking, "", "strength"))
    elif set(spots) == {Standard.INSPECTABLE} and draft.kind in _TALKS and not draft.link.strip():
        return None  # The process takes the rep's word here, and a talk leaves nothing to open.
    ordered = tuple((standard, spots[standard]) for standard in Standard if standard in spots)
    return Advice(ordered, counts=lacking is None) if ordered else None


def _asked(stage: Stage, criterion: Criterion) -> tuple[Standard, ...]:
    """The standards for such a criterion: where somebody else than the buyer acts, nobody asks what the buyer did."""
    if stage.kind is StageKind.PREPARATION or criterion.party is Party.SELLER:
        return (Standard.INSPECTABLE,)
    if criterion.party is Party.THIRD_PARTY:
        return (Standard.FACTUAL, Standard.INSPECTABLE)
    return tuple(Standard)


def _too_weak(criterion: Criterion, draft: Draft) -> str | None:
    """Why the gate would not take the draft, as far as its strength goes."""
    link = draft.link.strip()
    opens = draft.file is not None or bool(link)
    kind = link_kind(link) if link and draft.file is None else None
    return too_weak(criterion, Strength.INSPECTABLE if opens else Strength.CLAIMED, kind)


def _contact(deal: Deal, draft: Draft) -> str:
    if draft.new_contact is not None:
        return draft.new_contact.name
    return next((contact.name for contact in deal.contacts if contact.id == draft.contact_id), "")
