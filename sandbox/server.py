"""One local Slack workspace, started and stopped as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self

from sandbox.acting import Acting
from sandbox.clock import Clock
from sandbox.contents import App
from sandbox.deliveries import Deliveries
from sandbox.faults import Faults
from sandbox.living import Living
from sandbox.manifest import app_from_manifest
from sandbox.recording import Recording
from sandbox.serving import WebServer
from sandbox.slack import Slack
from sandbox.snapshot import Keeper, load_snapshot
from sandbox.socket_mode import SocketTransport
from sandbox.team import default_app, northbeam
from sandbox.transports import AppFunction, FunctionTransport, HttpTransport
from sandbox.web import make_app
from sandbox.workspace import Workspace

BOT_TOKEN = "xoxb-local-sandbox"  # noqa: S105 (of a Slack that exists on this machine only)
APP_TOKEN = "xapp-local-sandbox"  # noqa: S105
SIGNING_SECRET = "local-sandbox-signing-secret"  # noqa: S105


class Sandbox:
    """Listens on loopback only. Use it as a context manager, or call ``start`` and ``stop``.

    ``bot_url`` is the app's request URL (it can be set later), ``bot`` an app in this process instead; in mode
    ``socket`` the app connects by itself. ``record`` is a file for the app's calls, ``state`` one that keeps the
    workspace over a restart. ``manifest`` is the app's, for its commands, shortcuts, events and scopes; ``seed``
    makes the workspace that ``reset`` returns to.
    """

    def __init__(
        self,
        *,
        bot_url: str | None = None,
        bot: AppFunction | None = None,
        mode: Literal["http", "socket"] = "http",
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        manifest: dict[str, Any] | None = None,
        record: Path | None = None,
        state: Path | None = None,
        seed: Callable[[App], Workspace] = northbeam,
        ack_timeout: float = 3.0,
        port: int = 0,
    ) -> None:
        self._tokens = (bot_token, app_token, signing_secret)
        self._manifest = manifest
        self._seed = seed
        self.mode = mode
        self.slack = Slack(seed(self._app()), Recording(record))
        self.deliveries = Deliveries(self.slack, ack_timeout)
        self.acting = Acting(self.deliveries)
        self.living = Living(self.deliveries)
        self.socket: SocketTransport | None = None
        self._port, self._state = port, state
        self._web: WebServer | None = None
        self._keeper: Keeper | None = None
        if bot is not None:
            self.use_bot(bot)
        elif bot_url:
            self.bot_url = bot_url

    # the parts that tests and the page use most

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def recording(self) -> Recording:
        return self.slack.recording

    @property
    def faults(self) -> Faults:
        return self.slack.faults

    @property
    def clock(self) -> Clock:
        return self.slack.clock

    @property
    def web_url(self) -> str:
        """Where the page is, without a slash at the end."""
        return self.slack.web_url

    @property
    def api_url(self) -> str:
        """What the app needs as the address of the Web API."""
        return f"{self.slack.web_url}/api/"

    @property
    def clock_url(self) -> str:
        return f"{self.slack.web_url}/clock"

    @property
    def dns_url(self) -> str:
        """Where the keys stand by which mail of this little world is signed."""
        return f"{self.slack.web_url}/dns"

    # the app

    @property
    def bot_url(self) -> str | None:
        return self._bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self._bot_url: str | None = url
        if self.mode == "http":
            self.deliveries.transport = HttpTransport(url, self._secret)

    def use_bot(self, bot: AppFunction) -> None:
        """Deliver to a function in this process from now on."""
        self._bot_url = None
        self.deliveries.transport = FunctionTransport(bot, self._secret)

    def _secret(self) -> str:
        return self.workspace.app.signing_secret

    def _app(self) -> App:
        app = default_app(*self._tokens)
        return app_from_manifest(app, self._manifest) if self._manifest else app

    # life

    def start(self) -> Self:
        if self._state and self._state.exists():
            self.workspace.become(load_snapshot(self._state, self._app(), self.clock))
        self._web = WebServer(make_app(self), self._port)
        self.slack.web_url = f"http://127.0.0.1:{self._web.port}"
        self._web.start()
        if self.mode == "socket":
            self.socket = SocketTransport(self.slack)
            self.slack.socket_url = self.socket.url
            self.deliveries.transport = self.socket
        if self._state:
            self._keeper = Keeper(self.slack, self._state)
        return self

    def stop(self) -> None:
        self.deliveries.stop()
        self.faults.clear()
        self.workspace.touch()
        if self.socket:
            self.socket.stop()
        if self._web:
            self._web.stop()
        if self._keeper:
            self._keeper.stop()
        self.recording.close()

    def reset(self) -> None:
        """A fresh workspace with the same people, channels and ids; faults, tickets, calls and clock start anew."""
        self.faults.clear()
        self.slack.tickets.reset()
        self.slack.limits.reset()
        self.slack.clock.reset()
        self.slack.uploads.clear()
        self.recording.clear()
        self.workspace.become(self._seed(self._app()))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
