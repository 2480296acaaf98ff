"""Public holidays by country."""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache, lru_cache

# The package's main module knows every country, but loads one only when it is asked for.
import holidays

from bot.domain.calendar_days import DayOff, is_weekend


def is_holiday(country: str | None, day: date) -> bool:
    """Whether everybody in this country (ISO 3166 code) has the day off; without a country, or an unknown one, no."""
    return country is not None and day in _of_year(country, day.year)


@cache
def days_off(country: str | None) -> DayOff:
    """The days that are no business days in a country; without one, Saturday and Sunday."""
    if country is None:
        return is_weekend
    return lambda day: is_weekend(day) or is_holiday(country, day)


@cache
def countries() -> frozenset[str]:
    """The codes of the countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=512)
def _of_year(country: str, year: int) -> frozenset[date]:
    if country not in countries():
        return frozenset()
    with warnings.catch_warnings():
        # For some countries the package knows fewer years than for others, and says so.
        warnings.simplefilter("ignore")
        return frozenset(day for day in holidays.country_holidays(country, years=year) if day.year == year)
