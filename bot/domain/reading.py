"""Reading a typed line: one amount, one date, or the date and time that the line starts with."""

import re
from datetime import date, time
from itertools import islice
from typing import Final

from bot.domain.errors import BadInput
from bot.domain.reading_amounts import read_amount
from bot.domain.reading_dates import LONGEST, find_date, read_date, read_past_date
from bot.domain.reading_deals import NewDealText, read_new_deal
from bot.domain.words import fold

__all__ = [
    "NewDealText",
    "read_amount",
    "read_date",
    "read_leading_date",
    "read_leading_when",
    "read_new_deal",
    "read_past_date",
    "read_trailing_date",
]

_SEPARATOR: Final = re.compile(r"\s+(?:[-–—:;,.]+(?:\s+|$))*")
_BELONGS_TO_WORDS: Final = frozenset(
    ("for", "about", "of", "from", "since", "before", "after", "than", "and", "or", "-")
)
"""After these a date says what is meant, not when: "targets for next year"."""

_TIME: Final = re.compile(
    r"(?P<at>at |@ ?)?(?:(?P<hour>\d{1,2})(?:(?P<mark>[:.h])(?P<minute>\d\d)|(?P<h>h))?(?: ?(?P<half>am|pm))?|noon)"
)


def read_leading_date(words: str, today: date) -> tuple[date | None, str]:
    """The longest run of leading words that is a date, and what follows it as it was written; (None, words) without.

    Raises BadInput when the line starts with a date that does not exist or can mean two days.
    """
    for start, end in _leading_runs(words, LONGEST):
        found = find_date(words[start:end], today, in_sentence=True)
        if found is not None:
            return found, _after(words, end)
    return None, words


def read_leading_when(words: str, today: date) -> tuple[date | None, time | None, str]:
    """As `read_leading_date`, with a time of day after or before the date: "fri 2pm call Jane", "14:30 tomorrow".

    The time is the clock on the wall where the writer is.
    """
    day, rest = read_leading_date(words, today)
    at, rest = _leading_time(rest)
    if day is None and at is not None:
        day, rest = read_leading_date(rest, today)
    return day, at, rest


def read_trailing_date(words: str, today: date) -> tuple[date | None, str]:
    """The longest run of words at the end that is a date, and what stands before it; (None, words) without.

    Made for what follows no order, so what cannot be read stays among the words: "call Jane next fri".
    """
    spans = [match.span() for match in re.finditer(r"\S+", words)]
    for place in range(max(1, len(spans) - LONGEST), len(spans)):
        start, before = spans[place][0], words[slice(*spans[place - 1])]
        try:
            found = find_date(words[start:], today, in_sentence=True)
        except BadInput:
            continue
        if found is not None and before.casefold() not in _BELONGS_TO_WORDS:
            return found, words[:start].rstrip(" \t\n,;:-–—")
    return None, words


def _leading_time(words: str) -> tuple[time | None, str]:
    for start, end in _leading_runs(words, 3):
        found = _find_time(words[start:end])
        if found is not None:
            return found, _after(words, end)
    return None, words


def _leading_runs(words: str, most: int) -> list[tuple[int, int]]:
    """Where the runs of leading words start and end, the longest first."""
    spans = [match.span() for match in islice(re.finditer(r"\S+", words), most)]
    return [(spans[0][0], end) for _, end in reversed(spans)]


def _find_time(text: str) -> time | None:
    match = _TIME.fullmatch(" ".join(fold(text).casefold().split()).rstrip(",;:"))
    if match is None:
        return None
    if match["hour"] is None:
        return time(12)
    # A bare number, or one with a dot, is as likely an amount or a count.
    if not (match["at"] or match["half"] or match["h"] or match["mark"] in (":", "h")):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    elif 1 <= hour <= 6 and not match["hour"].startswith("0"):
        hour += 12  # "at 2" is said by day; the night is written 02:00
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _after(words: str, end: int) -> str:
    """What follows, without the comma or dash that set it apart."""
    separator = _SEPARATOR.match(words, end)
    return words[separator.end() :] if separator else words[end:]
