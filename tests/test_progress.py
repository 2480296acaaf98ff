"""What keeps a deal fresh and what does not, through the front door."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.deal import Deal, MoveKind, NextStep, Status
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Actor, Role
from bot.domain.reminders import ReminderKind, Settlement
from bot.services import approvals, closings, deals, evidence, overview, planning, questions, reminders
from bot.services.evidence import Draft
from bot.store import deals as stored
from bot.store import reminders as store
from sandbox.team import MARTA, NORTHBEAM, RITA
from tests.harness import Office
from tests.selling import log_deal, prove, prove_stage, sends_as_it_is

RITA_ACTOR = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
MARTA_ACTOR = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)
BEGAN = date(2026, 11, 23)


def now(office: Office) -> Deal:
    """The deal as it is stored."""
    return overview.sheet(office.desk, MARTA_ACTOR, 1).deal


def later(office: Office, days: int) -> date:
    """So many days pass; returns the day."""
    office.clock.forward(days=days)
    return office.clock().date()


def put(office: Office, **values: object) -> None:
    """Write columns of the deal, as other parts of the bot do."""
    with office.desk.db.write() as connection:
        stored.change(connection, now(office), values)


def test_a_new_deal_begins_with_the_day_it_was_logged(office: Office) -> None:
    log_deal(office, "Acme 12k")
    assert (now(office).progress_on, now(office).next_step_no, now(office).silence) == (BEGAN, 0, 0)


def test_an_edit_is_no_progress(office: Office) -> None:
    log_deal(office, "Acme 12k")
    later(office, 5)
    office.rita.types("/deal edit Acme")
    office.rita.fills({"Amount": "15k"})
    office.rita.submits()
    office.rita.waits_to_see("Saved")
    assert now(office).progress_on == BEGAN


def test_proof_that_counts_is_progress_and_ends_the_buyers_silence(office: Office) -> None:
    log_deal(office, "Acme 12k")
    put(office, silence=2)
    today = later(office, 5)
    office.rita.types("/deal move Acme")
    prove(office.rita, office.criteria("problem_recognised")[0].text, "They lose three days a month.", 1)
    assert (now(office).progress_on, now(office).last_buyer_on, now(office).silence) == (today, today, 0)


def test_words_alone_are_progress_only_of_the_day_on_which_the_buyer_acted(office: Office) -> None:
    log_deal(office, "Acme 12k")
    later(office, 6)
    office.rita.types("/deal move Acme")
    office.rita.presses("Add evidence", near=office.criteria("problem_recognised")[0].text)
    label = next(label for label in office.rita.modal.fields if label.startswith("When"))
    office.rita.fills({"What did the buyer write?": "They lose three days a month.", label: date(2026, 11, 25)})
    sends_as_it_is(office.rita)
    office.rita.waits_to_see("*Claimed.*")
    assert (now(office).progress_on, now(office).last_buyer_on) == (date(2026, 11, 25), date(2026, 11, 25))


def test_news_of_long_ago_neither_moves_progress_back_nor_ends_the_silence(office: Office) -> None:
    log_deal(office, "Acme 12k")
    put(office, silence=2, last_buyer_on=date(2026, 11, 20), progress_on=date(2026, 11, 24))
    later(office, 2)
    criterion = office.criteria("problem_recognised")[0]
    draft = Draft(criterion.key, EvidenceKind.EMAIL, "They lose three days a month.", date(2026, 11, 10))
    evidence.add_evidence(office.desk, RITA_ACTOR, now(office).id, "problem_recognised", draft)
    assert (now(office).progress_on, now(office).silence) == (date(2026, 11, 24), 2)


def test_a_move_is_progress_and_ends_whatever_held_the_deal_up(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    put(office, waiting_on="third_party", fresh_until=date(2027, 1, 1))
    today = later(office, 3)
    office.rita.submits()
    office.rita.waits_to_see("Solution explored")
    moved = now(office)
    assert moved.stage == "solution_explored"
    assert (moved.progress_on, moved.waiting_on, moved.fresh_until) == (today, None, None)


# the next step


def plan(office: Office, text: str) -> None:
    office.rita.types(f"/deal next Acme {text}")
    office.rita.submits()
    office.rita.waits_to_see("Next step of")
    office.rita.waits_until_closed()


def test_each_plan_has_a_number_of_its_own_but_for_the_same_plan_again(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    assert now(office).next_step_no == 1
    plan(office, "tomorrow call Jane")
    assert now(office).next_step_no == 1
    plan(office, "tomorrow 2pm call Jane")
    assert now(office).next_step_no == 2
    deals.set_next_step(office.desk, RITA_ACTOR, now(office).id, None)
    assert (now(office).next_step_no, now(office).next_step) == (3, None)


def test_a_due_step_put_off_with_a_reason_keeps_the_deal_fresh(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    today = later(office, 2)
    office.rita.types("/deal next Acme 1 dec call Jane")
    assert "Planned now: Tue 24 Nov 2026, call Jane" in office.rita.modal
    office.rita.fills({"Moving it to a later day? Say why": "Jane is ill until Monday"})
    office.rita.submits()
    office.rita.waits_to_see("Next step of")
    assert (now(office).progress_on, now(office).next_step) == (today, NextStep("call Jane", date(2026, 12, 1)))


def test_the_reason_stands_with_the_reminder_that_it_answers(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    later(office, 2)
    planning.plan(office.desk)
    due = reminders.of_deal(office.desk, RITA_ACTOR, now(office).id)
    step = NextStep("call Jane", date(2026, 12, 1))
    deals.set_next_step(office.desk, RITA_ACTOR, now(office).id, step, "Jane is ill until Monday")
    with office.desk.db.read() as connection:
        answered = [store.get(connection, NORTHBEAM.id, one.id) for one in due]
    assert [(one.kind, one.settled_how, one.settled_note) for one in answered if one] == [
        (ReminderKind.FOLLOW_UP, Settlement.PLANNED, "Jane is ill until Monday")
    ]


def test_without_a_reason_it_is_only_planned(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    later(office, 2)
    plan(office, "1 dec call Jane")
    assert (now(office).progress_on, now(office).next_step_no) == (BEGAN, 2)


def test_filler_is_no_reason_and_what_is_not_due_is_not_asked_about(office: Office) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    office.rita.types("/deal next Acme 1 dec call Jane")
    assert "Moving it to a later day? Say why" not in office.rita.modal.fields
    office.rita.closes(everything=True)
    later(office, 2)
    office.rita.types("/deal next Acme 1 dec call Jane")
    office.rita.fills({"Moving it to a later day? Say why": "n/a"})
    office.rita.submits()
    assert "Say what changed" in office.rita.field_errors["Moving it to a later day? Say why"]
    assert now(office).next_step_no == 1


@pytest.mark.parametrize("to", [date(2026, 11, 25), date(2026, 11, 24)])
def test_a_step_that_is_not_put_off_to_a_later_day_is_no_progress(office: Office, to: date) -> None:
    log_deal(office, "Acme 12k")
    plan(office, "tomorrow call Jane")
    later(office, 2)
    deals.set_next_step(office.desk, RITA_ACTOR, now(office).id, NextStep("write to Jane", to), "Jane is ill")
    assert now(office).progress_on == BEGAN


# managers


def pending(office: Office) -> int:
    """A move that waits for a manager: the deal's stage is set by hand, and proved."""
    log_deal(office, "Acme 12k")
    put(office, stage="terms_agreed")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.eventually(lambda: now(office).pending_move)
    return now(office).pending_move or 0


def test_the_clock_stands_still_while_a_manager_has_the_deal(office: Office) -> None:
    waits = pending(office)
    later(office, 4)
    approvals.send_back(office.desk, MARTA_ACTOR, waits, "The signature is missing.")
    assert now(office).progress_on == date(2026, 11, 27)


def test_an_approved_move_is_progress_of_the_day_it_was_approved(office: Office) -> None:
    waits = pending(office)
    today = later(office, 4)
    approvals.approve(office.desk, MARTA_ACTOR, waits)
    assert (now(office).status, now(office).progress_on) == (Status.WON, today)


def test_an_accepted_answer_is_progress(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("Solution explored")
    moved = overview.sheet(office.desk, MARTA_ACTOR, 1).log[-1]
    assert moved.kind is MoveKind.FORWARD
    asked = questions.ask(office.desk, MARTA_ACTOR, moved.id, moved.criteria[0].key, "May I see the mail?")
    questions.answer(office.desk, RITA_ACTOR, asked.id, "It is in the thread.")
    today = later(office, 3)
    assert now(office).progress_on == BEGAN
    questions.accept(office.desk, MARTA_ACTOR, asked.id)
    assert now(office).progress_on == today


# lost and back


@pytest.mark.parametrize(
    ("reason", "again"),
    [("timing", date(2027, 2, 23)), ("competitor", date(2027, 9, 23)), ("not_a_fit", None)],
)
def test_a_lost_deal_is_asked_about_again_as_its_reason_says(office: Office, reason: str, again: date | None) -> None:
    log_deal(office, "Acme 12k")
    lost = closings.lose(office.desk, RITA_ACTOR, now(office).id, reason, "They bought before we were asked.")
    assert lost.waiting_until == again


def test_the_rep_reads_when_a_lost_deal_is_asked_about_again(office: Office) -> None:
    log_deal(office, "Acme 12k")
    office.rita.types("/deal lost Acme")
    why = {"Why was it lost?": "Not now: the timing was wrong", "What did we learn?": "Their budget is made in May."}
    office.rita.fills(why)
    office.rita.submits()
    assert "I ask you about it again on Tue 23 Feb 2027." in office.rita.waits_to_see("is closed as lost")
    office.rita.types("/deal show Acme")
    assert "asked about again on Tue 23 Feb 2027" in office.rita.waits_to_see("Lost")


def test_reopened_it_begins_afresh(office: Office) -> None:
    log_deal(office, "Acme 12k")
    closings.lose(office.desk, RITA_ACTOR, now(office).id, "timing", "Their budget is made in May.")
    put(office, silence=4, waiting_on="third_party")
    today = later(office, 30)
    again = closings.reopen(office.desk, RITA_ACTOR, now(office).id)
    assert (again.progress_on, again.silence, again.waiting_on, again.waiting_until) == (today, 0, None, None)
