"""The words by which evidence is judged: lists that come from files, one file a language, each list a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property


class List(StrEnum):
    """The lists that the inspector looks into; a file may fill any of them."""

    HEDGE = "hedge"
    HOPE = "hope"
    PLAN = "plan"
    OPINION = "opinion"
    GUESS = "guess"
    SELLER = "seller"
    BUYER = "buyer"
    PEOPLE = "people"
    SPEECH = "speech"
    ACT = "act"
    NO_ACT = "no_act"
    SELLERS_ACT = "sellers_act"
    RECEIVED = "received"
    WILL_ACT = "will_act"
    MEETING = "meeting"
    WRITTEN = "written"
    WRITING = "writing"
    PLACE = "place"
    PRESENCE = "presence"
    AUTHORED = "authored"
    SOURCE = "source"
    ONLY_PEOPLE = "only_people"
    BEFORE = "before"
    MONTHS = "months"
    BY = "by"
    PASSIVE = "passive"
    TOWARD = "toward"
    NOT_A_NAME = "not_a_name"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class WordList:
    """One list of one language; `speaks` and `silent` are its tests."""

    name: List
    language: str
    words: tuple[str, ...]
    speaks: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


_VERBS = (List.SPEECH, List.ACT, List.SELLERS_ACT, List.RECEIVED)
_LEAST_LETTERS_OF_A_TYPO = 6
_LIKENESS = 0.87


@dataclass(frozen=True)
class Words:
    """All lists of all languages together. Compiling is put off until a list is first looked into."""

    lists: tuple[WordList, ...]

    @cached_property
    def _patterns(self) -> Mapping[List, re.Pattern[str]]:
        plural = (List.BUYER, List.PEOPLE)
        return {name: _pattern(self.of(name), "s?" if name in plural else "") for name in List}

    def of(self, name: List) -> list[str]:
        """The words of a list, of every language."""
        return [word for one in self.lists if one.name is name for word in one.words]

    def find(self, name: List, text: str) -> Iterator[re.Match[str]]:
        """Where a word of the list stands in the text, as whole words."""
        return self._patterns[name].finditer(text)

    def has(self, name: List, text: str) -> bool:
        """Whether a word of the list stands in the text."""
        return self._patterns[name].search(text) is not None

    @cached_property
    def _verbs(self) -> list[str]:
        return sorted({word for name in _VERBS for word in self.of(name) if re.fullmatch(r"[a-z]{5,}", word)})

    @cached_property
    def _known(self) -> frozenset[str]:
        plain = " ".join(word.lower() for one in self.lists for word in one.words)
        return frozenset(re.findall(r"[^\W\d_]+", plain))

    def knows(self, word: str) -> bool:
        """Whether a word stands in any list."""
        return word in self._known

    def mended(self, text: str) -> str:
        """The text with verbs that were mistyped (“confrimed”) put right; every other word as it stands."""
        return re.sub(r"(?<![\w'@./-])[a-z]{6,}(?![\w@/-])", self._mend, text)

    def _mend(self, word: re.Match[str]) -> str:
        written = word[0]
        if written in self._known or len(written) < _LEAST_LETTERS_OF_A_TYPO or written.endswith(("ing", "s", "ly")):
            return written
        close = get_close_matches(written, self._verbs, 1, _LIKENESS)
        return close[0] if close else written


def _pattern(words: Iterable[str], ending: str) -> re.Pattern[str]:
    """One pattern for a list. Words in capitals only are looked for as they stand, all others in either case.

    `ending` is a pattern that may follow those.
    """
    capitals: list[str] = []
    either: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        written = re.sub(r"(?<=\s)\*", r"[\\w-]+", re.sub(r"(?<=\w)\*", r"[\\w-]*", word))
        (capitals if word.isupper() else either).append(written)
    branches = [f"(?i:(?:{'|'.join(either)}){ending})"] if either else []
    branches += capitals
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(branches) or '(?!)'})(?!\w|-\w)")
