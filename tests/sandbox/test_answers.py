"""What the app's acks and its posts to response_urls do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.acting import OnMessage, Outcome
from sandbox.answers import TROUBLE
from sandbox.contents import View
from sandbox.server import Sandbox
from sandbox.team import DEALS, RITA, TOM
from tests.sandbox.fake_bot import FakeBot, Json
from tests.sandbox.views import actions, button, field, modal, section

Open = Callable[[Json], View]


def _submit(bot: FakeBot, sandbox: Sandbox, view: View, ack: Json | str | None) -> Outcome:
    bot.answers["view_submission"] = lambda _payload: ack
    return sandbox.acting.submit(RITA, view.id)


def test_the_text_of_an_ack_is_shown_to_the_person_only(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.answers["command"] = lambda _form: {"text": "Hello", "blocks": [section("Hello")]}
    outcome = sandbox.acting.type_command(RITA, DEALS, "/deal")
    assert outcome.message
    assert (outcome.message.text, outcome.message.ephemeral_to) == ("Hello", RITA)
    assert list(sandbox.workspace.channels[DEALS].visible_to(TOM)) == []


def test_a_plain_body_is_a_text(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.answers["command"] = lambda _form: "Just so"
    assert sandbox.acting.type_command(RITA, DEALS, "/deal").note == "Just so"


def test_an_ack_may_speak_to_all(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.answers["command"] = lambda _form: {"text": "Hello", "response_type": "in_channel"}
    sandbox.acting.type_command(RITA, DEALS, "/deal")
    assert [m.text for m in sandbox.workspace.channels[DEALS].visible_to(TOM)] == ["Hello"]


def test_an_empty_ack_shows_nothing(sandbox: Sandbox) -> None:
    assert sandbox.acting.type_command(RITA, DEALS, "/deal") == Outcome()
    assert sandbox.workspace.channels[DEALS].messages == []


@pytest.mark.parametrize(
    "body", [{"text": "x", "blocks": [section("")]}, {"text": "x", "colour": "red"}, {"blocks": []}]
)
def test_an_ack_with_a_bad_message_fails(bot: FakeBot, sandbox: Sandbox, body: Json) -> None:
    bot.answers["command"] = lambda _form: body
    assert sandbox.acting.type_command(RITA, DEALS, "/deal").status == "failed"


def test_an_empty_ack_of_a_form_closes_it(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    first = opened(modal())
    trigger = sandbox.slack.tickets.trigger(RITA, None, first.id)
    bot.call("views.push", trigger_id=trigger, view=modal())
    top = sandbox.workspace.top_modal(RITA)
    assert top
    _submit(bot, sandbox, top, None)
    assert sandbox.workspace.modals[RITA] == [first]


def test_clear_closes_the_whole_stack(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    first = opened(modal())
    bot.call("views.push", trigger_id=sandbox.slack.tickets.trigger(RITA, None, first.id), view=modal())
    top = sandbox.workspace.top_modal(RITA)
    assert top
    _submit(bot, sandbox, top, {"response_action": "clear"})
    assert RITA not in sandbox.workspace.modals


def test_errors_stand_below_their_fields(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name", optional=True), section("x", block_id="text")))
    errors = {"name": "Who is it?"}
    assert _submit(bot, sandbox, view, {"response_action": "errors", "errors": errors}).status == "ok"
    assert view.errors == errors
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    assert view.errors == {}


@pytest.mark.parametrize("errors", [{"text": "x"}, {"nothing": "x"}, {"name": ""}, {"name": 5}, {}, None, ["name"]])
def test_errors_elsewhere_are_a_failure(bot: FakeBot, sandbox: Sandbox, opened: Open, errors: Any) -> None:
    view = opened(modal(field("Name", optional=True), section("x", block_id="text")))
    assert _submit(bot, sandbox, view, {"response_action": "errors", "errors": errors}).status == "failed"
    assert (view.errors, view.failure) == ({}, TROUBLE)
    assert sandbox.workspace.top_modal(RITA) is view


def test_a_form_may_be_answered_with_a_changed_view(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name")))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    _submit(bot, sandbox, view, {"response_action": "update", "view": modal(section("Missing"), field("Name"))})
    assert view.blocks[0]["text"]["text"] == "Missing"
    assert view.values["name"]["value"]["value"] == "Acme"


def test_a_form_may_be_answered_with_one_more_view(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal())
    for depth in (2, 3):
        _submit(bot, sandbox, view, {"response_action": "push", "view": modal()})
        assert len(sandbox.workspace.modals[RITA]) == depth
        view = sandbox.workspace.modals[RITA][-1]
    assert _submit(bot, sandbox, view, {"response_action": "push", "view": modal()}).error == "push_limit_reached"


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "update", "view": modal(section(""))},
        {"response_action": "update"},
        {"response_action": "shout"},
        {"text": "x"},
        "plain words",
    ],
)
def test_other_answers_to_a_form_are_a_failure(bot: FakeBot, sandbox: Sandbox, opened: Open, ack: Json | str) -> None:
    view = opened(modal())
    assert _submit(bot, sandbox, view, ack).status == "failed"
    assert view.failure == TROUBLE


def test_an_app_that_breaks_leaves_the_form_open(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name")))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    bot.answers["view_submission"] = lambda _payload: 500
    assert sandbox.acting.submit(RITA, view.id).error == "dispatch_failed"
    assert view.failure == TROUBLE
    assert view.values["name"]["value"]["value"] == "Acme"
    assert _submit(bot, sandbox, view, None).status == "ok"


def test_a_form_that_was_closed_meanwhile_harms_nobody(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal())

    def close_first(_payload: Json) -> Json:
        sandbox.acting.close(RITA, view.id)
        return {"response_action": "update", "view": modal()}

    bot.answers["view_submission"] = close_first
    assert sandbox.acting.submit(RITA, view.id).status == "ok"
    assert sandbox.workspace.top_modal(RITA) is None


def _url(bot: FakeBot, sandbox: Sandbox) -> str:
    sandbox.acting.type_command(RITA, DEALS, "/deal")
    return str(bot.of("command")[-1]["response_url"])


def test_a_response_url_speaks_to_the_person(bot: FakeBot, sandbox: Sandbox) -> None:
    status, body, _ = bot.post(_url(bot, sandbox), {"text": "Hello", "blocks": [section("Hello")]})
    assert (status, body) == (200, b"ok")
    [message] = sandbox.workspace.channels[DEALS].messages
    assert (message.text, message.ephemeral_to) == ("Hello", RITA)


def test_a_response_url_works_five_times(bot: FakeBot, sandbox: Sandbox) -> None:
    url = _url(bot, sandbox)
    assert [bot.post(url, {"text": "x"})[0] for _ in range(5)] == [200] * 5
    status, body, _ = bot.post(url, {"text": "x"})
    assert (status, body["error"]) == (404, "used_url")


def test_a_response_url_lasts_half_an_hour(bot: FakeBot, sandbox: Sandbox) -> None:
    url = _url(bot, sandbox)
    sandbox.slack.tickets.response_url_seconds = -1
    assert bot.post(url, {"text": "x"})[1]["error"] == "expired_url"


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x", "blocks": [section("")]}, [], "x"])
def test_a_bad_response_is_refused(bot: FakeBot, sandbox: Sandbox, body: Any) -> None:
    assert bot.post(_url(bot, sandbox), body)[0] == 400
    assert sandbox.workspace.channels[DEALS].messages == []


def _pressed(bot: FakeBot, sandbox: Sandbox, *, ephemeral: bool) -> str:
    more = {"user": RITA} if ephemeral else {}
    method = "chat.postEphemeral" if ephemeral else "chat.postMessage"
    told = bot.call(method, channel=DEALS, text="old", blocks=[actions(button("Go"))], **more)
    sandbox.acting.press(RITA, OnMessage(DEALS, told.get("ts") or told["message_ts"]), "actions", "go")
    return str(bot.of("block_actions")[-1]["response_url"])


@pytest.mark.parametrize("ephemeral", [True, False])
def test_a_response_may_replace_the_message(bot: FakeBot, sandbox: Sandbox, ephemeral: bool) -> None:
    url = _pressed(bot, sandbox, ephemeral=ephemeral)
    bot.post(url, {"text": "new", "replace_original": True})
    [message] = sandbox.workspace.channels[DEALS].messages
    assert (message.text, message.blocks) == ("new", None)


def test_a_response_adds_a_message_unless_told_otherwise(bot: FakeBot, sandbox: Sandbox) -> None:
    bot.post(_pressed(bot, sandbox, ephemeral=True), {"text": "more"})
    assert [m.text for m in sandbox.workspace.channels[DEALS].messages] == ["old", "more"]


def test_a_response_may_delete_the_message(bot: FakeBot, sandbox: Sandbox) -> None:
    url = _pressed(bot, sandbox, ephemeral=True)
    assert bot.post(url, {"delete_original": True})[0] == 200
    assert sandbox.workspace.channels[DEALS].messages == []
    assert bot.post(url, {"delete_original": True})[1]["error"] == "message_not_found"
