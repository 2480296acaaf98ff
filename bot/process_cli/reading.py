"""What the commands of `stagecoach process` read: files, folders, and the settings where those are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import click

from bot.definitions import (
    Checked,
    CheckedBeside,
    CheckedSet,
    check_beside,
    check_file,
    check_folder,
    check_one_beside,
    nearest,
    shipped_directory,
)
from bot.domain.errors import BotError
from bot.domain.process import Process


class Surroundings(Protocol):
    """What the command line puts into click's `ctx.obj` for these commands; asked for only where it is needed."""

    @property
    def process_dir(self) -> Path:
        """The folder of the settings."""

    def against_database(self, processes: Mapping[str, Process]) -> list[str]:
        """A line for each open deal that would newly fail, or whose stage is gone, under these definitions."""


def folder_of(surroundings: Surroundings | None) -> Path:
    """The folder of the settings; without settings, what is shipped."""
    return surroundings.process_dir if surroundings is not None else shipped_directory()


def read(path: Path) -> list[Checked | CheckedSet]:
    """A file, or all files of a folder. Raises UsageError where there is nothing to read."""
    try:
        return [check_file(path)] if path.is_file() else check_folder(path)
    except BotError as error:
        raise click.UsageError(str(error)) from error


def read_all(path: Path) -> list[Checked | CheckedSet | CheckedBeside]:
    """As `read`, with the ways of selling and the rules of evidence that lie beside the processes."""
    if path.is_file():
        beside = check_one_beside(path)
        return [beside] if beside is not None else [*read(path)]
    return [*read(path), *check_beside(path)]


def processes_of(checked: Iterable[Checked | CheckedSet | CheckedBeside]) -> dict[str, Process]:
    """The processes without mistakes, by key."""
    found = [one.process for one in checked if isinstance(one, Checked) and one.process is not None]
    return {process.key: process for process in found}


def named(surroundings: Surroundings | None, key: str) -> Process:
    """The process of the settings with this key. Raises BadParameter with the nearest one, after the mistakes there."""
    checked = read(folder_of(surroundings))
    known = processes_of(checked)
    if key in known:
        return known[key]
    for one in checked:
        for line in one.problems:
            click.echo(line, err=True)
    hint = nearest(key, known) or f"; there is {', '.join(known) or 'none'}"
    raise click.BadParameter(f'There is no process "{key}"{hint}', param_hint="KEY")


def newly_failing(surroundings: Surroundings | None, processes: Mapping[str, Process]) -> list[str]:
    """The open deals that would newly fail, a line each. Raises UsageError where the database does not answer."""
    if surroundings is None:
        raise click.UsageError("--against-database needs the settings of a database.")
    try:
        return surroundings.against_database(processes)
    except BotError as error:
        raise click.UsageError(str(error)) from error
