"""A sales process: stages named for what the buyer did, and the exit criteria of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from bot.domain.calendar_days import DayOff, add_business_days, add_months, add_working_days, is_weekend
from bot.domain.committee import Part
from bot.domain.concessions import Limits
from bot.domain.conditions import Condition
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.objections import KnownObjection
from bot.domain.overrides import OverrideRules


class StageKind(StrEnum):
    """What a stage is for the deal: the seller's own work before there is a buyer, the sale, the win, or after it."""

    PREPARATION = "preparation"
    OPEN = "open"
    WON = "won"
    POST_SALE = "post_sale"


class Party(StrEnum):
    """Who acts in a criterion."""

    BUYER = "buyer"
    SELLER = "seller"
    THIRD_PARTY = "third_party"


class Answering(StrEnum):
    """How a rep says where a criterion stands: by evidence alone, or with a plain yes, no or not known yet as well."""

    EVIDENCE = "evidence"
    YES_NO = "yes_no"

    @property
    def words(self) -> str:
        """As it stands in a sentence."""
        return "by evidence" if self is Answering.EVIDENCE else "by evidence, yes, no or not known yet"


class Approval(StrEnum):
    """Who has to agree before a complete deal leaves the stage."""

    NONE = "none"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of calendar days (`10d`), business days (`5bd`) or months (`6m`, with no days)."""

    days: int
    business: bool = False
    months: int = 0

    def __str__(self) -> str:
        return f"{self.months}m" if self.months else f"{self.days}{'bd' if self.business else 'd'}"

    @property
    def words(self) -> str:
        """As a person says it: "5 business days"."""
        if self.months:
            return f"{self.months} month{'' if self.months == 1 else 's'}"
        unit = "business day" if self.business else "day"
        return f"{self.days} {unit}{'' if self.days == 1 else 's'}"

    @property
    def about_days(self) -> float:
        """Roughly how many calendar days, to tell the longer of two."""
        return self.months * 30.4 if self.months else self.days * (1.4 if self.business else 1)

    def after(self, start: date, is_off: DayOff = is_weekend) -> date:
        """The day this long after `start`; business days skip those that are off, Saturday and Sunday at least.

        A month later is the same day of that month, or its last day where it is shorter.
        """
        if self.months:
            return add_months(start, self.months)
        return add_working_days(start, self.days, is_off) if self.business else start + timedelta(days=self.days)

    def before(self, end: date) -> date:
        """The day this long before `end`; business days are Monday to Friday."""
        if self.months:
            return add_months(end, -self.months)
        return end - timedelta(days=self.days) if not self.business else add_business_days(end, -self.days)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One exit criterion: a fact about the buyer that another person can check.

    `accepts` are the kinds of evidence that can prove it, `least` the least strength that does;
    `may_not_apply` allows the claim "not applicable, because…", which a manager has to agree to. `ask` is the
    question to the buyer that a mail asks for this evidence with; nothing where the file has none. `answer` says
    whether a rep may answer no to it as well. `support` are parts in the committee that each need a supporter.
    """

    key: str
    text: str
    coach: str
    example: str
    party: Party = Party.BUYER
    accepts: tuple[EvidenceKind, ...] = ()
    least: Strength = Strength.INSPECTABLE
    condition: Condition | None = None
    max_age: Duration | None = None
    may_not_apply: bool = False
    ask: str = ""
    answer: Answering = Answering.EVIDENCE
    support: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Coaching:
    """What a rep should know, do, say and show in a stage."""

    know: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    show: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanB:
    """The way on for a deal that does not go on: another stage, or parked for so long. Exactly one is set."""

    stage: str | None = None
    park: Duration | None = None


class WaitingOn(StrEnum):
    """Who holds a deal up, when it is not the two parties themselves."""

    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Asking:
    """When a happy customer is asked for something: so long after the deal reached `stage`, or a good value check.

    Without a stage, the day of the win counts. `gap` is the least time between two asks of one customer.
    """

    stage: str | None = None
    after: Duration = Duration(30)
    gap: Duration = Duration(90)


@dataclass(frozen=True, slots=True)
class Cadence:
    """The clock of a process: what is noticed when, and how often it is said.

    `remind_again` lies between two tellings of the same reminder, and after `remind_times` tellings without an answer
    it goes to the manager. `silence` are the gaps between follow-ups that the buyer leaves unanswered; then comes a
    last mail, after `last_mail_wait` the deal is parked for `park_for`. `winback_after` holds for lost deals whose
    reason says nothing else. `value_checks` are months after the win.
    """

    remind_again: Duration = Duration(3, business=True)
    remind_times: int = 3
    escalate_after: Duration = Duration(7)
    third_party_stale_after: Duration = Duration(30)
    silence: tuple[Duration, ...] = (
        Duration(3, business=True),
        Duration(5, business=True),
        Duration(10, business=True),
    )
    last_mail_wait: Duration = Duration(5, business=True)
    park_for: Duration = Duration(90)
    winback_after: Duration | None = Duration(180)
    question_again: Duration = Duration(1, business=True)
    approval_again: Duration = Duration(1, business=True)
    value_checks: tuple[int, ...] = (6, 9, 12)
    referral: Asking | None = Asking()
    review: Asking | None = None
    reference: Asking | None = None
    case_study: Asking | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process, named for what the buyer has done when it is over.

    `replaces` are the keys of stages that are gone: one that was renamed, several that were merged into this one, or
    one that was split, which then all its parts replace. `lands` are those of the last sort whose deals come here.
    `needs_answered_objections` keeps a deal here while an objection of the buyer's is open.
    """

    key: str
    name: str
    outcome: str
    kind: StageKind = StageKind.OPEN
    coaching: Coaching = field(default_factory=Coaching)
    criteria: tuple[Criterion, ...] = ()
    stale_after: Duration | None = None
    escalate_after: Duration | None = None
    waiting_on: WaitingOn | None = None
    approval: Approval = Approval.NONE
    needs_answered_objections: bool = False
    next: tuple[str, ...] = ()
    otherwise: PlanB | None = None
    replaces: tuple[str, ...] = ()
    lands: tuple[str, ...] = ()

    def criterion(self, key: str) -> Criterion | None:
        """The criterion with this key, or None."""
        return next((c for c in self.criteria if c.key == key), None)


@dataclass(frozen=True, slots=True)
class LossReason:
    """A reason a deal may be lost for; `winback` is when to ask again, where it differs from the process's own.

    A deal that was lost for a reason that may not return is not asked about again.
    """

    key: str
    text: str
    winback: Duration | None = None
    may_return: bool = True


@dataclass(frozen=True)
class Process:
    """A whole process. `version` is a hash of its content; stages stand in the order of the file."""

    key: str
    name: str
    currency: str
    stages: tuple[Stage, ...]
    loss_reasons: tuple[LossReason, ...]
    version: str
    channel: str | None = None
    lookback: Duration = Duration(180)
    cadence: Cadence = field(default_factory=Cadence)
    objections: tuple[KnownObjection, ...] = ()
    concessions: Limits | None = None
    overrides: OverrideRules = field(default_factory=OverrideRules)

    @cached_property
    def _by_key(self) -> Mapping[str, Stage]:
        old: dict[str, Stage] = {}
        for stage in self.stages:
            # Where no part of a split stage says that its deals come there, they come to the first.
            old |= {key: stage for key in stage.replaces if key not in old or key in stage.lands}
        return old | {stage.key: stage for stage in self.stages}

    def stage(self, key: str) -> Stage | None:
        """The stage with this key, or the one that replaces it; None when it is gone."""
        return self._by_key.get(key)

    def standing(self, stage: Stage) -> tuple[str, ...]:
        """The keys under which deals stand in this stage: its own, and the old ones that lead here."""
        return tuple(key for key in (stage.key, *stage.replaces) if self.stage(key) is stage)

    def told_of(self, stage: Stage) -> tuple[str, ...]:
        """The keys under which evidence counts here: of a stage that was split, it counts in every part.

        A part asks only for its own criteria; one of the same key that two of them ask for is proved in both.
        """
        own = {one.key for one in self.stages}
        return (stage.key, *(key for key in stage.replaces if key not in own))

    def criterion(self, stage_key: str, criterion_key: str) -> Criterion | None:
        """What a piece of evidence was added for, in whichever part of its stage that is asked by now."""
        about = (stage for stage in self.stages if stage_key in self.told_of(stage))
        return next(filter(None, (stage.criterion(criterion_key) for stage in about)), None)

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The keys of stages that go by several: old ones, and those that took their place."""
        return frozenset(key for stage in self.stages if stage.replaces for key in (stage.key, *stage.replaces))

    @property
    def first(self) -> Stage:
        """Where a new deal begins."""
        return self.stages[0]

    def index(self, stage: Stage) -> int:
        """The stage's place in the order of the file, from 0."""
        return next(i for i, s in enumerate(self.stages) if s.key == stage.key)

    def nexts(self, stage: Stage) -> tuple[Stage, ...]:
        """The stages a deal may go on to: those named in the file, else the following one."""
        if stage.next:
            return tuple(s for key in stage.next if (s := self.stage(key)) is not None)
        following = self.index(stage) + 1
        return self.stages[following : following + 1]

    def loss_reason(self, key: str) -> LossReason | None:
        """The loss reason with this key, or None."""
        return next((r for r in self.loss_reasons if r.key == key), None)
