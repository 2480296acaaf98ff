"""Slack's text markup, mrkdwn, as safe HTML.

Whatever is not recognised as markup is escaped, so that no text can become an element, an attribute or a script.
Links keep only http, https and mailto addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from sandbox.page.emoji import with_emoji

_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_BARE_URL = re.compile(r"https?://[^\s<>|\x00]*[^\s<>|\x00.,;:!?'\")\]*_~]")
_KEPT = re.compile(r"\x00(\d+)\x00")
# One pattern a marker, and no marker inside its own span: reading stays linear in the length of the text.
_STYLED = re.compile(
    r"(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]+)(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]+)(?<=\S)~(?![\w~])"
)
_STYLES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}
_BULLET = re.compile(r"^\s*[•◦▪]\s+")
_DATE_FORMATS = {
    "date_num": "%Y-%m-%d",
    "date_short_pretty": "%-d %b %Y",
    "date_long_pretty": "%A %-d %B %Y",
    "date_pretty": "%-d %B %Y",
    "date_short": "%-d %b %Y",
    "date_long": "%A %-d %B %Y",
    "date": "%-d %B %Y",
    "time_secs": "%H:%M:%S",
    "time": "%H:%M",
}
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the names that this person knows, the zone of their clock, and the time (None is real time).

    ``here`` turns an address of the team's own slack.com host into the path of this page that shows the same thing.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    now: datetime | None = None
    user_id: str = ""
    here: Callable[[str], str | None] = lambda _url: None

    @property
    def today(self) -> date:
        """The day that it is for them."""
        return (self.now.astimezone(self.zone) if self.now else datetime.now(self.zone)).date()


NOBODY = Reader()


def to_html(text: str, reader: Reader = NOBODY) -> Markup:
    """A whole text: code blocks, quotes, bulleted lines and everything that stands inside a line."""
    pieces: list[Markup] = []
    end = 0
    text = text.replace("\x00", "").replace("\r\n", "\n")
    for found in _PRE.finditer(text):
        pieces.append(_lines(text[end : found.start()].removesuffix("\n"), reader))
        pieces.append(Markup("<pre>{}</pre>").format(_plain(found[1])))
        end = found.end()
    pieces.append(_lines(text[end:].removeprefix("\n") if end else text, reader))
    return Markup("").join(pieces)


def plain_to_html(text: str) -> Markup:
    """A plain_text object: escaped, with emoji and line breaks."""
    return Markup("<br>").join(escape(with_emoji(line)) for line in text.split("\n"))


def to_words(text: str, reader: Reader = NOBODY) -> str:
    """The text as one reads it aloud, without markup: for titles and labels."""
    return str(to_html(text, reader).striptags())


def safe_url(url: str) -> str | None:
    """The address when a browser may be sent there, else None."""
    cleaned = url.strip()
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return cleaned if parts.netloc else None
    return cleaned if parts.scheme == "mailto" and parts.path else None


def link(url: str, label: str, reader: Reader = NOBODY) -> Markup:
    """An anchor that opens in a new tab, or the bare label where the address is not safe."""
    target = safe_url(url)
    if target is None:
        return escape(label)
    local = reader.here(target)
    if local is not None:
        return Markup('<a href="{}">{}</a>').format(local, label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(target, label)


def date_text(timestamp: int, pattern: str, reader: Reader) -> str:
    """A Slack date pattern such as ``{date_short} at {time}`` at that moment, as this person reads it."""
    moment = datetime.fromtimestamp(timestamp, reader.zone)
    near = _NEAR.get((moment.date() - reader.today).days)

    def part(found: re.Match[str]) -> str:
        if near and found[1].endswith("_pretty"):
            return near
        return moment.strftime(_DATE_FORMATS[found[1]]) if found[1] in _DATE_FORMATS else found[0]

    return re.sub(r"\{(\w+)\}", part, pattern)


def _plain(text: str) -> str:
    """Slack's three entities undone; everything is escaped again on its way out."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str, reader: Reader) -> Markup:
    if not text:
        return Markup("")
    pieces: list[Markup] = []
    group: list[str] = []
    kind = ""
    for line in text.split("\n"):
        of_line = _kind(line)
        if of_line != kind and group:
            pieces.append(_grouped(kind, group, reader))
            group = []
        kind = of_line
        group.append(line)
    pieces.append(_grouped(kind, group, reader))
    return Markup("").join(pieces)


def _kind(line: str) -> str:
    if line.startswith((">", "&gt;")):
        return "quote"
    return "bullet" if _BULLET.match(line) else "text"


def _grouped(kind: str, lines: list[str], reader: Reader) -> Markup:
    if kind == "bullet":
        items = (Markup("<li>{}</li>").format(_inline(_BULLET.sub("", line), reader)) for line in lines)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    if kind == "quote":
        bare = (line.removeprefix("&gt;").removeprefix(">").removeprefix(" ") for line in lines)
        return Markup("<blockquote>{}</blockquote>").format(_joined(bare, reader))
    return Markup('<span class="text">{}</span>').format(_joined(lines, reader))


def _joined(lines: Iterable[str], reader: Reader) -> Markup:
    return Markup("<br>").join(_inline(line, reader) for line in lines)


def _inline(text: str, reader: Reader) -> Markup:
    """One line. Code, links and mentions are set aside first, so that no style is read into them."""
    kept: list[Markup] = []

    def keep(make: Callable[[re.Match[str]], Markup | None]) -> Callable[[re.Match[str]], str]:
        def replace(found: re.Match[str]) -> str:
            made = make(found)
            if made is None:
                return found[0]
            kept.append(made)
            return f"\x00{len(kept) - 1}\x00"

        return replace

    text = _CODE.sub(keep(lambda found: Markup("<code>{}</code>").format(_plain(found[1]))), text)
    text = _TOKEN.sub(keep(lambda found: _token(found[1], reader)), text)
    text = _BARE_URL.sub(keep(lambda found: link(_plain(found[0]), _plain(found[0]), reader)), text)
    return _styled(with_emoji(_plain(text)), kept)


def _styled(text: str, kept: list[Markup]) -> Markup:
    pieces: list[Markup] = []
    end = 0
    for found in _STYLED.finditer(text):
        pieces.append(_escaped(text[end : found.start()], kept))
        pieces.append(_STYLES[str(found.lastgroup)].format(_styled(found[found.lastgroup or 0], kept)))
        end = found.end()
    rest = _escaped(text[end:], kept)
    return Markup("").join([*pieces, rest]) if pieces else rest


def _escaped(text: str, kept: list[Markup]) -> Markup:
    """The text escaped, with what was set aside put back in its place."""
    if "\x00" not in text:
        return escape(text)
    pieces = _KEPT.split(text)
    return Markup("").join(kept[int(piece)] if at % 2 else escape(piece) for at, piece in enumerate(pieces))


def _token(inside: str, reader: Reader) -> Markup | None:
    """What stands between angle brackets; None leaves it as the text that it is."""
    if "\x00" in inside:
        return None
    target, _, label = inside.partition("|")
    label = _plain(label)
    if target.startswith("@"):
        return mention("@", target[1:], reader.people.get(target[1:], label or target[1:]), reader)
    if target.startswith("#"):
        return mention("#", target[1:], reader.channels.get(target[1:], label or target[1:]), reader)
    if target.startswith("!"):
        return _special(target[1:], label, reader)
    url = _plain(target)
    if safe_url(url) is None:
        return None
    return link(url, label or url.removeprefix("mailto:"), reader)


def mention(sign: str, mentioned: str, name: str, reader: Reader) -> Markup:
    own = " mention-self" if sign == "@" and mentioned == reader.user_id else ""
    return Markup('<span class="mention{}">{}{}</span>').format(own, sign, name)


def _special(inside: str, label: str, reader: Reader) -> Markup | None:
    if inside in ("here", "channel", "everyone"):
        return mention("@", inside, inside, reader)
    if inside.startswith("subteam^"):
        return mention("@", inside, label.removeprefix("@") or inside.removeprefix("subteam^"), reader)
    if inside.startswith("date^"):
        return _date(inside.split("^")[1:], label, reader)
    return None


def _date(parts: list[str], fallback: str, reader: Reader) -> Markup:
    try:
        shown = date_text(int(parts[0]), parts[1], reader)
    except (ValueError, IndexError, OverflowError, OSError):
        return escape(fallback)
    return link(_plain(parts[2]), shown, reader) if len(parts) > 2 else escape(shown)
