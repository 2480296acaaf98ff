"""Telling managers that a process has changed: noticing it once, and what the post about it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.definitions import from_json, to_json
from bot.domain.process import Process
from bot.domain.process_changes import Changes, changes
from bot.services import definitions_report, people
from bot.services.definitions_report import Failing
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.store import definitions, feedback, process_notices


@dataclass(frozen=True, slots=True)
class Revision:
    """A process before and after, and the open deals that newly fail; `channel` is where its managers look.

    `notes` is how many remarks of reps about it nobody has taken up.
    """

    process: Process
    changes: Changes
    failing: tuple[Failing, ...]
    channel: str | None
    notes: int = 0


def versions_of(desk: Desk) -> Mapping[str, str]:
    """What is loaded, to be compared with what was loaded at an earlier look."""
    return {key: process.version for key, process in desk.processes.items()}


def announce(desk: Desk) -> int | None:
    """Have a post written for each process that is not as the managers last heard; returns how many.

    Any number of processes may do it at once. A process that is seen for the first time is only noted, so the first
    start of all tells nothing. None as long as nobody knows whose workspace this is.
    """
    ours = people.identity(desk)
    if ours is None:
        return None
    with desk.db.read() as connection:
        known = process_notices.known(connection, ours.team_id)
    news = [process for process in desk.processes.values() if known.get(process.key) != process.version]
    if not news:
        return 0
    with desk.db.write() as connection:
        now = desk.clock()
        return sum(_note(desk, connection, ours.team_id, process, known.get(process.key), now) for process in news)


def _note(
    desk: Desk, connection: Connection, team_id: str, process: Process, old: str | None, now: datetime
) -> bool:  # fmt: skip
    """Write down that this version is known from now on; True where a post about it was asked for."""
    definitions.keep(connection, process.key, process.version, to_json(process), now)
    if old is None:
        process_notices.begin(connection, team_id, process.key, process.version, now)
        return False
    if not process_notices.advance(connection, team_id, process.key, old, process.version, now):
        return False
    # With the moment, since a change may be taken back and made again.
    slot = f"{old}.{process.version}.{now.isoformat()}"
    ask_for(desk, connection, team_id, Errand.PROCESS_CHANGED, process.key, slot)
    return True


def revision(desk: Desk, team_id: str, process_key: str, old: str, new: str) -> Revision | None:
    """What changed from one version to the other; None where one of them was never kept.

    Both are read from where they are kept: the sender may be of an older start than the change.
    """
    with desk.db.read() as connection:
        bodies = definitions.bodies(connection, {(process_key, old), (process_key, new)})
        counted = feedback.counts(connection, team_id)
    if (process_key, old) not in bodies or (process_key, new) not in bodies:
        return None
    before, after = from_json(bodies[process_key, old]), from_json(bodies[process_key, new])
    found = tuple(definitions_report.failing(desk, after, team_id))
    notes = sum(count for (process, _stage), count in counted.items() if process == process_key)
    return Revision(after, changes(before, after), found, desk.channel(after), notes)
