"""A worker to be killed: the real sender on the real work list, which may kill itself at any named point.

Started once, it forks a worker for each line it reads and answers with the child's process id, so that a new one costs
no imports. Arguments: the database's address, Slack's address, the folder of the diaries.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.domain.work import Outcome, Sent, WorkItem
from bot.sender import Sender
from bot.services import work_list
from bot.slack.outcomes import outcome_of
from bot.store.database import Database

LEASE = timedelta(seconds=2)
POINTS = ("claimed", "before the post", "after the post", "before the settling", "settled")
"""Where a worker may die."""

ONCE = "reminder"
"""The kind that may be sent once only; all others may be sent again."""


class Worker:
    """The sender with a diary and a wish to die."""

    def __init__(self, address: str, slack_url: str, diary: Path, seed: int, deadliness: float) -> None:
        self._client = WebClient("xoxb-chaos", base_url=slack_url, timeout=5, retry_handlers=[])
        self._chance, self._deadliness = random.Random(seed), deadliness
        self._diary = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._watch()
        clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - shorter than a function here
        self._sender = Sender(
            Database(address), clock, self._deliver, repeats=lambda kind: kind != ONCE, lease=LEASE, poll_seconds=0.1
        )

    def work(self) -> None:
        """Until it is killed, from inside or outside."""
        self._sender.start()
        while True:
            time.sleep(1)

    def _deliver(self, item: WorkItem) -> Outcome:
        self._may_die("before the post")
        try:
            self._client.api_call("chat.postMessage", params={"channel": "C1", "text": f"{item.kind} {item.id}"})
        except (SlackClientError, OSError) as problem:
            return outcome_of(problem)
        finally:
            self._may_die("after the post")
        return Sent()

    def _watch(self) -> None:
        """Write down what the sender takes and gives back, in the moment in which it knows."""
        claim, settle, extend, give_back = work_list.claim, work_list.settle, work_list.extend, work_list.give_back

        def claiming(db: Database, owner: str, now: datetime, lease: timedelta, *more: Any) -> list[WorkItem]:
            items = claim(db, owner, now, lease, *more)
            for item in items:
                self._note("claimed", item.id, owner, now, now + lease)
            if items:
                self._may_die("claimed")
            return items

        def settling(db: Database, item: WorkItem, owner: str, ruling: Any, now: datetime) -> bool:
            self._may_die("before the settling")
            # Noted before it happens: once it has, somebody else may have the item before we can write.
            self._note("settling", item.id, owner, now, now)
            done = settle(db, item, owner, ruling, now)
            self._note("settled" if done else "too late", item.id, owner, now, now)
            self._may_die("settled")
            return done

        def extending(db: Database, items: Any, owner: str, until: datetime) -> int:
            held = extend(db, items, owner, until)
            for item in items if held == len(items) else ():
                self._note("extended", item.id, owner, until - LEASE, until)
            return held

        def giving_back(db: Database, item: WorkItem, owner: str) -> bool:
            self._note("settling", item.id, owner, datetime.now(UTC), datetime.now(UTC))
            return give_back(db, item, owner)

        for name, function in (("claim", claiming), ("settle", settling), ("extend", extending),
                               ("give_back", giving_back)):  # fmt: skip
            setattr(work_list, name, function)

    def _note(self, what: str, item: int, owner: str, at: datetime, until: datetime) -> None:
        line = {"what": what, "item": item, "owner": owner, "at": at.timestamp(), "until": until.timestamp()}
        os.write(self._diary, json.dumps(line).encode() + b"\n")

    def _may_die(self, point: str) -> None:
        if self._chance.random() < self._deadliness / len(POINTS):
            self._note(f"died: {point}", 0, "", datetime.now(UTC), datetime.now(UTC))
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    address, slack_url, folder = sys.argv[1:]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for number, line in enumerate(sys.stdin):
        seed, _, deadliness = line.partition(" ")
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            Worker(address, slack_url, Path(folder) / f"{seed}.jsonl", int(seed) + number, float(deadliness)).work()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps those who died


if __name__ == "__main__":
    main()
