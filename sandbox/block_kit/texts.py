"""Text objects, confirmation dialogs and options."""

from __future__ import annotations

from typing import Any

from sandbox.block_kit.place import Place

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


def check_text(place: Place, value: Any, longest: int, kinds: tuple[str, ...] = ANY_TEXT) -> None:
    """A text object of one of the kinds, neither empty nor longer than allowed."""
    if not place.is_object(value, ("type", "text"), ("emoji", "verbatim")):
        return
    if value["type"] not in kinds:
        place.down("type").say(f"must be one of {', '.join(kinds)}")
    for flag, kind in (("emoji", "plain_text"), ("verbatim", "mrkdwn")):
        if flag in value:
            place.down(flag).is_bool(value[flag])
            if value["type"] != kind:
                place.down(flag).say(f"allowed on {kind} only")
    place.down("text").is_string(value["text"], longest, 1)


def check_confirm(place: Place, value: Any) -> None:
    """A confirmation dialog: its title, text and the words on its buttons are all required."""
    if not place.is_object(value, ("title", "text", "confirm", "deny"), ("style",)):
        return
    check_text(place.down("title"), value["title"], 100, PLAIN)
    check_text(place.down("text"), value["text"], 300)
    check_text(place.down("confirm"), value["confirm"], 30, PLAIN)
    check_text(place.down("deny"), value["deny"], 30, PLAIN)
    check_style(place, value)


def check_style(place: Place, value: dict[str, Any]) -> None:
    if "style" in value and value["style"] not in ("primary", "danger"):
        place.down("style").say("must be primary or danger")


def check_options(place: Place, value: Any, most: int, kinds: tuple[str, ...] = PLAIN, *, urls: bool = False) -> None:
    """One to ``most`` options, each with a text and a value."""
    if not place.is_list(value, 1, most):
        return
    for at, option in enumerate(value):
        _check_option(place.down(at), option, kinds, urls)


def _check_option(place: Place, value: Any, kinds: tuple[str, ...], urls: bool) -> None:
    if not place.is_object(value, ("text", "value"), ("description", "url") if urls else ("description",)):
        return
    check_text(place.down("text"), value["text"], 75, kinds)
    place.down("value").is_string(value["value"], 150, 1)
    if "description" in value:
        check_text(place.down("description"), value["description"], 75, kinds)
    if "url" in value:
        place.down("url").is_url(value["url"], ("http", "https"))


def check_initial(place: Place, element: dict[str, Any]) -> None:
    """What is chosen at first must be among the options, word for word."""
    groups = element.get("option_groups") or []
    options = [
        *(element.get("options") or []),
        *(o for g in groups if isinstance(g, dict) for o in g.get("options", [])),
    ]
    if "initial_option" in element and element["initial_option"] not in options:
        place.down("initial_option").say("must be one of the options")
    if "initial_options" in element:
        chosen = element["initial_options"]
        if place.down("initial_options").is_list(chosen, 1, len(options)) and any(c not in options for c in chosen):
            place.down("initial_options").say("must be among the options")
