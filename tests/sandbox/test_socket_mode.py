"""Socket Mode: payloads over WebSocket connections."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from socket import SHUT_RDWR
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from sandbox.server import APP_TOKEN, Sandbox
from sandbox.socket_mode import SocketTransport
from sandbox.team import RITA
from tests.sandbox.fake_bot import FakeBot, Json


@pytest.fixture(scope="module")
def running_socket() -> Iterator[Sandbox]:
    with Sandbox(mode="socket") as sandbox:
        yield sandbox


@pytest.fixture
def caller(running_socket: Sandbox) -> FakeBot:
    running_socket.reset()
    bot = FakeBot()
    bot.sandbox = running_socket
    return bot


@pytest.fixture
def socket(caller: FakeBot) -> SocketTransport:
    assert caller.sandbox
    assert caller.sandbox.socket
    return caller.sandbox.socket


def _connect(caller: FakeBot) -> ClientConnection:
    told = caller.call("apps.connections.open", token=APP_TOKEN)
    return connect(told["url"], proxy=None)


def _answering(connection: ClientConnection, payload: Any = None) -> list[Json]:
    """Ack whatever comes on this connection, in the background."""
    seen: list[Json] = []

    def run() -> None:
        try:
            for text in connection:
                envelope = json.loads(text)
                seen.append(envelope)
                if "envelope_id" in envelope:
                    ack = {"envelope_id": envelope["envelope_id"]}
                    connection.send(json.dumps({**ack, "payload": payload} if payload else ack))
        except ConnectionClosed:
            return

    threading.Thread(target=run, daemon=True).start()
    return seen


def test_a_connection_is_greeted(caller: FakeBot) -> None:
    with _connect(caller) as connection:
        hello = json.loads(connection.recv(timeout=5))
        assert hello["type"] == "hello"
        assert hello["connection_info"]["app_id"] == "A06STGCH2QR"


def test_a_ticket_admits_one_connection(caller: FakeBot) -> None:
    url = caller.call("apps.connections.open", token=APP_TOKEN)["url"]
    with connect(url, proxy=None) as first:
        first.recv(timeout=5)
        with connect(url, proxy=None) as second, pytest.raises(ConnectionClosed):
            second.recv(timeout=5)


def test_a_command_is_acked_with_a_payload(caller: FakeBot, socket: SocketTransport, running_socket: Sandbox) -> None:
    with _connect(caller) as connection:
        seen = _answering(connection, {"text": "Hello"})
        assert socket.wait_for_connections()
        channel = running_socket.workspace.direct_message(RITA, running_socket.workspace.app.bot_user_id)
        assert channel
        outcome = running_socket.acting.type_command(RITA, channel.id, "/deal help")
        assert outcome.note == "Hello"
    envelope = seen[-1]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["text"] == "help"


def test_an_event_is_acked_without_a_payload(caller: FakeBot, socket: SocketTransport, running_socket: Sandbox) -> None:
    with _connect(caller) as connection:
        seen = _answering(connection)
        assert socket.wait_for_connections()
        running_socket.living.open_home(RITA)
        assert running_socket.deliveries.wait_until_quiet()
    assert (seen[-1]["type"], seen[-1]["accepts_response_payload"]) == ("events_api", False)
    assert seen[-1]["retry_attempt"] == 0


def test_a_payload_goes_to_one_of_several_connections(caller: FakeBot, socket: SocketTransport) -> None:
    with _connect(caller) as one, _connect(caller) as two:
        seen = [_answering(one), _answering(two)]
        assert socket.wait_for_connections(2)
        for _ in range(5):
            socket.send("interaction", {"type": "block_actions"}, 5)
        counts = [sum("envelope_id" in envelope for envelope in each) for each in seen]
        assert sum(counts) == 5


def test_without_a_connection_nothing_is_delivered(caller: FakeBot, running_socket: Sandbox) -> None:
    channel = running_socket.workspace.direct_message(RITA, running_socket.workspace.app.bot_user_id)
    assert channel
    outcome = running_socket.acting.type_command(RITA, channel.id, "/deal")
    assert (outcome.status, outcome.error) == ("failed", "dispatch_failed")


def test_an_ack_that_does_not_come_is_a_timeout(
    caller: FakeBot, socket: SocketTransport, running_socket: Sandbox
) -> None:
    with _connect(caller) as connection:
        assert socket.wait_for_connections()
        connection.send("not JSON")
        connection.send(json.dumps({"envelope_id": "another"}))
        running_socket.deliveries.ack_timeout = 0.05
        channel = running_socket.workspace.direct_message(RITA, running_socket.workspace.app.bot_user_id)
        assert channel
        outcome = running_socket.acting.type_command(RITA, channel.id, "/deal")
        running_socket.deliveries.ack_timeout = 3.0
    assert outcome.error == "operation_timeout"


def test_connections_are_refreshed(caller: FakeBot, socket: SocketTransport) -> None:
    with _connect(caller) as connection:
        connection.recv(timeout=5)
        assert socket.wait_for_connections()
        socket.refresh()
        assert json.loads(connection.recv(timeout=5))["reason"] == "refresh_requested"
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)


def test_more_than_ten_connections_are_too_many(caller: FakeBot, socket: SocketTransport) -> None:
    with ExitStack() as connections:
        for _ in range(10):
            connections.enter_context(_connect(caller))
        assert socket.wait_for_connections(10)
        with _connect(caller) as one_more, pytest.raises(ConnectionClosed):
            one_more.recv(timeout=5)


def test_an_app_that_is_killed_leaves_no_noise(
    caller: FakeBot, socket: SocketTransport, caplog: pytest.LogCaptureFixture
) -> None:
    with _connect(caller) as connection:
        assert socket.wait_for_connections()
        connection.socket.shutdown(SHUT_RDWR)
        assert socket.wait_for_connections(0)
    assert caplog.records == []
