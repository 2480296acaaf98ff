"""The processes that come with Stagecoach keep what they promise: facts about the buyer, help, and ways on."""

from __future__ import annotations

import pytest

from bot.definitions import from_json, load_processes, to_json
from bot.domain.evidence import Strength
from bot.domain.process import Approval, Process, Stage, StageKind

SHIPPED = load_processes()
STAGES = [(process, stage) for process in SHIPPED.values() for stage in process.stages]
ASKING = [(process, stage) for process, stage in STAGES if process.nexts(stage)]


def named(value: Process | Stage) -> str:
    return value.key


def test_two_processes_are_shipped_and_one_of_them_goes_on_after_the_win() -> None:
    assert list(SHIPPED) == ["buyer_centric", "simple_3"]
    kinds = [stage.kind for stage in SHIPPED["buyer_centric"].stages]
    assert kinds == [StageKind.OPEN] * 5 + [StageKind.WON] + [StageKind.POST_SALE] * 3
    assert [stage.kind for stage in SHIPPED["simple_3"].stages] == [StageKind.OPEN, StageKind.OPEN, StageKind.WON]


@pytest.mark.parametrize(("process", "stage"), ASKING, ids=named)
def test_a_stage_that_leads_on_asks_for_two_to_four_facts_about_the_buyer(process: Process, stage: Stage) -> None:
    assert 2 <= len(stage.criteria) <= 4
    for criterion in stage.criteria:
        assert "buyer" in criterion.text
        assert criterion.least is Strength.INSPECTABLE
        assert criterion.accepts
        assert criterion.text.endswith(".")
        assert criterion.coach.endswith((".", "”"))


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
    approved = [stage.key for process, stage in STAGES if stage.approval is Approval.MANAGER]
    assert approved == ["terms_agreed"]
    default = SHIPPED["buyer_centric"]
    terms = default.stage("terms_agreed")
    assert terms is not None
    assert [stage.kind for stage in default.nexts(terms)] == [StageKind.WON]


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
