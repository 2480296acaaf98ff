"""What is in a workspace: people, channels, messages, files, views and the one app, each as plain data.

Blocks, views and state values are kept as the JSON (dicts and lists) that Slack uses, with block_id and action_id
filled in where the app left them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Values = dict[str, dict[str, dict[str, Any]]]
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(slots=True)
class User:
    """A person, the app's bot user, or Slackbot. ``tz`` is None for people of another company."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str = ""
    tz: str | None = "Europe/London"
    title: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False

    def tz_offset(self, at: datetime) -> int:
        """Seconds east of UTC at that moment; 0 without a zone."""
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset() if self.tz else None
        return int(offset.total_seconds()) if offset else 0


ChannelKind = Literal["public", "private", "im"]


@dataclass(slots=True)
class Message:
    """One message. ``blocks`` is None for plain text; ``ephemeral_to`` names the only person who sees it.

    ``values`` holds what each person picked in the message's own menus: user id -> block_id -> action_id -> value.
    """

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[dict[str, Any]] | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    file_ids: list[str] = field(default_factory=list)
    subtype: str | None = None
    bot_id: str | None = None
    metadata: dict[str, Any] | None = None
    values: dict[str, Values] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """A public or private channel, or a direct message (kind ``im``: exactly two members, name empty).

    ``shared_with`` holds the ids of other companies' teams: the channel is a Slack Connect channel then.
    """

    id: str
    name: str
    kind: ChannelKind
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0
    is_archived: bool = False
    is_general: bool = False
    shared_with: tuple[str, ...] = ()
    messages: list[Message] = field(default_factory=list)

    def find(self, ts: str) -> Message | None:
        return next((m for m in self.messages if m.ts == ts), None)

    def visible_to(self, user_id: str) -> Iterator[Message]:
        """Every message of the channel that this person may see, oldest first, thread replies included."""
        return (m for m in self.messages if m.ephemeral_to in (None, user_id))

    def replies_to(self, ts: str, user_id: str) -> list[Message]:
        return [m for m in self.visible_to(user_id) if m.is_reply and m.thread_ts == ts]

    def top_level(self, user_id: str) -> list[Message]:
        return [m for m in self.visible_to(user_id) if not m.is_reply]


@dataclass(slots=True)
class File:
    """An uploaded file. ``shared_in`` maps a channel's id to the time stamps of the messages that carry it.

    Until ``complete`` it is an upload under way that nobody sees; until it is shared only ``user_id`` sees it, and the
    app once it was handed over in a modal of the app's (``given_to_app``).
    """

    id: str
    user_id: str
    name: str
    title: str
    mimetype: str
    data: bytes = b""
    alt: str = ""
    created: int = 0
    complete: bool = True
    deleted: bool = False
    given_to_app: bool = False
    shared_in: dict[str, list[str]] = field(default_factory=dict)

    @property
    def filetype(self) -> str:
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"


@dataclass(slots=True)
class View:
    """An open modal or a published Home.

    ``content`` is the view as the app sent it (title, blocks, submit, close, private_metadata, …). ``values`` is
    what stands in its inputs now, in the shape of Slack's ``state.values``: block_id -> action_id -> for example
    ``{"type": "plain_text_input", "value": "Acme"}``; a file input holds ``{"type": "file_input", "files": [ids]}``.
    ``errors`` are the field errors shown below inputs (block_id -> sentence), ``failure`` is Slack's own sentence
    over the buttons when the app did not answer properly.
    """

    id: str
    user_id: str
    team_id: str
    content: dict[str, Any]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    failure: str | None = None
    channel_id: str | None = None

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = self.content["blocks"]
        return blocks

    @property
    def external_id(self) -> str:
        return str(self.content.get("external_id") or "")


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


@dataclass(frozen=True, slots=True)
class Shortcut:
    callback_id: str
    name: str
    kind: Literal["global", "message"] = "global"
    description: str = ""


@dataclass(slots=True)
class App:
    """The installed app: who it is, what it may do, and its secrets."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] = frozenset()
    has_home: bool = True
    messages_tab: bool = True

    def command(self, name: str) -> Command | None:
        return next((c for c in self.commands if c.name == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((s for s in self.shortcuts if s.callback_id == callback_id), None)
