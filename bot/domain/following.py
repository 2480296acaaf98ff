"""What was let pass in other stages, and whose evidence has yet to follow. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.deal import Deal
from bot.domain.overrides import Override
from bot.domain.process import Criterion, Process, Stage


@dataclass(frozen=True, slots=True)
class Following:
    """A criterion of an earlier stage that was let pass, and whose evidence has yet to come.

    It is owed once its day is over. Where the deal fell back, the stage may be one that is still to come.
    """

    override: Override
    stage: Stage
    criterion: Criterion
    is_owed: bool


def following(
    process: Process, here: Stage, deal: Deal, granted: Iterable[Override], today: date
) -> Iterator[Following]:
    """What was let pass in other stages. What the process does not ask for any more, of such a deal, is not owed."""
    for one in granted:
        if one.stage in process.told_of(here) and here.criterion(one.criterion) is not None:
            continue
        criterion, stage = owed_criterion(process, deal, one.stage, one.criterion), asking(process, one)
        if criterion is not None and stage is not None:
            # Where the deal fell back to before that stage, it has to pass it once more anyway.
            is_before = process.index(stage) < process.index(here)
            yield Following(one, stage, criterion, is_before and not one.is_live(today))


def asking(process: Process, one: Override) -> Stage | None:
    """The stage that asks now for what was let pass: the first, where the stage was split into several that do."""
    return asking_for(process, one.stage, one.criterion)


def asking_for(process: Process, stage_key: str, criterion_key: str) -> Stage | None:
    """The same by keys."""
    found = (
        stage for stage in process.stages if stage_key in process.told_of(stage) and stage.criterion(criterion_key)
    )
    return next(found, None)


def owed_criterion(process: Process, deal: Deal, stage_key: str, criterion_key: str) -> Criterion | None:
    """The criterion that was let pass, where the process still asks for it of a deal of this size."""
    stage = asking_for(process, stage_key, criterion_key)
    criterion = stage.criterion(criterion_key) if stage else None
    if criterion is None or (criterion.condition is not None and not criterion.condition.applies(deal.amount)):
        return None
    return criterion
