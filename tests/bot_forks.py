"""A process that has imported the bot and forks a running bot for each line it reads, so that killing one is cheap.

Protocol: a line in starts a bot with the settings of the environment; a line out is the child's process id. The child
listens on the port of the environment, and only after the migrations are known to be current.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from functools import partial

from bot import wiring
from bot.logs import configure
from bot.sender import Sender
from bot.settings import load


def main() -> None:
    settings = load("run", env_file=None)
    # A killed sender's items come back when its lease is over, and nobody wants to wait half a minute for that here.
    wiring.__dict__["Sender"] = partial(Sender, lease=timedelta(seconds=1))
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            configure("json", open(os.devnull, "w"))  # noqa: SIM115 - open as long as the child lives
            os._exit(wiring.run(settings))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
