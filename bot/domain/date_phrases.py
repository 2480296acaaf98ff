"""The forms that a date is written in, each as a pattern with the reckoning of its day."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn

from bot.domain.calendar_days import (
    MONTHS,
    WEEKDAYS,
    add_business_days,
    add_months,
    last_of_month,
    make_date,
    name_day,
    nearest,
    next_weekday,
    period_end,
    period_start,
    shift,
    show_date,
)
from bot.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Phrase:
    """A form that was recognised, and from which day and in which direction it is meant."""

    match: re.Match[str]
    today: date
    past: bool

    def __getitem__(self, group: str) -> str:
        """What stands in that part of the pattern, empty where the form lacks it."""
        return (self.match.groupdict().get(group) or "").strip()

    @property
    def text(self) -> str:
        return self.match[0]


Form = tuple[re.Pattern[str], Callable[[Phrase], date]]


def _named_day(said: Phrase) -> date:
    return shift(said.today, _NAMED_DAYS[said.text])


def _weekday(said: Phrase) -> date:
    """ "Fri" and "next fri" are the first Friday after today; looking back, "fri" may be today and "last fri" not."""
    weekday, which = _weekday_number(said["weekday"]), said["which"]
    if which in ("last", "past"):
        return next_weekday(shift(said.today, -8), weekday)
    if said.past and which not in ("next", "coming"):
        return next_weekday(shift(said.today, -7), weekday)
    return next_weekday(shift(said.today, -1) if which == "this" else said.today, weekday)


def _weekday_of_week(said: Phrase) -> date:
    return shift(period_start(said.today, "week", _AHEAD[said["which"]]), _weekday_number(said["weekday"]))


def _relative(said: Phrase) -> date:
    written, unit = said["count"], said["unit"]
    count = int(written) if written.isdigit() else _COUNTS.index(written) + 1 if written in _COUNTS else 1
    if said["ago"]:
        count = -count
    if unit == "bd" or unit.startswith(("business", "work", "weekday")):
        return add_business_days(said.today, count)
    if unit.startswith(("d", "w", "f")):
        return shift(said.today, count * {"d": 1, "w": 7, "f": 14}[unit[0]])
    return add_months(said.today, count * (12 if unit.startswith("y") else 1))


def _period(said: Phrase) -> date:
    """The edge of a period; without "this" or "next" the edge that comes first, or came last when looking back."""
    unit = said["unit"] or _SHORT_PERIODS[said["short"]]
    which = said["which"] or "the"

    def edge(ahead: int) -> date:
        if said["edge"] in ("start", "beginning"):
            return period_start(said.today, unit, ahead)
        if said["edge"] in ("mid", "middle"):
            return shift(period_start(said.today, unit, ahead), 2 if unit == "week" else 14)
        return period_end(said.today, unit, ahead)

    found = edge(_AHEAD[which])
    if which == "the" and said.past and found > said.today:
        return edge(-1)
    return edge(1) if which == "the" and not said.past and found < said.today else found


def _next_period(said: Phrase) -> date:
    """ "Next week" is its Monday, "next month" its first day: the earliest that was promised."""
    return period_start(said.today, said["unit"], 1)


def _named_period(said: Phrase) -> date:
    last = 3 * int(said["quarter"]) if said["quarter"] else _month_number(said["month"])
    first = last - 2 if said["quarter"] else last

    def edge(year: int) -> date:
        if said["edge"] == "end":
            return last_of_month(year, last)
        return make_date(year, (first + last) // 2, 15) if said["edge"] == "mid" else make_date(year, first, 1)

    found = edge(int(said["year"])) if said["year"] else nearest(said.today, said.past, edge)
    return found or _which_day(said)


def _day_of_month(said: Phrase) -> date:
    return _calendar_day(said, _month_number(said["month"]), int(said["day"]))


def _year_first(said: Phrase) -> date:
    return _calendar_day(said, int(said["month"]), int(said["day"]))


def _numeric(said: Phrase) -> date:
    """Dots put the day first. With slashes or dashes the day and the month are told apart only when one is over 12."""
    first, second = int(said["first"]), int(said["second"])
    if 0 in (first, second) or (first > 12 and second > 12):
        raise BadInput(f"“{said.text}” is no date. Write it like 15 dec.")
    if said["mark"] != "." and first != second and first <= 12 and second <= 12:
        year = f" {_year(said)}" if said["year"] else ""
        readings = f"{name_day(second, first)}{year} or {name_day(first, second)}{year}"
        example = f"{first} {MONTHS[second - 1][:3].lower()}{year}"
        raise BadInput(f"“{said.text}” can mean {readings}. Write the month as a word, such as {example}.")
    return _calendar_day(said, first, second) if second > 12 else _calendar_day(said, second, first)


def _calendar_day(said: Phrase, month: int, day: int) -> date:
    """Without a year the next such day, today included; raises BadInput where the weekday beside it is another."""
    if said["year"]:
        found: date | None = make_date(_year(said), month, day)
    else:
        found = nearest(said.today, said.past, lambda year: make_date(year, month, day))
    if found is None:
        raise BadInput(f"There is no {name_day(month, day)}. Check the date.")
    return _with_weekday(said, found)


def _ordinal(said: Phrase) -> date:
    """The next (or latest) month that has such a day: on 3 June "the 31st" is in July."""
    day = int(said["day"])
    for months in range(13):
        first = period_start(said.today, "month", -months if said.past else months)
        found = shift(first, day - 1)
        if found.month == first.month and (found <= said.today if said.past else found >= said.today):
            return _with_weekday(said, found)
    raise BadInput(f"No month has a day {day}. Check the date.")


def _which_day(said: Phrase) -> NoReturn:
    raise BadInput(f"Which day of “{said.text}”? Write a day, such as 15 dec or end of december.")


def _with_weekday(said: Phrase, found: date) -> date:
    if said["weekday"] and _weekday_number(said["weekday"]) != found.weekday():
        meant = WEEKDAYS[_weekday_number(said["weekday"])]
        raise BadInput(f"{show_date(found)} is not a {meant}. Correct the date or leave the weekday out.")
    return found


def _year(said: Phrase) -> int:
    return int(said["year"]) if len(said["year"]) == 4 else 2000 + int(said["year"])


def _weekday_number(word: str) -> int:
    return next(i for i, name in enumerate(WEEKDAYS) if name.casefold().startswith(word[:3]))


def _month_number(word: str) -> int:
    return next(i for i, name in enumerate(MONTHS, 1) if name.casefold().startswith(word[:3]))


def _form(pattern: str, reckon: Callable[[Phrase], date]) -> Form:
    return re.compile(pattern), reckon


_NAMED_DAYS: Final = {
    **dict.fromkeys(("today", "eod", "end of day"), 0),
    **dict.fromkeys(("tomorrow", "tmrw", "tmr", "tmw", "tomorow", "tommorow", "tommorrow"), 1),
    **{"day after tomorrow": 2, "the day after tomorrow": 2},
    **{"yesterday": -1, "day before yesterday": -2, "the day before yesterday": -2},
}
_AHEAD: Final = {"the": 0, "this": 0, "next": 1, "last": -1}
_SHORT_PERIODS: Final = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
_COUNTS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_COUNT: Final = rf"(?P<count>\d{{1,6}}|an?|{'|'.join(_COUNTS)})"
_UNIT: Final = (
    r"(?P<unit>d|days?|w|wks?|weeks?|fortnights?|mo|mths?|months?|y|yrs?|years?|"
    r"bd|(?:business|working|work) ?days?|weekdays?)"
)
_WD: Final = (
    r"(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?)\.?"
)
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_ON: Final = rf"(?:{_WD} )?(?:the )?"
_PERIOD: Final = r"(?P<unit>week|month|quarter|year)"
_WHICH: Final = r"(?:(?P<which>the|this|next|last) )?"
_M: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?P<year>\d{4})"

_ANYWHERE: Final = (
    _form("|".join(_NAMED_DAYS), _named_day),
    _form(rf"(?:the )?(?:(?:this )?(?P<which>this|next|last|past|coming) )?{_WD}", _weekday),
    _form(rf"(?:the )?{_WD} (?:of )?(?P<which>this|next|last) week", _weekday_of_week),
    _form(rf"(?P<which>this|next|last) week (?:on )?{_WD}", _weekday_of_week),
    _form(rf"(?:in|within) {_COUNT} ?{_UNIT}", _relative),
    _form(rf"{_COUNT} ?{_UNIT} (?:(?P<ago>ago)|from now|from today)", _relative),
    _form(r"\+?(?P<count>\d{1,6})(?P<unit>d|w|bd|mo|y)", _relative),
    _form(rf"(?P<edge>end|start|beginning)(?: of)? {_WHICH}{_PERIOD}", _period),
    _form(rf"(?P<edge>mid|middle)(?:-| of | ){_WHICH}(?P<unit>week|month)", _period),
    _form(rf"{_WHICH}(?P<unit>month|quarter|year)[- ]end", _period),
    _form(r"eo(?P<short>[wmqy])", _period),
    _form(rf"(?P<which>this) {_PERIOD}", _period),
    _form(rf"next {_PERIOD}", _next_period),
    _form(rf"(?P<edge>end|start|mid)(?: of |-| )(?:q(?P<quarter>[1-4])|{_MONTH})(?: {_YEAR})?", _named_period),
    _form(rf"{_ON}{_DAY}(?: of |[ /-])?{_MONTH}(?:[ /-]{_YEAR})?", _day_of_month),
    _form(rf"{_ON}{_MONTH}[ -]?{_DAY}(?: {_YEAR})?", _day_of_month),
    _form(rf"{_ON}{_YEAR}(?P<mark>[./-])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)", _year_first),
    _form(rf"{_ON}(?P<first>\d\d?)(?P<mark>[./-])(?P<second>\d\d?)(?P=mark)(?P<year>\d{{4}}|\d\d)", _numeric),
)

ALONE: Final = (
    *_ANYWHERE,
    _form(rf"{_COUNT} ?{_UNIT}", _relative),
    _form(rf"{_ON}{_DAY}[ /-]?{_MONTH}[ /-]'?(?P<year>\d\d)", _day_of_month),
    _form(rf"{_ON}(?P<day>\d{{1,2}})(?:st|nd|rd|th)", _ordinal),
    _form(rf"{_ON}(?P<first>\d\d?)(?P<mark>[./])(?P<second>\d\d?)\.?", _numeric),
    _form(rf"last {_PERIOD}|(?:in )?(?:{_MONTH}|q[1-4])(?: \d{{4}})?", _which_day),
)
"""Where the text is nothing but the date."""

IN_SENTENCE: Final = (
    *_ANYWHERE,
    _form(rf"(?:{_WD} )?the (?P<day>\d{{1,2}})(?:st|nd|rd|th)", _ordinal),
    _form(rf"{_ON}(?!24/7)(?={_M}/|\d+/{_M}$)(?P<first>\d\d?)(?P<mark>/)(?P<second>\d\d?)", _numeric),
    _form(r"(?P<first>[0-3]\d)(?P<mark>\.)(?P<second>0[1-9]|1[0-2])", _numeric),
    _form(rf"{_ON}(?P<first>\d\d?)(?P<mark>\.)(?P<second>\d\d?)\.", _numeric),
)
"""Where other words follow: "2 weeks", "1.5" and "2nd" are as likely about something else than a day."""
