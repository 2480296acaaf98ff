"""Socket Mode: WebSocket connections of the app, over which payloads go out and acks come back."""

from __future__ import annotations

import json
import queue
import secrets
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from sandbox.slack import Slack
from sandbox.transports import DeliveryFailed, Json, Kind, Reply, Retry

MOST_CONNECTIONS = 10
_TYPES = {"command": "slash_commands", "interaction": "interactive", "event": "events_api"}


class SocketTransport:
    """Listens on loopback for the app's connections; each payload goes to any one of them."""

    def __init__(self, slack: Slack, port: int = 0) -> None:
        self._slack = slack
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._connections: list[ServerConnection] = []
        self._waiting: dict[str, queue.SimpleQueue[Any]] = {}
        self._server: Server = serve(self._attend, "127.0.0.1", port, max_size=2**22)
        self._thread = threading.Thread(target=self._server.serve_forever, name="socket-mode", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._connections)

    def wait_for_connections(self, count: int = 1, timeout: float = 5.0) -> bool:
        """Whether there were exactly so many within that many real seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._connections) == count, timeout)

    def send(self, kind: Kind, content: Json, timeout: float, retry: Retry | None = None) -> Reply:
        """Deliver to one connection and wait for the ack; raises DeliveryFailed."""
        envelope = self._envelope(kind, content, retry)
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with self._lock:
            self._waiting[envelope["envelope_id"]] = answers
        try:
            self._send_to_any(json.dumps(envelope))
            payload = answers.get(timeout=timeout)
        except queue.Empty:
            raise DeliveryFailed("operation_timeout") from None
        finally:
            with self._lock:
                self._waiting.pop(envelope["envelope_id"], None)
        return Reply(payload or None) if isinstance(payload, dict | str) else Reply()

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again, and close it, as Slack does every few hours."""
        with self._changed:
            connections = list(self._connections)
            self._connections.clear()  # nothing is delivered over them any more
        for connection in connections:
            try:
                connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}))
                connection.close()
            except ConnectionClosed:
                continue

    def stop(self) -> None:
        self._server.shutdown()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.close()
        self._thread.join(5)

    def _envelope(self, kind: Kind, content: Json, retry: Retry | None) -> Json:
        envelope: Json = {"envelope_id": secrets.token_hex(16), "type": _TYPES[kind], "payload": content}
        envelope["accepts_response_payload"] = kind != "event"
        if kind == "event":
            envelope |= {"retry_attempt": retry.number if retry else 0, "retry_reason": retry.reason if retry else ""}
        return envelope

    def _send_to_any(self, text: str) -> None:
        with self._lock:
            connections = list(self._connections)
        secrets.SystemRandom().shuffle(connections)
        for connection in connections:
            try:
                connection.send(text)
                return
            except ConnectionClosed:
                continue
        raise DeliveryFailed("dispatch_failed")

    def _attend(self, connection: ServerConnection) -> None:
        """One connection's life, in a thread of its own."""
        if not self._admit(connection):
            connection.close(1008, "not admitted")
            return
        try:
            for text in connection:
                self._take_ack(text)
        except ConnectionClosed:  # without a goodbye: the app was killed, or closes in its own way
            pass
        finally:
            with self._changed:
                if connection in self._connections:
                    self._connections.remove(connection)
                self._changed.notify_all()

    def _admit(self, connection: ServerConnection) -> bool:
        request = connection.request
        ticket = parse_qs(urlsplit(request.path if request else "").query).get("ticket", [""])[0]
        with self._changed:
            if ticket not in self._slack.socket_tickets or len(self._connections) >= MOST_CONNECTIONS:
                return False
            self._slack.socket_tickets.discard(ticket)
            number = len(self._connections) + 1
        app_id = self._slack.workspace.app.id
        hello = {"type": "hello", "num_connections": number, "connection_info": {"app_id": app_id}}
        connection.send(json.dumps({**hello, "debug_info": {"host": "local", "approximate_connection_time": 18060}}))
        with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()
        return True

    def _take_ack(self, text: str | bytes) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        with self._lock:
            answers = self._waiting.get(ack.get("envelope_id", "")) if isinstance(ack, dict) else None
        if answers:
            answers.put(ack.get("payload"))
