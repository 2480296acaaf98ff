"""The messages of a channel or thread, ready for the templates. Build them while holding the workspace's lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup

from sandbox.contents import Channel, File, Message, User
from sandbox.page import paths, screen
from sandbox.page.mrkdwn import Reader, to_html
from sandbox.page.render import Surface, draw
from sandbox.page.screen import Face
from sandbox.workspace import Workspace

JOINED_WITHIN = timedelta(minutes=5)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser shows without being asked."""
_INTERACTIVE = {"actions", "input"}


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    about: str
    href: str | None
    alt: str | None = None
    """What a picture shows; None for what is no picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message as drawn. ``joined`` follows one by the same author, whose avatar stands for both."""

    id: str
    ts: str
    face: Face
    clock: str
    moment: str
    day: str
    body: Markup
    ephemeral: bool
    edited: bool
    attachments: Sequence[Attachment]
    thread_href: str
    interactive: bool
    channel_id: str
    mentions_me: bool
    joined: bool = False
    replies: int = 0


class Bodies:
    """How messages were drawn, remembered: few of them change between two looks at a channel. Hold the lock."""

    def __init__(self, most: int = 3000) -> None:
        self._most = most
        self._drawn: dict[tuple[object, ...], tuple[object, str, Markup]] = {}

    def of(self, workspace: Workspace, me: User, message: Message, reader: Reader, in_thread: bool) -> Markup:
        if message.values.get(me.id):
            return _body(workspace, me, message, reader, in_thread)
        names = (tuple(reader.people.items()), tuple(reader.channels.items()), str(reader.zone), reader.today)
        key = (me.id, in_thread, message.channel_id, message.ts, hash(names))
        blocks, text, body = self._drawn.get(key, (None, "", None))
        if body is not None and blocks is message.blocks and text == message.text:
            return body
        if len(self._drawn) >= self._most:
            self._drawn.clear()
        body = _body(workspace, me, message, reader, in_thread)
        self._drawn[key] = (message.blocks, message.text, body)
        return body


def conversation(
    workspace: Workspace,
    me: User,
    channel: Channel,
    bodies: Bodies,
    reader: Reader,
    thread_ts: str | None = None,
    most: int | None = None,
) -> Iterator[Line]:
    """The channel's messages, or those of one thread with the message that it began with; the newest ``most``."""
    messages = _messages(me, channel, thread_ts)
    shown = messages if most is None else messages[-most:]
    replies = Counter(m.thread_ts for m in channel.visible_to(me.id) if m.is_reply and m.ephemeral_to is None)
    before: Message | None = None
    day = ""
    for message in shown:
        body = bodies.of(workspace, me, message, reader, thread_ts is not None)
        line = _line(workspace, me, message, reader.zone, body, in_thread=thread_ts is not None)
        joined = line.day == day and before is not None and _joins(before, message)
        yield replace(line, joined=joined, replies=0 if thread_ts else replies[message.ts])
        before, day = message, line.day


def _messages(me: User, channel: Channel, thread_ts: str | None) -> list[Message]:
    if thread_ts is None:
        return channel.top_level(me.id)
    root = [message for message in channel.visible_to(me.id) if message.ts == thread_ts]
    return root + channel.replies_to(thread_ts, me.id)


def _line(workspace: Workspace, me: User, message: Message, zone: tzinfo, body: Markup, *, in_thread: bool) -> Line:
    moment = datetime.fromtimestamp(float(message.ts), zone)
    return Line(
        id=("t" if in_thread else "") + paths.message_id(message.ts),
        ts=message.ts,
        face=screen.face(workspace, message.user_id),
        clock=moment.strftime("%H:%M"),
        moment=moment.strftime("%A %-d %B %Y, %H:%M:%S"),
        day=day_name(moment, datetime.now(zone)),
        body=body,
        ephemeral=message.ephemeral_to is not None,
        edited=message.edited_ts is not None and message.bot_id is None,
        attachments=[_attachment(workspace, me, file_id) for file_id in message.file_ids],
        thread_href=paths.channel(me.id, message.channel_id, message.thread_ts or message.ts),
        interactive=any(block["type"] in _INTERACTIVE or "accessory" in block for block in message.blocks or ()),
        channel_id=message.channel_id,
        mentions_me=f"<@{me.id}>" in message.text,
    )


def _joins(before: Message, message: Message) -> bool:
    if before.user_id != message.user_id or before.ephemeral_to != message.ephemeral_to:
        return False
    return float(message.ts) - float(before.ts) < JOINED_WITHIN.total_seconds()


def day_name(moment: datetime, now: datetime) -> str:
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return ("Today", "Yesterday")[days]
    return moment.strftime("%A %-d %B" if moment.year == now.year else "%-d %B %Y")


def _body(workspace: Workspace, me: User, message: Message, reader: Reader, in_thread: bool) -> Markup:
    if not message.blocks:
        return Markup('<div class="mrkdwn">{}</div>').format(to_html(message.text, reader))
    surface = Surface(
        kind="message",
        key=f"{'thread' if in_thread else 'channel'} {message.channel_id} {message.ts}",
        reader=reader,
        values=message.values.get(me.id, {}),
        people=screen.people_choices(workspace),
        channels=screen.channel_choices(workspace, me),
    )
    return draw(message.blocks, surface)


def _attachment(workspace: Workspace, me: User, file_id: str) -> Attachment:
    file = workspace.files.get(file_id)
    if file is None or file.deleted:
        return Attachment("A file", "This file was deleted.", None)
    if not workspace.can_see_file(me.id, file):
        return Attachment("A private file", "You cannot open it: it is not shared where you are.", None)
    name = file.title or file.name
    alt = file.alt or name if file.mimetype in PICTURES else None
    return Attachment(name, _about(file), paths.file(me.id, file.id), alt)


def _about(file: File) -> str:
    size = len(file.data)
    shown = (
        f"{size} bytes" if size < 1024 else f"{size / 1024:.0f} kB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"
    )
    return f"{file.filetype.upper()} · {shown}"
