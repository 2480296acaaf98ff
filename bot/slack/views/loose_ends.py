"""What is open in a deal beside its evidence, as blocks for the sheet and the checklist of a deal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.concessions import Concession
from bot.domain.deal import Deal, Status
from bot.domain.gate import Judgement
from bot.domain.objections import Objection
from bot.slack.blocks import Block, button, section
from bot.slack.ids import Action, Ref
from bot.slack.views.concessions import in_one_line
from bot.slack.views.objections import in_short
from bot.slack.views.wording import short


def loose_ends(
    deal: Deal, objections: Sequence[Objection], judgement: Judgement | None, concession: Concession | None
) -> list[Block]:
    """The discount and the open objections, each with its button; nothing of a deal that is closed."""
    if deal.status not in (Status.OPEN, Status.WON):
        return []
    return [*_price(deal, concession), *_doubts(deal, objections, judgement)]


def _price(deal: Deal, concession: Concession | None) -> list[Block]:
    if concession is None:
        return []
    change = button("Discount…", Action.DISCOUNT, Ref(deal.id), label="Change the discount of this deal")
    line = in_one_line(concession)
    return [section(f":label: {line[0].upper()}{line[1:]}", change if deal.status is Status.OPEN else None)]


def _doubts(deal: Deal, objections: Sequence[Objection], judgement: Judgement | None) -> list[Block]:
    if not objections:
        return []
    waits = judgement is not None and bool(judgement.loose.objections)
    look = button("Objections…", Action.OBJECTIONS, Ref(deal.id), label="Open the objections of this deal")
    return [section(f":speech_balloon: {in_short(objections, blocks=waits)}", look)]


def holding_lines(judgement: Judgement) -> list[str]:
    """What keeps a deal in its stage beside the criteria, a line each, as markup."""
    return [short(sentence, 250) for sentence in judgement.loose.holds]


def also_open(judgement: Judgement) -> list[str]:
    """The same, and what is open from before, in a few words each."""
    doubts = len(judgement.loose.objections)
    said = {
        "an objection is open" if doubts == 1 else f"{doubts} objections are open": doubts,
        "a discount waits for a manager": judgement.loose.concession,
        "a manager's question about an earlier stage is open": judgement.earlier_questions,
        "evidence that was to follow an earlier move is missing": judgement.owed,
    }
    return [words for words, holds in said.items() if holds]
