"""The pages: what Slack's deliveries must look like to be let in, and what everybody else gets."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from werkzeug.test import TestResponse

from bot import inbound
from bot.health import Readiness
from bot.lifecycle import CannotStart
from bot.metrics import Metrics, WorkCount
from bot.server import serve
from bot.web import Dispatch, make_web

SECRET = "0123456789abcdef"
NOW = 1_800_000_000.0
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = {
    "command": "/deal",
    "text": "",
    "team_id": "T1",
    "user_id": "U1",
    "trigger_id": "1.2",
    "response_url": "https://x",
}
PRESS = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "actions": [{"action_id": "a", "block_id": "b", "type": "button"}],
    "trigger_id": "1.2",
}
SUBMIT: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {"id": "V1", "type": "modal", "callback_id": "deal.new", "state": {"values": {}}},
}
EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U1"},
}

READY = Readiness({"database": "ok"})


class Heard:
    """A conversation that only listens."""

    def __init__(self, answer: BoltResponse | Exception | None = None) -> None:
        self.requests: list[BoltRequest] = []
        self.answer = answer or BoltResponse(status=200, body="")

    def __call__(self, request: BoltRequest) -> BoltResponse:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def client_of(dispatch: Dispatch | None, ready: Callable[[], Readiness] = lambda: READY) -> FlaskClient:
    return make_web(dispatch, SECRET, ready, Metrics(), lambda: NOW).test_client()


def signature_of(body: bytes, timestamp: str) -> str:
    return "v0=" + hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def post(client: FlaskClient, body: bytes, content_type: str = FORM, **headers: str) -> TestResponse:
    """A delivery, signed rightly unless the headers say otherwise."""
    timestamp = headers.pop("timestamp", str(int(NOW)))
    signature = headers.pop("signature", None) or signature_of(body, timestamp)
    signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature, **headers}
    return client.post("/slack/events", data=body, headers=signed, content_type=content_type)


def as_payload(value: Any) -> bytes:
    return urlencode({"payload": json.dumps(value)}).encode()


def test_a_signed_command_is_heard_with_its_fields() -> None:
    heard = Heard(BoltResponse(status=200, body={"text": "hello"}))
    answer = post(client_of(heard), urlencode(COMMAND).encode())
    assert (answer.status_code, answer.json) == (200, {"text": "hello"})
    assert answer.content_type == "application/json;charset=utf-8"
    assert heard.requests[0].body == COMMAND


def test_a_command_that_mentions_a_payload_keeps_its_text() -> None:
    heard = Heard()
    post(client_of(heard), urlencode(COMMAND | {"text": "new Payload payload=[] Inc"}).encode())
    assert heard.requests[0].body["text"] == "new Payload payload=[] Inc"


@pytest.mark.parametrize("payload", [PRESS, SUBMIT, SUBMIT | {"type": "view_closed"}], ids=lambda p: str(p["type"]))
def test_interactions_arrive_as_their_payload(payload: dict[str, Any]) -> None:
    heard = Heard()
    assert post(client_of(heard), as_payload(payload)).status_code == 200
    assert heard.requests[0].body == payload


def test_an_event_arrives_and_its_retry_is_told() -> None:
    heard = Heard()
    answer = post(client_of(heard), json.dumps(EVENT).encode(), JSON, **{"X-Slack-Retry-Num": "1"})
    assert answer.status_code == 200
    assert heard.requests[0].headers["x-slack-retry-num"] == ["1"]


def test_headers_that_give_orders_to_bolt_stay_outside() -> None:
    heard = Heard()
    post(client_of(heard), as_payload(PRESS), **{"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "f"})
    assert heard.requests[0].lazy_only is False
    assert heard.requests[0].lazy_function_name is None


def test_slacks_check_of_the_address_is_answered_with_its_challenge() -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()
    heard = Heard()
    answer = post(client_of(heard), body, JSON)
    assert (answer.status_code, answer.json) == (200, {"challenge": "c-1"})
    assert post(client_of(heard), body, JSON, signature="v0=wrong").status_code == 401
    assert heard.requests == []


BAD_SIGNATURES = {
    "wrong": {"signature": "v0=" + "0" * 64},
    "empty": {"signature": " "},
    "not ascii": {"signature": "v0=é"},
    "timestamp no number": {"timestamp": "soon"},
    "timestamp in other digits": {"timestamp": "१८००००००००"},
    "timestamp empty": {"timestamp": ""},
    "timestamp negative": {"timestamp": "-1"},
    "timestamp with a fraction": {"timestamp": f"{NOW}"},
    "timestamp huge": {"timestamp": "9" * 400},
    "too old": {"timestamp": str(int(NOW) - 301)},
    "of the future": {"timestamp": str(int(NOW) + 301)},
}


@pytest.mark.parametrize("headers", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_what_is_not_signed_is_a_401_and_is_not_heard(headers: dict[str, str]) -> None:
    heard = Heard()
    body = urlencode(COMMAND).encode()
    if "timestamp" in headers and not headers["timestamp"].isascii():
        headers = {"timestamp": headers["timestamp"].encode().decode("latin-1"), "signature": "v0=x"}
    assert post(client_of(heard), body, **headers).status_code == 401
    assert heard.requests == []


def test_no_signature_at_all_is_a_401() -> None:
    heard = Heard()
    assert client_of(heard).post("/slack/events", data=urlencode(COMMAND)).status_code == 401
    assert heard.requests == []


def test_the_signature_of_another_body_is_a_401() -> None:
    signature = signature_of(b"command=/deal", str(int(NOW)))
    assert post(client_of(Heard()), b"command=/other", signature=signature).status_code == 401


@pytest.mark.parametrize("age", [0, 299, -299])
def test_a_signature_is_good_for_five_minutes(age: int) -> None:
    assert post(client_of(Heard()), urlencode(COMMAND).encode(), timestamp=str(int(NOW) - age)).status_code == 200


def without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in names}


MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", FORM),
    "bytes": (b"\xff\xfe\x00", FORM),
    "payload list": (as_payload([]), FORM),
    "payload null": (as_payload(None), FORM),
    "payload number": (as_payload(7), FORM),
    "payload cut": (b"payload={", FORM),
    "payload empty": (b"payload=", FORM),
    "payload bad utf-8": (b"payload=%7B%22type%22%3A%22%ff%22%7D", FORM),
    "payload without type": (as_payload({}), FORM),
    "type no text": (as_payload({"type": ["block_actions"]}), FORM),
    "json list": (b"[]", JSON),
    "json null": (b"null", JSON),
    "json cut": (b"{", JSON),
    "json deep": (b"[" * 100_000, JSON),
    "json huge number": (b'{"type": ' + b"1" * 5000 + b"}", JSON),
    "many fields": (urlencode({f"f{n}": "1" for n in range(200)}).encode(), FORM),
    "command without user": (urlencode(without(COMMAND, "user_id")).encode(), FORM),
    "command without team": (urlencode(without(COMMAND, "team_id")).encode(), FORM),
    "no command": (urlencode(without(COMMAND, "command")).encode(), FORM),
    "press without user": (as_payload(without(PRESS, "user")), FORM),
    "press without actions": (as_payload(PRESS | {"actions": []}), FORM),
    "press with odd actions": (as_payload(PRESS | {"actions": ["x"]}), FORM),
    "press with a number as user": (as_payload(PRESS | {"user": 7}), FORM),
    "press with a list as team": (as_payload(PRESS | {"team": []}), FORM),
    "press with a number as channel": (as_payload(PRESS | {"channel": 7}), FORM),
    "submission without view": (as_payload(without(SUBMIT, "view")), FORM),
    "submission without state": (as_payload(SUBMIT | {"view": without(SUBMIT["view"], "state")}), FORM),
    "submission of nothing": (as_payload(SUBMIT | {"view": without(SUBMIT["view"], "type")}), FORM),
    "event without event": (json.dumps(without(EVENT, "event")).encode(), JSON),
    "event without id": (json.dumps(without(EVENT, "event_id")).encode(), JSON),
    "event without type": (json.dumps(EVENT | {"event": {}}).encode(), JSON),
    "challenge missing": (json.dumps({"type": "url_verification"}).encode(), JSON),
}


@pytest.mark.parametrize(("body", "content_type"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_a_400_and_is_not_heard(body: bytes, content_type: str) -> None:
    heard = Heard()
    assert post(client_of(heard), body, content_type).status_code == 400
    assert heard.requests == []


def test_a_body_beyond_all_measure_is_a_413() -> None:
    heard = Heard()
    assert post(client_of(heard), b"x" * (inbound.MAX_BYTES + 1)).status_code == 413
    assert heard.requests == []


def test_text_that_no_database_keeps_is_cleaned_and_the_rest_stays() -> None:
    heard = Heard()
    client = client_of(heard)
    broken = as_payload(PRESS).replace(b"1.2", b"a%5Cu0000b%5Cud83d%5Cude00%5Cud83dc")
    assert post(client, broken).status_code == 200
    assert heard.requests[0].body["trigger_id"] == "ab😀c"
    assert post(client, urlencode(COMMAND | {"text": "new A\0B"}).encode()).status_code == 200
    assert heard.requests[1].body["text"] == "new AB"


SPOKEN = {"command": urlencode(COMMAND).encode(), "press": as_payload(PRESS), "submission": as_payload(SUBMIT)}


@pytest.mark.parametrize("body", SPOKEN.values(), ids=SPOKEN)
@pytest.mark.parametrize(
    "answer", [RuntimeError("secret detail"), BoltResponse(status=500, body="trace")], ids=["raised", "500"]
)
def test_an_error_behind_the_door_is_a_200_with_a_reference_to_quote(body: bytes, answer: Any) -> None:
    told = post(client_of(Heard(answer)), body, **{"X-Request-Id": "ref-12345"})
    assert told.status_code == 200
    assert "report the reference ref-12345" in told.text
    assert "secret" not in told.text


@pytest.mark.parametrize("body", SPOKEN.values(), ids=SPOKEN)
def test_what_nobody_answers_is_a_200_with_a_sentence(body: bytes) -> None:
    told = post(client_of(Heard(BoltResponse(status=404, body={"error": "unhandled request"}))), body)
    assert told.status_code == 200
    assert "I do not know this one" in told.text
    assert "unhandled" not in told.text


@pytest.mark.parametrize("kind", ["workflow_step_edit", "interactive_message", "dialog_submission", "🤷"])
def test_a_kind_that_slack_has_and_we_do_not_is_answered_before_bolt_stumbles_over_it(kind: str) -> None:
    heard = Heard(RuntimeError())
    told = post(client_of(heard), as_payload({"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}}))
    assert (told.status_code, "I do not know this one" in told.text) == (200, True)
    assert heard.requests == []


def test_a_sentence_takes_the_form_that_slack_shows() -> None:
    client = client_of(Heard(RuntimeError()))
    assert post(client, SPOKEN["command"]).json["response_type"] == "ephemeral"  # type: ignore[index]
    assert post(client, SPOKEN["submission"]).json["response_action"] == "update"  # type: ignore[index]
    event = post(client, json.dumps(EVENT).encode(), JSON)
    assert (event.status_code, event.text) == (200, "")


def test_a_real_bolt_app_that_fails_or_does_not_know_never_gives_a_5xx() -> None:
    app = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
        process_before_response=True,
    )

    @app.command("/deal")
    def fail() -> None:
        raise RuntimeError("the detail")

    client = client_of(app.dispatch)
    failed = post(client, urlencode(COMMAND).encode())
    assert (failed.status_code, "report the reference" in failed.text) == (200, True)
    for body in (as_payload(PRESS), as_payload(SUBMIT), urlencode(COMMAND | {"command": "/other"}).encode()):
        unknown = post(client, body)
        assert (unknown.status_code, "I do not know this one" in unknown.text) == (200, True)


def test_in_socket_mode_slack_is_not_taken_over_http() -> None:
    assert post(client_of(None), urlencode(COMMAND).encode()).status_code == 404


def test_other_pages_and_methods_are_refused_plainly() -> None:
    client = client_of(Heard())
    assert client.get("/").status_code == 404
    assert client.get("/static/x").status_code == 404
    answer = client.get("/slack/events")
    assert (answer.status_code, answer.text) == (405, "405 Method Not Allowed")
    assert "POST" in answer.headers["Allow"]


def test_the_process_is_alive_also_when_it_is_not_ready() -> None:
    client = client_of(None, lambda: Readiness({"database": "not reachable"}))
    assert client.get("/healthz").json == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "checks": {"database": "not reachable"}})
    assert client_of(None).get("/readyz").status_code == 200


def test_the_request_id_comes_back_and_an_odd_one_is_replaced() -> None:
    client = client_of(None)
    assert client.get("/healthz", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    assert client.get("/healthz", headers={"X-Request-Id": "<b>"}).headers["X-Request-Id"].isalnum()


def test_metrics_count_commands_acks_calls_and_work() -> None:
    metrics = Metrics()
    metrics.watch_work(lambda: [WorkCount("due", 3, 12.5)])
    metrics.turn("command new", "ok", 0.1)
    metrics.turn("command", "ok", 0.1)
    metrics.turn("button deal.page", "ok", 0.1)
    metrics.slack_call("chat.postMessage", "ok")
    client = make_web(Heard(), SECRET, lambda: READY, metrics, lambda: NOW).test_client()
    post(client, urlencode(COMMAND).encode())
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    for line in (
        'stagecoach_commands_total{command="new",outcome="ok"} 1.0',
        'stagecoach_commands_total{command="list",outcome="ok"} 1.0',
        'stagecoach_ack_seconds_count{kind="command"} 1.0',
        'stagecoach_slack_calls_total{method="chat.postMessage",outcome="ok"} 1.0',
        'stagecoach_work_items{state="due"} 3.0',
        'stagecoach_work_oldest_seconds{state="due"} 12.5',
    ):
        assert line in answer.text.splitlines()


def test_metrics_are_there_when_the_database_is_not() -> None:
    def away() -> list[WorkCount]:
        raise OSError("no database")

    metrics = Metrics()
    metrics.watch_work(away)
    text = metrics.render().decode()
    assert "stagecoach_ack_seconds" in text
    assert "stagecoach_work_items" not in text


# The server


def get(port: int, path: str = "/healthz") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_server_listens_on_a_free_port_and_ends() -> None:
    server = serve(client_of(None).application, "127.0.0.1", 0, 2)
    thread = server.start()
    port = server.port
    assert get(port) == 200
    server.close()
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(OSError, match="refused"):
        get(port)


def test_closing_lets_the_answer_under_way_out_and_takes_no_more() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(request: BoltRequest) -> BoltResponse:
        entered.set()
        leave.wait(5)
        return BoltResponse(status=200, body="done")

    web = make_web(slow, SECRET, lambda: READY, Metrics(), lambda: NOW)
    server = serve(web, "127.0.0.1", 0, 2)
    server.start()
    port, answers = server.port, []
    body, timestamp = urlencode(COMMAND), str(int(NOW))

    def call() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature_of(body.encode(), timestamp)}
        connection.request("POST", "/slack/events", body, headers | {"Content-Type": FORM})
        answers.append(connection.getresponse().read())
        connection.close()

    caller = threading.Thread(target=call)
    caller.start()
    assert entered.wait(5)
    closing = threading.Thread(target=server.close)
    closing.start()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            break
    leave.set()
    caller.join(5)
    closing.join(5)
    assert answers == [b"done"]


def test_a_port_in_use_is_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Cannot listen on 127.0.0.1 port {port}: Address already in use"):
            serve(client_of(None).application, "127.0.0.1", port)


def test_an_address_of_another_machine_is_one_line_too() -> None:
    with pytest.raises(CannotStart, match="Cannot listen on not-an-address port 0"):
        serve(client_of(None).application, "not-an-address", 0)
