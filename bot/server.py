"""Serving the pages: a waitress server that ends without dropping an answer."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import structlog
from waitress import create_server, wasyncore

from bot.inbound import MAX_BYTES
from bot.lifecycle import CannotStart

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log: Any = structlog.get_logger()

_POLL_SECONDS = 0.02
THREADS = 6
"""Nothing that a request does waits for Slack. With 32 threads, 16 requests at once were answered a quarter slower and
with twice the slowest ack, since the threads contend for the interpreter."""

# Slack listens for three seconds; who takes longer to send or answer is not waited for.
_LONGEST_ANSWER = 4.0


class Server:
    """Listens as soon as it is made; `run` answers until `close` is called from another thread."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._sockets: dict[int, Any] = server._map
        self._ended = threading.Event()

    @property
    def port(self) -> int:
        """The port it listens on, also where 0 was asked for."""
        return int(self._server.effective_port)

    def run(self) -> None:
        """Answer requests until closed."""
        try:
            self._server.run()
        finally:
            self._server.task_dispatcher.shutdown(timeout=1)
            self._ended.set()

    def start(self) -> threading.Thread:
        """Run in a thread of its own."""
        thread = threading.Thread(target=self.run, name="web", daemon=True)
        thread.start()
        return thread

    def close(self, patience: float = 10.0) -> None:
        """Accept no more, let the requests under way finish for `patience` seconds at most, then end `run`."""
        until = time.monotonic() + min(patience, _LONGEST_ANSWER)
        trigger = self._server.trigger
        trigger.pull_trigger(self._stop_accepting)
        # One round of polling first: what has just been accepted has not been read yet.
        while time.monotonic() < until and not self._ended.wait(_POLL_SECONDS):
            if not self._busy():
                break
        if not self._ended.is_set():
            trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
        self._ended.wait(1.0)

    def _stop_accepting(self) -> None:
        """Runs in the server's own thread: nothing else may touch its sockets."""
        # Whoever is in the system's queue already has a connection, so they are let in first.
        for _ in range(self._server.adj.backlog):
            before = len(self._sockets)
            self._server.handle_accept()
            if len(self._sockets) == before:
                break
        self._server.accepting = False
        self._server.del_channel()
        self._server.socket.close()

    def _busy(self) -> bool:
        channels = [one for one in list(self._sockets.values()) if hasattr(one, "total_outbufs_len")]
        return any(channel.requests or channel.request or channel.total_outbufs_len for channel in channels)


def serve(application: WSGIApplication, host: str, port: int, threads: int = THREADS) -> Server:
    """Listen on the address, with port 0 on a free port. Raises CannotStart when that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Opened here, since waitress leaves what it opened lying about when the address is taken.
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        # The error's own text repeats the address; those of the look-up of names have negative numbers.
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else str(error.strerror or error).partition(" (while")[0]
        raise CannotStart(f"Cannot listen on {host} port {port}: {why}. Set PORT or HOST to something else.") from error
    server = Server(
        create_server(
            application,
            sockets=[listener],
            threads=threads,
            ident=None,
            connection_limit=1000,
            channel_timeout=30,
            asyncore_use_poll=True,
            max_request_body_size=MAX_BYTES,
        )
    )
    log.info("listening", host=host, port=server.port)
    return server
