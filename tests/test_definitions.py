"""Process files: what a good one becomes, and the line that every mistake in a bad one gets."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.definitions import check_file, from_json, load_process, load_processes, to_json
from bot.domain.conditions import Condition
from bot.domain.errors import NeedsSetup, ProcessProblem
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.money import Money
from bot.domain.process import (
    Approval,
    Coaching,
    Criterion,
    Duration,
    LossReason,
    Party,
    PlanB,
    Process,
    Stage,
    StageKind,
)
from tests.definition_files import MINE, changed, problems, written

TALKED = Criterion("talked", "The buyer talked to us.", "Call.", "A note.")
RECAP = Criterion(
    "recap",
    "The buyer replied to the recap.",
    "Ask a question that takes one line to answer.",
    "Mail of 3 May.",
    Party.THIRD_PARTY,
    (EvidenceKind.EMAIL, EvidenceKind.MESSAGE),
    Strength.CLAIMED,
    Condition(Money(10_000_00, "EUR"), Money(20_000_50, "EUR")),
    Duration(60),
    may_not_apply=True,
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return written(tmp_path / "mine.yaml", MINE)


def test_a_file_becomes_the_process_that_it_describes(mine: Path) -> None:
    read = load_process(mine)
    assert read == Process(
        key="mine",
        name="My process",
        currency="EUR",
        channel="#deals",
        lookback=Duration(90),
        version=read.version,
        loss_reasons=(LossReason("price", "Price"),),
        stages=(
            Stage(
                "list",
                "Targets chosen",
                "We know whom to call.",
                StageKind.PREPARATION,
                otherwise=PlanB(None, Duration(30)),
            ),
            Stage(
                "evaluated",
                "Product evaluated",
                "The buyer saw it.",
                coaching=Coaching(
                    ("Their list.",), ("Show it.", "Listen."), ("“Is it what you need?”",), ("The product.",)
                ),
                criteria=(TALKED, RECAP),
                stale_after=Duration(5, business=True),
                approval=Approval.MANAGER,
                next=("won",),
                otherwise=PlanB("list"),
                replaces=("demo",),
            ),
            Stage("won", "Signed", "The buyer signed.", StageKind.WON),
            Stage("live", "Live", "The buyer uses it.", StageKind.POST_SALE),
        ),
    )


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    short = """\
key: short
name: Short
currency: SEK
stages:
  - {key: open, name: Asked, outcome: The buyer asked., criteria: [{key: a, text: b, coach: c, example: d}]}
  - {key: won, name: Bought, kind: won, outcome: The buyer paid.}
loss_reasons: [{key: price, text: Price}]
"""
    read = load_process(written(tmp_path / "short.yaml", short))
    assert (read.channel, read.lookback) == (None, Duration(180))
    assert read.first.kind is StageKind.OPEN
    assert read.first.criteria == (Criterion("a", "b", "c", "d"),)
    assert read.first.criteria[0].least is Strength.INSPECTABLE


def test_windows_editors_are_welcome(mine: Path) -> None:
    plain = load_process(mine)
    assert load_process(written(mine, b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode())) == plain


def test_rewriting_the_file_in_another_style_keeps_the_version(mine: Path) -> None:
    plain = load_process(mine)
    yaml = YAML(typ="safe", pure=True)
    data = yaml.load(MINE)
    yaml.default_flow_style = False
    yaml.width = 40
    stream = io.StringIO("# Written by a machine\n")
    yaml.dump(data, stream)
    rewritten = load_process(written(mine, stream.getvalue()))
    assert rewritten == plain
    assert len(plain.version) == 12


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [path] if pairs is None else [leaf for key, item in pairs for leaf in leaves(item, (*path, key))]


def test_changing_any_text_changes_the_version(mine: Path) -> None:
    data = YAML(typ="safe", pure=True).load(MINE)
    texts = ("name", "outcome", "know", "do", "say", "show", "text", "coach", "example")
    versions = {load_process(mine).version}
    places = [leaf for leaf in leaves(data) if any(step in texts for step in leaf)]
    for place in places:
        version = load_process(written(mine, edited(data, place, lambda text: text + " More."))).version
        assert version not in versions, place
        versions.add(version)
    assert len(versions) == len(places) + 1 > 15


def edited(data: Any, place: tuple[str | int, ...], edit: Callable[[str], str]) -> str:
    other = copy.deepcopy(data)
    inner = other
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = edit(inner[place[-1]])
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(other, stream)
    return stream.getvalue()


def test_a_process_survives_being_stored_as_json(mine: Path) -> None:
    read = load_process(mine)
    assert from_json(to_json(read)) == read
    with pytest.raises(ValueError):
        from_json(to_json(read).replace("third_party", "nobody"))


def test_a_shared_set_comes_before_the_criteria_of_the_stage(mine: Path) -> None:
    written(
        mine.parent / "criteria" / "fit.yaml", "name: Fit\ncriteria:\n  - {key: fits, text: t, coach: c, example: e}\n"
    )
    read = load_process(written(mine, MINE.replace("include: talk", "include: [fit, bant, talk]")))
    keys = [criterion.key for criterion in read.stages[1].criteria]
    assert keys == ["fits", "need", "budget", "authority", "timeline", "talked", "recap"]


def test_a_shared_set_with_mistakes_is_reported_where_it_is_wrong_and_where_it_is_used(mine: Path) -> None:
    broken = written(
        mine.parent / "criteria" / "fit.yaml", "name: Fit\ncriteria:\n  - {key: fits, text: t, coach: c}\n"
    )
    own = f'mine.yaml:27: stage "evaluated": include: the set "fit" has mistakes; see {broken}'
    inner = 'criteria/fit.yaml:3: criterion "fits": example: is missing: what good evidence looks like'
    assert changed(mine, "include: talk", "include: fit") == [own.replace(f"{mine.parent}/", ""), inner]
    with pytest.raises(ProcessProblem, match="is missing"):
        load_processes(mine.parent)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("fit.yaml", "name: Fit\ncriteria: []\n", "criteria: is empty"),
        ("fit.yaml", "", "is empty"),
        ("Fit me.yaml", "name: Fit\ncriteria: [{key: a, text: b, coach: c, example: d}]\n", "name of its file"),
        (
            "fit.yaml",
            "name: Fit\ncriteria: [{key: a, text: b, coach: c, example: d, leest: claimed}]\n",
            "did you mean",
        ),
    ],
)
def test_a_set_is_checked_even_when_no_stage_includes_it(mine: Path, name: str, text: str, says: str) -> None:
    written(mine.parent / "criteria" / name, text)
    with pytest.raises(ProcessProblem, match=says):
        load_processes(mine.parent)


def test_a_set_among_the_processes_is_told_where_it_belongs(mine: Path) -> None:
    written(mine.parent / "fit.yaml", "name: Fit\ncriteria: [{key: a, text: b, coach: c, example: d}]\n")
    with pytest.raises(ProcessProblem, match="put it into the folder “criteria”"):
        load_processes(mine.parent)
    assert check_file(mine.parent / "fit.yaml").problems == ()


def test_amounts_of_a_set_have_to_fit_the_currency_of_the_process_that_includes_it(mine: Path) -> None:
    text = MINE.replace("example: A note.", "example: A note., when: {amount_at_least: 0.5}").replace("EUR", "JPY")
    assert problems(written(mine, text.replace("20000.50", "20000"))) == [
        'mine.yaml:27: stage "evaluated": include: criterion "talked" of set "talk": amount_at_least: '
        "JPY has no decimals. Round the amount to a whole number."
    ]


def test_two_files_with_one_key_are_named_both(mine: Path) -> None:
    copied = written(mine.parent / "other.yaml", "# a copy\n" + MINE)
    with pytest.raises(ProcessProblem) as caught:
        load_processes(mine.parent)
    assert caught.value.problems == [f'{copied}:2: key: "mine" is the key of {mine} too; choose another key']


def test_a_folder_gives_its_processes_by_key_and_other_files_are_left_alone(mine: Path) -> None:
    written(mine.parent / "second.yml", MINE.replace("key: mine", "key: second"))
    written(mine.parent / ".hidden.yaml", "]")
    written(mine.parent / "README.md", "]")
    assert list(load_processes(mine.parent)) == ["mine", "second"]


def test_a_folder_without_processes_says_which_setting_names_it(tmp_path: Path) -> None:
    with pytest.raises(NeedsSetup, match=r"There is no folder .*STAGECOACH_PROCESS_DIR"):
        load_processes(tmp_path / "none")
    with pytest.raises(NeedsSetup, match=r"There are no process definitions .*STAGECOACH_PROCESS_DIR"):
        load_processes(tmp_path)
