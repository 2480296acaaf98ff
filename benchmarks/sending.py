"""Sending, beside procrastinate: as many workers on the same PostgreSQL, in turns, making the same HTTP POST."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select, text

from benchmarks import procrastination
from benchmarks.client import Slack
from benchmarks.crew import crew
from benchmarks.our_worker import KIND
from benchmarks.procrastination import CONCURRENCY
from benchmarks.seeding import settle_down, utc_now
from benchmarks.slack import TEAM
from bot.domain.pace import Lane
from bot.store import work
from bot.store.database import Database
from bot.store.work import NewItem, work_item

WORKERS, RATIO = 4, 1
PATIENCE = 300.0
POST = "chat.postMessage"


class WronglySent(Exception):
    """Something was sent twice or never, so how fast that went is of no interest."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Items a second of each round: ours, and procrastinate's of the same round."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """Each round is compared with itself, and the median of that taken."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


def measure(db: Database, slack_port: int, folder: Path, items: int, rounds: int) -> Sending:
    """So many rounds of so many items each. Raises WronglySent."""
    bench = _Bench(db, slack_port, folder, items)
    procrastination.make_tables(bench.their_address)
    found = Sending([], [])
    warming_up = replace(bench, items=items // 5)
    warming_up.ours("warming up")
    warming_up.theirs()
    for number in range(rounds):
        # The one that goes first pays for what the machine had forgotten, so they take turns in that too.
        if number % 2:
            found.theirs.append(bench.theirs())
            found.ours.append(bench.ours(f"round {number}"))
        else:
            found.ours.append(bench.ours(f"round {number}"))
            found.theirs.append(bench.theirs())
    return found


@dataclass(frozen=True)
class _Bench:
    db: Database
    slack_port: int
    folder: Path
    items: int

    @property
    def their_address(self) -> str:
        return self.db.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def channels(self) -> list[str]:
        return [f"D{number:06}" for number in range(self.items)]

    def ours(self, slot: str) -> float:
        now: datetime = utc_now()
        new = [NewItem(TEAM, KIND, channel, slot, now, Lane.BULK) for channel in self.channels]
        with self.db.write() as connection:
            work.add_many(connection, new, now)
        address = self.db.url.render_as_string(hide_password=False)
        unfinished = select(func.count()).select_from(work_item).where(work_item.c.state != "done")
        return self._round("benchmarks.our_worker", address, lambda: self._count(unfinished))

    def theirs(self) -> float:
        procrastination.defer(self.their_address, self.channels)
        unfinished = text("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'")
        return self._round("benchmarks.their_worker", self.their_address, lambda: self._count(unfinished))

    def _round(self, module: str, address: str, unfinished: Callable[[], int]) -> float:
        """Items a second, from the word until the last post came."""
        settle_down(self.db)
        slack = Slack(self.slack_port)
        with crew(module, [address, str(self.slack_port)], WORKERS, self.folder / "workers.log") as workers:
            slack.forgets()
            began = workers.goes()
            last = slack.has_heard(POST, self.items, PATIENCE)
        posted = [channel for _, channel in slack.posts()]
        if sorted(posted) != self.channels or unfinished():
            raise WronglySent(f"{module}: {len(posted)} posts to {len(set(posted))}, {unfinished()} left")
        return self.items / (last - began)

    def _count(self, query: object) -> int:
        with self.db.read() as connection:
            return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]


def report(found: Sending) -> str:
    """The figures in Markdown, with how they were come by."""
    ours, theirs = statistics.median(found.ours), statistics.median(found.theirs)
    lines = [
        ("What", "Stagecoach", f"procrastinate {version('procrastinate')}", "Ratio", "Expected", "Held"),
        ("---",) * 6,
        (f"items a second, sent by {WORKERS} workers", f"{ours:,.0f}/s", f"{theirs:,.0f}/s", f"{found.ratio:.2f}",
         f"ratio ≥ {RATIO}", "yes" if found.ratio >= RATIO else "**no**"),
    ]  # fmt: skip
    note = (
        f"Medians of {len(found.ours)} rounds in turns, and the ratio is the median of the rounds' own. Each item is "
        "one HTTP POST of 600 bytes to the same stand-in for Slack over kept connections, each worker a process with "
        f"{CONCURRENCY} threads. Ours is the sender without a pace, with items that may not be sent twice, and writes "
        "its log. Procrastinate has the settings that were best for it: a plain function as the task, as many jobs at "
        "once as threads, connections that commit by themselves, LISTEN, no log."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{note}"
