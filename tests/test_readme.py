"""What the README says is so: its tables, its example, its links and its picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.definitions import load_processes
from bot.manifest import SCOPES
from bot.settings import WHERE, Settings
from bot.slack.conversations import register_all
from bot.slack.talk import Talk

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table with that heading over its first column; backquotes around a whole cell are taken off."""
    table = README.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table]


def code(cell: str) -> str:
    found = re.fullmatch(r"`([^`]+)`", cell)
    assert found, f"{cell} is not set as code"
    return found[1]


def test_the_table_of_scopes_is_that_of_the_manifest() -> None:
    assert {code(scope): reason for scope, reason in rows("Scope")} == SCOPES


def test_the_table_of_commands_is_that_of_the_help() -> None:
    words = register_all(Talk()).words.values()
    expected = [("/deal", "your deals, most pressing first")]
    expected += [(f"/deal {word.usage}", word.does) for word in words]
    assert [(code(command), does) for command, does in rows("In Slack")] == expected


def test_the_table_of_settings_has_every_variable_and_no_other() -> None:
    assert sorted(code(row[0]) for row in rows("Variable")) == sorted(WHERE)


@pytest.mark.parametrize(
    "name", ["SLACK_API_URL", "PORT", "STAGECOACH_MODE", "STAGECOACH_PROCESS", "STAGECOACH_COMMAND"]
)
def test_the_defaults_in_the_table_are_those_of_the_settings(name: str) -> None:
    default = next(code(row[1]) for row in rows("Variable") if code(row[0]) == name)
    assert default == str(Settings.model_fields[name.lower()].default)


def test_the_process_of_the_example_is_a_whole_one(tmp_path: Path) -> None:
    example = README.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "mine.yaml").write_text(example, encoding="utf-8")
    process = load_processes(tmp_path)["trial_to_order"]
    assert [stage.key for stage in process.stages] == ["trial_agreed", "ordered"]


def test_the_table_of_processes_has_all_that_are_shipped() -> None:
    links = [re.fullmatch(r"\[(\w+)\]\(process_definitions/(\w+)\.yaml\)", row[0]) for row in rows("Process")]
    assert sorted(link[1] for link in links if link and link[1] == link[2]) == list(load_processes())


def test_every_link_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in re.findall(r"^## (.+)$", README, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("https://"):
            assert (ROOT / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?= {2,}#|`|$)", README, re.M)) <= targets


def test_the_picture_is_there_and_light() -> None:
    size = (ROOT / "docs" / "workspace.png").stat().st_size
    assert 20_000 < size < 400_000
