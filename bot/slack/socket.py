"""Socket Mode: the same deliveries over connections that we open, for teams without a public address."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.inbound import Malformed, recognise, without_broken_text

log: Any = structlog.get_logger()

RECONNECT_SECONDS = 5.0


class SocketMode:
    """Keeps a connection to Slack and answers what arrives on it. The library reconnects when Slack refreshes it."""

    def __init__(self, dispatch: Callable[[BoltRequest], BoltResponse], app_token: str, base_url: str) -> None:
        self._dispatch = dispatch
        self._client = SocketModeClient(
            app_token=app_token,
            web_client=WebClient(base_url=base_url, timeout=10, retry_handlers=[]),
            concurrency=16,
        )
        self._client.socket_mode_request_listeners.append(self._hear)  # type: ignore[arg-type]
        self._stopping = threading.Event()
        self._connecting = threading.Thread(target=self._connect, name="socket", daemon=True)

    def start(self) -> None:
        """Connect, in the background, again and again until Slack is there."""
        self._connecting.start()

    def close(self, patience: float) -> None:
        """Disconnect; what is being answered is answered first."""
        self._stopping.set()
        self._client.auto_reconnect_enabled = False
        workers: ThreadPoolExecutor = self._client.message_workers
        done = threading.Thread(target=workers.shutdown, daemon=True)
        done.start()
        done.join(min(patience, 4.0))
        self._client.close()

    def _connect(self) -> None:
        while not self._stopping.is_set():
            try:
                self._client.connect()
            except (SlackClientError, OSError) as problem:
                log.warning("socket_not_connected", error=type(problem).__name__)
                self._stopping.wait(RECONNECT_SECONDS)
            else:
                log.info("socket_connected")
                return

    def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope. What is malformed is acknowledged without an effect: Slack would only send it again."""
        payload = None
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.envelope_id)
        try:
            payload = self._answer(request)
            log.info("delivery", kind=request.type)
        except Malformed as problem:
            log.warning("delivery_malformed", reason=str(problem))
        except Exception:  # the envelope has to be acknowledged all the same
            log.exception("delivery_failed", kind=request.type)
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    def _answer(self, request: SocketModeRequest) -> dict[str, Any] | None:
        body = without_broken_text(request.payload)
        if not isinstance(body, dict):
            raise Malformed("not an object")
        if request.type != "slash_commands":
            recognise(body)
        response = self._dispatch(BoltRequest(body=body, mode="socket_mode"))
        content = json.loads(response.body) if response.body and response.status == 200 else None
        return content if isinstance(content, dict) else None
