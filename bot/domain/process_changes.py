"""What differs between two definitions of a process, in sentences, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import Enum

from bot.domain.concessions import percent_words
from bot.domain.conditions import Condition
from bot.domain.process import Asking, Coaching, Criterion, Duration, LossReason, PlanB, Process, Stage


class How(Enum):
    """What became of a stage."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class StageChange:
    """What became of a stage; a new or changed one goes by its new key and name, one that is gone by the old ones."""

    key: str
    name: str
    how: How
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs. `general` are sentences about the process as a whole, its clock and its loss reasons."""

    general: tuple[str, ...]
    stages: tuple[StageChange, ...]

    def __bool__(self) -> bool:
        return bool(self.general or self.stages)


def changes(old: Process, new: Process) -> Changes:
    """From `old` to `new`. Stages are the same when they have the same key, or the new one `replaces` the old key.

    A stage that was merged is compared with all that it takes the place of, a part of a split one with the whole.
    """
    return Changes(tuple(_general(old, new)), tuple(_stages(old, new)))


def _general(old: Process, new: Process) -> Iterator[str]:
    for name in ("key", "name", "currency", "channel", "lookback"):
        yield from _turned(name, getattr(old, name), getattr(new, name))
    for field in fields(old.cadence):
        before, after = getattr(old.cadence, field.name), getattr(new.cadence, field.name)
        yield from _turned(f"clock, {field.name}", before, after)
    yield from _reasons(old, new)
    yield from _turned("discount without asking", _limit(old), _limit(new))
    before, after = old.overrides.per_month, new.overrides.per_month
    yield from _turned("criteria of a rep that managers may let pass in a month", before, after)
    yield from _objections(old, new)


def _limit(process: Process) -> str:
    return percent_words(process.concessions.rep) if process.concessions else "any"


def _objections(old: Process, new: Process) -> Iterator[str]:
    before, after = ({one.key: one for one in process.objections} for process in (old, new))
    yield from (f"New planned answer: “{one.name}”." for key, one in after.items() if key not in before)
    for key, was in before.items():
        if key not in after:
            yield f"No longer a planned answer: “{was.name}”."
        elif was != after[key]:
            for field in fields(was):
                said, says = getattr(was, field.name), getattr(after[key], field.name)
                yield from _turned(f"objection “{after[key].name}”, {field.name}", said, says)


def _reasons(old: Process, new: Process) -> Iterator[str]:
    for reason in new.loss_reasons:
        before = old.loss_reason(reason.key)
        if before is None:
            yield f"New reason for a loss: “{reason.text}”."
        else:
            yield from _turned("reason for a loss", before.text, reason.text)
            yield from _turned(f"“{reason.text}”, winback", _winback(before), _winback(reason))
    for reason in old.loss_reasons:
        if new.loss_reason(reason.key) is None:
            yield f"No longer a reason for a loss: “{reason.text}”."


def _winback(reason: LossReason) -> str:
    if not reason.may_return:
        return "never"
    return reason.winback.words if reason.winback else "as the cadence says"


def _stages(old: Process, new: Process) -> Iterator[StageChange]:
    for stage in new.stages:
        before = [one for one in old.stages if one.key in new.told_of(stage)]
        if not before:
            asks = tuple(f"Asks for “{criterion.text}”" for criterion in stage.criteria)
            yield StageChange(stage.key, stage.name, How.NEW, (*_place(new, stage), *asks))
        elif lines := tuple(_of_stage(old, new, before, stage)):
            yield StageChange(stage.key, stage.name, How.CHANGED, lines)
    for stage in old.stages:
        if new.stage(stage.key) is None:
            text = "No stage replaces it; its open deals have to be put into another one by hand."
            yield StageChange(stage.key, stage.name, How.GONE, (text,))


def _place(process: Process, stage: Stage) -> Iterator[str]:
    number = process.index(stage)
    yield f"Comes after “{process.stages[number - 1].name}”." if number else "Is the first stage now."


def _of_stage(old: Process, new: Process, before: list[Stage], stage: Stage) -> Iterator[str]:
    """One stage; where several were merged into it, the first of them is what it is compared with."""
    was = next((one for one in before if one.key == stage.key), before[0])
    split = [one for one in before if len(_parts(new, one)) > 1]
    taken = [f"“{one.name}” ({one.key})" for one in before if one.key != stage.key and one not in split]
    if taken:
        yield f"Takes the place of {' and '.join(taken)}; their deals come here."
    for one in split:
        landing = new.stage(one.key)
        to = "here" if landing is None or landing is stage else f"to “{landing.name}”"
        yield f"Is a part of “{one.name}” ({one.key}), which was split; its deals come {to}. Its evidence counts here."
    for name in (
        "name",
        "outcome",
        "kind",
        "stale_after",
        "escalate_after",
        "waiting_on",
        "approval",
        "needs_answered_objections",
    ):
        yield from _turned(name, getattr(was, name), getattr(stage, name))
    # A way to a stage that only has another name or key is the same way.
    if [new.stage(to.key) for to in old.nexts(was)] != list(new.nexts(stage)):
        yield from _turned("goes on to", _names(old.nexts(was)), _names(new.nexts(stage)))
    if _followed(new, was.otherwise) != _followed(new, stage.otherwise):
        yield from _turned("plan B", _plan_b(old, was.otherwise), _plan_b(new, stage.otherwise))
    # What another part of a split stage asks for is not gone.
    elsewhere = {c.key for one in split for part in _parts(new, one) for c in part.criteria if part is not stage}
    asked = [c for one in before for c in one.criteria if stage.criterion(c.key) or c.key not in elsewhere]
    yield from _criteria(asked, stage)
    yield from _coaching(was.coaching, stage.coaching)


def _parts(new: Process, was: Stage) -> list[Stage]:
    """The stages that take the place of an old one: several where it was split."""
    return [stage for stage in new.stages if was.key in new.told_of(stage)]


def _criteria(asked: Iterable[Criterion], stage: Stage) -> Iterator[str]:
    before = {criterion.key: criterion for criterion in asked}
    for criterion in stage.criteria:
        was = before.pop(criterion.key, None)
        if was is None:
            yield f"Now asks for “{criterion.text}”"
        elif was != criterion:
            yield from (f"“{criterion.text}”: {line}" for line in _of_criterion(was, criterion))
    for criterion in before.values():
        yield f"No longer asks for “{criterion.text}”"


def _of_criterion(old: Criterion, new: Criterion) -> Iterator[str]:
    for field in fields(new):
        yield from _turned(_WORDS.get(field.name, field.name), getattr(old, field.name), getattr(new, field.name))


_WORDS = {
    "ask": "question to the buyer",
    "condition": "when",
    "max_age": "no older than",
    "may_not_apply": "may not apply",
}


def _coaching(old: Coaching, new: Coaching) -> Iterator[str]:
    for name in ("know", "do", "say", "show"):
        before, after = getattr(old, name), getattr(new, name)
        yield from (f"{name}: new: {line}" for line in after if line not in before)
        yield from (f"{name}: gone: {line}" for line in before if line not in after)


def _followed(new: Process, plan: PlanB | None) -> tuple[Stage | None, Duration | None] | None:
    """Where a plan leads in the new definition."""
    return (new.stage(plan.stage) if plan.stage else None, plan.park) if plan else None


def _names(stages: Iterable[Stage]) -> str:
    return " or ".join(f"“{stage.name}”" for stage in stages) or "nothing"


def _plan_b(process: Process, plan: PlanB | None) -> str:
    if plan is None:
        return "none"
    to = process.stage(plan.stage) if plan.stage else None
    return f"“{to.name}”" if to else f"parked for {plan.park.words}" if plan.park else "none"


def _turned(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{what.replace('_', ' ')}: {_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    """A value as a person says it."""
    match value:
        case None | () | "":
            return "none"
        case bool():
            return "yes" if value else "no"
        case Duration() | Condition():
            return value.words
        case Asking():
            return f"{value.after.words} after {value.stage or 'the win'}, {value.gap.words} apart"
        case tuple():
            return ", ".join(_shown(one) for one in value)
        case Enum():
            return str(getattr(value, "words", value.value)).lower().replace("_", " ")
        case _:
            return str(value)
