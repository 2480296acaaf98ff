"""Calling Slack after the decision is made: calls that hold a trigger, and those that may take longer.

Each sort has a pool of its own, so that stalled calls of one sort cannot let the triggers of the other expire.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from ssl import SSLContext, create_default_context
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.slack.blocks import View

log = structlog.get_logger()

# Slack forgets a trigger after three seconds, so a call that holds one is worth no more time than that.
TRIGGER_TIMEOUT = 3
QUIET_TIMEOUT = 10
Observe = Callable[[str, str], None]
"""Told the method and the outcome of each call."""


class SlackRefused(Exception):
    """Slack refused a call, or was not reached; `code` is Slack's word for it or the error's name."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.method, self.code = method, code


@dataclass(frozen=True)
class Caller:
    """Calls Slack for one workspace. `quick` is for calls that hold a trigger, `quiet` for the rest."""

    quick: WebClient
    quiet: WebClient
    observe: Observe
    triggers: ThreadPoolExecutor
    errands: ThreadPoolExecutor

    @classmethod
    def make(cls, token: str, base_url: str, observe: Observe) -> Caller:
        """With its own clients and pools."""
        return cls(
            _client(token, base_url, TRIGGER_TIMEOUT),
            _client(token, base_url, QUIET_TIMEOUT),
            observe,
            ThreadPoolExecutor(16, thread_name_prefix="trigger"),
            ThreadPoolExecutor(8, thread_name_prefix="errand"),
        )

    def soon(self, job: Callable[[], None], *, holds_trigger: bool) -> Future[None]:
        """Run a job in the pool of its sort; what goes wrong in it is logged, since nobody waits for it.

        What it logs bears the id of the request that asked for it.
        """
        return (self.triggers if holds_trigger else self.errands).submit(copy_context().run, _logged, job)

    def send(self, method: str, *, quick: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call a method of the Web API. What goes wrong is raised as it comes, for those who judge it by its kind."""
        client = self.quick if quick else self.quiet
        try:
            response = client.api_call(method, json={k: v for k, v in arguments.items() if v is not None})
        except (SlackClientError, HTTPException, OSError) as problem:
            self.observe(method, code_of(problem))
            raise
        self.observe(method, "ok")
        data = response.data
        return data if isinstance(data, dict) else {}

    def call(self, method: str, *, quick: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call a method of the Web API. Raises SlackRefused, whatever goes wrong."""
        try:
            return self.send(method, quick=quick, **arguments)
        except (SlackClientError, HTTPException, OSError) as problem:
            raise SlackRefused(method, code_of(problem)) from problem

    def open(self, trigger_id: str, view: View, *, push: bool) -> None:
        """Open a modal, or push one over the present one. Raises SlackRefused."""
        self.call("views.push" if push else "views.open", quick=True, trigger_id=trigger_id, view=view)

    def redraw(self, view_id: str, view_hash: str | None, draw: Callable[[], View]) -> None:
        """Draw an open modal anew; after a conflict, once more from the newest state. A closed modal is no error."""
        try:
            self.call("views.update", quick=True, view_id=view_id, view=draw(), hash=view_hash)
        except SlackRefused as refused:
            if refused.code == "not_found":
                return
            if refused.code != "hash_conflict":
                raise
            self.call("views.update", quick=True, view_id=view_id, view=draw())

    def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Post to a response_url. Raises SlackRefused."""
        try:
            client = WebhookClient(response_url, timeout=QUIET_TIMEOUT, retry_handlers=[], ssl=_tls(response_url))
            sent = client.send_dict(dict(message))
        except (HTTPException, OSError) as problem:
            self.observe("response_url", type(problem).__name__)
            raise SlackRefused("response_url", type(problem).__name__) from problem
        self.observe("response_url", "ok" if sent.status_code == 200 else str(sent.status_code))
        if sent.status_code != 200:
            raise SlackRefused("response_url", str(sent.status_code))

    def close(self, patience: float) -> None:
        """Let what is under way finish, at most `patience` seconds; what has not begun is dropped."""
        until = time.monotonic() + patience
        for pool in (self.triggers, self.errands):
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in (self.triggers, self.errands):
            for thread in list(pool._threads):
                thread.join(max(0.0, until - time.monotonic()))


def _client(token: str, base_url: str, timeout: int) -> WebClient:
    # Slack's SDK re-sends once after a dropped connection unless told not to; what to do then is ours to decide.
    return WebClient(token, base_url=base_url, timeout=timeout, retry_handlers=[], ssl=_tls(base_url))


def _tls(url: str) -> SSLContext | None:
    return _trust() if url.startswith("https:") else None


@cache
def _trust() -> SSLContext:
    """Whom we trust, read once. Left to itself urllib reads it for each call: tens of milliseconds of computing."""
    return create_default_context()


def code_of(problem: Exception) -> str:
    """Slack's word for what it refused, or the name of the error when it was not reached."""
    if isinstance(problem, SlackApiError):
        return str(problem.response.get("error") or problem.response.status_code)
    return type(problem).__name__


def _logged(job: Callable[[], None]) -> None:
    try:
        job()
    except SlackRefused as refused:
        log.warning("slack_refused", method=refused.method, code=refused.code)
    except Exception as problem:  # nobody waits for the result, so this is the last place to notice it
        log.exception("errand_failed", error=type(problem).__name__)
