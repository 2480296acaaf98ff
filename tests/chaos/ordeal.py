"""The ordeal: four workers, an ill Slack, deaths and cut connections for a while; then calm, and the reckoning."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.work import State
from bot.store import work
from bot.store.database import Database
from bot.store.work import NewItem
from tests.chaos.ill_slack import FINE, IllSlack, ill_slack
from tests.chaos.worker import LEASE, ONCE

WORKERS = 4
KINDS = ("card", ONCE)
CALM_SECONDS = 60.0

Event = dict[str, Any]
"""A line of a worker's diary: what, item, owner, at and until in seconds."""


@dataclass
class Tally:
    """What happened, for the last line."""

    items: int = 0
    posts: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    cuts: int = 0
    twice: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        deaths = ", ".join(f"{point} {number}" for point, number in sorted(self.deaths.items())) or "none"
        return (
            f"{self.items} items, {self.posts} posts, {sum(self.deaths.values())} deaths ({deaths}), "
            f"{self.cuts} connections cut; {self.twice} cards posted twice after an unknown outcome, "
            f"{self.unknown} reminders unknown, none twice"
        )


class Crew:
    """The workers. Each is started again when it died."""

    def __init__(self, address: str, slack_url: str, folder: Path, chance: random.Random) -> None:
        self._chance, self._alive = chance, list[int]()
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.worker", address, slack_url, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=Path(__file__).parent.parent.parent,
        )

    def man(self, deadliness: float) -> None:
        """Have as many workers as there should be."""
        self._alive = [pid for pid in self._alive if _is_alive(pid)]
        while len(self._alive) < WORKERS:
            assert self._forks.stdin is not None
            assert self._forks.stdout is not None
            self._forks.stdin.write(f"{self._chance.randrange(10**9)} {deadliness}\n")
            self._forks.stdin.flush()
            self._alive.append(int(self._forks.stdout.readline()))

    def kill_one(self) -> None:
        """From outside, at whatever point it is."""
        with suppress(ProcessLookupError):
            os.kill(self._chance.choice(self._alive), signal.SIGKILL)

    def end(self) -> None:
        """Nobody is left."""
        with suppress(ProcessLookupError):
            os.killpg(self._forks.pid, signal.SIGKILL)
        self._forks.wait()
        for pipe in (self._forks.stdin, self._forks.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def crew(database: Database, slack: IllSlack, folder: Path, chance: random.Random) -> Iterator[Crew]:
    made = Crew(database.url.render_as_string(hide_password=False), slack.url, folder, chance)
    try:
        yield made
    finally:
        made.end()


def endure(database: Database, folder: Path, seconds: float, seed: int) -> Tally:
    """Go through it and reckon. Raises AssertionError with what was broken, and the seed."""
    chance, tally = random.Random(seed), Tally()
    with ill_slack(seed) as slack, crew(database, slack, folder, chance) as workers:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            workers.man(deadliness=0.03)
            tally.items += _more_work(database, tally.items, chance)
            if chance.random() < 0.1:
                workers.kill_one()
                tally.deaths["from outside"] += 1
            if chance.random() < 0.15:
                tally.cuts += _cut_a_connection(database)
            time.sleep(0.1)
        slack.is_ill = False
        _wait_until_done(database, workers)
    try:
        _reckon(database, slack, folder, tally)
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}: {broken}") from broken
    return tally


def _more_work(database: Database, so_far: int, chance: random.Random) -> int:
    number = chance.randrange(8)
    now = datetime.now(UTC)
    items = [NewItem("T1", chance.choice(KINDS), str(so_far + n), "", now) for n in range(number)]
    with database.write() as connection:
        return work.add_many(connection, items, now)


def _cut_a_connection(database: Database) -> int:
    """End a connection of a worker's at the server, as a failing network or a restart would. Ours is spared."""
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'stagecoach' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
    )
    try:
        with database.read() as connection:
            return len(connection.execute(others).all())
    except SQLAlchemyError:  # it may have been one of our own pool, of which the next use makes a new one
        return 0


def _wait_until_done(database: Database, workers: Crew) -> None:
    until = time.monotonic() + CALM_SECONDS
    while True:
        workers.man(deadliness=0.0)
        with database.read() as connection:
            left = connection.execute(text("SELECT count(*) FROM work_item WHERE finished_at IS NULL")).scalar_one()
            # Items that failed often wait for minutes; the calm need not.
            waiting = text("UPDATE work_item SET run_at = now() WHERE state = 'queued' AND run_at > now()")
        if not left:
            return
        with database.write() as connection:
            connection.execute(waiting)
        assert time.monotonic() < until, f"{left} items were not finished {CALM_SECONDS:.0f} s after it became calm"
        time.sleep(0.2)


def _reckon(database: Database, slack: IllSlack, folder: Path, tally: Tally) -> None:
    events = [json.loads(line) for diary in sorted(folder.glob("*.jsonl")) for line in diary.read_text().splitlines()]
    tally.deaths.update(e["what"].removeprefix("died: ") for e in events if e["what"].startswith("died"))
    with database.read() as connection:
        rows = connection.execute(work.work_item.select()).all()
    posts = slack.posts()
    tally.posts = sum(len(found) for found in posts.values())
    assert len(rows) == tally.items, f"{tally.items} items were put on the list, {len(rows)} are there"
    _never_two_at_once(events)
    for row in rows:
        found = posts.get(f"{row.kind} {row.id}", [])
        if row.kind == ONCE:
            assert len(found) <= 1, f"reminder {row.id} was sent {len(found)} times"
            assert row.state in (State.DONE, State.UNKNOWN), f"reminder {row.id} ended as {row.state}"
            assert found or row.state == State.UNKNOWN, f"reminder {row.id} is done and was never sent"
            tally.unknown += row.state == State.UNKNOWN
        else:
            assert row.state == State.DONE, f"card {row.id} ended as {row.state}: {row.last_error}"
            assert found, f"card {row.id} is done and was never posted"
            tally.twice += len(found) > 1
            _twice_only_where_unknown(row.id, [post.fate for post in found], events)


def _never_two_at_once(events: list[Event]) -> None:
    """An item is taken again only after its holder began to settle it, or after its lease was over."""
    by_item: dict[int, list[Event]] = {}
    for event in events:
        by_item.setdefault(event["item"], []).append(event)
    for item, known in by_item.items():
        claims = sorted((e for e in known if e["what"] == "claimed"), key=lambda e: e["at"])
        for first, second in pairwise(claims):
            mine = [e for e in known if e["owner"] == first["owner"] and first["at"] <= e["at"] <= second["at"]]
            released = any(e["what"] == "settling" for e in mine)
            held_until = max(e["until"] for e in mine if e["what"] in ("claimed", "extended"))
            assert released or second["at"] >= held_until, (
                f"item {item} was taken {held_until - second['at']:.3f} s before the lease of {LEASE} was over"
            )


def _twice_only_where_unknown(item: int, fates: list[str], events: list[Event]) -> None:
    """A post that Slack confirmed is followed by another only if its sender died or could not write it down."""
    confirmed = fates[:-1].count(FINE)
    claims = sum(e["what"] == "claimed" and e["item"] == item for e in events)
    settled = sum(e["what"] == "settled" and e["item"] == item for e in events)
    assert confirmed <= claims - settled, f"card {item} was posted again after Slack had confirmed it"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
