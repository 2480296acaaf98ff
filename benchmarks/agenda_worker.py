"""A worker that sends agendas: the real outbox and sender as `wiring` makes them, on a clock that runs faster.

Arguments: the time at which the clock begins, and how many times as fast as real time it runs. The rest comes from
the environment, as for `stagecoach worker`. Planning is not part of it.
"""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial

from benchmarks.crew import wait_for_end, wait_for_word
from benchmarks.hurried import HurriedClock
from benchmarks.slack import BOT_USER, TEAM
from bot import wiring
from bot.logs import configure
from bot.sender import POLL_SECONDS, Sender
from bot.services import people
from bot.services.people import Identity
from bot.settings import load


def main() -> None:
    start, factor = datetime.fromisoformat(sys.argv[1]), float(sys.argv[2])
    clock = HurriedClock(start, factor)
    configure("json")
    # It polls by the machine's clock, and should as often as it does in real time.
    wiring.__dict__["Sender"] = partial(Sender, poll_seconds=POLL_SECONDS / factor)
    made = wiring.build(load("worker", env_file=None), clock=clock)
    people.identify(made.desk, Identity(TEAM, "Bench", "https://bench.invalid/", "B0BENCHBOT", BOT_USER))
    clock.began, _ = wait_for_word()
    made.sender.start()
    made.sender.wake()
    wait_for_end()
    made.sender.stop()
    made.database.close()


if __name__ == "__main__":
    main()
