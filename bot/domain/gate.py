"""The gate: may this deal leave this stage? Pure; the one place that decides it, for every way to move a deal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from bot.domain.calendar_days import show_date
from bot.domain.committee import without_support
from bot.domain.concessions import Concession
from bot.domain.deal import Deal, MetCriterion
from bot.domain.evidence import Evidence, EvidenceKind, Standing, Strength
from bot.domain.evidence_links import LinkKind
from bot.domain.following import Following, following
from bot.domain.objections import Objection
from bot.domain.overrides import Override
from bot.domain.process import Answering, Criterion, Process, Stage, StageKind
from bot.domain.qualifying import Answered, refusals
from bot.domain.questions import Question


class State(StrEnum):
    """How one criterion stands."""

    MET = "met"
    UNMET = "unmet"
    DISPUTED = "disputed"
    NOT_APPLICABLE = "not_applicable"
    OVERRIDDEN = "overridden"
    """Not proved; a manager let it pass for a while."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one criterion stands, why in words, and the evidence it is judged by (newest first).

    `refusal` is the no that the rep answered and that nothing has overridden since.
    `override` is what let it pass, where nothing else did.
    """

    criterion: Criterion
    state: State
    why: str
    evidence: tuple[Evidence, ...] = ()
    question: Question | None = None
    refusal: Answered | None = None
    override: Override | None = None

    @property
    def passes(self) -> bool:
        """True when this criterion does not hold the deal back."""
        return self.state in (State.MET, State.NOT_APPLICABLE, State.OVERRIDDEN)


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """What is open in a deal beside its evidence: the buyer's objections, and a discount that waits for a manager."""

    objections: tuple[Objection, ...] = ()
    concession: Concession | None = None

    @property
    def holds(self) -> tuple[str, ...]:
        """What has to be done about each, in a sentence."""
        said = [
            f"The objection “{one.words}” is open. Answer it, and say what became of it." for one in self.objections
        ]
        if self.concession is not None:
            said.append(f"The discount of {self.concession.percent} waits for a manager's decision.")
        return tuple(said)


@dataclass(frozen=True)
class Judgement:
    """The gate's answer for one stage: a finding for every criterion, in the order of the file.

    `earlier_questions` are open questions about moves made before, `following` what was let pass before and is not
    proved yet: such a move stands, but the next one waits for the answers, and for the evidence whose day is over.
    `loose` are those loose ends that this stage does not let pass.
    """

    stage: Stage
    findings: tuple[Finding, ...]
    earlier_questions: tuple[Question, ...] = ()
    loose: LooseEnds = LooseEnds()
    following: tuple[Following, ...] = ()

    @property
    def opens(self) -> bool:
        """True when the deal may leave the stage: every criterion passes, and neither a question from before nor

        anything else is open that has to be settled here, nor is evidence owed from before.
        """
        return not (self.gaps or self.earlier_questions or self.loose.holds or self.owed)

    @cached_property
    def gaps(self) -> tuple[Finding, ...]:
        """What holds the deal back."""
        return tuple(finding for finding in self.findings if not finding.passes)

    @property
    def owed(self) -> tuple[Following, ...]:
        """The evidence of earlier stages that should be there by now."""
        return tuple(one for one in self.following if one.is_owed)

    @property
    def let_pass(self) -> tuple[Finding, ...]:
        """What a manager let pass here."""
        return tuple(finding for finding in self.findings if finding.state is State.OVERRIDDEN)

    @property
    def passed(self) -> int:
        """How many criteria do not hold the deal back."""
        return len(self.findings) - len(self.gaps)

    def snapshot(self) -> tuple[MetCriterion, ...]:
        """What is kept with a move: how each criterion stood at that moment, and by which evidence."""
        return tuple(
            MetCriterion(f.criterion.key, f.criterion.text, f.state.value, f.why, tuple(e.id for e in f.evidence))
            for f in self.findings
        )


def judge(
    process: Process,
    deal: Deal,
    evidence: Iterable[Evidence],
    questions: Iterable[Question],
    now: datetime,
    answers: Iterable[Answered] = (),
    loose: LooseEnds = LooseEnds(),
    overrides: Iterable[Override] = (),
) -> Judgement:
    """Judge the deal's present stage. `evidence`, `questions` and `overrides` are the deal's, of any stage.

    `answers` are the rep's to qualifying criteria, the oldest first; a no holds until evidence is added after it.
    `loose` is what else is open in the deal.

    Raises LookupError when the process has no such stage any more; callers turn that into words.
    """
    stage = process.stage(deal.stage)
    if stage is None:
        raise LookupError(deal.stage)
    about = (e for e in evidence if _is_about(process, stage, e.stage))
    here = sorted(about, key=lambda e: (e.added_at, e.id), reverse=True)
    unsettled = [q for q in questions if q.is_open]
    asked = [q for q in unsettled if _is_about(process, stage, q.stage) and stage.criterion(q.criterion)]
    refused = refusals(one for one in answers if _is_about(process, stage, one.stage))
    granted = [o for o in overrides if o.is_open]
    let = {o.criterion: o for o in granted if _is_about(process, stage, o.stage)}
    findings = (
        _find(
            criterion,
            deal,
            [e for e in here if e.criterion == criterion.key],
            [q for q in asked if q.criterion == criterion.key],
            now,
            refused.get(criterion.key),
        )
        for criterion in stage.criteria
    )
    today = now.date()
    return Judgement(
        stage,
        tuple(_let_pass(finding, let.get(finding.criterion.key), today) for finding in findings),
        tuple(q for q in unsettled if q not in asked),
        _holding(process, stage, loose),
        tuple(following(process, stage, deal, granted, today)),
    )


def _let_pass(finding: Finding, override: Override | None, today: date) -> Finding:
    """The finding with a manager's word in place of evidence; a manager's own question has to be answered first."""
    if override is None or finding.passes or finding.question is not None:
        return finding
    until = show_date(override.due_on)
    if override.is_live(today):
        why = f"Not proved: let pass until {until}. {override.reason}"
        return replace(finding, state=State.OVERRIDDEN, why=why, override=override)
    return replace(finding, why=f"{finding.why} It was let pass until {until}; that is over.".strip())


def asks_about(process: Process, stage: Stage) -> tuple[bool, bool]:
    """Whether open objections keep a deal in the stage, and whether a discount that waits does."""
    return stage.needs_answered_objections, any(to.kind is StageKind.WON for to in process.nexts(stage))


def _holding(process: Process, stage: Stage, loose: LooseEnds) -> LooseEnds:
    """Nobody wins a deal at a price that is not agreed; whether doubts may be left behind, the stage says."""
    answered, priced = asks_about(process, stage)
    concession = loose.concession if priced and loose.concession and loose.concession.is_pending else None
    return LooseEnds(tuple(one for one in loose.objections if one.is_open) if answered else (), concession)


def _is_about(process: Process, stage: Stage, key: str) -> bool:
    return key in process.told_of(stage)


def _find(
    criterion: Criterion,
    deal: Deal,
    evidence: Sequence[Evidence],
    asked: Sequence[Question],
    now: datetime,
    refused: Answered | None,
) -> Finding:
    if criterion.condition is not None and not criterion.condition.applies(deal.amount):
        return Finding(criterion, State.NOT_APPLICABLE, f"Applies only to {criterion.condition.words}.")
    standing = [e for e in evidence if e.standing is not Standing.WITHDRAWN]
    if asked:
        waits = "waits for an answer" if asked[0].waits_for_rep else "has an answer that a manager has yet to accept"
        return Finding(criterion, State.DISPUTED, f"A manager's question {waits}.", tuple(standing), asked[0])
    if criterion.answer is Answering.YES_NO and refused and not any(e.added_at >= refused.at for e in standing):
        return Finding(criterion, State.UNMET, f"Answered no: {refused.why}", tuple(standing), refusal=refused)
    judged = [(e, shortfall(criterion, e, now)) for e in standing]
    good = tuple(e for e, short in judged if short is None)
    lacking = without_support(criterion.support, deal.contacts) if good else ()
    if good:
        excused = all(e.kind is EvidenceKind.NOT_APPLICABLE for e in good)
        if lacking and not excused:
            whom = ", ".join(part.words for part in lacking)
            return Finding(criterion, State.UNMET, f"Proved, but nobody in the committee supports it as: {whom}.", good)
        state = State.NOT_APPLICABLE if excused else State.MET
        return Finding(criterion, state, "A manager agreed that it does not apply." if excused else "", good)
    if not judged:
        is_open = criterion.answer is Answering.YES_NO
        return Finding(criterion, State.UNMET, "Not known yet: no evidence." if is_open else "No evidence yet.")
    newest, short = judged[0]
    state = State.DISPUTED if newest.standing is Standing.DISPUTED else State.UNMET
    return Finding(criterion, state, short or "", tuple(standing))


def proves(criterion: Criterion, evidence: Evidence) -> bool:
    """Whether this piece proves the criterion, or excuses from it, its age aside."""
    return evidence.standing is Standing.COUNTS and _unfit(criterion, evidence) is None


def follows(criterion: Criterion, evidence: Evidence) -> bool:
    """Whether this piece is what a manager was told would follow. It counts for good, as a proof of any move does:

    its age is that of the day on which it was added.
    """
    return evidence.standing is Standing.COUNTS and shortfall(criterion, evidence, evidence.added_at) is None


def shortfall(criterion: Criterion, evidence: Evidence, now: datetime) -> str | None:
    """Why this piece does not prove the criterion, in words, or None when it does."""
    if (unfit := _unfit(criterion, evidence)) is not None or evidence.kind is EvidenceKind.NOT_APPLICABLE:
        return unfit
    if criterion.max_age is not None and evidence.happened_on is not None:
        oldest = criterion.max_age.before(now.date())
        if evidence.happened_on < oldest:
            return f"Older than {criterion.max_age.words}: ask the buyer again."
    return None


def counts_until(criterion: Criterion, happened_on: date) -> date | None:
    """The last day on which something of that day is young enough for the criterion; None where any age will do."""
    if criterion.max_age is None:
        return None
    last = criterion.max_age.after(happened_on)
    while criterion.max_age.before(last) > happened_on:
        last -= timedelta(days=1)
    while criterion.max_age.before(last + timedelta(days=1)) <= happened_on:
        last += timedelta(days=1)
    return last


def _unfit(criterion: Criterion, evidence: Evidence) -> str | None:
    """What is wrong with a piece apart from its age."""
    if evidence.standing is Standing.DISPUTED:
        return f"Disputed: {evidence.standing_reason or 'no reason given'}"
    if evidence.kind is EvidenceKind.NOT_APPLICABLE:
        if not criterion.may_not_apply:
            return "This criterion always applies."
        return None if evidence.agreed_by else "A manager has yet to agree that it does not apply."
    if criterion.accepts and evidence.kind not in criterion.accepts:
        kinds = " or ".join(kind.words.lower() for kind in criterion.accepts)
        return f"Needs {kinds}."
    return too_weak(criterion, evidence.strength, None if evidence.file else evidence.link_kind)


def too_weak(criterion: Criterion, strength: Strength, link: LinkKind | None) -> str | None:
    """What to add to a piece of this strength, with such a link, that is less than the criterion asks for; else None.

    A link to a front door opens nothing, so it is worth no more than words.
    """
    if link is LinkKind.FRONT_DOOR and criterion.least is Strength.INSPECTABLE and strength < Strength.VERIFIED:
        return "The link leads to a home page or a log-in: add a link to the thing itself, or a file."
    return _TOO_WEAK[criterion.least] if strength < criterion.least else None


_TOO_WEAK = {
    Strength.INSPECTABLE: "Only claimed so far: add a link or a file that your manager can open.",
    Strength.VERIFIED: "Has to be verified by the buyer's own mail or message.",
}
