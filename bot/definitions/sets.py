"""Criterion sets in files of their own, and where stages find the sets that they include."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bot.definitions.crosscheck import keys_of, repeated_keys
from bot.definitions.fields import KEY_PATTERN
from bot.definitions.report import render, validate
from bot.definitions.shape import CriterionShape, SetShape
from bot.definitions.source import Problem, Source, read_source

_FOLDER = "criteria"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class CheckedSet:
    """What reading the file of a criterion set gave. Its keys are known even where something else in it is wrong."""

    path: Path
    name: str
    keys: list[str]
    criteria: tuple[CriterionShape, ...]
    problems: tuple[str, ...]
    source: Source


def shipped_directory() -> Path:
    """The process definitions that come with Stagecoach."""
    return Path(str(files("process_definitions")))


def yaml_files(directory: Path) -> list[Path]:
    """The YAML files that lie in this folder itself, in the order of their names; none where there is no folder."""
    try:
        found = [path for path in directory.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(found)


def own_sets(directory: Path) -> dict[str, CheckedSet]:
    """The sets in the folder `criteria` of a folder of processes, by name."""
    return {path.stem: read_set(path) for path in yaml_files(directory / _FOLDER)}


def shipped_sets(directory: Path) -> dict[str, CheckedSet]:
    """The sets that come with Stagecoach: files elsewhere can include them too, unless they have one of that name."""
    shipped = shipped_directory()
    return {} if directory.resolve() == shipped.resolve() else own_sets(shipped)


def is_set(source: Source) -> bool:
    """True when the file holds a criterion set and no process."""
    return "criteria" in source.data and "stages" not in source.data


def read_set(path: Path) -> CheckedSet:
    """Read the file of a criterion set; it is included by the name of the file."""
    source, problems = read_source(path)
    keys = keys_of(source, ("criteria",))
    shape: SetShape | None = None
    if source.data or not problems:
        shape, wrong = validate(source, SetShape)
        problems += [*wrong, *repeated_keys(source, ("criteria",))]
    if not re.fullmatch(KEY_PATTERN, path.stem):
        problems.append(Problem((), "a set is included by the name of its file: use small letters, digits and _"))
    name, criteria = (shape.name, shape.criteria) if shape is not None and not problems else ("", ())
    return CheckedSet(path, name, keys, criteria, tuple(render(source, problems)), source)
