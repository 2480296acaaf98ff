"""A deal that several things hold at once: each place names all of them, with the button that helps."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.deal import MoveKind, Status
from bot.domain.money import Money
from bot.domain.people import Role
from bot.services import concessions, objections, override_requests, overview, questions
from bot.services.deals import DealFacts
from bot.services.objections import Draft
from sandbox.team import DEEPAK, NORTHBEAM
from tests.clockwork import a_deal, at, rep, settled_down
from tests.harness import Office
from tests.noticing import change_deal
from tests.selling import prove
from tests.test_digests import tell_managers
from tests.test_overrides import gates, manager, moved_by_a_word

QUESTION = "a manager's question about an earlier stage is open"
OWED = "evidence that was to follow an earlier move is missing"


@pytest.fixture
def held(office: Office) -> Office:
    """A deal before the win, fully proved, and held by an objection, a discount, a question and owed evidence."""
    moved_by_a_word(office, days=2)
    move = next(one for one in overview.sheet(office.desk, rep(), 1).log if one.kind is MoveKind.FORWARD)
    questions.ask(office.desk, manager(), move.id, move.criteria[1].key, "May I see the mail?")
    change_deal(office.desk, NORTHBEAM.id, 1, stage="terms_agreed", expected_close=date(2026, 11, 30))
    office.rita.types("/deal move D-1")
    for gap in gates(office).gaps:
        number = office.next_number()
        prove(office.rita, gap.criterion.text, f"“Reply {number}: yes, signed today.”", number)
        office.rita.waits_to_see(f"Reply {number}")
    office.rita.closes(everything=True)
    objections.note(office.desk, rep(), 1, Draft("too expensive", due_on=date(2026, 11, 24)), office.desk.today())
    concessions.give(office.desk, rep(), 1, 2500, "They sign for two years")
    settled_down(office)
    at(office, date(2026, 11, 26), 10)
    return office


def test_the_move_is_refused_with_all_of_it_and_a_button_for_each(held: Office) -> None:
    rita = held.rita
    rita.types("/deal move D-1")
    rita.submits()
    said = rita.waits_to_see("*Not yet.* 4 things missing:")
    for line in (
        "• The objection “too expensive” is open.",
        "• The discount of 25 % waits for a manager's decision.",
        "• An answer to a manager's question about an earlier stage",
        "• The evidence that was to follow: ",
    ):
        assert line in said
    labels = [one.label for one in rita.modal.buttons]
    assert {"Answer", "Objections…", "Discount…", "Add the evidence"} <= set(labels)


def test_the_coach_names_all_of_it_and_leads_to_each(held: Office) -> None:
    rita = held.rita
    rita.types("/deal coach D-1")
    said = rita.waits_to_see("No evidence is missing here: 3 of 3 criteria met.")
    assert "The objection “too expensive” is open" in said
    assert "The discount of 25 % waits" in said
    assert "the next move waits for it" in said
    assert "A manager's question about an earlier stage is open" in said
    rita.presses("Add the evidence")
    assert "Add evidence" in rita.modal.title
    rita.closes()
    rita.presses("Objections…")
    assert "too expensive" in rita.modal


def test_the_list_names_all_of_it_shortly(held: Office) -> None:
    held.rita.types("/deal")
    said = held.rita.waits_to_see("Your deals")
    assert f"An objection is open, a discount waits for a manager, {QUESTION}, {OWED} · 3 of 3 criteria met" in said


def test_the_digest_says_why_a_deal_that_is_proved_cannot_close(held: Office) -> None:
    change_deal(held.desk, NORTHBEAM.id, 1, expected_close=date(2026, 12, 18))
    assert tell_managers(held, date(2026, 12, 7), "2026-W50") == "done"
    seen = held.deals.waits_for("To close in December, not yet proved")
    assert "3 of 3 criteria met, an objection is open, a discount waits for a manager" in seen


def test_a_manager_s_home_says_which_discounts_and_exceptions_wait(office: Office) -> None:
    marta, deepak, title = office.marta, office.deepak, "Discounts and exceptions that wait"
    deal = a_deal(office, DealFacts("Acme", amount=Money(1_200_000, "EUR")), owner=DEEPAK)
    for manager_ in (marta, deepak):
        manager_.opens_home()
        assert title not in manager_.home
    office.clock.forward(minutes=1)
    one = concessions.give(office.desk, rep(DEEPAK, Role.MANAGER), deal.id, 2500, "They sign for two years")
    criterion = office.process.first.criteria[0]
    # A Home is drawn once for each moment, and this clock stands still.
    office.clock.forward(minutes=1)
    asked = override_requests.ask(
        office.desk,
        rep(DEEPAK, Role.MANAGER),
        deal.id,
        office.process.first.key,
        criterion.key,
        "Jane is ill this week",
    )
    settled_down(office)
    said = marta.waits_to_see(title)
    assert f"*Acme* ({deal.label}): a discount of *25 %*, for" in said
    assert f"may it pass without a proof? {criterion.text}" in said
    assert title not in deepak.home, "nobody decides about their own"
    office.clock.forward(minutes=1)
    concessions.decide(office.desk, manager(), one.id, approve=True)
    office.clock.forward(minutes=1)
    override_requests.decline(office.desk, manager(), asked.id, "Her deputy can write it.")
    settled_down(office)
    assert title not in marta.home


def test_what_waits_about_a_deal_that_is_lost_is_nobody_s_to_decide(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", amount=Money(1_200_000, "EUR")))
    concessions.give(office.desk, rep(), deal.id, 2500, "They sign for two years")
    change_deal(office.desk, NORTHBEAM.id, deal.id, status=Status.LOST.value)
    office.marta.opens_home()
    assert "Discounts and exceptions" not in office.marta.home


@pytest.mark.parametrize(
    ("process", "stage", "words"),
    [
        ("complex_b2b", "justify", "supported by budget holder, champion"),
        ("complex_b2b", "commit", "Every objection of the buyer's has to be answered first."),
    ],
)
def test_the_process_in_words_tells_what_else_its_gates_ask(
    office: Office, process: str, stage: str, words: str
) -> None:
    office.rita.types(f"/deal process {process}")
    said = office.rita.waits_to_see(words)
    found = office.desk.processes[process].stage(stage)
    assert found is not None
    assert said.index(found.name) < said.index(words)


def test_the_coach_leads_to_the_committee_where_its_support_is_missing(office: Office) -> None:
    a_deal(office, DealFacts("Acme"))
    change_deal(office.desk, NORTHBEAM.id, 1, process="complex_b2b", stage="justify")
    office.rita.types("/deal coach D-1")
    office.rita.waits_to_see("What is missing")
    office.rita.presses("Who supports it…")
    assert "This stage needs the support of: *budget holder, champion*" in office.rita.waits_to_see("Who decides")
