"""A member of our crew: the sender on the work list, without a pace, posting each item's subject to our Slack."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from sqlalchemy import select

from benchmarks.crew import wait_for_end, wait_for_word
from benchmarks.posting import Poster
from bot.clock import system_clock
from bot.domain.work import Outcome, Sent, WorkItem
from bot.logs import configure
from bot.sender import Sender
from bot.store.database import Database

KIND = "bench"
"""The kind of its items; they are never sent twice, as what the clock says."""

CONNECTIONS = 5


def main() -> None:
    address, slack_port = sys.argv[1:]
    configure("json")
    db, poster = Database(address), Poster(int(slack_port))

    def deliver(item: WorkItem) -> Outcome:
        poster.post(item.subject)
        return Sent()

    sender = Sender(db, system_clock, deliver, repeats=lambda _kind: False)
    with ExitStack() as stack:  # a connection for each thread and the dispatcher, as procrastinate opens its own
        for _ in range(CONNECTIONS):
            stack.enter_context(db.read()).execute(select(1))
    wait_for_word()
    sender.start()
    sender.wake()
    wait_for_end()
    sender.stop()
    db.close()


if __name__ == "__main__":
    main()
