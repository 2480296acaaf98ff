"""The main job, end to end: log a deal, be refused, prove the exit criteria, move, and show the manager."""

from __future__ import annotations

from tests.harness import Office
from tests.selling import log_deal, prove, prove_stage


def test_a_rep_is_refused_a_move_with_what_is_missing_and_how_to_get_it(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme rollout 12k EUR close 15 dec")

    rita.types("/deal move Acme")
    checklist = rita.modal
    assert "0 of 3 criteria met" in checklist
    assert "How to get it:" in checklist
    rita.submits()

    assert "Not yet." in rita.modal
    assert "3 things missing" in rita.modal
    assert not office.deals.messages


def test_a_complete_checklist_moves_the_deal_and_shows_managers_a_card(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme rollout 12k EUR close 15 dec")
    rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    assert "3 of 3 criteria met" in rita.modal
    rita.submits()
    assert "is now in “Solution explored”" in rita.modal

    card = office.deals.waits_for("Acme rollout")
    for shown in (
        "moved",
        "Problem recognised",
        "Solution explored",
        "€12,000",
        "Jane Doe, CFO",
        "*Inspectable.* A link that you can open.",
    ):
        assert shown in card, shown


def test_closing_the_form_loses_only_the_piece_being_typed(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    criteria = office.criteria("problem_recognised")
    prove(rita, criteria[0].text, "They wrote that month end takes two people three days.", 1)
    rita.presses("Add evidence", near=criteria[1].text)
    rita.fills({"What did the buyer write?": "half a sentence"})
    rita.closes(everything=True)

    rita.types("/deal evidence Acme")
    assert "1 of 3 criteria met" in rita.modal


def test_a_manager_asks_for_the_proof_and_accepts_the_answer(office: Office) -> None:
    rita, marta = office.rita, office.marta
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.submits()
    rita.closes(everything=True)
    card = office.deals.waits_for("Acme")

    marta.goes_to(office.deals.id)
    criterion = office.criteria("problem_recognised")[0]
    marta.presses("Ask for the proof", near=criterion.text[:40])
    marta.fills({"Your question": "May I see the mail itself?"})
    marta.submits()
    rita.waits_for_dm("May I see the mail itself?")
    office.deals.waits_for("Disputed")

    rita.types("/deal move Acme")
    assert "Open question from before" in rita.modal
    rita.presses("Answer")
    rita.fills(
        {"Your answer": "Here it is, with their signature.", "Link to the proof": "https://mail.example.com/m/9"}
    )
    rita.submits()
    office.deals.waits_for("Here it is, with their signature.")
    rita.waits_for_dm("You answered; a manager will look at it.")
    assert len(office.deals.thread(card)) >= 2

    marta.presses("Accept", on=office.deals.waits_for("Here it is, with their signature."))
    rita.waits_for_dm("accepted your answer")
    assert office.eventually(lambda: not any(b.label == "Accept" for m in office.deals.thread(card) for b in m.buttons))
    rita.closes(everything=True)
    rita.types("/deal move Acme")
    assert "Open question from before" not in rita.modal


def test_a_manager_approves_and_the_deal_is_won(office: Office) -> None:
    rita, marta = office.rita, office.marta
    log_deal(office, "Acme 12k EUR")
    for _ in range(4):
        rita.types("/deal move Acme")
        prove_stage(rita, office)
        rita.submits()
        rita.waits_to_see("is now in")
        rita.closes(everything=True)
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.submits()
    assert "waits for a manager to approve" in rita.modal
    rita.closes(everything=True)

    office.deals.waits_for("Waits for a manager")
    marta.goes_to(office.deals.id)
    marta.presses("Approve")
    card = office.deals.waits_for("Approved")
    assert "Marta" in card or office.marta.id in str(card)
    rita.waits_for_dm("approved")
    rita.types("/deal show Acme")
    assert "Agreement signed" in rita.modal
