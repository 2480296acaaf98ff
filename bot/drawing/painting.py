"""Painting a picture with matplotlib, which knows nothing of processes; nothing of it is loaded before."""

from __future__ import annotations

import io
import threading
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bot.domain.errors import NeedsSetup
from bot.drawing.palette import WHITE
from bot.drawing.shapes import ASCENT, WIDTH, Align, Arrow, Drawing, Font, Label, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = 'Drawing a process needs matplotlib, which is not installed: pip install "stagecoach[map]"'

PIXELS = 1600
"""How wide a PNG is."""

MOST_PIXELS = 12_000
"""How high a PNG is at most; a longer picture gets narrower. Some 80 MB while it is painted."""

_UNIT = 0.72
"""Points in a unit: a thousand units are ten inches."""

_ONE_AT_A_TIME = threading.Lock()
"""The library keeps its settings and fonts in one place for all threads."""


def can_paint() -> bool:
    """Whether the optional library is there."""
    return find_spec("matplotlib") is not None


def measure(text: str, font: Font) -> float:
    """How wide a text is, in units. Raises NeedsSetup without the library."""
    return _measured(_drawable(text), font.bold) * font.size


def png(drawing: Drawing) -> bytes:
    """As an image, `PIXELS` wide unless it is very long. Raises NeedsSetup without the library."""
    figure = _painted(drawing)
    dpi = min(PIXELS / WIDTH, MOST_PIXELS / drawing.height) * 100
    with _ONE_AT_A_TIME, io.BytesIO() as out:
        figure.savefig(out, format="png", dpi=dpi)
        return out.getvalue()


def svg(drawing: Drawing, title: str, about: str) -> bytes:
    """As a drawing that stays sharp; the letters are outlines, so that it looks the same everywhere.

    `title` and `about` are what screen readers say. Raises NeedsSetup without the library.
    """
    figure = _painted(drawing)
    import matplotlib  # noqa: PLC0415 - heavy, and only needed to paint

    settings: Any = {"svg.fonttype": "path", "svg.hashsalt": title}
    with _ONE_AT_A_TIME, matplotlib.rc_context(settings), io.StringIO() as out:
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": title, "Description": about})
        text = out.getvalue()
    said = '<svg role="img" aria-labelledby="title desc" '
    text = text.replace("<svg ", said, 1)
    heading = f'<title id="title">{escape(title)}</title>\n <desc id="desc">{escape(about)}</desc>'
    before, found, after = text.partition("</title>")
    start = before.rfind("<title>") if found else -1
    return (f"{before[:start]}{heading}{after}" if start >= 0 else text).encode()


def _painted(drawing: Drawing) -> Figure:
    _require()
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and only needed to paint

    with _ONE_AT_A_TIME:
        figure = Figure(figsize=(WIDTH / 100, drawing.height / 100), facecolor=WHITE)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(drawing.height, 0)
        for panel in drawing.panels:
            _panel(axes, panel)
        for arrow in drawing.arrows:
            _arrow(axes, arrow)
        for label in drawing.labels:
            _label(axes, label)
    return figure


def _panel(axes: Axes, panel: Panel) -> None:
    from matplotlib.patches import Ellipse, FancyBboxPatch  # noqa: PLC0415 - as above

    rect, radius = panel.rect, min(panel.radius, panel.rect.height / 2, panel.rect.width / 2)
    if radius == rect.width / 2:
        middle = (rect.centre, rect.down(0.5))
        axes.add_patch(Ellipse(middle, rect.width, rect.height, facecolor=panel.fill, edgecolor="none", zorder=1))
        return
    style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
    axes.add_patch(
        FancyBboxPatch(
            (rect.x, rect.y),
            rect.width,
            rect.height,
            boxstyle=style,
            facecolor=panel.fill,
            edgecolor=panel.edge or "none",
            linewidth=panel.thick * _UNIT if panel.edge else 0,
            linestyle=(0, (5, 3)) if panel.dashed else "solid",
            zorder=1,
        )
    )


def _arrow(axes: Axes, arrow: Arrow) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - as above
    from matplotlib.patches import Polygon  # noqa: PLC0415

    points, (x, y) = list(arrow.points), arrow.points[-1]
    if arrow.head:
        (from_x, from_y), size = points[-2], 16.0
        away = ((x > from_x) - (x < from_x), (y > from_y) - (y < from_y))
        back = (x - away[0] * size, y - away[1] * size)
        across = (away[1] * size * 0.42, away[0] * size * 0.42)
        corners = [
            (x, y),
            (back[0] + across[0], back[1] + across[1]),
            (back[0] - across[0], back[1] - across[1]),
        ]
        axes.add_patch(Polygon(corners, closed=True, facecolor=arrow.colour, edgecolor="none", zorder=2))
        points[-1] = back
    axes.add_line(
        Line2D(
            [point[0] for point in points],
            [point[1] for point in points],
            color=arrow.colour,
            linewidth=2.6 * _UNIT,
            linestyle=(0, (4, 2.5)) if arrow.dashed else "solid",
            solid_joinstyle="round",
            dash_joinstyle="round",
            zorder=2,
        )
    )


def _label(axes: Axes, label: Label) -> None:
    x = label.rect.x if label.align is Align.LEFT else label.rect.centre
    axes.text(
        x,
        label.rect.y + label.font.size * ASCENT,
        _drawable(label.text),
        fontproperties=_properties(label.font.bold, label.font.size * _UNIT),
        color=label.colour,
        ha=label.align.value,
        va="baseline",
        # A price in dollars is no formula.
        parse_math=False,
        zorder=3,
    )


@cache
def _properties(bold: bool, size: float) -> Any:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - as above

    return FontProperties(fname=_font_file(bold), size=size)


@cache
def _font_file(bold: bool) -> str:
    """The font that comes with the library, so that a picture looks the same on every machine."""
    from matplotlib import get_data_path  # noqa: PLC0415 - as above

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _letters() -> frozenset[int]:
    """The characters that the font knows, plain and bold."""
    _require()
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - as above

    plain, bold = (frozenset(FT2Font(_font_file(weight)).get_charmap()) for weight in (False, True))
    return plain & bold


def _drawable(text: str) -> str:
    """With a hollow square for each character that the font does not know."""
    letters = _letters()
    return "".join(c if ord(c) in letters else "\u25a1" for c in text)


@cache
def _measured(text: str, bold: bool) -> float:
    """For a font of size 1."""
    from matplotlib.textpath import TextToPath  # noqa: PLC0415 - as above

    with _ONE_AT_A_TIME:
        width, _height, _descent = TextToPath().get_text_width_height_descent(text, _properties(bold, 100.0), False)
    return float(width) / 100


def _require() -> None:
    if not can_paint():
        raise NeedsSetup(NEEDED)
