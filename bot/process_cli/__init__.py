"""`stagecoach process`: check, show, compare and draw process definitions in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.definitions import json_schema
from bot.drawing import View
from bot.process_cli.checking import FORMATS, judge_all
from bot.process_cli.comparing import described, judged_by, pairs
from bot.process_cli.drawing import FORMS, draw_file
from bot.process_cli.reading import Surroundings, folder_of, named, newly_failing, processes_of, read_all
from bot.process_cli.showing import describe

_PATH = click.Path(exists=True, path_type=Path)


@click.group("process")
def process() -> None:
    """Check and read sales processes."""


@process.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=_PATH)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="text if left out.")
@click.option("--against-database", is_flag=True, help="Also list the open deals that would newly fail.")
@click.pass_obj
def check(surroundings: Surroundings | None, paths: tuple[Path, ...], form: str, against_database: bool) -> None:
    """Check process files, or all files of a folder; without a PATH, those of the settings.

    With a folder, the criterion sets, ways of selling and rules of evidence in it are checked too.

    Stages and criteria are judged by the four standards (required, factual, inspectable, buyer-centric), and the
    process by whether a deal always has a way on. Exit code 1 when there is an error, or a deal that would newly
    fail; advice alone is 0. A file can accept advice: `accept: [{rule: …, because: …}]`.
    """
    checked = [one for path in paths or (folder_of(surroundings),) for one in read_all(path)]
    judged = judge_all(checked)
    for line, is_error in FORMATS[form](judged):
        click.echo(line, err=is_error)
    if any(one.fails for one in judged):
        raise SystemExit(1)
    if against_database:
        # The other forms are read by programs, which would stumble over lines of another kind.
        _tell_deals(newly_failing(surroundings, processes_of(checked)), err=form != "text")


@process.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--against-database", is_flag=True, help="Also list the open deals that would newly fail.")
@click.pass_obj
def diff(surroundings: Surroundings | None, old: str, new: str, against_database: bool) -> None:
    """Say what changed from OLD to NEW, stage by stage.

    Each is a file, a folder, or the key of a process of the settings. With --against-database the open deals of OLD
    are judged by NEW; exit code 1 when one of them would newly fail, that is, by what it was not asked for so far.
    """
    found = pairs(surroundings, old, new)
    for pair in found:
        click.echo("\n".join(described(*pair)))
    if against_database:
        _tell_deals(newly_failing(surroundings, judged_by(found)))


def _tell_deals(deals: list[str], err: bool = False) -> None:
    for line in deals or ["ok  every open deal stands as before"]:
        click.echo(line, err=err)
    if deals:
        raise SystemExit(1)


@process.command("show")
@click.argument("key")
@click.pass_obj
def show(surroundings: Surroundings | None, key: str) -> None:
    """Print the process KEY: its stages, their criteria and the coaching."""
    click.echo("\n".join(describe(named(surroundings, key))))


@process.command("map")
@click.argument("key")
@click.option("--view", type=click.Choice([view.value for view in View]), default="flow", help="flow if left out.")
@click.option("--format", "form", type=click.Choice(FORMS), help="As the name of the file says, else png.")
@click.option("-o", "--output", "target", metavar="FILE", help="KEY-VIEW.png if left out; - for standard output.")
@click.pass_obj
def draw(surroundings: Surroundings | None, key: str, view: str, form: str | None, target: str | None) -> None:
    """Draw the process KEY as a picture.

    checklist: each stage with what has to be proved. flow: the ways on, every plan B and every end. sides: what you
    do beside what the buyer does, third parties marked. Needs the optional part: pip install "stagecoach[map]".
    """
    draw_file(named(surroundings, key), View(view), form, target)


@process.command("schema")
def schema() -> None:
    """Print the JSON Schema of process files, for editors."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
