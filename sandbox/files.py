"""Files: how Slack describes them to apps, where their bytes are, and uploads in two steps."""

from __future__ import annotations

import time
from typing import Any

from sandbox.contents import File, Message
from sandbox.identifiers import slack_id
from sandbox.slack import Slack

Json = dict[str, Any]
_PRETTY = {"pdf": "PDF", "png": "PNG", "jpg": "JPEG", "txt": "Plain Text", "csv": "CSV", "docx": "Word Document"}


def new_file(slack: Slack, user_id: str, name: str, data: bytes, mimetype: str = "application/octet-stream") -> File:
    """Store an uploaded file, private to its uploader until it is shared. Hold the workspace's lock."""
    file = File(slack_id("F"), user_id, name, name, mimetype, data, created=int(time.time()))
    slack.workspace.files[file.id] = file
    slack.workspace.touch()
    return file


def share_file(file: File, message: Message) -> None:
    """Note that a message carries the file. Hold the workspace's lock."""
    file.shared_in.setdefault(message.channel_id, []).append(message.ts)
    if file.id not in message.file_ids:
        message.file_ids.append(file.id)


def file_json(slack: Slack, file: File) -> Json:
    """A file as Slack describes it in payloads."""
    workspace = slack.workspace
    kinds = {channel_id: workspace.channels[channel_id].kind for channel_id in file.shared_in}
    private = f"{slack.web_url}/files-pri/{workspace.team.id}-{file.id}"
    team_url = f"https://{workspace.team.domain}.slack.com"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": _PRETTY.get(file.filetype, file.filetype.upper()),
        "user": file.user_id,
        "user_team": workspace.users[file.user_id].team_id,
        "editable": False,
        "size": len(file.data),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": "public" in kinds.values(),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{_url_name(file)}",
        "url_private_download": f"{private}/download/{_url_name(file)}",
        "permalink": f"{team_url}/files/{file.user_id}/{file.id}/{_url_name(file)}",
        "permalink_public": f"https://slack-files.com/{workspace.team.id}-{file.id}-0000000000",
        "channels": [c for c, kind in kinds.items() if kind == "public"],
        "groups": [c for c, kind in kinds.items() if kind == "private"],
        "ims": [c for c, kind in kinds.items() if kind == "im"],
        "has_rich_preview": False,
        "file_access": "visible",
    }


def _url_name(file: File) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file.name.lower())


def receive_upload(slack: Slack, key: str, data: bytes) -> bool:
    """Take the bytes that were posted to an upload's address; False when the address or the length is wrong."""
    with slack.workspace.lock:
        file_id, length = slack.uploads.pop(key, ("", -1))
        file = slack.workspace.files.get(file_id)
        if file is None or length != len(data):
            return False
        file.data = data
        return True
