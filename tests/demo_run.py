"""`stagecoach demo` as a process of its own, as a person starts it; started again, it finds its home as it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READY = re.compile(r"ready in a local workspace: (?P<web>http://127\.0\.0\.1:\d+)\S*")
_PATIENCE = 60


class DemoRun:
    """A running demo: `web` is the address of its page without a path, `said` what it printed until it was ready."""

    def __init__(self, home: Path) -> None:
        self.said = ""
        command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", "--home", str(home)]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.web = self._wait()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it, as Ctrl-C does, and return its exit code."""
        self._process.send_signal(number)
        try:
            return self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    def _wait(self) -> str:
        impatient = threading.Timer(_PATIENCE, self._process.kill)
        impatient.start()
        try:
            for line in self._process.stdout or ():
                self.said += line
                if found := _READY.search(line):
                    return found["web"]
        finally:
            impatient.cancel()
        raise AssertionError(f"the demo did not get ready; it said:\n{self.said}")


@contextmanager
def demo(home: Path) -> Iterator[DemoRun]:
    """A demo for as long as the block runs."""
    run = DemoRun(home)
    try:
        yield run
    finally:
        run.stop()
