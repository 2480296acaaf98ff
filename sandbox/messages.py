"""Checking, posting and redrawing messages; raises MessageError with Slack's code."""

from __future__ import annotations

from typing import Any

from sandbox.block_kit import Problem, check_blocks, with_ids
from sandbox.block_kit.place import Place
from sandbox.contents import SLACKBOT, Channel, Message
from sandbox.inputs import kept_values
from sandbox.workspace import Workspace

Json = dict[str, Any]
LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000


class MessageError(Exception):
    """Slack refuses; ``code`` is its error code, ``problems`` what is wrong with the blocks."""

    def __init__(self, code: str, problems: list[Problem] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.problems = problems or []


def checked_blocks(blocks: Any) -> list[Json] | None:
    """The blocks with their ids filled in, None for none; raises MessageError."""
    if blocks in (None, "", []):
        return None
    if not isinstance(blocks, list):
        raise MessageError("invalid_blocks_format")
    place = Place("/blocks")
    check_blocks(place, blocks, "message")
    if place.problems:
        raise MessageError("invalid_blocks", place.problems)
    return with_ids(blocks)


def checked_text(text: Any, blocks: list[Json] | None, longest: int = LONGEST_TEXT) -> str:
    """The text, which may only be empty beside blocks; raises MessageError.

    Slack cuts a posted text at its limit without a word; here it is refused, so that the loss is noticed.
    """
    text = "" if text is None else text
    if not isinstance(text, str):
        raise MessageError("invalid_arguments")
    if not text.strip() and not blocks:
        raise MessageError("no_text")
    if len(text) > longest:
        raise MessageError("msg_too_long")
    return text


def thread_root(channel: Channel, thread_ts: str | None) -> str | None:
    """The time stamp of the thread that a reply to ``thread_ts`` goes to; raises MessageError."""
    if not thread_ts:
        return None
    parent = channel.find(str(thread_ts))
    if parent is None or parent.ephemeral_to:
        raise MessageError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def app_message(workspace: Workspace, channel: Channel, text: str, blocks: list[Json] | None) -> Message:
    """A new message of the app's, not posted yet."""
    app = workspace.app
    ts = workspace.timestamps.next()
    return Message(ts, channel.id, app.bot_user_id, text, blocks, bot_id=app.bot_id)


def slackbot_note(
    workspace: Workspace, channel_id: str, user_id: str, text: str, thread_ts: str | None = None
) -> Message:
    """What Slack itself tells one person in a channel, or in a thread there."""
    ts = workspace.timestamps.next()
    note = Message(ts, channel_id, SLACKBOT, text, thread_ts=thread_ts, ephemeral_to=user_id)
    return workspace.post(note)


def redraw(workspace: Workspace, message: Message, text: str, blocks: list[Json] | None) -> None:
    """Change a message in place; what people picked in its menus stays where the ids are the same."""
    message.text, message.blocks = text, blocks
    message.edited_ts = workspace.timestamps.next()
    for user_id, values in message.values.items():
        message.values[user_id] = kept_values(values, blocks or [])
    workspace.touch()


def remove(workspace: Workspace, channel: Channel, message: Message) -> None:
    channel.messages.remove(message)
    workspace.touch()


def message_json(workspace: Workspace, message: Message) -> Json:
    """A message as Slack shows it to apps."""
    shown: Json = {"type": "message", "user": message.user_id, "ts": message.ts, "text": message.text}
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": workspace.app.id}
    author = workspace.users.get(message.user_id)
    shown["team"] = author.team_id if author else workspace.team.id
    optional: Json = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
        "edited": {"user": message.user_id, "ts": message.edited_ts} if message.edited_ts else None,
    }
    return shown | {name: value for name, value in optional.items() if value is not None}
