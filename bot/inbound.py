"""What Slack posts to us: is it signed, is it well formed, which kind of delivery is it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

MAX_BYTES = 4 * 1024 * 1024
"""Far above what Slack sends: a view has at most 250 kB."""

_WINDOW_SECONDS = 5 * 60
_MAX_FORM_FIELDS = 100
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_BROKEN_ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class NotSigned(Exception):
    """The request does not prove that it comes from Slack, or it is too old."""


class Malformed(Exception):
    """The request is signed, yet is nothing that Slack sends."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery. `kind` is Slack's word for it: command, block_actions, view_submission, event_callback, …"""

    kind: str
    body: dict[str, Any]


def check_signature(secret: str, body: bytes, timestamp: str, signature: str, now: float) -> None:
    """Check the two headers of Slack's signature against the raw body and real time `now`, in seconds.

    Raises NotSigned.

    Written out here since the library's verifier raises other errors for a timestamp that is no number, for a
    signature that is not ASCII and for a body that is not UTF-8.
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > _WINDOW_SECONDS:
        raise NotSigned("timestamp")
    basis = b"v0:" + timestamp.encode("ascii") + b":" + body
    expected = "v0=" + hmac.digest(secret.encode(), basis, "sha256").hex()
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise NotSigned("signature")


def read(body: bytes, content_type: str) -> Delivery:
    """The delivery in a request's body. Raises Malformed."""
    try:
        text = body.decode("utf-8")
        if content_type.partition(";")[0].strip().lower() == "application/json" or text.startswith("{"):
            return recognise(_object(text))
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MAX_FORM_FIELDS
        )
        fields: dict[str, str] = dict(pairs)
    except ValueError:
        raise Malformed("not a form in UTF-8") from None
    if "%00" in text or "\0" in text:  # halves of surrogate pairs are no UTF-8, so they are refused above
        fields = without_broken_text(fields)
    if "payload" in fields:
        return recognise(_object(fields["payload"]))
    if fields.get("ssl_check") == "1":
        return Delivery("ssl_check", {})
    _need(fields, "command", "team_id", "user_id")
    return Delivery("command", fields)


def recognise(payload: dict[str, Any]) -> Delivery:
    """Name the kind of a payload and see that what every payload of that kind has is there. Raises Malformed."""
    kind = payload.get("type")
    if not isinstance(kind, str) or not kind:
        raise Malformed("no type")
    if kind == "url_verification":
        _need(payload, "challenge")
    elif kind == "event_callback":
        _need(payload, "event_id", "team_id")
        _need(_part(payload, "event"), "type")
    elif kind in ("block_actions", "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"):
        _need(_part(payload, "user"), "id")
        if payload.get("team") is not None:  # null for apps installed in a whole organisation
            _need(_part(payload, "team"), "id")
        _check_subject(kind, payload)
    return Delivery(kind, payload)


def _check_subject(kind: str, payload: dict[str, Any]) -> None:
    if kind in ("view_submission", "view_closed"):
        view = _part(payload, "view")
        _need(view, "id", "type")
        _need(view, "callback_id", empty=True)
        if kind == "view_submission":
            _part(_part(view, "state"), "values")
    elif kind == "block_actions":
        actions = payload.get("actions")
        if not isinstance(actions, list) or not actions or not all(isinstance(action, dict) for action in actions):
            raise Malformed("no actions")
        for action in actions:
            _need(action, "action_id")
    elif kind in ("shortcut", "message_action"):
        _need(payload, "callback_id", "trigger_id")


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
        value = without_broken_text(value) if _BROKEN_ESCAPES.search(text) else value
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def without_broken_text(value: Any) -> Any:
    """The same value without what no database keeps: NUL characters and halves of surrogate pairs."""
    if isinstance(value, str):
        return _LONE_SURROGATES.sub("", value.replace("\0", ""))
    if isinstance(value, dict):
        return {without_broken_text(name): without_broken_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_broken_text(inner) for inner in value]
    return value


def _part(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = payload.get(name)
    if not isinstance(part, dict):
        raise Malformed(f"no {name}")
    return part


def _need(part: Mapping[str, Any], *names: str, empty: bool = False) -> None:
    for name in names:
        value = part.get(name)
        if not isinstance(value, str) or not (value or empty):
            raise Malformed(f"no {name}")
