"""Blocks and views for the sandbox's tests."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, block_id: str = "actions") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(text: str, value: str | None = None) -> Json:
    return {"text": plain(text), "value": value or text.lower()}


def select(*texts: str, action_id: str = "pick", **more: Any) -> Json:
    return {"type": "static_select", "action_id": action_id, "options": [option(t) for t in texts], **more}


def field(label: str, element: Json | None = None, block_id: str | None = None, **more: Any) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "value"}
    return {
        "type": "input",
        "block_id": block_id or label.lower(),
        "label": plain(label),
        "element": element,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [section("Hello")]
    return {"type": "modal", "title": plain("A modal"), "submit": plain("Save"), "blocks": shown, **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section("Welcome")], **more}
