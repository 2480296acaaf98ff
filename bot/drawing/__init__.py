"""The picture of a process: three views of it, laid out by pure rules and painted as PNG or SVG."""

from __future__ import annotations

from bot.drawing.painting import NEEDED
from bot.drawing.pictures import Pictures, View, can_paint, described, layout, picture

__all__ = ["NEEDED", "Pictures", "View", "can_paint", "described", "layout", "picture"]
