"""A year of the clock in the local workspace."""

from __future__ import annotations

import random

from tests import year
from tests.harness import Office
from tests.year import Year


def test_a_year_of_reminders_each_once_and_none_at_night(office: Office) -> None:
    simulated = Year(office, random.Random(20261122))
    simulated.hire()
    simulated.live(days=365)
    assert len(simulated.said) > 1000
    year.settle_all(simulated)
