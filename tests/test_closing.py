"""Lost, parked and open again, through the front door."""

from __future__ import annotations

from datetime import date

from bot.domain.deal import Deal, MoveKind, Status
from bot.domain.people import Actor, Role
from bot.services import overview
from bot.services.overview import Sheet
from sandbox.team import MARTA, NORTHBEAM
from tests.harness import Office
from tests.selling import log_deal

LEARNED = "They had chosen before we were asked; meet the architect earlier next time."


def sheet_now(office: Office, number: int = 1) -> Sheet:
    """All that is stored about the deal."""
    return overview.sheet(office.desk, Actor(NORTHBEAM.id, MARTA, Role.MANAGER), number)


def deal_now(office: Office) -> Deal:
    """The deal as it is stored."""
    return sheet_now(office).deal


def lose(office: Office) -> None:
    office.rita.types("/deal lost Acme price")
    office.rita.fills({"What did we learn?": LEARNED})
    office.rita.submits()
    office.rita.waits_to_see("is closed as lost")


def park(office: Office, typed: str) -> None:
    office.rita.types(f"/deal park Acme {typed}")
    office.rita.submits()
    office.rita.waits_to_see("is parked until")


# lost


def test_a_lost_deal_is_closed_with_its_reason_and_what_was_learned(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal lost Acme")
    assert office.rita.modal.fields["Why was it lost?"].value is None
    office.rita.fills({"Why was it lost?": "The buyer chose somebody else", "What did we learn?": LEARNED})
    office.rita.submits()
    office.rita.waits_to_see("*Acme* (D-1) is closed as lost: The buyer chose somebody else.")
    office.rita.waits_to_see("/deal reopen D-1")
    assert not office.rita.has_modal
    last = sheet_now(office).log[-1]
    assert (last.kind, last.learned, deal_now(office).status) == (MoveKind.LOST, LEARNED, Status.LOST)
    assert deal_now(office).stage == last.from_stage


def test_the_reason_is_chosen_where_the_text_names_one(office: Office) -> None:
    log_deal(office, "Acme 12k")
    for typed, reason, learned in (
        ("price", "price", None),
        ("Price or budget", "price", None),
        ("the budget was cut in June", "price", "the budget was cut in June"),
        ("no decision", "no_decision", None),
        ("went with a competitor", "competitor", "went with a competitor"),
        ("Jane left", None, "Jane left"),
    ):
        office.rita.types(f"/deal lost Acme {typed}")
        fields = office.rita.modal.fields
        assert (fields["Why was it lost?"].value, fields["What did we learn?"].value) == (reason, learned), typed
        office.rita.closes()


def test_filler_is_no_lesson(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal lost Acme price")
    office.rita.fills({"What did we learn?": "n/a"})
    office.rita.submits()
    assert "What did we learn?" in office.rita.field_errors
    assert deal_now(office).status is Status.OPEN


def test_a_lost_deal_is_not_lost_again_nor_parked_nor_planned(office: Office) -> None:
    log_deal(office, "Acme 12k")
    lose(office)
    for words in ("lost Acme", "park Acme", "next Acme tomorrow call Jane"):
        office.rita.types(f"/deal {words}")
        assert "is already lost. To go on with it, reopen it first: `/deal reopen D-1`" in office.rita.sees()


# parked


def test_a_deal_is_parked_until_a_day_with_a_reason(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal park Acme until 1 feb their budget round")
    fields = office.rita.modal.fields
    assert (fields["Until when?"].value, fields["Why?"].value) == ("2027-02-01", "their budget round")
    office.rita.submits()
    office.rita.waits_to_see("*Acme* (D-1) is parked until *Mon 1 Feb 2027*: their budget round")
    assert not office.rita.has_modal
    deal = deal_now(office)
    assert (deal.status, deal.waiting_until) == (Status.PARKED, date(2027, 2, 1))


def test_a_parked_deal_is_lost_without_being_reopened_first(office: Office) -> None:
    log_deal(office, "Acme 12k")
    park(office, "1 feb their budget round")
    lose(office)
    deal = deal_now(office)
    assert (deal.status, deal.closing_reason) == (Status.LOST, "Price or budget")
    assert deal.waiting_until != date(2027, 2, 1)
    assert [move.kind for move in sheet_now(office).log][1:] == [MoveKind.PARKED, MoveKind.LOST]


def test_a_parked_deal_is_parked_until_another_day_and_the_reason_stays(office: Office) -> None:
    log_deal(office, "Acme 12k")
    park(office, "1 feb their budget round")
    office.rita.types("/deal park Acme until 1 mar")
    assert "Parked now until Mon 1 Feb 2027." in office.rita.modal
    fields = office.rita.modal.fields
    assert (fields["Until when?"].value, fields["Why?"].value) == ("2027-03-01", "their budget round")
    office.rita.submits()
    office.rita.waits_to_see("is parked until *Mon 1 Mar 2027*")
    assert (deal_now(office).status, deal_now(office).waiting_until) == (Status.PARKED, date(2027, 3, 1))


def test_the_details_of_a_parked_deal_offer_to_lose_it(office: Office) -> None:
    log_deal(office, "Acme 12k")
    park(office, "1 feb their budget round")
    office.rita.types("/deal show Acme")
    office.rita.chooses("Mark it as lost")
    office.rita.fills({"Why was it lost?": "Price or budget", "What did we learn?": LEARNED})
    office.rita.submits()
    office.rita.waits_to_see("is closed as lost")
    assert deal_now(office).status is Status.LOST


def test_what_was_typed_fills_the_form(office: Office) -> None:
    log_deal(office, "Acme 12k")
    for typed, until, why in (
        ("in 6 weeks champion on leave", "2027-01-04", "champion on leave"),
        ("champion on leave until 4 jan", "2027-01-04", "champion on leave"),
        ("3/4/2027 leave", None, "3/4/2027 leave"),
    ):
        office.rita.types(f"/deal park Acme {typed}")
        fields = office.rita.modal.fields
        assert (fields["Until when?"].value, fields["Why?"].value) == (until, why), typed
        office.rita.closes()


def test_a_day_that_can_mean_two_is_asked_for_again(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal park Acme 3/4/2027 leave")
    assert "can mean 3 April 2027 or 4 March 2027" in office.rita.modal


def test_a_day_that_is_over_or_too_far_is_said_at_its_field(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal park Acme tomorrow champion on leave")
    for until, said in ((date(2026, 11, 23), "after today"), (date(2031, 1, 1), "three years")):
        office.rita.fills({"Until when?": until})
        office.rita.submits()
        assert said in office.rita.field_errors["Until when?"]
    assert deal_now(office).status is Status.OPEN


def test_without_a_reason_nothing_is_parked(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal park Acme tomorrow")
    office.rita.fills({"Why?": "tbd"})
    office.rita.submits()
    assert "Why?" in office.rita.field_errors
    assert deal_now(office).status is Status.OPEN


# from the sheet, and back


def test_from_the_sheet_a_deal_is_parked_and_opened_again(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal show Acme")
    office.rita.chooses("Park it until a day")
    office.rita.fills({"Until when?": date(2027, 2, 1), "Why?": "their budget round"})
    office.rita.submits()
    office.rita.waits_to_see("is parked until *Mon 1 Feb 2027*")
    office.rita.presses("Reopen")
    sheet = office.rita.waits_to_see("is open again")
    assert "0 of 3 criteria met" in sheet
    assert deal_now(office).status is Status.OPEN


def test_reopening_says_where_the_deal_stands_and_what_is_missing(office: Office) -> None:
    log_deal(office, "Acme 12k")
    lose(office)
    office.rita.types("/deal reopen Acme")
    said = office.rita.sees()
    assert "*Acme* (D-1) is open again, in “Problem recognised”, with 0 of 3 criteria met." in said
    assert said.count("Missing:") == 3
    assert "/deal next D-1" in said
    assert (deal_now(office).status, deal_now(office).closing_reason) == (Status.OPEN, None)


def test_an_open_deal_has_nothing_to_reopen(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal reopen Acme")
    assert "nothing to reopen" in office.rita.sees()


def test_a_colleague_cannot_close_or_reopen_somebody_elses_deal(office: Office) -> None:
    log_deal(office, "Acme 12k")
    for words in ("lost", "park", "reopen"):
        office.tom.types(f"/deal {words} Acme")
        assert "belongs to" in office.tom.sees()
        assert not office.tom.has_modal


def test_a_hostile_reason_of_three_thousand_characters_is_kept_and_shown_harmlessly(office: Office) -> None:
    log_deal(office, "Acme 12k")
    why = ("<!channel> & <b> *x* 🙂 שלום " * 200)[:3000].strip()
    office.rita.types("/deal park Acme tomorrow")
    office.rita.fills({"Why?": why})
    office.rita.submits()
    office.rita.waits_to_see("is parked until")
    assert deal_now(office).closing_reason == why
