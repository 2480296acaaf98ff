"""The messages of a channel or thread, ready for the templates. Build them while holding the workspace's lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from markupsafe import Markup

from sandbox.page import paths, screen
from sandbox.page.mrkdwn import Reader, to_html
from sandbox.page.render import Surface, draw
from sandbox.page.screen import Face
from sandbox.workspace import Channel, File, Message, User, Workspace

JOINED_WITHIN = timedelta(minutes=5)
_INTERACTIVE = {"actions", "input"}


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    about: str
    href: str | None


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
    joined: bool
    ephemeral: bool
    edited: bool
    attachments: Sequence[Attachment]
    replies: int
    thread_href: str
    interactive: bool
    channel_id: str
    mentions_me: bool


def conversation(workspace: Workspace, me: User, channel: Channel, thread_ts: str | None = None) -> Iterator[Line]:
    """The channel's messages, or those of one thread with the message that it began with."""
    if thread_ts is None:
        messages = channel.top_level(me.id)
    else:
        root = [message for message in channel.visible_to(me.id) if message.ts == thread_ts]
        messages = root + channel.replies_to(thread_ts, me.id)
    reader = screen.reader_for(workspace, me)
    before: Message | None = None
    day = ""
    for message in messages:
        line = _line(workspace, me, channel, message, reader, before, in_thread=thread_ts is not None)
        yield line if line.day == day else replace(line, joined=False)
        before, day = message, line.day


def _line(
    workspace: Workspace,
    me: User,
    channel: Channel,
    message: Message,
    reader: Reader,
    before: Message | None,
    *,
    in_thread: bool,
) -> Line:
    moment = datetime.fromtimestamp(float(message.ts), reader.zone)
    return Line(
        id=("t" if in_thread else "") + paths.message_id(message.ts),
        ts=message.ts,
        face=screen.face(workspace, message.user_id),
        clock=moment.strftime("%H:%M"),
        moment=moment.strftime("%A %-d %B %Y, %H:%M:%S"),
        day=day_name(moment, datetime.now(reader.zone)),
        body=_body(workspace, me, message, reader, in_thread),
        joined=_joined(before, message),
        ephemeral=message.ephemeral_to is not None,
        edited=message.edited_ts is not None and message.bot_id is None,
        attachments=[_attachment(workspace, me, file_id) for file_id in message.file_ids],
        replies=0 if in_thread or message.ephemeral_to else len(channel.replies_to(message.ts, me.id)),
        thread_href=paths.channel(me.id, channel.id, message.thread_ts or message.ts),
        interactive=any(block["type"] in _INTERACTIVE or "accessory" in block for block in message.blocks or ()),
        channel_id=channel.id,
        mentions_me=f"<@{me.id}>" in message.text,
    )


def _joined(before: Message | None, message: Message) -> bool:
    if before is None or before.user_id != message.user_id or before.ephemeral_to != message.ephemeral_to:
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
    return Attachment(file.title or file.name, _about(file), paths.file(me.id, file.id))


def _about(file: File) -> str:
    size = len(file.data)
    shown = (
        f"{size} bytes" if size < 1024 else f"{size / 1024:.0f} kB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"
    )
    return f"{file.filetype.upper()} · {shown}"
