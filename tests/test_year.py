"""A year of the clock in the local workspace."""

from __future__ import annotations

import random

from bot.store.database import Database
from sandbox.server import Sandbox
from tests import harness, year
from tests.year import Year


def live(sandbox: Sandbox, database: Database, days: int) -> Year:
    with harness.office(sandbox, database) as office:
        simulated = Year(office, random.Random(20261122))
        simulated.hire()
        simulated.live(days)
        year.settle_all(simulated)
        return simulated


def test_a_year_of_reminders_each_once_and_none_at_night(sandbox: Sandbox, sqlite: Database) -> None:
    assert len(live(sandbox, sqlite, days=365).said) > 1000


def test_sixty_days_of_reminders_on_postgresql(sandbox: Sandbox, postgresql: Database) -> None:
    """In it the worker is down over a weekend, and Slack is away for a day."""
    assert len(live(sandbox, postgresql, days=60).said) > 150
