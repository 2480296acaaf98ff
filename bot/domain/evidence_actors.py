"""Who is spoken of in a clause of evidence, and who does what its verbs say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.domain.evidence_text import BOX
from bot.domain.evidence_words import List, Words


class Side(Enum):
    """On whose side somebody is."""

    BUYER = "buyer"
    SELLER = "seller"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody in a clause. `named` for a person or a mailbox, in contrast to “they” or “the customer”."""

    start: int
    end: int
    side: Side
    named: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb of something that happened, and who did it: None where nobody is named.

    `implied` where the doer is left out, as in “Sent the deck”.
    """

    start: int
    end: int
    verb: str
    by: Side | None
    implied: bool = False


_NO_NAMES: Final = (List.NOT_A_NAME, List.BUYER, List.PEOPLE, List.SELLER)
_NO_NAMES_AT_FIRST: Final = (List.SPEECH, List.ACT, List.SELLERS_ACT, List.RECEIVED, List.WRITTEN, List.MEETING)
_SUFFIX: Final = re.compile(
    r"(?:ments?|tions?|sions?|ings?|ness|ity|ities|ances?|ences?|ships?|ages?|ers|ors|ies|als|ware|ures?|ists?|olders|isms?)$"
)
_NAME: Final = re.compile(
    r"(?<![\w.'-])(?:(?:Mr|Ms|Mrs|Dr|Frau|Herr)\.? )?"
    r"[A-ZÄÖÜ](?:[a-zäöüßéèáàíóúñç]+|\.)(?:[ -][A-ZÄÖÜ][\w.'-]*\w)*(?!\w)"
)
_SMALL_NAME: Final = re.compile(r"([^\W\d_]{3,}) (?:has |just |also |then )*")
_REGULAR: Final = re.compile(r"(?<![\w'-])(?:[a-z]+-)?[a-z]{2,}ed(?![\w-])", re.IGNORECASE)
_NOT_DONE: Final = re.compile(r"(?:\b(?:not|never|no|nobody|without|yet to|nicht|kein\w*)|n't)(?: \w+){0,2} ?$")
_STILL_TO_COME: Final = re.compile(
    r"(?:\b(?:will|to|should|would|could|might|may|must|can|shall|gonna|wird|soll|if|once|when|until|unless|wenn)|'ll)"
    r"(?: (?:be|have|get|been|also|then|probably|likely|the|they|he|she|it|is|are|has))* ?$"
)
_POSSESSIVE: Final = frozenset(("their", "his", "her", "ihr", "ihre", "ihrem"))
_BEFORE_PARTICIPLE: Final = re.compile(r"(?i)(?: \w+ly| just| now| also| already)? $")
_MODIFIERS: Final = re.compile(r"(?: (?:has|have|had|also|just|then|already|finally|both|all|even|actually))* ?")
_BARE: Final = re.compile(
    r"(?i)(?:(?:just|have|has|had|already|also|and|then|finally|re|update|fyi|today|yesterday|so|habe|haben|wurde|\+|-|‹d1›|\W)\s*)*"
)
_TO_US: Final = re.compile(r"(?i)^ ?(?:me|us|mir|uns)\b")
_ALSO_NOUN: Final = re.compile(
    r"answers|shows|lists|states|left|set|made|put|call(?:s|ed)|found|replies|reads|ran|posted"
)
_WITH_BE: Final = frozenset(("was there", "were there", "was present", "were present", "was in"))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads clauses. `contact` is the person at the buyer whom the rep named, `company` other words for the buyer."""

    words: Words
    contact: str = ""
    actors_of_criterion: tuple[str, ...] = ()

    def mentions(self, clause: str) -> list[Mention]:
        """Everybody in the clause, from left to right; of two in one place the longer."""
        lower = clause.lower()
        found = [Mention(m.start(), m.end(), Side.SELLER) for m in self.words.find(List.SELLER, clause)]
        found += [Mention(m.start(), m.end(), Side.BUYER) for m in self.words.find(List.BUYER, clause)]
        found += [Mention(m.start(), m.end(), Side.BUYER) for m in self.words.find(List.PEOPLE, clause)]
        found += [Mention(start, end, Side.BUYER, True) for start, end in self._names(clause)]
        found += [Mention(m.start(), m.end(), Side.BUYER, True) for m in re.finditer(BOX, clause)]
        found += [Mention(m.start(1), m.end(1), Side.BUYER, True) for m in self._small_names(lower)]
        for part in self._contact_parts():
            found += [
                Mention(m.start(), m.end(), Side.BUYER, True) for m in re.finditer(rf"\b{re.escape(part)}(?!\w)", lower)
            ]
        for word in self.actors_of_criterion:
            found += [Mention(m.start(), m.end(), Side.BUYER) for m in re.finditer(rf"\b{re.escape(word)}\b", lower)]
        return _without_overlaps(found)

    def deeds(self, clause: str, inherited: Side | None) -> list[Deed]:
        """What happened in the clause. `inherited` is who acted just before, for a clause that goes on with a verb."""
        mentions = self.mentions(clause)
        deeds: list[Deed] = []
        for start, end in self._verbs(clause, mentions):
            ahead = clause[:start].lower()
            if _NOT_DONE.search(ahead) or _STILL_TO_COME.search(ahead):
                continue
            verb = clause[start:end].lower()
            doer, implied = self._doer(clause, mentions, deeds, (start, end), inherited)
            deeds.append(Deed(start, end, verb, doer, implied))
        return deeds

    def subject_side(self, clause: str) -> Side | None:
        """Whose deeds a following clause goes on with: the last one named who is no “with Jane” or “to Jane”."""
        for mention in reversed(self.mentions(clause)):
            if not self._follows_toward(clause[: mention.start]):
                return mention.side
        return None

    def _contact_parts(self) -> list[str]:
        parts = re.findall(r"[^\W\d_]+\.?", self.contact.lower().split("@")[0])
        whole = [self.contact.lower()] if self.contact else []
        return [p for p in {*whole, *parts} if len(p) > 1 and not self.words.has(List.NOT_A_NAME, p)]

    def _names(self, clause: str) -> list[tuple[int, int]]:
        """Words in capitals that are nothing else; leading words that are something else are cut off."""
        found = []
        for match in _NAME.finditer(clause):
            words = list(re.finditer(r"[^\s-]+", match[0]))
            while words and self._is_common(words[0][0], match.start() + words[0].start() == 0):
                del words[0]
            if words:
                found.append((match.start() + words[0].start(), match.end()))
        return found

    def _small_names(self, lower: str) -> Iterator[re.Match[str]]:
        """ "marco said": a word that is in no list, at the beginning and before what only people do."""
        match = _SMALL_NAME.match(lower)
        if (
            match
            and not self.words.knows(match[1])
            and any(m.start() == 0 for m in self.words.find(List.ONLY_PEOPLE, lower[match.end() :]))
        ):
            yield match

    def _is_common(self, word: str, begins: bool) -> bool:
        if len(word) == 2 and word.endswith("."):
            return False
        if word.isupper() and len(word) > 1:
            return True
        if begins and (re.search(r"(?:ed|ing|ly)$", word) or _SUFFIX.search(word)):
            return True
        return any(self.words.has(name, word) for name in (*_NO_NAMES, *(_NO_NAMES_AT_FIRST if begins else ())))

    def _verbs(self, clause: str, mentions: list[Mention]) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for name in (List.SPEECH, List.ACT, List.SELLERS_ACT, List.RECEIVED):
            spans += [m.span() for m in self.words.find(name, clause)]
        spans += [m.span() for m in _REGULAR.finditer(clause)]
        no_act = [m.span() for m in self.words.find(List.NO_ACT, clause)]
        no_act += [(m.start, m.end) for m in mentions]
        kept: list[tuple[int, int]] = []
        for span in sorted(set(spans), key=lambda s: (s[0], -s[1])):
            if any(_overlap(span, other) for other in [*no_act, *kept]) or self._is_noun(clause, span):
                continue
            kept.append(span)
        return kept

    def _is_noun(self, clause: str, span: tuple[int, int]) -> bool:
        """ "their answers", "a list", "the signed order" are no deeds."""
        word = clause[span[0] : span[1]].lower()
        if word == "got" and re.search(r"(?i)(?:\b(?:have|has)|['’](?:ve|s)) $", clause[: span[0]]):
            return True
        if not re.search(
            r"(?i)(?:\b(?:the|an?|my|our|your|his|her|their|no|this|these|of|all|any|in|per|open|to)|['’]s) $",
            clause[: span[0]],
        ):
            return False
        follows = re.match(r" [a-z]", clause[span[1] :]) is not None
        return _ALSO_NOUN.fullmatch(word) is not None or (follows and word.endswith("ed"))

    def _doer(
        self, clause: str, mentions: list[Mention], before: list[Deed], span: tuple[int, int], inherited: Side | None
    ) -> tuple[Side | None, bool]:
        start, end = span
        verb, ahead, after = clause[start:end].lower(), clause[:start], clause[end:]
        received = self.words.has(List.RECEIVED, verb)
        habitual = Side.SELLER if self.words.has(List.SELLERS_ACT, verb) else None
        if (agent := self._agent(clause, mentions, end, received)) is not None:
            return agent, False
        if verb not in _WITH_BE and self._is_passive(ahead):
            return habitual, True
        subject = self._subject(clause, mentions, before, start)
        if subject is not None:
            if received and subject is Side.SELLER:
                return (Side.BUYER if self.contact else None), False
            return subject, False
        goes_on = bool(before) and re.search(r"(?i)(?:\band|\+|&|\bthen) $", ahead) is not None
        if goes_on:
            return before[-1].by, before[-1].implied
        if _BARE.fullmatch(ahead):
            return self._unnamed(verb, after, inherited, received)
        return habitual, True

    def _is_passive(self, ahead: str) -> bool:
        """Whether “was” or the like stands right before a participle."""
        return any(_BEFORE_PARTICIPLE.fullmatch(ahead[m.end() :]) for m in self.words.find(List.PASSIVE, ahead))

    def _unnamed(self, verb: str, after: str, inherited: Side | None, received: bool) -> tuple[Side | None, bool]:
        """The one who is left out before a verb: “Sent the deck” is the rep, “Told me on the phone” is not."""
        if _TO_US.match(after):
            return Side.BUYER, False
        if inherited is not None:
            return inherited, False
        if received:
            return (Side.BUYER, False) if self.contact else (None, True)
        if self.words.has(List.SELLERS_ACT, verb):
            return Side.SELLER, True
        return (Side.BUYER, False) if self.contact else (None, True)

    def _agent(self, clause: str, mentions: list[Mention], end: int, received: bool) -> Side | None:
        """Who stands behind “by”, or behind “from” where something was received."""
        for mention in mentions:
            between = clause[end : mention.start].lower()
            if mention.start < end or len(between) > 60:
                continue
            words = [m[0].lower() for m in self.words.find(List.BY, between)]
            if not words:
                continue
            last = words[-1]
            gap = between.rpartition(last)[2].split()
            if len(gap) <= 3 and (last in ("by", "von", "durch") or received):
                return mention.side
        return None

    def _subject(self, clause: str, mentions: list[Mention], before: list[Deed], start: int) -> Side | None:
        for mention in reversed([m for m in mentions if m.end <= start]):
            text = clause[mention.start : mention.end].lower()
            ahead, between = clause[: mention.start], clause[mention.end : start]
            if text in _POSSESSIVE and _MODIFIERS.fullmatch(between) is None and len(between.split()) > 3:
                continue
            if between.startswith(("'s ", "’s ")) and not re.match(r"['’]s (?:just |already )?$", between):
                if len(between.split()) > 4:
                    continue
                return mention.side
            if self._follows_toward(ahead):
                continue
            if text in ("me", "us", "them", "him", "mir", "uns", "mich"):
                continue
            if self._is_object(ahead, before, between):
                continue
            return mention.side
        return None

    def follows_toward(self, clause: str, mention: Mention) -> bool:
        """Whether it is “with Jane” or “to Jane”."""
        return self._follows_toward(clause[: mention.start])

    def _follows_toward(self, ahead: str) -> bool:
        last = list(self.words.find(List.TOWARD, ahead))
        if not last:
            return False
        gap = ahead[last[-1].end() :].split()
        return len(gap) <= 2 and all(
            re.fullmatch(r"(?i)the|a|an|our|their|his|her|my|all|both|den|dem|die|der|new|\w+['’]s|and|\+", word)
            for word in gap
        )

    def _is_object(self, ahead: str, before: list[Deed], between: str) -> bool:
        """ "Asked Petra": whoever follows a verb at once had it done to them, unless an “and” begins something new."""
        if not before or re.search(r"(?i)\b(?:and|who|which|that|und|then) ?$", ahead):
            return False
        gap = ahead[before[-1].end :].split()
        return len(gap) <= 1 and not re.search(r"(?i)\b(?:who|that)\b", between)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _without_overlaps(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-(m.end - m.start), not m.named)):
        if not any(_overlap((mention.start, mention.end), (k.start, k.end)) for k in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)
