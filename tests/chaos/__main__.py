"""`python -m tests.chaos [MINUTES]`: the ordeal on a PostgreSQL of its own, in rounds with ever new seeds."""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests import databases
from tests.chaos.ordeal import endure

ROUND_SECONDS = 60.0


def main(minutes: float) -> None:
    until = time.monotonic() + 60 * minutes
    with databases.server() as address, databases.postgresql(address) as database:
        while (left := until - time.monotonic()) > 0:
            seed = secrets.randbelow(10**9)
            databases.empty(database)
            with tempfile.TemporaryDirectory() as folder:
                tally = endure(database, Path(folder), min(ROUND_SECONDS, left), seed)
            sys.stdout.write(f"seed {seed}: {tally}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
