"""What sends is measured by: one HTTP POST to our Slack, the same for everybody, over connections that are kept."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection

TEXT = "Your day: three deals want you. Fjord 4711 rollout: they have not answered since Tuesday of last week."
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{place}.* {TEXT}"}} for place in range(3)]


class Poster:
    """Posts a message of about 600 bytes. Each thread keeps a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port, self._mine = port, threading.local()

    def post(self, channel: str) -> None:
        """Post to that channel and read the answer. Raises OSError or HTTPException when there is none."""
        body = json.dumps({"channel": channel, "text": TEXT, "blocks": BLOCKS})
        connection = self._connection()
        connection.request("POST", "/api/chat.postMessage", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        assert answer["ok"] is True

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        connection: HTTPConnection = self._mine.connection
        return connection
