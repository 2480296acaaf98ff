"""Interactive elements: buttons, menus, pickers and inputs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from math import isfinite
from typing import Any

from sandbox.block_kit.place import Json, Place, Surface
from sandbox.block_kit.texts import (
    ANY_TEXT,
    PLAIN,
    check_confirm,
    check_initial,
    check_options,
    check_style,
    check_text,
)

SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes"})
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
MODAL_ONLY = frozenset({"email_text_input", "url_text_input", "number_input", "file_input"})

IN_ACTIONS = frozenset({"button", "overflow"}) | SELECTS | PICKERS
IN_SECTION = frozenset({"button", "overflow", "image"}) | SELECTS | PICKERS
IN_INPUT = SELECTS | PICKERS | TYPED | {"file_input", "rich_text_input"}

_FILTER_FLAGS = ("exclude_bot_users", "exclude_external_shared_channels")
_FOCUSABLE = SELECTS | PICKERS | TYPED | {"rich_text_input"}
_PLACEHOLDER = SELECTS | TYPED | {"datepicker", "timepicker", "rich_text_input"}
_CONFIRMABLE = SELECTS | PICKERS | {"button", "overflow"}


def _button(place: Place, e: Json) -> None:
    check_text(place.down("text"), e["text"], 75, PLAIN)
    check_style(place, e)
    if "value" in e:
        place.down("value").is_string(e["value"], 2000)
    if "url" in e:
        place.down("url").is_url(e["url"], ("http", "https", "slack"))
    if "accessibility_label" in e:
        place.down("accessibility_label").is_string(e["accessibility_label"], 75, 1)


def _overflow(place: Place, e: Json) -> None:
    check_options(place.down("options"), e["options"], 5, urls=True)


def _static_select(place: Place, e: Json) -> None:
    if ("options" in e) == ("option_groups" in e):
        place.say("must have either options or option_groups")
    if "options" in e:
        check_options(place.down("options"), e["options"], 100)
    if "option_groups" in e and place.down("option_groups").is_list(e["option_groups"], 1, 100):
        for at, group in enumerate(e["option_groups"]):
            where = place.down("option_groups", at)
            if where.is_object(group, ("label", "options"), ()):
                check_text(where.down("label"), group["label"], 75, PLAIN)
                check_options(where.down("options"), group["options"], 100)
    check_initial(place, e)


def _choices(place: Place, e: Json) -> None:
    check_options(place.down("options"), e["options"], 10, ANY_TEXT)
    check_initial(place, e)


def _datepicker(place: Place, e: Json) -> None:
    if "initial_date" in e:
        _reads(place.down("initial_date"), e["initial_date"], _is_date, "a date like 2025-12-31")


def _timepicker(place: Place, e: Json) -> None:
    if "initial_time" in e:
        _reads(place.down("initial_time"), e["initial_time"], _is_time, "a time like 09:30")


def _datetimepicker(place: Place, e: Json) -> None:
    if "initial_date_time" in e:
        place.down("initial_date_time").is_whole_number(e["initial_date_time"], 10**9, 10**10 - 1)


def _plain_text_input(place: Place, e: Json) -> None:
    if "min_length" in e:
        place.down("min_length").is_whole_number(e["min_length"], 0, 3000)
    if "max_length" in e:
        place.down("max_length").is_whole_number(e["max_length"], 1, 3000)
    if "multiline" in e:
        place.down("multiline").is_bool(e["multiline"])
    longest = e["max_length"] if isinstance(e.get("max_length"), int) else 3000
    _typed(place, e, longest)


def _typed(place: Place, e: Json, longest: int = 3000) -> None:
    if "initial_value" in e:
        place.down("initial_value").is_string(e["initial_value"], longest)
    if "dispatch_action_config" in e:
        where = place.down("dispatch_action_config")
        if where.is_object(e["dispatch_action_config"], (), ("trigger_actions_on",)):
            triggers = e["dispatch_action_config"].get("trigger_actions_on", ["on_enter_pressed"])
            if not triggers or set(triggers) - {"on_enter_pressed", "on_character_entered"}:
                where.down("trigger_actions_on").say("must be on_enter_pressed or on_character_entered")


def _number_input(place: Place, e: Json) -> None:
    place.down("is_decimal_allowed").is_bool(e["is_decimal_allowed"])
    for name in ("min_value", "max_value", "initial_value"):
        if name in e:
            _reads(place.down(name), e[name], _is_number, "a number in a string")
    _typed(place, e)


def _file_input(place: Place, e: Json) -> None:
    if "max_files" in e:
        place.down("max_files").is_whole_number(e["max_files"], 1, 10)
    if "filetypes" in e and place.down("filetypes").is_list(e["filetypes"], 1, 100):
        for at, kind in enumerate(e["filetypes"]):
            place.down("filetypes", at).is_string(kind, 255, 1)


def _by_id(place: Place, e: Json) -> None:
    """Menus of people, channels and conversations."""
    for name in ("initial_user", "initial_channel", "initial_conversation"):
        if name in e:
            place.down(name).is_string(e[name], 255, 1)
        if f"{name}s" in e and place.down(f"{name}s").is_list(e[f"{name}s"], 1, 1000):
            for at, one in enumerate(e[f"{name}s"]):
                place.down(f"{name}s", at).is_string(one, 255, 1)
    for flag in ("response_url_enabled", "default_to_current_conversation"):
        if flag in e:
            place.down(flag).is_bool(e[flag])
    if "filter" in e:
        _filter(place.down("filter"), e["filter"])


def _filter(place: Place, value: Any) -> None:
    if not place.is_object(value, (), ("include", *_FILTER_FLAGS)):
        return
    for flag in _FILTER_FLAGS:
        if flag in value:
            place.down(flag).is_bool(value[flag])
    if "include" in value and place.down("include").is_list(value["include"], 1, 4):
        for at, kind in enumerate(value["include"]):
            if kind not in ("im", "mpim", "private", "public"):
                place.down("include", at).say("must be im, mpim, private or public")


def _image(place: Place, e: Json) -> None:
    if ("image_url" in e) == ("slack_file" in e):
        place.say("must have either image_url or slack_file")
    if "image_url" in e:
        place.down("image_url").is_url(e["image_url"], ("http", "https"))
    place.down("alt_text").is_string(e["alt_text"], 2000, 1)


def _reads(place: Place, value: object, is_good: Callable[[str], bool], what: str) -> None:
    try:
        good = isinstance(value, str) and is_good(value)
    except ValueError:
        good = False
    if not good:
        place.say(f"must be {what}")


def _is_date(value: str) -> bool:
    return date.fromisoformat(value).isoformat() == value  # Python reads more ways of writing a day than Slack does


def _is_time(value: str) -> bool:
    return time.fromisoformat(value).strftime("%H:%M") == value


def _is_number(value: str) -> bool:
    return isfinite(float(value))


def _nothing(_place: Place, _e: Json) -> None:
    return


# type -> (required properties, optional ones of its own, its check)
_INPUT = ("initial_value", "dispatch_action_config")
_RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Place, Json], None]]] = {
    "button": (("text",), ("value", "url", "style", "accessibility_label"), _button),
    "overflow": (("options",), (), _overflow),
    "static_select": ((), ("options", "option_groups", "initial_option"), _static_select),
    "external_select": ((), ("initial_option", "min_query_length"), _nothing),
    "users_select": ((), ("initial_user",), _by_id),
    "channels_select": ((), ("initial_channel", "response_url_enabled"), _by_id),
    "conversations_select": (
        (),
        ("initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"),
        _by_id,
    ),
    "multi_static_select": ((), ("options", "option_groups", "initial_options", "max_selected_items"), _static_select),
    "multi_external_select": ((), ("initial_options", "min_query_length", "max_selected_items"), _nothing),
    "multi_users_select": ((), ("initial_users", "max_selected_items"), _by_id),
    "multi_channels_select": ((), ("initial_channels", "max_selected_items"), _by_id),
    "multi_conversations_select": (
        (),
        ("initial_conversations", "default_to_current_conversation", "filter", "max_selected_items"),
        _by_id,
    ),
    "radio_buttons": (("options",), ("initial_option",), _choices),
    "checkboxes": (("options",), ("initial_options",), _choices),
    "datepicker": ((), ("initial_date",), _datepicker),
    "timepicker": ((), ("initial_time", "timezone"), _timepicker),
    "datetimepicker": ((), ("initial_date_time",), _datetimepicker),
    "plain_text_input": ((), ("multiline", "min_length", "max_length", *_INPUT), _plain_text_input),
    "email_text_input": ((), _INPUT, _typed),
    "url_text_input": ((), _INPUT, _typed),
    "number_input": (("is_decimal_allowed",), ("min_value", "max_value", *_INPUT), _number_input),
    "rich_text_input": ((), _INPUT, _nothing),
    "file_input": ((), ("filetypes", "max_files"), _file_input),
    "image": (("alt_text",), ("image_url", "slack_file"), _image),
}


def check_element(place: Place, value: Any, allowed: frozenset[str], surface: Surface) -> None:
    """One element in a block that takes the ``allowed`` types."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in allowed or kind not in _RULES or (kind in MODAL_ONLY and surface != "modal"):
        place.say(f"unsupported type: {kind}")
        return
    required, own, check = _RULES[kind]
    optional = {*own, *_common(kind)}
    if not place.is_object(value, ("type", *required), optional):
        return
    _check_common(place, value)
    check(place, value)


def _common(kind: str) -> set[str]:
    names = set() if kind == "image" else {"action_id"}
    names |= {"focus_on_load"} if kind in _FOCUSABLE else set()
    names |= {"placeholder"} if kind in _PLACEHOLDER else set()
    return names | ({"confirm"} if kind in _CONFIRMABLE else set())


def _check_common(place: Place, e: Json) -> None:
    if "action_id" in e:
        place.down("action_id").is_string(e["action_id"], 255, 1)
    if "focus_on_load" in e:
        place.down("focus_on_load").is_bool(e["focus_on_load"])
    if "placeholder" in e:
        check_text(place.down("placeholder"), e["placeholder"], 150, PLAIN)
    if "confirm" in e:
        check_confirm(place.down("confirm"), e["confirm"])
    if "max_selected_items" in e:
        place.down("max_selected_items").is_whole_number(e["max_selected_items"], 1, 10**6)
