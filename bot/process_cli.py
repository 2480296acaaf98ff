"""`stagecoach process`: check, show and describe process definitions in a terminal."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import click

from bot.definitions import Checked, CheckedSet, check_file, check_folder, json_schema, nearest, shipped_directory
from bot.definitions.source import shown
from bot.domain.errors import BotError
from bot.domain.evidence import Strength
from bot.domain.process import Approval, Asking, Cadence, Coaching, Criterion, LossReason, Party, Process, Stage


class Surroundings(Protocol):
    """What the command line puts into click's `ctx.obj` for these commands; asked for only where it is needed."""

    @property
    def process_dir(self) -> Path:
        """The folder of the settings."""

    def against_database(self, processes: Mapping[str, Process]) -> list[str]:
        """A line for each open deal that would newly fail, or whose stage is gone, under these definitions."""


@click.group("process")
def process() -> None:
    """Check and read sales processes."""


@process.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@click.option("--against-database", is_flag=True, help="Also list the open deals that would newly fail.")
@click.pass_obj
def check(surroundings: Surroundings | None, paths: tuple[Path, ...], against_database: bool) -> None:
    """Check process files, or all files of a folder; without a PATH, those of the settings.

    Exit code 1 when there is a mistake, or a deal that would newly fail.
    """
    checked = [one for path in paths or (_folder(surroundings),) for one in _check(path)]
    for one in checked:
        for line in one.problems:
            click.echo(line, err=True)
        if not one.problems:
            click.echo(f"ok  {shown(one.path)}  {_summary(one)}")
    if any(one.problems for one in checked):
        raise SystemExit(1)
    if against_database:
        if surroundings is None:
            raise click.UsageError("--against-database needs the settings of a database.")
        _report(surroundings, _processes(checked))


@process.command("show")
@click.argument("key")
@click.pass_obj
def show(surroundings: Surroundings | None, key: str) -> None:
    """Print the process KEY: its stages, their criteria and the coaching."""
    checked = _check(_folder(surroundings))
    known = _processes(checked)
    if key in known:
        click.echo("\n".join(_describe(known[key])))
        return
    for one in checked:
        for line in one.problems:
            click.echo(line, err=True)
    hint = nearest(key, known) or f"; there is {', '.join(known) or 'none'}"
    raise click.BadParameter(f'There is no process "{key}"{hint}', param_hint="KEY")


@process.command("schema")
def schema() -> None:
    """Print the JSON Schema of process files, for editors."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _folder(surroundings: Surroundings | None) -> Path:
    return surroundings.process_dir if surroundings is not None else shipped_directory()


def _check(path: Path) -> list[Checked | CheckedSet]:
    try:
        return [check_file(path)] if path.is_file() else check_folder(path)
    except BotError as error:
        raise click.UsageError(str(error)) from error


def _processes(checked: Iterable[Checked | CheckedSet]) -> dict[str, Process]:
    found = [one.process for one in checked if isinstance(one, Checked) and one.process is not None]
    return {process.key: process for process in found}


def _report(surroundings: Surroundings, processes: Mapping[str, Process]) -> None:
    try:
        deals = surroundings.against_database(processes)
    except BotError as error:
        raise click.UsageError(str(error)) from error
    for line in deals or ["ok  every open deal stands as before"]:
        click.echo(line)
    if deals:
        raise SystemExit(1)


def _summary(checked: Checked | CheckedSet) -> str:
    if isinstance(checked, CheckedSet):
        return f"{checked.name}  a set of {_count(len(checked.criteria), 'criterion', 'criteria')}"
    process = checked.process
    if process is None:
        return ""
    criteria = sum(len(stage.criteria) for stage in process.stages)
    counts = f"{_count(len(process.stages), 'stage', 'stages')}, {_count(criteria, 'criterion', 'criteria')}"
    return f"{process.name}  {counts}  {process.version}"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _describe(process: Process) -> Iterator[str]:
    """The process as lines, as wide as the terminal."""
    yield f"{process.name} ({process.key}, {process.currency}, version {process.version})"
    for number, stage in enumerate(process.stages, start=1):
        yield ""
        yield from _stage(process, stage, number)
    yield ""
    yield "Reasons for a loss"
    for reason in process.loss_reasons:
        yield from _wrapped(reason.text + _winback(reason), "  - ")
    yield ""
    yield "The clock"
    for line in _clock(process):
        yield from _wrapped(line, "  - ")


def _stage(process: Process, stage: Stage, number: int) -> Iterator[str]:
    yield f"{number}. {stage.name} ({stage.key}, {stage.kind.value.replace('_', '-')})"
    yield from _wrapped(stage.outcome, "   ")
    yield from _wrapped(_rules(process, stage), "   ")
    for criterion in stage.criteria:
        yield from _criterion(criterion)
    yield from _coaching(stage.coaching)


def _rules(process: Process, stage: Stage) -> str:
    """What holds for the stage as a whole, in sentences."""
    rules = []
    following = process.nexts(stage)
    rules.append(f"Goes on to {' or '.join(s.name for s in following)}." if following else "The last stage.")
    if stage.otherwise is not None and stage.otherwise.park is not None:
        rules.append(f"Otherwise parked for {stage.otherwise.park.words}.")
    elif stage.otherwise is not None and (other := process.stage(stage.otherwise.stage or "")):
        rules.append(f"Otherwise back to {other.name}.")
    if stage.stale_after is not None:
        late = f", to the manager after {stage.escalate_after.words} more" if stage.escalate_after else ""
        rules.append(f"Stale after {stage.stale_after.words}{late}.")
    if stage.waiting_on is not None:
        rules.append(f"Waits for a {stage.waiting_on.value.replace('_', ' ')}.")
    if stage.approval is Approval.MANAGER:
        rules.append("A manager has to agree.")
    return " ".join(rules)


def _criterion(criterion: Criterion) -> Iterator[str]:
    yield from _wrapped(criterion.text, "   [ ] ")
    kinds = ", ".join(kind.value for kind in criterion.accepts) or "anything"
    asked = [f"Proved by {kinds}"]
    if criterion.least is not Strength.CLAIMED:
        asked.append(f"at least {criterion.least.words}")
    if criterion.max_age is not None:
        asked.append(f"not older than {criterion.max_age.words}")
    if criterion.condition is not None:
        asked.append(f"asked for {criterion.condition.words}")
    if criterion.party is not Party.BUYER:
        asked.append(f"done by the {criterion.party.value.replace('_', ' ')}")
    if criterion.may_not_apply:
        asked.append("may not apply, if a manager agrees")
    yield from _wrapped("; ".join(asked) + ".", "       ")
    yield from _wrapped(f"How: {criterion.coach}", "       ")
    yield from _wrapped(f"Good: {criterion.example}", "       ")


def _winback(reason: LossReason) -> str:
    if not reason.may_return:
        return " (not asked about again)"
    return f" (asked about again after {reason.winback.words})" if reason.winback else ""


def _clock(process: Process) -> Iterator[str]:
    """What is noticed when, in sentences."""
    clock = process.cadence
    times = "once" if clock.remind_times == 1 else f"{clock.remind_times} times, {clock.remind_again.words} apart"
    yield f"A rep is reminded {times}; then it goes to the manager."
    yield (
        f"A stale deal goes to the manager after {clock.escalate_after.words}. While a third party holds a deal up, it "
        f"is stale after {clock.third_party_stale_after.words}."
    )
    yield (
        f"When the buyer is silent: follow up after {', then '.join(gap.words for gap in clock.silence)}; then a last "
        f"mail; after {clock.last_mail_wait.words} parked for {clock.park_for.words}."
    )
    yield (
        f"A lost deal is asked about again after {clock.winback_after.words}, unless its reason says otherwise."
        if clock.winback_after
        else "A lost deal is not asked about again, unless its reason says otherwise."
    )
    if clock.value_checks:
        months = ", ".join(map(str, clock.value_checks))
        yield f"Is the promised value there? Checked so many months after the win: {months}."
    for what, rule in _asked_for(clock):
        named = process.stage(rule.stage or "")
        since = f"“{named.name}” is reached" if named else "the win"
        yield f"A happy customer is asked for a {what} {rule.after.words} after {since}; {rule.gap.words} between asks."


def _asked_for(clock: Cadence) -> Iterator[tuple[str, Asking]]:
    asks = {"referral": clock.referral, "review": clock.review, "reference": clock.reference}
    for what, rule in {**asks, "case study": clock.case_study}.items():
        if rule is not None:
            yield what, rule


def _coaching(coaching: Coaching) -> Iterator[str]:
    for title, lines in (
        ("Know", coaching.know),
        ("Do", coaching.do),
        ("Say", coaching.say),
        ("Show", coaching.show),
    ):
        if lines:
            yield f"   {title}"
            yield from _list(lines)


def _list(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line, "     - ")


def _wrapped(text: str, indent: str) -> list[str]:
    width = max(40, min(100, shutil.get_terminal_size((88, 24)).columns))
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=" " * len(indent))
