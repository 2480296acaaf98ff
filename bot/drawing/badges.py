"""What several views share: the number of a stage, a small label in a frame, what is special about a criterion."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.evidence import Strength
from bot.domain.process import Criterion, Party
from bot.drawing.palette import WHITE, Tint
from bot.drawing.shapes import Align, Drawing, Font, Panel, Rect
from bot.drawing.typesetting import SMALL, Typesetter

NUMBER = Font(24, bold=True)
ROUND = 44.0
"""Across the circle with a stage's number."""

PILL = 38.0
"""How high a label in a frame is."""


def number(setter: Typesetter, drawing: Drawing, n: int, x: float, y: float, tint: Tint) -> None:
    """A stage's number in a circle with this corner."""
    circle = Rect(x, y, ROUND, ROUND)
    drawing.panels.append(Panel(circle, tint.strong, radius=ROUND / 2, thick=0))
    top = y + (ROUND - NUMBER.line) / 2
    setter.line(drawing, str(n), NUMBER, circle.centre, top, circle, colour=WHITE, align=Align.CENTRE)


def pill_width(setter: Typesetter, text: str) -> float:
    """How wide the frame around this text gets."""
    return setter.measure(text, SMALL) + 32


def pill(setter: Typesetter, drawing: Drawing, text: str, x: float, y: float, tint: Tint) -> None:
    """A short text in a round frame with this corner."""
    frame = Rect(x, y, pill_width(setter, text), PILL)
    drawing.panels.append(Panel(frame, WHITE, tint.strong, radius=PILL / 2))
    top = y + (PILL - SMALL.line) / 2
    setter.line(drawing, text, SMALL, frame.centre, top, frame, colour=tint.strong, align=Align.CENTRE)


_WHO = {Party.SELLER: "done by the seller", Party.THIRD_PARTY: "done by a third party"}
_PROOF = {Strength.CLAIMED: "words are enough", Strength.VERIFIED: "verified by the buyer"}


def special(criterion: Criterion, *, with_party: bool) -> str:
    """What sets a criterion apart from most: who acts, how strong the proof has to be, when it counts; or nothing."""
    return " · ".join(_special(criterion, with_party))


def _special(criterion: Criterion, with_party: bool) -> Iterator[str]:
    if with_party and criterion.party in _WHO:
        yield _WHO[criterion.party]
    if criterion.least in _PROOF:
        yield _PROOF[criterion.least]
    if criterion.condition is not None:
        yield f"only for {criterion.condition.words}"
    if criterion.max_age is not None:
        yield f"not older than {criterion.max_age.words}"
    if criterion.may_not_apply:
        yield "may not apply, if a manager agrees"
