"""The state of the local workspace: people, channels, messages, files, views and the one app.

Everything here is plain data with small look-ups. Nothing in this module talks to the app or judges what it sends.
Read and change it while holding ``workspace.lock`` (re-entrant); after a change call ``workspace.touch()``, which
raises ``workspace.revision`` and wakes whoever waits in ``wait_for_change``.

Blocks, views and state values are kept as the JSON (dicts and lists) that Slack uses, with block_id and action_id
filled in where the app left them out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sandbox.identifiers import Timestamps

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


@dataclass
class Workspace:
    """All of it. ``modals`` holds each person's stack of open modals, the visible one last; ``homes`` their Homes."""

    team: Team
    app: App
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    last_read: dict[str, dict[str, str]] = field(default_factory=dict)
    revision: int = 0
    timestamps: Timestamps = field(default_factory=Timestamps)

    def become(self, other: Workspace) -> None:
        """Take over another workspace's content, for a fresh start; whoever holds this object keeps it."""
        with self.changed:
            for name in ("team", "app", "teams", "users", "channels", "files", "modals", "homes", "last_read"):
                setattr(self, name, getattr(other, name))
            self.touch()

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.teams.setdefault(self.team.id, self.team)

    # change and waiting for it

    def touch(self) -> None:
        """Say that something visible changed."""
        with self.changed:
            self.revision += 1
            self.changed.notify_all()

    def wait_for_change(self, since: int, timeout: float) -> int:
        """The revision as soon as it is past ``since``, or as it is after ``timeout`` real seconds."""
        with self.changed:
            self.changed.wait_for(lambda: self.revision > since, timeout)
            return self.revision

    # look-ups

    @property
    def bot(self) -> User:
        return self.users[self.app.bot_user_id]

    @property
    def people(self) -> list[User]:
        """Everybody who is not a bot, in the order in which they joined."""
        return [u for u in self.users.values() if not u.is_bot and u.id != SLACKBOT]

    def is_outsider(self, user: User) -> bool:
        """Of another company, here through a shared channel."""
        return user.team_id != self.team.id

    def is_guest(self, user: User) -> bool:
        return user.is_restricted or user.is_ultra_restricted

    def channel_named(self, name: str) -> Channel | None:
        return next((c for c in self.channels.values() if c.name == name.removeprefix("#") and c.kind != "im"), None)

    def direct_message(self, one: str, other: str) -> Channel | None:
        return next((c for c in self.channels.values() if c.kind == "im" and set(c.members) == {one, other}), None)

    def channels_of(self, user_id: str) -> list[Channel]:
        """The channels and direct messages in a person's sidebar."""
        return [c for c in self.channels.values() if user_id in c.members]

    def top_modal(self, user_id: str) -> View | None:
        stack = self.modals.get(user_id)
        return stack[-1] if stack else None

    def view(self, view_id: str) -> View | None:
        return next((v for v in self.views() if v.id == view_id), None)

    def views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def can_see_file(self, user_id: str, file: File) -> bool:
        """The uploader always; others once it is shared where they are, or in a public channel of their company."""
        if file.deleted or not file.complete:
            return False
        if file.user_id == user_id or (file.given_to_app and user_id == self.app.bot_user_id):
            return True
        reader = self.users[user_id]
        local = not self.is_outsider(reader) and not self.is_guest(reader)
        shared = [self.channels[c] for c in file.shared_in if c in self.channels]
        return any(user_id in c.members or (local and c.kind == "public") for c in shared)

    def permalink(self, channel_id: str, message: Message) -> str:
        """The address that Slack would give a message, on the team's own slack.com host."""
        link = f"https://{self.team.domain}.slack.com/archives/{channel_id}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={channel_id}" if message.is_reply else link

    # small changes

    def post(self, message: Message) -> Message:
        """Append a message to its channel."""
        self.channels[message.channel_id].messages.append(message)
        self.touch()
        return message

    def unread(self, user_id: str, channel: Channel) -> int:
        """How many messages of others came since this person last looked."""
        seen = self.last_read.get(user_id, {}).get(channel.id, "0")
        return sum(1 for m in channel.visible_to(user_id) if m.ts > seen and m.user_id != user_id)

    def mark_read(self, user_id: str, channel: Channel) -> None:
        newest = channel.messages[-1].ts if channel.messages else f"{int(time.time())}.000000"
        self.last_read.setdefault(user_id, {})[channel.id] = newest
