"""Rules for a process as a whole: how many stages and criteria, and that a deal always has a way on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.definitions.lint.rulebook import Said
from bot.domain.process import Process, Stage, StageKind

FEWEST_STAGES, MOST_STAGES = 3, 7
MOST_ADVISED = 5

Placed = tuple[Stage | None, Said]
"""What a rule says, and about which stage; None is the process as a whole."""

_BEFORE_THE_WIN = (StageKind.PREPARATION, StageKind.OPEN)


def stage_count(process: Process) -> Iterator[Placed]:
    """Open stages only: preparation is the seller's own, and the win has happened."""
    count = sum(stage.kind is StageKind.OPEN for stage in process.stages)
    if count < FEWEST_STAGES:
        text = f"It has {count} open stage{'' if count == 1 else 's'}; deals stay in them for long and nobody sees why."
        yield None, Said("few_stages", "stages", text, "Split the stage in which the buyer commits to the most.")
    if count > MOST_STAGES:
        text = f"It has {count} open stages; people will not keep them apart."
        rewrite = "Merge those that differ only in what you do, and make your own preparation “kind: preparation”."
        yield None, Said("many_stages", "stages", text, rewrite)


def many_criteria(process: Process) -> Iterator[Placed]:
    """More than five, those of included sets counted."""
    for stage in process.stages:
        if len(stage.criteria) > MOST_ADVISED:
            text = f"It asks for {len(stage.criteria)} facts; more than {MOST_ADVISED} are ticked off, not asked."
            rewrite = f"Keep the {MOST_ADVISED} that would make you doubt the deal if they were missing."
            yield stage, Said("many_criteria", "criteria", text, rewrite)


def dead_end(process: Process) -> Iterator[Placed]:
    """An open stage without `otherwise`."""
    for stage in process.stages:
        if stage.kind is StageKind.OPEN and stage.otherwise is None:
            text = "A deal that does not go on has nowhere to go, and stays here for ever."
            rewrite = "Write “otherwise: {park: 90d}”, or {stage: …} for the one it falls back to."
            yield stage, Said("dead_end", "name", text, rewrite)


def unreachable(process: Process) -> Iterator[Placed]:
    """A stage that no way from the first one leads to."""
    reached = _from(process.first, lambda stage: (*process.nexts(stage), *_plan_b(process, stage)))
    for stage in process.stages:
        if stage.key not in reached:
            text = "No deal can get here; no stage before it leads on to it."
            yield stage, Said("unreachable", "key", text, f"Add {stage.key} to the next of a stage, or remove it.")


def no_way_to_win(process: Process) -> Iterator[Placed]:
    """A stage before the win from which moving on never wins: usually a circle without an exit."""
    for stage in process.stages:
        ahead = _from(stage, process.nexts)
        if stage.kind in _BEFORE_THE_WIN and not any(ahead[key].kind is StageKind.WON for key in ahead):
            ways = [key for key in ahead if key != stage.key]
            text = f"From here a deal can only get to {', '.join(ways)}, never to the win."
            yield stage, Said("no_way_to_win", "next", text, "Give one of them a way out: add a later stage to next.")


def no_stale_after(process: Process) -> Iterator[Placed]:
    """A stage that leads on, or before the win, in which a deal may stand still for ever."""
    for stage in process.stages:
        if stage.stale_after is None and stage.waiting_on is None and process.nexts(stage):
            text = "Nobody is told when nothing happens here."
            rewrite = f"Write “stale_after: {_usual(process, stage)}”, or what is usual with you."
            yield stage, Said("no_stale_after", "name", text, rewrite)


def _usual(process: Process, stage: Stage) -> str:
    """Two weeks at the beginning, days before the signature; after the win a month."""
    if stage.kind not in _BEFORE_THE_WIN:
        return "30d"
    left = sum(other.kind in _BEFORE_THE_WIN for other in process.stages[process.index(stage) :])
    return {1: "3bd", 2: "5bd", 3: "7d"}.get(left, "14d")


def plan_b_circle(process: Process) -> Iterator[Placed]:
    """Plans B that lead back to where they began, so that nothing ever ends in a date."""
    for stage in process.stages:
        seen = [stage.key]
        while following := _plan_b(process, process.stage(seen[-1]) or stage):
            seen.append(following[0].key)
            if seen[-1] in seen[:-1]:
                break
        if len(seen) > 1 and seen[-1] == stage.key:
            text = f"The plans B go round: {' → '.join(seen)}."
            yield stage, Said("plan_b_circle", "otherwise", text, "Let one of them park the deal: {park: 90d}.")


def no_winback(process: Process, said_for_all: bool) -> Iterator[tuple[int, Said]]:
    """Reasons, by their number, that nobody has decided about: no `winback`, and none in the cadence for all."""
    for number, reason in enumerate(process.loss_reasons):
        if reason.winback is None and reason.may_return and not said_for_all:
            text = f"“{reason.text}” does not say when such a buyer is asked again."
            yield number, Said("no_winback", "key", text, "Write “winback: 6m”, “winback: never”, or one for all.")


def _plan_b(process: Process, stage: Stage) -> tuple[Stage, ...]:
    found = process.stage(stage.otherwise.stage) if stage.otherwise and stage.otherwise.stage else None
    return (found,) if found else ()


def _from(start: Stage, ways: Callable[[Stage], Iterable[Stage]]) -> dict[str, Stage]:
    """All stages that these ways lead to, the start among them, by key."""
    reached = {start.key: start}
    waiting = [start]
    while waiting:
        for stage in ways(waiting.pop()):
            if stage.key not in reached:
                reached[stage.key] = stage
                waiting.append(stage)
    return reached


PROCESS_RULES = (stage_count, many_criteria, dead_end, unreachable, no_way_to_win, no_stale_after, plan_b_circle)
