"""The table: each figure with what was expected of it and whether that held, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measures import DEAL, EMPTY, PEOPLE, SHOW, STALL_SECONDS, Moves, Rounds, Stall, percentile

LATENCY, THROUGHPUT = 0.5, 0.4
"""The share of the default app's latency that a command may take, and of its throughput that it must reach."""
ACK_MS, OPEN_MS, READY_SECONDS, MEMORY_MB = 250.0, 50.0, 2.0, 150.0
STALL_MS = 50.0
"""What a stalled Slack may add to the slowest ack: far less than its seconds, and more than a machine's hiccup."""

_HEAD = ("What", "Database", "Default app, empty command", "Stagecoach", "Ratio", "Expected", "Held")


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table. Without an expectation there is nothing that could hold."""

    what: str
    ours: str
    default: str = ""
    ratio: float | None = None
    expected: str = ""
    held: bool | None = None


def alone(rounds: Rounds) -> list[Figure]:
    """One at a time: latencies."""
    default = _ms(rounds.median(EMPTY))
    figures = []
    for what in (DEAL, SHOW):
        ratio = rounds.latency_ratio(what)
        ours = f"{_ms(rounds.median(what))}, p99 {_ms(rounds.percentile(what, 0.99))}"
        figures.append(Figure(f"`{what}`, one at a time", ours, default, ratio, f"ratio ≤ {LATENCY}", ratio <= LATENCY))
    return figures


def together(rounds: Rounds) -> list[Figure]:
    """Several at once: throughput and the slowest acks."""
    default = f"{_middle(rounds.per_second[EMPTY]):,.0f}/s"
    figures = []
    for what in (DEAL, SHOW):
        name, ratio = f"`{what}`, {PEOPLE} at once", rounds.throughput_ratio(what)
        ours = f"{_middle(rounds.per_second[what]):,.0f}/s"
        figures.append(Figure(name, ours, default, ratio, f"ratio ≥ {THROUGHPUT}", ratio >= THROUGHPUT))
        p99 = rounds.percentile(what, 0.99)
        limit, slow = f"< {ACK_MS:.0f} ms", _ms(rounds.percentile(EMPTY, 0.99))
        figures.append(Figure(f"{name}, p99 of acks", _ms(p99), slow, None, limit, p99 * 1000 < ACK_MS))
    return figures


def moved(moves: Moves) -> list[Figure]:
    """The way of a deal into its next stage."""
    slow = percentile(moves.opened, 0.99)
    return [
        Figure(
            "`/deal move` sent → checklist at Slack",
            f"{_ms(_middle(moves.opened))}, p99 {_ms(slow)}",
            expected=f"p99 < {OPEN_MS:.0f} ms",
            held=slow * 1000 < OPEN_MS,
        ),
        Figure(
            "a whole move: `/deal move` sent → submitted → card at Slack",
            f"{_ms(_middle(moves.posted))}, p99 {_ms(percentile(moves.posted, 0.99))}",
        ),
    ]


def stalled(stall: Stall) -> Figure:
    """Acks while Slack stalls, beside those while it does not."""
    added = (max(stall.stalled) - max(stall.without)) * 1000
    return Figure(
        f"slowest ack: Slack answers → stalls {STALL_SECONDS:.0f} s",
        f"{_ms(max(stall.without))} → {_ms(max(stall.stalled))}"
        f" (median {_ms(_middle(stall.without))} → {_ms(_middle(stall.stalled))})",
        expected=f"adds nothing (< {STALL_MS:.0f} ms)",
        held=added < STALL_MS,
    )


def started(starts: Sequence[tuple[float, float]], loaded_mb: float) -> list[Figure]:
    """What it takes to run."""
    seconds, memory = _middle([one[0] for one in starts]), max(loaded_mb, *(one[1] for one in starts))
    at_first = _middle([one[1] for one in starts])
    return [
        Figure("`stagecoach run`: start → ready", f"{seconds:.2f} s", expected="< 2 s", held=seconds < READY_SECONDS),
        Figure(
            "`stagecoach run`: memory when ready → after all this",
            f"{at_first:.0f} → {loaded_mb:.0f} MB",
            expected=f"< {MEMORY_MB:.0f} MB",
            held=memory < MEMORY_MB,
        ),
    ]


def markdown(found: dict[str, list[Figure]]) -> str:
    """One line a figure and database; the figures stand in the order of the first database."""
    lines = [_HEAD, tuple("---" for _ in _HEAD)]
    names = [figure.what for figure in next(iter(found.values()))]
    for name in names:
        for database, figures in found.items():
            lines += [_line(database, figure) for figure in figures if figure.what == name]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line(database: str, figure: Figure) -> tuple[str, ...]:
    held = "" if figure.held is None else "yes" if figure.held else "**no**"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return figure.what, database, figure.default, figure.ours, ratio, figure.expected, held


def _middle(values: Sequence[float]) -> float:
    return percentile(list(values), 0.5)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
