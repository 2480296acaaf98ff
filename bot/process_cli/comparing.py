"""What `stagecoach process diff` compares, and how it says what changed."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from bot.definitions import nearest
from bot.domain.process import Process
from bot.domain.process_changes import How, changes
from bot.process_cli.reading import Surroundings, folder_of, processes_of, read

Pair = tuple[Process | None, Process | None]
"""The same process before and after; None where it was not there yet, or is there no more."""


def pairs(surroundings: Surroundings | None, old: str, new: str) -> list[Pair]:
    """Two single processes, whatever their keys, or those of two folders by key.

    Raises UsageError for what is neither a path nor the key of a process of the settings; SystemExit with code 1
    where a file has mistakes, which are printed.
    """
    before, after = _read(surroundings, old), _read(surroundings, new)
    if len(before) == 1 and len(after) == 1:
        return [(next(iter(before.values())), next(iter(after.values())))]
    return [(before.get(key), after.get(key)) for key in sorted({**before, **after})]


def _read(surroundings: Surroundings | None, named: str) -> dict[str, Process]:
    path = Path(named)
    checked = read(path if path.exists() else folder_of(surroundings))
    processes = processes_of(checked)
    if not path.exists():
        if named not in processes:
            hint = nearest(named, processes) or f"; there is {', '.join(processes) or 'none'}"
            raise click.BadParameter(f'There is no file, folder or process "{named}"{hint}')
        return {named: processes[named]}
    problems = [line for one in checked for line in one.problems]
    for line in problems:
        click.echo(line, err=True)
    if problems:
        raise SystemExit(1)
    if not processes:
        raise click.BadParameter(f'"{named}" holds a criterion set, not a process; name the process that includes it.')
    return processes


def described(old: Process | None, new: Process | None) -> Iterator[str]:
    """What changed, as lines."""
    if old is None or new is None:
        one = new or old
        if one is not None:
            yield f"{one.name} ({one.key}): {'new' if old is None else 'gone; its open deals have no process'}"
        return
    title = f"{new.name} ({new.key})  {old.version}"
    found = changes(old, new)
    if not found:
        yield f"{title}: nothing changed"
        return
    yield f"{title} → {new.version}"
    yield from _lines(found.general)
    for stage in found.stages:
        word = "" if stage.how is How.CHANGED else f": {stage.how.value}"
        yield f"  {stage.name} ({stage.key}){word}"
        yield from _lines(stage.lines, "    ")


def judged_by(found: list[Pair]) -> dict[str, Process]:
    """The new definitions, by the keys under which the open deals stand today."""
    changed = [(old, new) for old, new in found if old is not None and new is not None]
    return {old.key: replace(new, key=old.key) for old, new in changed if old.version != new.version}


def _lines(lines: tuple[str, ...], indent: str = "  ") -> Iterator[str]:
    width = max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
    for line in lines:
        yield from textwrap.wrap(line, width, initial_indent=f"{indent}- ", subsequent_indent=f"{indent}  ")
