"""Editing, handing over and planning through the front door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.domain.deal import Deal, NextStep
from bot.domain.people import Actor, Role
from bot.services import overview
from bot.slack.conversations import stacking
from bot.slack.turn import Form, Turn
from sandbox.team import BOT_USER, GUS, MARTA, NORTHBEAM, OLIVIA, RITA, TOM
from tests.driver import Person
from tests.harness import Office
from tests.selling import log_deal

PEOPLE = "Olivia Finch, Head of operations, olivia@alderfinch.example\nSam Reed, CFO"


def deal_now(office: Office, number: int = 1) -> Deal:
    """The deal as it is stored."""
    return overview.sheet(office.desk, Actor(NORTHBEAM.id, MARTA, Role.MANAGER), number).deal


def knows_nobody(office: Office) -> None:
    """Forget whom the directory was asked about at start-up, but for Rita."""
    with office.desk.db.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM person WHERE user_id <> '{RITA}'")


def log_with_people(office: Office) -> None:
    office.rita.types("/deal new Acme 12k")
    office.rita.fills({"People at the buyer": PEOPLE})
    office.rita.submits()
    office.rita.waits_to_see("Logged")
    office.rita.closes(everything=True)


# editing


def test_what_is_corrected_is_saved_and_the_rest_stays(office: Office) -> None:
    log_with_people(office)
    before = deal_now(office)
    office.rita.types("/deal edit Acme")
    fields = office.rita.modal.fields
    assert (fields["Name"].value, fields["Amount"].value) == ("Acme", "€12,000")
    assert fields["People at the buyer"].value == PEOPLE
    office.rita.fills({"Amount": "15k", "Expected close": date(2026, 12, 18)})
    office.rita.submits()
    office.rita.waits_to_see("Saved. *Acme* (D-1) · €15,000 · Fri 18 Dec 2026.")
    after = deal_now(office)
    assert after.contacts == before.contacts
    assert (after.name, after.expected_close) == ("Acme", date(2026, 12, 18))


def test_people_keep_their_identity_when_their_line_is_corrected(office: Office) -> None:
    log_with_people(office)
    olivia, sam = deal_now(office).contacts
    office.rita.types("/deal edit 1")
    lines = "Sam Reed, COO, sam@alderfinch.example\nOlive Finch, olivia@alderfinch.example\nJo Park"
    office.rita.fills({"People at the buyer": lines})
    office.rita.submits()
    office.rita.waits_to_see("Saved")
    by_name = {contact.name: contact for contact in deal_now(office).contacts}
    assert by_name["Sam Reed"].id == sam.id
    assert by_name["Olive Finch"].id == olivia.id
    assert by_name["Jo Park"].id not in (sam.id, olivia.id)


def test_an_emptied_field_is_emptied(office: Office) -> None:
    log_deal(office, "Acme 12k close 15 dec")
    office.rita.types("/deal edit Acme")
    office.rita.fills({"Amount": None, "Expected close": None})
    office.rita.submits()
    office.rita.waits_to_see("no amount yet · no closing day yet")
    assert (deal_now(office).amount, deal_now(office).expected_close) == (None, None)


def test_a_wrong_amount_keeps_the_form_and_the_deal(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal edit Acme")
    office.rita.fills({"Amount": "1.234k", "Source": "Fair"})
    office.rita.submits()
    assert "Write it out in full" in office.rita.field_errors["Amount"]
    assert office.rita.modal.fields["Source"].value == "Fair"
    assert deal_now(office).source == ""


def test_a_bare_amount_is_in_the_currency_the_deal_has(office: Office) -> None:
    log_deal(office, "Acme 12k SEK")
    office.rita.types("/deal edit Acme")
    office.rita.fills({"Amount": "15k"})
    office.rita.submits()
    office.rita.waits_to_see("15,000 SEK")


def test_when_somebody_else_changed_the_same_deal_i_am_asked_before_i_save_over_it(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal edit Acme")
    office.rita.fills({"Company": "Alder & Finch"})
    office.marta.types("/deal edit Acme")
    office.marta.fills({"Amount": "20k"})
    office.marta.submits()
    office.marta.waits_to_see("€20,000")

    office.rita.submits()
    assert "changed by somebody else meanwhile" in office.rita.modal
    assert "amount: €20,000" in office.rita.modal
    assert office.rita.modal.fields["Company"].value == "Alder & Finch"
    assert deal_now(office).company == ""
    office.rita.fills({"Amount": "20k"})
    office.rita.submits()
    office.rita.waits_to_see("Saved")
    assert (deal_now(office).company, deal_now(office).amount) == ("Alder & Finch", deal_now(office).amount)


def test_a_change_elsewhere_in_the_deal_does_not_stop_an_edit(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal edit Acme")
    office.marta.types("/deal next Acme tomorrow call Jane")
    office.marta.submits()
    office.marta.waits_to_see("Next step of")
    office.rita.fills({"Company": "Alder & Finch"})
    office.rita.submits()
    office.rita.waits_to_see("Saved")
    assert deal_now(office).next_step is not None


def test_from_the_sheet_the_sheet_is_drawn_again(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal show Acme")
    office.rita.presses("Edit")
    office.rita.fills({"Name": "Acme rollout"})
    office.rita.submits()
    sheet = office.rita.waits_to_see("Saved. *Acme rollout*")
    assert "History" in sheet


def test_a_change_typed_in_the_command_is_not_lost_silently(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal edit Acme amount 15k")
    assert "“amount 15k” is not in the form yet" in office.rita.modal


def test_of_several_deals_with_that_name_one_is_chosen_and_the_rest_of_the_text_is_kept(office: Office) -> None:
    log_deal(office, "Acme 12k")
    log_deal(office, "Acme 20k")
    office.rita.types("/deal next Acme tomorrow call Jane")
    office.rita.fills({"Several deals fit": "Acme (D-2)"})
    office.rita.submits()
    assert office.rita.modal.fields["What will you do next?"].value == "call Jane"
    office.rita.submits()
    office.rita.waits_to_see("Next step of *Acme* (D-2): *Tue 24 Nov 2026*")


def test_a_form_takes_the_place_of_a_third_modal_since_slack_takes_no_fourth(office: Office) -> None:
    log_deal(office, "Acme 12k")
    form = {"id": "V3", "callback_id": "deal.show", "root_view_id": "V1", "previous_view_id": "V2"}
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    third = Turn(office.desk, rita, form=Form.read({**form, "private_metadata": ""}))
    answer = stacking.over(third, {"type": "modal"})
    assert answer.push is None
    assert answer.redraw is not None
    assert stacking.below(third) == {}
    second = replace(third, form=Form.read({**form, "id": "V2", "previous_view_id": "V1"}))
    assert stacking.over(second, {"type": "modal"}).push is not None
    assert stacking.below(second) == {"below": "deal.show"}


def test_a_colleague_reads_but_does_not_edit(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.tom.types("/deal edit Acme")
    assert "belongs to" in office.tom.sees()
    assert not office.tom.has_modal


# handing over


def test_a_deal_is_handed_to_a_colleague_who_is_told(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types(f"/deal assign Acme <@{TOM}|tom>")
    assert "now belongs to @Tom Hale" in office.rita.sees()
    assert deal_now(office).owner == TOM
    office.tom.waits_for_dm("Acme")


def test_somebody_whom_slack_was_not_asked_about_yet_is_looked_up(office: Office) -> None:
    log_deal(office, "Acme 12k")
    knows_nobody(office)
    office.rita.types(f"/deal assign Acme <@{TOM}|tom>")
    assert "now belongs to @Tom Hale" in office.rita.sees()
    assert deal_now(office).owner == TOM


def test_somebody_chosen_in_the_form_is_looked_up_too(office: Office) -> None:
    log_deal(office, "Acme 12k")
    knows_nobody(office)
    office.rita.types("/deal assign Acme")
    office.rita.fills({"Who takes it over?": TOM})
    office.rita.submits()
    office.rita.waits_to_see("now belongs to @Tom Hale")
    assert deal_now(office).owner == TOM


@pytest.mark.parametrize("to", [GUS, OLIVIA, BOT_USER])
def test_guests_outsiders_and_bots_cannot_be_given_a_deal(office: Office, to: str) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types(f"/deal assign Acme <@{to}|somebody>")
    assert "not a full member" in office.rita.sees()
    assert deal_now(office).owner == RITA


def test_somebody_whom_slack_does_not_know_cannot_be_given_a_deal(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal assign Acme <@U0NOBODY|nobody>")
    assert "could not find that person" in office.rita.sees()
    assert deal_now(office).owner == RITA


def test_without_a_mention_the_person_is_chosen_in_a_form(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal assign Acme tom")
    assert "cannot tell who “tom” is" in office.rita.modal
    office.rita.fills({"Who takes it over?": TOM, "After the win": ["Only as delivery owner"]})
    office.rita.submits()
    office.rita.waits_to_see("@Tom Hale looks after *Acme* (D-1) once it is won")
    assert (deal_now(office).owner, deal_now(office).delivery_owner) == (RITA, TOM)


def test_a_manager_takes_a_deal_over(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.marta.types("/deal assign Acme me")
    assert "now belongs to @Marta" in office.marta.sees()


def test_nobody_takes_a_deal_that_is_not_theirs(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.tom.types("/deal assign Acme me")
    assert "belongs to" in office.tom.sees()
    assert deal_now(office).owner == RITA


# the next step


def plan(person: Person, text: str) -> tuple[str, str | None, str | None]:
    """What the form shows after `/deal next …`: the words, the day, the hour."""
    person.types(f"/deal next {text}")
    fields = person.modal.fields
    return fields["What will you do next?"].value or "", fields["When?"].value, fields["At what time?"].value


def test_a_typed_step_is_shown_in_full_before_it_is_saved(office: Office) -> None:
    log_deal(office, "Acme 12k")
    for typed, what, on, at in (
        ("tomorrow call Jane about pricing", "call Jane about pricing", "2026-11-24", None),
        ("fri 2pm call Jane", "call Jane", "2026-11-27", "14:00"),
        ("14:30 tomorrow call Jane", "call Jane", "2026-11-24", "14:30"),
        ("call Jane next fri", "call Jane", "2026-11-27", None),
        ("discuss targets for next year", "discuss targets for next year", None, None),
        ("31 feb call Jane", "31 feb call Jane", None, None),
        ("", "", None, None),
    ):
        assert plan(office.rita, f"Acme {typed}".strip()) == (what, on, at), typed
        office.rita.closes()
    assert deal_now(office).next_step is None


def test_the_step_is_saved_and_said(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office.rita, "Acme tomorrow call Jane about pricing")
    office.rita.submits()
    office.rita.waits_to_see("Next step of *Acme* (D-1): *Tue 24 Nov 2026*, call Jane about pricing")
    step = deal_now(office).next_step
    assert step is not None
    assert (step.what, step.on) == ("call Jane about pricing", date(2026, 11, 24))


def test_an_hour_that_was_agreed_is_kept_shown_and_taken_back(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office.rita, "Acme tomorrow 2pm call Jane")
    office.rita.submits()
    office.rita.waits_to_see("Next step of *Acme* (D-1): *Tue 24 Nov 2026, 14:00*, call Jane")
    assert deal_now(office).next_step == NextStep("call Jane", date(2026, 11, 24), time(14))
    assert plan(office.rita, "Acme") == ("call Jane", "2026-11-24", "14:00")
    office.rita.fills({"At what time?": None})
    office.rita.submits()
    office.rita.waits_to_see("*Tue 24 Nov 2026*, call Jane")
    assert deal_now(office).next_step == NextStep("call Jane", date(2026, 11, 24))


def test_a_day_that_is_over_or_missing_is_said_at_its_field(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office.rita, "Acme call Jane")
    office.rita.fills({"When?": date(2026, 11, 2)})
    office.rita.submits()
    assert "is over" in office.rita.field_errors["When?"]
    office.rita.fills({"When?": None})
    office.rita.submits(may_fail=True)
    assert deal_now(office).next_step is None


def test_a_step_is_changed_and_cleared(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office.rita, "Acme tomorrow call Jane")
    office.rita.submits()
    office.rita.waits_to_see("Next step of")
    assert plan(office.rita, "Acme") == ("call Jane", "2026-11-24", None)
    office.rita.fills({"What will you do next?": None})
    office.rita.submits()
    assert "What will you do next?" in office.rita.field_errors
    office.rita.fills({"When?": None})
    office.rita.submits()
    office.rita.waits_to_see("has no next step now")
    assert deal_now(office).next_step is None


def test_from_the_list_the_step_is_planned_with_a_button(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal")
    office.rita.presses("Next step")
    office.rita.fills({"What will you do next?": "call Jane", "When?": date(2026, 12, 1)})
    office.rita.submits()
    office.rita.waits_to_see("*Tue 1 Dec 2026*, call Jane")
    assert not office.rita.has_modal


def test_from_home_the_form_closes_and_home_shows_the_step(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.opens_home()
    office.rita.presses("Next step")
    office.rita.fills({"What will you do next?": "call Jane", "When?": date(2026, 12, 1)})
    office.clock.forward(seconds=1)
    office.rita.submits()
    assert not office.rita.has_modal
    office.rita.waits_to_see("*Next:* call Jane (Tue 1 Dec 2026)")


def test_what_was_done_is_told_directly_where_slack_takes_no_late_answer(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office.rita, "Acme tomorrow call Jane")
    office.sandbox.slack.tickets.response_url_seconds = -1
    office.rita.goes_to(office.deals.id)
    office.rita.submits()
    office.rita.waits_for_dm("Next step of *Acme* (D-1)")
    assert not office.rita.has_modal


def test_only_the_deals_people_plan_its_next_step(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.tom.types("/deal next Acme tomorrow call Jane")
    assert "belongs to" in office.tom.sees()
