"""Where a deal may go from its stage: on, aside by the plan B, or back; never past a stage."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from bot.domain import said
from bot.domain.deal import Deal, MoveKind, Status
from bot.domain.errors import BadInput
from bot.domain.process import Process, Stage, StageKind


@dataclass(frozen=True, slots=True)
class Route:
    """One way out of a stage."""

    kind: MoveKind
    to: Stage

    @property
    def needs_gate(self) -> bool:
        """Only the way on asks for evidence; the others ask for a reason."""
        return self.kind is MoveKind.FORWARD

    @property
    def status(self) -> Status:
        """What the deal is after this move."""
        return status_in(self.to)


def status_in(stage: Stage) -> Status:
    """Won from the stage of kind won on; open before."""
    return Status.WON if stage.kind in (StageKind.WON, StageKind.POST_SALE) else Status.OPEN


def route(process: Process, deal: Deal, stage: Stage, to: Stage) -> Route:
    """The way from `stage` to `to`. Raises BadInput, saying which ways there are, when there is none."""
    if deal.status in (Status.LOST, Status.PARKED):
        reopen = said.command(f"reopen {deal.label}")
        raise BadInput(f"{deal.name} ({deal.label}) is {deal.status.value}. Reopen it first: {reopen}.")
    if to.key == stage.key:
        raise BadInput(f"{deal.name} is already in “{stage.name}”.")
    on = process.nexts(stage)
    if any(to.key == s.key for s in on):
        return Route(MoveKind.FORWARD, to)
    if stage.otherwise is not None and stage.otherwise.stage == to.key:
        return Route(MoveKind.ASIDE, to)
    if process.index(to) < process.index(stage):
        if status_in(stage) is Status.WON and status_in(to) is not Status.WON:
            raise BadInput("A won deal stays won, so it cannot go back before the win.")
        return Route(MoveKind.BACK, to)
    ways = " or ".join(f"“{s.name}”" for s in on)
    raise BadInput(
        f"“{to.name}” is not the next stage. From “{stage.name}” the deal goes on to {ways}."
        if ways
        else f"“{stage.name}” is the last stage of this process."
    )


def read_stage(process: Process, text: str) -> Stage:
    """The stage meant by what a person typed: its key, its name, or the beginning of either.

    Raises BadInput with the nearest names when it is none or several.
    """
    wanted = _plain(text)
    exact = [
        s for s in process.stages if wanted in (_plain(s.key), _plain(s.name)) or wanted in map(_plain, s.replaces)
    ]
    found = exact or [s for s in process.stages if wanted and wanted in _plain(s.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(f"“{text}” could be {_list(found)}. Please write the whole name.")
    near = difflib.get_close_matches(wanted, [_plain(s.name) for s in process.stages], n=3, cutoff=0.4)
    likely = [s for s in process.stages if _plain(s.name) in near] or list(process.stages)
    raise BadInput(f"There is no stage “{text}”. Did you mean {_list(likely)}?")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _list(stages: list[Stage]) -> str:
    return " or ".join(f"“{s.name}”" for s in stages)
