"""Reading hostile files: ten thousand made by chance, each with its time and the memory that it took."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bot.proofs.keys import Key
from bot.proofs.reading import FileKind, Reading, read
from tests.hostile_files import made
from tests.letters import BUYER, KEY, NOW

SECONDS, MEGABYTES = 1.0, 100.0


@dataclass(frozen=True, slots=True)
class Findings:
    """The slowest file in seconds of the processor, the biggest in megabytes; how many were read, and verified."""

    files: int
    read: int
    verified: int
    slowest: float
    total: float
    biggest: float


def measure(files: int) -> Findings:
    """Read so many files twice: once against the clock, once counting what Python takes, which is slower."""
    times = [_timed(kind, raw) for kind, raw in _files(files)]
    found = [reading for _, reading in times]
    tracemalloc.start()
    biggest = max(_weighed(kind, raw) for kind, raw in _files(files))
    tracemalloc.stop()
    seconds = [second for second, _ in times]
    return Findings(
        files,
        sum(not reading.sentence.startswith("I could not") for reading in found),
        sum(reading.verified for reading in found),
        max(seconds),
        sum(seconds),
        biggest,
    )


def report(found: Findings) -> str:
    """The table, in Markdown."""
    held = "yes" if found.slowest < SECONDS and found.biggest < MEGABYTES else "**no**"
    return (
        "| Hostile files | Read to a finding | Verified | Slowest (processor) | All | Most memory for one | Held |\n"
        "|---|---|---|---|---|---|---|\n"
        f"| {found.files:,} | {found.read:,} | {found.verified:,} | {found.slowest * 1000:.0f} ms (expected < 1 s) | "
        f"{found.total:.0f} s | {found.biggest:.1f} MB (expected < 100 MB) | {held} |"
    )


def _files(files: int) -> Iterator[tuple[FileKind, bytes]]:
    return (made(Random(number)) for number in range(files))


def _timed(kind: FileKind, raw: bytes) -> tuple[float, Reading]:
    began = time.thread_time()
    found = read(kind, raw, BUYER, lambda _name: Key(KEY), NOW)
    return time.thread_time() - began, found


def _weighed(kind: FileKind, raw: bytes) -> float:
    """Megabytes at the highest point, without those of the file itself."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    read(kind, raw, BUYER, lambda _name: Key(KEY), NOW)
    return (tracemalloc.get_traced_memory()[1] - before) / 1e6
