"""Views: the frame of a modal or a Home around its blocks."""

from __future__ import annotations

import json
from typing import Any

from sandbox.block_kit.blocks import check_blocks
from sandbox.block_kit.place import Json, Place, Problem
from sandbox.block_kit.texts import PLAIN, check_text

VIEW_BYTES = 250_000
_BOTH = ("callback_id", "private_metadata", "external_id")
_MODAL = ("submit", "close", "clear_on_close", "notify_on_close")


def check_view(value: Any) -> list[Problem]:
    """What Slack would refuse about a view."""
    place = Place("/view")
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("modal", "home"):
        place.down("type").say("must be modal or home")
        return place.problems
    if kind == "modal":
        _check_modal(place, value)
    elif place.is_object(value, ("type", "blocks"), _BOTH):
        check_blocks(place.down("blocks"), value["blocks"], "home", fewest=1)
    _check_common(place, value)
    return place.problems


def is_too_large(value: object) -> bool:
    return len(json.dumps(value)) > VIEW_BYTES


def _check_modal(place: Place, view: Json) -> None:
    if not place.is_object(view, ("type", "title", "blocks"), (*_BOTH, *_MODAL)):
        return
    for name in ("title", "submit", "close"):
        if name in view:
            check_text(place.down(name), view[name], 24, PLAIN)
    for flag in ("clear_on_close", "notify_on_close"):
        if flag in view:
            place.down(flag).is_bool(view[flag])
    check_blocks(place.down("blocks"), view["blocks"], "modal", fewest=1)
    blocks = view["blocks"] if isinstance(view["blocks"], list) else []
    if not view.get("submit") and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks):
        place.down("submit").say("must define `submit` to use an `input` block in modals")


def _check_common(place: Place, view: Json) -> None:
    for name, longest in (("callback_id", 255), ("private_metadata", 3000), ("external_id", 255)):
        if name in view:
            place.down(name).is_string(view[name], longest)
