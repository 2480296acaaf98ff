"""A member of procrastinate's crew: one of its workers."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.crew import wait_for_end, wait_for_word
from benchmarks.posting import Poster
from benchmarks.procrastination import CONCURRENCY, app


async def main() -> None:
    address, slack_port = sys.argv[1:]
    ours = app(address, Poster(int(slack_port)))
    async with ours.open_async():
        await asyncio.to_thread(wait_for_word)
        worker = asyncio.create_task(ours.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False))
        await asyncio.to_thread(wait_for_end)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
