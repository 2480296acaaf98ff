"""Several processes of one sort that begin at the same moment and are ended together."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from benchmarks.servers import NotStarted
from bot.settings import environment_with

READY = "ready"


@dataclass(frozen=True)
class Crew:
    """Processes that have made their connections and wait for the word."""

    processes: Sequence[subprocess.Popen[str]]

    def goes(self, word: str = "") -> float:
        """Let all of them begin. Returns when, in seconds on the monotonic clock; they are told that and the word."""
        began = time.monotonic()
        for process in self.processes:
            _stdin(process).write(f"{began} {word}\n")
            _stdin(process).flush()
        return began


@contextmanager
def crew(
    module: str, arguments: Sequence[str], size: int, log: Path, told: Mapping[str, str] | None = None
) -> Iterator[Crew]:
    """So many processes of a module of ours; what they complain of goes to `log`. Raises NotStarted."""
    command = [sys.executable, "-m", module, *arguments]
    environment = environment_with(told or {}) | {"PYTHONWARNINGS": "ignore"}
    project = Path(__file__).parent.parent
    processes: list[subprocess.Popen[str]] = []
    try:
        with log.open("ab") as complaints:
            for _ in range(size):
                process = subprocess.Popen(
                    command, text=True, cwd=project, env=environment,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints,
                )  # fmt: skip
                processes.append(process)
        for process in processes:
            assert process.stdout is not None
            if process.stdout.readline().strip() != READY:
                raise NotStarted(f"{command}: {log.read_text(errors='replace')[-1000:]}")
        yield Crew(processes)
    finally:
        for process in processes:
            _stdin(process).close()
        for process in processes:
            _end(process)


def wait_for_word(inbox: TextIO = sys.stdin) -> tuple[float, str]:
    """Called by a member: it is ready. Returns when the others began too, and the word."""
    print(READY, flush=True)
    began, _, word = inbox.readline().strip().partition(" ")
    return float(began), word


def wait_for_end(inbox: TextIO = sys.stdin) -> None:
    """Called by a member: stay at work until the crew is ended."""
    inbox.read()


def _stdin(process: subprocess.Popen[str]) -> TextIO:
    assert process.stdin is not None
    return cast(TextIO, process.stdin)


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
