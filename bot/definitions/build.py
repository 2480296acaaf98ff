"""From the checked shape of a file to the process of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.definitions.clock import cadence_of
from bot.definitions.content import version_of
from bot.definitions.playbook import known_objection, limits_of
from bot.definitions.shape import CriterionShape, LossReasonShape, ProcessShape, StageShape, WhenShape
from bot.definitions.source import Location, Problem
from bot.domain.conditions import Condition
from bot.domain.errors import BadInput
from bot.domain.money import Money
from bot.domain.overrides import OverrideRules
from bot.domain.process import Coaching, Criterion, LossReason, PlanB, Process, Stage

Sets = Mapping[str, Sequence[CriterionShape]]


def amount_problems(shape: ProcessShape, sets: Sets) -> Iterator[Problem]:
    """Conditions whose amounts the currency cannot hold, such as yen with decimals."""
    for index, stage in enumerate(shape.stages):
        here: Location = ("stages", index)
        for name in stage.include:
            for criterion in sets[name]:
                for bound, sentence in _amounts(criterion.when, shape.currency):
                    text = f'criterion "{criterion.key}" of set "{name}": {bound}: {sentence}'
                    yield Problem((*here, "include"), text)
        for number, criterion in enumerate(stage.criteria):
            for bound, sentence in _amounts(criterion.when, shape.currency):
                yield Problem((*here, "criteria", number, "when", bound), sentence)


def _amounts(when: WhenShape | None, currency: str) -> Iterator[tuple[str, str]]:
    for bound, value in when or ():
        try:
            _money(value, currency)
        except BadInput as error:
            yield bound, str(error)


def build(shape: ProcessShape, sets: Sets) -> Process:
    """The process, with the version that follows from its content. Raises BadInput as `amount_problems` tells."""
    process = Process(
        key=shape.key,
        name=shape.name,
        currency=shape.currency,
        stages=tuple(_stage(stage, sets, shape.currency) for stage in shape.stages),
        loss_reasons=tuple(_loss_reason(reason) for reason in shape.loss_reasons),
        version="",
        channel=shape.channel,
        lookback=shape.lookback,
        cadence=cadence_of(shape.cadence),
        objections=tuple(known_objection(one) for one in shape.objections),
        concessions=limits_of(shape.concessions),
        overrides=OverrideRules(shape.overrides.per_month) if shape.overrides else OverrideRules(),
    )
    return replace(process, version=version_of(process))


def _stage(shape: StageShape, sets: Sets, currency: str) -> Stage:
    included = [criterion for name in shape.include for criterion in sets[name]]
    return Stage(
        key=shape.key,
        name=shape.name,
        outcome=shape.outcome,
        kind=shape.kind,
        coaching=Coaching(shape.know, shape.do, shape.say, shape.show),
        criteria=tuple(_criterion(criterion, currency) for criterion in (*included, *shape.criteria)),
        stale_after=shape.stale_after,
        escalate_after=shape.escalate_after,
        waiting_on=shape.waiting_on,
        approval=shape.approval,
        needs_answered_objections=shape.needs_answered_objections,
        next=shape.next,
        otherwise=PlanB(shape.otherwise.stage, shape.otherwise.park) if shape.otherwise else None,
        replaces=tuple(old.stage for old in shape.replaces),
        lands=tuple(old.stage for old in shape.replaces if old.lands),
    )


def _loss_reason(shape: LossReasonShape) -> LossReason:
    never = shape.winback is None and "winback" in shape.model_fields_set
    return LossReason(shape.key, shape.text, shape.winback, may_return=not never)


def _criterion(shape: CriterionShape, currency: str) -> Criterion:
    when = shape.when
    return Criterion(
        key=shape.key,
        text=shape.text,
        coach=shape.coach,
        example=shape.example,
        ask=shape.ask,
        answer=shape.answer,
        party=shape.party,
        accepts=shape.accepts,
        least=shape.least,
        condition=Condition(_money(when.amount_at_least, currency), _money(when.amount_below, currency))
        if when
        else None,
        max_age=shape.max_age,
        may_not_apply=shape.may_not_apply,
        support=shape.support,
    )


def _money(value: Decimal | None, currency: str) -> Money | None:
    return None if value is None else Money.from_decimal(value, currency)
