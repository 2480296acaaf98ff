"""`stagecoach process` in a terminal: what it prints, where, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from bot.definitions import shipped_directory
from bot.domain.errors import NeedsSetup
from bot.domain.process import Process
from bot.process_cli import process
from tests.definition_files import MINE, written


@dataclass
class Settings:
    """What the command line knows besides its arguments."""

    process_dir: Path
    deals: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def against_database(self, processes: Mapping[str, Process]) -> list[str]:
        self.asked = list(processes)
        if self.broken:
            raise NeedsSetup("The database is not at the newest migration. Run `stagecoach migrate`.")
        return self.deals


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    written(tmp_path / "mine.yaml", MINE)
    return Settings(tmp_path)


def run(*arguments: str | Path, settings: Settings | None = None) -> Result:
    result = CliRunner().invoke(process, [str(argument) for argument in arguments], obj=settings)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def oks(result: Result) -> list[str]:
    """The lines for the files that hold, without those that give advice."""
    return [line for line in result.stdout.splitlines() if line.startswith("ok  ")]


def test_check_prints_a_line_for_each_process_of_the_settings(settings: Settings) -> None:
    result = run("check", settings=settings)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"ok  {settings.process_dir}/mine.yaml  My process  4 stages, 2 criteria  ")


def test_check_without_settings_checks_what_is_shipped() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert [line.split("  ")[2] for line in oks(result)] == [
        "Buyer-centric sale",
        "Complex B2B sale",
        "Financial services",
        "Hospitals and clinics",
        "Pipeline in seven stages",
        "Selling a home",
        "Sales cycle in eight steps",
        "Seven steps",
        "Simple sale",
        "Budget, authority, need, timeline",
        "MEDDICC",
        "Challenger",
        "Consultative",
        "Inbound",
        "Sandler",
        "Solution",
        *["words and rules of evidence"] * 3,
    ]


WAY = """\
name: Ours
idea: Ask before you tell.
questions:
  discover: What happens if nothing changes?
  evaluate: What would convince you?
  decide: Who else is asked?
  agree: What stands in the way?
  after: What has changed?
"""
RULES = """\
rules:
  - rule: our_crm
    standard: inspectable
    verdict: weak
    sentence: Nobody but you can open that.
lists:
  buyer:
    words: client of ours
"""


def test_check_of_a_folder_reads_the_ways_of_selling_and_the_rules_of_evidence_too(settings: Settings) -> None:
    way = written(settings.process_dir / "methodologies" / "ours.yaml", WAY)
    rules = written(settings.process_dir / "inspection" / "ours.yaml", RULES)
    good = run("check", settings=settings)
    assert (good.exit_code, good.stderr) == (0, "")
    assert oks(good)[1:] == [f"ok  {way}  Ours  a way of selling", f"ok  {rules}  words and rules of evidence"]
    written(way, WAY.replace("decide:", "decides:"))
    written(rules, RULES.replace("verdict: weak", "verdict: bad").replace("buyer:", "buyers:"))
    bad = run("check", settings=settings)
    assert bad.exit_code == 1
    told = bad.stderr.splitlines()
    assert [line.split(": ")[0] for line in told] == [f"{way}:3", f"{way}:6", f"{rules}:2", f"{rules}:7"]
    assert told[2].endswith("rule “our_crm”: “bad” is none of pass, weak, fail")
    assert len(oks(bad)) == 1, "the process itself is well"


def test_a_file_beside_the_processes_is_known_by_its_folder(settings: Settings) -> None:
    way = written(settings.process_dir / "methodologies" / "ours.yaml", WAY.replace("idea: Ask before you tell.", ""))
    rules = written(settings.process_dir / "inspection" / "ours.yaml", RULES.replace("standard: inspectable", ""))
    told = run("check", way, rules, "--format", "json")
    assert told.exit_code == 1
    assert [file["ok"] for file in json.loads(told.stdout)["files"]] == [False, False]
    assert run("check", written(way, WAY), written(rules, RULES)).exit_code == 0


def test_check_takes_files_and_folders(settings: Settings) -> None:
    bant = shipped_directory() / "criteria" / "bant.yaml"
    result = run("check", settings.process_dir, shipped_directory() / "simple_3.yaml", bant)
    assert result.exit_code == 0
    assert len(oks(result)) == 3
    assert "a set of 4 criteria" in result.stdout


def test_check_tells_mistakes_on_stderr_and_still_checks_the_other_files(settings: Settings) -> None:
    bad = written(settings.process_dir / "bad.yaml", MINE.replace("least: claimed", "least: sure"))
    result = run("check", settings=settings)
    assert result.exit_code == 1
    assert result.stderr == (
        f'{bad}:36: stage "evaluated", criterion "recap": least: "sure" is not a strength; '
        "use claimed or inspectable or verified\n"
    )
    assert "mine.yaml" in result.stdout


def test_paths_below_the_working_directory_are_shown_as_people_type_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.process_dir)
    assert run("check", "mine.yaml").stdout.startswith("ok  mine.yaml  ")


@pytest.mark.parametrize("arguments", [("check", "none.yaml"), ("check", "--nonsense"), ("show",), ("draw",)])
def test_wrong_usage_ends_with_two_and_no_traceback(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_without_processes_is_wrong_usage(tmp_path: Path) -> None:
    for result in (run("check", tmp_path), run("check", settings=Settings(tmp_path / "gone"))):
        assert result.exit_code == 2
        assert "STAGECOACH_PROCESS_DIR" in result.stderr


def test_check_against_the_database_lists_the_deals_that_would_newly_fail(settings: Settings) -> None:
    assert "every open deal stands as before" in run("check", "--against-database", settings=settings).stdout
    assert settings.asked == ["mine"]
    settings.deals = ["D-42 Rollout: “Product evaluated” is gone"]
    result = run("check", "--against-database", settings=settings)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, settings.deals[0])


def test_the_database_is_not_asked_when_a_file_is_wrong_or_there_are_no_settings(settings: Settings) -> None:
    written(settings.process_dir / "bad.yaml", "")
    assert run("check", "--against-database", settings=settings).exit_code == 1
    assert settings.asked == []
    assert run("check", "--against-database").exit_code == 2


def test_a_database_that_does_not_answer_gets_its_sentence(settings: Settings) -> None:
    settings.broken = True
    result = run("check", "--against-database", settings=settings)
    assert result.exit_code == 2
    assert "stagecoach migrate" in result.stderr


def test_show_prints_stages_criteria_and_coaching(settings: Settings) -> None:
    result = run("show", "mine", settings=settings)
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    for part in (
        "My process (mine, EUR, version ",
        "2. Product evaluated (evaluated, open)",
        "Goes on to Signed. Otherwise back to Targets chosen. Stale after 5 business days. A manager has to agree.",
        "[ ] The buyer replied to the recap.",
        "Proved by email, message; not older than 60 days; asked for an amount of at least €10,000 "
        "and below €20,000.50; "
        "done by the third party; may not apply, if a manager agrees.",
        "How: Ask a question that takes one line to answer.",
        "Good: Mail of 3 May.",
        "Know - Their list. Do - Show it. - Listen.",
        "4. Live (live, post-sale) The buyer uses it. The last stage.",
        "Reasons for a loss - Price",
    ):
        assert part in words
    assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("", "Managers may let up to 2 criteria of a rep's deals pass in a month, before the proof is there."),
        ("overrides: {per_month: 1}", "Managers may let up to one criterion of a rep's deals pass in a month"),
        ("overrides: {per_month: 0}", "No criterion is let pass before its proof is there."),
    ],
)
def test_show_says_how_much_may_be_let_pass(settings: Settings, keys: str, line: str) -> None:
    written(settings.process_dir / "mine.yaml", f"{MINE}{keys}\n")
    assert line in " ".join(run("show", "mine", settings=settings).stdout.split())


def test_show_of_an_unknown_process_proposes_the_nearest(settings: Settings) -> None:
    result = run("show", "mne", settings=settings)
    assert result.exit_code == 2
    assert 'There is no process "mne"; did you mean "mine"?' in result.stderr
    assert "there is mine" in run("show", "zzz", settings=settings).stderr


def test_show_tells_why_a_process_cannot_be_shown(settings: Settings) -> None:
    written(settings.process_dir / "mine.yaml", MINE.replace("least: claimed", "least: sure"))
    result = run("show", "mine", settings=settings)
    assert result.exit_code == 2
    assert "is not a strength" in result.stderr


def test_the_schema_accepts_what_is_shipped_and_refuses_what_the_check_refuses() -> None:
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    yaml = YAML(typ="safe", pure=True)
    files = sorted(shipped_directory().glob("*.yaml"))
    assert len(files) >= 2
    for file in files:
        assert list(validator.iter_errors(yaml.load(file))) == []
    assert validator.is_valid(yaml.load(MINE.replace("10_000", "10000")))
    for old, new in (("least: claimed", "least: sure"), ("key: mine", "key: Mine"), ("lookback", "lookbak")):
        assert not validator.is_valid(yaml.load(MINE.replace("10_000", "10000").replace(old, new)))


def test_the_schema_explains_every_key() -> None:
    schema = json.loads(run("schema").stdout)
    for shape in (schema, *schema["$defs"].values()):
        for key, value in shape["properties"].items():
            assert value.get("description"), key


BAD = MINE.replace("text: The buyer replied to the recap.", "text: We sent the recap.").replace(
    "party: third_party", ""
)


def test_a_broken_standard_is_an_error_and_advice_is_not(settings: Settings) -> None:
    advised = run("check", settings=settings)
    assert (advised.exit_code, advised.stderr) == (0, "")
    assert ": advice: stage “" not in advised.stdout
    assert "[few_stages]" in advised.stdout
    written(settings.process_dir / "mine.yaml", BAD)
    failed = run("check", settings=settings)
    assert failed.exit_code == 1
    assert oks(failed) == []
    assert failed.stderr.startswith(f'{settings.process_dir}/mine.yaml:30: error: stage "evaluated", criterion "recap"')
    assert "buyer-centric: “We sent the recap.” is about what you do" in failed.stderr
    assert "such as “The buyer replied to the recap" in failed.stderr


def test_accepted_advice_is_printed_with_its_reason() -> None:
    result = run("check", shipped_directory() / "simple_3.yaml")
    assert "accepted: stages: structure: It has 2 open stages" in result.stdout
    assert "Because: It is for sales of days or weeks" in result.stdout


def test_check_as_json_is_one_object_with_everything(settings: Settings) -> None:
    written(settings.process_dir / "bad.yaml", BAD.replace("key: mine", "key: bad"))
    written(settings.process_dir / "worse.yaml", MINE.replace("least: claimed", "least: sure"))
    result = run("check", "--format", "json", settings=settings)
    assert (result.exit_code, result.stderr) == (1, "")
    told = json.loads(result.stdout)
    assert [(file["path"].rpartition("/")[2], file["ok"]) for file in told["files"]] == [
        ("bad.yaml", False),
        ("mine.yaml", True),
        ("worse.yaml", False),
    ]
    errors = [one for file in told["files"] for one in file["findings"] if one["severity"] == "error"]
    assert [(one["rule"], one["standard"], one["line"]) for one in errors] == [
        ("seller_acts", "buyer-centric", 30),
        ("form", "structure", 36),
    ]
    assert told["counts"]["error"] == 2
    assert told["counts"]["advice"] > 2


def test_check_for_github_marks_the_lines(settings: Settings) -> None:
    written(settings.process_dir / "mine.yaml", BAD.replace("We sent the recap.", "We sent 100% of it."))
    result = run("check", "--format", "github", settings=settings)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert f"::error file={settings.process_dir}/mine.yaml,line=30,title=seller_acts::" in result.stdout
    assert "“We sent 100%25 of it.”" in result.stdout
    assert all(line.startswith(("::error ", "::warning ")) for line in lines)
    accepted = run("check", "--format", "github", shipped_directory() / "simple_3.yaml")
    assert accepted.stdout.startswith("::notice ")
    assert "Accepted because: It is for sales" in accepted.stdout


def test_what_programs_read_is_not_mixed_with_the_deals(settings: Settings) -> None:
    settings.deals = ["D-42 Rollout: “Product evaluated” is gone"]
    result = run("check", "--format", "json", "--against-database", settings=settings)
    assert result.exit_code == 1
    assert json.loads(result.stdout)
    assert settings.deals[0] in result.stderr
