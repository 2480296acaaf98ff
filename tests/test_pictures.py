"""`/deal process` as a picture: sent to whoever asked, in the view they chose; in words where none can be painted."""

from __future__ import annotations

import pytest

from bot.drawing import View, described
from bot.services.errands import Errand
from bot.slack import picturing
from bot.slack.conversations import orientation
from bot.slack.ids import Action, Ref
from sandbox.contents import File
from sandbox.team import RITA
from tests.clockwork import items_of, put, settled_down, state_of
from tests.driver import Person
from tests.harness import Office
from tests.selling import log_deal

COMES = "comes as a direct message from me"


def pictures_for(office: Office, person: Person) -> list[File]:
    """What the bot uploaded into their direct message, the oldest first."""
    settled_down(office)
    workspace = office.sandbox.workspace
    dm = office.sandbox.living.direct_message(person.id, workspace.app.bot_user_id)
    return [file for file in workspace.files.values() if dm.id in file.shared_in]


def test_the_process_comes_as_a_flowchart_to_whoever_asked(office: Office) -> None:
    office.rita.goes_to(office.deals.id)
    office.rita.types("/deal process")
    seen = office.rita.waits_to_see("Buyer-centric sale")
    assert "1. Problem recognised" in seen, "the words are there at once"
    assert f"“Buyer-centric sale” (flowchart) {COMES}" in seen
    [file] = pictures_for(office, office.rita)
    assert (file.name, file.mimetype) == ("buyer_centric-flow.png", "image/png")
    assert file.data.startswith(b"\x89PNG")
    assert file.alt == described(office.process, View.FLOW)
    office.rita.waits_for_dm("*Buyer-centric sale*: flowchart. The same in words: `/deal process buyer_centric`")
    assert not office.deals.messages, "nobody else sees it"
    assert not office.marta.dms


@pytest.mark.parametrize(("label", "view"), [("Checklist", View.CHECKLIST), ("Buyer beside seller", View.SIDES)])
def test_another_view_comes_at_the_press_of_a_button_each_time(office: Office, label: str, view: View) -> None:
    office.rita.types("/deal process simple_3")
    office.rita.waits_to_see("Proposal accepted")
    for _ in range(2):
        office.rita.presses(label)
        office.rita.waits_to_see(f"“Simple sale” ({view.words}) {COMES}")
    names = [file.name for file in pictures_for(office, office.rita)]
    assert names == ["simple_3-flow.png", *[f"simple_3-{view.value}.png"] * 2]


def test_a_deal_is_shown_in_words_and_the_picture_only_offered(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal process Acme")
    assert COMES not in office.rita.waits_to_see("You are here")
    assert pictures_for(office, office.rita) == []
    office.rita.presses("Flowchart")
    assert [file.name for file in pictures_for(office, office.rita)] == ["buyer_centric-flow.png"]


def test_an_unknown_process_is_answered_and_nothing_is_painted(office: Office) -> None:
    office.rita.types("/deal process nonsense")
    office.rita.waits_to_see("There is no deal “nonsense”")
    assert items_of(office, Errand.PICTURE) == []


def test_guests_get_neither_words_nor_pictures(office: Office) -> None:
    office.gus.types("/deal process")
    office.gus.waits_to_see("Deals are for full members of this workspace")
    assert items_of(office, Errand.PICTURE) == []


def test_a_button_for_a_process_that_is_gone_says_so(office: Office) -> None:
    office.rita.types("/deal process simple_3")
    office.rita.waits_to_see("Proposal accepted")
    pictures_for(office, office.rita)
    kept = {key: one for key, one in office.desk.processes.items() if key != "simple_3"}
    object.__setattr__(office.desk, "processes", kept)
    office.rita.presses("Checklist")
    office.rita.waits_to_see("That process is no longer defined.")
    assert len(items_of(office, Errand.PICTURE)) == 1, "only the first flowchart"


def test_a_process_that_went_while_its_picture_waited_is_not_painted(office: Office) -> None:
    put(office, Errand.PICTURE, RITA, "flow.gone.1")
    assert state_of(office, Errand.PICTURE, RITA, "flow.gone.1") == "unwanted"


def test_without_the_library_the_words_stand_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orientation, "can_paint", lambda: False)
    office.rita.types("/deal process")
    seen = office.rita.waits_to_see("1. Problem recognised")
    assert COMES not in seen
    assert "Flowchart" not in seen
    assert items_of(office, Errand.PICTURE) == []


def test_a_sender_without_the_library_lets_the_picture_be(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "can_paint", lambda: False)
    office.rita.types("/deal process")
    assert pictures_for(office, office.rita) == []


def test_a_button_carries_the_key_of_its_process_and_nothing_else(office: Office) -> None:
    office.rita.types("/deal process simple_3")
    office.rita.waits_to_see("Proposal accepted")
    values = {b.element["value"] for m in office.rita.messages for b in m.buttons if b.label == "Checklist"}
    assert values == {str(Ref(0, key="simple_3"))}
    assert Action.PROCESS_CHECKLIST.value == "process.checklist", "for ever"
