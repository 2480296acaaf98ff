"""The main job, end to end: log a deal, be refused, prove the exit criteria, move, and show the manager."""

from __future__ import annotations

from tests.harness import Office

PROOF = {
    "Link": "https://mail.example.com/m/1",
    "Who at the buyer?": "Jane Doe, CFO, jane@alder.example",
}


def log_deal(office: Office, text: str = "Acme rollout 12k EUR close 15 dec") -> None:
    office.rita.types(f"/deal new {text}")
    assert office.rita.modal.title
    office.rita.submits()


def test_a_rep_logs_a_deal_is_refused_proves_it_and_moves(office: Office) -> None:
    rita = office.rita
    log_deal(office)
    assert "D-1" in rita.waits_to_see("Logged")
    rita.closes(everything=True)

    rita.types("/deal move Acme")
    view = rita.modal
    assert "Missing" in str(view)
    rita.submits()
    assert "Not yet" in str(rita.modal)
    print(rita.modal)
