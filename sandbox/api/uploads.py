"""Methods about files: reading, uploading in two steps, deleting."""

from __future__ import annotations

import mimetypes
import secrets

from sandbox.api.chat import writable_channel
from sandbox.api.method import ApiError, Json, Request, method
from sandbox.contents import Channel, File
from sandbox.files import file_json, new_file, share_file
from sandbox.messages import app_message, checked_blocks, thread_root


def files_info(request: Request) -> Json:
    file = _visible_file(request)
    if file.deleted:
        raise ApiError("file_deleted")
    return {"file": file_json(request.slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def files_delete(request: Request) -> Json:
    file = _visible_file(request)
    if file.user_id != request.workspace.app.bot_user_id:
        raise ApiError("cant_delete_file")
    file.deleted, file.data = True, b""
    request.workspace.touch()
    return {}


def _visible_file(request: Request) -> File:
    workspace = request.workspace
    file = workspace.files.get(request.text("file"))
    if file is None or not (file.deleted or workspace.can_see_file(workspace.app.bot_user_id, file)):
        raise ApiError("file_not_found")
    return file


def get_upload_url(request: Request) -> Json:
    """Promise a file of that many bytes; the answer says where to post them."""
    name, length = request.text("filename"), request.number("length", 0)
    if length < 1:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] must be positive [json-pointer:/length]"])
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = new_file(request.slack, request.workspace.app.bot_user_id, name, b"", mimetype)
    file.complete, file.alt = False, request.text("alt_txt")
    key = secrets.token_urlsafe(24)
    request.slack.uploads[key] = (file.id, length)
    return {"upload_url": f"{request.slack.web_url}/upload/v1/{key}", "file_id": file.id}


def complete_upload(request: Request) -> Json:
    """Make uploaded files real and, with a channel, post them there as the app."""
    files = _uploaded(request)
    channels = [name for name in (request.text("channel_id"), *request.text("channels").split(",")) if name]
    destinations = [writable_channel(request, channel_id) for channel_id in channels]
    thread_ts = request.text("thread_ts") or None
    roots = [thread_root(channel, thread_ts) for channel in destinations]
    for file, title in files:
        file.complete, file.title = True, title or file.name
    for channel, root in zip(destinations, roots, strict=True):
        _share(request, channel, root, [file for file, _title in files])
    request.workspace.touch()
    return {"files": [file_json(request.slack, file) for file, _title in files]}


def _uploaded(request: Request) -> list[tuple[File, str]]:
    entries = request.args["files"]
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) and "id" in e for e in entries):
        message = "[ERROR] must be an array of objects with an id [json-pointer:/files]"
        raise ApiError.with_messages("invalid_arguments", [message])
    found = []
    for entry in entries:
        file = request.workspace.files.get(entry["id"])
        if file is None or file.complete or file.user_id != request.workspace.app.bot_user_id or not file.data:
            raise ApiError("file_not_found")
        found.append((file, str(entry.get("title") or "")))
    return found


def _share(request: Request, channel: Channel, thread_ts: str | None, files: list[File]) -> None:
    blocks = checked_blocks(request.args.get("blocks"))
    message = app_message(request.workspace, channel, request.text("initial_comment"), blocks)
    message.thread_ts = thread_ts
    request.workspace.post(message)
    for file in files:
        share_file(file, message)


METHODS = (
    method("files.info", files_info, required="file", optional="count cursor limit page", scopes="files:read"),
    method("files.delete", files_delete, required="file", scopes="files:write", tier="t3"),
    method(
        "files.getUploadURLExternal",
        get_upload_url,
        required="filename length",
        optional="alt_txt snippet_type",
        scopes="files:write",
    ),
    method(
        "files.completeUploadExternal",
        complete_upload,
        required="files",
        optional="blocks channel_id channels icon_emoji icon_url initial_comment thread_ts username",
        scopes="files:write",
    ),
)
