"""What is measured: each function puts a bot with a full database and the default app through one thing, in turns."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import servers
from benchmarks.client import Delivery, Slack, at_once, command, connected, one_at_a_time, submission
from benchmarks.seeding import DEALS_OF_EACH, rep
from benchmarks.servers import Server

PEOPLE = 16
STALL_SECONDS = 2.0
TRIGGERS = 16
"""How many calls the bot makes at once at most; a burst needs no more than these, so none waits for another."""

DEAL, SHOW, EMPTY = "/deal", "/deal show", "empty command"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured. Rounds alternate between what is compared, since the machine changes its pace."""

    reps: int
    rounds: int
    deliveries: int
    lasting: float
    moves: int
    bursts: int
    starts: int


FULL = Extent(reps=500, rounds=5, deliveries=100, lasting=1.5, moves=120, bursts=3, starts=3)
QUICK = Extent(reps=50, rounds=2, deliveries=40, lasting=0.7, moves=20, bursts=1, starts=1)


@dataclass
class Rounds:
    """Seconds of every answer, round by round, and answers a second; by what was asked."""

    seconds: dict[str, list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    per_second: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def median(self, what: str) -> float:
        """The median of the rounds' medians."""
        return statistics.median(statistics.median(one) for one in self.seconds[what])

    def percentile(self, what: str, share: float) -> float:
        """Of the answers of all rounds together."""
        return percentile([one for of_round in self.seconds[what] for one in of_round], share)

    def latency_ratio(self, what: str) -> float:
        """To the default app's: each round is compared with itself, and the median of that taken."""
        pairs = zip(self.seconds[what], self.seconds[EMPTY], strict=True)
        return statistics.median(statistics.median(ours) / statistics.median(default) for ours, default in pairs)

    def throughput_ratio(self, what: str) -> float:
        """The same of answers a second."""
        pairs = zip(self.per_second[what], self.per_second[EMPTY], strict=True)
        return statistics.median(ours / default for ours, default in pairs)


@dataclass(frozen=True)
class Bench:
    """What is measured at: the default app, the bot, the Slack that both call, and deals that are ready to move."""

    default: Server
    bot: Server
    slack: Slack
    extent: Extent
    ready_deals: Iterator[tuple[int, str]]
    chance: random.Random = field(default_factory=lambda: random.Random(20260401))

    def a_list(self) -> Delivery:
        """Somebody asks for their deals."""
        return command(rep(self.chance.randrange(self.extent.reps)), "")

    def a_sheet(self) -> Delivery:
        """Somebody asks for one of their deals."""
        number = self.chance.randint(1, self.extent.reps * DEALS_OF_EACH)
        return command(rep(number % self.extent.reps), f"show D-{number}")

    def nothing(self) -> Delivery:
        """The default app's empty command."""
        return command(rep(0), "", "/empty")

    def asked(self) -> list[tuple[str, int, Callable[[], Delivery]]]:
        """What is compared: its name, whom it is asked, and how."""
        return [
            (EMPTY, self.default.port, self.nothing),
            (DEAL, self.bot.port, self.a_list),
            (SHOW, self.bot.port, self.a_sheet),
        ]


@dataclass(frozen=True, slots=True)
class Moves:
    """Seconds from sending `/deal move`: until the checklist was at Slack, and until the card was."""

    opened: list[float]
    posted: list[float]


@dataclass(frozen=True, slots=True)
class Stall:
    """Seconds of all acks while Slack answered at once, and while it sat on each call."""

    without: list[float]
    stalled: list[float]


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def starts(slack_port: int, database: str, folder: Path, times: int) -> list[tuple[float, float]]:
    """Seconds from start to ready and MB in memory then, of so many starts."""
    found = []
    for _ in range(times):
        with servers.stagecoach(slack_port, database, folder) as bot:
            found.append((bot.started, bot.memory()))
    return found


def alone(bench: Bench) -> Rounds:
    """One person, one delivery after the other."""
    rounds = Rounds()
    for what, port, make in bench.asked():
        one_at_a_time(port, [make() for _ in range(20)])
        rounds.seconds[what].clear()
    for _ in range(bench.extent.rounds):
        for what, port, make in bench.asked():
            rounds.seconds[what].append(one_at_a_time(port, [make() for _ in range(bench.extent.deliveries)]))
        bench.slack.forgets()
    return rounds


def together(bench: Bench) -> Rounds:
    """Several people at once. Answers with a view count when Slack has that view, so nothing is put off."""
    rounds = Rounds()
    for _ in range(bench.extent.rounds):
        for what, port, make in bench.asked():
            bench.slack.forgets()
            began = time.monotonic()
            crowd = at_once(port, PEOPLE, bench.extent.lasting, make)
            per_second = crowd.per_second
            if what == SHOW:
                opened = len(crowd.seconds) + PEOPLE
                per_second = opened / (bench.slack.has_heard("views.open", opened) - began)
            rounds.seconds[what].append(crowd.seconds)
            rounds.per_second[what].append(per_second)
    bench.slack.forgets()
    return rounds


def moves(bench: Bench) -> Moves:
    """Deals whose evidence is complete are moved on, one after the other."""
    measured = Moves([], [])
    with connected(bench.bot.port) as connection:
        for _ in range(bench.extent.moves):
            number, owner = next(bench.ready_deals)
            asked = command(owner, f"move D-{number}")
            began = time.monotonic()
            connection.deliver(asked)
            opened, call = bench.slack.waits_for("views.open", asked.trigger)
            connection.deliver(submission(owner, call["view"]))
            posted, _ = bench.slack.waits_for("chat.postMessage", f"(D-{number})")
            measured.opened.append(opened - began)
            measured.posted.append(posted - began)
            bench.slack.forgets()
    return measured


def stall(bench: Bench) -> Stall:
    """The same bursts of commands and submissions before a Slack that answers and before one that stalls."""
    measured = Stall([], [])
    for _ in range(bench.extent.bursts):
        measured.without.extend(_burst(bench))
        bench.slack.stalls(STALL_SECONDS)
        try:
            measured.stalled.extend(_burst(bench))
        finally:
            bench.slack.stalls(0)
        time.sleep(STALL_SECONDS)
    return measured


def _burst(bench: Bench) -> list[float]:
    """Lists, sheets, checklists and their submissions, each as soon as the one before is answered."""
    took = []
    with connected(bench.bot.port) as connection:
        for _ in range(TRIGGERS // 3):
            number, owner = next(bench.ready_deals)
            asked = command(owner, f"move D-{number}")
            took += [connection.deliver(delivery) for delivery in (bench.a_list(), bench.a_sheet(), asked)]
            _, call = bench.slack.waits_for("views.open", asked.trigger)
            took.append(connection.deliver(submission(owner, call["view"])))
    bench.slack.forgets()
    return took
