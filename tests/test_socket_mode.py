"""The same conversation over Socket Mode: the bot opens the connection, and no address of its own is needed."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.manifest import make_manifest
from bot.slack.directory import keep_learning
from bot.slack.socket import SocketMode
from bot.store.database import Database
from bot.wiring import build
from sandbox.server import APP_TOKEN, Sandbox
from sandbox.team import RITA
from tests.driver import Person
from tests.harness import MovableClock, settings_for


@pytest.fixture
def rita(sqlite: Database) -> Iterator[Person]:
    """Rita, before a workspace to which the bot is connected by a socket."""
    with Sandbox(mode="socket", manifest=make_manifest()) as sandbox:
        settings = settings_for(sandbox, stagecoach_mode="socket")
        application = build(settings, sqlite, MovableClock())
        keep_learning(application.desk, application.caller)
        socket = SocketMode(application.bolt.dispatch, APP_TOKEN, settings.slack_api_url)
        socket.start()
        application.sender.start()
        try:
            assert sandbox.socket is not None
            assert sandbox.socket.wait_for_connections(1, 10)
            yield Person(sandbox, RITA)
        finally:
            socket.close(5)
            application.caller.close(5)
            application.sender.stop()
            # The library drops the socket of a refreshed connection without closing it.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                gc.collect()


def test_commands_forms_and_buttons_work_over_a_socket(rita: Person) -> None:
    rita.types("/deal new Acme 12k EUR")
    rita.submits()
    rita.waits_to_see("Logged")
    rita.closes(everything=True)
    rita.types("/deal")
    assert "Acme" in rita.sees()
    rita.presses("Details")
    assert "€12,000" in rita.modal


def test_what_is_not_understood_gets_a_sentence_over_a_socket_too(rita: Person) -> None:
    rita.types("/deal shwo Acme")
    assert "Did you mean" in rita.sees()


def test_each_delivery_over_a_socket_is_logged_with_an_id_of_its_own(rita: Person) -> None:
    with capture_logs(processors=[merge_contextvars]) as seen:
        rita.types("/deal help")
        rita.types("/deal")
    taken = [line["request_id"] for line in seen if line["event"] == "delivery" and line["kind"] == "slash_commands"]
    assert len(set(taken)) == 2


def test_the_bot_comes_back_after_slack_refreshes_the_connection(rita: Person) -> None:
    socket = rita.sandbox.socket
    assert socket is not None
    socket.refresh()
    assert socket.wait_for_connections(1, 15)
    rita.types("/deal help")
    assert "move X" in rita.sees()
