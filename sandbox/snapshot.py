"""Keeping the workspace in a JSON file, so that it survives a restart."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.contents import App, Channel, File, Message, Team, User, View
from sandbox.slack import Slack
from sandbox.workspace import Workspace

Json = dict[str, Any]
FORMAT = 1
DEBOUNCE_SECONDS = 0.5


def snapshot(slack: Slack) -> Json:
    """Everything that lasts; open modals, triggers and tokens do not. Hold the workspace's lock."""
    workspace = slack.workspace
    return {
        "format": FORMAT,
        "clock_shift_seconds": slack.clock.shift.total_seconds(),
        "team": dataclasses.asdict(workspace.team),
        "teams": [dataclasses.asdict(team) for team in workspace.teams.values()],
        "users": [dataclasses.asdict(user) for user in workspace.users.values()],
        "channels": [dataclasses.asdict(channel) for channel in workspace.channels.values()],
        "files": [_file_json(file) for file in workspace.files.values()],
        "homes": [dataclasses.asdict(view) for view in workspace.homes.values()],
        "last_read": workspace.last_read,
    }


def restored(content: Json, app: App) -> Workspace:
    """The workspace of a snapshot; raises ValueError, KeyError or TypeError for anything else."""
    if content.get("format") != FORMAT:
        raise ValueError("this file was written by another version")
    workspace = Workspace(Team(**content["team"]), app)
    workspace.teams = {one["id"]: Team(**one) for one in content["teams"]}
    workspace.users = {one["id"]: User(**one) for one in content["users"]}
    workspace.channels = {one["id"]: _channel(one) for one in content["channels"]}
    workspace.files = {one["id"]: _file(one) for one in content["files"]}
    workspace.homes = {one["user_id"]: View(**one) for one in content["homes"]}
    workspace.last_read = content["last_read"]
    return workspace


def load_snapshot(path: Path, app: App, clock: Clock) -> Workspace:
    """Read the file and set the clock as it was; raises ValueError with a sentence for a broken file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        workspace = restored(content, app)
        clock.advance(timedelta(seconds=content["clock_shift_seconds"]))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"{path} holds no workspace ({problem}); move it away to start afresh") from None
    return workspace


def _channel(one: Json) -> Channel:
    messages = [Message(**message) for message in one["messages"]]
    return Channel(**{**one, "shared_with": tuple(one["shared_with"]), "messages": messages})


def _file_json(file: File) -> Json:
    return {**dataclasses.asdict(file), "data": base64.b64encode(file.data).decode()}


def _file(one: Json) -> File:
    return File(**{**one, "data": base64.b64decode(one["data"])})


class Keeper:
    """Writes the snapshot soon after each change, and at the end, in a thread of its own."""

    def __init__(self, slack: Slack, path: Path) -> None:
        self._slack = slack
        self._path = path
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-state", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._slack.workspace.touch()
        self._thread.join(10)

    def _run(self) -> None:
        seen = self._slack.workspace.revision
        while not self._stopped.is_set():
            revision = self._slack.workspace.wait_for_change(seen, 60.0)
            if revision != seen:
                self._stopped.wait(DEBOUNCE_SECONDS)
                seen = self._save()
        self._save()

    def _save(self) -> int:
        """Write beside the file and rename, so that a crash leaves the old one whole."""
        workspace = self._slack.workspace
        with workspace.lock:
            revision, content = workspace.revision, snapshot(self._slack)
            text = json.dumps(content, ensure_ascii=False)
        beside = self._path.with_name(self._path.name + ".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        return revision
