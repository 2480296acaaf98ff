"""What was let pass without evidence, in a line or two, and as blocks for the sheet and the checklist of a deal."""

from __future__ import annotations

from datetime import date

from bot.domain.calendar_days import MONTHS
from bot.domain.gate import Judgement
from bot.domain.overrides import Budget, Override, Settled
from bot.slack.blocks import Block, button, section
from bot.slack.ids import Action, Ref
from bot.slack.views.sentences import person
from bot.slack.views.wording import day_words, short

MOST_FOLLOWING = 5


def granted_words(one: Override) -> str:
    """Who let it pass and why, and what became of the evidence."""
    return f"Let pass by {person(one.by)}: {short(one.reason, 300)}\n{follows_words(one)}"


def follows_words(one: Override) -> str:
    """When the evidence is due, or that it came."""
    day = day_words(one.due_on)
    match one.settled:
        case Settled.EVIDENCE:
            return f":white_check_mark: The evidence has come (it was due {day})."
        case Settled.WITHDRAWN:
            return f"Taken back by {person(one.settled_by or one.by)}."
        case Settled.RENEWED:
            return f"The evidence was due {day}; a manager has set a later day since."
        case None:
            return f"Evidence due *{day}*."


def due_words(due_on: date, *, is_owed: bool) -> str:
    """When evidence is or was due, and what that means for the next move."""
    day = day_words(due_on)
    return f"It was due {day}: the next move waits for it." if is_owed else f"It is due {day}."


def budget_words(left: Budget, rep: str) -> str:
    """What is left of somebody's month."""
    month = MONTHS[left.month.month - 1]
    return f"{person(rep)} has {left.left} of {left.limit} left in {month}."


def following_blocks(judgement: Judgement | None, *, may_change: bool = False) -> list[Block]:
    """What was let pass in other stages, with the button for the evidence where the viewer may add it."""
    blocks: list[Block] = []
    for one in judgement.following[:MOST_FOLLOWING] if judgement else ():
        given = one.override
        where = short(one.stage.name, 60)
        head = f":fast_forward: *Let pass by {person(given.by)} in “{where}”; the evidence follows:*"
        text = f"{head} {short(one.criterion.text, 300)}\n{due_words(given.due_on, is_owed=one.is_owed)}"
        style = "primary" if one.is_owed else None
        add = button("Add the evidence", Action.EVIDENCE_OWED, Ref(given.id), style=style)
        blocks.append(section(text, add if may_change else None))
    return blocks
