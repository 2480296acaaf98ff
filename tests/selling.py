"""Steps of selling that many tests take: log a deal, prove a criterion, prove a whole stage."""

from __future__ import annotations

from tests.driver import Person
from tests.harness import Office

WORDS = ("What did the buyer write?", "What did the buyer do or agree to?", "What did the buyer say or agree to?",
         "What does the document show?", "What did the buyer say?")  # fmt: skip


def log_deal(office: Office, text: str, by: Person | None = None) -> None:
    """Log a deal by the words after `/deal new`, and close what opens."""
    rep = by or office.rita
    rep.types(f"/deal new {text}")
    rep.submits()
    rep.waits_to_see("Logged")
    rep.closes(everything=True)


def prove(rep: Person, criterion: str, what: str, number: int) -> None:
    """In the open checklist, add one piece of evidence for a criterion; the number makes its link unlike others."""
    rep.presses("Add evidence", near=criterion)
    form = rep.modal
    label = next(label for label in WORDS if label in form.fields)
    values = {label: what, "Link": f"https://mail.example.com/m/{number}"}
    if "Somebody else at the buyer" in form.fields:
        rep.fills(values | {"Somebody else at the buyer": "Jane Doe, CFO, jane@buyer.example"})
    else:
        rep.fills(values | {"Who at the buyer?": "Jane Doe, CFO, jane@buyer.example"})
    rep.submits()
    rep.waits_to_see("Exit criteria")


def sends_as_it_is(rep: Person) -> None:
    """Submit the form for evidence whatever is advised about it."""
    rep.submits()
    if "Before you add it" in rep.modal:
        rep.submits()


def prove_stage(rep: Person, office: Office) -> None:
    """In the open checklist, prove every criterion that is missing."""
    checklist = rep.modal
    stage = office.stage_in(checklist)
    for criterion in stage.criteria:
        if f"Missing: *{criterion.text}*" in checklist:
            number = office.next_number()
            prove(rep, criterion.text, f"“Reply number {number} to your recap: yes, Thursday at ten suits us.”", number)
            rep.waits_to_see(f"Reply number {number}")
