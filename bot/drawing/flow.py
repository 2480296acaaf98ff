"""The second view: the stages from top to bottom, with every way on, every plan B and every end."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.process import Approval, Process, Stage, StageKind
from bot.drawing import badges
from bot.drawing.lanes import Way, routed
from bot.drawing.palette import ASIDE, KIND_WORDS, KINDS, LINE, LOST, SOFT
from bot.drawing.shapes import MARGIN, Align, Arrow, Drawing, Panel, Rect
from bot.drawing.typesetting import NAME, SMALL, Measure, Typesetter, height_of

ABOUT = "Solid lines lead on, dashed ones are the plan B."
BOX_X, BOX_WIDTH = 180.0, 530.0
PILL_X, PILL_WIDTH = 826.0, 134.0
_PAD, _GAP = 18.0, 56.0
_NAME_X = badges.ROUND + 16
_OUT, _IN, _PARK = 0.74, 0.42, 0.5
"""Where lines leave a box and enter it, as shares of its height."""


def flow(process: Process, measure: Measure) -> Drawing:
    """Boxes in a column; what leads past the following box runs beside them."""
    drawing, setter = Drawing(), Typesetter(measure)
    y = setter.heading(drawing, process.name, ABOUT)
    boxes: dict[str, Rect] = {}
    for n, stage in enumerate(process.stages, 1):
        boxes[stage.key] = _box(setter, drawing, n, stage, y)
        y = boxes[stage.key].bottom + _GAP
    _straight(drawing, process, boxes)
    drawing.arrows += routed(list(_beside(process, boxes)), BOX_X + BOX_WIDTH, PILL_X - 14, LINE)
    drawing.arrows += routed(list(_back(process, boxes)), BOX_X, MARGIN, ASIDE.strong, dashed=True)
    for stage in process.stages:
        if stage.otherwise is not None and stage.otherwise.park is not None:
            _parked(setter, drawing, boxes[stage.key], stage.otherwise.park.words)
    y = _lost(setter, drawing, y - _GAP + 40)
    setter.footing(drawing, [_CLOSING], y + 10)
    return drawing


_CLOSING = "A parked deal comes back on its day."


def _box(setter: Typesetter, drawing: Drawing, n: int, stage: Stage, y: float) -> Rect:
    tint, width = KINDS[stage.kind], BOX_WIDTH - 2 * _PAD - _NAME_X
    said = [setter.paragraph(stage.name, NAME, width)]
    said += [setter.paragraph(" · ".join(_facts(stage)), SMALL, width, colour=SOFT, before=2)]
    height = height_of(said)
    box = Rect(BOX_X, y, BOX_WIDTH, 2 * _PAD + max(height, badges.ROUND))
    thick = 4.0 if stage.kind is StageKind.WON else 2.0
    drawing.panels.append(Panel(box, tint.ground, tint.strong, thick=thick, solid=True))
    badges.number(setter, drawing, n, BOX_X + _PAD, y + (box.height - badges.ROUND) / 2, tint)
    setter.place(drawing, said, BOX_X + _PAD + _NAME_X, y + (box.height - height) / 2, box)
    return box


def _facts(stage: Stage) -> Iterator[str]:
    if stage.kind is StageKind.PREPARATION:
        yield "preparation"
    elif kind := KIND_WORDS[stage.kind]:
        yield kind
    count = len(stage.criteria)
    yield "nothing to prove" if not count else f"{count} {'point' if count == 1 else 'points'} to prove"
    if stage.waiting_on is not None:
        yield "waits for a third party"
    if stage.approval is Approval.MANAGER:
        yield "a manager approves"


def _straight(drawing: Drawing, process: Process, boxes: dict[str, Rect]) -> None:
    """From a box down to the one below it."""
    for stage, below in zip(process.stages, process.stages[1:], strict=False):
        if below in process.nexts(stage):
            box, to = boxes[stage.key], boxes[below.key]
            drawing.arrows.append(Arrow(((box.centre, box.bottom), (to.centre, to.y)), LINE))


def _beside(process: Process, boxes: dict[str, Rect]) -> Iterator[Way]:
    """The ways on that do not lead to the box below."""
    for at, stage in enumerate(process.stages):
        for to in process.nexts(stage):
            if process.index(to) != at + 1:
                yield Way(to.key, boxes[stage.key].down(_OUT), boxes[to.key].down(_IN))


def _back(process: Process, boxes: dict[str, Rect]) -> Iterator[Way]:
    """The plans B that lead to another stage."""
    for stage in process.stages:
        to = process.stage(stage.otherwise.stage) if stage.otherwise and stage.otherwise.stage else None
        if to is not None:
            yield Way(to.key, boxes[stage.key].down(_OUT), boxes[to.key].down(_IN))


def _parked(setter: Typesetter, drawing: Drawing, box: Rect, words: str) -> None:
    """The end of a deal that is put aside, beside its box."""
    lines = [
        *setter.broken("parked for", SMALL, PILL_WIDTH - 16),
        *setter.broken(words, SMALL, PILL_WIDTH - 16),
    ]
    height = len(lines) * SMALL.line + 16
    # As high as its box at most needs no room of its own: three short lines are lower than any box.
    end = Rect(PILL_X, box.y + (box.height - height) / 2, PILL_WIDTH, height)
    drawing.panels.append(Panel(end, ASIDE.ground, ASIDE.strong, radius=16, dashed=True, solid=True))
    for at, text in enumerate(lines):
        top = end.y + 8 + at * SMALL.line
        setter.line(drawing, text, SMALL, end.centre, top, end, colour=ASIDE.strong, align=Align.CENTRE)
    middle = box.down(_PARK)
    drawing.arrows.append(Arrow(((box.right, middle), (end.x, middle)), ASIDE.strong, dashed=True))


def _lost(setter: Typesetter, drawing: Drawing, y: float) -> float:
    """The end that is not drawn from every stage, but said; returns its lower edge."""
    width = BOX_WIDTH - 2 * _PAD
    said = [
        setter.paragraph("Lost", NAME, width, colour=LOST.strong),
        setter.paragraph("from any stage before the win, with a reason", SMALL, width, colour=SOFT, before=2),
    ]
    box = Rect(BOX_X, y, BOX_WIDTH, 2 * _PAD + height_of(said))
    drawing.panels.append(Panel(box, LOST.ground, LOST.strong, thick=2, dashed=True, solid=True))
    setter.place(drawing, said, BOX_X + _PAD, y + _PAD, box)
    return box.bottom
