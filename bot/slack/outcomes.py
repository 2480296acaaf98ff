"""What became of a call of Slack that went wrong: refused, to be made later, or nobody knows.

The difference decides whether something is said twice or never, so it rests on what each error proves. urllib wraps
what fails before the whole request has been handed over (no such host, refused, a connection or a certificate that
does not come about) into URLError; what fails after that, while the answer is awaited, comes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError

from bot.domain.work import Broken, Later, Outcome, Refused, Unknown

UNTOLD_WAIT = timedelta(seconds=30)
"""How long to wait when Slack asks us to without saying how long."""

LONGEST_WAIT = timedelta(hours=1)

_WAIT = frozenset({"ratelimited", "rate_limited"})

# Slack may have done it before it fell ill.
_ILL = frozenset({"internal_error", "fatal_error", "service_unavailable", "update_failed"})

# Slack did nothing, and will do it when something outside the message has changed: the request was cut off on its
# way, the channel or workspace is just being moved, or whoever runs the bot has to put its token right.
_NOT_NOW = frozenset(
    {
        "request_timeout",
        "external_channel_migrating",
        "org_login_required",
        "team_added_to_org",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
        "account_inactive",
    }
)

_SLACKS_WORD = re.compile(r"[a-z0-9_]{1,80}")


def outcome_of(problem: BaseException) -> Outcome:
    """What an exception says about the call it came from, also one that was raised from such an exception.

    An exception that no call of Slack raises is a fault of ours: Broken. Reasons name codes and classes only.
    """
    for error in _causes(problem):
        match error:
            case SlackApiError():
                response: Any = error.response
                return _answered(_status(response), response.get("error"), _headers(response))
            case HTTPError():
                return _answered(error.code, None, dict(error.headers or {}))
            case URLError():
                return Later(reason=f"not reached: {type(error.reason).__name__}")
            case OSError() | HTTPException():
                return Unknown(f"no answer: {type(error).__name__}")
    return Broken(type(problem).__name__)


def _answered(status: int, code: object, headers: Mapping[str, Any]) -> Outcome:
    word = code if isinstance(code, str) and _SLACKS_WORD.fullmatch(code) else None
    if status == 429 or word in _WAIT:
        return Later(_retry_after(headers), "rate limited", counts=False)
    if status >= 500:
        return Unknown(f"HTTP {status}")
    if word in _ILL:
        return Unknown(word or "")
    if word in _NOT_NOW:
        return Later(reason=word or "")
    if word is not None:
        return Refused(word)
    # Something between us and Slack has answered. With an error it has kept the request to itself.
    return Later(reason=f"HTTP {status} without Slack's word") if status >= 300 else Unknown("an answer without sense")


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    if isinstance(value, list):
        value = value[0] if value else None
    try:
        seconds = float(value or "")
    except ValueError:
        return UNTOLD_WAIT
    if not seconds >= 0:  # this also catches "nan"
        return UNTOLD_WAIT
    return min(timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())), LONGEST_WAIT)


def _status(response: Any) -> int:
    status = getattr(response, "status_code", 200)
    return status if isinstance(status, int) else 200


def _headers(response: Any) -> Mapping[str, Any]:
    headers = getattr(response, "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _causes(problem: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = problem
    while current is not None:
        yield current
        current = current.__cause__
