"""Rows as they leave a query: named tuples, whose columns are quick to read by name."""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import Any

from sqlalchemy import Result


def fetch(result: Result[Any]) -> list[Any]:
    """All rows of a result.

    SQLAlchemy's own rows find a column by name only after an ordinary look-up of the attribute has failed. That
    took nine tenths of the time in which a list of deals was made from its rows.
    """
    shape = _shape(tuple(result.keys()))
    return [shape._make(row) for row in result.all()]


@cache
def _shape(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)
