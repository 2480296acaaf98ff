"""Promises on their way from the sale to delivery: noted with the win, told to whoever looks after the customer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.promises import Outcome, Promise
from bot.services import closings, deals, promises
from bot.services.deals import DealFacts
from bot.store import reminders
from sandbox.team import NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.clockwork import a_deal, notice, rep
from tests.harness import Office
from tests.selling import log_deal, prove_stage
from tests.test_moving import move_on
from tests.test_promises import MONDAY, promised, won

FIELDS = {"What did we promise?": "Training for the night shift", "To whom?": "Jane Doe"}
JANUARY = date(2027, 1, 15)


def noted(office: Office) -> list[Promise]:
    return list(promises.of_deal(office.desk, rep(), 1).promises)


def before_the_win(office: Office) -> None:
    """The checklist of the only deal, with the win as its next stage."""
    log_deal(office, "Acme 12k EUR")
    for _ in range(4):
        move_on(office)
    office.rita.types("/deal move D-1")


def test_a_promise_is_noted_with_the_move_that_wins_and_more_of_them_afterwards(office: Office) -> None:
    rita = office.rita
    before_the_win(office)
    rita.fills({**FIELDS, "By when?": MONDAY - timedelta(days=1)})
    rita.submits()
    assert rita.field_errors == {"By when?": "That day is over. Choose today or later."}
    rita.fills({"By when?": JANUARY})
    rita.submits()
    checklist = rita.waits_to_see("Not yet.")
    assert noted(office) == [], "nothing is noted while the move is refused"
    assert "things missing" in checklist
    prove_stage(rita, office)
    assert rita.modal.fields["What did we promise?"].value == FIELDS["What did we promise?"], "what was typed is kept"
    rita.submits()
    rita.waits_to_see("waits for a manager to approve")
    [one] = noted(office)
    assert (one.what, one.to_whom, one.due_on) == ("Training for the night shift", "Jane Doe", JANUARY)
    rita.closes(everything=True)

    office.marta.goes_to(office.deals.id)
    office.marta.presses("Approve")
    said = rita.waits_for_dm("approved")
    rita.presses("Note a promise…", on=said)
    rita.fills({"What did we promise?": "A spare machine in Porto", "By when?": JANUARY})
    rita.submits()
    rita.waits_until_closed()
    assert [one.what for one in noted(office)] == ["Training for the night shift", "A spare machine in Porto"]


def test_fields_for_a_promise_stand_only_where_the_deal_is_won_next(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal move Acme")
    assert not office.rita.modal.fields


def test_who_wins_without_a_promise_is_asked_for_none(office: Office) -> None:
    before_the_win(office)
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("waits for a manager to approve")
    assert noted(office) == []


def test_the_delivery_owner_is_told_what_was_promised_when_they_are_named(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    promised(office, deal, "Training for the night shift", JANUARY)
    deals.assign(office.desk, rep(), deal.id, TOM, delivery=True)
    said = office.tom.waits_for_dm("You look after *Acme* (D-1) once it is won.")
    assert "Training for the night shift to Jane Doe, by Fri 15 Jan 2027" in said
    office.tom.presses("Promises", on=said)
    assert "Training for the night shift" in office.tom.modal
    assert not office.rita.dms, "nothing changes for the owner"


def test_a_new_owner_is_told_too(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    promised(office, deal, "Training for the night shift", JANUARY)
    deals.assign(office.desk, rep(), deal.id, TOM)
    assert "Training for the night shift" in office.tom.waits_for_dm("is yours now")


def test_the_delivery_owner_is_told_when_the_deal_is_won(office: Office) -> None:
    before_the_win(office)
    deals.assign(office.desk, rep(), 1, TOM, delivery=True)
    office.tom.waits_for_dm("once it is won")
    prove_stage(office.rita, office)
    office.rita.fills({**FIELDS, "By when?": JANUARY})
    office.rita.submits()
    office.rita.waits_to_see("waits for a manager to approve")
    office.marta.goes_to(office.deals.id)
    office.marta.presses("Approve")
    said = office.tom.waits_for_dm("is won, and you look after it from now on")
    assert "Training for the night shift" in said


def test_reminders_of_promises_follow_the_deal_to_whoever_looks_after_it(office: Office) -> None:
    deal = won(office, a_deal(office, DealFacts("Acme")), MONDAY)
    promised(office, deal, "Training for the night shift", MONDAY)
    notice(office)
    [one] = clockwork.reminders(office)
    assert one["user_id"] == RITA
    deals.assign(office.desk, rep(), deal.id, TOM, delivery=True)
    with office.desk.db.read() as connection:
        [handed] = reminders.of_deal(connection, NORTHBEAM.id, deal.id)
    assert handed.user_id == TOM
    promises.settle(office.desk, rep(TOM), 1, Outcome.KEPT, "Jane wrote so")


def test_the_menu_of_a_deal_leads_to_its_promises_and_to_asking(office: Office) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal show Acme")
    office.rita.chooses("What we promised them")
    office.rita.presses("Note a promise")
    office.rita.fills({**FIELDS, "By when?": JANUARY})
    office.rita.submits()
    office.rita.waits_to_see("1 open promise.")
    office.rita.closes()
    office.rita.chooses("Ask them for a referral")
    office.rita.waits_to_see("What could this customer be asked for?")


@pytest.mark.parametrize("word", ["promise", "ask", "upsell"])
def test_what_people_call_it_leads_to_the_word(office: Office, word: str) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types(f"/deal {word} Acme")
    assert "Did you mean" in office.rita.sees()


def test_a_deal_that_was_lost_reminds_of_no_promise(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    promised(office, deal, "Training for the night shift", MONDAY)
    notice(office)
    closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "We came too late")
    [one] = [r for r in clockwork.reminders(office) if r["kind"] == "promise"]
    assert one["settled_how"] == "overtaken"
