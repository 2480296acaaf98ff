"""A tiny app for the sandbox's tests: it notes what is delivered and answers what it was told to."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from sandbox.server import BOT_TOKEN, SIGNING_SECRET, Sandbox

Json = dict[str, Any]
Answer = Json | str | int | None


class FakeBot:
    """Called as a function by the sandbox. ``answers`` maps a kind of delivery (``command``, ``block_actions``,
    ``view_submission``, ``event``, …) to a function from its content to the ack: an object, a text, a status or None.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Json], Answer]] = {}
        self.deliveries: list[tuple[str, Json]] = []
        self.headers: list[Mapping[str, str]] = []
        self.sandbox: Sandbox | None = None
        self._arrived = threading.Condition()

    def __call__(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        assert is_signed(headers, body)
        kind, content = _read(headers["Content-Type"], body)
        with self._arrived:
            self.deliveries.append((kind, content))
            self.headers.append(headers)
            self._arrived.notify_all()
        answer = self.answers[kind](content) if kind in self.answers else None
        if isinstance(answer, int):
            return answer, {}, b""
        if isinstance(answer, dict):
            return 200, {"content-type": "application/json"}, json.dumps(answer).encode()
        return 200, {"content-type": "text/plain"}, (answer or "").encode()

    def of(self, kind: str) -> list[Json]:
        with self._arrived:
            return [content for one, content in self.deliveries if one == kind]

    def wait_for(self, kind: str, count: int = 1) -> list[Json]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: sum(k == kind for k, _ in self.deliveries) >= count, 5)
        return self.of(kind)

    def forget(self) -> None:
        self.answers.clear()
        self.deliveries.clear()
        self.headers.clear()

    def call(self, method: str, token: str | None = BOT_TOKEN, **args: Any) -> Json:
        """Call the Web API with JSON, as the app."""
        status, answer, _ = self.post(f"/api/{method}", args, {"Authorization": f"Bearer {token}"} if token else {})
        assert status in (200, 429), answer
        return dict(answer)

    def form(self, method: str, **args: Any) -> Json:
        """The same with a form, in which objects are JSON in strings."""
        fields = {name: json.dumps(v) if isinstance(v, dict | list) else v for name, v in args.items()}
        headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        _, answer, _ = self.send("POST", f"/api/{method}", urlencode(fields).encode(), headers)
        return dict(answer)

    def post(self, path: str, content: Any, headers: Mapping[str, str] | None = None) -> tuple[int, Any, Any]:
        return self.send(
            "POST", path, json.dumps(content).encode(), {"Content-Type": "application/json", **(headers or {})}
        )

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any, Any]:
        return self.send("GET", path, None, headers or {})

    def send(self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, Any, Any]:
        """Status, body (read as JSON where it is) and headers."""
        assert self.sandbox is not None
        address = self.sandbox.web_url.removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=10)
        try:
            connection.request(verb, path.removeprefix(self.sandbox.web_url), body, dict(headers))
            response = connection.getresponse()
            raw = response.read()
            is_json = (response.getheader("Content-Type") or "").startswith("application/json")
            return response.status, json.loads(raw) if is_json else raw, response.headers
        finally:
            connection.close()


def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    base = b"v0:" + headers["X-Slack-Request-Timestamp"].encode() + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers["X-Slack-Signature"], f"v0={digest}")


def _read(content_type: str, body: bytes) -> tuple[str, Json]:
    if content_type.startswith("application/json"):
        content = json.loads(body)
        return ("event" if content["type"] == "event_callback" else content["type"]), content
    form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    if "payload" in form:
        payload = json.loads(form["payload"])
        return payload["type"], payload
    return "command", form
