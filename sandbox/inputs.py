"""What stands in the inputs of a view or a message, in the shape of Slack's ``state.values``."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from sandbox.block_kit.blocks import elements_of
from sandbox.contents import Values

Json = dict[str, Any]

# element type -> (property of the state, what it holds while empty, property of the element that fills it at first)
_FIELDS: dict[str, tuple[str, Any, str]] = {
    "plain_text_input": ("value", None, "initial_value"),
    "email_text_input": ("value", None, "initial_value"),
    "url_text_input": ("value", None, "initial_value"),
    "number_input": ("value", None, "initial_value"),
    "rich_text_input": ("rich_text_value", None, "initial_value"),
    "static_select": ("selected_option", None, "initial_option"),
    "external_select": ("selected_option", None, "initial_option"),
    "radio_buttons": ("selected_option", None, "initial_option"),
    "checkboxes": ("selected_options", [], "initial_options"),
    "multi_static_select": ("selected_options", [], "initial_options"),
    "multi_external_select": ("selected_options", [], "initial_options"),
    "users_select": ("selected_user", None, "initial_user"),
    "multi_users_select": ("selected_users", [], "initial_users"),
    "channels_select": ("selected_channel", None, "initial_channel"),
    "multi_channels_select": ("selected_channels", [], "initial_channels"),
    "conversations_select": ("selected_conversation", None, "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", [], "initial_conversations"),
    "datepicker": ("selected_date", None, "initial_date"),
    "timepicker": ("selected_time", None, "initial_time"),
    "datetimepicker": ("selected_date_time", None, "initial_date_time"),
    "file_input": ("files", [], ""),
}
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class ImpossibleInput(Exception):
    """A person could not do that in Slack: the message says why."""


def field_of(kind: str) -> str | None:
    """The property that holds the value of such an element; None for buttons and overflow menus."""
    return _FIELDS[kind][0] if kind in _FIELDS else None


def state_option(option: Json) -> Json:
    """An option as it stands in a state: without its description."""
    return {"text": option["text"], "value": option["value"]}


def initial_values(blocks: list[Json]) -> Values:
    """The values of freshly drawn blocks."""
    values: Values = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _FIELDS:
                values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def _initial(element: Json) -> Json:
    field, empty, source = _FIELDS[element["type"]]
    value = element.get(source, empty)
    if field == "selected_option" and value is not None:
        value = state_option(value)
    if field == "selected_options":
        value = [state_option(option) for option in value]
    return {"type": element["type"], field: value}


def kept_values(old: Values, blocks: list[Json]) -> Values:
    """The values after a redraw: what was filled in stays where block_id, action_id and type are the same."""
    values = initial_values(blocks)
    for block_id, actions in values.items():
        for action_id, fresh in actions.items():
            before = old.get(block_id, {}).get(action_id)
            if before and before["type"] == fresh["type"]:
                actions[action_id] = before
    return values


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and its element; raises ImpossibleInput when there is none."""
    for block in blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise ImpossibleInput(f"there is no element {action_id!r} in a block {block_id!r} here")


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def value_for(element: Json, choice: Any) -> Json:
    """The state value after a person chose: a text, an option's value (or several), an id, a date or file ids.

    None clears it. Raises ImpossibleInput for what the element does not offer.
    """
    kind = element["type"]
    field, empty, _ = _FIELDS[kind]
    if choice in (None, "", [], ()):
        return {"type": kind, field: empty}
    if field == "selected_option":
        return {"type": kind, field: _picked(element, choice)}
    if field == "selected_options":
        return {"type": kind, field: [_picked(element, one) for one in _several(element, choice)]}
    if isinstance(empty, list):
        return {"type": kind, field: [str(one) for one in _several(element, choice)]}
    return {"type": kind, field: _single(kind, choice)}


def _picked(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return state_option(option)
    offered = ", ".join(o["value"] for o in options_of(element))
    raise ImpossibleInput(f"{value!r} is not offered; the options are {offered}")


def _several(element: Json, choice: Any) -> list[Any]:
    several = [choice] if isinstance(choice, str) else list(choice)
    most = element.get("max_selected_items") or element.get("max_files")
    if most and len(several) > most:
        raise ImpossibleInput(f"at most {most} can be chosen")
    return several


def _single(kind: str, choice: Any) -> Any:
    try:
        if kind == "datepicker":
            return date.fromisoformat(str(choice)).isoformat()
        if kind == "timepicker":
            return time.fromisoformat(str(choice)).strftime("%H:%M")
        if kind == "datetimepicker":
            return int(choice)
    except ValueError as problem:
        raise ImpossibleInput(f"{choice!r} cannot be picked: {problem}") from None
    return choice if kind == "rich_text_input" else str(choice)


def complaints(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack's client itself says below inputs before it sends a form: block_id -> sentence."""
    said = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        complaint = _complaint(element, state.get(_FIELDS[element["type"]][0]), bool(block.get("optional")))
        if complaint:
            said[block["block_id"]] = complaint
    return said


def _complaint(element: Json, value: Any, optional: bool) -> str | None:
    kind = element["type"]
    if value in (None, "", []) or (kind in TYPED and not str(value).strip()):
        return None if optional else "Please complete this required field."
    if kind == "plain_text_input":
        return _length_complaint(str(value), element.get("min_length", 0), element.get("max_length", 3000))
    if kind == "email_text_input" and not _EMAIL.fullmatch(str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _is_link(str(value)):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_complaint(element, str(value))
    return None


def _length_complaint(value: str, fewest: int, most: int) -> str | None:
    if len(value) < fewest:
        return f"Please enter at least {fewest} characters."
    return f"Please enter at most {most} characters." if len(value) > most else None


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element["is_decimal_allowed"] else int(value)
    except ValueError:
        return "Please enter a number." if element["is_decimal_allowed"] else "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


def input_block_ids(blocks: list[Json]) -> Collection[str]:
    return {block["block_id"] for block in blocks if block["type"] == "input"}
