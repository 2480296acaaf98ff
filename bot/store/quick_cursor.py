"""A cursor of PostgreSQL's driver that describes a result's columns only when somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Column, Cursor


class LazyColumns(Sequence[Column]):
    """The columns of a result, described when somebody looks at them."""

    def __init__(self, cursor: Cursor[Any], number: int) -> None:
        self._cursor, self._number = cursor, number

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, index: Any) -> Any:
        found = range(self._number)[index]
        return Column(self._cursor, found) if isinstance(found, int) else [Column(self._cursor, i) for i in found]


class QuickCursor(Cursor[Any]):
    """SQLAlchemy asks each result for its columns, and for a statement that it knows never looks at them.

    To describe them took the driver as long as to send the query and to wait for its answer.
    """

    @property
    def description(self) -> Any:
        number = self.pgresult.nfields if self.pgresult else 0
        return LazyColumns(self, number) if number else None
