"""Reckoning with days inside a query, spelled for each of the two databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, String, bindparam, case, func, literal, text
from sqlalchemy import cast as as_type
from sqlalchemy import column as sql_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CTE, FromClause
from sqlalchemy.types import TypeEngine

from bot.domain.cadence import too_old_from
from bot.domain.process import Criterion, Duration

_WEEK = tuple(date(2026, 1, 5) + timedelta(days=day) for day in range(7))
"""A week from Monday on, whichever."""

_WIDTH = 5
"""Digits for a number of calendar days; more than 99,999 days are no duration of a sale."""


class plus_days(FunctionElement[date]):
    """A day and a number of days after it."""

    type = Date()
    inherit_cache = True


class plus_months(FunctionElement[date]):
    """The same day so many months later, or that month's last day where it is shorter."""

    type = Date()
    inherit_cache = True


class weekday(FunctionElement[int]):
    """The day of the week, 0 for Monday, as `date.weekday`."""

    type = Integer()
    inherit_cache = True


class utc_day(FunctionElement[date]):
    """The calendar day in UTC of a moment."""

    type = Date()
    inherit_cache = True


class iso_day(FunctionElement[str]):
    """A day as text, as `date.isoformat` writes it."""

    type = String()
    inherit_cache = True


class latest(FunctionElement[date]):
    """The last of several days, none of which is empty."""

    type = Date()
    inherit_cache = True


def _spelled(element: type[FunctionElement[Any]], postgresql: str, sqlite: str) -> None:
    for dialect, pattern in (("postgresql", postgresql), ("sqlite", sqlite)):

        def spell(found: Any, compiler: Any, pattern: str = pattern, **how: Any) -> str:
            return pattern.format(*(compiler.process(one, **how) for one in found.clauses))

        compiles(element, dialect)(spell)


_spelled(plus_days, "({0} + CAST({1} AS INTEGER))", "date({0}, ({1}) || ' days')")
_spelled(
    plus_months,
    "CAST({0} + make_interval(months => CAST({1} AS INTEGER)) AS DATE)",
    "min(date({0}, 'start of month', ({1}) || ' months', (strftime('%d', {0}) - 1) || ' days'),"
    " date({0}, 'start of month', (({1}) + 1) || ' months', '-1 day'))",
)
_spelled(weekday, "(CAST(EXTRACT(ISODOW FROM {0}) AS INTEGER) - 1)", "((strftime('%w', {0}) + 6) % 7)")
_spelled(utc_day, "CAST(timezone('UTC', {0}) AS DATE)", "date({0})")
_spelled(iso_day, "to_char({0}, 'YYYY-MM-DD')", "date({0})")
_spelled(latest, "GREATEST({0}, {1}, {2})", "max({0}, {1}, {2})")


Columns = Sequence[tuple[str, TypeEngine[Any]]]


def table_of(name: str, columns: Columns, rows: Iterable[tuple[Any, ...]]) -> CTE:
    """A small table that comes with the query; there must be at least one row.

    As text, because SQLAlchemy keeps no compiled form of a query with its own VALUES: spelling out the rules anew at
    each pass took most of a pass. Both databases call the columns of VALUES column1, column2 and so on.
    """
    given, places = [], []
    for n, row in enumerate(rows):
        keys = [f"{name}_{n}_{column}" for column, _ in columns]
        given += [bindparam(key, value, kind) for key, value, (_, kind) in zip(keys, row, columns, strict=True)]
        places.append(f"({', '.join(f':{key}' for key in keys)})")
    named = ", ".join(f"column{n} AS {column}" for n, (column, _) in enumerate(columns, 1))
    query = text(f"SELECT {named} FROM (VALUES {', '.join(places)}) AS given")  # noqa: S608 - names of ours alone
    return query.bindparams(*given).columns(*(sql_column(column, kind) for column, kind in columns)).cte(name)


def length_columns(name: str = "length") -> Columns:
    """The columns of a `table_of` that hold a duration under this name, for `after` and `outlived`."""
    return (f"{name}_months", Integer()), (f"{name}_days", String())


def length(duration: Duration) -> tuple[int, str]:
    """A duration as those columns hold it, for `after`."""
    return (duration.months, "") if duration.months else (0, _by_weekday(duration.after))


def age(criterion: Criterion) -> tuple[int, str]:
    """The `max_age` of a criterion as those columns hold it, for `outlived`."""
    months = criterion.max_age.months if criterion.max_age else 0
    return (months, "") if months else (0, _by_weekday(lambda day: too_old_from(criterion, day)))


def _by_weekday(end: Callable[[date], date]) -> str:
    """How many calendar days so many business days are depends on the day of the week on which they begin, and on
    nothing else. This is that number for each, from Monday on, in so many digits."""
    return "".join(f"{(end(day) - day).days:0{_WIDTH}}" for day in _WEEK)


def after(table: FromClause, start: ColumnElement[Any], name: str = "length") -> ColumnElement[date]:
    """The day on which the duration in a row of `table` is over that began on `start`: `Duration.after` in SQL."""
    months = table.c[f"{name}_months"]
    return case((months > 0, plus_months(start, months)), else_=plus_days(start, _days(table, start, name)))


def due(table: FromClause, start: ColumnElement[Any], today: date) -> ColumnElement[date]:
    """The same where days off may lie between: what is due today is exact, what was due before is by Monday to Friday.

    `table` has the column `before`, the last day from which so long had passed by yesterday.
    """
    return case((start > table.c.before, literal(today, Date())), else_=after(table, start))


def outlived(table: FromClause, start: ColumnElement[Any], name: str = "length") -> ColumnElement[date]:
    """The first day on which what happened on `start` is older than `table` allows: `too_old_from` in SQL."""
    months = table.c[f"{name}_months"]
    # The second is later only from the last day of a month on.
    by_months = latest(plus_days(plus_months(start, months), 1), plus_months(plus_days(start, 1), months), start)
    return case((months > 0, by_months), else_=plus_days(start, _days(table, start, name)))


def _days(table: FromClause, start: ColumnElement[Any], name: str) -> ColumnElement[int]:
    return as_type(func.substr(table.c[f"{name}_days"], weekday(start) * _WIDTH + 1, _WIDTH), Integer)
