"""The ways of selling whose questions the coach gives: files of YAML → checked → domain."""

from __future__ import annotations

import re
from pathlib import Path

from bot.definitions.fields import KEY_PATTERN
from bot.definitions.report import render, validate
from bot.definitions.sets import shipped_directory, yaml_files
from bot.definitions.shape import MethodologyShape
from bot.definitions.source import Problem, read_source
from bot.domain.coaching import Methodology, Phase
from bot.domain.errors import ProcessProblem

FOLDER = "methodologies"


def load_methodologies(own: Path | None = None) -> dict[str, Methodology]:
    """Those that come with Stagecoach and those in the folder `methodologies` of a folder of processes, by key.

    A file with the name of one that is there takes its place. Raises ProcessProblem with a line for each mistake.
    """
    problems: list[str] = []
    found: dict[str, Methodology] = {}
    for folder in (shipped_directory(), own):
        for path in yaml_files(folder / FOLDER) if folder else []:
            made, wrong = read_methodology(path)
            problems += wrong
            if made is not None:
                found[made.key] = made
    if problems:
        raise ProcessProblem(problems)
    return dict(sorted(found.items(), key=lambda pair: pair[1].name.casefold()))


def read_methodology(path: Path) -> tuple[Methodology | None, list[str]]:
    """The way of selling in this file; None and a line for each mistake where it has some."""
    source, wrong = read_source(path)
    shape: MethodologyShape | None = None
    if source.data or not wrong:
        shape, more = validate(source, MethodologyShape)
        wrong += more
    if not re.fullmatch(KEY_PATTERN, path.stem):
        text = "a methodology is chosen by the name of its file: use small letters, digits and _"
        wrong.append(Problem((), text))
    if wrong or shape is None:
        return None, render(source, wrong)
    questions = {phase: tuple(getattr(shape.questions, phase.value)) for phase in Phase}
    return Methodology(path.stem, shape.name, shape.idea, questions), []
