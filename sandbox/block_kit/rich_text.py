"""Rich text: sections, lists, quotes and preformatted runs of inline elements."""

from __future__ import annotations

from typing import Any

from sandbox.block_kit.place import Place

# type -> (required properties, optional ones); a style may stand on each
_INLINE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ()),
    "link": (("url",), ("text", "unsafe")),
    "emoji": (("name",), ("unicode", "url")),
    "user": (("user_id",), ()),
    "usergroup": (("usergroup_id",), ()),
    "channel": (("channel_id",), ()),
    "team": (("team_id",), ()),
    "broadcast": (("range",), ()),
    "color": (("value",), ()),
    "date": (("timestamp", "format"), ("url", "fallback")),
}
_STYLES = ("bold", "italic", "strike", "code", "underline")
_FRAMES = {
    "rich_text_section": (),
    "rich_text_quote": ("border",),
    "rich_text_preformatted": ("border",),
    "rich_text_list": ("style", "indent", "border", "offset"),
}


def check_rich_text(place: Place, elements: Any) -> None:
    """The elements of a rich_text block."""
    if not place.is_list(elements, 1, 1000):
        return
    for at, element in enumerate(elements):
        _check_frame(place.down(at), element, tuple(_FRAMES))


def _check_frame(place: Place, value: Any, allowed: tuple[str, ...]) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in allowed:
        place.say(f"unsupported type: {kind}")
        return
    if not place.is_object(value, ("type", "elements"), _FRAMES[kind]):
        return
    inside = place.down("elements")
    if not inside.is_list(value["elements"], 0, 10_000):
        return
    if kind == "rich_text_list" and value.get("style") not in ("bullet", "ordered"):
        place.down("style").say("must be bullet or ordered")
    for at, element in enumerate(value["elements"]):
        if kind == "rich_text_list":
            _check_frame(inside.down(at), element, ("rich_text_section",))
        else:
            _check_inline(inside.down(at), element)


def _check_inline(place: Place, value: Any) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in _INLINE:
        place.say(f"unsupported type: {kind}")
        return
    required, optional = _INLINE[kind]
    if not place.is_object(value, ("type", *required), (*optional, "style")):
        return
    for name in required:
        if name == "timestamp":
            place.down(name).is_whole_number(value[name], 0, 10**11)
        else:
            place.down(name).is_string(value[name], 10_000, 1 if kind == "text" else 0)
    if kind == "link":
        place.down("url").is_url(value["url"], ("http", "https", "mailto", "slack"))
    if "style" in value and place.down("style").is_object(value["style"], (), _STYLES):
        for name, on in value["style"].items():
            place.down("style", name).is_bool(on)
