"""Words of a typed line: where each stands, what is quoted, and digits of any script as ASCII."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# What closes a quote that was opened by the key: not before a letter, where it is an apostrophe.
_CLOSING: Final = {
    opening: re.compile(rf"[{closing}](?!\w)")
    for opening, closing in {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "»": "«", "'": "'", "‘": "’"}.items()
}
_WORD: Final = re.compile(r"\S+")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("￠"): "¢",
    ord("￡"): "£",
    ord("￥"): "¥",
    ord("￦"): "₩",
    ord("٫"): ".",
    ord("٬"): ",",
    ord("’"): "'",
    ord("‘"): "'",
    ord("−"): "-",
    ord("–"): "-",
    ord("—"): "-",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a quoted run of words; `start` and `end` are its place in the line, quotes included."""

    text: str
    start: int
    end: int
    quoted: bool = False


def split_words(text: str) -> list[Word]:
    """The words of a line; what stands in quotes is one word, a quote inside of a word is a letter."""
    found: list[Word] = []
    never_closed: set[str] = set()
    at = 0
    while match := _WORD.search(text, at):
        start, at = match.span()
        opening = text[start]
        close = None if opening in never_closed else _closing_quote(text, start)
        if close is None:
            never_closed.add(opening)  # looking for it again from every word would take quadratic time
            found.append(Word(match[0], start, at))
        else:
            at = close + 1
            found.append(Word(text[start + 1 : close], start, at, quoted=True))
    return found


def take_quoted(text: str) -> tuple[str | None, str]:
    """The quoted text that a line starts with, and what follows it; (None, text) when it starts otherwise."""
    start = len(text) - len(text.lstrip())
    close = _closing_quote(text, start) if start < len(text) else None
    if close is None:
        return None, text
    return text[start + 1 : close].strip(), text[close + 1 :].lstrip()


def _closing_quote(text: str, start: int) -> int | None:
    """Where the quote that opens at `start` ends; None where there is no quote, no end or nothing in it."""
    closing = _CLOSING.get(text[start])
    match = closing.search(text, start + 1) if closing else None
    return match.start() if match and text[start + 1 : match.start()].strip() else None


def fold(text: str) -> str:
    """Digits of any script and full-width signs as ASCII, minus signs and apostrophes as one each.

    The length stays the same, so that a place in the result is a place in the text.
    """
    if text.isascii():
        return text
    folded = text.translate(_FULL_WIDTH)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def excerpt(text: str, limit: int = 40) -> str:
    """The text on one line and short enough to be repeated in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
