"""What everything is measured against: a Bolt app as its tutorial makes it, with a command that does nothing."""

from __future__ import annotations

import os
from collections.abc import Callable

from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

SLACK, SECRET = "BENCH_SLACK_API_URL", "BENCH_SIGNING_SECRET"
"""Variables in which the benchmark tells us where its Slack is and how it signs."""


def make() -> Flask:
    """The WSGI application, for gunicorn. All of Bolt's settings are its defaults."""
    client = WebClient("xoxb-bench", base_url=os.environ[SLACK])
    app = App(client=client, signing_secret=os.environ[SECRET], token_verification_enabled=False)

    @app.command("/empty")
    def empty(ack: Callable[[], object]) -> None:
        ack()

    flask = Flask(__name__)
    bolt = SlackRequestHandler(app)

    @flask.post("/slack/events")
    def events() -> Response:
        answer: Response = bolt.handle(request)
        return answer

    return flask
