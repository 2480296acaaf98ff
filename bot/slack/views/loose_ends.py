"""What is open in a deal beside its evidence, as blocks for the sheet and the checklist of a deal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.deal import Deal, Status
from bot.domain.gate import Judgement
from bot.domain.objections import Objection
from bot.slack.blocks import Block, button, section
from bot.slack.ids import Action, Ref
from bot.slack.views.objections import in_short
from bot.slack.views.wording import short


def loose_ends(deal: Deal, objections: Sequence[Objection], judgement: Judgement | None) -> list[Block]:
    """The open objections, with the button to their list; nothing for a deal that is closed or has none."""
    if not objections or deal.status not in (Status.OPEN, Status.WON):
        return []
    waits = judgement is not None and bool(judgement.loose.objections)
    look = button("Objections…", Action.OBJECTIONS, Ref(deal.id), label="Open the objections of this deal")
    return [section(f":speech_balloon: {in_short(objections, blocks=waits)}", look)]


def holding_lines(judgement: Judgement) -> list[str]:
    """What keeps a deal in its stage beside the criteria, a line each, as markup."""
    return [short(sentence, 250) for sentence in judgement.loose.holds]
