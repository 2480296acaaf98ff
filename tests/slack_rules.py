"""Slack's limits as rules of our own, with slack_sdk's models beside them: what the bot draws has to keep both."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = Mapping[str, Any]

BLOCKS = {"modal": 100, "home": 100, "message": 50}
BLOCK_TYPES = {
    "modal": {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"},
    "home": {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"},
    "message": {"actions", "context", "divider", "header", "image", "rich_text", "section"},
}
VIEW_SIZE = 250_000
TITLE = {"title": 24, "submit": 24, "close": 24}
ELEMENTS = {"actions": 25, "context": 10}
TEXT = {"header": 150, "section": 3000}


def assert_fits(drawn: Json | Sequence[Json], surface: str = "message") -> None:
    """Raises AssertionError with every finding. `drawn` is a view, or the blocks of a message."""
    findings = list(view_findings(drawn) if isinstance(drawn, Mapping) else block_findings(drawn, surface))
    assert not findings, "\n".join(findings)


def view_findings(view: Json) -> Iterator[str]:
    """What is wrong with a modal or an App Home."""
    surface = str(view.get("type"))
    if surface not in ("modal", "home"):
        yield f"a view of type {surface!r}"
        return
    for name, longest in TITLE.items():
        if name in view:
            yield from _text(view[name], longest, name)
    if surface == "modal" and "title" not in view:
        yield "a modal without a title"
    inputs = [b for b in view["blocks"] if b.get("type") == "input"]
    if surface == "modal" and inputs and "submit" not in view:
        yield "inputs without a submit"
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata over 3,000 characters"
    if len(json.dumps(view)) > VIEW_SIZE:
        yield f"{len(json.dumps(view)):,} bytes, over 250 kB"
    yield from block_findings(view["blocks"], surface)
    yield from _by_models(lambda: View(**copy.deepcopy(dict(view))).to_dict())


def block_findings(blocks: Sequence[Json], surface: str) -> Iterator[str]:
    """What is wrong with the blocks of a message, modal or App Home."""
    if not 1 <= len(blocks) <= BLOCKS[surface]:
        yield f"{len(blocks)} blocks on a {surface}"
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    if len(ids) != len(set(ids)):
        yield "a block_id twice"
    for at, block in enumerate(blocks):
        kind = block.get("type")
        if kind not in BLOCK_TYPES[surface]:
            yield f"block {at}: {kind} on a {surface}"
        yield from (f"block {at} ({kind}): {finding}" for finding in _block(block))
    yield from _by_models(lambda: [b.to_dict() for b in Block.parse_all([copy.deepcopy(dict(b)) for b in blocks])])


def _block(block: Json) -> Iterator[str]:
    kind = str(block.get("type"))
    if len(block.get("block_id", "")) > 255:
        yield "block_id over 255"
    if kind in ELEMENTS and not 1 <= len(block["elements"]) <= ELEMENTS[kind]:
        yield f"{len(block['elements'])} elements"
    yield from _texts(kind, block)
    elements = [e for e in (*_elements(block), block.get("accessory"), block.get("element")) if e]
    actions = [e["action_id"] for e in elements if "action_id" in e]
    if len(actions) != len(set(actions)):
        yield f"an action_id twice: {sorted(actions)}"
    for element in elements:
        yield from _element(element)


def _texts(kind: str, block: Json) -> Iterator[str]:
    for name, longest in {"text": TEXT.get(kind, 3000), "label": 2000, "hint": 2000}.items():
        if name in block:
            yield from _text(block[name], longest, name)
    for text in block["elements"] if kind == "context" else ():
        yield from _text(text, 2000, "context")
    if kind == "section" and "text" not in block and not block.get("fields"):
        yield "neither text nor fields"
    shown = block.get("fields", [])
    if len(shown) > 10:
        yield f"{len(shown)} fields"
    for text in shown:
        yield from _text(text, 2000, "field")


def _elements(block: Json) -> Sequence[Json]:
    return block.get("elements", []) if block.get("type") == "actions" else []


def _element(element: Json) -> Iterator[str]:
    kind = str(element.get("type"))
    if not 1 <= len(element.get("action_id", "x")) <= 255:
        yield f"{kind}: action_id"
    if kind == "button":
        yield from _text(element["text"], 75, "button")
        if len(element.get("value", "")) > 2000 or len(element.get("url", "")) > 3000:
            yield "button: value or url too long"
        if len(element.get("accessibility_label", "")) > 75:
            yield "button: accessibility_label too long"
    if "confirm" in element:
        for name, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from _text(element["confirm"][name], longest, f"confirm {name}")
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, "placeholder")
    yield from _options(kind, element)


def _options(kind: str, element: Json) -> Iterator[str]:
    if "options" not in element:
        return
    options = element["options"]
    most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(kind, 100)
    if not 1 <= len(options) <= most:
        yield f"{kind}: {len(options)} options"
    for option in options:
        yield from _text(option["text"], 75, "option")
        if "description" in option:
            yield from _text(option["description"], 75, "description")
        if not 1 <= len(option["value"]) <= 150:
            yield "option: value"
    chosen = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
    if any(option not in options for option in chosen):
        yield f"{kind}: an initial option that is no option"


def _text(text: Json, longest: int, where: str) -> Iterator[str]:
    """Empty or too long; and in markup, what would ping or link although nobody of ours wrote it."""
    said = text.get("text", "")
    if not 1 <= len(said) <= longest:
        yield f"{where}: {len(said)} characters, at most {longest}"
    if text.get("type") == "mrkdwn" and ("<!channel" in said or "<!here" in said or "<!everyone" in said):
        yield f"{where}: pings everybody"


def _by_models(make: Any) -> Iterator[str]:
    try:
        make()
    except Exception as problem:  # noqa: BLE001  the models raise several kinds
        yield f"slack_sdk: {type(problem).__name__}: {problem}"
