"""The short form of `make chaos`: four workers on PostgreSQL, killed and cut off, before a Slack that is ill."""

from __future__ import annotations

from pathlib import Path

from bot.store.database import Database
from tests.chaos.ordeal import endure


def test_nothing_is_lost_and_no_reminder_comes_twice(postgresql: Database, tmp_path: Path) -> None:
    tally = endure(postgresql, tmp_path, seconds=6, seed=20261122)
    assert tally.items > 50
    assert sum(tally.deaths.values()) > 0
    assert tally.posts > 0
