"""What is noticed of a deal's proof: the newest piece for a criterion has grown too old, or one is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, Integer, Select, String, and_, func, not_, or_, select
from sqlalchemy.sql.selectable import CTE, FromClause

from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.evidence_links import LinkKind
from bot.domain.following import asking_for
from bot.domain.process import Criterion, Process, Stage
from bot.store.deals import deal
from bot.store.evidence import CHANGES_STANDING, NoteKind, evidence, evidence_note
from bot.store.noticing import WORKED_ON, View, found
from bot.store.overrides import override
from bot.store.reckoning import Columns, age, length_columns, outlived, table_of

_PROOF: Columns = (
    *(("process", String()), ("stage", String()), ("criterion", String())),
    # What proves it: evidence given for a stage under this key, of this kind, of this strength at least;
    # or a manager's word that it does not apply, which does not age.
    *(("about", String()), ("kind", String()), ("least", Integer()), ("excuses", Boolean())),
    # The last day whose proof is too old.
    ("last", Date()),
    *length_columns(),
    *(("currency", String()), ("at_least", BigInteger()), ("below", BigInteger())),
)


def evidence_old(view: View) -> Select[Any] | None:
    """The newest proof of a criterion is older than it allows, and no manager excused the deal from it."""
    rows = [
        (process.key, key, criterion.key, *way)
        for process, key, stage in view.stages()
        for criterion in stage.criteria
        for way in _ways(view, process, stage, criterion)
    ]
    if not rows:
        return None
    by, newer, piece = table_of("proof", _PROOF, rows), evidence.alias("newer"), evidence.c
    other = by.alias("other")
    same = (other.c.process == by.c.process, other.c.stage == by.c.stage, other.c.criterion == by.c.criterion)
    surpasses = or_(
        other.c.excuses,
        newer.c.happened_on.is_(None),
        newer.c.happened_on > piece.happened_on,
        and_(newer.c.happened_on == piece.happened_on, newer.c.id > piece.id),
    )
    surpassed = (
        select(1)
        .select_from(newer)
        .join(other, and_(*same, _proves(newer, other)))
        .where(newer.c.team_id == piece.team_id, newer.c.deal_id == piece.deal_id, surpasses)
        .correlate(evidence, by)
    )
    return (
        found(piece.id, outlived(by, piece.happened_on))
        .join(by, and_(by.c.process == deal.c.process, by.c.stage == deal.c.stage))
        .join(evidence, and_(piece.team_id == deal.c.team_id, piece.deal_id == deal.c.id, _proves(evidence, by)))
        .where(deal.c.status.in_(WORKED_ON), not_(by.c.excuses), piece.happened_on <= by.c.last, _applies(by))
        .where(~surpassed.exists())
    )


_ASKED: Columns = (
    *(("process", String()), ("stage", String()), ("criterion", String())),
    *(("currency", String()), ("at_least", BigInteger()), ("below", BigInteger())),
)
"""The criteria of each stage, under every key that evidence for it has or had."""


def overrides(view: View) -> Select[Any] | None:
    """A criterion was let pass until today or earlier, and the process still asks for it (`gate.owed_criterion`)."""
    rows = [
        (process.key, key, criterion.key, *_bounds(criterion))
        for process in view.processes.values()
        for stage in process.stages
        for key in process.told_of(stage)
        for criterion in stage.criteria
        if asking_for(process, key, criterion.key) is stage
    ]
    if not rows:
        return None
    by, let = table_of("asked", _ASKED, rows), override.c
    return (
        found(let.id, let.due_on)
        .join(override, and_(let.team_id == deal.c.team_id, let.deal_id == deal.c.id))
        .join(by, and_(by.c.process == deal.c.process, by.c.stage == let.stage, by.c.criterion == let.criterion))
        .where(let.settled.is_(None), let.due_on <= view.today, deal.c.status.in_(WORKED_ON), _applies(by))
    )


def _ways(view: View, process: Process, stage: Stage, criterion: Criterion) -> Iterator[tuple[Any, ...]]:
    """Each way to prove a criterion whose proof ages, in the columns of `_PROOF` from `about` on."""
    if criterion.max_age is None:
        return
    last = criterion.max_age.before(view.today) - timedelta(days=1)
    excuse = [EvidenceKind.NOT_APPLICABLE] if criterion.may_not_apply else []
    proofs = [kind for kind in criterion.accepts or EvidenceKind if kind is not EvidenceKind.NOT_APPLICABLE]
    for about in process.told_of(stage):
        for kind in (*proofs, *excuse):
            least = Strength.CLAIMED if kind in excuse else criterion.least
            yield about, kind.value, int(least), kind in excuse, last, *age(criterion), *_bounds(criterion)


def _bounds(criterion: Criterion) -> tuple[str | None, int | None, int | None]:
    """The condition of a criterion, for `_applies`."""
    condition = criterion.condition
    low, high = (condition.amount_at_least, condition.amount_below) if condition else (None, None)
    currency = next((bound.currency for bound in (low, high) if bound), None)
    return currency, low.minor if low else None, high.minor if high else None


def _proves(piece: FromClause, by: FromClause) -> ColumnElement[bool]:
    """`gate.proves`: the piece still counts, and it is what the row of `by` asks for."""
    note = evidence_note.alias()
    noted = select(note.c.kind).where(note.c.team_id == piece.c.team_id, note.c.evidence_id == piece.c.id)
    last = noted.where(note.c.kind.in_([kind.value for kind in CHANGES_STANDING])).order_by(note.c.id.desc()).limit(1)
    agreed = noted.where(note.c.kind == NoteKind.AGREED.value)
    verified = noted.where(note.c.kind == NoteKind.VERIFIED.value).correlate(piece).exists()
    seen = noted.where(note.c.kind == NoteKind.SEEN.value).correlate(piece).exists()
    leads_on = func.coalesce(piece.c.link_kind, "") != LinkKind.FRONT_DOOR.value
    has_link = and_(func.coalesce(piece.c.link, "") != "", leads_on)
    inspectable = or_(has_link, func.coalesce(piece.c.file_id, "") != "", verified, seen)
    return and_(
        piece.c.stage == by.c.about,
        piece.c.criterion == by.c.criterion,
        piece.c.kind == by.c.kind,
        or_(by.c.least <= Strength.CLAIMED, and_(by.c.least == Strength.INSPECTABLE, inspectable), verified),
        or_(not_(by.c.excuses), agreed.correlate(piece).exists()),
        func.coalesce(last.correlate(piece).scalar_subquery(), NoteKind.ACCEPTED.value) == NoteKind.ACCEPTED.value,
    )


def _applies(by: CTE) -> ColumnElement[bool]:
    """`Condition.applies`: an unknown amount, or one in another currency, excuses from nothing."""
    amount, same_money = deal.c.amount_minor, deal.c.currency == by.c.currency
    outside = or_(func.coalesce(amount < by.c.at_least, False), func.coalesce(amount >= by.c.below, False))
    return not_(func.coalesce(and_(same_money, outside), False))
