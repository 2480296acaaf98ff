"""`make eval`: precision and recall of the inspector on the examples that were held out; prints the README's table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from bot.definitions.inspecting import load_rules
from bot.domain.inspection import Inspection, Piece, RuleSet, Standard, Verdict, inspect

EXAMPLES: Final = Path(__file__).parent / "examples.jsonl"
AS_OF: Final = date(2026, 12, 1)
"""The day from which the examples are looked at; the newest of those that have happened is older."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one standard; positive is a verdict of weak or fail."""

    standard: Standard
    right: int
    false_alarms: int
    missed: int
    rest: int

    @property
    def precision(self) -> float:
        """Of what the inspector criticised, the share that a person criticised too."""
        return self.right / max(1, self.right + self.false_alarms)

    @property
    def recall(self) -> float:
        """Of what a person criticised, the share that the inspector found."""
        return self.right / max(1, self.right + self.missed)


def held_out(example_id: str) -> bool:
    """Whether an example is kept away from tuning."""
    return int(hashlib.sha256(example_id.encode()).hexdigest(), 16) % 3 == 0


def examples(split: str) -> list[dict[str, Any]]:
    """The examples of “train” or “held_out”."""
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    return [said for said in map(json.loads, lines) if said["split"] == split]


def piece(said: dict[str, Any]) -> Piece:
    """An example as the inspector gets it, without its labels."""
    day = said["occurred_on"]
    return Piece(
        said["criterion"],
        said["text"],
        said["link"] or "",
        said["contact"] or "",
        date.fromisoformat(day) if day else None,
    )


def scores(said: Iterable[dict[str, Any]], rules: RuleSet) -> list[Score]:
    """A score for each standard."""
    pairs = [(one, inspect(piece(one), rules, AS_OF)) for one in said]
    return [_score(standard, pairs) for standard in Standard]


def _score(standard: Standard, pairs: list[tuple[dict[str, Any], Inspection]]) -> Score:
    outcomes = [
        (found.standards[standard].verdict is not Verdict.PASS, said[standard.value] != Verdict.PASS.value)
        for said, found in pairs
    ]
    count = outcomes.count
    return Score(standard, count((True, True)), count((True, False)), count((False, True)), count((False, False)))


def table(found: list[Score]) -> str:
    """The table of the README."""
    lines = [
        "| Standard | Weak or fail by a person | Precision | Recall | False alarms | Missed |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {score.standard.words} | {score.right + score.missed} of"
        f" {score.right + score.missed + score.false_alarms + score.rest} | {score.precision:.2f} | {score.recall:.2f}"
        f" | {score.false_alarms} | {score.missed} |"
        for score in found
    ]
    return "\n".join(lines)


@click.command()
@click.option("--split", type=click.Choice(["held_out", "train"]), default="held_out", show_default=True)
def main(split: str) -> None:
    """Measure the inspector on the labelled examples; positive is weak or fail."""
    click.echo(table(scores(examples(split), load_rules())))


if __name__ == "__main__":
    main()
