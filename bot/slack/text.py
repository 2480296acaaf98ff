"""Slack's text: undoing what Slack and phones do to what people type, and writing it so that it stays text."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from bot.domain.words import Word, split_words, take_quoted

__all__ = [
    "Word",
    "clean",
    "clip",
    "clip_markup",
    "escape",
    "escape_clip",
    "link",
    "mentions",
    "one_line",
    "plain",
    "quotable",
    "quote_block",
    "split_words",
    "take_quoted",
]

_TOKEN: Final = re.compile(r"<(?P<target>[@#!][^<>|\n]+|(?:https?|mailto|tel):[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>")
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>")
_CHANNEL: Final = re.compile(r"<#[^<>\n]*>")
_ENTITY: Final = re.compile(r"&(amp|lt|gt);")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">"}

_TYPOGRAPHIC: Final = str.maketrans(
    dict.fromkeys("“”„‟＂″", '"')
    | dict.fromkeys("‘’‚‛＇′", "'")
    | dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " ")
    | dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " ")  # letters without ink
    | dict.fromkeys("\r\u2028\u2029\u0085\v\f", "\n")
)
# Control characters (PostgreSQL refuses NUL), soft hyphens, zero-width and bidirectional controls, tags, halves of
# surrogate pairs (they cannot be encoded), and private use, where the marks of `bot.domain.said` live.
_UNSEEN: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
# Joiners belong to emoji and to several scripts; between other letters they only hide.
_STRAY_JOINER: Final = re.compile(
    "(?<![^\x00-\u02ff\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff\u200c\u200d])"
)
_LONE_DASH: Final = re.compile(r"(?<!\S)[–—](?!\S)")


def plain(text: str) -> str:
    """What a person typed, out of the text of a command or a message as Slack delivers it.

    A mention becomes `@U…` (see also `mentions`), a channel `#name`, a link its address.
    """
    unwrapped = _TOKEN.sub(_unwrap, text)
    return clean(_ENTITY.sub(lambda match: _ENTITIES[match[1]], unwrapped))


def quotable(text: str, names: Mapping[str, str]) -> str:
    """What somebody wrote in a message, as `plain` gives it, to be shown to people who are not in its channel.

    People mentioned are called by their names, as far as `names` has them by user id. A channel mentioned may be a
    private one, so it stays unnamed.
    """
    named = _MENTION.sub(lambda match: f"@{names.get(match[1], 'somebody')}", _CHANNEL.sub("#…", text))
    return plain(named)


def clean(text: str) -> str:
    """What a person typed into a field: straight quotes, ordinary spaces, nothing invisible, no outer white space.

    Fields of a modal arrive unescaped, so `plain` would be wrong for them.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    spaced = text.replace("\r\n", "\n").translate(_TYPOGRAPHIC)
    return _LONE_DASH.sub("-", _STRAY_JOINER.sub("", _UNSEEN.sub("", spaced))).strip()


def mentions(text: str) -> list[str]:
    """The ids of the people mentioned in a command's text as Slack delivers it, in order and each once."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def _unwrap(match: re.Match[str]) -> str:
    target, label = match["target"], match["label"] or ""
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:").partition("?")[0]
    if target.startswith("tel:"):
        return label or target.removeprefix("tel:")
    return target


def escape(user_text: str) -> str:
    """Text for mrkdwn in which nothing pings, links or names a channel. Its `*` and `_` still format."""
    return user_text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """The text without line breaks and repeated spaces."""
    return " ".join(text.split())


def clip(text: str, limit: int) -> str:
    """The text, or its beginning and "…", in at most `limit` characters; emoji and letters are kept whole."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    for back in range(min(end, 16)):
        if not _continues(text, end - back):
            end -= back
            break
    return text[:end].rstrip() + "…"


def _continues(text: str, at: int) -> bool:
    """Whether the character there is drawn as a part of the one before it."""
    joined = text[at] == "\u200d" or (at > 0 and text[at - 1] == "\u200d")
    return joined or unicodedata.category(text[at]) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= text[at] <= "\U0001f3ff"


def escape_clip(text: str, limit: int) -> str:
    """The escaped text in at most `limit` characters, as Slack counts them: an entity is as long as it is written."""
    return _clip_escaped(escape(text[: limit + 1]), limit)


def clip_markup(markup: str, limit: int) -> str:
    """Markup that is escaped already, cut so that no entity, link or mention is left half."""
    if len(markup) <= limit:
        return markup
    cut = _clip_escaped(markup, limit).removesuffix("…")
    if cut.rfind("<") > cut.rfind(">"):
        cut = cut[: cut.rfind("<")]
    return cut.rstrip() + "…"


def quote_block(text: str, limit: int = 3000) -> str:
    """The text as a quotation, each line of it; empty for no text."""
    lines = escape(text[: limit + 1]).strip().splitlines()
    return _clip_escaped("\n".join(f"> {line}" for line in lines), limit)


def _clip_escaped(escaped: str, limit: int) -> str:
    if len(escaped) <= limit:
        return escaped
    cut = clip(escaped, limit).removesuffix("…")
    start = cut.rfind("&")  # in escaped text each one opens an entity
    if start >= 0 and ";" not in cut[start:]:
        cut = cut[:start]
    return cut.rstrip() + "…" if limit > 0 else ""


def link(url: str, label: str) -> str:
    """A link in mrkdwn with words of our own; only the words where the address is not one for a browser or mail."""
    words = escape(one_line(label))
    if not re.match(r"(?:https?://|mailto:)\S", url, re.IGNORECASE):
        return words
    address = re.sub(r"[<>|\s\x00-\x1f]", lambda match: quote(match[0]), url).replace("&", "&amp;")
    return f"<{address}|{words}>" if words else f"<{address}>"
