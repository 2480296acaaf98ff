"""What people cannot do among themselves, as in Slack, and what the app hears of what they can."""

from __future__ import annotations

import pytest

from sandbox.acting import OnMessage, OnView
from sandbox.contents import Shortcut
from sandbox.inputs import ImpossibleInput
from sandbox.server import Sandbox
from sandbox.team import BOT_USER, DEALS, GENERAL, GUS, RITA, SHARED, TOM
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.views import actions, home, option, section


def test_one_writes_only_where_one_is(sandbox: Sandbox) -> None:
    with pytest.raises(ImpossibleInput, match="not in that channel"):
        sandbox.living.write(GUS, DEALS, "hello")
    with pytest.raises(ImpossibleInput, match="nothing to send"):
        sandbox.living.write(RITA, DEALS, "  ")
    sandbox.living.archive(DEALS)
    with pytest.raises(ImpossibleInput, match="archived"):
        sandbox.living.write(RITA, DEALS, "hello")


def test_a_command_is_refused_in_an_archived_channel(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.living.archive(DEALS)
    assert sandbox.acting.type_command(RITA, DEALS, "/deal").status == "refused"
    assert bot.deliveries == []


def test_channel_names_are_taken_once(sandbox: Sandbox) -> None:
    with pytest.raises(ImpossibleInput, match="already"):
        sandbox.living.create_channel(RITA, "deals")


def test_private_channels_are_entered_by_invitation(sandbox: Sandbox) -> None:
    channel = sandbox.living.create_channel(RITA, "secret", private=True)
    with pytest.raises(ImpossibleInput, match="cannot be joined"):
        sandbox.living.join(TOM, channel.id)
    sandbox.living.invite(RITA, channel.id, TOM)
    sandbox.living.invite(RITA, channel.id, TOM)
    assert channel.members == [RITA, TOM]
    assert [m.subtype for m in channel.messages] == ["channel_join"]


def test_a_profile_has_its_own_entries(sandbox: Sandbox) -> None:
    with pytest.raises(ImpossibleInput, match="no shoe_size"):
        sandbox.living.change_user(TOM, shoe_size=43)


def test_the_app_hears_messages_only_where_it_is(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.workspace.app.events |= {"message.channels", "app_mention"}
    sandbox.living.write(RITA, GENERAL, "nobody listens")
    sandbox.living.write(RITA, DEALS, "ask @stagecoach")
    assert sandbox.deliveries.wait_until_quiet()
    heard = [(e["event"]["type"], e["event"]["text"]) for e in bot.of("event")]
    text = f"ask <@{BOT_USER}|stagecoach>"
    assert sorted(heard) == [("app_mention", text), ("message", text)]


def test_events_of_a_shared_channel_say_so(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.workspace.app.events |= {"message.channels"}
    sandbox.living.write(RITA, SHARED, "hello")
    sandbox.living.write(RITA, DEALS, "hello")
    bot.wait_for("event", 2)
    shared = {e["event"]["channel"]: e["is_ext_shared_channel"] for e in bot.of("event")}
    assert shared == {SHARED: True, DEALS: False}


def test_an_overflow_menu_offers_what_it_offers(bot: FakeBot, sandbox: Sandbox) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("Park")]}
    blocks = [section("x", accessory=menu, block_id="row")]
    ts = bot.call("chat.postMessage", channel=DEALS, text="x", blocks=blocks)["ts"]
    sandbox.acting.press(RITA, OnMessage(DEALS, ts), "row", "more", "park")
    assert bot.of("block_actions")[0]["actions"][0]["selected_option"] == option("Park")
    with pytest.raises(ImpossibleInput, match="not in that menu"):
        sandbox.acting.press(RITA, OnMessage(DEALS, ts), "row", "more", "burn")


def test_a_home_has_nothing_to_submit(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.call("views.publish", user_id=RITA, view=home())
    with pytest.raises(ImpossibleInput, match="no submit button"):
        sandbox.acting.submit(RITA, sandbox.workspace.homes[RITA].id)


def test_a_message_shortcut_needs_a_message_for_all(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.workspace.app.shortcuts += (Shortcut("as_proof", "Use as proof", "message"),)
    ts = bot.call("chat.postEphemeral", channel=DEALS, user=RITA, text="psst")["message_ts"]
    for stamp in (ts, "1.000000"):
        with pytest.raises(ImpossibleInput, match="no such message"):
            sandbox.acting.use_message_shortcut(RITA, DEALS, stamp, "as_proof")


def test_a_choice_can_be_taken_back(bot: FakeBot, sandbox: Sandbox) -> None:
    pickers = actions(
        {"type": "datetimepicker", "action_id": "when"}, {"type": "datepicker", "action_id": "day"}, block_id="pick"
    )
    bot.call("views.publish", user_id=RITA, view=home(pickers))
    place = OnView(sandbox.workspace.homes[RITA].id)
    sandbox.acting.press(RITA, place, "pick", "when", "1765800000")
    sandbox.acting.press(RITA, place, "pick", "day", "2025-12-15")
    sandbox.acting.press(RITA, place, "pick", "day", None)
    chosen = [payload["actions"][0] for payload in bot.of("block_actions")]
    assert chosen[0]["selected_date_time"] == 1765800000
    assert [one["selected_date"] for one in chosen[1:]] == ["2025-12-15", None]


def test_an_event_is_given_up_when_the_workspace_stops() -> None:
    bot = FakeBot()
    with Sandbox(bot=bot) as sandbox:
        bot.sandbox = sandbox
        bot.answers["event"] = lambda _event: 500
        sandbox.deliveries.retry_delays = (600.0,)
        sandbox.living.open_home(RITA)
        bot.wait_for("event")
    assert sandbox.deliveries.wait_until_quiet()
    assert len(bot.of("event")) == 1
