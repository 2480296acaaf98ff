"""Colours, each with a dark text's worth of contrast; what a colour says is written beside it as well."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.process import StageKind

INK, SOFT, WHITE = "#1d1c1d", "#545860", "#ffffff"
LINE, FAINT = "#3d4450", "#c9ced6"


@dataclass(frozen=True, slots=True)
class Tint:
    """A light ground and the strong colour of the same hue."""

    ground: str
    strong: str


KINDS = {
    StageKind.PREPARATION: Tint("#eef0f3", "#626c79"),
    StageKind.OPEN: Tint("#e8f1fc", "#2364b5"),
    StageKind.WON: Tint("#e3f4e9", "#1a7a42"),
    StageKind.POST_SALE: Tint("#f2ecfa", "#6d49a8"),
}
THIRD_PARTY = Tint("#fdf1de", "#935d0c")
ASIDE = Tint("#fbefe6", "#9a4a16")
LOST = Tint("#fae9e8", "#a8322c")

KIND_WORDS = {
    StageKind.PREPARATION: "before there is a buyer",
    StageKind.OPEN: "",
    StageKind.WON: "the deal is won",
    StageKind.POST_SALE: "after the win",
}
