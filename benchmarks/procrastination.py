"""The same job for procrastinate: a task that posts to our Slack, and the worker settings that are best for it."""

from __future__ import annotations

import logging
from typing import Any

import procrastinate
from psycopg import AsyncConnection

from benchmarks.posting import Poster

CONCURRENCY = 4
"""As many jobs at once as our sender has threads. Two were as fast, eight slower; so was doing without LISTEN."""

TASK = "post"


def app(address: str, poster: Poster) -> procrastinate.App:
    """The worker's app. The task is an ordinary function, which procrastinate runs in threads.

    Its pool has a connection for each job and one to fetch the next. By default each of its statements is wrapped in
    a transaction; a connection that commits by itself spares it two round trips a statement, which made it faster.
    """

    async def commit_by_itself(connection: AsyncConnection[Any]) -> None:
        await connection.set_autocommit(True)

    connections = CONCURRENCY + 1
    made = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=address, min_size=connections, max_size=connections, configure=commit_by_itself
        )
    )

    @made.task(name=TASK)
    def post(channel: str) -> None:
        poster.post(channel)

    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    return made


def defer(address: str, channels: list[str]) -> None:
    """Queue a job for each channel."""
    deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=address))
    with deferring.open():
        jobs: list[Any] = [{"channel": channel} for channel in channels]
        deferring.configure_task(TASK, allow_unknown=True).batch_defer(*jobs)


def make_tables(address: str) -> None:
    """Its own tables beside ours."""
    making = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=address))
    with making.open():
        making.schema_manager.apply_schema()
