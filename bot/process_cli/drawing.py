"""What `stagecoach process map` writes, and where."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.domain.errors import NeedsSetup
from bot.domain.process import Process
from bot.drawing import View, picture

FORMS = ("png", "svg")


def draw_file(process: Process, view: View, form: str | None, target: str | None) -> None:
    """Write the picture, and say where. Raises ClickException where it cannot be drawn or written."""
    form = form or _form_of(target)
    try:
        content = picture(process, view, form)
    except NeedsSetup as problem:
        raise click.ClickException(str(problem)) from problem
    if target == "-":
        sys.stdout.buffer.write(content)
        return
    path = Path(target or f"{process.key}-{view.value}.{form}")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
    click.echo(f"{path}  {process.name}: {view.words}")


def _form_of(target: str | None) -> str:
    """By the name of the file. Raises BadParameter for a name that says something else."""
    suffix = Path(target).suffix.lower().removeprefix(".") if target and target != "-" else ""
    if suffix and suffix not in FORMS:
        raise click.BadParameter(f"I draw {' and '.join(FORMS)}, not {suffix}.", param_hint="-o")
    return suffix or FORMS[0]
