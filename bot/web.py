"""The pages: Slack's deliveries, guarded before anything else sees them, and what operators look at."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import Flask, Response, g, request
from slack_bolt import BoltRequest, BoltResponse
from werkzeug.exceptions import HTTPException

from bot import inbound
from bot.health import Readiness
from bot.inbound import Delivery, Malformed, NotSigned
from bot.metrics import CONTENT_TYPE, Metrics

Dispatch = Callable[[BoltRequest], BoltResponse]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KINDS = frozenset(
    ["command", "block_actions", "view_submission", "view_closed", "shortcut", "message_action", "event_callback"]
)
UNKNOWN = "I do not know this one any more. Type the command with `help` to see what I can do."

log: Any = structlog.get_logger()


def make_web(
    dispatch: Dispatch | None,
    signing_secret: str | None,
    ready: Callable[[], Readiness],
    metrics: Metrics,
    now: Callable[[], float] = time.time,
) -> Flask:
    """The WSGI application. Without `dispatch`, as in Socket Mode, nothing is taken from Slack here.

    `dispatch` gets deliveries that are signed and well formed, already read, as in Socket Mode: so Bolt neither
    verifies nor parses them again. (Bolt also loses every form that merely contains the word “payload”.)
    """
    web = Flask("stagecoach", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = inbound.MAX_BYTES
    web.before_request(_name_request)
    web.after_request(_tell_request_id)
    web.register_error_handler(HTTPException, _plain_error)
    if dispatch is not None and signing_secret:
        door = _Door(dispatch, signing_secret, metrics, now)
        web.add_url_rule("/slack/events", "slack", door.receive, methods=["POST"])
    _add_operators_pages(web, ready, metrics)
    return web


def _add_operators_pages(web: Flask, ready: Callable[[], Readiness], metrics: Metrics) -> None:
    @web.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @web.get("/readyz")
    def readyz() -> tuple[dict[str, Any], int]:
        found = ready()
        return {"ready": found.is_ready, "checks": found.checks}, 200 if found.is_ready else 503

    @web.get("/metrics")
    def read_metrics() -> Response:
        return Response(metrics.render(), content_type=CONTENT_TYPE)


class _Door:
    """Takes Slack's deliveries. Whatever happens behind it, Slack gets no 5xx."""

    def __init__(self, dispatch: Dispatch, secret: str, metrics: Metrics, now: Callable[[], float]) -> None:
        self._dispatch, self._secret, self._metrics, self._now = dispatch, secret, metrics, now

    def receive(self) -> Response:
        started = time.perf_counter()
        body = request.get_data(cache=False)
        try:
            timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
            signature = request.headers.get("X-Slack-Signature", "")
            inbound.check_signature(self._secret, body, timestamp, signature, self._now())
            delivery = inbound.read(body, request.content_type or "")
            answer = self._answer(delivery)
        except NotSigned as refused:
            log.warning("delivery_not_signed", reason=str(refused))
            return _text("This is not signed by Slack, or too old.", 401)
        except Malformed as refused:
            log.warning("delivery_malformed", reason=str(refused))
            return _text("This is not a delivery of Slack's.", 400)
        seconds = time.perf_counter() - started
        self._metrics.ack(delivery.kind if delivery.kind in _KINDS else "other", seconds)
        log.info("delivery", kind=delivery.kind[:40], ms=round(seconds * 1000, 1))
        return answer

    def _answer(self, delivery: Delivery) -> Response:
        if delivery.kind == "ssl_check":
            return _text("", 200)
        if delivery.kind == "url_verification":
            return _json({"challenge": delivery.body["challenge"]})
        try:
            bolt_request = BoltRequest(body=delivery.body, headers=_slack_headers(), mode="socket_mode")
        except (TypeError, AttributeError, KeyError, IndexError, ValueError):
            # Bolt looks for ids in every corner of the body and trusts their shapes.
            raise Malformed("a part of another shape") from None
        try:
            answer = self._dispatch(bolt_request)
        except Exception:  # the last place where a person can still be told
            log.error("delivery_failed", kind=delivery.kind[:40], exc_info=True)
            return _say(delivery, _failed())
        if answer.status == 404:
            return _say(delivery, UNKNOWN)
        if answer.status >= 400:
            log.error("delivery_failed", kind=delivery.kind[:40], status=answer.status)
            return _say(delivery, _failed())
        content_type = answer.headers.get("content-type", ["text/plain;charset=utf-8"])[0]
        return Response(answer.body, answer.status, content_type=content_type)


def _failed() -> str:
    return f"Something went wrong on my side. Please try again; if it stays, report the reference {g.request_id}."


def _say(delivery: Delivery, sentence: str) -> Response:
    """The sentence in the form in which Slack shows it, as far as that kind of delivery has one."""
    if delivery.kind == "command":
        return _json({"response_type": "ephemeral", "text": sentence})
    if delivery.kind == "view_submission":
        title, close = ({"type": "plain_text", "text": text} for text in ("Stagecoach", "Close"))
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": sentence}}]
        view = {"type": "modal", "title": title, "close": close, "blocks": blocks}
        return _json({"response_action": "update", "view": view})
    if delivery.kind == "event_callback":
        return _text("", 200)
    return _text(sentence, 200)


def _slack_headers() -> dict[str, str | Sequence[str]]:
    """Slack's own headers. Others are left outside: Bolt would take orders from some of them."""
    wanted = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason", "Content-Type")
    found: dict[str, str | Sequence[str]] = {name: request.headers[name] for name in wanted if name in request.headers}
    return found | {"X-Request-Id": g.request_id}


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:12]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _tell_request_id(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    return response


def _plain_error(error: HTTPException) -> Response:
    response = _text(f"{error.code} {error.name}", error.code or 500)
    if "Allow" in (headers := dict(error.get_headers())):
        response.headers["Allow"] = headers["Allow"]
    return response


def _json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), content_type="application/json;charset=utf-8")


def _text(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain;charset=utf-8")
