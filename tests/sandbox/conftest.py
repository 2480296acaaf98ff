"""One running sandbox for these tests, made fresh before each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sandbox.contents import View
from sandbox.server import Sandbox
from sandbox.team import RITA
from tests.sandbox.fake_bot import FakeBot, Json


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Sandbox, FakeBot]]:
    bot = FakeBot()
    with Sandbox(bot=bot) as sandbox:
        bot.sandbox = sandbox
        yield sandbox, bot


@pytest.fixture
def sandbox(running: tuple[Sandbox, FakeBot]) -> Sandbox:
    sandbox, bot = running
    sandbox.reset()
    sandbox.deliveries.ack_timeout = 3.0
    bot.forget()
    return sandbox


@pytest.fixture
def bot(sandbox: Sandbox, running: tuple[Sandbox, FakeBot]) -> FakeBot:
    return running[1]


@pytest.fixture
def dm(sandbox: Sandbox) -> str:
    """Rita's direct message with the app."""
    channel = sandbox.workspace.direct_message(RITA, sandbox.workspace.app.bot_user_id)
    assert channel
    return channel.id


@pytest.fixture
def opened(sandbox: Sandbox, bot: FakeBot, dm: str) -> Callable[[Json], View]:
    """Opens a modal on Rita's screen: she types a command, the app answers with this view."""

    def open_view(content: Json) -> View:
        bot.answers["command"] = lambda form: _open(bot, form["trigger_id"], content)
        sandbox.acting.type_command(RITA, dm, "/deal")
        view = sandbox.workspace.top_modal(RITA)
        assert view
        return view

    return open_view


def _open(bot: FakeBot, trigger_id: str, content: Json) -> None:
    answer = bot.call("views.open", trigger_id=trigger_id, view=content)
    assert answer["ok"], answer
