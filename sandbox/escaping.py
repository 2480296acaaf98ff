"""How Slack rewrites what a person types after a slash command, or in a message."""

from __future__ import annotations

import re

from sandbox.contents import User
from sandbox.workspace import Workspace

_LINK = re.compile(r"(?P<url>https?://[^\s<>|]+)|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_TRAILING = ".,;:!?)]}'\""
_USER = re.compile(r"(?<![\w@<])@(?P<name>[a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w#<&])#(?P<name>[a-z0-9][a-z0-9_-]*)", re.IGNORECASE)


def escaped(workspace: Workspace, text: str, *, mentions: bool = True) -> str:
    """Entities for ``&``, ``<`` and ``>``; with ``mentions`` also people, channels and links in angle brackets."""
    if not mentions:
        return entities(text)
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        start, stop = found.span()
        if found["url"]:
            stop -= len(found["url"]) - len(found["url"].rstrip(_TRAILING))
        pieces.append(_with_names(workspace, entities(text[end:start])))
        pieces.append(_link(text[start:stop], mail=bool(found["mail"])))
        end = stop
    pieces.append(_with_names(workspace, entities(text[end:])))
    return "".join(pieces)


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _link(address: str, *, mail: bool) -> str:
    shown = entities(address)
    return f"<mailto:{shown}|{shown}>" if mail else f"<{shown}|{shown}>"


def _with_names(workspace: Workspace, text: str) -> str:
    """Names that nobody has stay as they were typed."""

    def user(found: re.Match[str]) -> str:
        known = _user_named(workspace, found["name"])
        return f"<@{known.id}|{known.name}>" if known else found[0]

    def channel(found: re.Match[str]) -> str:
        known = workspace.channel_named(found["name"].lower())
        return f"<#{known.id}|{known.name}>" if known else found[0]

    return _CHANNEL.sub(channel, _USER.sub(user, _with_full_names(workspace, text)))


def _with_full_names(workspace: Workspace, text: str) -> str:
    """With the names that the page shows, such as @Tom Hale, as the short ones."""
    for one in workspace.users.values():
        if one.real_name:
            text = re.sub(rf"(?<![\w@<])@{re.escape(one.real_name)}\b", f"@{one.name}", text, flags=re.IGNORECASE)
    return text


def _user_named(workspace: Workspace, name: str) -> User | None:
    return next((u for u in workspace.users.values() if u.name == name.lower()), None)
