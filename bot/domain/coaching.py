"""Help at the moment of need: the questions for a phase of the sale, and the mail that asks for what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from bot.domain.deal import Deal
from bot.domain.gate import Judgement
from bot.domain.people import Contact
from bot.domain.process import Answering, Criterion, Party, Process, Stage, StageKind

MOST_ASKS = 3
"""In one mail: who is asked for more answers none of it."""


class Phase(StrEnum):
    """Where a stage lies on the way, whatever a process calls it."""

    DISCOVER = "discover"
    EVALUATE = "evaluate"
    DECIDE = "decide"
    AGREE = "agree"
    AFTER = "after"


_BEFORE_THE_WIN = (Phase.DISCOVER, Phase.EVALUATE, Phase.DECIDE, Phase.AGREE)


@dataclass(frozen=True, slots=True)
class Methodology:
    """A way of selling: it changes the questions a rep is given, never what a stage asks for."""

    key: str
    name: str
    idea: str
    questions: Mapping[Phase, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mail:
    """A draft for the rep to change and to send. `to` is None where nobody at the buyer is known.

    `left` is how many questions wait for the next mail.
    """

    to: Contact | None
    subject: str
    text: str
    left: int = 0


def phase_of(process: Process, stage: Stage) -> Phase:
    """The phase of a stage: by its kind, and the open ones by their place among the open ones.

    The first open stage is for discovering, the last for agreeing, those between are spread over all four evenly;
    where one lies between two phases, it belongs to the earlier. Where the buyer is still qualified, in plain answers,
    nothing is looked at yet: that is for discovering, too.
    """
    if stage.kind is StageKind.PREPARATION:
        return Phase.DISCOVER
    if stage.kind is not StageKind.OPEN:
        return Phase.AFTER
    keys = [one.key for one in process.stages if one.kind is StageKind.OPEN]
    if len(keys) == 1:
        return Phase.DISCOVER
    place = keys.index(stage.key) / (len(keys) - 1) * (len(_BEFORE_THE_WIN) - 1)
    phase = _BEFORE_THE_WIN[ceil(place - 0.5)]
    is_qualifying = any(criterion.answer is Answering.YES_NO for criterion in stage.criteria)
    return Phase.DISCOVER if phase is Phase.EVALUATE and is_qualifying else phase


def mail_for(process: Process, deal: Deal, judgement: Judgement, sender: str) -> Mail | None:
    """The mail that asks the buyer for the evidence that is missing; None where nothing of it can be asked for.

    What the seller or a third party has to do is not asked of the buyer, nor what they said no to; and a stage of
    preparation has no buyer yet.
    """
    stage = judgement.stage
    if stage.kind is StageKind.PREPARATION:
        return None
    gaps = [gap for gap in judgement.gaps if gap.refusal is None]
    wanted = [gap.criterion for gap in gaps if gap.criterion.party is Party.BUYER]
    if not wanted:
        return None
    asks = [ask_of(criterion) for criterion in wanted[:MOST_ASKS]]
    to = addressee(deal, judgement)
    text = _written(to, asks, phase_of(process, stage), sender)
    return Mail(to, _SUBJECTS[len(asks)], text, len(wanted) - len(asks))


def ask_of(criterion: Criterion) -> str:
    """The question to the buyer: the one in the file, else the fact itself, for them to confirm or to correct."""
    if criterion.ask:
        return criterion.ask
    said = criterion.text
    for words, instead in _TO_THEM:
        said = words.sub(instead, said)
    return f"Could you confirm this in a line, or correct it? “{said[:1].upper()}{said[1:]}”"


_TO_THEM = (
    (re.compile(r"\bthe (?:buyer|customer|client)(?:'|’)s\b", re.IGNORECASE), "your"),
    (re.compile(r"\bthe (?:buyer|customer|client)\b", re.IGNORECASE), "your side"),
)
"""“Your side” leaves verbs and “they” as they are."""


def addressee(deal: Deal, judgement: Judgement) -> Contact | None:
    """Whom to ask: who gave the newest evidence of this stage, else somebody with a role and a mail, the newest first.

    Of those who are no longer a contact of the deal nobody is asked.
    """
    known = {contact.id: contact for contact in deal.contacts}
    pieces = sorted((e for f in judgement.findings for e in f.evidence), key=lambda e: (e.added_at, e.id), reverse=True)
    for piece in pieces:
        if piece.contact is not None and piece.contact.id in known:
            return known[piece.contact.id]
    return max(deal.contacts, key=lambda c: (bool(c.email), bool(c.role), c.id), default=None)


def greeting(contact: Contact | None) -> str:
    """How a mail begins. Only a name of two plain words is cut to the first; titles and longer names stay whole."""
    if contact is None:
        return "Hello,"
    words = contact.name.split()
    plain = len(words) == 2 and not words[0].endswith(".") and words[0].casefold() not in _TITLES
    return f"Hello {words[0] if plain else contact.name},"


_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "herr", "frau"})
_SUBJECTS = {1: "One short question", 2: "Two short questions", 3: "Three short questions"}
_THINGS = {1: "one thing", 2: "two things", 3: "three things"}
_OPENINGS = {
    Phase.DISCOVER: "Before we go on, I would rather ask you than guess.",
    Phase.EVALUATE: "To prepare our next step well, I would rather ask you than guess.",
    Phase.DECIDE: "To prepare our next step well, I would rather ask you than guess.",
    Phase.AGREE: "I would like the last steps to go smoothly for you.",
    Phase.AFTER: "I would like everything to run as we agreed.",
}


def _written(to: Contact | None, asks: Sequence[str], phase: Phase, sender: str) -> str:
    count = len(asks)
    listed = asks[0] if count == 1 else "\n".join(f"{number}. {ask}" for number, ask in enumerate(asks, 1))
    parts = [
        greeting(to),
        f"{_OPENINGS[phase]} May I ask you {_THINGS[count]}?",
        listed,
        f"{'A short answer is' if count == 1 else 'Short answers are'} fine. "
        "If I have got something wrong, please correct me.",
        "\n".join(filter(None, ["Thank you, and best regards", sender])),
    ]
    return "\n\n".join(parts)
