"""What is counted and measured for Prometheus; every process has its own registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Slack waits 3 seconds; what matters happens in milliseconds.
_ACK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class WorkCount:
    """How many work items are in a state, and the age in seconds of the oldest of them."""

    state: str
    items: int
    oldest_seconds: float


class Metrics:
    """Handed to whoever counts. Labels come from fixed lists only, so that their number stays small."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._commands = Counter(
            "stagecoach_commands",
            "Slash commands by word and outcome.",
            ["command", "outcome"],
            registry=self._registry,
        )
        self._acks = Histogram(
            "stagecoach_ack_seconds",
            "Seconds from a delivery's arrival to its answer.",
            ["kind"],
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        )
        self._slack_calls = Counter(
            "stagecoach_slack_calls",
            "Calls of Slack by method and outcome.",
            ["method", "outcome"],
            registry=self._registry,
        )

    def command(self, name: str, outcome: str) -> None:
        """Count one command. `name` is a known word of the command, never what somebody typed."""
        self._commands.labels(name, outcome).inc()

    def turn(self, name: str, outcome: str, seconds: float) -> None:  # noqa: ARG002 - what an observer is told
        """A turn of the conversation ended like this: “command new”, “button …”, “form …”.

        The web layer measures acks from a delivery's arrival on, so here they are only counted.
        """
        kind, _, word = name.partition(" ")
        if kind == "command":
            self.command(word or "list", outcome)

    def socket_turn(self, name: str, outcome: str, seconds: float) -> None:
        """The same in Socket Mode, where no web layer measures the ack."""
        self.turn(name, outcome, seconds)
        self.ack(name.partition(" ")[0], seconds)

    def ack(self, kind: str, seconds: float) -> None:
        """One delivery was answered after this many seconds."""
        self._acks.labels(kind).observe(seconds)

    def slack_call(self, method: str, outcome: str) -> None:
        """One call of Slack came to this: sent, refused, later or unknown."""
        self._slack_calls.labels(method, outcome).inc()

    def watch_work(self, count: Callable[[], Iterable[WorkCount]]) -> None:
        """Ask `count` for the work list's state whenever the metrics are read."""
        self._registry.register(_Work(count))

    def render(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _Work(Collector):
    def __init__(self, count: Callable[[], Iterable[WorkCount]]) -> None:
        self._count = count

    def describe(self) -> Iterable[Metric]:
        # Registering must not read the database.
        return []

    def collect(self) -> Iterator[Metric]:
        items = GaugeMetricFamily("stagecoach_work_items", "Work items by state.", labels=["state"])
        oldest = GaugeMetricFamily(
            "stagecoach_work_oldest_seconds", "Age of the oldest work item by state.", labels=["state"]
        )
        try:
            counts = list(self._count())
        except Exception:  # noqa: BLE001 - whatever ails the database, the other figures are wanted then most of all
            structlog.get_logger().warning("work_not_counted", exc_info=True)
            return
        for count in counts:
            items.add_metric([count.state], count.items)
            oldest.add_metric([count.state], count.oldest_seconds)
        yield from (items, oldest)
