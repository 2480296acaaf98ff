"""Posting, changing and deleting messages as the app."""

from __future__ import annotations

import pytest

from sandbox.acting import OnMessage
from sandbox.server import Sandbox
from sandbox.team import BOT_USER, DEALS, GENERAL, GUS, OLIVIA, RITA, TOM
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.views import actions, section, select


def test_a_message_is_posted_as_it_was_sent(bot: FakeBot, sandbox: Sandbox) -> None:
    told = bot.call("chat.postMessage", channel=DEALS, text="*Acme* &amp; <@U1>", blocks=[section("*Acme*")])
    message = sandbox.workspace.channels[DEALS].messages[-1]
    assert (told["channel"], told["ts"]) == (DEALS, message.ts)
    assert message.text == "*Acme* &amp; <@U1>"
    assert told["message"]["blocks"][0]["block_id"]
    assert message.user_id == BOT_USER


def test_time_stamps_only_rise(bot: FakeBot, sandbox: Sandbox) -> None:
    for _ in range(5):
        bot.call("chat.postMessage", channel=DEALS, text="x")
    stamps = [m.ts for m in sandbox.workspace.channels[DEALS].messages]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize("channel", ["C0NOWHERE", "#deals", RITA, ""])
def test_a_message_goes_to_a_channel_id(bot: FakeBot, channel: str) -> None:
    error = bot.call("chat.postMessage", channel=channel, text="x")["error"]
    assert error == ("channel_not_found" if channel else "invalid_arguments")


def test_the_app_must_be_in_the_channel(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.call("chat.postMessage", channel=GENERAL, text="x")["error"] == "not_in_channel"
    sandbox.living.invite(RITA, GENERAL, BOT_USER)
    assert bot.call("chat.postMessage", channel=GENERAL, text="x")["ok"]
    private = sandbox.living.create_channel(RITA, "secret", private=True)
    assert bot.call("chat.postMessage", channel=private.id, text="x")["error"] == "channel_not_found"


def test_an_archived_channel_takes_no_message(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.living.archive(DEALS)
    assert bot.call("chat.postMessage", channel=DEALS, text="x")["error"] == "is_archived"


def test_the_messages_tab_can_be_off(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    assert bot.call("chat.postMessage", channel=dm, text="x")["ok"]
    sandbox.workspace.app.messages_tab = False
    assert bot.call("chat.postMessage", channel=dm, text="x")["error"] == "messages_tab_disabled"


def test_a_message_says_something(bot: FakeBot) -> None:
    assert bot.call("chat.postMessage", channel=DEALS, text=" ")["error"] == "no_text"
    assert bot.call("chat.postMessage", channel=DEALS, text=5)["error"] == "invalid_arguments"
    assert bot.call("chat.postMessage", channel=DEALS, blocks=[section("x")])["ok"]


def test_a_text_has_a_limit(bot: FakeBot) -> None:
    told = bot.call("chat.postMessage", channel=DEALS, text="x" * 40_000)
    assert told["ok"]
    assert bot.call("chat.postMessage", channel=DEALS, text="x" * 40_001)["error"] == "msg_too_long"
    assert bot.call("chat.update", channel=DEALS, ts=told["ts"], text="x" * 4_000)["ok"]
    assert bot.call("chat.update", channel=DEALS, ts=told["ts"], text="x" * 4_001)["error"] == "msg_too_long"


def test_bad_blocks_are_explained(bot: FakeBot) -> None:
    told = bot.call("chat.postMessage", channel=DEALS, text="x", blocks=[section("")])
    assert told["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/0/text/text" in told["response_metadata"]["messages"][0]
    assert bot.call("chat.postMessage", channel=DEALS, text="x", blocks="[")["error"] == "invalid_blocks_format"
    assert bot.call("chat.postMessage", channel=DEALS, text="x", blocks={})["error"] == "invalid_blocks_format"


def test_metadata_is_an_event(bot: FakeBot, sandbox: Sandbox) -> None:
    good = {"event_type": "card", "event_payload": {"id": "1"}}
    assert bot.form("chat.postMessage", channel=DEALS, text="x", metadata=good)["ok"]
    assert sandbox.workspace.channels[DEALS].messages[-1].metadata == good
    error = bot.call("chat.postMessage", channel=DEALS, text="x", metadata={"id": 1})["error"]
    assert error == "invalid_metadata_schema"
    assert bot.call("chat.postMessage", channel=DEALS, text="x", metadata=[1])["error"] == "invalid_metadata_format"
    fat = {"event_type": "card", "event_payload": {"id": "x" * 16_000}}
    assert bot.call("chat.postMessage", channel=DEALS, text="x", metadata=fat)["error"] == "metadata_too_large"


def test_replies_go_to_the_thread(bot: FakeBot, sandbox: Sandbox) -> None:
    card = bot.call("chat.postMessage", channel=DEALS, text="card")["ts"]
    reply = bot.call("chat.postMessage", channel=DEALS, text="reply", thread_ts=card)
    assert reply["message"]["thread_ts"] == card
    assert [m.text for m in sandbox.workspace.channels[DEALS].replies_to(card, RITA)] == ["reply"]
    error = bot.call("chat.postMessage", channel=DEALS, text="x", thread_ts="1.000000")["error"]
    assert error == "cannot_reply_to_message"


def test_an_ephemeral_message_is_for_one(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.call("chat.postEphemeral", channel=DEALS, user=RITA, text="psst")["message_ts"]
    channel = sandbox.workspace.channels[DEALS]
    assert [m.text for m in channel.visible_to(RITA)] == ["psst"]
    assert list(channel.visible_to(TOM)) == []


@pytest.mark.parametrize("user", [GUS, OLIVIA, "U0NOBODY"])
def test_an_ephemeral_message_needs_its_reader_in_the_channel(bot: FakeBot, user: str) -> None:
    assert bot.call("chat.postEphemeral", channel=DEALS, user=user, text="x")["error"] == "user_not_in_channel"


def test_an_update_without_blocks_drops_them(bot: FakeBot, sandbox: Sandbox) -> None:
    ts = bot.call("chat.postMessage", channel=DEALS, text="old", blocks=[section("old")])["ts"]
    message = sandbox.workspace.channels[DEALS].messages[-1]
    bot.call("chat.update", channel=DEALS, ts=ts, blocks=[section("new")])
    assert (message.text, message.blocks and message.blocks[0]["text"]["text"]) == ("old", "new")
    told = bot.call("chat.update", channel=DEALS, ts=ts, text="newest")
    assert (message.text, message.blocks, told["text"]) == ("newest", None, "newest")
    assert message.edited_ts
    assert bot.call("chat.update", channel=DEALS, ts=ts)["error"] == "no_text"


def test_the_app_changes_its_own_messages_only(bot: FakeBot, sandbox: Sandbox) -> None:
    theirs = sandbox.living.write(RITA, DEALS, "hello").ts
    assert bot.call("chat.update", channel=DEALS, ts=theirs, text="x")["error"] == "cant_update_message"
    assert bot.call("chat.delete", channel=DEALS, ts=theirs)["error"] == "cant_delete_message"
    mine = bot.call("chat.postMessage", channel=DEALS, text="x")["ts"]
    assert bot.call("chat.delete", channel=DEALS, ts=mine)["ok"]
    assert bot.call("chat.delete", channel=DEALS, ts=mine)["error"] == "message_not_found"


def test_an_ephemeral_message_cannot_be_changed(bot: FakeBot) -> None:
    ts = bot.call("chat.postEphemeral", channel=DEALS, user=RITA, text="x")["message_ts"]
    assert bot.call("chat.update", channel=DEALS, ts=ts, text="y")["error"] == "message_not_found"


def test_a_message_has_a_permalink(bot: FakeBot) -> None:
    ts = bot.call("chat.postMessage", channel=DEALS, text="x")["ts"]
    link = bot.call("chat.getPermalink", channel=DEALS, message_ts=ts)["permalink"]
    assert link == f"https://northbeam.slack.com/archives/{DEALS}/p{ts.replace('.', '')}"
    assert bot.call("chat.getPermalink", channel=DEALS, message_ts="1.0")["error"] == "message_not_found"


def test_a_menu_in_a_message_keeps_what_each_person_picked(bot: FakeBot, sandbox: Sandbox) -> None:
    blocks = [actions(select("One", "Two"))]
    ts = bot.call("chat.postMessage", channel=DEALS, text="x", blocks=blocks)["ts"]
    sandbox.acting.press(RITA, OnMessage(DEALS, ts), "actions", "pick", "two")
    bot.call("chat.update", channel=DEALS, ts=ts, text="y", blocks=[section("more"), *blocks])
    message = sandbox.workspace.channels[DEALS].messages[-1]
    assert message.values[RITA]["actions"]["pick"]["selected_option"]["value"] == "two"
    assert TOM not in message.values
