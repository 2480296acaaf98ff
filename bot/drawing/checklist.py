"""The first view: every stage as a card with what has to be proved in it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.process import Approval, Process, Stage
from bot.drawing import badges
from bot.drawing.palette import KIND_WORDS, KINDS, SOFT
from bot.drawing.shapes import INNER, MARGIN, Drawing, Panel, Rect
from bot.drawing.typesetting import BODY, NAME, SMALL, TICK, TICKED, Measure, Paragraph, Typesetter, height_of

ABOUT = "Before a deal leaves a stage, each of its points is proved."
LEAST = "Proved by something that others can open, unless the point says otherwise."

_PAD, _BAND, _GAP = 20.0, 10.0, 18.0
_LEFT = MARGIN + _BAND + _PAD
_WIDTH = INNER - _BAND - 2 * _PAD
_NAME_X = badges.ROUND + 16


def checklist(process: Process, measure: Measure) -> Drawing:
    """One card a stage, from top to bottom."""
    drawing, setter = Drawing(), Typesetter(measure)
    y = setter.heading(drawing, process.name, ABOUT)
    for n, stage in enumerate(process.stages, 1):
        y = _card(setter, drawing, n, stage, y) + _GAP
    setter.footing(drawing, [LEAST], y - _GAP)
    return drawing


def _card(setter: Typesetter, drawing: Drawing, n: int, stage: Stage, y: float) -> float:
    """Draws it, and returns its lower edge."""
    tint, kind = KINDS[stage.kind], KIND_WORDS[stage.kind]
    beside = badges.pill_width(setter, kind) + 16 if kind else 0.0
    name = setter.paragraph(stage.name, NAME, _WIDTH - _NAME_X - beside)
    top = max(name.height, badges.ROUND)
    points = list(_points(setter, stage))
    card = Rect(MARGIN, y, INNER, 2 * _PAD + top + height_of(points))
    drawing.panels.append(Panel(card, tint.ground, solid=True))
    drawing.panels.append(Panel(Rect(card.x, card.y, _BAND, card.height), tint.strong, radius=0, thick=0))
    badges.number(setter, drawing, n, _LEFT, y + _PAD, tint)
    name_y = y + _PAD + max(0.0, (badges.ROUND - name.height) / 2)
    setter.place(drawing, [name], _LEFT + _NAME_X, name_y, card)
    if kind:
        badges.pill(setter, drawing, kind, card.right - _PAD - beside + 16, y + _PAD + 3, tint)
    setter.place(drawing, points, _LEFT, y + _PAD + top, card)
    return card.bottom


def _points(setter: Typesetter, stage: Stage) -> Iterator[Paragraph]:
    beside = TICK + 16
    for criterion in stage.criteria:
        yield setter.paragraph(criterion.text, BODY, _WIDTH, indent=beside, before=12, mark=TICKED)
        if said := badges.special(criterion, with_party=True):
            yield setter.paragraph(said, SMALL, _WIDTH, colour=SOFT, indent=beside, before=2)
    if not stage.criteria:
        yield setter.paragraph(stage.outcome, BODY, _WIDTH, before=12)
        yield setter.paragraph("Nothing has to be proved here.", SMALL, _WIDTH, colour=SOFT, before=2)
    if stage.approval is Approval.MANAGER:
        yield setter.paragraph("Then a manager approves the move.", SMALL, _WIDTH, colour=SOFT, before=12)
