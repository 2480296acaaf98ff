"""What a picture is made of, in units of which a thousand are its width; y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

WIDTH = 1000.0
MARGIN = 40.0
INNER = WIDTH - 2 * MARGIN

ASCENT, DESCENT, LEADING = 0.93, 0.24, 1.34
"""Of the font, as shares of its size; LEADING is from one baseline to the next."""


@dataclass(frozen=True, slots=True)
class Font:
    """A size in units, plain or bold."""

    size: float
    bold: bool = False

    @property
    def line(self) -> float:
        """From one line to the next."""
        return self.size * LEADING


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> float:
        """The x of its middle."""
        return self.x + self.width / 2

    def down(self, share: float) -> float:
        """The y at this share of its height."""
        return self.y + self.height * share

    def holds(self, other: Rect) -> bool:
        """Whether the other lies within, to half a unit."""
        room = 0.5
        return (
            other.x >= self.x - room
            and other.y >= self.y - room
            and other.right <= self.right + room
            and other.bottom <= self.bottom + room
        )

    def overlaps(self, other: Rect) -> bool:
        """Whether they share more than an edge."""
        room = 0.5
        return (
            self.x < other.right - room
            and other.x < self.right - room
            and self.y < other.bottom - room
            and other.y < self.bottom - room
        )


class Align(Enum):
    """Where a label begins."""

    LEFT = "left"
    CENTRE = "center"


@dataclass(frozen=True, slots=True)
class Panel:
    """A box with round corners. No two `solid` ones overlap; the others lie on one."""

    rect: Rect
    fill: str
    edge: str = ""
    radius: float = 10.0
    thick: float = 1.5
    dashed: bool = False
    solid: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text. `rect` is what it covers, `within` the place that it must not leave."""

    text: str
    rect: Rect
    within: Rect
    font: Font
    colour: str
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through these points, with a head at the last one unless it joins another line there."""

    points: tuple[tuple[float, float], ...]
    colour: str
    dashed: bool = False
    head: bool = True


@dataclass(slots=True)
class Drawing:
    """A whole picture. `panels` are painted first, in their order, then `arrows`, then `labels`."""

    height: float = 0.0
    panels: list[Panel] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
