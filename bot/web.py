"""The pages: Slack's deliveries, guarded before anything else sees them, and what operators look at."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Flask, Response, g, request
from slack_bolt import BoltRequest, BoltResponse
from werkzeug import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from bot import inbound
from bot.health import Readiness
from bot.inbound import Delivery, Malformed, NotSigned
from bot.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Dispatch = Callable[[BoltRequest], BoltResponse]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KINDS = frozenset(
    ["command", "block_actions", "view_submission", "view_closed", "shortcut", "message_action", "event_callback"]
)
SLACKS_ADDRESS = "/slack/events"
UNKNOWN = "I do not know this one any more. Type the command with `help` to see what I can do."

log: Any = structlog.get_logger()


def make_web(
    dispatch: Dispatch | None,
    signing_secret: str | None,
    ready: Callable[[], Readiness],
    metrics: Metrics,
    now: Callable[[], float] = time.time,
    pages: Iterable[Blueprint] = (),
) -> Flask:
    """The WSGI application. Without `dispatch`, as in Socket Mode, nothing is taken from Slack here.

    `pages` are what buyers see; they are served in both modes.

    `dispatch` gets deliveries that are signed and well formed, already read, as in Socket Mode: so Bolt neither
    verifies nor parses them again. (Bolt also loses every form that merely contains the word “payload”.)
    """
    web = Flask("stagecoach", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = inbound.MAX_BYTES
    web.before_request(_name_page_request)
    web.after_request(_tell_request_id)
    web.register_error_handler(HTTPException, _plain_error)
    if dispatch is not None and signing_secret:
        web.wsgi_app = _Door(dispatch, signing_secret, metrics, now, web.wsgi_app)  # type: ignore[method-assign]
    _add_operators_pages(web, ready, metrics)
    for blueprint in pages:
        web.register_blueprint(blueprint)
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
    """Takes Slack's deliveries, in front of Flask, whose way to a page costs as much as a query does.

    Whatever happens behind it, Slack gets no 5xx. What is not for Slack's address goes on to `pages`.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        secret: str,
        metrics: Metrics,
        now: Callable[[], float],
        pages: WSGIApplication,
    ) -> None:
        self._dispatch, self._secret, self._metrics, self._now, self._pages = dispatch, secret, metrics, now, pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != SLACKS_ADDRESS:
            return self._pages(environ, start_response)
        posted = Request(environ)
        posted.max_content_length = inbound.MAX_BYTES
        request_id = _name_request(posted.headers)
        try:
            answer = self._receive(posted, request_id)
        except HTTPException as refused:
            answer = _plain_error(refused)
        answer.headers["X-Request-Id"] = request_id
        return answer(environ, start_response)

    def _receive(self, posted: Request, request_id: str) -> Response:
        """Raises HTTPException for what is no whole POST of a size that we take."""
        if posted.method != "POST":
            raise MethodNotAllowed(["POST"])
        started = time.perf_counter()
        body = posted.get_data(cache=False)
        try:
            timestamp = posted.headers.get("X-Slack-Request-Timestamp", "")
            signature = posted.headers.get("X-Slack-Signature", "")
            inbound.check_signature(self._secret, body, timestamp, signature, self._now())
            delivery = inbound.read(body, posted.content_type or "")
            answer = self._answer(delivery, posted.headers, request_id)
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

    def _answer(self, delivery: Delivery, headers: Headers, request_id: str) -> Response:
        if delivery.kind == "ssl_check":
            return _text("", 200)
        if delivery.kind == "url_verification":
            return _json({"challenge": delivery.body["challenge"]})
        if delivery.kind not in _KINDS:  # Bolt stumbles over some of those that it does not know
            log.warning("delivery_unknown", kind=delivery.kind[:40])
            return _say(delivery, UNKNOWN)
        try:
            bolt_request = BoltRequest(
                body=delivery.body, headers=_slack_headers(headers, request_id), mode="socket_mode"
            )
        except (TypeError, AttributeError, KeyError, IndexError, ValueError):
            # Bolt looks for ids in every corner of the body and trusts their shapes.
            raise Malformed("a part of another shape") from None
        try:
            answer = self._dispatch(bolt_request)
        except Exception:  # the last place where a person can still be told
            log.error("delivery_failed", kind=delivery.kind[:40], exc_info=True)
            return _say(delivery, _failed(request_id))
        if answer.status == 404:
            return _say(delivery, UNKNOWN)
        if answer.status >= 400:
            log.error("delivery_failed", kind=delivery.kind[:40], status=answer.status)
            return _say(delivery, _failed(request_id))
        content_type = answer.headers.get("content-type", ["text/plain;charset=utf-8"])[0]
        return Response(answer.body, answer.status, content_type=content_type)


def _failed(request_id: str) -> str:
    return f"Something went wrong on my side. Please try again; if it stays, report the reference {request_id}."


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


def _slack_headers(headers: Headers, request_id: str) -> dict[str, str | Sequence[str]]:
    """Slack's own headers. Others are left outside: Bolt would take orders from some of them."""
    wanted = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason", "Content-Type")
    found: dict[str, str | Sequence[str]] = {name: headers[name] for name in wanted if name in headers}
    return found | {"X-Request-Id": request_id}


def _name_request(headers: Headers) -> str:
    """The request's id, which every line in the log has from now on: the one given, else a new one."""
    given = headers.get("X-Request-Id", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:12]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def _name_page_request() -> None:
    g.request_id = _name_request(request.headers)


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
