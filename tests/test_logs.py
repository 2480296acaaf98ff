"""Logs say what happened to which id; never what somebody typed, and never a token."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from slack_bolt.logger import get_bolt_logger
from slack_bolt.middleware.request_verification import RequestVerification
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.testing import capture_logs

from bot import logs
from tests.harness import Office


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    structlog.contextvars.clear_contextvars()  # what an earlier test's request left in this thread
    yield io.StringIO()
    root.handlers, root.level = before, level
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = [], True
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_has_one_line_an_event_with_the_request_it_belongs_to(out: io.StringIO) -> None:
    logs.configure("json", out)
    with bound_contextvars(request_id="r-1"):
        structlog.get_logger().info("moved", deal=42)
    logging.getLogger("waitress").warning("queue of %d", 7)
    moved, queue = lines(out)
    assert (moved["event"], moved["deal"], moved["request_id"], moved["level"]) == ("moved", 42, "r-1", "info")
    assert moved["timestamp"].endswith("Z")
    assert queue["event"] == "queue of 7"
    assert "request_id" not in queue


def test_an_error_tells_its_class_and_place_but_not_its_message(out: io.StringIO) -> None:
    logs.configure("json", out)
    try:
        raise ValueError("what the rep typed")
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=True)
        structlog.get_logger().error("failed", exc_info=error)
        logging.getLogger("other").exception("failed")
    for line in lines(out):
        assert line["error"] == "ValueError"
        assert "test_logs.py" in line["at"][-1]
    assert "rep typed" not in out.getvalue()


def test_the_console_shows_the_error_whole_but_no_local_variables(out: io.StringIO) -> None:
    logs.configure("console", out)
    local = "".join(["loc", "al value"])
    try:
        raise ValueError("the message")
    except ValueError:
        structlog.get_logger().error("failed", exc_info=True)
    assert "ValueError: the message" in out.getvalue()
    assert local not in out.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
def test_tokens_are_cut_from_every_line(form: Any, out: io.StringIO) -> None:
    logs.configure(form, out)
    structlog.get_logger().info("called", url="https://x/?token=xoxb-123-abc", other="xapp-1-A1-9")
    assert "123" not in out.getvalue()
    assert "A1" not in out.getvalue()
    assert "xoxb-…" in out.getvalue()


def test_bodies_and_signatures_of_bad_requests_are_not_logged(out: io.StringIO) -> None:
    logs.configure("json", out)
    verification = RequestVerification("secret")
    verification._debug_log_error("v0=sig", "1", "the body")
    get_bolt_logger(RequestVerification).warning("Unhandled request (the body)")
    logging.getLogger("slack_sdk.web.base_client").warning("Received (the body)")
    assert out.getvalue() == ""


def test_errors_of_slacks_libraries_are_told_without_their_message(out: io.StringIO) -> None:
    logs.configure("json", out)
    try:
        raise KeyError("the body")
    except KeyError:
        logging.getLogger("slack_bolt.App").exception("Failed (the body)")
    (line,) = lines(out)
    assert (line["event"], line["library"], line["error"]) == ("slack_library_failed", "slack_bolt.App", "KeyError")
    assert "the body" not in out.getvalue()


def test_without_a_terminal_the_form_is_json(out: io.StringIO) -> None:
    logs.configure(None, out)
    structlog.get_logger().info("started")
    assert lines(out)[0]["event"] == "started"


def test_what_follows_the_answer_is_logged_with_the_request_that_it_belongs_to(office: Office) -> None:
    """A form is opened after the answer, by another thread."""
    office.sandbox.faults.refuse("views.open", "expired_trigger_id")
    with capture_logs(processors=[merge_contextvars]) as seen:
        office.rita.types("/deal new Acme")
        (refused,) = office.eventually(lambda: [line for line in seen if line["event"] == "view_refused"])
        (taken,) = office.eventually(lambda: [line for line in seen if line["event"] == "delivery"])
    assert refused["request_id"] == taken["request_id"]
