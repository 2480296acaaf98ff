"""Methods that open, push, redraw and publish views."""

from __future__ import annotations

from typing import Any

from sandbox.api.method import ApiError, Json, Request, method
from sandbox.block_kit import check_view, is_too_large
from sandbox.contents import View
from sandbox.modals import find_view, open_view, publish_home, push_view, update_view
from sandbox.payloads import view_json
from sandbox.tickets import Trigger


def checked_view(content: Any, kind: str | None = None) -> Json:
    """A view that Slack would take; raises ApiError."""
    if is_too_large(content):
        raise ApiError("view_too_large")
    problems = check_view(content)
    if problems:
        raise ApiError.with_problems("invalid_arguments", problems)
    if kind and content["type"] != kind:
        message = f"[ERROR] must be a {kind} view here [json-pointer:/view/type]"
        raise ApiError.with_messages("invalid_arguments", [message])
    view: Json = content
    return view


def _trigger(request: Request) -> Trigger:
    trigger_id = request.text("trigger_id") or request.text("interactivity_pointer")
    if not trigger_id:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    return request.slack.tickets.look_at_trigger(trigger_id)


def _told(request: Request, view: View) -> Json:
    return {"view": view_json(request.slack, view)}


def views_open(request: Request) -> Json:
    content = checked_view(request.args["view"], "modal")
    trigger = _trigger(request)
    view = open_view(request.workspace, trigger.user_id, content, trigger.channel_id)
    request.slack.tickets.use_trigger(trigger)
    return _told(request, view)


def views_push(request: Request) -> Json:
    content = checked_view(request.args["view"], "modal")
    trigger = _trigger(request)
    view = push_view(request.workspace, trigger.user_id, content, trigger.view_id)
    request.slack.tickets.use_trigger(trigger)
    return _told(request, view)


def views_update(request: Request) -> Json:
    content = checked_view(request.args["view"])
    view_id, external_id = request.text("view_id"), request.text("external_id")
    if not view_id and not external_id:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] missing required field: view_id"])
    view = find_view(request.workspace, view_id, external_id)
    return _told(request, update_view(request.workspace, view, content, request.text("hash")))


def views_publish(request: Request) -> Json:
    content = checked_view(request.args["view"], "home")
    workspace = request.workspace
    user = workspace.users.get(request.text("user_id"))
    if not workspace.app.has_home:
        raise ApiError("not_enabled")
    if user is None or user.is_bot:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] invalid user id [json-pointer:/user_id]"])
    return _told(request, publish_home(workspace, user.id, content, request.text("hash")))


METHODS = (
    method("views.open", views_open, required="view", optional="trigger_id interactivity_pointer"),
    method("views.push", views_push, required="view", optional="trigger_id interactivity_pointer"),
    method("views.update", views_update, required="view", optional="view_id external_id hash"),
    method("views.publish", views_publish, required="user_id view", optional="hash interactivity_pointer"),
)
