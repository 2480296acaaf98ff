"""What people do among themselves: write, upload, join, invite, change; the app may hear of it as an event."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Iterable
from typing import Any

from sandbox.api.method import Request
from sandbox.api.shapes import user_json
from sandbox.contents import Channel, ChannelKind, File, Message, User
from sandbox.deliveries import Deliveries
from sandbox.escaping import escaped
from sandbox.files import new_file, share_file
from sandbox.identifiers import slack_id
from sandbox.inputs import ImpossibleInput
from sandbox.messages import message_json, thread_root
from sandbox.payloads import home_opened
from sandbox.workspace import Workspace

Json = dict[str, Any]
LARGEST_FILE = 10_000_000
_SUBSCRIPTIONS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}
_CHANNEL_TYPES = {"public": ("channel", "C"), "private": ("group", "G"), "im": ("im", "D")}


class Living:
    """Everything a person does without waiting for the app. Thread-safe."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._slack = deliveries.slack

    @property
    def _workspace(self) -> Workspace:
        return self._slack.workspace

    # messages and files

    def write(
        self, user_id: str, channel_id: str, text: str, thread_ts: str | None = None, file_ids: Iterable[str] = ()
    ) -> Message:
        """Post a message, with one's own files if any; mentions and links are rewritten as Slack does."""
        workspace = self._workspace
        with workspace.lock:
            channel = self._channel_for(user_id, channel_id)
            files = [workspace.files[file_id] for file_id in file_ids]
            if any(file.user_id != user_id for file in files):
                raise ImpossibleInput("only one's own files can be shared")
            if not text.strip() and not files:
                raise ImpossibleInput("there is nothing to send")
            ts = workspace.timestamps.next()
            root = thread_root(channel, thread_ts)
            message = Message(ts, channel_id, user_id, escaped(workspace, text), thread_ts=root)
            workspace.post(message)
            for file in files:
                share_file(file, message)
            self._tell_of_message(channel, message)
        return message

    def upload(self, user_id: str, name: str, data: bytes, mimetype: str | None = None) -> File:
        """Upload a file without sharing it: private to the uploader until it is shared or handed to the app."""
        if not data or len(data) > LARGEST_FILE:
            raise ImpossibleInput("a file needs from 1 byte to 10 MB")
        mimetype = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._workspace.lock:
            return new_file(self._slack, user_id, name, data, mimetype)

    def _tell_of_message(self, channel: Channel, message: Message) -> None:
        bot = self._workspace.app.bot_user_id
        if bot not in channel.members:
            return
        event = message_json(self._workspace, message)
        event |= {"channel": channel.id, "channel_type": _CHANNEL_TYPES[channel.kind][0], "event_ts": message.ts}
        self._deliveries.event(event, _SUBSCRIPTIONS[channel.kind])
        if f"<@{bot}" in message.text and channel.kind != "im":
            self._deliveries.event({**event, "type": "app_mention"})

    # the app's Home and direct messages

    def open_home(self, user_id: str, tab: str = "home") -> None:
        """Look at the app: its Home, or (tab ``messages``) the direct message with it."""
        workspace = self._workspace
        with workspace.lock:
            if workspace.is_outsider(workspace.users[user_id]):
                raise ImpossibleInput("people of another company have no Home of this app")
            channel = self._direct_message(user_id, workspace.app.bot_user_id)
            self._deliveries.event(home_opened(self._slack, user_id, channel.id, tab))

    def direct_message(self, user_id: str, other_id: str) -> Channel:
        """The direct message of two people, begun if need be."""
        with self._workspace.lock:
            return self._direct_message(user_id, other_id)

    def _direct_message(self, user_id: str, other_id: str) -> Channel:
        known = self._workspace.direct_message(user_id, other_id)
        return known or self._new_channel(Channel(slack_id("D"), "", "im", [user_id, other_id]))

    # channels

    def create_channel(self, user_id: str, name: str, *, private: bool = False) -> Channel:
        with self._workspace.lock:
            if self._workspace.channel_named(name):
                raise ImpossibleInput(f"there is a channel #{name} already")
            kind: ChannelKind = "private" if private else "public"
            return self._new_channel(Channel(slack_id("C"), name, kind, [user_id], creator=user_id))

    def _new_channel(self, channel: Channel) -> Channel:
        channel.created = int(time.time())
        self._workspace.channels[channel.id] = channel
        self._workspace.touch()
        return channel

    def join(self, user_id: str, channel_id: str) -> None:
        """Join a public channel."""
        with self._workspace.lock:
            channel = self._workspace.channels[channel_id]
            if channel.kind != "public" or channel.is_archived:
                raise ImpossibleInput("that channel cannot be joined")
            self._enter(channel, self._workspace.users[user_id], invited_by=None)

    def invite(self, user_id: str, channel_id: str, invited_id: str) -> None:
        """Bring somebody, or the app, into a channel, as ``/invite`` does."""
        with self._workspace.lock:
            channel = self._channel_for(user_id, channel_id)
            self._enter(channel, self._workspace.users[invited_id], invited_by=user_id)

    def _enter(self, channel: Channel, user: User, invited_by: str | None) -> None:
        workspace = self._workspace
        if user.id in channel.members:
            return
        channel.members.append(user.id)
        ts = workspace.timestamps.next()
        said = f"<@{user.id}> has joined the channel"
        workspace.post(Message(ts, channel.id, user.id, said, subtype="channel_join"))
        event: Json = {"type": "member_joined_channel", "user": user.id, "channel": channel.id, "event_ts": ts}
        event |= {"channel_type": _CHANNEL_TYPES[channel.kind][1], "team": user.team_id}
        if workspace.app.bot_user_id in channel.members:
            self._deliveries.event(event | ({"inviter": invited_by} if invited_by else {}))

    def leave(self, user_id: str, channel_id: str) -> None:
        """Leave a channel, or (with the app's user id) take the app out of it."""
        with self._workspace.lock:
            channel = self._workspace.channels[channel_id]
            if user_id in channel.members:
                channel.members.remove(user_id)
                self._workspace.touch()

    def archive(self, channel_id: str, *, archived: bool = True) -> None:
        with self._workspace.lock:
            self._workspace.channels[channel_id].is_archived = archived
            self._workspace.touch()

    # people

    def change_user(self, user_id: str, **changes: Any) -> None:
        """Change a person's profile or membership, for example ``tz="Asia/Tokyo"`` or ``deleted=True``."""
        with self._workspace.lock:
            user = self._workspace.users[user_id]
            for name, value in changes.items():
                if not hasattr(user, name):
                    raise ImpossibleInput(f"a person has no {name}")
                setattr(user, name, value)
            self._workspace.touch()
            ts = self._workspace.timestamps.next()
            event = {"type": "user_change", "user": user_json(Request(self._slack, {}), user), "event_ts": ts}
            self._deliveries.event({**event, "cache_ts": int(time.time())})

    def _channel_for(self, user_id: str, channel_id: str) -> Channel:
        channel = self._workspace.channels[channel_id]
        if user_id not in channel.members:
            raise ImpossibleInput("that person is not in that channel")
        if channel.is_archived:
            raise ImpossibleInput("that channel is archived")
        return channel
