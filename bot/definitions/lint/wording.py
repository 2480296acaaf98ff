"""Rules for a single criterion: an event, done by the buyer, which somebody else can look at, asked of every deal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.definitions.lint.rulebook import Said
from bot.definitions.lint.words import (
    BUYER,
    BUYER_RECEIVES,
    HEDGED,
    OPINION,
    PROOF,
    SELLER_ORDER,
    SELLER_PASSIVE,
    SELLER_SUBJECT,
    VAGUE,
    tells_an_event,
)
from bot.definitions.shape import CriterionShape
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.process import Party

# By what the criterion is about, a fact about the buyer that usually stands behind it.
_FACTS: tuple[tuple[str, str], ...] = (
    (
        r"demo|presentation|presented|pitch|deck|slides",
        "The buyer attended the demo and named what they still have to see",
    ),
    (r"proposal|quot|offer|pric", "The buyer replied to the proposal and accepted price and scope in writing"),
    (r"contract|agreement|nda", "A person who may sign for the buyer signed the agreement"),
    (r"budget|money|fund", "The buyer named the sum they can spend and whose budget it comes from"),
    (r"authority|decision|decider|stakeholder", "The buyer named the people who decide and what each has a say in"),
    (
        r"need|pain|problem|requirement|discovery",
        "The buyer described the problem and what it costs them, in their own words",
    ),
    (r"timeline|timing|date|urgency", "The buyer gave the date by which it has to work, and the reason for it"),
    (r"objection|concern|question", "The buyer confirmed that their questions are answered"),
    (r"call|meeting|visit|book|schedul|follow", "The buyer accepted a meeting about the next step"),
    (r"e?-?mail|recap|sent|send|information", "The buyer replied to the recap and confirmed the next step"),
    (r"value|roi|business case|benefit", "The buyer confirmed the figures of the business case"),
    (
        r"interest|engag|keen|like|happy|excit|understand",
        "The buyer accepted a meeting about how to proceed and said who joins",
    ),
)
_SPOKEN = frozenset((EvidenceKind.CALL, EvidenceKind.QUOTE))
_MINE = re.compile(r"(?:I|We|Our|My|Rep|The rep)\b")


def _fact(text: str) -> str:
    found = next((fact for about, fact in _FACTS if re.search(rf"\b(?:{about})", text, re.I)), None)
    return f"Say what the buyer did, such as “{found or 'The buyer confirmed in writing that …'}.”"


def _is_the_buyers(criterion: CriterionShape) -> bool:
    return criterion.party is Party.BUYER


def seller_acts(criterion: CriterionShape) -> Iterator[Said]:
    """“We gave the demo”, “Proposal sent to the buyer”, “Send the recap”, “The buyer received the deck”."""
    text = criterion.text
    if not _is_the_buyers(criterion) or not _seller_in(text):
        return
    said = f"“{text}” is about what you do; the buyer need not have moved."
    yield Said("seller_acts", "text", said, _fact(text))


def _seller_in(text: str) -> bool:
    if SELLER_SUBJECT.match(text) or SELLER_ORDER.match(text) or BUYER_RECEIVES.match(text.removeprefix("The ")):
        return True
    passive = SELLER_PASSIVE.search(text)
    if not passive or re.search(rf"\bby (?:the |their |a |an )?(?:\w+ )?{BUYER.pattern}", text[passive.end() :], re.I):
        return False
    rest = text[passive.end() :]
    if BUYER.search(rest) and tells_an_event(rest):
        return False
    begins = re.sub(rf"\b(?:to|with|for|from) (?:the |a |an |all )?{BUYER.pattern}", "", text[: passive.end()])
    return not BUYER.search(begins)


def no_buyer(criterion: CriterionShape) -> Iterator[Said]:
    """“Budget confirmed”: by whom?"""
    if _is_the_buyers(criterion) and not BUYER.search(criterion.text) and not any(seller_acts(criterion)):
        said = f"“{criterion.text}” names nobody on the buyer's side; who did it?"
        yield Said("no_buyer", "text", said, f"{_fact(criterion.text)} If somebody else does it: party: third_party.")


def opinion(criterion: CriterionShape) -> Iterator[Said]:
    """“The buyer is interested”: nobody can look into their head."""
    found = OPINION.search(criterion.text)
    if found and not tells_an_event(criterion.text) and not any(seller_acts(criterion)):
        said = f"“{found[0]}” is what somebody feels, hopes or plans, not what happened."
        yield Said("opinion", "text", said, _fact(criterion.text))


def no_event(criterion: CriterionShape) -> Iterator[Said]:
    """“The buyer's budget”: what about it?"""
    if any(seller_acts(criterion)) or OPINION.search(criterion.text) or tells_an_event(criterion.text):
        return
    said = f"“{criterion.text}” does not say what happened."
    yield Said("no_event", "text", said, _fact(criterion.text))


def vague_words(criterion: CriterionShape) -> Iterator[Said]:
    """“The buyer gave good feedback”: what one calls good, another does not."""
    if (found := VAGUE.search(criterion.text)) and not any(opinion(criterion)):
        said = f"Two people will not mean the same by “{found[0]}”."
        yield Said("vague_words", "text", said, "Leave the word out, or say the number, the name or the day.")


def hedged(criterion: CriterionShape) -> Iterator[Said]:
    """“If possible the buyer confirmed”: then it is not asked for."""
    if found := HEDGED.search(criterion.text):
        said = f"“{found[0]}” leaves it open whether this is asked for."
        rewrite = "Leave it out. What only some deals need has a “when:” or “may_not_apply: true”."
        yield Said("hedged", "text", said, rewrite)


def words_are_enough(criterion: CriterionShape) -> Iterator[Said]:
    """`least: claimed`."""
    if criterion.least is Strength.CLAIMED:
        said = "The rep's words alone meet this; there need not be anything to look at."
        yield Said("words_are_enough", "least", said, "Write “least: inspectable”, or leave the key out.")


def spoken_only(criterion: CriterionShape) -> Iterator[Said]:
    """`accepts: [call]`."""
    if criterion.accepts and set(criterion.accepts) <= _SPOKEN:
        said = "What was only spoken leaves nothing that a manager can open."
        yield Said("spoken_only", "accepts", said, "Add email, message or document: a recap that the buyer answered.")


def example_without_proof(criterion: CriterionShape) -> Iterator[Said]:
    """“They said yes on the phone.”"""
    if not PROOF.search(criterion.example):
        said = "The example names nothing that somebody else can open."
        rewrite = "Say where it is to be seen: “Reply of the finance director on 4 March: …”, with the link."
        yield Said("example_without_proof", "example", said, rewrite)


def example_of_seller(criterion: CriterionShape) -> Iterator[Said]:
    """“I showed them the product.”"""
    if _is_the_buyers(criterion) and _MINE.match(criterion.example):
        said = "The example tells what you did."
        yield Said("example_of_seller", "example", said, "Tell what the buyer did: “Mail of the buyer's IT lead: …”.")


def seller_party(criterion: CriterionShape) -> Iterator[Said]:
    """`party: seller` in a stage in which there is a buyer."""
    if criterion.party is Party.SELLER:
        said = "What only the seller does says nothing about the buyer."
        rewrite = "Ask for the buyer's answer to it, or move it to “do:” or into a stage of kind preparation."
        yield Said("seller_party", "party", said, rewrite)


OF_THE_BUYER = (seller_acts, no_buyer, opinion, no_event, vague_words, seller_party, example_of_seller)
"""Rules for criteria in stages in which there is a buyer; the seller's own preparation is exempt from them."""

OF_ALL = (hedged, words_are_enough, spoken_only, example_without_proof)
