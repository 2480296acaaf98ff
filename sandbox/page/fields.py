"""Inputs and menus between Slack's JSON and an HTML form: their names, what stands in them, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any
from urllib.parse import quote, unquote

from sandbox.inputs import field_of

Json = dict[str, Any]
_MARK = "at"
_INITIAL = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an element stands: the pair of ids by which Slack knows it."""

    block_id: str
    action_id: str

    @property
    def name(self) -> str:
        """Its name in a form. Quoted, because an id may hold any character, and browsers change some in a name."""
        return _packed(self.block_id, self.action_id)

    def dom_id(self, surface: str) -> str:
        """An id for the document; the app's ids are digested, since they may hold blanks and quotes."""
        return f"f-{blake2s(f'{surface} {self.name}'.encode(), digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button of a form says: where it stands and, on an overflow menu, the option's value."""

    spot: Spot
    option: str | None = None

    @property
    def value(self) -> str:
        option = () if self.option is None else (self.option,)
        return _packed(self.spot.block_id, self.spot.action_id, *option)


def spot_named(name: str) -> Spot | None:
    """The spot that a form's field name stands for; None for any other field."""
    parts = _unpacked(name)
    return Spot(*parts) if len(parts) == 2 else None


def press_named(value: str) -> Press | None:
    """What the value of a pressed button says; None where it says nothing."""
    parts = _unpacked(value)
    if len(parts) not in (2, 3):
        return None
    return Press(Spot(parts[0], parts[1]), parts[2] if len(parts) == 3 else None)


def _packed(*parts: str) -> str:
    return ":".join([_MARK, *(quote(part, safe="") for part in parts)])


def _unpacked(text: str) -> list[str]:
    mark, *parts = text.split(":")
    return [unquote(part) for part in parts] if mark == _MARK else []


def chosen(element: Json, state: Mapping[str, Any] | None) -> list[str]:
    """What stands in the element now, as the strings of an HTML form.

    ``state`` is its entry of Slack's ``state.values``; without one the element shows what the app started it with.
    """
    key = field_of(element["type"])
    if key is None or key == "files":
        return []
    held = state.get(key) if state is not None else element.get(_INITIAL[key])
    if held in (None, "", []):
        return []
    if key == "rich_text_value":
        return [rich_text_words(held)]
    return [_as_string(key, item) for item in (held if isinstance(held, list) else [held])]


def _as_string(key: str, item: Any) -> str:
    if key == "selected_date_time":
        return datetime.fromtimestamp(int(item), UTC).strftime("%Y-%m-%dT%H:%M")
    return str(item["value"]) if isinstance(item, dict) else str(item)


def choice_of(element: Json, given: Sequence[str]) -> Any:
    """What a person chose, from the strings that came back from the form; None for nothing."""
    key = field_of(element["type"]) or ""
    filled = [item.replace("\r\n", "\n") for item in given if item != ""]
    if key == "files" or (key.endswith("s") and key.startswith("selected_")):
        return filled
    if not filled:
        return None
    if key == "rich_text_value":
        return rich_text(filled[0])
    return _epoch(filled[0]) if key == "selected_date_time" else filled[0]


def _epoch(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def rich_text(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def rich_text_words(held: Json) -> str:
    lines = (part.get("elements", []) for part in held.get("elements", []))
    return "\n".join("".join(str(piece.get("text", "")) for piece in line) for line in lines)
