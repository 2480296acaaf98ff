"""Reading one date, looking ahead or back: tomorrow, next fri, in 2 weeks, 15 dec, 2026-12-15, 15.12.2026."""

import re
from datetime import date
from typing import Final, NoReturn

from bot.domain.calendar_days import show_date
from bot.domain.date_phrases import ALONE, IN_SENTENCE, Phrase
from bot.domain.errors import BadInput
from bot.domain.words import excerpt, fold

LONGEST: Final = 8
"""No date has more words than this: "due by tue the 15th of december 2026" has eight."""

_LEAD_IN: Final = re.compile(r"^(?:due )?(?:on|by|until|till|due) ")


def read_date(text: str, today: date) -> date:
    """The day that the text is. Without a year it is the next such day; past days count where they are written out.

    A weekday is the first one after today, with or without "next". Raises BadInput with what to write instead.
    """
    found = find_date(text, today)
    return found if found is not None else _refuse(text, today)


def read_past_date(text: str, today: date) -> date:
    """The latest such day that is not after today: "15 nov", "fri", "last fri", "3 days ago"."""
    found = find_date(text, today, past=True)
    if found is None:
        _refuse(text, today)
    if found > today:
        raise BadInput(f"{show_date(found)} is still to come. Write a day until today, such as yesterday or last fri.")
    return found


def find_date(text: str, today: date, *, past: bool = False, in_sentence: bool = False) -> date | None:
    """None when the text is no date at all; raises BadInput when it is one that does not exist or can mean two days.

    In a sentence fewer forms count than where the text is expected to be a date.
    """
    line = " ".join(fold(text[:100]).casefold().replace(",", " ").split()).rstrip(";:!")
    line = _LEAD_IN.sub("", re.sub(r"(?<!\d)\.$", "", line)) if len(line) <= 60 else ""
    for pattern, reckon in IN_SENTENCE if in_sentence else ALONE:
        if match := pattern.fullmatch(line):
            return reckon(Phrase(match, today, past))
    return None


def _refuse(text: str, today: date) -> NoReturn:
    examples = f"tomorrow, next fri, in 2 weeks, 15 dec or {today.year + 1}-03-31"
    if not text.strip():
        raise BadInput(f"There is no date. Write it like {examples}.")
    raise BadInput(f"“{excerpt(text)}” is not a date I can read. Write it like {examples}.")
