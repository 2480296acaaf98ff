"""The web server around the pages: waitress in a thread, able to hang up on a caller."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

THREADS = 48


class _Task(WSGITask):  # type: ignore[misc]
    """Gives the application a way to close the caller's connection without an answer."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["sandbox.hang_up"] = self._hang_up
        return environ

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # they may have gone already
            self.channel.socket.shutdown(socket.SHUT_RDWR)


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


class WebServer:
    """Serves an application on loopback until it is stopped. Port 0 takes a free one."""

    def __init__(self, app: Flask, port: int = 0) -> None:
        self._map: dict[int, Any] = {}
        self._server = create_server(
            app, map=self._map, host="127.0.0.1", port=port, threads=THREADS, clear_untrusted_proxy_headers=True
        )
        self._server.channel_class = _Channel
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, name="sandbox-web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the calls under way end, briefly, then close every connection."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
        # The loop's own thread does the closing, so that it does not sleep on sockets that are gone.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map, ignore_all=True))
        self._thread.join(5)
