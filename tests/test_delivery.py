"""Surely delivered: what must reach Slack does, whatever Slack does, and refusals reach a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest

from bot.domain.work import State
from bot.services import work_list
from bot.store import work_upkeep
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.team import BOT_USER, DEALS, MARTA, RITA
from tests import harness
from tests.harness import Office, T
from tests.selling import log_deal, prove_stage


def move_first_stage(office: Office, name: str = "Acme") -> None:
    """Log a deal and move it out of its first stage."""
    log_deal(office, name)
    office.rita.types(f"/deal move {name}")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("is now in")
    office.rita.closes(everything=True)


def in_time(office: Office, look: Callable[[], T]) -> T:
    """What `look` finds while the clock goes on, a few seconds at each look."""

    def a_little_later() -> T:
        office.clock.forward(seconds=5)
        return look()

    return office.eventually(a_little_later)


def in_trouble(office: Office) -> list[str]:
    with office.desk.db.read() as connection:
        listed = work_upkeep.listing(connection, [State.REFUSED, State.FAILED, State.UNKNOWN], 50)
    return [f"{one.item.kind}: {one.last_error}" for one in listed]


def told_of_the_channel(office: Office) -> list[str]:
    return [message.text for message in office.marta.dms if "/invite @Stagecoach" in message]


def test_a_rate_limited_card_is_posted_when_slack_allows_it(office: Office) -> None:
    office.sandbox.faults.rate_limit("chat.postMessage", retry_after=30, times=1)
    move_first_stage(office)
    office.eventually(lambda: office.calls("chat.postMessage"))
    assert not office.deals.messages
    before = office.clock()
    assert in_time(office, lambda: office.deals.messages)
    assert office.clock() - before >= timedelta(seconds=30)
    assert in_trouble(office) == []


@pytest.mark.parametrize(("lost", "cards"), [("before", 1), ("after", 2)])
def test_a_card_whose_answer_was_lost_is_posted_again_rather_than_never(
    office: Office, lost: Literal["before", "after"], cards: int
) -> None:
    office.sandbox.faults.drop("chat.postMessage", lost)
    move_first_stage(office)
    assert in_time(office, lambda: len(office.deals.messages) == cards)
    assert in_trouble(office) == []


def test_slack_being_ill_delays_a_card_and_loses_nothing(office: Office) -> None:
    office.sandbox.faults.server_error("chat.postMessage", times=2)
    move_first_stage(office)
    assert in_time(office, lambda: office.deals.messages)
    assert len(office.calls("chat.postMessage")) == 3


def test_managers_are_told_how_to_let_the_bot_into_their_channel(office: Office) -> None:
    office.sandbox.living.leave(BOT_USER, DEALS)
    move_first_stage(office)
    dm = office.marta.waits_for_dm("/invite @Stagecoach")
    office.deepak.waits_for_dm("/invite @Stagecoach")
    assert "I could not post to" in dm
    assert office.eventually(lambda: in_trouble(office) == ["card: not_in_channel"])

    office.sandbox.living.invite(MARTA, DEALS, BOT_USER)
    office.marta.presses("Try again", on=dm)
    office.deals.waits_for("Acme")
    assert in_trouble(office) == []


def test_who_tries_again_in_vain_is_told_so_again(office: Office) -> None:
    office.sandbox.living.leave(BOT_USER, DEALS)
    move_first_stage(office)
    dm = office.marta.waits_for_dm("/invite @Stagecoach")
    assert office.eventually(lambda: in_trouble(office))
    office.marta.presses("Try again", on=dm)
    assert office.eventually(lambda: len(told_of_the_channel(office)) == 2)
    move_first_stage(office, "Orrin")
    assert office.eventually(lambda: len(in_trouble(office)) == 2)
    assert len(told_of_the_channel(office)) == 2, "once a day is enough where nobody tried again"


def test_an_answer_that_cannot_stand_in_the_thread_is_not_lost(office: Office) -> None:
    rita, marta = office.rita, office.marta
    move_first_stage(office)
    card = office.deals.waits_for("Acme")
    marta.goes_to(DEALS)
    marta.presses("Ask for the proof", on=card, near=office.criteria("problem_recognised")[0].text)
    marta.fills({"Your question": "May I see the whole mail?"})
    marta.submits()
    asked = rita.waits_for_dm("May I see the whole mail?")
    office.eventually(lambda: office.deals.thread(card))
    office.sandbox.living.leave(BOT_USER, DEALS)
    rita.presses("Answer", on=asked)
    rita.fills({"Your answer": "Here it is, with her signature."})
    rita.submits()

    told = marta.waits_for_dm("/invite @Stagecoach")
    assert office.eventually(lambda: in_trouble(office))
    office.sandbox.living.invite(MARTA, DEALS, BOT_USER)
    marta.goes_to(None)
    marta.presses("Try again", on=told)
    assert office.eventually(lambda: "with her signature" in office.deals.thread(card)[-1])
    assert office.eventually(lambda: not in_trouble(office))


def test_without_managers_the_rep_is_told_and_can_try_again(sandbox: Sandbox, sqlite: Database) -> None:
    with harness.office(sandbox, sqlite, stagecoach_managers=frozenset()) as office:
        sandbox.living.leave(BOT_USER, DEALS)
        move_first_stage(office)
        told = office.rita.waits_for_dm("/invite @Stagecoach")
        assert office.eventually(lambda: in_trouble(office))
        sandbox.living.invite(RITA, DEALS, BOT_USER)
        office.rita.presses("Try again", on=told)
        office.deals.waits_for("Acme")


def test_whatever_slack_has_against_a_card_is_told_with_its_word(office: Office) -> None:
    office.sandbox.faults.refuse("chat.postMessage", "ekm_access_denied")
    move_first_stage(office)
    office.marta.waits_for_dm("Slack says: ekm_access_denied")


def test_a_card_that_somebody_deleted_alarms_nobody(office: Office) -> None:
    move_first_stage(office)
    card = office.deals.waits_for("Acme")
    office.marta.goes_to(DEALS)
    office.marta.presses("Ask for the proof", on=card, near=office.criteria("problem_recognised")[0].text)
    office.sandbox.workspace.channels[DEALS].messages.clear()
    office.marta.fills({"Your question": "May I see the whole mail?"})
    office.marta.submits()
    assert office.eventually(lambda: "card: message_not_found" in in_trouble(office))
    office.rita.waits_for_dm("May I see the whole mail?")
    assert not office.marta.dms


def test_a_file_that_cannot_be_copied_is_told_to_the_rep(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    rita.presses("Add evidence", near=office.criteria("problem_recognised")[0].text)
    rita.fills(
        {
            "What did the buyer write?": "They sent their numbers for March.",
            "Or a file": [("numbers.pdf", b"%PDF-1.4 numbers of the buyer")],
        }
    )
    rita.submits()
    rita.waits_to_see("numbers.pdf")
    prove_stage(rita, office)
    for file in office.sandbox.workspace.files.values():
        file.deleted = True
    rita.submits()
    told = rita.waits_for_dm("I could not copy your file “numbers.pdf”")
    assert "it was deleted in Slack" in told
    rita.closes(everything=True)
    rita.presses("Open the checklist", on=told)
    rita.waits_to_see("Exit criteria")


def test_a_file_is_copied_into_the_thread_of_the_card(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    criteria = office.criteria("problem_recognised")
    rita.presses("Add evidence", near=criteria[0].text)
    rita.fills(
        {
            "What did the buyer write?": "They sent their numbers for March.",
            "Or a file": [("numbers.pdf", b"%PDF-1.4 numbers of the buyer")],
        }
    )
    rita.submits()
    rita.waits_to_see("numbers.pdf")
    prove_stage(rita, office)
    rita.submits()
    card = office.deals.waits_for("Acme")
    copied = office.eventually(lambda: [m for m in office.deals.thread(card) if m.files])
    assert in_trouble(office) == []
    assert [m.files for m in copied] == [["numbers.pdf"]]
    shared = [f for f in office.sandbox.workspace.files.values() if office.deals.id in f.shared_in]
    assert [f.data for f in shared] == [b"%PDF-1.4 numbers of the buyer"]


def test_work_that_is_done_is_forgotten_after_a_month(office: Office) -> None:
    move_first_stage(office)
    office.deals.waits_for("Acme")
    office.eventually(lambda: work_list.oldest_due(office.desk.db, office.clock()) is None)
    assert work_list.clean_up(office.desk.db, office.clock() + timedelta(days=31)) > 0
