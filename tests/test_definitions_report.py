"""A changed definition: which open deals it would newly hold back, and how they are judged at their next move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from click.testing import CliRunner

from bot.definitions import shipped_directory
from bot.domain.evidence import EvidenceKind
from bot.domain.process import Criterion, Process
from bot.process_cli import process as commands
from bot.services import definitions_report
from tests.harness import Office
from tests.selling import log_deal, prove, prove_stage

NEW = Criterion(
    "written_yes", "The buyer said yes in writing.", "Ask for it.", "A mail.", accepts=(EvidenceKind.EMAIL,)
)


def change_process(office: Office, changed: Process) -> None:
    """As if the file had been changed and the bot started again."""
    object.__setattr__(office.desk, "processes", {**office.desk.processes, changed.key: changed})


def with_criterion(process: Process, criterion: Criterion) -> Process:
    first = replace(process.stages[0], criteria=(*process.stages[0].criteria, criterion))
    return replace(process, stages=(first, *process.stages[1:]), version="changed")


def test_deals_that_a_new_criterion_holds_back_are_listed(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    log_deal(office, "Beta")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.closes(everything=True)
    assert definitions_report.newly_failing(office.desk) == []

    change_process(office, with_criterion(office.process, NEW))
    lines = definitions_report.newly_failing(office.desk)
    assert len(lines) == 2
    assert all("“The buyer said yes in writing.”" in line for line in lines)
    assert "D-1 “Acme”" in lines[0]


def test_a_criterion_that_was_missing_already_is_no_news(office: Office) -> None:
    log_deal(office, "Acme")
    process = office.process
    changed = replace(process, name="Renamed", version="renamed")
    change_process(office, changed)
    assert definitions_report.newly_failing(office.desk) == []


def test_a_stage_that_is_gone_is_named_unless_another_replaces_it(office: Office) -> None:
    log_deal(office, "Acme")
    process = office.process
    old = process.stages[0].key
    shorter = replace(process, stages=process.stages[1:], version="shorter")
    change_process(office, shorter)
    assert "“problem_recognised” is gone" in definitions_report.newly_failing(office.desk)[0]

    heir = replace(shorter.stages[0], replaces=(old,))
    change_process(office, replace(shorter, stages=(heir, *shorter.stages[1:]), version="heir"))
    assert all("is gone" not in line for line in definitions_report.newly_failing(office.desk))
    office.rita.types("/deal show Acme")
    assert "Solution explored" in office.rita.modal


def test_an_open_deal_is_judged_by_the_new_definition_at_its_next_move(office: Office) -> None:
    rita = office.rita
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    change_process(office, with_criterion(office.process, NEW))
    rita.submits()
    assert "Not yet." in rita.modal
    prove(rita, NEW.text, "They wrote yes on Monday.", office.next_number())
    rita.submits()
    rita.waits_to_see("is now in “Solution explored”")


@dataclass
class Around:
    """What the command line knows, with the office's database."""

    office: Office
    process_dir: Path

    def against_database(self, processes: Mapping[str, Process]) -> list[str]:
        return definitions_report.newly_failing(replace(self.office.desk, processes=dict(processes)))


def test_the_open_deals_are_judged_by_a_copy_with_another_key(office: Office, tmp_path: Path) -> None:
    log_deal(office, "Acme")
    shipped = (shipped_directory() / "buyer_centric.yaml").read_text(encoding="utf-8")
    text = shipped.replace("key: buyer_centric", "key: ours").replace("key: problem_named", "key: cost_named", 1)
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    arguments = ["diff", "buyer_centric", str(tmp_path / "ours.yaml"), "--against-database"]
    result = CliRunner().invoke(commands, arguments, obj=Around(office, shipped_directory()))
    assert result.exit_code == 1
    assert "- key: buyer_centric → ours" in result.stdout
    assert "D-1 “Acme”: “Problem recognised” now asks for “The buyer described the problem" in result.stdout
    same = [*arguments[:2], "buyer_centric", "--against-database"]
    assert CliRunner().invoke(commands, same, obj=Around(office, shipped_directory())).exit_code == 0
