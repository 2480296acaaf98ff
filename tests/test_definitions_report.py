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


def split(process: Process, lands: int) -> Process:
    """The first stage in two parts: the first of its criteria, and the others."""
    whole, *rest = process.stages
    one = replace(whole, key="part_one", name="Part one", criteria=whole.criteria[:1])
    two = replace(whole, key="part_two", name="Part two", criteria=whole.criteria[1:])
    parts = [
        replace(part, replaces=(whole.key,), lands=(whole.key,) if n == lands else ())
        for n, part in enumerate((one, two))
    ]
    return replace(process, stages=(*parts, *rest), version="split")


def test_a_deal_of_a_split_stage_lands_where_the_file_says_and_its_evidence_counts_in_both_parts(
    office: Office,
) -> None:
    rita, process = office.rita, office.process
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.closes(everything=True)
    change_process(office, split(process, lands=0))
    assert definitions_report.newly_failing(office.desk) == []
    rita.types("/deal show Acme")
    assert "Part one" in rita.modal
    rita.closes(everything=True)
    for name in ("Part two", "Solution explored"):
        rita.types("/deal move Acme")
        assert "Missing" not in rita.modal
        rita.submits()
        rita.waits_to_see(f"is now in “{name}”")
        rita.closes(everything=True)


def test_a_deal_that_lands_in_the_second_part_is_asked_for_what_that_part_asks(office: Office) -> None:
    log_deal(office, "Acme")
    process = office.process
    change_process(office, split(process, lands=1))
    assert definitions_report.newly_failing(office.desk) == [], "it was asked for all of it before"
    office.rita.types("/deal move Acme")
    first, second, third = (criterion.text for criterion in process.stages[0].criteria)
    assert "“Part two”" in office.rita.modal
    assert f"Missing: *{second}*" in office.rita.modal
    assert f"Missing: *{third}*" in office.rita.modal
    assert first not in office.rita.modal


def test_evidence_of_two_stages_that_were_merged_counts_in_the_one_that_takes_their_place(office: Office) -> None:
    rita, process = office.rita, office.process
    log_deal(office, "Acme")
    rita.types("/deal move Acme")
    prove_stage(rita, office)
    rita.submits()
    rita.waits_to_see("is now in “Solution explored”")
    rita.closes(everything=True)
    log_deal(office, "Beta")
    one, two, *rest = process.stages
    both = replace(two, key="both", name="Both", criteria=one.criteria + two.criteria, replaces=(one.key, two.key))
    change_process(office, replace(process, stages=(both, *rest), version="merged"))
    lines = definitions_report.newly_failing(office.desk)
    assert not [line for line in lines if "D-1 " in line], "what it proved before the merger counts"
    assert len([line for line in lines if "D-2 " in line]) == len(two.criteria), "it was only asked for the first half"
    for name in ("Acme", "Beta"):
        rita.types(f"/deal show {name}")
        assert "Both" in rita.modal
        rita.closes(everything=True)


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
