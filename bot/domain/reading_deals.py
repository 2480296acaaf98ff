"""Reading the line of a new deal: `Acme rollout 12k EUR close 15 dec` is a name, an amount and a closing day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.errors import BadInput
from bot.domain.money import Money
from bot.domain.reading_amounts import read_amount
from bot.domain.reading_dates import LONGEST, find_date
from bot.domain.words import Word, split_words

_MARKER: Final = re.compile(
    r"(?:(?:expected|planned|to|will) )*(?:close|closes|closing|due|by|until|till)(?: (?:date|day|on|by|around))*:? ",
    re.IGNORECASE,
)
_PLAN_WORDS: Final = ("next ", "in ", "end of ", "this ")
_LONGEST_AMOUNT: Final = 5
"""Words in the longest amount: "EUR 1 200 000" has four, and a sign may stand apart."""

_BARE_NUMBER: Final = re.compile(r"[\d.,' ]+")
_WRITTEN_OUT: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}|\d\d?/\d\d?/\d{4}")
_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")
_WORDLIKE_CODES: Final = frozenset(("all", "bam", "bob", "cop", "cup", "gel", "mad", "mop", "pen", "sos", "top", "try"))
_CONNECTIVES: Final = frozenset(("for", "worth", "at"))


@dataclass(frozen=True, slots=True)
class NewDealText:
    """What a line says about a new deal. `problem` is the sentence about a date that was meant and cannot be used."""

    name: str
    amount: Money | None = None
    close: date | None = None
    problem: str | None = None


def read_new_deal(text: str, today: date, default_currency: str) -> NewDealText:
    """Reads from the end: an amount and a date, in either order, each once; all that is left is the name.

    The first word is always part of the name, so "3M renewal 40k" is worth 40k. What is not understood stays in the
    name: nothing that was typed is lost, and the form shows it. A bare number counts as an amount from 1,000 on
    ("Acme 2" is a name) unless it looks like a year ("Vision 2030"). A bare weekday counts as a date only after the
    amount or after "close" or "by" ("Black Friday" is a name). Behind a quoted name anything counts.
    """
    line = _Tail(text, split_words(text), today, default_currency)
    while line.take_date() or line.take_amount():
        pass
    return NewDealText(line.name(), line.amount, line.close, line.problem)


class _Tail:
    """The words of the line that are not yet understood, which are taken from their end."""

    def __init__(self, text: str, words: list[Word], today: date, default_currency: str) -> None:
        self.text, self.words, self.today, self.default_currency = text, words, today, default_currency
        self.end = len(words)
        # Quoted words are a name, never an amount or a date.
        self.first = max([1, *(i + 1 for i, word in enumerate(words) if word.quoted)])
        self.amount: Money | None = None
        self.close: date | None = None
        self.problem: str | None = None
        self.unread = ""

    def take_date(self) -> bool:
        if self.close is not None or self.unread:
            return False
        for start in range(max(self.first, self.end - LONGEST - 4), self.end):
            try:
                self.close = self._date_from(start)
            except BadInput as problem:
                self.problem, self.unread = str(problem), self._between(start, self.end)
            if self.close is not None or self.unread:
                self.end = start
                return True
        return False

    def take_amount(self) -> bool:
        start = self._amount_before(self.end) if self.amount is None else None
        if start is None:
            return False
        self.amount = read_amount(self._between(start, self.end), self.default_currency)
        connected = start > self.first and self.words[start - 1].text.casefold() in _CONNECTIVES
        self.end = start - 1 if connected else start
        return True

    def name(self) -> str:
        """The words left, as they were written; a quoted name without its quotes."""
        if not self.words:
            return ""
        first, last = self.words[0], self.words[self.end - 1]
        taken = self.end < len(self.words)
        start = first.text.strip() if first.quoted else first.text.rstrip(",;:") if taken else first.text
        rest = self.text[first.end : last.end] if self.end > 1 else ""
        if taken:
            rest = rest.rstrip(" \t,;:-–—")
        return " ".join(part for part in (start + rest, self.unread) if part)

    def _between(self, start: int, end: int) -> str:
        return " ".join(word.text for word in self.words[start:end])

    def _date_from(self, start: int) -> date | None:
        """The date from a word to the end; raises BadInput when one is surely meant there, and cannot be used."""
        said = self._between(start, self.end)
        marker = _MARKER.match(said)
        if marker or self._behind_quoted_name(start) or self._amount_before(start) is not None:
            return find_date(said[marker.end() :] if marker else said, self.today)
        plan = said.casefold().startswith(_PLAN_WORDS) or any(letter.isdecimal() for letter in said)
        long_enough = self.end - start > 1 or _WRITTEN_OUT.fullmatch(said)
        if not plan or not long_enough or said.casefold().startswith("the "):
            return None
        try:
            return find_date(said, self.today, in_sentence=True)
        except BadInput:
            return None

    def _amount_before(self, end: int) -> int | None:
        """Where the longest amount that ends before a word starts."""
        for start in range(max(self.first, end - _LONGEST_AMOUNT), end):
            said = self._between(start, end)
            if any(letter.isdecimal() for letter in said) and self._is_amount(said, self._behind_quoted_name(start)):
                return start
        return None

    def _is_amount(self, said: str, surely_meant: bool) -> bool:
        try:
            money = read_amount(said, self.default_currency)
        except BadInput:
            return False
        if surely_meant:
            return True
        if _BARE_NUMBER.fullmatch(said):
            return money.to_decimal() >= 1000 and " " not in said and not _YEAR.fullmatch(said)
        return not any(word in _WORDLIKE_CODES for word in said.casefold().split())

    def _behind_quoted_name(self, start: int) -> bool:
        return start == 1 and self.words[0].quoted
