"""The people of the front-door tests find things by what stands on their screen, and say clearly what is missing."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from sandbox.server import Sandbox
from sandbox.team import DEALS, MARTA, RITA
from tests.driver import Person, Room
from tests.sandbox.fake_bot import FakeBot, Json
from tests.sandbox.views import actions, button, field, home, modal, option, section, select

FORM = modal(
    section("*Buyer confirmed the problem*"),
    actions(button("Add evidence", "add", value="1"), block_id="one"),
    section("*Buyer named a budget* &amp; owner"),
    actions(button("Add evidence", "add", value="2"), block_id="two"),
    field("Name"),
    field("Kind", select("Email", "Call")),
    field("Which", {"type": "checkboxes", "action_id": "c", "options": [option("A"), option("B")]}, optional=True),
    field("Day", {"type": "datepicker", "action_id": "d"}, optional=True),
    field("Proof", {"type": "file_input", "action_id": "f"}, optional=True),
)


@pytest.fixture
def rita(sandbox: Sandbox) -> Person:
    return Person(sandbox, RITA, patience=0.2)


@pytest.fixture
def form(bot: FakeBot, rita: Person) -> Person:
    """Rita with the form open."""
    bot.answers["command"] = lambda c: bot.call("views.open", trigger_id=c["trigger_id"], view=FORM) and None
    rita.types("/deal")
    return rita


def test_she_reads_the_modal(form: Person) -> None:
    assert (form.modal.title, form.modal.submit) == ("A modal", "Save")
    assert "*Buyer named a budget* & owner" in form.modal
    assert list(form.modal.fields) == ["Name", "Kind", "Which", "Day", "Proof"]


def test_she_fills_in_fields_by_their_labels(bot: FakeBot, form: Person) -> None:
    values = {"Name": "Acme", "Kind": "Call", "Which": ["A", "B"], "Day": date(2025, 12, 15)}
    form.fills({**values, "Proof": [("a.txt", b"x")]})
    assert form.modal.fields["Kind"].value == "call"
    assert form.modal.fields["Which"].value == ["a", "b"]
    form.submits()
    form.waits_until_closed()
    state = bot.of("view_submission")[0]["view"]["state"]["values"]
    assert state["day"]["d"]["selected_date"] == "2025-12-15"
    assert state["proof"]["f"]["files"][0]["name"] == "a.txt"


def test_a_missing_label_is_told_with_those_that_are_there(form: Person) -> None:
    with pytest.raises(AssertionError, match="no field 'Nmae'; its fields: 'Name', 'Kind'"):
        form.fills({"Nmae": "Acme"})
    with pytest.raises(AssertionError, match=r"offers no 'Fax'; it offers \['Email', 'Call'\]"):
        form.fills({"Kind": "Fax"})


def test_she_presses_the_button_near_a_text(bot: FakeBot, form: Person) -> None:
    form.presses("Add evidence", near="budget")
    assert bot.of("block_actions")[0]["actions"][0]["value"] == "2"
    with pytest.raises(AssertionError, match="several 'Add evidence'"):
        form.presses("Add evidence")
    with pytest.raises(AssertionError, match="no 'Add evidence' to press near 'timeline'"):
        form.presses("Add evidence", near="timeline")
    with pytest.raises(AssertionError, match="no 'Move' to press; there is: Add evidence"):
        form.presses("Move")


def test_field_errors_go_by_their_labels(bot: FakeBot, form: Person) -> None:
    form.submits()
    assert list(form.field_errors) == ["Name", "Kind"]
    form.fills({"Name": "Acme", "Kind": "Call"})
    bot.answers["view_submission"] = lambda _p: {"response_action": "errors", "errors": {"name": "Which Acme?"}}
    form.submits()
    assert form.field_errors == {"Name": "Which Acme?"}
    assert "Which Acme?" in form.modal


def test_no_modal_is_told_with_what_there_is_instead(bot: FakeBot, rita: Person) -> None:
    bot.answers["command"] = lambda _c: {"text": "Not now"}
    rita.types("/deal")
    with pytest.raises(AssertionError, match=r"no modal is open; there is:\nNot now"):
        _ = rita.modal


def test_a_broken_app_fails_the_test(bot: FakeBot, rita: Person) -> None:
    bot.answers["command"] = lambda _c: 500
    with pytest.raises(AssertionError, match="dispatch_failed"):
        rita.types("/deal")
    assert rita.types("/deal", may_fail=True).error == "dispatch_failed"


def test_she_sees_what_came_up_since_she_acted(bot: FakeBot, rita: Person) -> None:
    bot.answers["command"] = lambda _c: {"text": "First"}
    rita.types("/deal")
    assert rita.sees() == "First"
    bot.answers["command"] = lambda _c: {"text": "Second"}
    rita.types("/deal")
    assert rita.sees() == "Second"


def test_she_waits_for_what_comes_after_the_ack(bot: FakeBot, sandbox: Sandbox, form: Person) -> None:
    form.patience = 5.0
    shown = form.modal

    def push(payload: Json) -> None:
        def later() -> None:
            bot.call("views.push", trigger_id=payload["trigger_id"], view=modal(field("Proof", block_id="p")))

        threading.Thread(target=later).start()

    bot.answers["block_actions"] = push
    form.presses("Add evidence", near="budget")
    assert form.modal.id != shown.id
    form.closes()
    assert form.modal.id == shown.id


def test_she_reads_her_direct_messages(bot: FakeBot, rita: Person, dm: str) -> None:
    bot.call(
        "chat.postMessage", channel=dm, text="Hello <@U06TOMH4M9D>", blocks=[section("See <https://a.example|it>")]
    )
    assert rita.waits_for_dm("See it").plain == "Hello @Tom Hale"
    with pytest.raises(AssertionError, match="no direct message shows 'Bye'; there is:\nSee it"):
        rita.waits_for_dm("Bye")


def test_a_manager_presses_a_button_on_the_newest_card_of_a_deal(bot: FakeBot, sandbox: Sandbox) -> None:
    marta = Person(sandbox, MARTA, patience=0.2)
    marta.goes_to(DEALS)
    for name in ("Acme", "Beta"):
        card = [section(name), section("proved"), actions(button("Approve", value=name))]
        bot.call("chat.postMessage", channel=DEALS, text=name, blocks=card)
    marta.presses("Approve")
    marta.presses("Approve", near="Acme")
    assert [p["actions"][0]["value"] for p in bot.of("block_actions")] == ["Beta", "Acme"]


def test_everybody_sees_the_room(bot: FakeBot, sandbox: Sandbox) -> None:
    room = Room(sandbox, DEALS, patience=0.2)
    ts = bot.call("chat.postMessage", channel=DEALS, text="card")["ts"]
    bot.call("chat.postMessage", channel=DEALS, text="reply", thread_ts=ts)
    bot.call("chat.postEphemeral", channel=DEALS, user=RITA, text="psst")
    assert [m.text for m in room.messages] == ["card"]
    assert [m.text for m in room.thread(room.messages[0])] == ["reply"]
    assert room.waits_for("reply").thread_ts == ts
    with pytest.raises(AssertionError, match="nobody said 'psst'"):
        room.waits_for("psst")


def test_she_uses_menus_home_and_shortcuts(bot: FakeBot, sandbox: Sandbox, rita: Person) -> None:
    def draw(_event: Json) -> None:
        menu = {"type": "overflow", "action_id": "more", "options": [option("Park"), option("Lose")]}
        bot.call("views.publish", user_id=RITA, view=home(section("Acme", accessory=menu), actions(button("New"))))

    bot.answers["event"] = draw
    rita.patience = 5.0
    rita.opens_home()
    assert "Acme" in rita.home
    rita.chooses("Lose", near="Acme")
    rita.presses("New")
    assert [p["actions"][0]["type"] for p in bot.of("block_actions")] == ["overflow", "button"]
    rita.uses("Log a deal")
    assert bot.of("shortcut")
    with pytest.raises(AssertionError, match=r"there are \['Log a deal'\]"):
        rita.uses("Nothing")
