"""Surely delivered: what must reach Slack does, whatever Slack does, and refusals reach a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.domain.work import State
from bot.services import work_list
from bot.store import work_upkeep
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


def test_a_rate_limited_card_is_posted_when_slack_allows_it(office: Office) -> None:
    office.sandbox.faults.rate_limit("chat.postMessage", retry_after=30, times=1)
    move_first_stage(office)
    office.eventually(lambda: office.calls("chat.postMessage"))
    assert not office.deals.messages
    before = office.clock()
    assert in_time(office, lambda: office.deals.messages)
    assert office.clock() - before >= timedelta(seconds=30)
    assert in_trouble(office) == []


def test_a_card_whose_answer_was_lost_is_posted_again_rather_than_never(office: Office) -> None:
    office.sandbox.faults.drop("chat.postMessage", "before")
    move_first_stage(office)
    office.eventually(lambda: office.calls("chat.postMessage"))
    assert in_time(office, lambda: office.deals.messages)


def test_slack_being_ill_delays_a_card_and_loses_nothing(office: Office) -> None:
    office.sandbox.faults.server_error("chat.postMessage", times=2)
    move_first_stage(office)
    assert in_time(office, lambda: office.deals.messages)
    assert len(office.calls("chat.postMessage")) == 3


def test_managers_are_told_how_to_let_the_bot_into_their_channel(office: Office) -> None:
    office.sandbox.faults.refuse(
        "chat.postMessage", "not_in_channel", where=lambda args: args["channel"] == office.deals.id
    )
    move_first_stage(office)
    dm = office.marta.waits_for_dm("/invite @Stagecoach")
    office.deepak.waits_for_dm("/invite @Stagecoach")
    assert "I could not post to" in dm
    assert in_trouble(office) == ["card: not_in_channel"]

    office.marta.presses("Try again", on=dm)
    office.deals.waits_for("Acme")
    assert in_trouble(office) == []


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
