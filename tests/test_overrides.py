"""Letting a deal pass without a proof: by whom, within what budget, and how the evidence comes after all or is owed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import from_json, load_process, to_json
from bot.definitions.loading import check_file
from bot.domain.deal import Deal, Status
from bot.domain.errors import AlreadyDecided, BadInput, BotError, NotAllowed
from bot.domain.gate import Judgement, judge
from bot.domain.overrides import Budget, Override, OverrideRules, Settled, counts, is_candidate, month_of
from bot.domain.people import Actor, Role
from bot.domain.process import Criterion, Process, Stage
from bot.services import closings, digests, moves, override_figures, overrides, overview
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.overrides import Draft
from bot.services.planning import plan
from bot.store import overrides as store
from sandbox.team import DEEPAK, MARTA, NORTHBEAM, RITA, TOM
from tests.clockwork import a_deal, at, call, notice, rep, settled_down, state_of
from tests.definition_files import MINE, written
from tests.driver import Person
from tests.harness import Office
from tests.selling import WORDS, log_deal, prove, prove_stage

MONDAY = date(2026, 11, 23)
FIRST = "problem_recognised"
REASON = "Jane agreed on the phone; her mail comes when she is back."


def manager(user_id: str = MARTA) -> Actor:
    return Actor(NORTHBEAM.id, user_id, Role.MANAGER)


def gates(office: Office, deal_id: int = 1) -> Judgement:
    judgement = overview.sheet(office.desk, manager(), deal_id).judgement
    assert judgement is not None
    return judgement


def all_of(office: Office, deal_id: int = 1) -> list[Override]:
    with office.desk.db.read() as connection:
        return store.of_deal(connection, NORTHBEAM.id, deal_id)


def grant(office: Office, deal_id: int, criterion: str = "", by: str = MARTA, days: int = 7) -> Override:
    """Let one criterion of the deal's stage pass: the first, unless it is named."""
    judgement = gates(office, deal_id)
    key = criterion or judgement.gaps[0].criterion.key
    today = office.desk.today()
    draft = Draft((f"{judgement.stage.key}.{key}",), REASON, today + timedelta(days=days))
    return overrides.let_pass(office.desk, manager(by), deal_id, draft, today)[1][0]


def prove_all_but_first(office: Office, rep_: Person) -> None:
    """In the open checklist, prove what comes after the first criterion."""
    stage = office.stage_in(rep_.modal)
    for criterion in stage.criteria[1:]:
        number = office.next_number()
        prove(rep_, criterion.text, f"Reply number {number} of the buyer, with the date they agreed to.", number)
        rep_.waits_to_see(f"Reply number {number}")


def moved_by_a_word(office: Office, days: int = 7) -> Override:
    """A deal in its second stage, whose first criterion of the first was let pass."""
    log_deal(office, "Acme 12k EUR")
    one = grant(office, 1, days=days)
    office.rita.types("/deal move D-1")
    prove_all_but_first(office, office.rita)
    office.rita.submits()
    office.rita.waits_to_see("is now in")
    office.rita.closes(everything=True)
    return one


def fill_proof(who: Person) -> None:
    """Fill the open form of one piece of evidence."""
    label = next(one for one in who.modal.fields if one in WORDS)
    words = "Jane wrote on Tuesday that month end takes three people a week."
    who.fills({label: words, "Who at the buyer?": "Jane Doe, CFO", "Link": "https://mail.example.com/m/99"})


def boxes(who: Person, *criteria: str) -> list[str]:
    """The boxes of these criteria in the open form; Slack cuts longer words."""
    offered = who.modal.fields["What may pass?"].options
    return [option for text in criteria for option in offered if option.startswith(text[:40])]


def lets_pass(who: Person, near: str) -> None:
    """A manager ticks one box in the open form, fills the rest and submits."""
    who.fills({"What may pass?": boxes(who, near), "Why?": REASON})
    who.submits()


# Granted


def test_a_manager_lets_a_deal_pass_and_everybody_sees_it(office: Office) -> None:
    rita, marta = office.rita, office.marta
    log_deal(office, "Acme 12k EUR")
    first = office.criteria(FIRST)[0]
    marta.types("/deal override D-1")
    form = marta.modal
    assert "2 of 2 left in November" in form
    assert first.text.rstrip(".") in form
    lets_pass(marta, first.text)
    marta.waits_until_closed()
    assert "may pass without 1 criterion until *Mon 30 Nov 2026*" in marta.sees()
    rita.waits_for_dm("Add it by *Mon 30 Nov 2026*")

    rita.types("/deal move D-1")
    assert f"Let pass without evidence: *{first.text}*" in rita.modal
    prove_all_but_first(office, rita)
    rita.waits_to_see("2 of 3 criteria met, 1 let pass")
    rita.submits()
    seen = rita.waits_to_see("is now in “Solution explored”")
    assert "in “Problem recognised”; the evidence follows" in seen
    card = office.deals.waits_for("Passed without evidence:")
    assert REASON in card
    assert "Evidence due *Mon 30 Nov 2026*" in card
    rita.closes(everything=True)
    rita.types("/deal show D-1")
    shown = rita.modal
    assert "0 of 3 criteria met" in shown
    assert f"let pass without evidence: {first.text.rstrip('.')[:40]}" in shown
    assert "Let pass by" in shown


@pytest.mark.parametrize(("fields", "label", "sentence"), [
    ({"Why?": "n/a"}, "Why?", "Say why"),
    ({"By when does the evidence follow?": MONDAY}, "By when does the evidence follow?", "a day after today"),
    ({"By when does the evidence follow?": date(2027, 1, 23)}, "By when does the evidence follow?", "At most 60 days"),
    ({"By when does the evidence follow?": None}, "By when does the evidence follow?", "complete"),
])  # fmt: skip
def test_a_word_without_a_reason_or_a_day_near_enough_is_refused_at_its_field(
    office: Office, fields: dict[str, object], label: str, sentence: str
) -> None:
    log_deal(office, "Acme")
    office.marta.types("/deal override D-1")
    first = office.criteria(FIRST)[0]
    office.marta.fills({"What may pass?": boxes(office.marta, first.text), "Why?": REASON} | fields)
    office.marta.submits(may_fail=True)
    assert sentence in office.marta.field_errors[label]
    assert all_of(office) == []


def test_sixty_days_are_allowed_and_sixty_one_are_not(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    with pytest.raises(BadInput, match="At most 60 days"):
        grant(office, deal.id, days=61)
    assert grant(office, deal.id, days=60).due_on == MONDAY + timedelta(days=60)


def test_reps_and_guests_are_told_who_may(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal override D-1")
    assert "Only managers can let a deal pass without a proof" in office.rita.sees()
    office.rita.types("/deal overrides")
    assert "Only managers can see what was let pass" in office.rita.sees()
    office.gus.types("/deal override D-1")
    assert "full members" in office.gus.sees()


def test_nobody_lets_their_own_deal_pass(office: Office) -> None:
    log_deal(office, "Acme", by=office.marta)
    office.marta.types("/deal override D-1")
    assert "Nobody lets their own deal" in office.marta.sees()
    assert grant(office, 1, by=DEEPAK).rep == MARTA


def test_a_word_for_what_is_proved_by_now_is_refused(office: Office) -> None:
    log_deal(office, "Acme")
    office.marta.types("/deal override D-1")
    office.rita.types("/deal move D-1")
    prove_stage(office.rita, office)
    lets_pass(office.marta, office.criteria(FIRST)[0].text)
    assert "is not missing any more" in office.marta.modal
    assert all_of(office) == []


def test_a_disputed_proof_is_not_let_pass(office: Office) -> None:
    from bot.services import questions

    one = moved_by_a_word(office)
    move = overview.sheet(office.desk, manager(), 1).log[-1]
    proved = next(met.key for met in move.criteria if met.key != one.criterion)
    moves.move(office.desk, rep(), 1, "solution_explored", FIRST, "They start again with a new director.")
    questions.ask(office.desk, manager(), move.id, proved, "May I see the mail itself?")
    with pytest.raises(BadInput, match="not missing any more"):
        grant(office, 1, proved)
    office.marta.types("/deal override D-1")
    assert "waits for the answer to a manager's question" in office.marta.modal


# The budget


def test_the_budget_of_a_month_is_for_all_deals_of_a_rep(office: Office) -> None:
    first, second, third = (a_deal(office, DealFacts(name)) for name in ("Acme", "Bolt", "Cork"))
    toms = a_deal(office, DealFacts("Dome"), owner=TOM)
    grant(office, first.id)
    office.marta.types(f"/deal override {second.label}")
    every = boxes(office.marta, *(criterion.text for criterion in office.criteria(FIRST)[:2]))
    office.marta.fills({"What may pass?": every, "Why?": REASON})
    office.marta.submits()
    assert (
        "has 1 of 2 left in November. There are 2 again from 1 December." in office.marta.field_errors["What may pass?"]
    )
    office.marta.closes()
    grant(office, second.id)
    office.marta.types(f"/deal override {third.label}")
    assert "0 of 2 left in November" in office.marta.modal
    with pytest.raises(BadInput, match="0 of 2 left"):
        grant(office, third.id)
    grant(office, toms.id)

    office.clock.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    with pytest.raises(BadInput, match="0 of 2 left"):
        grant(office, third.id)
    office.clock.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert grant(office, third.id).rep == RITA


def test_what_was_taken_back_does_not_count_and_what_was_proved_does(office: Office) -> None:
    first, second, third = (a_deal(office, DealFacts(name)) for name in ("Acme", "Bolt", "Cork"))
    overrides.take_back(office.desk, manager(), grant(office, first.id).id)
    grant(office, second.id)
    office.rita.types(f"/deal move {second.label}")
    prove_stage(office.rita, office)
    office.rita.closes(everything=True)
    grant(office, third.id)
    with pytest.raises(BadInput, match="0 of 2 left"):
        grant(office, first.id)


def test_two_managers_at_once_spend_no_more_than_there_is(office: Office) -> None:
    made = [a_deal(office, DealFacts(name)) for name in ("Acme", "Bolt", "Cork", "Dome")]
    together = Barrier(4)

    def try_it(number: int) -> str:
        together.wait()
        try:
            return grant(office, made[number].id, by=(MARTA, DEEPAK)[number % 2]).criterion
        except BadInput as problem:
            return str(problem)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(try_it, range(4)))
    assert sum("left in November" in one for one in said) == 2
    assert sum(len(all_of(office, deal.id)) for deal in made) == 2


def test_of_two_managers_the_second_hears_of_the_first(office: Office) -> None:
    log_deal(office, "Acme")
    first = office.criteria(FIRST)[0]
    for who in (office.marta, office.deepak):
        who.types("/deal override D-1")
    for who in (office.marta, office.deepak):
        lets_pass(who, first.text)
    assert "has already let" in office.deepak.modal
    assert len(all_of(office)) == 1


@given(st.lists(st.tuples(st.sampled_from(["U1", "U2"]), st.integers(0, 80), st.sampled_from([None, *Settled]))),
       st.integers(0, 5))  # fmt: skip
def test_a_budget_is_what_counts_of_this_month_and_never_below_nothing(
    found: list[tuple[str, int, Settled | None]], limit: int
) -> None:
    start = datetime(2026, 10, 20, tzinfo=UTC)
    every = [
        Override(n, 1, "s", "c", "It.", who, "Ill.", MONDAY, "UM", start + timedelta(days=days), settled)
        for n, (who, days, settled) in enumerate(found)
    ]
    months = {month_of((start + timedelta(days=days)).date()) for days in range(81)}
    for who in ("U1", "U2"):
        by_month = [sum(counts(one, who, month) for one in every) for month in sorted(months)]
        assert sum(by_month) == sum(o.rep == who and o.settled is not Settled.WITHDRAWN for o in every)
        for used in by_month:
            left = Budget(used, limit, MONDAY).left
            assert 0 <= left <= limit
            assert (left == 0) is (used >= limit)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_new_budget_begins_with_the_next_month(day: date) -> None:
    after = Budget(0, 2, month_of(day)).next_month
    assert after.day == 1
    assert month_of(after - timedelta(days=1)) == month_of(day)


# The evidence that follows


@pytest.mark.parametrize("word", ["move", "evidence", "show"])
def test_the_evidence_is_added_from_the_next_stage_and_settles_it(office: Office, word: str) -> None:
    one = moved_by_a_word(office)
    rita = office.rita
    rita.types(f"/deal {word} D-1")
    rita.presses("Add the evidence")
    form = rita.modal
    assert one.text in form
    fill_proof(rita)
    rita.submits()
    seen = rita.waits_to_see(":white_check_mark: Added.")
    assert "the evidence follows" not in seen
    [settled] = all_of(office)
    assert settled.settled is Settled.EVIDENCE
    office.deals.waits_for("The evidence has come (it was due Mon 30 Nov 2026)")
    rita.closes(everything=True)
    rita.types("/deal show D-1")
    assert "Jane wrote on Tuesday" in rita.modal


def test_evidence_of_an_earlier_stage_is_refused_where_nothing_was_let_pass(office: Office) -> None:
    from bot.domain.evidence import EvidenceKind
    from bot.services import evidence

    one = moved_by_a_word(office)
    other = next(c.key for c in office.criteria(FIRST) if c.key != one.criterion)
    draft = evidence.Draft(
        other, EvidenceKind.EMAIL, "They wrote that it costs them.", MONDAY, link="https://mail.example.com/m/7"
    )
    with pytest.raises(BadInput, match="has moved on"):
        evidence.add_evidence(office.desk, rep(), 1, FIRST, draft)


def test_when_the_day_is_over_the_next_move_waits_and_the_rep_is_reminded(office: Office) -> None:
    one = moved_by_a_word(office)
    rita = office.rita
    rita.types("/deal move D-1")
    for criterion in office.criteria("solution_explored"):
        number = office.next_number()
        prove(rita, criterion.text, f"Reply number {number} of the buyer, with the date they agreed to.", number)
        rita.waits_to_see(f"Reply number {number}")
    rita.waits_to_see("it can move")
    rita.closes(everything=True)

    at(office, one.due_on, 9)
    assert not gates(office).owed  # on the last day it holds
    notice(office)
    call(office, RITA, one.due_on)
    assert state_of(office, Errand.AGENDA, RITA, one.due_on.isoformat()) == "done"
    rita.waits_for_dm("is due today. Until then it was let pass.")

    at(office, one.due_on + timedelta(days=1), 9)
    assert not gates(office).opens
    rita.types("/deal move D-1")
    assert "It was due Mon 30 Nov 2026: the next move waits for it." in rita.modal
    rita.submits()
    seen = rita.waits_to_see("Not yet.")
    assert "The evidence that was to follow" in seen
    assert overview.sheet(office.desk, manager(), 1).deal.stage == "solution_explored"
    rita.closes(everything=True)
    rita.types("/deal")
    assert "Evidence that was to follow an earlier move is missing" in rita.sees()


def test_the_reminder_opens_the_form_and_the_proof_lets_the_deal_go_on(office: Office) -> None:
    one = moved_by_a_word(office)
    day = one.due_on + timedelta(days=1)
    at(office, day, 9)
    notice(office)
    call(office, RITA, day)
    said = office.rita.waits_for_dm("What was let pass is not any more")
    office.rita.presses("Add the evidence", on=said)
    fill_proof(office.rita)
    office.rita.submits()
    office.rita.waits_to_see("Added")
    assert not gates(office).following
    settled_down(office)
    assert not overview.sheet(office.desk, manager(), 1).reminders or all(
        reminder.kind != "override_due" for reminder in overview.sheet(office.desk, manager(), 1).reminders
    )


def test_evidence_that_is_taken_back_is_owed_again(office: Office) -> None:
    from bot.domain.evidence import EvidenceKind
    from bot.services import evidence

    one = moved_by_a_word(office)
    draft = evidence.Draft(one.criterion, EvidenceKind.EMAIL, "They wrote that month end costs three people a week.",
                           MONDAY, link="https://mail.example.com/m/7")  # fmt: skip
    piece = evidence.add_evidence(office.desk, rep(), 1, FIRST, draft)
    assert all_of(office)[0].settled is Settled.EVIDENCE
    at(office, one.due_on + timedelta(days=1), 9)
    assert not gates(office).following
    evidence.withdraw(office.desk, rep(), piece.id, "It was from another customer.")
    assert all_of(office)[0].is_open
    assert [owed.criterion.key for owed in gates(office).owed] == [one.criterion]
    plan(office.desk)
    assert "override_due" in [reminder.kind for reminder in overview.sheet(office.desk, manager(), 1).reminders]


def test_a_manager_sets_another_day_for_what_is_owed(office: Office) -> None:
    one = moved_by_a_word(office)
    at(office, one.due_on + timedelta(days=1), 9)
    office.marta.types("/deal override D-1")
    form = office.marta.modal
    assert "(from “Problem recognised”)" in form
    assert "let pass before, until Mon 30 Nov 2026" in form
    lets_pass(office.marta, one.text)
    office.marta.waits_until_closed()
    first, second = all_of(office)
    assert (first.settled, second.settled) == (Settled.RENEWED, None)
    assert not gates(office).owed
    assert [following.override.id for following in gates(office).following] == [second.id]


@pytest.mark.parametrize("close", ["lost", "parked"])
def test_a_deal_that_is_closed_owes_nothing_until_it_is_reopened(office: Office, close: str) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = grant(office, deal.id)
    if close == "lost":
        closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "We came too late")
    else:
        until = one.due_on + timedelta(days=60)
        closings.park(office.desk, rep(), deal.id, until, "Their budget round is in June")
    at(office, one.due_on + timedelta(days=1), 9)
    plan(office.desk)

    def kinds() -> list[str]:
        return [reminder.kind for reminder in overview.sheet(office.desk, manager(), deal.id).reminders]

    assert "override_due" not in kinds()
    with pytest.raises(BadInput, match="reopen it first"):
        grant(office, deal.id)
    closings.reopen(office.desk, rep(), deal.id)
    plan(office.desk)
    assert "override_due" in kinds()


def test_what_the_process_asks_for_no_more_is_not_owed(office: Office) -> None:
    one = moved_by_a_word(office)
    with office.desk.db.write() as connection:
        connection.exec_driver_sql("UPDATE override SET criterion = 'gone_by_now'")
    at(office, one.due_on + timedelta(days=1), 9)
    plan(office.desk)
    judgement = gates(office)
    assert not judgement.following
    assert "override_due" not in [r.kind for r in overview.sheet(office.desk, manager(), 1).reminders]


# Taken back


def test_a_manager_takes_it_back_and_the_deal_waits_again(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = grant(office, deal.id)
    office.marta.types("/deal override D-1")
    office.marta.presses("Take it back")
    office.rita.waits_for_dm("waits for this evidence again")
    assert office.eventually(lambda: "Take it back" not in office.marta.modal)
    assert all_of(office)[0].settled is Settled.WITHDRAWN
    assert one.criterion in {gap.criterion.key for gap in gates(office).gaps}
    with pytest.raises(AlreadyDecided):
        overrides.take_back(office.desk, manager(DEEPAK), one.id)


def test_once_the_deal_has_moved_on_it_cannot_be_taken_back(office: Office) -> None:
    one = moved_by_a_word(office)
    with pytest.raises(BadInput, match=r"has moved on by it\. The evidence is due on Mon 30 Nov 2026"):
        overrides.take_back(office.desk, manager(), one.id)
    with pytest.raises(NotAllowed):
        overrides.take_back(office.desk, rep(), one.id)


# A rep asks


def test_a_rep_asks_and_a_manager_lets_it_pass(office: Office) -> None:
    rita, marta = office.rita, office.marta
    log_deal(office, "Acme")
    first = office.criteria(FIRST)[0]
    rita.types("/deal move D-1")
    rita.presses("Ask a manager to let it pass…", near=first.text)
    rita.fills({"Why now, and when will the evidence come?": "Jane is ill until Monday and agreed on the phone."})
    rita.submits()
    rita.waits_to_see("Your managers are asked")
    asked = office.deals.waits_for("asks to let")
    assert "Jane is ill until Monday" in asked
    assert "No evidence so far." in asked
    assert "2 of 2 left in November" in asked
    rita.presses("Ask a manager to let it pass…", near=first.text)
    assert "already asked for this" in rita.modal

    marta.goes_to(office.deals.messages[-1].channel_id)
    marta.presses("Let it pass…", on=asked)
    assert "Jane is ill until Monday" in marta.modal
    marta.fills({"Why?": REASON})
    marta.submits()
    marta.waits_until_closed()
    office.deals.waits_for("*Let pass* by")
    rita.waits_for_dm("Add it by *Mon 30 Nov 2026*")
    assert [one.criterion for one in all_of(office)] == [first.key]


def test_not_this_time_reaches_the_rep_with_the_reason_and_is_said_once(office: Office) -> None:
    rita, marta, deepak = office.rita, office.marta, office.deepak
    log_deal(office, "Acme")
    rita.types("/deal move D-1")
    rita.presses("Ask a manager to let it pass…", near=office.criteria(FIRST)[0].text)
    rita.fills({"Why now, and when will the evidence come?": "n/a"})
    rita.submits()
    assert "when the evidence will come" in rita.field_errors["Why now, and when will the evidence come?"]
    rita.fills({"Why now, and when will the evidence come?": "Jane is ill until Monday and agreed on the phone."})
    rita.submits()
    asked = office.deals.waits_for("asks to let")
    for who in (marta, deepak):
        who.goes_to(asked.channel_id)
        who.presses("Not this time…", on=asked)
    for who in (marta, deepak):
        who.fills({"Why not?": "Monday is soon enough; please wait for her mail."})
        who.submits()
    assert "already answered “not this time”" in deepak.modal
    rita.waits_for_dm("Monday is soon enough")
    office.deals.waits_for("*Not this time* by")
    assert all_of(office) == []
    deepak.closes()


def test_a_rep_does_not_ask_where_the_budget_is_spent(office: Office) -> None:
    first, second, third = (a_deal(office, DealFacts(name)) for name in ("Acme", "Bolt", "Cork"))
    grant(office, first.id)
    grant(office, second.id)
    office.rita.types(f"/deal move {third.label}")
    office.rita.presses("Ask a manager to let it pass…", near=office.criteria(FIRST)[0].text)
    assert "0 of 2 left in November" in office.rita.modal


def test_a_manager_does_not_decide_what_they_asked_for(office: Office) -> None:
    from bot.services import override_requests

    deal = a_deal(office, DealFacts("Acme"))
    asked = override_requests.ask(office.desk, manager(), deal.id, FIRST, office.criteria(FIRST)[0].key,
                                  "Jane is ill until Monday and agreed on the phone.")  # fmt: skip
    with pytest.raises(NotAllowed, match="their own request"):
        override_requests.decline(office.desk, manager(), asked.id, "Monday is soon enough")
    override_requests.decline(office.desk, manager(DEEPAK), asked.id, "Monday is soon enough")
    with pytest.raises(AlreadyDecided):
        override_requests.decline(office.desk, manager(DEEPAK), asked.id, "Monday is soon enough")


# Counted


@pytest.mark.parametrize(("times", "moved", "named"), [
    (2, 2, False), (3, 15, True), (3, 16, False), (4, 20, True), (0, 0, False), (3, 0, True),
])  # fmt: skip
def test_a_criterion_is_named_from_three_times_and_one_deal_in_five_on(times: int, moved: int, named: bool) -> None:
    assert is_candidate(times, moved) is named


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_overrides_never_take_a_criterion_off_the_list_and_more_moves_never_put_it_on(
    times: int, moved: int
) -> None:
    assert is_candidate(times + 1, moved) >= is_candidate(times, moved) >= is_candidate(times, moved + 1)


def test_managers_see_the_counts_by_rep_and_by_criterion(office: Office) -> None:
    office.marta.types("/deal overrides")
    assert "Nothing was let pass without its evidence in 90 days." in office.marta.sees()
    made = [a_deal(office, DealFacts(name), owner=who) for name, who in
            (("Acme", RITA), ("Bolt", RITA), ("Cork", TOM), ("Dome", TOM))]  # fmt: skip
    first = office.criteria(FIRST)[0]
    for deal in made[:3]:
        grant(office, deal.id, first.key)
    grant(office, made[3].id, office.criteria(FIRST)[1].key)
    office.marta.types("/deal overrides")
    seen = office.marta.sees()
    assert "2 of 2" in seen
    assert f"{first.text.rstrip('.')} (“Problem recognised”): 3 deals of 3 · *remove or reword it?*" in seen
    assert "1 deal of 1" in seen
    assert seen.count("remove or reword it?") == 1

    shown = override_figures.overview(office.desk, manager())
    assert [(rep_, number) for rep_, number in shown.by_rep] == sorted([(RITA, 2), (TOM, 2)])
    office.clock.now += timedelta(days=91)
    assert override_figures.overview(office.desk, manager()).by_criterion == ()


def test_the_weekly_digest_tells_what_was_let_pass_and_what_is_owed(office: Office) -> None:
    one = moved_by_a_word(office)
    shown = digests.compose(office.desk, NORTHBEAM.id, digests.TEAM, MONDAY + timedelta(days=1))
    assert shown is not None
    assert shown.let_pass is not None
    assert [made.id for _, made in shown.let_pass.granted] == [one.id]
    assert shown.let_pass.owed == ()
    at(office, one.due_on + timedelta(days=8), 9)
    shown = digests.compose(office.desk, NORTHBEAM.id, digests.TEAM, office.desk.today())
    assert shown is not None
    assert shown.let_pass is not None
    assert shown.let_pass.granted == ()
    assert [made.id for _, made in shown.let_pass.owed] == [one.id]
    from bot.slack.views import digests as view

    drawn = str(view.digest(shown, office.desk.processes, "/deal").blocks)
    assert "Let pass without evidence" in drawn
    assert "owed by Rita" in drawn
    assert f"<@{RITA}>" not in drawn


def test_another_workspace_sees_and_changes_nothing(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    one = grant(office, deal.id)
    stranger = Actor("T0ELSEWHERE", MARTA, Role.MANAGER)
    for attempt in (
        lambda: overrides.take_back(office.desk, stranger, one.id),
        lambda: overrides.find(office.desk, stranger, one.id),
        lambda: overrides.choices(office.desk, stranger, deal.id),
    ):
        with pytest.raises(BotError):
            attempt()
    assert override_figures.overview(office.desk, stranger).granted == ()


def test_a_list_of_deals_without_overrides_asks_no_more_than_before(office: Office) -> None:
    from sqlalchemy import event

    a_deal(office, DealFacts("Acme"))
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    event.listen(office.desk.db.engine, "before_cursor_execute", hear)
    overview.my_deals(office.desk, rep())
    assert not [statement for statement in heard if "override" in statement]
    grant(office, 1)
    heard.clear()
    overview.my_deals(office.desk, rep())
    assert len([statement for statement in heard if "FROM override" in statement]) == 1
    event.remove(office.desk.db.engine, "before_cursor_execute", hear)


# What the process says


def test_a_process_sets_the_budget_and_the_usual_one_leaves_its_version_alone(tmp_path: Path) -> None:
    plain = load_process(written(tmp_path / "mine.yaml", MINE))
    assert plain.overrides.per_month == 2
    for number in (2, 0, 50):
        text = MINE.replace("criterion_sets:", f"overrides: {{per_month: {number}}}\ncriterion_sets:")
        read = load_process(written(tmp_path / "mine.yaml", text))
        assert read.overrides.per_month == number
        assert (read.version == plain.version) is (number == 2)
        assert from_json(to_json(read)) == read


@pytest.mark.parametrize("wrong", ["-1", "51", "two", "true", "1.5"])
def test_a_budget_that_is_no_number_gets_a_line_with_its_place(tmp_path: Path, wrong: str) -> None:
    text = MINE.replace("criterion_sets:", f"overrides: {{per_month: {wrong}}}\ncriterion_sets:")
    found = check_file(written(tmp_path / "mine.yaml", text)).problems
    assert len(found) == 1
    assert "overrides.per_month" in found[0]
    assert "write a number from 0 to 50" in found[0]


def test_where_the_process_lets_nothing_pass_nobody_is_offered_it(office: Office) -> None:
    known = office.desk.processes
    assert isinstance(known, dict)
    known[office.process.key] = replace(office.process, overrides=OverrideRules(0))
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types(f"/deal move {deal.label}")
    assert "let it pass" not in office.rita.modal
    office.marta.types(f"/deal override {deal.label}")
    assert "This process lets no deal pass without its proof." in office.marta.modal
    with pytest.raises(BadInput, match="lets no deal pass"):
        grant(office, deal.id)


def test_of_a_stage_that_was_split_the_part_that_asks_for_it_is_owed_the_evidence() -> None:
    def stage(key: str, criterion: str, **more: object) -> Stage:
        return Stage(key, key, "", criteria=(Criterion(criterion, "It.", "Ask.", "Like this."),), **more)  # type: ignore[arg-type]

    split = Process("p", "P", "EUR", (stage("a", "need", replaces=("old",)), stage("b", "law", replaces=("old",)),
                                      stage("c", "sign")), (), "2")  # fmt: skip
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    word = Override(1, 1, "old", "law", "It.", "U1", "Jane is ill.", MONDAY - timedelta(days=1), "UM", moment)
    deal = Deal(1, "T1", 1, "Acme", "U1", "p", "2", "c", Status.OPEN, moment, moment, "U1", 1)
    [owed] = judge(split, deal, [], [], moment, overrides=[word]).owed
    assert owed.stage.key == "b"
    assert not judge(split, replace(deal, stage="b"), [], [], moment, overrides=[word]).following
