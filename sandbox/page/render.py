"""Block Kit as HTML: blocks on a message, in a modal or on a Home, drawn by the macros of ``blocks.html``.

Pure: everything that a drawing needs comes in as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from sandbox.inputs import options_of
from sandbox.page import fields
from sandbox.page.emoji import with_emoji
from sandbox.page.mrkdwn import Reader, date_text, link, mention, plain_to_html, safe_url, to_html, to_words

Json = dict[str, Any]
Choices = Sequence[tuple[str, str]]
_STYLES = {
    "code": Markup("<code>{}</code>"),
    "strike": Markup("<s>{}</s>"),
    "italic": Markup("<em>{}</em>"),
    "bold": Markup("<strong>{}</strong>"),
}


@dataclass(frozen=True, slots=True)
class Surface:
    """What the blocks stand on, and what a person has put into them so far.

    ``key`` is unique among the surfaces of one page. ``values`` has the shape of Slack's ``state.values``, ``files``
    the names of the files that it mentions. ``inert`` draws buttons and menus that cannot be used.
    """

    kind: Literal["message", "modal", "home"]
    key: str
    reader: Reader
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    people: Choices = ()
    channels: Choices = ()
    inert: bool = False

    def text(self, composition: Json | None) -> Markup:
        """A text object of either kind."""
        if composition is None:
            return Markup("")
        text = str(composition.get("text", ""))
        return to_html(text, self.reader) if composition.get("type") == "mrkdwn" else plain_to_html(text)

    def goes_to(self, url: str) -> tuple[str, bool] | None:
        """(address, whether it leaves this page) for a link button; None where the address is not safe."""
        target = safe_url(url)
        if target is None:
            return None
        local = self.reader.here(target)
        return (target, True) if local is None else (local, False)

    def state(self, block: Json, element: Json) -> Json | None:
        return self.values.get(block["block_id"], {}).get(element["action_id"])

    def chosen(self, block: Json, element: Json) -> list[str]:
        return fields.chosen(element, self.state(block, element))

    def uploaded(self, block: Json, element: Json) -> list[tuple[str, str]]:
        """(id, name) of the files that are in this file input."""
        state = self.state(block, element) or {}
        ids = [part["id"] if isinstance(part, dict) else part for part in state.get("files") or []]
        return [(file_id, self.files.get(file_id, file_id)) for file_id in ids]

    def choices(self, element: Json) -> Choices:
        """The (value, name) pairs of a menu whose options are people or channels."""
        return self.people if "users" in element["type"] else self.channels

    def dom_id(self, block: Json, element: Json) -> str:
        return fields.Spot(block["block_id"], element["action_id"]).dom_id(self.key)

    def name(self, block: Json, element: Json) -> str:
        return fields.Spot(block["block_id"], element["action_id"]).name

    def press(self, block: Json, element: Json, option: str | None = None) -> str:
        """What a button of the form sends to say which element was pressed."""
        return fields.Press(fields.Spot(block["block_id"], element["action_id"]), option).value

    def sends(self, block: Json) -> bool:
        """Whether a choice goes to the app at once."""
        return block["type"] != "input" or bool(block.get("dispatch_action"))

    def sends_on_enter(self, block: Json, element: Json) -> bool:
        return bool(block.get("dispatch_action")) and "on_enter_pressed" in _triggers(element)

    def sends_while_typing(self, block: Json, element: Json) -> bool:
        return bool(block.get("dispatch_action")) and "on_character_entered" in _triggers(element)


def _triggers(element: Json) -> Sequence[str]:
    triggers: Sequence[str] = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return triggers


def draw(blocks: Sequence[Json], surface: Surface) -> Markup:
    """The blocks, one below the other."""
    module: Any = environment().get_template("blocks.html").module
    drawn: Markup = module.stack(blocks, surface)
    return drawn


@cache
def environment() -> Environment:
    """The templates of the page, with escaping on everywhere."""
    made = Environment(
        loader=PackageLoader("sandbox", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["own_path"] = own_path
    made.filters["emoji"] = with_emoji
    made.filters["initials"] = initials
    made.filters["words"] = to_words
    made.filters["plain"] = plain_to_html
    made.globals["rich_inline"] = rich_inline
    made.globals["options_of"] = options_of
    return made


def initials(name: str) -> str:
    """One or two capitals for an avatar."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def own_path(url: str) -> str | None:
    """The path of an image that this page serves itself; None for any other, since nothing is fetched from outside."""
    parts = urlsplit(url)
    return url if not parts.scheme and not parts.netloc and url.startswith("/") else None


def rich_inline(pieces: Sequence[Json], reader: Reader) -> Markup:
    """The inline elements of a rich text section."""
    return Markup("").join(_styled(_rich_piece(piece, reader), piece.get("style") or {}) for piece in pieces)


def _styled(inner: Markup, style: Json) -> Markup:
    for name, frame in _STYLES.items():
        if style.get(name) is True:
            inner = frame.format(inner)
    return inner


def _rich_piece(piece: Json, reader: Reader) -> Markup:
    kind = piece.get("type")
    if kind == "text":
        return Markup("<br>").join(escape(line) for line in str(piece["text"]).split("\n"))
    if kind == "link":
        return link(str(piece["url"]), str(piece.get("text") or piece["url"]), reader)
    if kind == "user":
        return mention("@", piece["user_id"], reader.people.get(piece["user_id"], piece["user_id"]), reader)
    if kind == "channel":
        return mention("#", piece["channel_id"], reader.channels.get(piece["channel_id"], piece["channel_id"]), reader)
    if kind == "broadcast":
        return mention("@", "", str(piece.get("range", "here")), reader)
    if kind == "emoji":
        return escape(with_emoji(f":{piece['name']}:"))
    if kind == "date":
        return escape(date_text(int(piece["timestamp"]), str(piece.get("format", "{date}")), reader))
    return escape(str(piece.get("value") or piece.get("text") or ""))
