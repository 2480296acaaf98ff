"""The processes that come with Stagecoach keep what they promise: facts about the buyer, help, and ways on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.definitions import check_file, from_json, load_processes, shipped_directory, to_json
from bot.definitions.lint.judging import findings
from bot.definitions.lint.words import BUYER
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.process import Approval, Party, Process, Stage, StageKind, WaitingOn

SHIPPED = load_processes()
STAGES = [(process, stage) for process in SHIPPED.values() for stage in process.stages]
ASKING = [(process, stage) for process, stage in STAGES if process.nexts(stage)]


def named(value: Process | Stage) -> str:
    return value.key


KEYS = [
    "buyer_centric",
    "complex_b2b",
    "financial_services",
    "healthcare",
    "pipeline_7",
    "real_estate",
    "sales_cycle_8",
    "seven_step",
    "simple_3",
]


def test_nine_processes_are_shipped_and_one_of_them_goes_on_to_the_delivery() -> None:
    assert list(SHIPPED) == KEYS
    kinds = [stage.kind for stage in SHIPPED["buyer_centric"].stages]
    assert kinds == [StageKind.OPEN] * 5 + [StageKind.WON] + [StageKind.POST_SALE] * 3
    assert [stage.kind for stage in SHIPPED["simple_3"].stages] == [StageKind.OPEN, StageKind.OPEN, StageKind.WON]


@pytest.mark.parametrize(
    ("key", "stages"),
    [
        ("sales_cycle_8", "research prospecting connecting qualifying pitching objections negotiation follow_up"),
        ("seven_step", "prospect connect_qualify research present objections close nurture"),
        ("pipeline_7", "prospecting research contact qualification presentation closing retention"),
        ("complex_b2b", "investigate define select justify commit in_use"),
        ("real_estate", "listing offers agreement inspection title_and_loan escrow moved_in"),
        ("financial_services", "situation suitability application compliance processing contract reviewed"),
        ("healthcare", "need clinical stakeholders value terms adopted"),
    ],
)
def test_each_has_the_stages_of_its_guide_and_the_win_among_them(key: str, stages: str) -> None:
    assert [stage.key for stage in SHIPPED[key].stages if stage.kind is not StageKind.WON] == stages.split()


@pytest.mark.parametrize("path", sorted(shipped_directory().rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_check_has_nothing_to_say_but_what_two_reasons_at_most_accept(path: Path) -> None:
    told = findings(check_file(path))
    assert [finding for finding in told if finding.because is None] == []
    assert len(told) <= 2


@pytest.mark.parametrize(("process", "stage"), ASKING, ids=named)
def test_a_stage_that_leads_on_asks_for_two_to_four_facts_that_can_be_inspected(process: Process, stage: Stage) -> None:
    assert 2 <= len(stage.criteria) <= 4
    for criterion in stage.criteria:
        assert criterion.least is Strength.INSPECTABLE
        assert criterion.accepts
        assert criterion.text.endswith(".")
        assert criterion.coach.endswith((".", "”", "?"))
        if stage.kind is StageKind.PREPARATION:
            assert criterion.accepts == (EvidenceKind.DOCUMENT,)
        elif criterion.party is Party.BUYER:
            assert BUYER.search(criterion.text)


def test_what_a_third_party_does_says_so_where_the_seller_cannot_hurry_it() -> None:
    waiting = {(process.key, stage.key) for process, stage in STAGES if stage.waiting_on is WaitingOn.THIRD_PARTY}
    acting = {
        (process.key, stage.key)
        for process, stage in STAGES
        if any(criterion.party is Party.THIRD_PARTY for criterion in stage.criteria)
    }
    assert acting <= waiting
    assert {key for key, _ in waiting} == {"financial_services", "healthcare", "real_estate"}
    sides = {criterion.party for stage in SHIPPED["real_estate"].stages for criterion in stage.criteria}
    assert sides == set(Party)


def test_hospitals_hear_their_groups_in_either_order() -> None:
    ways = {stage.key: [to.key for to in SHIPPED["healthcare"].nexts(stage)] for stage in SHIPPED["healthcare"].stages}
    assert ways["need"] == ["clinical", "stakeholders"]
    assert ways["clinical"] == ["stakeholders", "value"]
    assert ways["stakeholders"] == ["value", "clinical"]


@pytest.mark.parametrize("process", SHIPPED.values(), ids=named)
def test_the_clock_of_every_process_is_its_own(process: Process) -> None:
    assert process.cadence.winback_after is not None
    assert process.cadence.referral is not None
    assert process.cadence.value_checks
    for stage in process.stages:
        assert stage.escalate_after is not None


@pytest.mark.parametrize("process", SHIPPED.values(), ids=named)
def test_nothing_that_a_rep_reads_names_the_keys_of_the_file(process: Process) -> None:
    said = [line for stage in process.stages for line in (stage.name, stage.outcome, *stage.coaching.know)]
    said += [text for stage in process.stages for c in stage.criteria for text in (c.text, c.coach, c.example)]
    assert [text for text in said if "_" in text] == []


@pytest.mark.parametrize(("process", "stage"), STAGES, ids=named)
def test_every_stage_helps_the_rep_in_few_lines(process: Process, stage: Stage) -> None:
    assert stage.stale_after is not None
    for lines in (stage.coaching.know, stage.coaching.do, stage.coaching.say, stage.coaching.show):
        assert 1 <= len(lines) <= 4
        assert all(len(line) <= 110 for line in lines)


@pytest.mark.parametrize(("process", "stage"), STAGES, ids=named)
def test_every_open_stage_has_a_plan_b(process: Process, stage: Stage) -> None:
    if stage.kind is StageKind.OPEN:
        assert stage.otherwise is not None


def test_a_manager_agrees_to_the_win_and_to_nothing_else() -> None:
    approved = [(process, stage) for process, stage in STAGES if stage.approval is Approval.MANAGER]
    assert [stage.key for _, stage in approved] == ["terms_agreed", "commit", "contract", "terms"]
    for process, stage in approved:
        assert [to.kind for to in process.nexts(stage)] == [StageKind.WON]


def test_the_evaluation_asks_for_the_three_facts_before_the_move() -> None:
    stage = SHIPPED["buyer_centric"].stage("product_evaluated")
    assert stage is not None
    assert [criterion.key for criterion in stage.criteria] == [
        "questions_answered",
        "meeting_booked",
        "recap_confirmed",
    ]
    assert not any(criterion.may_not_apply or criterion.condition for criterion in stage.criteria)


@pytest.mark.parametrize("process", SHIPPED.values(), ids=named)
def test_a_loss_has_its_usual_reasons(process: Process) -> None:
    reasons = {reason.key for reason in process.loss_reasons}
    assert reasons >= {"price", "timing", "no_decision", "competitor", "no_need", "lost_contact"}


@pytest.mark.parametrize("process", SHIPPED.values(), ids=named)
def test_a_shipped_process_survives_being_stored(process: Process) -> None:
    assert from_json(to_json(process)) == process
