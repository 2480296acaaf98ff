"""A process as a picture: which views there are, what each says in words, and pictures kept while they are wanted."""

from __future__ import annotations

import threading
from collections import OrderedDict
from enum import StrEnum

from bot.domain.process import Process
from bot.drawing import painting
from bot.drawing.checklist import checklist
from bot.drawing.flow import flow
from bot.drawing.painting import can_paint
from bot.drawing.shapes import Drawing
from bot.drawing.sides import sides

KEPT = 12
"""Pictures in memory; each has some hundreds of kilobytes."""

__all__ = ["Pictures", "View", "can_paint", "described", "layout", "picture"]


class View(StrEnum):
    """The three ways to look at a process."""

    CHECKLIST = "checklist"
    FLOW = "flow"
    SIDES = "sides"

    @property
    def words(self) -> str:
        """As a title says it."""
        return _WORDS[self]


_WORDS = {View.CHECKLIST: "checklist", View.FLOW: "flowchart", View.SIDES: "buyer beside seller"}
_LAYOUTS = {View.CHECKLIST: checklist, View.FLOW: flow, View.SIDES: sides}


def layout(process: Process, view: View) -> Drawing:
    """Where everything stands. Raises NeedsSetup where matplotlib is not installed."""
    return _LAYOUTS[view](process, painting.measure)


def picture(process: Process, view: View, form: str = "png") -> bytes:
    """The file, as `png` or `svg`. Raises NeedsSetup where matplotlib is not installed."""
    drawing = layout(process, view)
    if form == "svg":
        return painting.svg(drawing, f"{process.name}: {view.words}", described(process, view))
    return painting.png(drawing)


def described(process: Process, view: View) -> str:
    """What the picture shows, for those who do not see it: the stages in their order, and where each leads."""
    stages = "; ".join(f"{n}. {stage.name}" for n, stage in enumerate(process.stages, 1))
    return (
        f"{process.name} as a {view.words}. Stages: {stages}."
        if view is not View.SIDES
        else (f"{process.name}, {view.words}. Stages: {stages}.")
    )


class Pictures:
    """PNGs of the processes' present versions, each painted once while it is kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, View], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def png(self, process: Process, view: View) -> bytes:
        """The picture. Raises NeedsSetup where matplotlib is not installed."""
        key = (process.key, process.version, view)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = picture(process, view)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]
