"""Rules for a single stage: its name and outcome are about the buyer, and it asks for something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.definitions.lint.rulebook import Said
from bot.definitions.lint.words import BUYER, words_of
from bot.definitions.shape import StageShape
from bot.domain.process import StageKind, WaitingOn

# What sellers call their own work, and the outcome for the buyer that is usually meant. The first that fits speaks.
_ACTIVITIES: tuple[tuple[str, str], ...] = (
    (r"demos?|demonstrations?|product tours?|showcases?", "Product evaluated"),
    (r"discover(?:y|ing)|needs? analysis|intro(?:duction|ductory)?(?: calls?)?", "Problem recognised"),
    (r"(?:dis)?qualif(?:y|ying|ication)", "Need and budget confirmed"),
    (r"propos(?:als?|ing|ed)|quot(?:es?|ing|ation|ed)|offer(?:s|ing|ed)?|pricing", "Proposal accepted"),
    (r"objections?|objection handling|overcoming", "Questions answered"),
    (r"negotiat(?:e|ing|ions?)|legal|redlin(?:e|es|ing)", "Terms agreed"),
    (r"clos(?:e|ing)|contracts?|contracting|paperwork|commit(?:ment)?", "Agreement signed"),
    (r"pitch(?:es|ing|ed)?|present(?:s|ing|ations?|ed)?", "Solution confirmed"),
    (r"prospect(?:s|ing|ed)?|outreach|lead gen(?:eration)?|leads?|cold call(?:s|ing)?", "First meeting accepted"),
    (
        r"contact(?:s|ing|ed)?|connect(?:ing|ed)?|approach(?:ing|ed)?|first calls?|calls?|visits?",
        "Conversation accepted",
    ),
    (r"follow(?:ing|ed)?[- ]?ups?|nurtur(?:e|ing)|check[- ]?ins?", "Next step confirmed"),
    (r"trials?|pilots?|pocs?|proofs? of concept|evaluations?|tests?|testing", "Trial passed"),
    (r"meetings?|workshops?|appointments?", "Meeting attended"),
    (r"research(?:ing|ed)?|prepar(?:e|ing|ation)", "Problem recognised"),
)
_BY_SELLER = words_of(
    "sent made done given presented delivered scheduled held completed prepared submitted shown pitched contacted"
    " quoted demoed proposed offered called prospected followed researched booked set planned started emailed"
)
_OUTCOMES = words_of("won met known live bought paid chosen felt heard seen read gone begun understood taken")


def _buyers_participle(word: str) -> bool:
    """A word such as evaluated, agreed or chosen, which says what has come out."""
    return word in _OUTCOMES or (word.endswith("ed") and len(word) > 4 and word not in _BY_SELLER | {"need", "speed"})


def seller_stage(stage: StageShape) -> Iterator[Said]:
    """“Demo”, “Proposal sent”: the seller's work. A stage that waits for a third party is nobody's work here."""
    words = re.findall(r"[\w-]+", stage.name.lower())
    theirs = stage.kind is not StageKind.OPEN or stage.waiting_on is WaitingOn.THIRD_PARTY
    if theirs or any(_buyers_participle(word) for word in words):
        return
    outcome = next((out for what, out in _ACTIVITIES if re.search(rf"\b(?:{what})\b", stage.name, re.I)), None)
    if outcome is None and any(word.endswith("ing") and len(word) > 5 for word in words):
        outcome = "… agreed"
    if outcome:
        text = f"“{stage.name}” says what you do; whether it meant anything to the buyer, nobody can tell."
        yield Said("seller_stage", "name", text, f"Name what the buyer has done when it is over, such as “{outcome}”.")


def stage_not_outcome(stage: StageShape) -> Iterator[Said]:
    """“Budget”: neither the seller's work nor what the buyer did."""
    if stage.kind not in (StageKind.OPEN, StageKind.WON) or any(seller_stage(stage)):
        return
    words = re.findall(r"[\w-]+", stage.name.lower())
    if not any(_buyers_participle(word) or word in _BY_SELLER for word in words):
        text = f"“{stage.name}” does not say what has happened when the stage is over."
        yield Said("stage_not_outcome", "name", text, f"Add what the buyer did, such as “{stage.name} agreed”.")


def outcome_without_buyer(stage: StageShape) -> Iterator[Said]:
    """An outcome in which nobody of the buyer's side is named."""
    if stage.kind is StageKind.PREPARATION or stage.waiting_on is WaitingOn.THIRD_PARTY or BUYER.search(stage.outcome):
        return
    text = "The outcome does not say what is then true about the buyer."
    yield Said("outcome_without_buyer", "outcome", text, "Begin it with “The buyer has …”.")


def nothing_asked(stage: StageShape, leads_on: bool) -> Iterator[Said]:
    """A stage that a deal may leave without having proved anything."""
    if not leads_on or stage.criteria or stage.include:
        return
    text = "A deal leaves this stage without proving anything, so the stage is skipped in silence."
    if stage.kind is StageKind.OPEN:
        rewrite = "Write under criteria what the buyer has done by then, or remove the stage."
        yield Said("open_without_criteria", "criteria", text, rewrite)
    elif stage.kind is StageKind.PREPARATION:
        rewrite = "Ask for a document: the profile, or the list of whom to call."
        yield Said("nothing_asked", "criteria", text, rewrite)
    else:
        yield Said("nothing_asked", "criteria", text, "Write what the buyer has done by then, or remove the stage.")


def preparation_without_document(stage: StageShape) -> Iterator[Said]:
    """Preparation is the seller's own work; only a document shows it."""
    if stage.kind is StageKind.PREPARATION:
        for criterion in stage.criteria:
            if criterion.accepts and not any(kind.value == "document" for kind in criterion.accepts):
                text = f"“{criterion.text}” cannot be proved by a document."
                yield Said("preparation_without_document", "criteria", text, "Add document to its accepts.")


STAGE_RULES = (seller_stage, stage_not_outcome, outcome_without_buyer, preparation_without_document)
