"""What a piece of evidence says, as signals: an event or a hope, whose words, who acts, and what could be opened."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date
from typing import Final

from bot.domain.evidence_actors import Deed, Reader, Side
from bot.domain.evidence_links import LinkKind, link_kind
from bot.domain.evidence_signals import Signal
from bot.domain.evidence_text import BOX, DATE, FILE, QUOTE, Clause, Prepared, prepare
from bot.domain.evidence_words import List, Words
from bot.domain.junk import looks_like_placeholder

_END_OF_REPORT: Final = re.compile(
    r"(?i)^(?:so\b|i\b|we\b|i'm\b|should\b|looks?\b|seem|sounds?\b|hope|fingers|probably|apparently|definitely|but\b)"
)
_MOODS: Final = {
    Signal.HEDGE: List.HEDGE,
    Signal.HOPE: List.HOPE,
    Signal.PLAN: List.PLAN,
    Signal.OPINION: List.OPINION,
    Signal.NOT_DONE: List.GUESS,
}
# What may stand between “mail” and the date or number that tells it from other mails.
_BETWEEN: Final = (
    rf"{BOX}|(?-i:[A-ZÄÖÜ][\w.]*)|of|from|dated|vom|von|to|the|by|her|his|their|{QUOTE}|[,(:-]"
    r"|entry|notes?|report|log|invite"
)
_NAMED_BY: Final = re.compile(rf"(?i)(?:\s*(?:{_BETWEEN})){{0,4}}\s*[,(:]?\s*(?:{DATE}|#?\d{{4,}}|#\d+)")
_SAYS: Final = re.compile(r"(?i)\b(?:says|said|states|stated|reads|confirms|confirmed|besagt|bestätigt)\b")
_MUTUAL: Final = ("agreed", "aligned", "discussed", "shook", "settled", "concluded", "decided", "vereinbart")
_OF_THE_SELLER: Final = re.compile(r"(?i)\b(?:me|myself|us|ich)\b")


def read_evidence(
    text: str, words: Words, today: date, *, criterion: str = "", link: str = "", contact: str = "",
    occurred_on: date | None = None,
) -> Set[Signal]:  # fmt: skip
    """All signals of a piece of evidence. Pure; any text is read without an error."""
    parts = prepare(text, words)
    reader = Reader(words, contact, _actors_of(criterion))
    found = _Findings(words, reader, parts)
    found.read_clauses()
    found.read_names()
    found.read_quotes(contact)
    found.read_links([*([link] if link.strip() else []), *parts.links])
    found.read_written()
    signals = found.signals
    if DATE in parts.marked or words.has(List.BEFORE, parts.marked) or occurred_on or parts.is_mail:
        signals.add(Signal.DATE)
    if contact.strip():
        signals |= {Signal.WHO, Signal.NAMED}
    if occurred_on is not None and occurred_on > today:
        signals.add(Signal.FUTURE_DAY)
    if looks_like_placeholder(text) and not parts.is_mail:
        signals.add(Signal.FILLER)
    return frozenset(signals)


def _actors_of(criterion: str) -> tuple[str, ...]:
    """The noun a criterion begins with, “The appraiser …”: whoever has to act there may be no buyer."""
    match = re.match(r"(?i)(?:the|an?) ([a-z-]{3,})(?: (?!and\b)[a-z-]+)? ", criterion)
    return (match[1].lower(),) if match and match[1].lower() not in ("price", "contract", "deal") else ()


class _Findings:
    """Gathers the signals of one text."""

    def __init__(self, words: Words, reader: Reader, parts: Prepared) -> None:
        self.words, self.reader, self.parts = words, reader, parts
        self.signals: set[Signal] = set()
        self.told = self.presence = False
        self.deeds: list[Deed] = []

    def read_clauses(self) -> None:
        """Clause by clause; what the buyer is reported to have said is no statement of the rep's."""
        doer: Side | None = None
        for clause in self.parts.clauses:
            if clause.begins:
                doer, self.told, self.presence = None, False, False
            if self.told and not _END_OF_REPORT.match(clause.text):
                continue
            self.told = False
            doer = self._read_clause(clause, doer)
            self._note_speaker(clause)
        met_somebody = self.words.has(List.MEETING, self.parts.marked) and Signal.NAMED in self.signals
        if self.deeds and all(deed.implied for deed in self.deeds) and not met_somebody:
            self.signals.add(Signal.DOER_LEFT_OUT)

    def _note_speaker(self, clause: Clause) -> None:
        """ "Tom on the phone: …", "Attendees: …": what stands before a colon says whose words or names follow."""
        if not clause.introduces:
            return
        self.presence = self.presence or self.words.has(List.PRESENCE, clause.text)
        speakers = [m for m in self.reader.mentions(clause.text) if not self.reader.follows_toward(clause.text, m)]
        said_when = DATE in clause.text or self.words.has(List.MEETING, clause.text)
        is_buyer = any(m.side is Side.BUYER and (m.named or said_when) for m in speakers)
        if clause.begins and is_buyer and (said_when or self.words.has(List.WRITTEN, clause.text)):
            self.told = True
            self.signals |= {Signal.BUYERS_WORDS, Signal.EVENT}

    def read_names(self) -> None:
        """ "Confirmation mail, Jane, 3 March": something written and a person's name, and nobody does anything."""
        moods = set(_MOODS)
        marked = self.parts.marked
        if self.signals & (moods | {Signal.EVENT}) or not self.words.has(List.WRITTEN, marked) or DATE not in marked:
            return
        for clause in self.parts.clauses:
            for mention in self.reader.mentions(clause.text):
                if mention.named and not self.reader.follows_toward(clause.text, mention):
                    self.signals |= {Signal.EVENT, Signal.BUYER_ACTS}

    def _read_clause(self, clause: Clause, inherited: Side | None) -> Side | None:
        text = clause.text
        if clause.asks:
            self.signals.add(Signal.HEDGE)
            return inherited
        text, source = self._without_source(text, clause.begins)
        if not source:
            text, source = self._without_document(text)
        deeds = [] if source else self.reader.deeds(text, inherited)
        own = self._without_report(text, deeds)
        for signal, name in _MOODS.items():
            if self.words.has(name, own.replace(QUOTE, "")):
                self.signals.add(signal)
        mentions = self.reader.mentions(own)
        if mentions:
            self.signals.add(Signal.WHO)
        if any(mention.named for mention in mentions):
            self.signals.add(Signal.NAMED)
        self._note_deeds(deeds)
        if not any(self.words.has(name, own) for name in (List.PLAN, List.HOPE, List.HEDGE)):
            self._note_nouns(own)
        if not deeds and any(m.side is Side.BUYER for m in mentions):
            self._note_intent(own)
        acting = [deed.by for deed in deeds if deed.by is not None]
        return acting[-1] if acting else self.reader.subject_side(own) or inherited

    def _without_source(self, text: str, begins: bool) -> tuple[str, bool]:
        """ "According to Anna …": the rest of the sentence is what Anna said."""
        source = next(self.words.find(List.SOURCE, text), None) if begins else None
        if source is None or source.start() > 0:
            return text, False
        after = text[source.end() :]
        speaker = next(
            (m for m in self.reader.mentions(after) if m.side is Side.BUYER and len(after[: m.start].split()) < 3), None
        )
        if speaker is None:
            return text, False
        self.told = True
        self.signals |= {Signal.BUYERS_WORDS, Signal.EVENT}
        return text[: source.end() + speaker.end], True

    def _without_document(self, text: str) -> tuple[str, bool]:
        """ "Their mail says that …", “The note also states …”: what follows is what stands in it."""
        says = _SAYS.search(text)
        ahead = text[: says.start()] if says else ""
        near = [m for m in self.words.find(List.WRITTEN, ahead) if len(ahead[m.end() :].split()) < 4]
        if says is None or not near or any(m.side is Side.SELLER for m in self.reader.mentions(ahead)):
            return text, False
        self.told = True
        self.signals.add(Signal.EVENT)
        if any(m.side is Side.BUYER for m in self.reader.mentions(text)):
            self.signals |= {Signal.BUYERS_WORDS, Signal.WHO}
        return ahead, True

    def _without_report(self, text: str, deeds: list[Deed]) -> str:
        """The clause as far as the rep speaks in it; from “she said” on it is what the buyer said."""
        for deed in deeds:
            if deed.by is Side.BUYER and self.words.has(List.SPEECH, deed.verb) and deed.verb != "asked":
                self.told = True
                if QUOTE not in text:
                    self.signals.add(Signal.BUYERS_WORDS)
                return text[: deed.end]
        return text

    def _note_deeds(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            self.signals.add(Signal.EVENT)
            if deed.by is Side.BUYER:
                self.signals.add(Signal.BUYER_ACTS)
            elif deed.by is Side.SELLER and not deed.verb.startswith(_MUTUAL):
                self.signals.add(Signal.SELLER_ACTS)
            self.deeds.append(deed)

    def _note_nouns(self, text: str) -> None:
        """Events without a verb: “Mail from Petra”, “Jane's reply”, “Attendees: Ana”, “Workshop with Marco, 5 Feb”."""
        mentions = [m for m in self.reader.mentions(text) if m.side is Side.BUYER]
        written = [m.span() for m in self.words.find(List.WRITTEN, text)]
        written += [m.span() for m in re.finditer(FILE, text)]
        for mention in mentions:
            ahead, after = text[: mention.start], text[mention.end :]
            owned = re.match(r"(?i)['’]s?\b", after) or text[mention.start : mention.end].lower() in (
                "their",
                "his",
                "her",
            )
            theirs = owned and any(0 <= start - mention.end <= 30 for start, _ in written)
            given = re.search(r"(?i)\b(?:from|of|by|von|vom) (?:the |their |our |der |dem )?(?:\w+ )?$", ahead) and any(
                end <= mention.start and mention.start - end < 40 for _, end in written
            )
            came = self.presence or self.words.has(List.PRESENCE, text[: mention.end])
            authored = any(0 <= m.start() <= 1 for m in self.words.find(List.AUTHORED, after))
            if theirs or given or came or authored:
                self.signals |= {Signal.EVENT, Signal.BUYER_ACTS}
        if (mentions or DATE in text) and (written or self.words.has(List.MEETING, text)):
            self.signals.add(Signal.EVENT)

    def _note_intent(self, text: str) -> None:
        for mention in self.reader.mentions(text):
            if mention.side is Side.BUYER and self.words.has(List.WILL_ACT, text[mention.end : mention.end + 40]):
                self.signals.add(Signal.BUYER_WILL_ACT)

    def read_quotes(self, contact: str) -> None:
        """Whose words are quoted: the rep's own only where the rep is the only one who speaks."""
        if self.parts.is_mail:
            own = bool(_OF_THE_SELLER.search(self.parts.mail_from)) and "@" not in self.parts.mail_from
            self.signals |= {Signal.EVENT, Signal.WHO, Signal.NAMED}
            self.signals.add(Signal.SELLER_ACTS if own else Signal.BUYERS_WORDS)
            return
        if not self.parts.quotes:
            return
        outside = [clause.text for clause in self.parts.clauses]
        sides = {m.side for text in outside for m in self.reader.mentions(text)}
        replied = any(self.words.has(List.WRITTEN, text) for text in outside)
        speaks = self._seller_speaks(outside)
        if speaks and Side.BUYER not in sides:
            self.signals.add(Signal.SELLER_ACTS)
        elif Side.BUYER in sides or contact.strip() or replied:
            self.signals |= {Signal.BUYERS_WORDS, Signal.EVENT}
            if replied and not sides:
                self.signals.add(Signal.WHO)

    def _seller_speaks(self, clauses: list[str]) -> bool:
        return any(
            deed.by is Side.SELLER and self.words.has(List.SPEECH, deed.verb)
            for text in clauses
            for deed in self.reader.deeds(text, None)
        )

    def read_links(self, links: list[str]) -> None:
        """The best of the links counts."""
        kinds = {link_kind(link) for link in links}
        for kind, signal in (
            (LinkKind.THING, Signal.LINK),
            (LinkKind.FRONT_DOOR, Signal.FRONT_DOOR),
            (LinkKind.NOWHERE, Signal.NOWHERE),
        ):
            if kind in kinds:
                self.signals.add(signal)
                return

    def read_written(self) -> None:
        """Whether the text names something that can be opened, so that another person could find it."""
        marked = self.parts.marked
        if self.parts.is_mail or FILE in marked:
            self.signals.add(Signal.IDENTIFIED)
        for match in self.words.find(List.WRITTEN, marked):
            self.signals.add(Signal.MENTIONED)
            if _is_identified(marked[: match.start()], marked[match.end() :]) or self._in_a_place(marked, match):
                self.signals.add(Signal.IDENTIFIED)
        if self.words.has(List.WRITING, marked):
            self.signals.add(Signal.MENTIONED)
        if self.words.has(List.MEETING, marked):
            self.signals.add(Signal.TALK)

    def _in_a_place(self, marked: str, match: re.Match[str]) -> bool:
        around = marked[max(0, match.start() - 60) : match.end() + 60]
        return self.words.has(List.PLACE, around)


def _is_identified(ahead: str, after: str) -> bool:
    """ "mail of 3 May", "3 May minutes", "PO 4500012345", "reply (3 May)"; not "mailed us on 3 May"."""
    return (
        bool(_NAMED_BY.match(after))
        or bool(re.search(rf"{DATE} (?:\w+ )?$", ahead))
        or bool(re.match(rf"\s*{QUOTE}", after))
    )
