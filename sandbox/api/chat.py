"""Methods that post, change and delete messages."""

from __future__ import annotations

import json

from sandbox.api.conversations import visible_channel
from sandbox.api.method import ApiError, Json, Request, method
from sandbox.contents import Channel, Message
from sandbox.messages import (
    LONGEST_UPDATE,
    MessageError,
    app_message,
    checked_blocks,
    checked_text,
    message_json,
    redraw,
    remove,
    thread_root,
)

_DRESS = "as_user attachments icon_emoji icon_url link_names markdown_text metadata parse username"
_POST = f"{_DRESS} blocks text thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn"


def writable_channel(request: Request, channel_id: str) -> Channel:
    """A channel in which the app may post; raises ApiError."""
    channel = visible_channel(request, channel_id)
    if request.workspace.app.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.kind == "im" and not request.workspace.app.messages_tab:
        raise ApiError("messages_tab_disabled")
    return channel


def chat_post_message(request: Request) -> Json:
    channel = writable_channel(request, request.text("channel"))
    message = _new_message(request, channel)
    message.metadata = _metadata(request)
    request.workspace.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(request.workspace, message)}


def chat_post_ephemeral(request: Request) -> Json:
    channel = writable_channel(request, request.text("channel"))
    user_id = request.text("user")
    if user_id not in request.workspace.users or user_id not in channel.members:
        raise ApiError("user_not_in_channel")
    message = _new_message(request, channel)
    message.ephemeral_to = user_id
    request.workspace.post(message)
    return {"message_ts": message.ts}


def _new_message(request: Request, channel: Channel) -> Message:
    blocks = checked_blocks(request.args.get("blocks"))
    text = checked_text(request.args.get("text"), blocks)
    message = app_message(request.workspace, channel, text, blocks)
    message.thread_ts = thread_root(channel, request.text("thread_ts") or None)
    return message


def chat_update(request: Request) -> Json:
    """Text without blocks drops the blocks; blocks without text keep the old text."""
    channel = visible_channel(request, request.text("channel"))
    message = _own_message(request, channel, "cant_update_message")
    blocks = checked_blocks(request.args.get("blocks"))
    text = checked_text(request.args.get("text"), blocks, LONGEST_UPDATE) or message.text
    if "metadata" in request.args:
        message.metadata = _metadata(request)
    redraw(request.workspace, message, text, blocks)
    shown = message_json(request.workspace, message)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown}


def chat_delete(request: Request) -> Json:
    channel = visible_channel(request, request.text("channel"))
    message = _own_message(request, channel, "cant_delete_message")
    remove(request.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _own_message(request: Request, channel: Channel, otherwise: str) -> Message:
    message = channel.find(request.text("ts"))
    if message is None or message.ephemeral_to:
        raise ApiError("message_not_found")
    if message.bot_id != request.workspace.app.bot_id:
        raise ApiError(otherwise)
    return message


def chat_get_permalink(request: Request) -> Json:
    channel = visible_channel(request, request.text("channel"))
    message = channel.find(request.text("message_ts"))
    if message is None or message.ephemeral_to:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": request.workspace.permalink(channel.id, message)}


def _metadata(request: Request) -> Json | None:
    metadata = request.args.get("metadata")
    if metadata in (None, ""):
        return None
    if not isinstance(metadata, dict):
        raise MessageError("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise MessageError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 16_000:
        raise MessageError("metadata_too_large")
    return metadata


METHODS = (
    method("chat.postMessage", chat_post_message, required="channel", optional=_POST, scopes="chat:write", tier="t5"),
    method(
        "chat.postEphemeral",
        chat_post_ephemeral,
        required="channel user",
        optional=f"{_DRESS} blocks text thread_ts",
        scopes="chat:write",
    ),
    method(
        "chat.update",
        chat_update,
        required="channel ts",
        optional="as_user attachments blocks file_ids link_names markdown_text metadata parse reply_broadcast text",
        scopes="chat:write",
        tier="t3",
    ),
    method("chat.delete", chat_delete, required="channel ts", optional="as_user", scopes="chat:write", tier="t3"),
    method("chat.getPermalink", chat_get_permalink, required="channel message_ts", tier="t5"),
)
