"""Taking a rep's text apart before it is judged: quotes, mails, links and dates become marks, the rest clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.evidence_words import List, Words

QUOTE, DATE, LINK, BOX, FILE = "‹q1›", "‹d1›", "‹l1›", "‹b1›", "‹f1›"
LONGEST: Final = 4000
"""Characters of a text that are judged; the form of the bot takes fewer."""


_HEADER: Final = re.compile(
    r"(?im)^[>\s*]*(?:from|sent|to|cc|date|subject|von|gesendet|an|datum|betreff)\*?:[ \t]*\S.*(?:\n|$)"
)
_FROM: Final = re.compile(r"(?im)^[>\s*]*(?:from|von)\*?:[ \t]*(.*)$")
_WROTE: Final = re.compile(r"(?im)^[>\s]*(?:on|am)\b[^\n]{6,120}\b(?:wrote|schrieb)[^\n]{0,80}:\s*$")
_FORWARDED: Final = re.compile(r"(?im)^[-_ ]{3,}\s*(?:original message|forwarded message|original-nachricht)[-_ ]*$")
_QUOTED: Final = re.compile(
    r"“([^”“]{1,2000})(?:”|$)|„([^“”\"]{1,2000})(?:[“”\"]|$)|«([^»]{1,2000})(?:»|$)|\"([^\"]{1,2000})(?:\"|$)"
    r"|(?:(?<=^)|(?<=[\s:(,-]))[‘']([^\s'‘’](?:[^'‘’]|(?<=\w)['’](?=\w)){3,2000})['’](?=[\s.,;:!?)]|$)"
)
_URL: Final = re.compile(
    r"(?i)\b(?:https?://|www\.)[^\s<>\"”)]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|org|net|io|eu|de|example)/[^\s)]+"
)
_MAIL_ADDRESS: Final = re.compile(r"<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}>?")
_FILE_NAME: Final = re.compile(
    r"(?i)\b[\w()-]{1,80}(?:\.[\w()-]{1,40}){0,3}\.(?:pdf|docx?|xlsx?|pptx?|eml|msg|ics|png|jpe?g|csv|txt|mp[34]|m4a|wav|zip|odt|ods)\b"
)
_LOCAL_PATH: Final = re.compile(r"(?i)(?:\b[a-z]:[\\/]|\\\\|file:/|~/)\S+")
_END: Final = re.compile(
    r"(?<![A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\be\.g)(?<!\bapprox)[.!?](?=\s|$)|[;\n]|[!?]+"
)
_PART: Final = re.compile(
    r",(?!\d)|:(?=\s)|[()\[\]|•]|\s[-–—]{1,3}\s|\s/\s|\b(?:but|although|though|aber|while)\b|\band then\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence. `begins` when it is the first of its sentence, `introduces` when a colon follows it,
    `asks` when its sentence is a question."""

    text: str
    begins: bool
    introduces: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text in parts: the clauses with marks in them, what was quoted, and the links in the text."""

    clauses: tuple[Clause, ...]
    quotes: tuple[str, ...]
    links: tuple[str, ...]
    is_mail: bool
    mail_from: str
    marked: str


def prepare(text: str, words: Words) -> Prepared:
    """Take a text apart; never raises, whatever the text is."""
    plain = re.sub(r"[‹›\x00-\x08\x0b-\x1f\u200b-\u200f\u2060\ufeff]", " ", text[:LONGEST].replace("\r\n", "\n"))
    plain = re.sub(r"[^\S\n]+", " ", plain)
    plain, is_mail, mail_from = _without_mail(plain)
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        inner = next(part for part in match.groups() if part is not None).strip()
        if _is_statement(inner, plain[: match.start()]):
            quotes.append(inner)
            return f" {QUOTE} "
        return match[0]

    marked = _QUOTED.sub(keep, plain)
    lines = [line[1:] for line in plain.splitlines() if line.startswith(">") and line.strip("> ")]
    if lines:
        quotes += lines
        marked = re.sub(r"(?m)^>.*$", f" {QUOTE} ", marked)
    marked = marked.replace("’", "'").replace("‘", "'")
    links = tuple(match[0] for match in _URL.finditer(marked))
    marked = _LOCAL_PATH.sub(" ", _URL.sub(LINK, marked))
    marked = _MAIL_ADDRESS.sub(f" {BOX} ", marked)
    marked = _FILE_NAME.sub(FILE, marked)
    marked = words.mended(_dates(words).sub(f" {DATE} ", marked))
    return Prepared(tuple(_clauses(marked)), tuple(quotes), links, is_mail, mail_from, marked)


def _without_mail(text: str) -> tuple[str, bool, str]:
    """The text above a pasted mail, whether there is one, and what its From line says."""
    starts = [match.start() for match in (_WROTE.search(text), _FORWARDED.search(text)) if match]
    headers = list(_HEADER.finditer(text))
    if len(headers) >= 2:
        starts.append(headers[0].start())
    if not starts:
        return text, False, ""
    start = min(starts)
    sender = _FROM.search(text, start)
    wrote = _WROTE.search(text, start)
    return text[:start], True, sender[1] if sender else wrote[0] if wrote else ""


def _is_statement(quoted: str, ahead: str) -> bool:
    """A statement rather than a single word in quotes; a short one counts where a colon or a dash introduces it."""
    return (
        len(quoted.split()) > 2
        or bool(re.search(r"(?:[:,–—-]|said|wrote|\bis)\s*$", ahead))
        or quoted.endswith((".", "!"))
    )


def _clauses(marked: str) -> list[Clause]:
    found = []
    ends = [*((m.start(), m.end()) for m in _END.finditer(marked)), (len(marked), len(marked))]
    begin = 0
    for stop, go_on in ends:
        sentence, asks = marked[begin:stop], "?" in marked[stop:go_on]
        begin = go_on
        start, kept = 0, []
        for end, after in [*((m.start(), m.end()) for m in _PART.finditer(sentence)), (len(sentence), len(sentence))]:
            if re.search(r"\w|‹", sentence[start:end]):
                kept.append((" ".join(sentence[start:end].split()), sentence[end:after] == ":"))
            start = after
        found += [Clause(part, at == 0, introduces, asks) for at, (part, introduces) in enumerate(kept)]
    return found


def _dates(words: Words) -> re.Pattern[str]:
    months: Sequence[str] = sorted(words.of(List.MONTHS), key=len, reverse=True)
    month = rf"(?:{'|'.join(months) or '(?!)'})\b\.?"
    day = r"(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?"
    year = r"(?:,? ?(?:20\d\d|'\d\d))?"
    return re.compile(
        rf"(?i)\b20\d\d-\d\d(?:-\d\d(?:[t ]\d\d:\d\d(?::\d\d)?z?)?)?\b|\b{day}(?:[–-]{day})?\.?(?: of)? ?{month}{year}"
        rf"|\b{month} {day}\b(?!:)(?:,? ?20\d\d)?"
        r"|\b(?:[0-2]?\d|3[01])[./](?:0?\d|1[0-2])(?:[./](?:20)?\d\d\b|\.(?!\d)|\b(?![.\d%/]))"
        r"|\bthe \d?\d(?:st|nd|rd|th)\b"
    )
