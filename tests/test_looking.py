"""Looking, at the screen: my deals and their pages, a deal's details, the App Home, the help and the processes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.deal import Deal, NextStep
from bot.domain.money import Money
from bot.domain.people import Actor, Contact, Role
from bot.services import closings, deals, evidence, moves, questions
from bot.services.deals import DealFacts
from bot.services.evidence import Draft
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests.harness import Office
from tests.selling import log_deal, prove_stage
from tests.slack_rules import assert_fits

LONG = "<!channel> & 😀 \u202eمشروع *bold* " * 90


def logged(office: Office, name: str, owner: str = RITA, **facts: Any) -> Deal:
    """A deal as the form would store it, without the form."""
    return deals.log_deal(office.desk, Actor(NORTHBEAM.id, owner, Role.MEMBER), DealFacts(name, **facts))


def at_the_gate_to_the_win(office: Office) -> Deal:
    """A deal of Rita's that waits for a manager's approval, brought there by the services."""
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    deal = logged(office, "Acme rollout", amount=Money(1_200_000, "EUR"))
    while deal.pending_move is None:
        stage = office.desk.stage(deal)
        for criterion in stage.criteria:
            number = office.next_number()
            draft = Draft(
                criterion.key,
                criterion.accepts[0],
                f"Reply number {number} of the buyer, with the date they agreed to.",
                happened_on=office.clock().date(),
                new_contact=Contact(0, "Jane Doe", "CFO", "jane@buyer.example"),
                link=f"https://mail.example.com/m/{number}",
            )
            evidence.add_evidence(office.desk, rita, deal.id, stage.key, draft)
        on = office.desk.process(deal).nexts(stage)[0]
        deal = moves.move(office.desk, rita, deal.id, stage.key, on.key).checklist.deal
        office.clock.forward(seconds=1)
    return deal


def drawn(office: Office) -> list[Any]:
    """All views and messages that the bot sent."""
    found = []
    for call in office.sandbox.recording.calls:
        view, blocks = call.args.get("view"), call.args.get("blocks")
        found += [json.loads(one) if isinstance(one, str) else one for one in (view, blocks) if one]
    return found


# The list


def test_a_new_rep_is_told_how_to_begin_and_begins(office: Office) -> None:
    rita = office.rita
    rita.types("/deal")
    rita.waits_to_see("You have no open deals.")
    rita.presses("Log a deal")
    assert rita.modal.fields


def test_the_list_shows_the_most_pressing_deal_first(office: Office) -> None:
    calm, late = logged(office, "Calm"), logged(office, "Late", amount=Money(1_200_000, "EUR"))
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    today = office.clock().date()
    deals.set_next_step(office.desk, rita, calm.id, NextStep("write the recap", today))
    deals.set_next_step(office.desk, rita, late.id, NextStep("call Jane about pricing", today))
    office.clock.forward(days=3)
    deals.set_next_step(office.desk, rita, calm.id, NextStep("write the recap", office.clock().date()))

    office.rita.types("/deal")
    seen = office.rita.waits_to_see("most pressing first")
    assert seen.index("Late") < seen.index("Calm")
    assert "Overdue by 3 days:* call Jane about pricing" in seen
    assert "0 of 3 criteria met · missing: " in seen
    assert "€12,000" in seen


def test_sixty_deals_come_in_pages_that_replace_each_other(office: Office) -> None:
    for number in range(60):
        logged(office, f"Deal number {number}")
    rita = office.rita
    rita.types("/deal")
    rita.waits_to_see("page 1 of 6")
    rita.presses("Next ▶")
    rita.waits_to_see("page 2 of 6")
    assert len(rita.messages) == 1
    rita.presses("Next ▶")
    rita.waits_to_see("page 3 of 6")
    rita.presses("◀ Previous")
    rita.waits_to_see("page 2 of 6")


def test_the_list_is_of_ones_own_deals_only(office: Office) -> None:
    logged(office, "Of Tom", TOM)
    office.rita.types("/deal")
    assert "Of Tom" not in office.rita.waits_to_see("You have no open deals.")


def test_a_guest_is_refused_the_list_politely(office: Office) -> None:
    office.gus.types("/deal")
    office.gus.waits_to_see("Deals are for full members")


# One deal


def test_the_details_show_what_the_list_leaves_out(office: Office) -> None:
    log_deal(office, "Acme rollout 12k EUR close 15 dec")
    rita = office.rita
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.submits()
    rita.closes(everything=True)

    rita.types("/deal")
    rita.presses("Details", near="Acme rollout")
    sheet = rita.modal
    assert sheet.title == "Deal D-1"
    for shown in (
        "Solution explored",
        "€12,000",
        "Tue 15 Dec 2026",
        "Jane Doe, CFO",
        "open link",
        "3 of 3 criteria met",
    ):
        assert shown in sheet, shown
    assert "Evidence for other stages" in sheet


def test_evidence_is_withdrawn_from_the_details_and_shown_as_withdrawn(office: Office) -> None:
    log_deal(office, "Acme rollout")
    rita = office.rita
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.closes(everything=True)
    rita.types("/deal show acme")
    assert "3 of 3 criteria met" in rita.modal
    rita.presses("Withdraw", near="Reply number 1 ")
    rita.fills({"Why do you take it back?": "It was another company's mail."})
    rita.submits()
    rita.waits_to_see("2 of 3 criteria met")
    assert "It was another company's mail." in rita.modal


def test_the_menu_of_the_details_parks_a_deal_and_the_details_say_so(office: Office) -> None:
    log_deal(office, "Acme rollout")
    rita = office.rita
    rita.types("/deal show D-1")
    rita.chooses("Park it until a day")
    assert rita.modal.submit == "Park"
    rita.fills({"Why?": "Their budget round is in June."})
    rita.submits()
    rita.waits_to_see("*Parked* until")
    assert "Their budget round is in June." in rita.modal
    rita.presses("Reopen")
    rita.waits_to_see("*Open*, in “Problem recognised”")


def test_a_colleague_sees_the_details_without_buttons(office: Office) -> None:
    logged(office, "Acme rollout")
    office.tom.types("/deal show Acme")
    sheet = office.tom.modal
    assert "Only @" in sheet
    assert not sheet.buttons


def test_a_guest_is_refused_the_details(office: Office) -> None:
    logged(office, "Acme rollout")
    office.gus.types("/deal show D-1")
    office.gus.waits_to_see("Deals are for full members")
    assert not office.gus.has_modal


def test_a_deal_that_is_not_there_is_answered_with_the_nearest_names(office: Office) -> None:
    logged(office, "Acme rollout")
    office.rita.types("/deal show Acne rollout")
    assert "Nearest: Acme rollout (D-1)." in office.rita.waits_to_see("There is no deal")


def test_only_names_that_are_near_are_suggested(office: Office) -> None:
    for name in ("Acme rollout", "Globex", "Wayne Enterprises expansion"):
        logged(office, name)
    for typed, near in (("Gobex", "Globex (D-2)"), ("Wyane", "Wayne Enterprises expansion (D-3)")):
        office.rita.types(f"/deal show {typed}")
        assert f"Nearest: {near}." in office.rita.sees(), typed
    office.rita.types("/deal show Zebra crossing")
    said = office.rita.sees()
    assert "There is no deal “Zebra crossing”. Type `/deal` to see yours" in said
    assert "Globex" not in said


def test_a_manager_without_deals_gets_the_nearest_of_everybody_s(office: Office) -> None:
    logged(office, "Globex")
    office.marta.types("/deal show Globax")
    assert "Nearest: Globex (D-1)." in office.marta.sees()


@pytest.mark.parametrize("typed", ['"Globex"', "“Globex”", "'Globex'", "‘Globex’", "„Globex“", "«Globex»"])
def test_a_quoted_name_is_that_deal_whatever_the_quotes(office: Office, typed: str) -> None:
    logged(office, "Globex renewal")
    logged(office, "Globex")
    office.rita.types(f"/deal next {typed} tomorrow call Jane")
    assert "*Globex* (D-2)" in office.rita.modal
    assert office.rita.modal.fields["What will you do next?"].value == "call Jane"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("moev Globex", "Did you mean `/deal move Globex`?"),
        ("list", "Did you mean `/deal`?"),
        ("close Globex", "Did you mean `/deal won Globex` or `/deal lost Globex`?"),
        ("Globex", "If that is a deal: `/deal show Globex`."),
    ],
)
def test_what_is_not_understood_gets_the_nearest_command_and_the_words_there_are(
    office: Office, typed: str, answer: str
) -> None:
    office.rita.types(f"/deal {typed}")
    said = office.rita.sees()
    assert answer in said
    assert "The words I know: new, show, evidence, coach, confirm, move" in said
    assert "`/deal` alone lists your deals, and `/deal help` explains it all." in said


# The App Home


def test_home_explains_itself_to_a_new_rep_and_follows_what_they_do(office: Office) -> None:
    rita = office.rita
    rita.opens_home()
    assert "Log a deal" in rita.home
    office.clock.forward(seconds=1)
    logged(office, "Acme rollout")
    rita.waits_to_see("Acme rollout")
    rita.presses("Details", near="Acme rollout")
    assert rita.modal.title == "Deal D-1"


def test_home_turns_its_pages(office: Office) -> None:
    for number in range(12):
        logged(office, f"Deal number {number}")
    rita = office.rita
    rita.opens_home()
    assert "page 1 of 2" in rita.home
    rita.presses("Next ▶")
    rita.waits_to_see("page 2 of 2")
    rita.presses("◀ Previous")
    rita.waits_to_see("page 1 of 2")


def test_home_shows_guests_no_deals(office: Office) -> None:
    logged(office, "Acme rollout")
    office.gus.opens_home()
    assert "full members" in office.gus.home
    assert not office.gus.home.buttons


def test_a_manager_sees_at_home_what_waits_and_approves_it_there(office: Office) -> None:
    at_the_gate_to_the_win(office)
    marta = office.marta
    marta.opens_home()
    assert "Decisions that wait" in marta.home
    assert "“Terms agreed” → “Agreement signed”" in marta.home
    marta.presses("Details", near="Acme rollout")
    assert "Waits for a manager to approve" in marta.modal
    marta.closes()
    office.clock.forward(seconds=1)
    marta.presses("Approve", near="Acme rollout")
    marta.waits_to_see("No move waits for a manager's decision.")
    office.rita.types("/deal show Acme")
    assert "*Won*, in “Agreement signed”" in office.rita.modal


def test_a_manager_sees_at_home_an_answer_and_accepts_it_there(office: Office) -> None:
    deal = at_the_gate_to_the_win(office)
    marta = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)
    criterion = office.desk.stage(deal).criteria[0]
    asked = questions.ask(office.desk, marta, deal.pending_move or 0, criterion.key, "May I see the mail?")

    rita = office.rita
    rita.opens_home()
    assert "May I see the mail?" in rita.home
    rita.presses("Answer", near="May I see the mail?")
    rita.fills({"Your answer": "Here it is, with their signature."})
    office.clock.forward(seconds=1)
    rita.submits()
    assert not rita.has_modal

    office.marta.opens_home()
    assert "Answers to look at" in office.marta.home
    office.clock.forward(seconds=1)
    office.marta.presses("Accept", near="Here it is, with their signature.")
    rita.waits_for_dm("accepted your answer")
    assert not questions.find(office.desk, marta, asked.id)[1].is_open
    office.deepak.opens_home()
    assert "Answers to look at" not in office.deepak.home


def test_nobody_gets_buttons_to_decide_about_their_own_deal(office: Office) -> None:
    at_the_gate_to_the_win(office)
    office.tom.opens_home()
    assert "Decisions" not in office.tom.home
    office.rita.opens_home()
    assert not [button for button in office.rita.home.buttons if button.label == "Approve"]


def test_help_is_answered_from_home(office: Office) -> None:
    office.rita.opens_home()
    office.rita.presses("Help")
    assert "/deal move X [stage]" in office.rita.modal
    office.rita.presses("My deals")
    office.rita.waits_to_see("You have no open deals.")


# Orientation


def test_help_names_every_word(office: Office) -> None:
    office.rita.types("/deal help")
    seen = office.rita.waits_to_see("/deal show X")
    for word in ("new", "move", "evidence", "next", "edit", "assign", "lost", "park", "reopen", "won", "process"):
        assert f"/deal {word}" in seen, word


def test_the_process_is_shown_and_where_a_deal_is_in_it(office: Office) -> None:
    office.rita.types("/deal process")
    seen = office.rita.waits_to_see("Buyer-centric sale")
    assert "1. Problem recognised" in seen
    assert "/deal process simple_3" in seen
    office.rita.types("/deal process simple_3")
    office.rita.waits_to_see("Proposal accepted")
    logged(office, "Acme rollout")
    office.rita.types("/deal process Acme")
    assert "*Say*" in office.rita.waits_to_see("You are here")


def test_a_process_or_deal_that_is_not_there_is_answered_with_what_there_is(office: Office) -> None:
    office.rita.types("/deal process nonsense")
    assert "/deal process simple_3" in office.rita.waits_to_see("There is no deal “nonsense”")


# Hostile input


def test_names_and_reasons_of_three_thousand_characters_fit_everywhere(office: Office) -> None:
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    for number in range(11):
        long = f"{number} {LONG}"[:2900].strip()
        deal = logged(office, long, company=long, competitors=long, source=long)
        deals.set_next_step(office.desk, rita, deal.id, NextStep(long, office.clock().date()))
        closings.park(office.desk, rita, deal.id, office.clock().date().replace(year=2027), long)
        closings.reopen(office.desk, rita, deal.id)
    office.rita.types("/deal")
    office.rita.waits_to_see("page 1 of 2")
    office.rita.types("/deal show D-1")
    assert office.rita.modal.title == "Deal D-1"
    office.rita.closes()
    office.rita.opens_home()
    assert "page 1 of 2" in office.rita.home
    for one in drawn(office):
        assert_fits(one)
