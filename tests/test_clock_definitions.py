"""The clock in a process file: what it may say, what is left out, and the lines that mistakes in it get."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from bot.definitions import from_json, json_schema, load_process, load_processes, shipped_directory, to_json
from bot.domain.process import Asking, Cadence, Duration, LossReason, Process, StageKind, WaitingOn
from bot.process_cli import process as command
from tests.definition_files import MINE, problems, written

CLOCK = """\
cadence:
  remind_again: 2bd
  remind_times: 5
  escalate_after: 10bd
  third_party_stale_after: 60d
  silence: [2bd, 1m]
  last_mail_wait: 4bd
  park_for: 4m
  winback_after: never
  question_again: 2d
  approval_again: 3d
  value_checks: [3m, 12m]
  referral: {stage: live, after: 1m, gap: 120d}
  review: {after: 45d}
  case_study: never
"""
TICKING = (
    MINE.replace("criterion_sets:", CLOCK + "criterion_sets:")
    .replace("stale_after: 5bd", "stale_after: 5bd\n    escalate_after: 2m\n    waiting_on: third_party")
    .replace("text: Price}", "text: Price, winback: 6m}\n  - {key: fit, text: Fit, winback: never}")
)  # fmt: skip


@pytest.fixture
def ticking(tmp_path: Path) -> Path:
    return written(tmp_path / "mine.yaml", TICKING)


def test_a_file_says_when_what_is_noticed(ticking: Path) -> None:
    read = load_process(ticking)
    assert read.cadence == Cadence(
        remind_again=Duration(2, business=True),
        remind_times=5,
        escalate_after=Duration(10, business=True),
        third_party_stale_after=Duration(60),
        silence=(Duration(2, business=True), Duration(0, months=1)),
        last_mail_wait=Duration(4, business=True),
        park_for=Duration(0, months=4),
        winback_after=None,
        question_again=Duration(2),
        approval_again=Duration(3),
        value_checks=(3, 12),
        referral=Asking("live", Duration(0, months=1), Duration(120)),
        review=Asking(None, Duration(45), Duration(90)),
        reference=None,
        case_study=None,
    )
    stage = read.stage("evaluated")
    assert stage is not None
    assert (stage.escalate_after, stage.waiting_on) == (Duration(0, months=2), WaitingOn.THIRD_PARTY)
    half_a_year = Duration(0, months=6)
    assert read.loss_reasons == (LossReason("price", "Price", half_a_year), LossReason("fit", "Fit", may_return=False))
    assert from_json(to_json(read)) == read


def test_whatever_is_left_out_has_its_usual_value_and_leaves_the_version_alone(tmp_path: Path) -> None:
    plain = load_process(written(tmp_path / "mine.yaml", MINE))
    assert plain.cadence == Cadence()
    assert plain.loss_reasons == (LossReason("price", "Price"),)
    # As it was before there was a clock: deals keep the version that they were judged by.
    assert plain.version == "8453e5f53104"
    usual = MINE.replace("criterion_sets:", "cadence: {remind_times: 3, escalate_after: 7d}\ncriterion_sets:")
    assert load_process(written(tmp_path / "mine.yaml", usual)) == plain


def test_switching_an_ask_off_changes_the_version(tmp_path: Path) -> None:
    plain = load_process(written(tmp_path / "mine.yaml", MINE))
    off = MINE.replace("criterion_sets:", "cadence: {referral: never, value_checks: never}\ncriterion_sets:")
    read = load_process(written(tmp_path / "mine.yaml", off))
    assert (read.cadence.referral, read.cadence.value_checks) == (None, ())
    assert read.version != plain.version


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("remind_again: 2bd", "remind_again: 2",
         'mine.yaml:7: cadence.remind_again: "2" is not a duration; '
         "write 10d for calendar days, 5bd for business days or 6m for months"),
        ("park_for: 4m", "park_for: 121m",
         'mine.yaml:13: cadence.park_for: "121m" is out of range; write 1 to 120 months'),
        ("park_for: 4m", "park_for: never",
         'mine.yaml:13: cadence.park_for: "never" is not a duration; '
         "write 10d for calendar days, 5bd for business days or 6m for months"),
        ("park_for: 4m", "park_fro: 4m", 'mine.yaml:13: cadence.park_fro: is not a key here; did you mean "park_for"?'),
        ("park_for: 4m", "stale_after: 4m", "mine.yaml:13: cadence.stale_after: is not a key here"),
        ("remind_times: 5", "remind_times: 0",
         'mine.yaml:8: cadence.remind_times: "0" is not how often; write a number from 1 to 20'),
        ("remind_times: 5", "remind_times: often",
         'mine.yaml:8: cadence.remind_times: "often" is not how often; write a number from 1 to 20'),
        ("silence: [2bd, 1m]", "silence: [2bd, soon]",
         'mine.yaml:11: cadence.silence, item 2: "soon" is not a duration'),
        ("silence: [2bd, 1m]", "silence: []",
         "mine.yaml:11: cadence.silence: is empty; write at least one, or remove the key"),
        ("value_checks: [3m, 12m]", "value_checks: [12m, 3m]",
         "mine.yaml:17: cadence.value_checks: must rise from one to the next, such as [6m, 9m, 12m]"),
        ("value_checks: [3m, 12m]", "value_checks: [90d]",
         'mine.yaml:17: cadence.value_checks, item 1: "90d" is not a number of months; write 6m'),
        ("{stage: live,", "{stage: lvie,",
         'mine.yaml:18: cadence.referral.stage: there is no stage "lvie"; did you mean "live"?'),
        ("{stage: live,", "{stage: evaluated,",
         'mine.yaml:18: cadence.referral.stage: "evaluated" comes before the win; only customers are asked'),
        ("review: {after: 45d}", "review: {aftre: 45d}",
         'mine.yaml:19: cadence.review.aftre: is not a key here; did you mean "after"?'),
        ("review: {after: 45d}", "review: yes", "mine.yaml:19: cadence.review: must have keys of its own"),
        ("waiting_on: third_party", "waiting_on: buyer",
         'mine.yaml:35: stage "evaluated": waiting_on: "buyer" is not somebody to wait for; use third_party'),
        ("stale_after: 5bd\n    escalate_after: 2m\n    waiting_on: third_party", "escalate_after: 2m",
         'mine.yaml:33: stage "evaluated": escalate_after: says nothing without stale_after'),
        ("winback: never", "winback: later", 'mine.yaml:61: loss reason "fit": winback: "later" is not a duration'),
        (CLOCK, "cadence:\n", "mine.yaml:6: cadence: is empty"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_clock_gets_a_line_with_its_place(ticking: Path, old: str, new: str, line: str) -> None:
    assert TICKING.count(old) == 1
    found = problems(written(ticking, TICKING.replace(old, new)))
    assert any(one.startswith(line) for one in found), found
    assert len(found) == 1


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file(ticking: Path) -> None:
    text = TICKING.replace("remind_again: 2bd", "remind_again: x").replace("winback: never", "winback: y")
    found = problems(written(ticking, text.replace("escalate_after: 2m", "escalate_after: z")))
    assert [line.split(":")[1] for line in found] == ["7", "34", "61"]


def test_the_schema_takes_the_clock_and_refuses_what_the_check_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    yaml = YAML(typ="safe", pure=True)
    plain = TICKING.replace("10_000", "10000")
    assert list(validator.iter_errors(yaml.load(plain))) == []
    for old, new in (
        ("remind_again: 2bd", "remind_again: 2 days"),
        ("winback_after: never", "winback_after: perhaps"),
        ("case_study: never", "case_study: sometimes"),
        ("remind_times: 5", "remind_times: 0"),
        ("value_checks: [3m, 12m]", "value_checks: [3]"),
        ("waiting_on: third_party", "waiting_on: buyer"),
        ("park_for: 4m", "park_fro: 4m"),
    ):
        assert not validator.is_valid(yaml.load(plain.replace(old, new))), new


def test_show_tells_the_clock_in_sentences(ticking: Path) -> None:
    class Settings:
        process_dir = ticking.parent

    result = CliRunner().invoke(command, ["show", "mine"], obj=Settings())
    words = " ".join(result.stdout.split())
    for part in (
        "Stale after 5 business days, to the manager after 2 months more. Waits for a third party.",
        "Price (asked about again after 6 months)",
        "Fit (not asked about again)",
        "A rep is reminded 5 times, 2 business days apart; then it goes to the manager.",
        "follow up after 2 business days, then 1 month; then a last mail; after 4 business days parked for 4 months.",
        "A lost deal is not asked about again, unless its reason says otherwise.",
        "Checked so many months after the win: 3, 12.",
        "asked for a referral 1 month after “Live” is reached; 120 days between asks.",
        "asked for a review 45 days after the win; 90 days between asks.",
    ):
        assert part in words, part
    assert "case study" not in words


@pytest.mark.parametrize("process", load_processes(shipped_directory()).values(), ids=lambda process: process.key)
def test_shipped_processes_have_a_clock_for_every_stage_and_reason(process: Process) -> None:
    for stage in process.stages:
        assert stage.stale_after is not None
        assert stage.escalate_after is not None
    assert any(reason.winback for reason in process.loss_reasons)
    never = ["compliance", "not_a_fit"] if process.key == "financial_services" else ["not_a_fit"]
    assert [reason.key for reason in process.loss_reasons if not reason.may_return] == never
    assert process.cadence.referral is not None
    named = process.stage(process.cadence.referral.stage or "")
    assert named is None or named.kind in (StageKind.WON, StageKind.POST_SALE)


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(json_schema()))["properties"]["cadence"]
