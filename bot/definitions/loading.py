"""Process files and folders: which there are, what is wrong with them, and the processes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot.definitions.build import amount_problems, build
from bot.definitions.crosscheck import cross_problems, inclusions, keys_of, names_in
from bot.definitions.report import render, validate
from bot.definitions.sets import CheckedSet, is_set, own_sets, read_set, shipped_directory, shipped_sets, yaml_files
from bot.definitions.shape import ProcessShape
from bot.definitions.source import Problem, Source, read_source, shown
from bot.domain.errors import NeedsSetup, ProcessProblem
from bot.domain.process import Process

_Built = tuple[ProcessShape | None, Process | None, list[Problem]]
_IS_A_SET = "is a criterion set, not a process; put it into the folder “criteria” beside your processes"


@dataclass(frozen=True, slots=True)
class Read:
    """What a process was built from: its file, and the shared criterion sets that its stages can include."""

    source: Source
    shape: ProcessShape
    sets: Mapping[str, CheckedSet]


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading the file of a process gave: the process, or lines that say what is wrong."""

    path: Path
    process: Process | None = None
    problems: tuple[str, ...] = ()
    key_line: int = 1
    read: Read | None = None


def load_process(path: Path) -> Process:
    """The process in this file. Raises ProcessProblem with all that is wrong with it and with the sets it includes."""
    checked = _check(path, shipped_sets(path.parent) | own_sets(path.parent), with_sets=True)
    if checked.process is None:
        raise ProcessProblem(list(checked.problems))
    return checked.process


def load_processes(directory: Path | None = None) -> dict[str, Process]:
    """All processes of a folder, by key; without one, those that come with Stagecoach.

    Raises ProcessProblem with everything that is wrong in it, NeedsSetup when there is nothing to read.
    """
    return dict(_shipped() if directory is None else _load(directory))


@cache
def _shipped() -> Mapping[str, Process]:
    """They do not change while we run, and reading them takes most of a start."""
    return _load(shipped_directory())


def _load(directory: Path) -> Mapping[str, Process]:
    checked = check_folder(directory)
    problems = [problem for one in checked for problem in one.problems]
    if problems:
        raise ProcessProblem(problems)
    processes = [one.process for one in checked if isinstance(one, Checked) and one.process is not None]
    return {process.key: process for process in processes}


def check_folder(directory: Path) -> list[Checked | CheckedSet]:
    """Read every process of a folder and every criterion set in it. Raises NeedsSetup when there is no process."""
    paths = yaml_files(directory)
    if not paths:
        what = "There are no process definitions (*.yaml) in" if directory.is_dir() else "There is no folder"
        raise NeedsSetup(f"{what} {directory}. Set STAGECOACH_PROCESS_DIR to the folder of your process definitions.")
    own = own_sets(directory)
    return [*_distinct(paths, shipped_sets(directory) | own), *own.values()]


def check_file(path: Path) -> Checked | CheckedSet:
    """Read one process with the sets beside it, or one criterion set.

    The problems of the sets that a process includes are reported with it.
    """
    if is_set(read_source(path)[0]):
        return read_set(path)
    return _check(path, shipped_sets(path.parent) | own_sets(path.parent), with_sets=True)


def _check(path: Path, shared: Mapping[str, CheckedSet], with_sets: bool = False) -> Checked:
    source, problems = read_source(path)
    if is_set(source):
        return Checked(path, None, tuple(render(source, [Problem((), _IS_A_SET)])))
    if problems and not source.data:
        return Checked(path, None, tuple(render(source, problems)))
    broken = [(where, one) for where, one in _included(source, shared) if one.problems]
    for where, one in broken:
        problems.append(Problem(where, f'the set "{one.path.stem}" has mistakes; see {shown(one.path)}'))
    shape, process, wrong = _process(source, shared, sound=not problems)
    if shape is not None and process is not None:
        return Checked(path, process, key_line=source.line(("key",)), read=Read(source, shape, shared))
    lines = render(source, [*problems, *wrong])
    if with_sets:
        lines += dict.fromkeys(line for _, one in broken for line in one.problems)
    return Checked(path, None, tuple(lines))


def _process(source: Source, shared: Mapping[str, CheckedSet], sound: bool) -> _Built:
    """The process with its shape, or all that is wrong with it; not even tried where the file is not `sound`."""
    shape, problems = validate(source, ProcessShape)
    local = {name: keys_of(source, ("criterion_sets", name)) for name in names_in(source, ("criterion_sets",))}
    problems += cross_problems(source, {name: one.keys for name, one in shared.items()} | local)
    if shape is None or problems or not sound:
        return None, None, problems
    sets = {name: one.criteria for name, one in shared.items()} | shape.criterion_sets
    problems += amount_problems(shape, sets)
    return (None, None, problems) if problems else (shape, build(shape, sets), [])


def _included(source: Source, shared: Mapping[str, CheckedSet]) -> Iterator[tuple[tuple[str | int, ...], CheckedSet]]:
    """The shared sets that stages include, with the places; a set of the same name in the file itself goes before."""
    local = names_in(source, ("criterion_sets",))
    for where, name in inclusions(source):
        if name in shared and name not in local:
            yield where, shared[name]


def _distinct(paths: Sequence[Path], sets: Mapping[str, CheckedSet]) -> Iterator[Checked]:
    """Each file checked, where a process key that an earlier file uses is a problem of the later one."""
    first: dict[str, Path] = {}
    for path in paths:
        checked = _check(path, sets)
        if checked.process is not None:
            other = first.setdefault(checked.process.key, path)
            if other != path:
                text = f'key: "{checked.process.key}" is the key of {shown(other)} too; choose another key'
                checked = replace(checked, process=None, problems=(f"{shown(path)}:{checked.key_line}: {text}",))
        yield checked
