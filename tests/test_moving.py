"""Ways to move a deal, and ways that are refused: skipping, going back, the plan B, pending moves and who decides."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.deal import Status, Verdict
from bot.domain.people import Actor, Role
from bot.services import overview
from bot.services.overview import Sheet
from sandbox.team import MARTA, NORTHBEAM, RITA
from tests.driver import Person
from tests.harness import Office
from tests.selling import log_deal, prove_stage


def sheet(office: Office, deal_id: int = 1) -> Sheet:
    return overview.sheet(office.desk, Actor(NORTHBEAM.id, RITA, Role.MEMBER), deal_id)


def move_on(office: Office, rep: Person | None = None) -> None:
    """Prove the stage of the only deal, and submit the move."""
    rep = rep or office.rita
    rep.types("/deal move D-1")
    prove_stage(rep, office)
    rep.submits()
    rep.waits_to_see("Exit criteria")
    rep.closes(everything=True)


def ask_for_the_win(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    for _ in range(5):
        move_on(office)
    assert sheet(office).deal.pending_move is not None


def test_skipping_a_stage_is_refused_with_the_next_one(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal move Acme product evaluated")
    office.rita.waits_to_see("is not the next stage")
    office.rita.waits_to_see("Solution explored")


def test_an_unknown_stage_gets_the_nearest_names(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal move Acme solution explode")
    office.rita.waits_to_see("Did you mean “Solution explored”")


def test_going_back_needs_a_reason_and_keeps_the_evidence(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    move_on(office)
    rita.types("/deal move Acme problem recognised")
    rita.fills({"What happened?": "n/a"})
    rita.submits()
    assert rita.field_errors == {"What happened?": "Say why, so that the team can learn from it."}
    rita.fills({"What happened?": "Their new director starts the search again."})
    rita.submits()
    assert "is now in “Problem recognised”" in rita.modal
    assert "3 of 3 criteria met" in rita.modal
    office.deals.waits_for("Their new director starts the search again.")


def test_a_move_from_an_old_form_says_where_the_deal_is_now(office: Office) -> None:
    rita, marta = office.rita, office.marta
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    marta.types("/deal move Acme")
    marta.submits()
    marta.waits_to_see("is now in")
    rita.submits()
    assert "was moved a moment ago. It is in “Solution explored” now." in rita.modal
    assert len(sheet(office).log) == 2


def test_withdrawn_evidence_cancels_a_pending_move(office: Office) -> None:
    rita = office.rita
    ask_for_the_win(office)
    rita.types("/deal show Acme")
    latest = sheet(office).evidence[-1]
    rita.presses("Withdraw", near=latest.what)
    rita.fills({"Why do you take it back?": "The buyer took their signature back."})
    rita.submits()
    rita.waits_to_see("Withdrawn")
    office.deals.waits_for("Cancelled")
    now = sheet(office)
    assert now.deal.pending_move is None
    assert [m.decision.verdict for m in now.log if m.decision] == [Verdict.CANCELLED]
    assert now.deal.status is Status.OPEN


def test_a_card_says_when_its_evidence_was_taken_back_after_the_move(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    move_on(office)
    card = office.deals.waits_for("“Problem recognised” to “Solution explored”")
    assert "withdrawn" not in card
    rita.types("/deal show Acme")
    rita.presses("Withdraw", near=sheet(office).evidence[0].what)
    rita.fills({"Why do you take it back?": "It was from another customer."})
    rita.submits()
    rita.waits_to_see("Withdrawn")
    office.deals.waits_for("*withdrawn*: It was from another customer.")
    assert len(office.deals.messages) == 1


def test_a_changed_amount_cancels_a_pending_move(office: Office) -> None:
    rita = office.rita
    ask_for_the_win(office)
    rita.types("/deal edit Acme")
    rita.fills({"Amount": "15k"})
    rita.submits()
    office.deals.waits_for("Cancelled")
    assert sheet(office).deal.pending_move is None


def test_sending_back_needs_a_comment_which_reaches_the_rep(office: Office) -> None:
    rita, marta = office.rita, office.marta
    ask_for_the_win(office)
    office.deals.waits_for("Waits for a manager")
    marta.goes_to(office.deals.id)
    marta.presses("Send back…")
    marta.fills({"What is missing?": "x"})
    marta.submits()
    assert "What is missing?" in marta.field_errors
    marta.fills({"What is missing?": "The signature page is not dated."})
    marta.submits()
    rita.waits_for_dm("The signature page is not dated.")
    office.deals.waits_for("Sent back")
    assert sheet(office).deal.stage == "terms_agreed"


def test_a_second_decision_is_told_who_decided_and_when(office: Office) -> None:
    marta, deepak = office.marta, office.deepak
    ask_for_the_win(office)
    office.deals.waits_for("Waits for a manager")
    for manager in (marta, deepak):
        manager.goes_to(office.deals.id)
    deepak.presses("Send back…")
    deepak.fills({"What is missing?": "Please add the dated page."})
    marta.presses("Approve")
    office.deals.waits_for("Approved")
    deepak.submits()
    assert "already approved by" in deepak.modal
    assert [m.decision.verdict for m in sheet(office).log if m.decision] == [Verdict.APPROVED]


def test_nobody_approves_their_own_deal(office: Office) -> None:
    marta = office.marta
    log_deal(office, "Acme 12k EUR", by=marta)
    for _ in range(5):
        move_on(office, marta)
    office.deals.waits_for("Waits for a manager")
    marta.goes_to(office.deals.id)
    marta.presses("Approve")
    marta.waits_to_see("Nobody decides about their own deal")
    office.deepak.goes_to(office.deals.id)
    office.deepak.presses("Approve")
    office.deals.waits_for("Approved")


def test_a_move_that_nobody_could_approve_is_refused_and_says_who_to_set_up(office: Office) -> None:
    office.desk.rule_book.first = replace(office.desk.rules, managers=frozenset({MARTA}))
    office.desk.rule_book.forget()
    marta = office.marta
    log_deal(office, "Acme 12k EUR", by=marta)
    for _ in range(4):
        move_on(office, marta)
    marta.types("/deal move D-1")
    prove_stage(marta, office)
    marta.submits()
    assert "no manager other than you is set up" in marta.modal
    assert "STAGECOACH_MANAGERS" in marta.modal


def test_evidence_is_judged_again_at_the_moment_of_approval(office: Office) -> None:
    marta, deepak = office.marta, office.deepak
    ask_for_the_win(office)
    office.deals.waits_for("Waits for a manager")
    marta.goes_to(office.deals.id)
    criterion = office.criteria("terms_agreed")[0]
    marta.presses("Ask for the proof", near=criterion.text[:40])
    marta.fills({"Your question": "Who signed it, and when?"})
    marta.submits()
    office.rita.waits_for_dm("Who signed it, and when?")
    deepak.goes_to(office.deals.id)
    deepak.presses("Approve")
    deepak.waits_to_see("cannot be approved, because")
    assert sheet(office).deal.pending_move is not None


def test_a_won_deal_goes_on_after_the_win_and_stays_won(office: Office) -> None:
    ask_for_the_win(office)
    office.marta.goes_to(office.deals.id)
    office.deals.waits_for("Waits for a manager")
    office.marta.presses("Approve")
    office.rita.waits_for_dm("approved")
    move_on(office)
    now = sheet(office).deal
    assert (now.stage, now.status) == ("handed_over", Status.WON)
    office.rita.types("/deal move Acme decision agreed")
    office.rita.waits_to_see("A won deal stays won")


def test_a_deal_whose_stage_is_gone_can_be_put_into_another(office: Office) -> None:
    log_deal(office, "Acme")
    process = office.process
    shorter = replace(process, stages=process.stages[1:], version="shorter")
    object.__setattr__(office.desk, "processes", {**office.desk.processes, process.key: shorter})
    office.rita.types("/deal move Acme")
    office.rita.waits_to_see("is no longer part of its process")
    office.rita.types("/deal move Acme solution explored")
    office.rita.fills({"What happened?": "The process changed; they are exploring."})
    office.rita.submits()
    assert "is now in “Solution explored”" in office.rita.modal
