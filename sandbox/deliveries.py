"""Handing payloads to the app: commands and interactions with an ack awaited, events with retries."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any

from sandbox.slack import Slack
from sandbox.transports import DeliveryFailed, Reply, Retry, Transport

Json = dict[str, Any]
RETRY_DELAYS = (0.0, 60.0, 300.0)


class Deliveries:
    """``ack_timeout`` and ``retry_delays`` are real seconds. Without a ``transport`` nothing can be delivered."""

    def __init__(self, slack: Slack, ack_timeout: float = 3.0) -> None:
        self.slack = slack
        self.ack_timeout = ack_timeout
        self.retry_delays: tuple[float, ...] = RETRY_DELAYS
        self.transport: Transport | None = None
        self._stopped = threading.Event()
        self._under_way = 0
        self._quiet = threading.Condition()

    def command(self, form: dict[str, str]) -> Reply:
        """Raises DeliveryFailed; do not hold the workspace's lock meanwhile."""
        return self._send("command", form)

    def interaction(self, payload: Json) -> Reply:
        """Raises DeliveryFailed; do not hold the workspace's lock meanwhile."""
        return self._send("interaction", payload)

    def event(self, event: Json, subscription: str | None = None) -> None:
        """Send an event in the background if the app subscribed to it; tried again as often as Slack does."""
        if (subscription or event["type"]) not in self.slack.workspace.app.events or self.transport is None:
            return
        with self._quiet:
            self._under_way += 1
        envelope = self._envelope(event)
        threading.Thread(target=self._try_event, args=(envelope,), name="slack-event", daemon=True).start()

    def verify_url(self) -> bool:
        """Whether the app answers the challenge that Slack sends when a request URL is saved."""
        challenge = secrets.token_hex(16)
        token = self.slack.workspace.app.verification_token
        try:
            reply = self._send("event", {"type": "url_verification", "token": token, "challenge": challenge})
        except DeliveryFailed:
            return False
        return reply.body == challenge or (isinstance(reply.body, dict) and reply.body.get("challenge") == challenge)

    def wait_until_quiet(self, timeout: float = 5.0) -> bool:
        """Whether every event was delivered or given up within that many real seconds."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._under_way == 0, timeout)

    def stop(self) -> None:
        self._stopped.set()

    def _send(self, kind: Any, content: Json, retry: Retry | None = None) -> Reply:
        if self.transport is None:
            raise DeliveryFailed("dispatch_failed")
        return self.transport.send(kind, content, self.ack_timeout, retry)

    def _try_event(self, envelope: Json) -> None:
        try:
            retry: Retry | None = None
            for number, delay in enumerate((*self.retry_delays, None), start=1):
                try:
                    self._send("event", envelope, retry)
                    return
                except DeliveryFailed as failure:
                    late = str(failure) == "operation_timeout"
                    retry = Retry(number, "http_timeout" if late else "http_error")
                if delay is None or self._stopped.wait(delay):
                    return
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _envelope(self, event: Json) -> Json:
        workspace = self.slack.workspace
        channel = workspace.channels.get(str(event.get("channel", "")))
        return {
            "token": workspace.app.verification_token,
            "team_id": workspace.team.id,
            "context_team_id": workspace.team.id,
            "api_app_id": workspace.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team.id,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.shared_with),
        }
