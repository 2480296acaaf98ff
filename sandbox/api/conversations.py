"""Methods about channels and direct messages."""

from __future__ import annotations

import time

from sandbox.api.method import ApiError, Json, Request, method
from sandbox.api.shapes import channel_json, page_of
from sandbox.contents import Channel
from sandbox.identifiers import slack_id

_SCOPES = "channels:read groups:read im:read mpim:read"
_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_READ_SCOPE = {"public": "channels:read", "private": "groups:read", "im": "im:read"}


def visible_channel(request: Request, channel_id: str) -> Channel:
    """A channel that the app can know of: public, or one that it is in; raises ApiError."""
    channel = request.workspace.channels.get(channel_id)
    if channel is None or (channel.kind != "public" and request.workspace.app.bot_user_id not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def _need_read_scope(request: Request, channel: Channel) -> None:
    needed, granted = _READ_SCOPE[channel.kind], request.workspace.app.scopes
    if needed not in granted:
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(granted)))


def conversations_open(request: Request) -> Json:
    """The direct message with one person, made when it is not there yet."""
    channel_id, users = request.text("channel"), request.text("users").replace(" ", "")
    if channel_id:
        return _opened(request, visible_channel(request, channel_id), already=True)
    if not users:
        raise ApiError("users_list_not_supplied")
    if "," in users:
        raise ApiError("too_many_users")
    workspace = request.workspace
    user = workspace.users.get(users)
    if user is None:
        raise ApiError("user_not_found")
    if user.deleted:
        raise ApiError("user_disabled")
    if user.is_bot:
        raise ApiError("invalid_user_combination")
    channel = workspace.direct_message(user.id, workspace.app.bot_user_id)
    if channel:
        return _opened(request, channel, already=True)
    members = [user.id, workspace.app.bot_user_id]
    channel = Channel(slack_id("D"), "", "im", members, created=int(time.time()))
    workspace.channels[channel.id] = channel
    workspace.touch()
    return _opened(request, channel, already=False)


def _opened(request: Request, channel: Channel, *, already: bool) -> Json:
    told: Json = channel_json(request, channel) if request.flag("return_im") else {"id": channel.id}
    return {"channel": told} | ({"no_op": True, "already_open": True} if already else {})


def conversations_info(request: Request) -> Json:
    channel = visible_channel(request, request.text("channel"))
    _need_read_scope(request, channel)
    return {"channel": channel_json(request, channel)}


def conversations_list(request: Request) -> Json:
    bot = request.workspace.app.bot_user_id
    channels = [c for c in _of_types(request) if c.kind == "public" or bot in c.members]
    return _channel_page(request, channels)


def users_conversations(request: Request) -> Json:
    bot = request.workspace.app.bot_user_id
    user = request.text("user") or bot
    channels = [c for c in _of_types(request) if user in c.members and (c.kind == "public" or bot in c.members)]
    return _channel_page(request, channels)


def _of_types(request: Request) -> list[Channel]:
    types = (request.text("types") or "public_channel").replace(" ", "").split(",")
    if set(types) - set(_KINDS):
        raise ApiError("invalid_types")
    kinds = {_KINDS[name] for name in types}
    channels = [c for c in request.workspace.channels.values() if c.kind in kinds]
    return [c for c in channels if not (c.is_archived and request.flag("exclude_archived"))]


def _channel_page(request: Request, channels: list[Channel]) -> Json:
    page, metadata = page_of(request, channels)
    return {"channels": [channel_json(request, c) for c in page], "response_metadata": metadata}


def conversations_members(request: Request) -> Json:
    channel = visible_channel(request, request.text("channel"))
    _need_read_scope(request, channel)
    page, metadata = page_of(request, channel.members)
    return {"members": page, "response_metadata": metadata}


def conversations_join(request: Request) -> Json:
    channel = visible_channel(request, request.text("channel"))
    if channel.kind != "public":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    bot = request.workspace.app.bot_user_id
    if bot in channel.members:
        told = {"channel": channel_json(request, channel), "warning": "already_in_channel"}
        return told | {"response_metadata": {"warnings": ["already_in_channel"]}}
    channel.members.append(bot)
    request.workspace.touch()
    return {"channel": channel_json(request, channel)}


METHODS = (
    method(
        "conversations.open",
        conversations_open,
        optional="channel users return_im prevent_creation",
        scopes="channels:manage groups:write im:write mpim:write",
        tier="t3",
    ),
    method(
        "conversations.info",
        conversations_info,
        required="channel",
        optional="include_locale include_num_members",
        scopes=_SCOPES,
        tier="t3",
    ),
    method(
        "conversations.list",
        conversations_list,
        optional="cursor exclude_archived limit types",
        scopes=_SCOPES,
        tier="t2",
    ),
    method("conversations.members", conversations_members, required="channel", optional="cursor limit", scopes=_SCOPES),
    method("conversations.join", conversations_join, required="channel", scopes="channels:join", tier="t3"),
    method(
        "users.conversations",
        users_conversations,
        optional="cursor exclude_archived exclude_muted limit types user",
        scopes=_SCOPES,
        tier="t3",
    ),
)
