"""The life of a view: open, push, update, publish, close. Raises ViewError with Slack's code.

Call these while holding the workspace's lock, with content that ``block_kit.check_view`` found right.
"""

from __future__ import annotations

from typing import Any

from sandbox.block_kit import with_ids
from sandbox.contents import View
from sandbox.identifiers import slack_id, view_hash
from sandbox.inputs import initial_values, kept_values
from sandbox.workspace import Workspace

Json = dict[str, Any]
DEEPEST = 3


class ViewError(Exception):
    """Slack refuses; the message is its error code."""


def open_view(workspace: Workspace, user_id: str, content: Json, channel_id: str | None = None) -> View:
    """A new modal, in place of any stack that the person had open."""
    _refuse_taken_external_id(workspace, content, without=None)
    view = _new(workspace, user_id, content, channel_id)
    workspace.modals[user_id] = [view]
    workspace.touch()
    return view


def push_view(workspace: Workspace, user_id: str, content: Json, onto: str | None) -> View:
    """A modal on top of the stack that holds the view ``onto``."""
    stack = workspace.modals.get(user_id, [])
    if onto is None or all(view.id != onto for view in stack):
        raise ViewError("not_found")
    if len(stack) >= DEEPEST:
        raise ViewError("push_limit_reached")
    _refuse_taken_external_id(workspace, content, without=None)
    view = _new(workspace, user_id, content, stack[0].channel_id)
    view.root_view_id, view.previous_view_id = stack[0].root_view_id, stack[-1].id
    stack.append(view)
    workspace.touch()
    return view


def update_view(workspace: Workspace, view: View, content: Json, expected_hash: str | None = None) -> View:
    """Redraw an open view; what was typed stays where the ids are the same, and field errors go."""
    if expected_hash and expected_hash != view.hash:
        raise ViewError("hash_conflict")
    if content["type"] != view.type:
        raise ViewError("invalid_arguments")
    _refuse_taken_external_id(workspace, content, without=view)
    view.content = _filled(content)
    view.values = kept_values(view.values, view.blocks)
    view.hash = view_hash()
    view.errors, view.failure = {}, None
    workspace.touch()
    return view


def publish_home(workspace: Workspace, user_id: str, content: Json, expected_hash: str | None = None) -> View:
    """Draw a person's Home, the first time or again."""
    home = workspace.homes.get(user_id)
    if home:
        return update_view(workspace, home, content, expected_hash)
    _refuse_taken_external_id(workspace, content, without=None)
    home = workspace.homes[user_id] = _new(workspace, user_id, content, None)
    workspace.touch()
    return home


def close_view(workspace: Workspace, view: View) -> None:
    """Take one modal off its stack; the one below shows again."""
    stack = workspace.modals.get(view.user_id, [])
    if view in stack:
        stack.remove(view)
    if not stack:
        workspace.modals.pop(view.user_id, None)
    workspace.touch()


def close_all(workspace: Workspace, user_id: str) -> None:
    workspace.modals.pop(user_id, None)
    workspace.touch()


def find_view(workspace: Workspace, view_id: str | None, external_id: str | None) -> View:
    """By id or, without one, by the app's own external_id; raises ViewError("not_found")."""
    for view in workspace.views():
        if (view_id and view.id == view_id) or (not view_id and external_id and view.external_id == external_id):
            return view
    raise ViewError("not_found")


def _new(workspace: Workspace, user_id: str, content: Json, channel_id: str | None) -> View:
    view_id = slack_id("V")
    filled = _filled(content)
    return View(
        id=view_id,
        user_id=user_id,
        team_id=workspace.team.id,
        content=filled,
        hash=view_hash(),
        root_view_id=view_id,
        values=initial_values(filled["blocks"]),
        channel_id=channel_id,
    )


def _filled(content: Json) -> Json:
    return {**content, "blocks": with_ids(content["blocks"])}


def _refuse_taken_external_id(workspace: Workspace, content: Json, without: View | None) -> None:
    taken = {view.external_id for view in workspace.views() if view is not without}
    if content.get("external_id") and content["external_id"] in taken:
        raise ViewError("duplicate_external_id")
