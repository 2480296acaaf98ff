"""What an error of a Slack call proves. Each case is a real server that misbehaves and Slack's own client."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPException

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.work import Broken, Later, Outcome, Refused, Unknown
from bot.slack.outcomes import LONGEST_WAIT, UNTOLD_WAIT, outcome_of

Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """Accepts connections on a free port and lets `serve` do as it likes with each; yields the API's address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def read_request(connection: socket.socket) -> None:
    """Read all of it: a server that closes before has refused the request rather than lost the answer."""
    with connection.makefile("rb") as request:
        length = 0
        while (line := request.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        request.read(length)


def answering(status: str, body: str, *headers: str) -> Serve:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    return serve


def saying(error: str, status: str = "200 OK", *headers: str) -> Serve:
    return answering(status, json.dumps({"ok": False, "error": error}), "Content-Type: application/json", *headers)


def call(base_url: str, timeout: float = 5) -> Outcome:
    client = WebClient("xoxb-secret", base_url=base_url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]
    try:
        client.chat_postMessage(channel="C1", text="what nobody else should read")
    except (SlackClientError, OSError, HTTPException) as problem:
        outcome = outcome_of(problem)
        assert "secret" not in str(outcome)
        assert "nobody else" not in str(outcome)
        return outcome
    raise AssertionError("the call went well")


def outcome_with(serve: Serve, timeout: float = 5) -> Outcome:
    with server(serve) as base_url:
        return call(base_url, timeout)


@pytest.mark.parametrize(
    "error", ["not_in_channel", "channel_not_found", "is_archived", "invalid_blocks", "missing_scope", "msg_too_long"]
)
def test_what_slack_refuses_is_refused_with_its_word(error: str) -> None:
    assert outcome_with(saying(error)) == Refused(error)


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable"])
def test_when_slack_is_ill_nobody_knows_what_it_did(error: str) -> None:
    assert outcome_with(saying(error)) == Unknown(error)


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "request_timeout"])
def test_a_wrong_token_keeps_the_item_until_somebody_puts_it_right(error: str) -> None:
    assert outcome_with(saying(error)) == Later(reason=error)


def test_a_rate_limit_says_when_to_come_back_and_is_no_failed_attempt() -> None:
    limited = saying("ratelimited", "429 Too Many Requests", "Retry-After: 17")
    assert outcome_with(limited) == Later(timedelta(seconds=17), "rate limited", counts=False)


def test_a_rate_limit_may_come_with_status_200() -> None:
    assert outcome_with(saying("rate_limited")) == Later(UNTOLD_WAIT, "rate limited", counts=False)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("soon", UNTOLD_WAIT),
        ("-5", UNTOLD_WAIT),
        ("nan", UNTOLD_WAIT),
        ("inf", LONGEST_WAIT),
        ("999999999999999", LONGEST_WAIT),
        ("0", timedelta(0)),
    ],
)
def test_a_strange_retry_after_does_no_harm(header: str, wait: timedelta) -> None:
    limited = saying("ratelimited", "429 Too Many Requests", f"Retry-After: {header}")
    assert outcome_with(limited) == Later(wait, "rate limited", counts=False)


@pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"])
def test_a_server_error_leaves_the_outcome_unknown(status: str) -> None:
    assert outcome_with(answering(status, "<h1>Oops</h1>")) == Unknown(f"HTTP {status[:3]}")


def test_an_answer_that_is_not_slacks_leaves_the_outcome_unknown() -> None:
    assert outcome_with(answering("200 OK", "<h1>Welcome to the hotel network</h1>")) == Unknown(
        "an answer without sense"
    )


def test_a_proxy_that_says_no_has_kept_the_message_to_itself() -> None:
    refused = answering("407 Proxy Authentication Required", "<h1>Who are you?</h1>")
    assert outcome_with(refused) == Later(reason="HTTP 407 without Slack's word")


def test_a_refused_connection_has_surely_sent_nothing() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    assert call(f"http://127.0.0.1:{port}/api/") == Later(reason="not reached: ConnectionRefusedError")


def test_a_host_without_an_address_has_surely_been_sent_nothing() -> None:
    assert call("http://slack.invalid/api/") == Later(reason="not reached: gaierror")


def test_a_connection_that_does_not_come_about_has_surely_sent_nothing() -> None:
    # A server whose queue is full lets newcomers wait until they give up.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        try:
            assert call(f"http://127.0.0.1:{full.getsockname()[1]}/api/", timeout=0.3) == Later(
                reason="not reached: TimeoutError"
            )
        finally:
            for one in waiting:
                one.close()


def test_a_timeout_while_the_answer_is_awaited_leaves_the_outcome_unknown() -> None:
    released = threading.Event()

    def stall(connection: socket.socket) -> None:
        read_request(connection)
        released.wait(10)

    with server(stall) as base_url:
        outcome = call(base_url, timeout=0.3)
        released.set()
    assert outcome == Unknown("no answer: TimeoutError")


def test_a_connection_dropped_after_the_request_leaves_the_outcome_unknown() -> None:
    def drop(connection: socket.socket) -> None:
        read_request(connection)

    assert outcome_with(drop) == Unknown("no answer: RemoteDisconnected")


def test_an_answer_cut_off_in_the_middle_leaves_the_outcome_unknown() -> None:
    def cut(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": tr')

    assert outcome_with(cut) == Unknown("no answer: IncompleteRead")


def test_an_error_raised_from_a_call_s_error_means_the_same() -> None:
    def wrapped() -> None:
        try:
            raise ConnectionResetError
        except OSError as problem:
            raise LookupError("in our words") from problem

    with pytest.raises(LookupError) as raised:
        wrapped()
    assert outcome_of(raised.value) == Unknown("no answer: ConnectionResetError")


def test_any_other_error_is_a_fault_of_ours() -> None:
    assert outcome_of(KeyError("what somebody typed")) == Broken("KeyError")
    assert outcome_of(SlackClientError("misused")) == Broken("SlackClientError")


def test_an_answer_kept_as_a_plain_dictionary_is_understood() -> None:
    problem = SlackApiError("no", {"ok": False, "error": "is_archived"})  # type: ignore[no-untyped-call]
    assert outcome_of(problem) == Refused("is_archived")
