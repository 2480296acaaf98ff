"""The addresses of the page. The persona is part of each, so that two windows can be two people."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from sandbox.workspace import Workspace

_MESSAGE = re.compile(r"/archives/([A-Z0-9]+)/p(\d{10})(\d{6})")
_CHANNEL = re.compile(r"/archives/([A-Z0-9]+)/?")
_FILE = re.compile(r"/files/[A-Z0-9]+/([A-Z0-9]+)(/.*)?")


def person(user_id: str) -> str:
    return f"/as/{quote(user_id)}"


def channel(user_id: str, channel_id: str, thread_ts: str | None = None) -> str:
    path = f"{person(user_id)}/channel/{quote(channel_id)}"
    return f"{path}?thread={quote(thread_ts)}" if thread_ts else path


def message(user_id: str, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
    """The message in its channel or, for a reply, in its thread."""
    thread = thread_ts if thread_ts and thread_ts != ts else None
    return f"{channel(user_id, channel_id, thread)}#{message_id(ts)}"


def message_id(ts: str) -> str:
    """The id of a message's element."""
    return f"m-{ts.replace('.', '-')}"


def home(user_id: str) -> str:
    return f"{person(user_id)}/home"


def app_messages(user_id: str) -> str:
    return f"{person(user_id)}/messages"


def file(user_id: str, file_id: str) -> str:
    return f"{person(user_id)}/files/{quote(file_id)}"


def modal(user_id: str, view_id: str) -> str:
    return f"{person(user_id)}/modal/{quote(view_id)}"


def here(workspace: Workspace, user_id: str, url: str) -> str | None:
    """Where this page shows what an address of the team's slack.com host shows; None for any other address."""
    parts = urlsplit(url)
    if parts.hostname != f"{workspace.team.domain}.slack.com":
        return None
    if found := _MESSAGE.fullmatch(parts.path):
        ts = f"{found[2]}.{found[3]}"
        target = workspace.channels.get(found[1])
        held = target.find(ts) if target else None
        return message(user_id, found[1], ts, held.thread_ts if held else None)
    if found := _CHANNEL.fullmatch(parts.path):
        return channel(user_id, found[1])
    if found := _FILE.fullmatch(parts.path):
        return file(user_id, found[1])
    return None
