"""The HTTP side: the Web API, response_urls, files, the clock, and the page if it is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template, request

from sandbox import postmaster
from sandbox.answers import take_response
from sandbox.api.dispatch import Dropped, answer
from sandbox.faults import Faults
from sandbox.files import receive_upload
from sandbox.page import make_page
from sandbox.slack import Slack

if TYPE_CHECKING:
    from sandbox.server import Sandbox

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def make_app(sandbox: Sandbox) -> Flask:
    """The Flask application of one sandbox."""
    app = Flask("sandbox", template_folder="templates", static_folder="static", root_path=_package_folder())
    app.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.before_request(_refuse_strangers)
    _add_api(app, sandbox.slack)
    _add_files(app, sandbox.slack)
    _add_clock(app, sandbox.slack)
    _add_mail(app, sandbox.slack)
    app.register_blueprint(make_page(sandbox))
    return app


def _package_folder() -> str:
    return __file__.rpartition("/")[0] or "."


def _refuse_strangers() -> Response | None:
    """A loopback server can be reached by any web site in the person's browser: check who asks, under which name."""
    host = request.host.rpartition(":")[0] if request.host.rpartition("]")[2].count(":") else request.host
    if host not in LOOPBACK:
        return Response("This workspace answers on loopback only.", 403)
    origin = request.headers.get("Origin")
    if origin and request.method not in ("GET", "HEAD") and urlsplit(origin).netloc != request.host:
        return Response("This came from another site.", 403)
    return None


def _add_api(app: Flask, slack: Slack) -> None:
    @app.route("/api/<name>", methods=["GET", "POST"])
    def api(name: str) -> Response:
        try:
            told = answer(slack, name, _arguments(), _token())
        except Dropped:
            return _hang_up()
        if isinstance(told.body, str):
            return Response(told.body, told.status, told.headers)
        return Response(json.dumps(told.body), told.status, told.headers, mimetype="application/json")

    @app.post("/actions/<path:ids>")
    def respond(ids: str) -> Response:
        return _with_faults(slack.faults, "response_url", lambda: _respond(slack, ids.rpartition("/")[2]))


def _respond(slack: Slack, key: str) -> Response:
    body = request.get_json(silent=True)
    if body is None and "payload" in request.form:
        body = json.loads(request.form["payload"])
    with slack.workspace.lock:
        error = take_response(slack, key, body)
    if error is None:
        return Response("ok", mimetype="text/html")
    status = 404 if error in ("expired_url", "used_url") else 400
    return Response(json.dumps({"ok": False, "error": error}), status, mimetype="application/json")


def _with_faults(faults: Faults, name: str, act: Callable[[], Response]) -> Response:
    """Run one of the addresses that are no Web API methods, with the failures that a test asked for."""
    met = {fault.kind: fault for fault in faults.take(name, {})}
    if "stall" in met:
        faults.wait_out(met["stall"])
    if "drop_before" in met:
        return _hang_up()
    if "rate_limit" in met:
        return Response("ratelimited", 429, {"Retry-After": str(int(met["rate_limit"].seconds))})
    if "server_error" in met or "refuse" in met:
        return Response("Something went wrong on our side.", 500)
    response = act()
    return _hang_up() if "drop_after" in met else response


def _arguments() -> dict[str, Any]:
    args: dict[str, Any] = {**request.args, **request.form}
    if request.is_json:
        body = request.get_json(silent=True)
        args |= body if isinstance(body, dict) else {}
    return args


def _token() -> str:
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith("Bearer "):
        return bearer.removeprefix("Bearer ").strip()
    return str(_arguments().get("token", ""))


def _hang_up() -> Response:
    """Close the connection so that the caller gets no answer at all."""
    request.environ["sandbox.hang_up"]()
    return Response("", 500)


def _add_files(app: Flask, slack: Slack) -> None:
    @app.post("/upload/v1/<key>")
    def upload(key: str) -> Response:
        return _with_faults(slack.faults, "upload", lambda: _take_upload(slack, key))

    @app.get("/files-pri/<path:ids>")
    def download(ids: str) -> Response:
        workspace = slack.workspace
        with workspace.lock:
            file = workspace.files.get(ids.partition("/")[0].partition("-")[2])
            allowed = _token() == workspace.app.bot_token and "files:read" in workspace.app.scopes
            if file is None or not allowed or not workspace.can_see_file(workspace.app.bot_user_id, file):
                return Response(status=302, headers={"Location": "/signin"})
            return Response(file.data, mimetype=file.mimetype)

    @app.get("/signin")
    def sign_in() -> Response:
        return Response("<!doctype html><title>Sign in</title><p>Sign in to see this file.</p>", mimetype="text/html")


def _take_upload(slack: Slack, key: str) -> Response:
    if request.mimetype == "multipart/form-data":
        data = b"".join(posted.read() for posted in request.files.values())
    else:  # raw bytes, which some clients send under the name of a form
        data = request.get_data(parse_form_data=False)
    if receive_upload(slack, key, data):
        return Response(f"OK - {len(data)}", mimetype="text/plain")
    return Response("The upload does not fit what was announced.", 400, mimetype="text/plain")


def _add_mail(app: Flask, slack: Slack) -> None:
    @app.get("/dns/<name>")
    def look_up(name: str) -> Response:
        return _with_faults(slack.faults, "dns", lambda: _dns_answer(name))

    @app.get("/samples")
    def list_samples() -> str:
        return render_template("samples.html", files=list(postmaster.ABOUT.items()))

    @app.get("/samples/<name>")
    def sample(name: str) -> Response:
        found = postmaster.samples(slack.clock.now()).get(name)
        if found is None:
            return Response("There is no such file.", 404, mimetype="text/plain")
        disposition = {"Content-Disposition": f"attachment; filename={name}"}
        return Response(found, headers=disposition, mimetype="application/octet-stream")


def _dns_answer(name: str) -> Response:
    record = postmaster.record(name)
    return Response(record or "", 200 if record else 404, mimetype="text/plain")


def _add_clock(app: Flask, slack: Slack) -> None:
    @app.get("/clock")
    def read_clock() -> Response:
        return jsonify(now=slack.clock.now().isoformat())

    @app.post("/clock")
    def move_clock() -> tuple[Response, int]:
        body = request.get_json(silent=True)
        try:
            if isinstance(body, dict) and set(body) == {"advance_seconds"}:
                now = slack.clock.advance(timedelta(seconds=float(body["advance_seconds"])))
            elif isinstance(body, dict) and set(body) == {"to"}:
                now = slack.clock.move_to(datetime.fromisoformat(body["to"]))
            else:
                return jsonify(error='send {"advance_seconds": number} or {"to": "an ISO time with a zone"}'), 400
        except (TypeError, ValueError, OverflowError) as problem:
            return jsonify(error=str(problem)), 400
        slack.workspace.touch()
        return jsonify(now=now.isoformat()), 200
