"""What the app is sent: commands, buttons, forms, shortcuts, events."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from sandbox.acting import OnMessage, OnView
from sandbox.contents import Shortcut, View
from sandbox.inputs import ImpossibleInput
from sandbox.server import Sandbox
from sandbox.team import BOT_USER, BUYER, DEALS, GENERAL, GUS, MARTA, OLIVIA, RITA, SHARED, TOM
from sandbox.transports import DeliveryFailed, FunctionTransport, HttpTransport
from tests.sandbox.fake_bot import FakeBot, Json
from tests.sandbox.views import actions, button, field, home, modal, option, section, select

Open = Callable[[Json], View]


def test_a_command_arrives_as_a_signed_form(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    outcome = sandbox.acting.type_command(RITA, dm, "  /deal  move Acme ")
    [form] = bot.of("command")
    assert outcome.status == "ok"
    assert (form["command"], form["text"], form["user_id"]) == ("/deal", "move Acme", RITA)
    assert (form["channel_id"], form["channel_name"]) == (dm, "directmessage")
    assert form["response_url"].startswith(sandbox.web_url)
    assert bot.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("assign @tom", f"assign <@{TOM}|tom>"),
        ("assign @Tom Hale, please", f"assign <@{TOM}|tom>, please"),
        ("assign @Tom Halesworth", f"assign <@{TOM}|tom> Halesworth"),
        ("for @nobody now", "for @nobody now"),
        ("see #deals", f"see <#{DEALS}|deals>"),
        ("#1 and #nowhere", "#1 and #nowhere"),
        ("https://a.example/x?y=1&z=2.", "<https://a.example/x?y=1&amp;z=2|https://a.example/x?y=1&amp;z=2>."),
        ("ask jane@acme.example", "ask <mailto:jane@acme.example|jane@acme.example>"),
        ("“Acme” — 12 k", "“Acme” — 12 k"),
        ("<@U1|x> <!channel>", "&lt;@U1|x&gt; &lt;!channel&gt;"),
    ],
)
def test_the_text_of_a_command_is_escaped(bot: FakeBot, sandbox: Sandbox, dm: str, typed: str, arrives: str) -> None:
    sandbox.acting.type_command(RITA, dm, f"/deal {typed}")
    assert bot.of("command")[0]["text"] == arrives


def test_an_unknown_command_reaches_nobody(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    outcome = sandbox.acting.type_command(RITA, dm, "/dael")
    assert outcome.status == "refused"
    assert "/dael is not a valid command" in str(outcome.note)
    assert bot.deliveries == []


def test_a_command_does_not_work_in_a_thread(bot: FakeBot, sandbox: Sandbox) -> None:
    thread = sandbox.living.write(RITA, DEALS, "hello").ts
    outcome = sandbox.acting.type_command(RITA, DEALS, "/deal", thread_ts=thread)
    assert (outcome.status, bot.deliveries) == ("refused", [])
    assert "not supported in threads" in str(outcome.note)


def test_an_outsider_cannot_type_commands_but_press_buttons(bot: FakeBot, sandbox: Sandbox) -> None:
    assert sandbox.acting.type_command(OLIVIA, SHARED, "/deal").status == "refused"
    assert bot.deliveries == []
    ts = bot.call("chat.postMessage", channel=SHARED, text="x", blocks=[actions(button("Go"))])["ts"]
    assert sandbox.acting.press(OLIVIA, OnMessage(SHARED, ts), "actions", "go").status == "ok"
    [payload] = bot.of("block_actions")
    assert payload["user"]["team_id"] == BUYER.id
    assert payload["team"]["id"] == sandbox.workspace.team.id


def test_a_guest_can_type_commands(bot: FakeBot, sandbox: Sandbox) -> None:
    assert sandbox.acting.type_command(GUS, GENERAL, "/deal").status == "ok"
    assert bot.of("command")[0]["channel_name"] == "general"


def test_one_acts_only_where_one_is(sandbox: Sandbox) -> None:
    with pytest.raises(ImpossibleInput):
        sandbox.acting.type_command(GUS, DEALS, "/deal")


def test_a_late_ack_is_a_failure_that_the_person_sees(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    late = threading.Event()
    bot.answers["command"] = lambda _form: late.wait(5) or None
    sandbox.deliveries.ack_timeout = 0.05
    outcome = sandbox.acting.type_command(RITA, dm, "/deal")
    late.set()
    assert (outcome.status, outcome.error) == ("failed", "operation_timeout")
    message = sandbox.workspace.channels[dm].messages[-1]
    assert message.text == '/deal failed with the error "operation_timeout"'
    assert message.ephemeral_to == RITA


def test_a_broken_app_is_a_failure_that_the_person_sees(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    bot.answers["command"] = lambda _form: 500
    outcome = sandbox.acting.type_command(RITA, dm, "/deal")
    assert outcome.note == '/deal failed with the error "dispatch_failed"'


def test_a_button_in_a_message_carries_the_message(bot: FakeBot, sandbox: Sandbox) -> None:
    card = [section("Acme"), actions(button("Approve", value="D-1:3"), select("One", "Two"))]
    ts = bot.call("chat.postMessage", channel=DEALS, text="card", blocks=card)["ts"]
    sandbox.acting.press(MARTA, OnMessage(DEALS, ts), "actions", "pick", "two")
    sandbox.acting.press(MARTA, OnMessage(DEALS, ts), "actions", "go")
    picked, pressed = bot.of("block_actions")
    assert picked["actions"][0]["selected_option"] == option("Two")
    assert pressed["actions"][0]["value"] == "D-1:3"
    assert pressed["container"] == {"type": "message", "message_ts": ts, "channel_id": DEALS, "is_ephemeral": False}
    assert pressed["message"]["text"] == "card"
    assert pressed["state"]["values"]["actions"]["pick"]["selected_option"]["value"] == "two"
    assert pressed["response_url"].startswith(sandbox.web_url)


def test_what_one_person_picked_in_a_message_is_not_told_of_another(bot: FakeBot, sandbox: Sandbox) -> None:
    ts = bot.call("chat.postMessage", channel=DEALS, text="x", blocks=[actions(button("Go"), select("One"))])["ts"]
    sandbox.acting.press(MARTA, OnMessage(DEALS, ts), "actions", "pick", "one")
    sandbox.acting.press(TOM, OnMessage(DEALS, ts), "actions", "go")
    assert bot.of("block_actions")[1]["state"]["values"]["actions"]["pick"]["selected_option"] is None


def test_a_button_in_an_ephemeral_message_carries_no_message(bot: FakeBot, sandbox: Sandbox) -> None:
    blocks = [actions(button("Go"))]
    ts = bot.call("chat.postEphemeral", channel=DEALS, user=RITA, text="x", blocks=blocks)["message_ts"]
    sandbox.acting.press(RITA, OnMessage(DEALS, ts), "actions", "go")
    [payload] = bot.of("block_actions")
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    with pytest.raises(ImpossibleInput):
        sandbox.acting.press(TOM, OnMessage(DEALS, ts), "actions", "go")


def test_a_button_in_a_modal_carries_what_stands_in_it(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name"), actions(button("Add"))))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    sandbox.acting.press(RITA, OnView(view.id), "actions", "go")
    [payload] = bot.of("block_actions")
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert payload["view"]["state"]["values"]["name"]["value"]["value"] == "Acme"
    assert payload["view"]["hash"] == view.hash
    assert "message" not in payload


def test_a_button_in_a_modal_may_push(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(actions(button("Add"))))
    bot.answers["block_actions"] = lambda p: bot.call("views.push", trigger_id=p["trigger_id"], view=modal()) and None
    sandbox.acting.press(RITA, OnView(view.id), "actions", "go")
    assert len(sandbox.workspace.modals[RITA]) == 2
    with pytest.raises(ImpossibleInput, match="not on top"):
        sandbox.acting.press(RITA, OnView(view.id), "actions", "go")


def test_a_button_on_home_works_too(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.call("views.publish", user_id=RITA, view=home(actions(button("Go"))))
    view = sandbox.workspace.homes[RITA]
    sandbox.acting.press(RITA, OnView(view.id), "actions", "go")
    [payload] = bot.of("block_actions")
    assert payload["view"]["type"] == "home"
    opened = bot.call("views.open", trigger_id=payload["trigger_id"], view=modal())
    assert opened["ok"]


def test_a_field_tells_the_app_only_when_it_dispatches(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Kind", select("Email", "Call")), field("How", select("A", "B"), dispatch_action=True)))
    sandbox.acting.fill(RITA, view.id, "kind", "pick", "call")
    assert bot.of("block_actions") == []
    sandbox.acting.fill(RITA, view.id, "how", "pick", "b")
    [payload] = bot.of("block_actions")
    assert payload["actions"][0]["selected_option"]["value"] == "b"
    assert payload["view"]["state"]["values"]["kind"]["pick"]["selected_option"]["value"] == "call"


def test_a_text_dispatches_at_enter(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name", dispatch_action=True)))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    assert bot.of("block_actions") == []
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme", enter=True)
    assert bot.of("block_actions")[0]["actions"][0]["value"] == "Acme"


@pytest.mark.parametrize(
    ("element", "choice"),
    [
        (select("One"), "two"),
        ({"type": "datepicker", "action_id": "pick"}, "2025-02-30"),
        ({"type": "timepicker", "action_id": "pick"}, "25:00"),
        ({"type": "multi_users_select", "action_id": "pick", "max_selected_items": 1}, [RITA, TOM]),
        ({"type": "file_input", "action_id": "pick"}, ["F0NOTHERE"]),
    ],
)
def test_one_cannot_choose_what_is_not_offered(sandbox: Sandbox, opened: Open, element: Json, choice: object) -> None:
    view = opened(modal(field("Value", element)))
    with pytest.raises(ImpossibleInput):
        sandbox.acting.fill(RITA, view.id, "value", "pick", choice)


def test_a_file_input_takes_its_kinds_and_ones_own_files(sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Proof", {"type": "file_input", "action_id": "file", "filetypes": ["pdf"]})))
    good = sandbox.living.upload(RITA, "a.PDF", b"x")
    sandbox.acting.fill(RITA, view.id, "proof", "file", [good.id])
    for user, name in ((RITA, "a.exe"), (TOM, "b.pdf")):
        bad = sandbox.living.upload(user, name, b"x")
        with pytest.raises(ImpossibleInput):
            sandbox.acting.fill(RITA, view.id, "proof", "file", [bad.id])


def test_a_form_arrives_with_all_values(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    choices = {"type": "checkboxes", "action_id": "value", "options": [option("A"), option("B")]}
    day = {"type": "datepicker", "action_id": "value"}
    view = opened(modal(field("Name"), field("Which", choices), field("Day", day), field("More", optional=True)))
    for block_id, value in {"name": "Acme", "which": ["a", "b"], "day": "2025-12-15"}.items():
        sandbox.acting.fill(RITA, view.id, block_id, "value", value)
    assert sandbox.acting.submit(RITA, view.id).status == "ok"
    [payload] = bot.of("view_submission")
    values = payload["view"]["state"]["values"]
    assert values["which"]["value"] == {"type": "checkboxes", "selected_options": [option("A"), option("B")]}
    assert values["day"]["value"] == {"type": "datepicker", "selected_date": "2025-12-15"}
    assert values["more"]["value"] == {"type": "plain_text_input", "value": None}


@pytest.mark.parametrize(
    ("element", "typed"),
    [
        ({"type": "plain_text_input"}, "  "),
        ({"type": "plain_text_input", "max_length": 3}, "Acme"),
        ({"type": "plain_text_input", "min_length": 5}, "Acme"),
        ({"type": "email_text_input"}, "jane at acme"),
        ({"type": "url_text_input"}, "acme.example"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1.5"),
    ],
)
def test_slacks_own_form_checks_come_first(
    bot: FakeBot, sandbox: Sandbox, opened: Open, element: Json, typed: str
) -> None:
    view = opened(modal(field("Value", {**element, "action_id": "value"})))
    sandbox.acting.fill(RITA, view.id, "value", "value", typed)
    assert sandbox.acting.submit(RITA, view.id).status == "refused"
    assert list(view.errors) == ["value"]
    assert bot.of("view_submission") == []


def test_a_picked_channel_gives_a_response_url(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    chooser = {"type": "conversations_select", "action_id": "value", "response_url_enabled": True}
    view = opened(modal(field("Where", chooser)))
    sandbox.acting.fill(RITA, view.id, "where", "value", DEALS)
    sandbox.acting.submit(RITA, view.id)
    [url] = bot.of("view_submission")[0]["response_urls"]
    assert (url["channel_id"], url["block_id"]) == (DEALS, "where")
    assert bot.post(url["response_url"], {"text": "hi", "response_type": "in_channel"})[0] == 200
    assert sandbox.workspace.channels[DEALS].messages[-1].text == "hi"


def test_a_closed_view_is_told_without_what_was_typed(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name"), notify_on_close=True))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    sandbox.acting.close(RITA, view.id)
    [payload] = bot.of("view_closed")
    assert payload["view"]["state"]["values"] == {}
    assert payload["is_cleared"] is False
    assert sandbox.workspace.top_modal(RITA) is None


def test_closing_is_told_only_on_request(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    sandbox.acting.close(RITA, opened(modal()).id)
    assert bot.of("view_closed") == []


def test_the_cross_closes_the_whole_stack(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    first = opened(modal(notify_on_close=True))
    trigger = sandbox.slack.tickets.trigger(RITA, None, first.id)
    second = bot.call("views.push", trigger_id=trigger, view=modal(notify_on_close=True))["view"]["id"]
    sandbox.acting.close(RITA, second, everything=True)
    assert [p["is_cleared"] for p in bot.of("view_closed")] == [True, True]
    assert RITA not in sandbox.workspace.modals


def test_a_shortcut_opens_something(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.acting.use_shortcut(RITA, "log_a_deal")
    [payload] = bot.of("shortcut")
    assert payload["callback_id"] == "log_a_deal"
    assert bot.call("views.open", trigger_id=payload["trigger_id"], view=modal())["ok"]
    with pytest.raises(ImpossibleInput):
        sandbox.acting.use_shortcut(RITA, "nothing")
    with pytest.raises(ImpossibleInput):
        sandbox.acting.use_shortcut(OLIVIA, "log_a_deal")


def test_a_message_shortcut_carries_the_message(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.workspace.app.shortcuts += (Shortcut("as_proof", "Use as proof", "message"),)
    message = sandbox.living.write(TOM, DEALS, "They signed")
    sandbox.acting.use_message_shortcut(RITA, DEALS, message.ts, "as_proof")
    [payload] = bot.of("message_action")
    assert (payload["message"]["text"], payload["message"]["user"]) == ("They signed", TOM)


def test_looking_at_home_is_an_event(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    sandbox.living.open_home(RITA)
    [envelope] = bot.wait_for("event")
    assert envelope["event"]["type"] == "app_home_opened"
    assert (envelope["event"]["user"], envelope["event"]["channel"]) == (RITA, dm)
    assert envelope["authorizations"][0]["user_id"] == BOT_USER
    with pytest.raises(ImpossibleInput):
        sandbox.living.open_home(OLIVIA)


def test_events_arrive_only_when_subscribed(bot: FakeBot, sandbox: Sandbox, dm: str) -> None:
    sandbox.living.write(RITA, dm, "hello")
    sandbox.living.change_user(TOM, tz="Asia/Tokyo")
    [envelope] = bot.wait_for("event")
    assert sandbox.deliveries.wait_until_quiet()
    assert [e["event"]["type"] for e in bot.of("event")] == ["user_change"]
    assert envelope["event"]["user"]["tz"] == "Asia/Tokyo"
    sandbox.workspace.app.events |= {"message.im"}
    sandbox.living.write(RITA, dm, "hello & bye")
    assert bot.wait_for("event", 2)[1]["event"]["text"] == "hello &amp; bye"


def test_a_failed_event_comes_three_more_times(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.answers["event"] = lambda _event: 500
    sandbox.deliveries.retry_delays = (0.0, 0.0, 0.0)
    sandbox.living.open_home(RITA)
    assert sandbox.deliveries.wait_until_quiet()
    assert [h.get("X-Slack-Retry-Num") for h in bot.headers] == [None, "1", "2", "3"]
    assert bot.headers[1]["X-Slack-Retry-Reason"] == "http_error"
    assert len({e["event_id"] for e in bot.of("event")}) == 1


def test_an_event_that_was_taken_comes_once(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.living.open_home(RITA)
    sandbox.living.open_home(RITA)
    assert sandbox.deliveries.wait_until_quiet()
    assert len({e["event_id"] for e in bot.of("event")}) == len(bot.of("event")) == 2


def test_the_request_url_answers_a_challenge(bot: FakeBot, sandbox: Sandbox) -> None:
    assert not sandbox.deliveries.verify_url()
    bot.answers["url_verification"] = lambda body: {"challenge": body["challenge"]}
    assert sandbox.deliveries.verify_url()


def test_inviting_the_app_is_an_event(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.living.invite(RITA, GENERAL, BOT_USER)
    event = bot.wait_for("event")[0]["event"]
    assert (event["type"], event["user"], event["inviter"]) == ("member_joined_channel", BOT_USER, RITA)


def test_an_app_that_speaks_nonsense_has_not_answered() -> None:
    nonsense = FunctionTransport(lambda *_: (200, {"Content-Type": "application/json"}, b"{"), lambda: "secret")
    with pytest.raises(DeliveryFailed, match="dispatch_failed"):
        nonsense.send("command", {}, 5)


def test_an_app_that_raises_has_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _args: told.set())

    def raising(*_: object) -> tuple[int, dict[str, str], bytes]:
        raise RuntimeError("broken")

    with pytest.raises(DeliveryFailed, match="dispatch_failed"):
        FunctionTransport(raising, lambda: "secret").send("command", {}, 5)
    assert told.wait(5), "the error is told, not swallowed"


def test_an_app_that_takes_too_long_over_http_is_late() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/slack/events"
        with pytest.raises(DeliveryFailed, match="operation_timeout"):
            HttpTransport(url, lambda: "secret").send("command", {}, 0.1)
