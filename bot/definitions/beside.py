"""What lies beside processes and is read with them: ways of selling, and words and rules of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.definitions import inspecting, methodologies
from bot.definitions.sets import yaml_files


@dataclass(frozen=True, slots=True)
class CheckedBeside:
    """What reading such a file gave: what it holds, in a few words, or lines that say what is wrong."""

    path: Path
    words: str
    problems: tuple[str, ...] = ()


def check_beside(directory: Path) -> list[CheckedBeside]:
    """The files in the folders `methodologies` and `inspection` of a folder of processes; none where there are none."""
    ways = [_way(path) for path in yaml_files(directory / methodologies.FOLDER)]
    return [*ways, *_rules(directory / inspecting.FOLDER)]


def check_one_beside(path: Path) -> CheckedBeside | None:
    """The file, where the folder in which it lies says that it is one of these."""
    folder = path.absolute().parent
    if folder.name == methodologies.FOLDER:
        return _way(path)
    if folder.name == inspecting.FOLDER:
        return next((one for one in _rules(path.parent) if one.path == path), None)
    return None


def _way(path: Path) -> CheckedBeside:
    way, problems = methodologies.read_methodology(path)
    return CheckedBeside(path, f"{way.name}  a way of selling" if way else "", tuple(problems))


def _rules(folder: Path) -> list[CheckedBeside]:
    paths = yaml_files(folder)
    told = inspecting.rule_problems(folder) if paths else {}
    return [CheckedBeside(path, "words and rules of evidence", tuple(told.get(path, ()))) for path in paths]
