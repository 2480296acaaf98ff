"""Blocks: which stand where, what they must hold, and which ids may not repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.block_kit.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, check_element
from sandbox.block_kit.place import Json, Place, Surface
from sandbox.block_kit.rich_text import check_rich_text
from sandbox.block_kit.texts import PLAIN, check_text

MOST = {"message": 50, "modal": 100, "home": 100}
_EVERYWHERE = frozenset({"section", "header", "context", "actions", "divider", "input", "image", "rich_text"})
ON_SURFACE = {"message": _EVERYWHERE | {"markdown"}, "modal": _EVERYWHERE, "home": _EVERYWHERE}


def _section(place: Place, b: Json, surface: Surface) -> None:
    if not b.get("text") and not b.get("fields"):
        place.say("must have text or fields")
    if "text" in b:
        check_text(place.down("text"), b["text"], 3000)
    if "fields" in b and place.down("fields").is_list(b["fields"], 1, 10):
        for at, text in enumerate(b["fields"]):
            check_text(place.down("fields", at), text, 2000)
    if "accessory" in b:
        check_element(place.down("accessory"), b["accessory"], IN_SECTION, surface)


def _header(place: Place, b: Json, _surface: Surface) -> None:
    check_text(place.down("text"), b["text"], 150, PLAIN)


def _context(place: Place, b: Json, surface: Surface) -> None:
    if not place.down("elements").is_list(b["elements"], 1, 10):
        return
    for at, element in enumerate(b["elements"]):
        where = place.down("elements", at)
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(where, element, frozenset({"image"}), surface)
        else:
            check_text(where, element, 3000)


def _actions(place: Place, b: Json, surface: Surface) -> None:
    if place.down("elements").is_list(b["elements"], 1, 25):
        for at, element in enumerate(b["elements"]):
            check_element(place.down("elements", at), element, IN_ACTIONS, surface)


def _input(place: Place, b: Json, surface: Surface) -> None:
    check_text(place.down("label"), b["label"], 2000, PLAIN)
    if "hint" in b:
        check_text(place.down("hint"), b["hint"], 2000, PLAIN)
    for flag in ("optional", "dispatch_action"):
        if flag in b:
            place.down(flag).is_bool(b[flag])
    check_element(place.down("element"), b["element"], IN_INPUT, surface)


def _image(place: Place, b: Json, surface: Surface) -> None:
    if "title" in b:
        check_text(place.down("title"), b["title"], 2000, PLAIN)
    element = {k: v for k, v in b.items() if k not in ("title", "block_id")}
    check_element(place, element, frozenset({"image"}), surface)


def _rich_text(place: Place, b: Json, _surface: Surface) -> None:
    check_rich_text(place.down("elements"), b["elements"])


def _markdown(place: Place, b: Json, _surface: Surface) -> None:
    place.down("text").is_string(b["text"], 12_000, 1)


def _divider(_place: Place, _b: Json, _surface: Surface) -> None:
    return


# type -> (required properties, optional ones, its check)
_RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Place, Json, Surface], None]]] = {
    "section": ((), ("text", "fields", "accessory", "expand"), _section),
    "header": (("text",), (), _header),
    "context": (("elements",), (), _context),
    "actions": (("elements",), (), _actions),
    "divider": ((), (), _divider),
    "input": (("label", "element"), ("hint", "optional", "dispatch_action"), _input),
    "image": (("alt_text",), ("image_url", "slack_file", "title"), _image),
    "rich_text": (("elements",), (), _rich_text),
    "markdown": (("text",), (), _markdown),
}


def check_blocks(place: Place, value: Any, surface: Surface, fewest: int = 0) -> None:
    """All the blocks of a message, a modal or a Home."""
    if not place.is_list(value, fewest, MOST[surface]):
        return
    for at, block in enumerate(value):
        _check_block(place.down(at), block, surface)
    if not place.problems:
        _check_ids(place, value)
        _check_focus(place, value)


def _check_block(place: Place, block: Any, surface: Surface) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in ON_SURFACE[surface]:
        place.say(f"unsupported type: {kind}")
        return
    required, optional, check = _RULES[kind]
    if "block_id" in block:
        place.down("block_id").is_string(block["block_id"], 255, 1)
    if place.is_object(block, ("type", *required), ("block_id", *optional)):
        check(place, block, surface)


def elements_of(block: Json) -> Iterator[Json]:
    """Every element that stands in a block and may have an action_id."""
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "input":
        yield block["element"]
    elif block["type"] == "section" and block.get("accessory", {}).get("type") not in (None, "image"):
        yield block["accessory"]


def _check_ids(place: Place, blocks: list[Json]) -> None:
    for block_id in _twice(b["block_id"] for b in blocks if "block_id" in b):
        place.say(f"block_id {block_id!r} already exists")
    for at, block in enumerate(blocks):
        for action_id in _twice(e["action_id"] for e in elements_of(block) if "action_id" in e):
            place.down(at).say(f"action_id {action_id!r} already exists")


def _check_focus(place: Place, blocks: list[Json]) -> None:
    if sum(1 for b in blocks for e in elements_of(b) if e.get("focus_on_load")) > 1:
        place.say("only one element may have focus_on_load")


def _twice(values: Iterator[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
