"""What stands on a person's screen, read back from blocks: texts, buttons, fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.block_kit.blocks import elements_of
from sandbox.contents import Message, View
from sandbox.workspace import Workspace

Json = dict[str, Any]
_ANGLE = re.compile(r"<(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def shown(workspace: Workspace, text: str) -> str:
    """Message text as it reads on the screen: names for mentions, labels for links; marks like ``*`` stay."""

    def one(found: re.Match[str]) -> str:
        target, label = found["target"], found["label"]
        if target.startswith("@") and target[1:] in workspace.users:
            return f"@{workspace.users[target[1:]].real_name}"
        if target.startswith("#") and target[1:] in workspace.channels:
            return f"#{workspace.channels[target[1:]].name}"
        if target.startswith("!date"):
            return label or target
        return label or target.replace("!", "@")

    text = _ANGLE.sub(one, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def block_texts(workspace: Workspace, block: Json) -> Iterator[str]:
    """Every text of a block, its buttons' and options' included."""
    yield from _texts(workspace, {name: value for name, value in block.items() if name != "block_id"})


def _texts(workspace: Workspace, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(workspace, item)
    elif isinstance(value, dict):
        kind, text = value.get("type"), value.get("text")
        if isinstance(text, str):
            yield shown(workspace, text) if kind in ("mrkdwn", "markdown") else text
        if kind == "image":
            yield str(value.get("alt_text", ""))
        for name, inner in value.items():
            if name != "confirm":  # which only shows once the button is pressed
                yield from _texts(workspace, inner)


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button or a menu, with the text around it: its own block's and, below a section, that section's."""

    block_id: str
    action_id: str
    element: Json
    around: str

    @property
    def label(self) -> str:
        text: Json = self.element.get("text") or self.element.get("placeholder") or {}
        return str(text.get("text", self.element["type"]))

    @property
    def options(self) -> dict[str, str]:
        """Shown text -> value."""
        groups = [option for group in self.element.get("option_groups", []) for option in group["options"]]
        return {o["text"]["text"]: o["value"] for o in [*self.element.get("options", []), *groups]}


def pressables(workspace: Workspace, blocks: list[Json]) -> list[Pressable]:
    """Everything outside of input blocks that can be pressed or chosen in, top to bottom."""
    found: list[Pressable] = []
    above: list[str] = []
    for block in blocks:
        own = list(block_texts(workspace, block))
        if block["type"] == "actions":
            around = "\n".join([*above, *own])
        else:
            above = [*above, *own] if block["type"] == "context" else own
            around = "\n".join(own)
        if block["type"] in ("actions", "section"):
            found += [Pressable(block["block_id"], e["action_id"], e, around) for e in elements_of(block)]
    return found


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form with what stands in it now."""

    label: str
    block_id: str
    action_id: str
    element: Json
    state: Json
    error: str | None
    dispatches: bool

    @property
    def value(self) -> Any:
        """What was typed or picked, options by their values."""
        value = next((v for name, v in self.state.items() if name != "type"), None)
        if isinstance(value, dict) and "value" in value:
            return value["value"]
        if isinstance(value, list):
            return [one["value"] if isinstance(one, dict) else one for one in value]
        return value

    @property
    def options(self) -> dict[str, str]:
        return Pressable(self.block_id, self.action_id, self.element, "").options


class SeenView:
    """A modal or Home, as it was at the moment of looking."""

    def __init__(self, workspace: Workspace, view: View) -> None:
        with workspace.lock:
            self.id = view.id
            self.callback_id = str(view.content.get("callback_id", ""))
            self.title = str(view.content.get("title", {}).get("text", ""))
            self.submit = str((view.content.get("submit") or {}).get("text", ""))
            self.close = str((view.content.get("close") or {}).get("text", "Cancel"))
            self.blocks = view.blocks
            self.failure = view.failure
            self.texts = [text for block in view.blocks for text in block_texts(workspace, block)]
            self.buttons = pressables(workspace, view.blocks)
            self.fields = _fields(view)

    @property
    def text(self) -> str:
        errors = [field.error for field in self.fields.values() if field.error]
        return "\n".join([self.title, *self.texts, *errors, *([self.failure] if self.failure else [])])

    def __contains__(self, text: str) -> bool:
        return text in self.text

    def __str__(self) -> str:
        return f"“{self.title}”\n{self.text}"


def _fields(view: View) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for block in view.blocks:
        if block["type"] == "input":
            element, block_id = block["element"], block["block_id"]
            state = view.values.get(block_id, {}).get(element["action_id"], {})
            label, error = block["label"]["text"], view.errors.get(block_id)
            dispatches = bool(block.get("dispatch_action"))
            fields[label] = Field(label, block_id, element["action_id"], element, dict(state), error, dispatches)
    return fields


class SeenMessage:
    """A message, as it was at the moment of looking."""

    def __init__(self, workspace: Workspace, message: Message) -> None:
        with workspace.lock:
            self.ts, self.channel_id, self.thread_ts = message.ts, message.channel_id, message.thread_ts
            self.user_id, self.ephemeral_to = message.user_id, message.ephemeral_to
            self.blocks = message.blocks or []
            self.plain = shown(workspace, message.text)
            self.texts = [text for block in self.blocks for text in block_texts(workspace, block)]
            self.buttons = pressables(workspace, self.blocks)
            self.files = [workspace.files[file_id].name for file_id in message.file_ids]

    @property
    def text(self) -> str:
        """What is shown: the blocks, or the plain text where there are none; and the names of files."""
        return "\n".join([*(self.texts or [self.plain]), *self.files])

    def __contains__(self, text: str) -> bool:
        return text in self.text

    def __str__(self) -> str:
        return self.text
