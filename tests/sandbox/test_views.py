"""Opening, pushing, redrawing and publishing views."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.acting import OnView
from sandbox.contents import View
from sandbox.server import Sandbox
from sandbox.team import DEALS, OLIVIA, RITA, TOM
from sandbox.tickets import TicketError, Tickets
from tests.sandbox.fake_bot import FakeBot, Json
from tests.sandbox.views import actions, button, field, home, modal, plain, section, select

Open = Callable[[Json], View]


def _trigger(sandbox: Sandbox, view_id: str | None = None) -> str:
    return sandbox.slack.tickets.trigger(RITA, None, view_id)


def test_a_trigger_opens_a_view(bot: FakeBot, sandbox: Sandbox) -> None:
    told = bot.call("views.open", trigger_id=_trigger(sandbox), view=modal(callback_id="hello"))
    view = sandbox.workspace.top_modal(RITA)
    assert view
    assert (told["view"]["id"], told["view"]["callback_id"]) == (view.id, "hello")
    assert told["view"]["root_view_id"] == view.id
    assert told["view"]["previous_view_id"] is None


def test_a_view_may_come_as_json_in_a_form(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.form("views.open", trigger_id=_trigger(sandbox), view=modal())["ok"]
    assert bot.call("views.open", trigger_id=_trigger(sandbox), view="{")["error"] == "invalid_arguments"
    assert bot.call("views.open", trigger_id=_trigger(sandbox), view=[])["error"] == "invalid_arguments"


def test_a_trigger_works_once(bot: FakeBot, sandbox: Sandbox) -> None:
    trigger = _trigger(sandbox)
    assert bot.call("views.open", trigger_id=trigger, view=modal())["ok"]
    assert bot.call("views.open", trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"


def test_a_refused_view_leaves_the_trigger(bot: FakeBot, sandbox: Sandbox) -> None:
    trigger = _trigger(sandbox)
    assert bot.call("views.open", trigger_id=trigger, view=modal(title=plain("")))["error"] == "invalid_arguments"
    assert bot.call("views.open", trigger_id=trigger, view=modal())["ok"]


def test_a_trigger_expires(bot: FakeBot, sandbox: Sandbox) -> None:
    sandbox.slack.tickets.trigger_seconds = -1
    assert bot.call("views.open", trigger_id=_trigger(sandbox), view=modal())["error"] == "expired_trigger_id"


def test_a_trigger_lasts_three_seconds_and_a_response_url_half_an_hour() -> None:
    now = 0.0
    tickets = Tickets(lambda: now)
    trigger, url = tickets.trigger(RITA), tickets.response_url(RITA, DEALS)
    now = 3.0
    assert tickets.look_at_trigger(trigger)
    now = 3.1
    with pytest.raises(TicketError, match="expired_trigger_id"):
        tickets.look_at_trigger(trigger)
    now = 1800.0
    assert tickets.use_response_url(url)
    now = 1800.1
    with pytest.raises(TicketError, match="expired_url"):
        tickets.use_response_url(url)


def test_a_trigger_must_be_a_real_one(bot: FakeBot) -> None:
    assert bot.call("views.open", trigger_id="1.2.3", view=modal())["error"] == "invalid_trigger_id"
    told = bot.call("views.open", view=modal())
    assert "trigger_id" in told["response_metadata"]["messages"][0]


def test_a_home_is_not_opened_and_a_modal_not_published(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.call("views.open", trigger_id=_trigger(sandbox), view=home())["error"] == "invalid_arguments"
    assert bot.call("views.publish", user_id=RITA, view=modal())["error"] == "invalid_arguments"


def test_three_views_fit_on_the_stack(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    first = opened(modal())
    for _ in range(2):
        top = sandbox.workspace.top_modal(RITA)
        assert top
        told = bot.call("views.push", trigger_id=_trigger(sandbox, top.id), view=modal())
        assert told["view"]["previous_view_id"] == top.id
        assert told["view"]["root_view_id"] == first.id
    top = sandbox.workspace.top_modal(RITA)
    assert top
    error = bot.call("views.push", trigger_id=_trigger(sandbox, top.id), view=modal())["error"]
    assert error == "push_limit_reached"


def test_a_push_needs_a_modal_below(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    opened(modal())
    assert bot.call("views.push", trigger_id=_trigger(sandbox), view=modal())["error"] == "not_found"


def test_what_was_typed_survives_a_redraw_with_the_same_ids(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(field("Name"), field("City")))
    sandbox.acting.fill(RITA, view.id, "name", "value", "Acme")
    sandbox.acting.fill(RITA, view.id, "city", "value", "Oslo")
    changed = field("City", {"type": "plain_text_input", "action_id": "other"})
    shown = modal(field("Name"), changed, field("Mail", {"type": "email_text_input", "action_id": "value"}))
    told = bot.call("views.update", view_id=view.id, view=shown)
    values = told["view"]["state"]["values"]
    assert values["name"]["value"]["value"] == "Acme"
    assert values["city"] == {"other": {"type": "plain_text_input", "value": None}}
    assert values["mail"]["value"] == {"type": "email_text_input", "value": None}


def test_a_redraw_does_not_bring_a_first_value_over_what_was_typed(
    bot: FakeBot, sandbox: Sandbox, opened: Open
) -> None:
    def named(first: str) -> Json:
        return field("Name", {"type": "plain_text_input", "action_id": "value", "initial_value": first})

    view = opened(modal(named("first")))
    assert view.values["name"]["value"]["value"] == "first"
    bot.call("views.update", view_id=view.id, view=modal(named("second")))
    assert view.values["name"]["value"]["value"] == "first"


def test_ids_that_slack_filled_in_do_not_keep_a_value(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    anonymous = {k: v for k, v in field("Name").items() if k != "block_id"}
    view = opened(modal(anonymous))
    sandbox.acting.fill(RITA, view.id, view.blocks[0]["block_id"], "value", "Acme")
    bot.call("views.update", view_id=view.id, view=modal(anonymous))
    assert [state["value"]["value"] for state in view.values.values()] == [None]


def test_a_redraw_with_an_old_hash_is_refused(bot: FakeBot, opened: Open) -> None:
    view = opened(modal())
    old = view.hash
    assert bot.call("views.update", view_id=view.id, hash=old, view=modal(section("new")))["ok"]
    assert view.hash != old
    assert bot.call("views.update", view_id=view.id, hash=old, view=modal())["error"] == "hash_conflict"
    assert view.blocks[0]["text"]["text"] == "new"
    assert bot.call("views.update", view_id=view.id, view=modal())["ok"]


def test_a_closed_view_is_not_found(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal())
    sandbox.acting.close(RITA, view.id)
    assert bot.call("views.update", view_id=view.id, view=modal())["error"] == "not_found"


def test_a_view_can_be_found_by_an_id_of_the_apps_own(bot: FakeBot, sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(external_id="mine"))
    assert bot.call("views.update", external_id="mine", view=modal(external_id="mine"))["view"]["id"] == view.id
    error = bot.call("views.publish", user_id=RITA, view=home(external_id="mine"))["error"]
    assert error == "duplicate_external_id"
    assert bot.call("views.update", view=modal())["error"] == "invalid_arguments"
    for method, trigger in (
        ("views.open", _trigger(sandbox)),
        ("views.push", sandbox.slack.tickets.trigger(RITA, view_id=view.id)),
    ):
        told = bot.call(method, trigger_id=trigger, view=modal(external_id="mine"))
        assert told["error"] == "duplicate_external_id", method
    below = bot.call("views.push", trigger_id=sandbox.slack.tickets.trigger(RITA, view_id=view.id), view=modal())
    again = bot.call("views.update", view_id=below["view"]["id"], view=modal(external_id="mine"))
    assert again["error"] == "duplicate_external_id"


def test_a_view_has_a_size(bot: FakeBot, sandbox: Sandbox) -> None:
    fat = modal(*(section("x" * 2900) for _ in range(90)))
    assert bot.call("views.open", trigger_id=_trigger(sandbox), view=fat)["error"] == "view_too_large"


def test_opening_anew_replaces_the_stack(sandbox: Sandbox, opened: Open) -> None:
    first = opened(modal())
    second = opened(modal())
    assert sandbox.workspace.modals[RITA] == [second]
    assert sandbox.workspace.view(first.id) is None


def test_a_home_is_published_and_drawn_again(bot: FakeBot, sandbox: Sandbox) -> None:
    first = bot.call("views.publish", user_id=TOM, view=home())["view"]
    assert (first["type"], first["root_view_id"]) == ("home", first["id"])
    again = bot.call("views.publish", user_id=TOM, hash=first["hash"], view=home(section("new")))["view"]
    assert again["id"] == first["id"]
    assert bot.call("views.publish", user_id=TOM, hash=first["hash"], view=home())["error"] == "hash_conflict"
    assert bot.call("views.update", view_id=first["id"], view=home())["ok"]
    assert bot.call("views.update", view_id=first["id"], view=modal())["error"] == "invalid_arguments"
    assert sandbox.workspace.homes[TOM].id == first["id"]


def test_a_home_needs_a_known_person_and_the_feature(bot: FakeBot, sandbox: Sandbox) -> None:
    assert bot.call("views.publish", user_id="U0NOBODY", view=home())["error"] == "invalid_arguments"
    sandbox.workspace.app.has_home = False
    assert bot.call("views.publish", user_id=RITA, view=home())["error"] == "not_enabled"


def test_menus_outside_of_inputs_have_a_value_too(sandbox: Sandbox, opened: Open) -> None:
    view = opened(modal(actions(select("One", "Two"), button("Go"))))
    assert view.values == {"actions": {"pick": {"type": "static_select", "selected_option": None}}}
    sandbox.acting.press(RITA, OnView(view.id), "actions", "pick", "two")
    assert view.values["actions"]["pick"]["selected_option"]["value"] == "two"


@pytest.mark.parametrize("user", [TOM, OLIVIA])
def test_nobody_acts_in_a_view_of_another(sandbox: Sandbox, opened: Open, user: str) -> None:
    view = opened(modal())
    with pytest.raises(Exception, match="not on top"):
        sandbox.acting.submit(user, view.id)
