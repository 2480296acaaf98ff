"""The third view: what the seller does beside what the buyer does, stage by stage; third parties are marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.process import Party, Process, Stage, StageKind
from bot.drawing import badges
from bot.drawing.palette import FAINT, KIND_WORDS, KINDS, LINE, SOFT, THIRD_PARTY, WHITE
from bot.drawing.shapes import INNER, MARGIN, Arrow, Drawing, Font, Panel, Rect
from bot.drawing.typesetting import BODY, NAME, SMALL, TICK, TICKED, Measure, Paragraph, Typesetter, height_of

ABOUT = "What you do on the left leads to what the buyer does on the right. A box to tick is an exit criterion."
YOU, SELLER, BUYER, THIRD = "You do", "The seller does", "The buyer does", "A third party does"

_GAP, _PAD, _BETWEEN = 14.0, 14.0, 44.0
_HALF = (INNER - _BETWEEN) / 2
_TEXT = _HALF - 2 * _PAD
_RIGHT = MARGIN + _HALF + _BETWEEN
_HEAD = Font(24, bold=True)


def sides(process: Process, measure: Measure) -> Drawing:
    """A row a stage."""
    drawing, setter = Drawing(), Typesetter(measure)
    y = setter.heading(drawing, process.name, ABOUT)
    for n, stage in enumerate(process.stages, 1):
        y = _row(setter, drawing, stage, _band(setter, drawing, n, stage, y) + 10) + _GAP + 8
    setter.footing(drawing, ["A stage is over when the points with a box are proved."], y - _GAP)
    return drawing


def _band(setter: Typesetter, drawing: Drawing, n: int, stage: Stage, y: float) -> float:
    """The stage's name across both sides; returns its lower edge."""
    tint, kind = KINDS[stage.kind], KIND_WORDS[stage.kind]
    beside = badges.pill_width(setter, kind) + 16 if kind else 0.0
    x = MARGIN + _PAD + badges.ROUND + 16
    name = setter.paragraph(stage.name, NAME, INNER - 2 * _PAD - badges.ROUND - 16 - beside)
    band = Rect(MARGIN, y, INNER, 20 + max(name.height, badges.ROUND))
    drawing.panels.append(Panel(band, tint.ground, solid=True))
    badges.number(setter, drawing, n, MARGIN + _PAD, y + 10, tint)
    setter.place(drawing, [name], x, y + 10 + max(0.0, (badges.ROUND - name.height) / 2), band)
    if kind:
        badges.pill(setter, drawing, kind, band.right - _PAD - beside + 16, y + 13, tint)
    return band.bottom


def _row(setter: Typesetter, drawing: Drawing, stage: Stage, y: float) -> float:
    """Both sides of a stage; returns the lower edge of the longer one."""
    left = _column(setter, drawing, MARGIN, y, ((YOU, _yours(setter, stage)), (SELLER, _sellers(setter, stage))))
    right = _column(setter, drawing, _RIGHT, y, ((BUYER, _theirs(setter, stage)), (THIRD, _thirds(setter, stage))))
    if left and right:
        middle = y + min(left[0].height, right[0].height) / 2
        drawing.arrows.append(Arrow(((left[0].right + 4, middle), (_RIGHT - 4, middle)), LINE))
    return max(card.bottom for card in (*left, *right))


def _column(
    setter: Typesetter, drawing: Drawing, x: float, y: float, parts: Sequence[tuple[str, Iterable[Paragraph]]]
) -> list[Rect]:
    """A card for each part that says something, one below the other."""
    cards: list[Rect] = []
    for title, said in parts:
        if paragraphs := list(said):
            top = cards[-1].bottom + 12 if cards else y
            cards.append(_card(setter, drawing, title, paragraphs, x, top, third=title == THIRD))
    return cards


def _card(
    setter: Typesetter, drawing: Drawing, title: str, said: Sequence[Paragraph], x: float, y: float,
    *, third: bool = False,
) -> Rect:  # fmt: skip
    head = setter.paragraph(title, _HEAD, _TEXT, colour=THIRD_PARTY.strong if third else SOFT)
    card = Rect(x, y, _HALF, 2 * _PAD - 4 + head.height + height_of(said))
    ground, edge = (THIRD_PARTY.ground, THIRD_PARTY.strong) if third else (WHITE, FAINT)
    drawing.panels.append(Panel(card, ground, edge, thick=2, dashed=third, solid=True))
    setter.place(drawing, [head, *said], x + _PAD, y + _PAD - 4, card)
    return card


def _yours(setter: Typesetter, stage: Stage) -> Iterator[Paragraph]:
    for text in stage.coaching.do:
        yield setter.paragraph(text, BODY, _TEXT, indent=24, before=8, mark="•")
    if stage.kind is StageKind.PREPARATION:  # there is no buyer yet, so it is all the seller's own work
        yield from _points(setter, stage, Party.BUYER)
        if not stage.criteria:
            yield setter.paragraph(stage.outcome, BODY, _TEXT, before=8)


def _sellers(setter: Typesetter, stage: Stage) -> Iterator[Paragraph]:
    yield from _points(setter, stage, Party.SELLER)


def _theirs(setter: Typesetter, stage: Stage) -> Iterator[Paragraph]:
    if stage.kind is not StageKind.PREPARATION:
        yield from _points(setter, stage, Party.BUYER)
        if not stage.criteria:
            yield setter.paragraph(stage.outcome, BODY, _TEXT, before=8)


def _thirds(setter: Typesetter, stage: Stage) -> Iterator[Paragraph]:
    yield from _points(setter, stage, Party.THIRD_PARTY)


def _points(setter: Typesetter, stage: Stage, party: Party) -> Iterator[Paragraph]:
    for criterion in (one for one in stage.criteria if one.party is party):
        yield setter.paragraph(criterion.text, BODY, _TEXT, indent=TICK + 12, before=8, mark=TICKED)
        if said := badges.special(criterion, with_party=False):
            yield setter.paragraph(said, SMALL, _TEXT, indent=TICK + 12, before=0, colour=SOFT)
