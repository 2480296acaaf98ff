"""A process file that uses every key, for tests to change, and the lines that its mistakes get."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.definitions import load_process
from bot.domain.errors import ProcessProblem

MINE = """\
key: mine
name: My process
currency: EUR
channel: "#deals"
lookback: 90d
criterion_sets:
  talk:
    - {key: talked, text: The buyer talked to us., coach: Call., example: A note.}
stages:
  - key: list
    name: Targets chosen
    kind: preparation
    outcome: We know whom to call.
    otherwise: {park: 30d}
  - key: evaluated
    name: Product evaluated
    outcome: The buyer saw it.
    stale_after: 5bd
    approval: manager
    know: Their list.
    do: [Show it., Listen.]
    say: “Is it what you need?”
    show: [The product.]
    next: [won]
    otherwise: {stage: list}
    replaces: demo
    include: talk
    criteria:
      - key: recap
        text: The buyer replied to the recap.
        coach: Ask a question that takes
          one line to answer.
        example: Mail of 3 May.
        party: third_party
        accepts: [email, message]
        least: claimed
        when: {amount_at_least: 10_000, amount_below: 20000.50}
        max_age: 60d
        may_not_apply: true
  - {key: won, name: Signed, kind: won, outcome: The buyer signed.}
  - {key: live, name: Live, kind: post_sale, outcome: The buyer uses it.}
loss_reasons:
  - {key: price, text: Price}
"""


def written(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path) -> list[str]:
    """The lines for this file, without the name of the folder that it happens to lie in."""
    with pytest.raises(ProcessProblem) as caught:
        load_process(path)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return [line.replace(f"{path.parent}/", "") for line in caught.value.problems]


def changed(path: Path, old: str, new: str) -> list[str]:
    """The problems of MINE with one thing changed."""
    assert MINE.count(old) == 1, "the test has to change one place"
    return problems(written(path, MINE.replace(old, new)))
