"""Which deal is meant by what a person typed: a number, quoted text, or the longest run of leading words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import said
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, NotFound
from bot.domain.nearest import nearest
from bot.domain.people import Actor
from bot.domain.policy import require_colleague
from bot.domain.words import excerpt, take_quoted
from bot.services.desk import Desk
from bot.store import deals

_NUMBER = re.compile(r"(?:[dD]-?|#)?(\d{1,9})(?=\s|$)")
MOST_WORDS = 12
MOST_CANDIDATES = 200
MOST_CHOICES = 10
ALIKE = 2
"""With how many equal characters a name begins that is worth comparing, if it is somebody else's."""


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
    quoted, after = take_quoted(text)
    if quoted is not None:
        runs = [(quoted, after)]
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
    wanted = deals.sort_key(text)
    mine = deals.recent_names(connection, actor.team_id, actor.user_id, MOST_CANDIDATES)
    # Of everybody else's deals those that begin alike; so a manager, who has none, gets names as well.
    alike = deals.named_like(connection, actor.team_id, wanted[:ALIKE], MOST_CANDIDATES)
    called: dict[str, str] = {}
    for number, name, company in (*mine, *((deal.number, deal.name, deal.company) for deal in alike)):
        shown = f"{excerpt(name, 60)} (D-{number})"
        for title in (name, company):
            called.setdefault(deals.sort_key(title), shown)
    near = dict.fromkeys(called[key] for key in nearest(wanted, called))
    missing = f"There is no deal “{excerpt(text, 60)}”."
    if near:
        return f"{missing} Nearest: {', '.join(near)}."
    if not mine:
        return f"{missing} You have none yet: log one with {said.command('new')}."
    return f"{missing} Type {said.command('')} to see yours; each has a number, such as {said.command('show D-42')}."
