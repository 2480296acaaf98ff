"""What buyers object to: the planned answers of a process, which kind a sentence is, and what recurs without a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.domain.junk import normalised

LIKENESS = 0.5
"""The share of words that two objections have in common when they are taken to be the same one."""


@dataclass(frozen=True, slots=True)
class KnownObjection:
    """A kind of objection with its planned answers: by the value, and by the cost or the risk of not buying.

    `words` are phrases that mean it; `ask` is the question that comes before any answer.
    """

    key: str
    name: str
    words: tuple[str, ...] = ()
    ask: str = ""
    value: str = ""
    risk: str = ""


class Outcome(StrEnum):
    """What became of an objection. One that stands was not answered, and the buyer goes on in spite of it."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Objection:
    """What the buyer said, the day by which they are promised an answer, and what became of it.

    `kind` is the key of a known objection, None for a new one; `contact_id` names who said it, where that is known.
    """

    id: int
    deal_id: int
    words: str
    answer_due_on: date
    raised_by: str
    raised_at: datetime
    kind: str | None = None
    contact_id: int | None = None
    outcome: Outcome | None = None
    how: str = ""
    link: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """True until somebody has said what became of it."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class Recurring:
    """Objections without a planned answer that say much the same, the newest first."""

    members: tuple[Objection, ...]

    @property
    def latest(self) -> Objection:
        """How it was said last."""
        return self.members[0]

    @property
    def deals(self) -> tuple[int, ...]:
        """In which deals, each once, the newest first."""
        return tuple(dict.fromkeys(member.deal_id for member in self.members))


def kind_of(said: str, known: Iterable[KnownObjection]) -> KnownObjection | None:
    """The kind whose phrase stands in the words; of several the one with the longest phrase, then the first.

    A phrase is found as whole words in their order, whatever their case and punctuation.
    """
    text = f" {normalised(said)} "
    best: tuple[int, KnownObjection] | None = None
    for one in known:
        found = [len(phrase) for words in one.words if (phrase := normalised(words)) and f" {phrase} " in text]
        if found and (best is None or max(found) > best[0]):
            best = max(found), one
    return best[1] if best else None


def known_to(planned: Sequence[KnownObjection], written: Mapping[str, KnownObjection]) -> tuple[KnownObjection, ...]:
    """The kinds of a process with what managers wrote over them, then the kinds that only managers wrote of."""
    changed = [_over(one, written[one.key]) if one.key in written else one for one in planned]
    keys = {one.key for one in planned}
    return (*changed, *(one for key, one in written.items() if key not in keys))


def _over(planned: KnownObjection, written: KnownObjection) -> KnownObjection:
    """Each text of the managers' takes the place of the planned one; their phrases come to the others."""
    return replace(
        planned,
        words=tuple(dict.fromkeys((*planned.words, *written.words))),
        ask=written.ask or planned.ask,
        value=written.value or planned.value,
        risk=written.risk or planned.risk,
    )


def recurring(new: Iterable[Objection]) -> list[Recurring]:
    """Objections that say much the same, put together: what was heard in most deals comes first, then the newest.

    `new` are without a kind, the newest first.
    """
    groups: list[tuple[frozenset[str], list[Objection]]] = []
    for one in new:
        words = _content(one.words)
        home = next((members for those, members in groups if _alike(words, those)), None)
        if home is None:
            groups.append((words, [one]))
        else:
            home.append(one)
    made = [Recurring(tuple(members)) for _, members in groups]
    return sorted(made, key=lambda group: (len(group.deals), len(group.members)), reverse=True)


_SMALL_WORDS: Final = """
a an and are at be but by do does for from have i in is it its of on or our so that the their they this to too us was we
will with would you your aber auch das dem den der des die dies ein eine einen er es fur für haben ich ihr im in ist mit
noch sie sind so und uns unser wir wird zu zum zur
"""
_SMALL: Final = frozenset(_SMALL_WORDS.split())
"""Words that say nothing about which objection it is, in English and German."""


def _content(said: str) -> frozenset[str]:
    words = frozenset(normalised(said).split())
    return (words - _SMALL) or words


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    together = len(words | others)
    return together == 0 or len(words & others) / together >= LIKENESS
