"""Yes, no or not known yet: a no is kept with its reason, and in the same dialog something follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import load_processes
from bot.domain.deal import Deal, Status
from bot.domain.evidence import Evidence, EvidenceKind, Standing
from bot.domain.gate import Judgement, State, judge
from bot.domain.process import Answering
from bot.domain.qualifying import Answer, Answered, Consequence, WhatNow, refusals
from bot.services import deals as deal_service
from bot.services import moves, qualifying
from bot.services.deals import DealFacts
from bot.store import qualifying as store
from sandbox.team import NORTHBEAM, RITA
from tests.clockwork import rep
from tests.driver import Person
from tests.harness import Office

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PROCESS = load_processes()["simple_3"]
BUDGET = PROCESS.first.criteria[1]
DEAL = Deal(1, "T1", 1, "Acme", RITA, "simple_3", PROCESS.version, "qualified", Status.OPEN, NOW, NOW, RITA, 1)
NOTHING_THIS_YEAR = "There is no money for it this year, wrote Jane."


def acme(office: Office) -> Deal:
    return deal_service.log_deal(office.desk, rep(), DealFacts("Acme"), "simple_3")


def now(office: Office, deal: Deal) -> Deal:
    return moves.checklist(office.desk, rep(), deal.id).deal


def budget_of(office: Office, deal: Deal) -> str:
    found = moves.checklist(office.desk, rep(), deal.id).judgement.findings[1]
    return f"{found.state.value}: {found.why}"


def says_no(rita: Person, **values: object) -> None:
    rita.types("/deal move Acme")
    rita.presses("It is a no…", near=BUDGET.text)
    rita.fills({"What did the buyer say?": NOTHING_THIS_YEAR} | values)


# The gate


def answered(answer: Answer, minute: int, criterion: str = "budget", stage: str = "qualified") -> Answered:
    return Answered(1, stage, criterion, answer, NOTHING_THIS_YEAR, RITA, NOW + timedelta(minutes=minute))


def proof(minute: int, standing: Standing = Standing.COUNTS) -> Evidence:
    return Evidence(minute + 1, 1, "qualified", "budget", EvidenceKind.EMAIL, "They wrote it.", RITA,
                    NOW + timedelta(minutes=minute), date(2026, 11, 23), link="https://a.example/1",
                    standing=standing)  # fmt: skip


def judged(evidence: Sequence[Evidence], answers: Sequence[Answered]) -> Judgement:
    return judge(PROCESS, DEAL, evidence, [], NOW, answers)


def test_a_no_is_unmet_with_its_reason_and_unknown_takes_it_back() -> None:
    finding = judged([], [answered(Answer.NO, 1)]).findings[1]
    assert (finding.state, finding.why) == (State.UNMET, f"Answered no: {NOTHING_THIS_YEAR}")
    taken_back = judged([], [answered(Answer.NO, 1), answered(Answer.UNKNOWN, 2)]).findings[1]
    assert (taken_back.state, taken_back.why, taken_back.refusal) == (State.UNMET, "Not known yet: no evidence.", None)


def test_a_no_goes_before_older_evidence_and_newer_evidence_before_the_no() -> None:
    assert judged([proof(1)], [answered(Answer.NO, 2)]).findings[1].state is State.UNMET
    assert judged([proof(3)], [answered(Answer.NO, 2)]).findings[1].state is State.MET
    withdrawn = judged([proof(1), proof(3, Standing.WITHDRAWN)], [answered(Answer.NO, 2)])
    assert withdrawn.findings[1].refusal is not None, "what was taken back overrides nothing"


def test_a_no_counts_only_where_the_process_asks_yes_or_no_and_only_in_its_stage() -> None:
    assert judged([], [answered(Answer.NO, 1, stage="proposed")]).findings[1].refusal is None
    plain = replace(BUDGET, answer=Answering.EVIDENCE)
    first = replace(PROCESS.first, criteria=(plain,))
    process = replace(PROCESS, stages=(first, *PROCESS.stages[1:]))
    found = judge(process, DEAL, [proof(1)], [], NOW, [answered(Answer.NO, 2)])
    assert found.findings[0].state is State.MET


@given(
    st.lists(st.tuples(st.sampled_from(Answer), st.integers(0, 20)), max_size=6),
    st.lists(st.integers(0, 20), max_size=4),
)
def test_the_last_word_holds_whatever_was_said_before(said: list[tuple[Answer, int]], proofs: list[int]) -> None:
    ordered = sorted(said, key=lambda one: one[1])
    found = judged([proof(minute) for minute in proofs], [answered(*one) for one in ordered]).findings[1]
    last = ordered[-1] if ordered else None
    refused = last is not None and last[0] is Answer.NO and all(minute < last[1] for minute in proofs)
    assert (found.refusal is not None) == refused
    assert found.passes == (bool(proofs) and not refused)


def test_bant_and_meddicc_ask_yes_or_no_of_every_item() -> None:
    assert [one.key for one in PROCESS.first.criteria] == ["need", "budget", "authority", "timeline"]
    assert all(one.answer is Answering.YES_NO for one in PROCESS.first.criteria)
    assert not refusals([])


# In the checklist


def test_each_item_is_yes_with_evidence_no_or_not_known_yet(office: Office) -> None:
    acme(office)
    office.rita.types("/deal move Acme")
    seen = office.rita.modal
    assert seen.text.count("Not known yet: no evidence.") == 4
    assert [one.label for one in seen.buttons].count("It is a no…") == 4
    assert [one.label for one in seen.buttons].count("Add evidence") == 4


def test_a_no_is_mended_by_a_next_step(office: Office) -> None:
    deal = acme(office)
    says_no(office.rita, **{"What will you do about it?": "Ask Jane whose budget it could be",
                            "When?": date(2026, 11, 30)})  # fmt: skip
    office.rita.submits()
    seen = office.rita.waits_to_see("A no was written down")
    assert "Ask Jane whose budget it could be" in seen
    assert f"No: *{BUDGET.text}*" in seen
    assert f"“{NOTHING_THIS_YEAR}” (@Rita Solano" in seen
    step = now(office, deal).next_step
    assert step is not None
    assert (step.what, step.on) == ("Ask Jane whose budget it could be", date(2026, 11, 30))
    assert budget_of(office, deal) == f"unmet: Answered no: {NOTHING_THIS_YEAR}"


def test_a_no_parks_the_deal_until_a_day_for_that_reason(office: Office) -> None:
    deal = acme(office)
    says_no(office.rita, **{"What now?": "Park the deal until a day"})
    form = office.rita.modal
    assert form.fields["What did the buyer say?"].value == NOTHING_THIS_YEAR, "what was typed stays"
    assert "When?" not in form.fields
    office.rita.fills({"Until when?": date(2027, 1, 11)})
    office.rita.submits()
    office.rita.waits_to_see("is parked until *Mon 11 Jan 2027*")
    parked = now(office, deal)
    assert (parked.status, parked.waiting_until) == (Status.PARKED, date(2027, 1, 11))
    assert parked.closing_reason == NOTHING_THIS_YEAR


def test_a_no_that_is_no_fit_loses_the_deal_with_that_reason(office: Office) -> None:
    deal = acme(office)
    says_no(office.rita, **{"What now?": "Not a fit: close the deal as lost"})
    assert office.rita.modal.fields["Why was it lost?"].value == "not_a_fit"
    office.rita.submits()
    office.rita.waits_to_see("is closed as lost")
    lost = now(office, deal)
    assert lost.status is Status.LOST
    assert lost.closing_reason == "We decided that it is not a fit"


def test_evidence_that_comes_later_turns_the_no_into_a_yes(office: Office) -> None:
    deal = acme(office)
    says_no(office.rita, **{"What will you do about it?": "Ask Jane again in a week", "When?": date(2026, 11, 30)})
    office.rita.submits()
    office.rita.waits_to_see("A no was written down")
    office.clock.forward(days=7)
    office.rita.presses("Add evidence", near=BUDGET.text)
    office.rita.fills({
        "What did the buyer write?": "The managing director wrote on 30 November that she released 8,000 for it.",
        "Link": "https://mail.example.com/m/1", "Who at the buyer?": "Jane Doe, CFO, jane@buyer.example",
        "When?": date(2026, 11, 30),
    })  # fmt: skip
    office.rita.submits()
    office.rita.waits_to_see("released 8,000")
    assert budget_of(office, deal) == "met: "


def test_a_no_is_taken_back_as_not_known_yet(office: Office) -> None:
    deal = acme(office)
    says_no(office.rita, **{"What will you do about it?": "Ask Jane again in a week", "When?": date(2026, 11, 30)})
    office.rita.submits()
    office.rita.waits_to_see("A no was written down")
    office.rita.presses("Not known yet", near=BUDGET.text)
    assert f"Missing: *{BUDGET.text}*" in office.rita.modal
    assert budget_of(office, deal) == "unmet: Not known yet: no evidence."
    with office.desk.db.read() as connection:
        kept = store.of_deals(connection, NORTHBEAM.id, [deal.id])[deal.id]
    assert [one.answer for one in kept] == [Answer.NO, Answer.UNKNOWN], "both stay in the history"


def test_the_coach_takes_a_no_too_and_asks_no_more_about_it_in_the_mail(office: Office) -> None:
    acme(office)
    office.rita.types("/deal coach Acme")
    assert BUDGET.ask in office.rita.modal
    office.rita.presses("It is a no…", near=BUDGET.text)
    office.rita.fills({"What did the buyer say?": NOTHING_THIS_YEAR, "When?": date(2026, 11, 30),
                       "What will you do about it?": "Ask Jane whose budget it could be"})  # fmt: skip
    office.rita.submits()
    seen = office.rita.waits_to_see("A no was written down")
    assert "Coach" in seen
    assert BUDGET.ask not in seen
    office.rita.presses("Not known yet")
    assert BUDGET.ask in office.rita.modal


# What is refused


@pytest.mark.parametrize(("values", "label", "sentence"), [
    ({"What did the buyer say?": "n/a"}, "What did the buyer say?", "Say what the buyer said"),
    ({"What will you do about it?": "tbd"}, "What will you do about it?", "Write what you will do"),
    ({"When?": date(2026, 11, 1)}, "When?", "That day is over"),
    ({"What now?": "Park the deal until a day", "Until when?": date(2026, 11, 23)}, "Until when?", "after today"),
])  # fmt: skip
def test_what_says_nothing_is_refused_at_its_field_and_nothing_is_kept(
    office: Office, values: dict[str, object], label: str, sentence: str
) -> None:
    deal = acme(office)
    fine = {"What will you do about it?": "Ask Jane whose budget it could be", "When?": date(2026, 11, 30)}
    says_no(office.rita, **(values if "What now?" in values else fine | values))
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    with office.desk.db.read() as connection:
        assert store.of_deals(connection, NORTHBEAM.id, [deal.id])[deal.id] == []
    assert now(office, deal).next_step is None


def test_only_those_who_may_change_the_deal_answer(office: Office) -> None:
    deal = acme(office)
    office.tom.types("/deal coach Acme")
    assert "It is a no…" not in [one.label for one in office.tom.modal.buttons]
    office.rita.types("/deal move Acme")
    deal_service.assign(office.desk, rep(), deal.id, office.tom.id)
    office.rita.presses("It is a no…", near=BUDGET.text)
    assert "belongs to @Tom" in office.rita.sees()


def test_a_deal_that_was_moved_or_closed_meanwhile_is_left_alone(office: Office) -> None:
    from bot.services import closings

    deal = acme(office)
    says_no(office.rita, **{"What will you do about it?": "Ask Jane again in a week", "When?": date(2026, 11, 30)})
    closings.lose(office.desk, rep(), deal.id, "price", "They found it too expensive")
    office.rita.submits()
    assert "already lost" in office.rita.waits_to_see("already lost")
    with office.desk.db.read() as connection:
        assert store.of_deals(connection, NORTHBEAM.id, [deal.id])[deal.id] == []


def test_a_criterion_that_is_not_asked_with_yes_or_no_cannot_be_answered_so(office: Office) -> None:
    from bot.domain.errors import BadInput

    deal = deal_service.log_deal(office.desk, rep(), DealFacts("Zenith"))
    then = Consequence(WhatNow.PARK, until=date(2027, 1, 11))
    with pytest.raises(BadInput, match="no such question"):
        qualifying.refuse(office.desk, rep(), deal.id, deal.stage, office.process.first.criteria[0].key,
                          NOTHING_THIS_YEAR, then)  # fmt: skip
    assert now(office, deal).status is Status.OPEN
