"""The shape of a process file: its keys, and the words that explain them to people and editors."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.definitions.clock import CadenceShape
from bot.definitions.fields import (
    Advice,
    Amount,
    AnswerWord,
    ApprovalWord,
    Because,
    Channel,
    Currency,
    Days,
    EvidenceWords,
    Key,
    Keys,
    Lines,
    Name,
    Option,
    OrNever,
    PartyWord,
    PerMonth,
    Replacements,
    RuleName,
    Shape,
    StageWord,
    StrengthWord,
    Text,
    WaitingWord,
    YesNo,
    mistake,
)
from bot.definitions.playbook import ConcessionsShape, ObjectionShape, Parts
from bot.domain.evidence import Strength
from bot.domain.overrides import OverrideRules
from bot.domain.process import Answering, Approval, Duration, Party, StageKind

MOST_CRITERIA = 12
"""In one stage, those of included sets counted: more do not fit one checklist."""


class WhenShape(Shape):
    """A condition: the criterion counts only for deals of this size."""

    amount_at_least: Amount | None = Field(None, description="from this amount on, in whole units of the currency")
    amount_below: Amount | None = Field(None, description="below this amount, in whole units of the currency")

    @model_validator(mode="after")
    def _has_a_range(self) -> WhenShape:
        low, high = self.amount_at_least, self.amount_below
        if low is None and high is None:
            raise mistake("is empty; write amount_at_least, amount_below or both")
        if low is not None and high is not None and low >= high:
            raise mistake("can never be true; make amount_below larger than amount_at_least")
        return self


class AcceptShape(Shape):
    """Advice of the check that the author has weighed and does not follow here."""

    rule: RuleName = Field(description="the advice, by the name that stands behind it")
    because: Because = Field(description="why this is right here, in a sentence; the check prints it")


Accepted = Annotated[tuple[AcceptShape, ...], Field(min_length=1, max_length=20)]


class CriterionShape(Shape):
    """An exit criterion: a fact about the buyer that another person can check."""

    key: Key = Field(description="its name in the history, for ever: small letters, digits and _")
    text: Text = Field(description="what the buyer did, as a fact")
    coach: Advice = Field(description="how the rep gets it from the buyer, in a sentence or two")
    example: Advice = Field(description="what good evidence looks like")
    ask: Advice = Field("", description="the question to the buyer for the mail that asks for this evidence")
    answer: AnswerWord = Field(
        Answering.EVIDENCE, description="yes_no where a rep may also answer no, or that it is not known yet"
    )
    party: PartyWord = Field(Party.BUYER, description="who acts: buyer (default), seller or third_party")
    accepts: EvidenceWords = Field((), description="the kinds of evidence that prove it; left out: any")
    least: StrengthWord = Field(
        Strength.INSPECTABLE, description="the least strength: claimed, inspectable (default) or verified"
    )
    when: WhenShape | None = Field(None, description="asked only of deals of this size")
    max_age: Days | None = Field(None, description="how old the evidence may be, such as 60d")
    may_not_apply: YesNo = Field(False, description="whether a rep may say why it does not apply; a manager agrees")
    support: Parts = Field((), description="the parts of the buying committee of whom somebody has to support it")
    accept: Accepted = Field((), description="advice of the check that is not followed here, each with a reason")


class OtherwiseShape(Shape):
    """The plan B of a stage: another stage, or parked for so long."""

    stage: Key | None = Field(None, description="the stage that a deal falls back to")
    park: Days | None = Field(None, description="how long the deal is put aside, such as 90d")

    @model_validator(mode="after")
    def _is_one_way(self) -> OtherwiseShape:
        if (self.stage is None) == (self.park is None):
            raise mistake("must name one way; write either stage or park")
        return self


class StageShape(Shape):
    """A step of the process, named for what the buyer has done when it is over."""

    key: Key = Field(description="its name in the history, for ever: small letters, digits and _")
    name: Name = Field(description="what the buyer has done when it is over, such as Product evaluated")
    kind: StageWord = Field(StageKind.OPEN, description="preparation, open (default), won or post_sale")
    outcome: Text = Field(description="what is true about the buyer when the deal leaves the stage")
    know: Lines = Field((), description="what the rep should know")
    do: Lines = Field((), description="what the rep should do")
    say: Lines = Field((), description="what the rep could say")
    show: Lines = Field((), description="what the rep could show")
    include: Keys = Field((), description="criterion sets whose criteria come before the stage's own")
    criteria: tuple[CriterionShape, ...] = Field((), description="what has to be true before a deal leaves the stage")
    stale_after: Days | None = Field(None, description="how long nothing may happen, such as 7d or 5bd")
    escalate_after: Days | None = Field(None, description="how long it may be stale before the manager hears of it")
    waiting_on: WaitingWord | None = Field(
        None, description="third_party where the stage waits for an authority or the like, so that it takes longer"
    )
    approval: ApprovalWord = Field(Approval.NONE, description="whether a manager has to agree: none (default), manager")
    needs_answered_objections: YesNo = Field(
        False, description="whether a deal waits here until every open objection is answered"
    )
    next: Keys = Field((), description="the stages a deal may go on to; left out: the following one")
    otherwise: OtherwiseShape | None = Field(None, description="the plan B: another stage, or parked for so long")
    replaces: Replacements = Field(
        (),
        description="keys of stages that are gone, for deals that still stand in them: an old key of this stage, "
        "several stages that were merged, or one that was split and that all its parts replace; then one of them "
        "says {stage: old_key, lands: here}, and evidence for a criterion of the same key counts in every part",
    )
    accept: Accepted = Field((), description="advice of the check that is not followed here, each with a reason")


class LossReasonShape(Shape):
    """A reason that a deal may be lost for."""

    key: Key = Field(description="its name in the history, for ever: small letters, digits and _")
    text: Option = Field(description="as the rep chooses it from the menu")
    winback: Annotated[Days | None, OrNever()] = Field(
        None, description="when such a deal is asked about again, such as 6m, or never; left out: as the cadence says"
    )


class OverridesShape(Shape):
    """How often managers may let a deal pass without a proof."""

    per_month: PerMonth = Field(
        OverrideRules().per_month,
        description="how many criteria of a rep's deals in a calendar month, 0 for none; 2 if left out",
    )


class ProcessShape(Shape):
    """A sales process: stages named for what the buyer did, each with its exit criteria."""

    key: Key = Field(description="its name in the settings and the history: small letters, digits and _")
    name: Name = Field(description="as people call it")
    currency: Currency = Field(description="its three-letter code, for amounts written without one")
    channel: Channel | None = Field(None, description="where managers see its moves, if not in the usual channel")
    lookback: Days = Field(Duration(180), description="how long before the deal its evidence may lie; 180d if left out")
    objections: Annotated[tuple[ObjectionShape, ...], Field(min_length=1, max_length=30)] = Field(
        (), description="what buyers object to, each kind with its planned answers"
    )
    concessions: ConcessionsShape | None = Field(None, description="how much discount a rep may give without asking")
    cadence: CadenceShape | None = Field(None, description="the clock: what is noticed when, and how often it is said")
    overrides: OverridesShape | None = Field(None, description="how often a deal may pass before its proof is there")
    accept: Accepted = Field((), description="advice of the check that is not followed here, each with a reason")
    criterion_sets: dict[Key, tuple[CriterionShape, ...]] = Field(
        default_factory=dict, description="criteria under a name, for stages to include"
    )
    stages: tuple[StageShape, ...] = Field(min_length=1, max_length=40, description="the stages, in their order")
    loss_reasons: tuple[LossReasonShape, ...] = Field(
        min_length=1, max_length=50, description="the reasons that a deal may be lost for"
    )


class SetShape(Shape):
    """A set of criteria shared by processes; it is included by the name of its file."""

    name: Name = Field(description="as people call it")
    criteria: tuple[CriterionShape, ...] = Field(
        min_length=1, max_length=MOST_CRITERIA, description="the criteria, in their order"
    )


class QuestionsShape(Shape):
    """The questions by the phase of the sale."""

    discover: Lines = Field(description="questions while the problem is not understood yet")
    evaluate: Lines = Field(description="questions while the buyer looks at ways to solve it")
    decide: Lines = Field(description="questions while the buyer decides")
    agree: Lines = Field(description="questions while terms and signature are settled")
    after: Lines = Field(description="questions after the win")


class MethodologyShape(Shape):
    """A way of selling; its key is the name of its file."""

    name: Name = Field(description="as people call it")
    idea: Advice = Field(description="what it comes down to, in a sentence")
    questions: QuestionsShape = Field(description="the questions by phase: discover, evaluate, decide, agree, after")


class _EditorSchema(GenerateJsonSchema):
    """A key that may be left out may not be written and left empty."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a process file, for editors."""
    schema = ProcessShape.model_json_schema(schema_generator=_EditorSchema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
