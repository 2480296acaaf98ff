"""People and channels as the Web API describes them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sandbox.api.method import ApiError, Request
from sandbox.contents import Channel, User
from sandbox.workspace import Workspace

Json = dict[str, Any]
_T = TypeVar("_T")


def user_json(request: Request, user: User) -> Json:
    """A person; those of another company come without a time zone, and email needs its own scope.

    Nobody here has chosen a display name, so Slack shows their real one.
    """
    workspace = request.workspace
    outsider = workspace.is_outsider(user)
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": "",
        "display_name_normalized": "",
        "avatar_hash": "",
        "team": user.team_id,
    }
    if "users:read.email" in workspace.app.scopes and not user.is_bot and not outsider:
        profile["email"] = user.email
    told: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if outsider:
        return told | {"is_stranger": not _shares_channel_with_app(workspace, user)}
    told |= {
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }
    if user.tz:
        offset = user.tz_offset(datetime.now(UTC))
        told |= {"tz": user.tz, "tz_label": user.tz.replace("_", " "), "tz_offset": offset}
    return told | ({"locale": "en-GB"} if request.flag("include_locale") else {})


def _shares_channel_with_app(workspace: Workspace, user: User) -> bool:
    bot = workspace.app.bot_user_id
    return any(bot in channel.members and user.id in channel.members for channel in workspace.channels.values())


def channel_json(request: Request, channel: Channel) -> Json:
    workspace = request.workspace
    bot = workspace.app.bot_user_id
    told: Json = {"id": channel.id, "created": channel.created, "is_archived": channel.is_archived}
    if channel.kind == "im":
        other = next((member for member in channel.members if member != bot), bot)
        return told | {"is_im": True, "is_org_shared": False, "user": other, "is_user_deleted": False, "is_open": True}
    private = channel.kind == "private"
    told |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_general": channel.is_general,
        "is_member": bot in channel.members,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "shared_team_ids": [workspace.team.id, *channel.shared_with],
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }
    return told | ({"num_members": len(channel.members)} if request.flag("include_num_members") else {})


def page_of(request: Request, items: Sequence[_T], most: int = 1000) -> tuple[list[_T], Json]:
    """One page of a list by ``limit`` and ``cursor``, and the metadata that leads to the next."""
    limit = request.number("limit", 100) or 100
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = _read_cursor(request.text("cursor"))
    end = start + limit
    return list(items[start:end]), {"next_cursor": _cursor(end) if end < len(items) else ""}


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(start)
    except (binascii.Error, ValueError):
        pass
    raise ApiError("invalid_cursor")
