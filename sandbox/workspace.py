"""The state of the local workspace: everything in it, who may see what, and waiting for a change.

Nothing in this module talks to the app or judges what it sends. Read and change it while holding ``workspace.lock``
(re-entrant); after a change call ``workspace.touch()``, which raises ``workspace.revision`` and wakes whoever waits in
``wait_for_change``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.contents import SLACKBOT, App, Channel, File, Message, Team, User, View
from sandbox.identifiers import Timestamps


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
