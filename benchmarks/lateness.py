"""How late an agenda is when thousands are due in the same minute and Slack is to be written to at a gentle pace."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, update

from benchmarks.client import Slack
from benchmarks.crew import crew
from benchmarks.hurried import HurriedClock
from benchmarks.measures import percentile
from benchmarks.seeding import dm, rep, seed, settle_down
from benchmarks.sending import POST, WORKERS, WronglySent
from bot.definitions import load_processes
from bot.domain.pace import POSTS_PER_MINUTE, Pace
from bot.services.desk import Desk, RuleBook, TeamRules
from bot.services.errands import Errand
from bot.services.planning import plan
from bot.store.database import Database
from bot.store.deals import deal
from bot.store.people import person
from bot.store.work import work_item

NINE = datetime(2026, 6, 3, 7, 0, tzinfo=UTC)
"""Nine o'clock of a Wednesday in Berlin, where everybody is."""

DEALS_OF_EACH = 10
WARMING_UP = 300
"""Agendas of people whose hour is eight, sent without a pace to see what this machine can do."""

SPARE = 2.0
"""How many times as much as is asked of it the machine must be able to do."""

FACTORS = (60, 45, 30, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1)
NO_PACE = 100_000
RATIO = 1.1


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after nine, in the order in which they came. `alone` is how late the pace makes the last one.

    `factor` is how many times as fast as real time the clock ran, `able` how many agendas a second the machine sent
    when nothing held it back.
    """

    seconds: list[float]
    alone: float
    factor: float
    able: float

    @property
    def ratio(self) -> float:
        """The last one, to what the pace alone takes for it."""
        return max(self.seconds) / self.alone

    def percentile(self, share: float) -> float:
        """Seconds that this share was not later than."""
        return percentile(self.seconds, share)

    @property
    def median(self) -> float:
        """Seconds that half of them were later than."""
        return statistics.median(self.seconds)


def measure(db: Database, slack_port: int, folder: Path, people: int) -> Lateness:
    """The agendas of so many people who all have nine as their hour. Raises WronglySent."""
    seed(db, NINE, people + WARMING_UP, DEALS_OF_EACH)
    _prepare(db, range(people + WARMING_UP), early=range(people, people + WARMING_UP))
    bench = _Bench(db, slack_port, folder)
    eight = NINE - timedelta(hours=1)
    bench.calls(eight, WARMING_UP)
    able = WARMING_UP / max(bench.sends(HurriedClock(eight, 1), NO_PACE, range(people, people + WARMING_UP)))
    pace = Pace(POSTS_PER_MINUTE)
    factor = next((one for one in FACTORS if one * pace.per_minute / 60 * SPARE <= able), FACTORS[-1])
    bench.calls(NINE, people)
    seconds = bench.sends(HurriedClock(NINE, factor), pace.per_minute, range(people))
    at_once = pace.burst // pace.one
    return Lateness(seconds, (people - at_once) * pace.one.total_seconds(), factor, able)


@dataclass(frozen=True)
class _Bench:
    db: Database
    slack_port: int
    folder: Path

    def calls(self, now: datetime, expected: int) -> None:
        """What the planner does at this hour. Raises WronglySent when it does not call as many as expected."""
        desk = Desk(self.db, lambda: now, load_processes(), RuleBook(self.db, TeamRules()))
        planned = plan(desk)
        if planned.agendas != expected:
            raise WronglySent(f"{planned.agendas} people were called instead of {expected}")
        with self.db.write() as connection:
            # Every deal was seeded today, so all that are long stale escalate today; in life that is spread over weeks.
            other = work_item.c.kind != Errand.AGENDA.value
            connection.execute(delete(work_item).where(other, work_item.c.finished_at.is_(None)))
        settle_down(self.db)

    def sends(self, clock: HurriedClock, per_minute: int, to: range) -> list[float]:
        """Seconds on the clock at which the agendas came. Raises WronglySent unless each of `to` got one."""
        told = {
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_API_URL": f"http://127.0.0.1:{self.slack_port}/api/",
            "DATABASE_URL": self.db.url.render_as_string(hide_password=False),
            "STAGECOACH_HOME": str(self.folder),
            "STAGECOACH_POSTS_PER_MINUTE": str(per_minute),
        }
        slack = Slack(self.slack_port)
        slack.forgets()
        arguments = [clock.start.isoformat(), str(clock.factor)]
        needed = 60 * len(to) / per_minute / clock.factor
        with crew("benchmarks.agenda_worker", arguments, WORKERS, self.folder / "agendas.log", told) as workers:
            clock.began = workers.goes()
            slack.has_heard(POST, len(to), 60 + 3 * needed)
        posts = slack.posts()
        if sorted(channel for _, channel in posts) != sorted(dm(number) for number in to):
            raise WronglySent(f"{len(posts)} agendas instead of {len(to)}")
        return [clock.passed(at) for at, _ in posts]


def _prepare(db: Database, everybody: range, early: range) -> None:
    """Everybody has a step that is due today, whatever else there is; of some the hour is eight."""
    due = deal.c.number <= len(everybody)  # the first deal of each
    known = [rep(number) for number in early]
    with db.write() as connection:
        connection.execute(update(deal).where(due).values(next_step="Call them", next_step_on=NINE.date()))
        connection.execute(update(person).where(person.c.user_id.in_(known)).values(agenda_hour=8))


def report(found: Lateness) -> str:
    """The figures in Markdown, with how they were come by."""
    half, most, last, alone = map(_minutes, (found.median, found.percentile(0.99), max(found.seconds), found.alone))
    lines = [
        ("What", "Stagecoach", "The budget alone", "Ratio", "Expected", "Held"),
        ("---",) * 6,
        ("agendas due at once: half of them late by · p99", f"{half} · {most} min", "", "", "", ""),
        ("agendas due at once: the last one", f"{last} min", f"{alone} min", f"{found.ratio:.3f}", f"ratio ≤ {RATIO}",
         "yes" if found.ratio <= RATIO else "**no**"),
    ]  # fmt: skip
    note = (
        f"{len(found.seconds):,} people have their agenda due at 9:00, with a budget of {POSTS_PER_MINUTE} posts a "
        f"minute shared by {WORKERS} workers. All of them are known, with their direct message channels, and have "
        f"{DEALS_OF_EACH} deals each. Minutes and seconds until Slack had it, on a clock that ran {found.factor:.0f} "
        f"times as fast as real time: without a budget these workers sent {found.able:.0f} agendas a real second."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{note}"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
