"""Which deal is meant by what a person typed: a number, quoted text, or the longest run of leading words."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import said
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, NotFound
from bot.domain.people import Actor
from bot.domain.policy import require_colleague
from bot.domain.words import excerpt
from bot.services.desk import Desk
from bot.store import deals

_NUMBER = re.compile(r"(?:[dD]-?|#)?(\d{1,9})(?=\s|$)")
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”')
MOST_WORDS = 12
MOST_CANDIDATES = 200
MOST_CHOICES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What the words meant: one deal, or several to choose from; `rest` is what was written after them."""

    deals: tuple[Deal, ...]
    rest: str

    @property
    def only(self) -> Deal | None:
        """The deal, when it is just one."""
        return self.deals[0] if len(self.deals) == 1 else None


def find(desk: Desk, actor: Actor, text: str) -> Found:
    """The deal or deals meant by the beginning of `text`.

    A number or `D-42` means that deal; failing that, the longest run of leading words that names exactly one deal
    (its name or company, or their beginning); failing that, the deals that the longest matching run names.
    Raises BadInput when there is no text and NotFound, with the nearest names, when nothing fits.
    """
    require_colleague(actor)
    text = text.strip()
    if not text:
        raise BadInput("Which deal? Write its number, such as `D-42`, or the beginning of its name.")
    with desk.db.read() as connection:
        found = _by_number(connection, actor, text) or _by_name(connection, actor, text)
        if found is None:
            raise NotFound(_nothing(connection, actor, text))
    return found


def _by_number(connection: Connection, actor: Actor, text: str) -> Found | None:
    match = _NUMBER.match(text)
    if not match or int(match[1]) > 2**31 - 1:
        return None
    deal = deals.by_number(connection, actor.team_id, int(match[1]))
    return Found((deal,), text[match.end() :].strip()) if deal else None


def _by_name(connection: Connection, actor: Actor, text: str) -> Found | None:
    quoted = _QUOTED.match(text)
    if quoted:
        runs = [(quoted[1] or quoted[2] or "", text[quoted.end() :].strip())]
    else:
        ends = [word.end() for word in re.finditer(r"\S+", text)][:MOST_WORDS]
        runs = [(text[:end], text[end:].strip()) for end in reversed(ends)]
    runs = [(deals.sort_key(words), rest) for words, rest in runs if words.strip()]
    if not runs:
        return None
    candidates = _candidates(connection, actor, [words for words, _ in reversed(runs)])
    several: Found | None = None
    for words, rest in runs:
        for matching in (_named(candidates, words), _beginning(candidates, words)):
            if len(matching) == 1:
                return Found((deals.get(connection, actor.team_id, matching[0].id),), rest)
            if matching and several is None:
                several = Found(tuple(matching[:MOST_CHOICES]), rest)
    return several


def _candidates(connection: Connection, actor: Actor, runs: list[str]) -> list[Deal]:
    """Deals that begin like the first run of words; and like the longer ones, while there are too many of them."""
    found: list[Deal] = []
    for words in runs:
        fitting = deals.named_like(connection, actor.team_id, words, MOST_CANDIDATES)
        found += fitting
        if len(fitting) < MOST_CANDIDATES:
            break
    return found


def _named(candidates: list[Deal], words: str) -> list[Deal]:
    by_name = [d for d in candidates if deals.sort_key(d.name) == words]
    return _distinct(by_name or [d for d in candidates if deals.sort_key(d.company) == words])


def _beginning(candidates: list[Deal], words: str) -> list[Deal]:
    return _distinct(
        [d for d in candidates if words and any(deals.sort_key(t).startswith(words) for t in (d.name, d.company))]
    )


def _distinct(found: list[Deal]) -> list[Deal]:
    return list({deal.id: deal for deal in found}.values())


def _nothing(connection: Connection, actor: Actor, text: str) -> str:
    names = deals.recent_names(connection, actor.team_id, actor.user_id, MOST_CANDIDATES)
    keys = {deals.sort_key(name): (number, name) for number, name in names}
    wanted = deals.sort_key(text)
    # The name may be followed by more words, so it is compared with as many characters as each name has.
    near = sorted(
        keys, key=lambda key: difflib.SequenceMatcher(None, key, wanted[: len(key) + 2]).ratio(), reverse=True
    )[:3]
    missing = f"There is no deal “{excerpt(text, 60)}”."
    if not near:
        return f"{missing} You have none yet: log one with {said.command('new')}."
    return (
        f"{missing} Nearest of yours: " + ", ".join(f"{excerpt(keys[k][1], 60)} (D-{keys[k][0]})" for k in near) + "."
    )
