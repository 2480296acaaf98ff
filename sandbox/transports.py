"""Ways to reach the app: signed HTTP, a function in this process, or a Socket Mode connection."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

Json = dict[str, Any]
Kind = Literal["command", "interaction", "event"]
# An app in this process: (path, headers, body) -> (status, headers, body).
AppFunction = Callable[[str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]


class DeliveryFailed(Exception):
    """The app did not take it; the message is Slack's word: operation_timeout or dispatch_failed."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The how-manieth try again, and why: http_timeout or http_error."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of the app's ack: an object, plain text, or None when it was empty."""

    body: Json | str | None = None


class Transport(Protocol):
    def send(self, kind: Kind, content: Json, timeout: float, retry: Retry | None = None) -> Reply:
        """Deliver and wait for the ack; raises DeliveryFailed."""
        ...


def signed(secret: str, kind: Kind, content: Json, retry: Retry | None = None) -> tuple[dict[str, str], bytes]:
    """The headers and the body of an HTTP delivery, signed with the real time."""
    if kind == "event":
        body, content_type = json.dumps(content).encode(), "application/json"
    else:
        form = content if kind == "command" else {"payload": json.dumps(content)}
        body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
    return headers, body


class HttpTransport:
    """Posts to the app's request URL."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self._parts = urlsplit(url)
        self._secret = secret

    def send(self, kind: Kind, content: Json, timeout: float, retry: Retry | None = None) -> Reply:
        headers, body = signed(self._secret(), kind, content, retry)
        host, port = self._parts.hostname or "127.0.0.1", self._parts.port
        secure = self._parts.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(host, port, timeout=timeout)
        try:
            connection.request("POST", self._parts.path or "/", body, headers)
            response = connection.getresponse()
            return _reply(response.status, response.getheader("Content-Type") or "", response.read())
        except TimeoutError:
            raise DeliveryFailed("operation_timeout") from None
        except (OSError, http.client.HTTPException):
            raise DeliveryFailed("dispatch_failed") from None
        finally:
            connection.close()


class FunctionTransport:
    """Calls an app in this process, in a thread of its own so that it can be too late."""

    def __init__(self, app: AppFunction, secret: Callable[[], str], path: str = "/slack/events") -> None:
        self._app = app
        self._secret = secret
        self._path = path

    def send(self, kind: Kind, content: Json, timeout: float, retry: Retry | None = None) -> Reply:
        headers, body = signed(self._secret(), kind, content, retry)
        answers: queue.SimpleQueue[tuple[int, Mapping[str, str], bytes] | None] = queue.SimpleQueue()
        threading.Thread(target=self._call, args=(headers, body, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=timeout)
        except queue.Empty:
            raise DeliveryFailed("operation_timeout") from None
        if answer is None:
            raise DeliveryFailed("dispatch_failed")
        status, their_headers, their_body = answer
        content_type = next((v for k, v in their_headers.items() if k.lower() == "content-type"), "")
        return _reply(status, content_type, their_body)

    def _call(self, headers: Mapping[str, str], body: bytes, answers: queue.SimpleQueue[Any]) -> None:
        answer = None
        try:
            answer = self._app(self._path, headers, body)
        finally:
            answers.put(answer)


def _reply(status: int, content_type: str, body: bytes) -> Reply:
    if status != 200:
        raise DeliveryFailed("dispatch_failed")
    if not body.strip():
        return Reply()
    if not content_type.startswith("application/json"):
        return Reply(body.decode(errors="replace"))
    try:
        read = json.loads(body)
    except ValueError:
        raise DeliveryFailed("dispatch_failed") from None
    return Reply(read or None) if isinstance(read, dict | str) else Reply()
