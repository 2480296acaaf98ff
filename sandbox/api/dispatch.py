"""From a method's name, its arguments and a token to Slack's answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.api import chat, conversations, people, uploads, views
from sandbox.api.method import ApiError, Json, Method, Request
from sandbox.faults import Fault
from sandbox.messages import MessageError
from sandbox.modals import ViewError
from sandbox.slack import Slack
from sandbox.tickets import TicketError

METHODS: dict[str, Method] = {
    one.name: one for module in (people, conversations, chat, views, uploads) for one in module.METHODS
}
ALWAYS_ALLOWED = frozenset({"token", "team_id"})
# Arguments that forms carry as JSON, and the code that Slack answers when it does not parse.
_JSON_ARGS = {
    "view": "invalid_arguments",
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "files": "invalid_arguments",
    "file_ids": "invalid_arguments",
}


class Dropped(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is JSON, or a page of text for a broken server."""

    body: Json | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def answer(slack: Slack, name: str, args: dict[str, Any], token: str) -> Answer:
    """Check and run one call, and record it; raises Dropped when a fault says so."""
    args = {key: value for key, value in args.items() if key != "token"}
    faults = {fault.kind: fault for fault in slack.faults.take(name, args)}
    if "stall" in faults:
        slack.faults.wait_out(faults["stall"])
    if "drop_before" in faults:
        raise Dropped
    try:
        decoded = _decoded(args)
        broken = _broken(faults)
        if broken:
            slack.recording.add(name, decoded, ok=False, error="broken")
            return broken
        body = _run(slack, name, decoded, token, faults.get("refuse"))
    except _RateLimited as limited:
        slack.recording.add(name, args, ok=False, error="ratelimited")
        return _too_many(limited.seconds)
    except (ApiError, MessageError, ViewError, TicketError) as refusal:
        body = _refusal(refusal)
    slack.recording.add(name, _readable(args), ok=body["ok"], error=body.get("error"))
    if "drop_after" in faults:
        raise Dropped
    return Answer(body, headers=_scope_headers(slack, name))


class _RateLimited(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _run(slack: Slack, name: str, args: Json, token: str, refused: Fault | None) -> Json:
    if refused:
        raise ApiError(refused.error)
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name)
    _check_token(slack, method, token)
    channel = args.get("channel")
    seconds = slack.limits.retry_after(name, method.tier, channel if isinstance(channel, str) else None)
    if seconds:
        raise _RateLimited(seconds)
    _check_scopes(slack, method)
    _check_arguments(method, args)
    with slack.workspace.lock:
        return {"ok": True, **method.run(Request(slack, args))}


def _check_token(slack: Slack, method: Method, token: str) -> None:
    app = slack.workspace.app
    if method.caller == "anyone":
        return
    if not token:
        raise ApiError("not_authed")
    right, other = (app.bot_token, app.app_token) if method.caller == "bot" else (app.app_token, app.bot_token)
    if token == other:
        raise ApiError("not_allowed_token_type")
    if token != right:
        raise ApiError("invalid_auth")


def _check_scopes(slack: Slack, method: Method) -> None:
    granted = slack.workspace.app.scopes
    if method.scopes and not granted & set(method.scopes):
        raise ApiError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(granted)))


def _check_arguments(method: Method, args: Json) -> None:
    missing = [name for name in sorted(method.required) if args.get(name) in (None, "")]
    unknown = sorted(set(args) - method.required - method.optional - ALWAYS_ALLOWED)
    messages = [f"[ERROR] missing required field: {name}" for name in missing]
    messages += [f"[ERROR] invalid additional property: {name}" for name in unknown]
    if messages:
        raise ApiError.with_messages("invalid_arguments", messages)


def _decoded(args: Json) -> Json:
    """The arguments with the JSON in strings read; raises ApiError."""
    decoded = dict(args)
    for name, code in _JSON_ARGS.items():
        if isinstance(args.get(name), str) and args[name]:
            try:
                decoded[name] = json.loads(args[name])
            except ValueError:
                raise ApiError(code) from None
    return decoded


def _readable(args: Json) -> Json:
    try:
        return _decoded(args)
    except ApiError:
        return args


def _refusal(refusal: ApiError | MessageError | ViewError | TicketError) -> Json:
    if isinstance(refusal, MessageError):
        refusal = ApiError.with_problems(refusal.code, refusal.problems) if refusal.problems else ApiError(refusal.code)
    if isinstance(refusal, ApiError):
        return {"ok": False, "error": refusal.code, **refusal.more}
    return {"ok": False, "error": str(refusal)}


def _broken(faults: dict[Any, Fault]) -> Answer | None:
    if "rate_limit" in faults:
        return _too_many(int(faults["rate_limit"].seconds))
    if "server_error" in faults:
        return Answer("Something went wrong on our side.", 500)
    return None


def _too_many(seconds: int) -> Answer:
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


def _scope_headers(slack: Slack, name: str) -> dict[str, str]:
    headers = {"x-oauth-scopes": ",".join(sorted(slack.workspace.app.scopes))}
    if name in METHODS and METHODS[name].scopes:
        headers["x-accepted-oauth-scopes"] = ",".join(METHODS[name].scopes)
    return headers
