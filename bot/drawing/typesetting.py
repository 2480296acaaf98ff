"""Text in columns: breaking it into lines, how high it gets, and putting it into a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.drawing.palette import FAINT, INK, SOFT, WHITE
from bot.drawing.shapes import ASCENT, DESCENT, INNER, LEADING, MARGIN, Align, Drawing, Font, Label, Panel, Rect

Measure = Callable[[str, Font], float]
"""How wide a text is in a font."""

TITLE, NAME, BODY, SMALL = Font(42, bold=True), Font(29, bold=True), Font(24), Font(21)
TICK = 22.0
"""The edge of a box to tick."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, with what stands before the first one: a box to tick or a dot."""

    lines: tuple[str, ...]
    font: Font
    colour: str = INK
    indent: float = 0.0
    before: float = 0.0
    mark: str = ""

    @property
    def height(self) -> float:
        """With the space before it."""
        return self.before + len(self.lines) * self.font.line


def height_of(paragraphs: Sequence[Paragraph]) -> float:
    """Of all of them, one below the other."""
    return sum(one.height for one in paragraphs)


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Breaks text as wide as it really is."""

    measure: Measure

    def broken(self, text: str, font: Font, width: float) -> tuple[str, ...]:
        """The text in lines that are no wider than this; a word that is too long for a line is cut."""
        lines: list[str] = []
        for word in " ".join(text.split()).split(" "):
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(joined, font) <= width:
                lines[-1] = joined
            else:
                lines.extend(self._cut(word, font, width))
        return tuple(lines)

    def _cut(self, word: str, font: Font, width: float) -> Iterator[str]:
        while len(word) > 1 and self.measure(word, font) > width:
            fitting = next((n for n in range(len(word) - 1, 1, -1) if self.measure(word[:n], font) <= width), 1)
            yield word[:fitting]
            word = word[fitting:]
        yield word

    def paragraph(
        self, text: str, font: Font, width: float, *, colour: str = INK, indent: float = 0.0, before: float = 0.0,
        mark: str = "",
    ) -> Paragraph:  # fmt: skip
        """The text broken to this width, what it is indented by taken off."""
        return Paragraph(self.broken(text, font, width - indent), font, colour, indent, before, mark)

    def place(self, drawing: Drawing, paragraphs: Sequence[Paragraph], x: float, y: float, within: Rect) -> None:
        """Put them one below the other, beginning at this corner."""
        for one in paragraphs:
            y += one.before
            if one.mark == TICKED:
                tick = Rect(x, y + (one.font.line - TICK) / 2, TICK, TICK)
                drawing.panels.append(Panel(tick, WHITE, SOFT, radius=4, thick=2))
            elif one.mark:
                self.line(drawing, one.mark, one.font, x, y, within, colour=SOFT)
            for text in one.lines:
                self.line(drawing, text, one.font, x + one.indent, y, within, colour=one.colour)
                y += one.font.line

    def line(
        self, drawing: Drawing, text: str, font: Font, x: float, y: float, within: Rect, *, colour: str = INK,
        align: Align = Align.LEFT,
    ) -> None:  # fmt: skip
        """One line, whose upper edge is y; x is its left end, or its middle."""
        width = self.measure(text, font)
        left = x if align is Align.LEFT else x - width / 2
        # The space between lines lies half above and half below the letters.
        top = y + font.size * (LEADING - ASCENT - DESCENT) / 2
        covered = Rect(left, top, width, font.size * (ASCENT + DESCENT))
        drawing.labels.append(Label(text, covered, within, font, colour, align))

    def heading(self, drawing: Drawing, name: str, about: str) -> float:
        """The name of the process and what this view shows; returns where the rest begins."""
        paragraphs = (
            self.paragraph(name, TITLE, INNER),
            self.paragraph(about, BODY, INNER, colour=SOFT, before=4),
        )
        height = height_of(paragraphs)
        self.place(drawing, paragraphs, MARGIN, MARGIN, Rect(MARGIN, MARGIN, INNER, height))
        return MARGIN + height + 24

    def footing(self, drawing: Drawing, sentences: Sequence[str], y: float) -> None:
        """Small print below a line, and the end of the picture."""
        rule = Rect(MARGIN, y + 12, INNER, 2)
        drawing.panels.append(Panel(rule, FAINT, radius=0, thick=0))
        paragraphs = [self.paragraph(text, SMALL, INNER, colour=SOFT, before=8) for text in sentences]
        height = height_of(paragraphs)
        self.place(drawing, paragraphs, MARGIN, rule.bottom + 6, Rect(MARGIN, rule.bottom + 6, INNER, height))
        drawing.height = rule.bottom + 6 + height + MARGIN / 2


TICKED = "tick"
"""The mark of a paragraph with a box to tick before it."""
