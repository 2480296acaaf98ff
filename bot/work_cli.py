"""`stagecoach work`: see what waits to be sent and what went wrong, try it again, or give it up."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import click

from bot.domain.work import TROUBLE, State
from bot.services import work_list
from bot.services.work_list import Listed
from bot.store.database import Database

Opened = Callable[[], AbstractContextManager[Database]]
"""What the command line puts into click's `ctx.obj`: the database, opened when a command wants it."""

ASKED_FOR = (State.QUEUED, State.LEASED, *TROUBLE)
"""What is listed when nothing is said: all but what ended well or was given up."""


@click.group("work")
def work() -> None:
    """Look after the work list: what waits to be sent, and what went wrong."""


@work.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]),
              help="Only items in this state; may be given several times. Default: all that is not over.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.option("--after", type=click.IntRange(0), default=0, help="Only items with a higher id, to page on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_items(opened: Opened, states: tuple[str, ...], limit: int, after: int, as_json: bool) -> None:
    """List items: id, state, kind, what it is about, when it is due, how often it was tried, what went wrong."""
    wanted = [State(state) for state in states] or list(ASKED_FOR)
    with opened() as database:
        found = work_list.listing(database, wanted, limit, after)
    for one in found:
        click.echo(json.dumps(_fields(one)) if as_json else _line(one))
    if len(found) == limit:
        click.echo(f"There may be more: --after {found[-1].item.id}", err=True)
    if not found:
        click.echo("Nothing is listed.", err=True)


@work.command("retry")
@click.argument("ids", nargs=-1, required=True, metavar="ID...", type=click.IntRange(1))
@click.pass_obj
def retry(opened: Opened, ids: tuple[int, ...]) -> None:
    """Send items again that were refused, failed, dropped, or whose outcome is unknown.

    What is unknown may have been sent already; a person may then read it twice. Exit code 1 when an id is none of
    these.
    """
    with opened() as database:
        number = work_list.retry(database, ids, datetime.now(UTC))
    _report(number, ids, "queued again", "only what was refused, failed, dropped or is unknown can be tried again")


@work.command("drop")
@click.argument("ids", nargs=-1, required=True, metavar="ID...", type=click.IntRange(1))
@click.pass_obj
def drop(opened: Opened, ids: tuple[int, ...]) -> None:
    """Give up items: they are never sent. `retry` brings them back.

    Exit code 1 when an id is of an item that is being sent, or is over already.
    """
    with opened() as database:
        number = work_list.drop(database, ids, datetime.now(UTC))
    _report(number, ids, "dropped", "what is being sent, or is over, cannot be dropped")


def _report(number: int, ids: tuple[int, ...], done: str, otherwise: str) -> None:
    asked = len(set(ids))
    click.echo(f"{number} of {asked} {done}.")
    if number < asked:
        click.echo(f"{asked - number} left as they are: {otherwise}. See `stagecoach work list`.", err=True)
        raise SystemExit(1)


def _line(one: Listed) -> str:
    item = one.item
    due = item.run_at.strftime("%Y-%m-%d %H:%M:%S")
    what = f"{item.kind} {item.subject} {item.slot}".rstrip()
    why = f"  {one.last_error}" if one.last_error else ""
    return f"{item.id:>8}  {one.state.value:<8}  {due}Z  {item.attempt:>3}x  {item.team_id}  {what}{why}"


def _fields(one: Listed) -> dict[str, object]:
    item = one.item
    return {
        "id": item.id,
        "state": one.state.value,
        "team": item.team_id,
        "kind": item.kind,
        "subject": item.subject,
        "slot": item.slot,
        "run_at": item.run_at.isoformat(),
        "attempt": item.attempt,
        "finished_at": one.finished_at.isoformat() if one.finished_at else None,
        "last_error": one.last_error,
    }
