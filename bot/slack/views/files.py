"""Telling somebody what was found in a file that they uploaded."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence, SharedFile
from bot.slack.blocks import actions, button, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.wording import deal_title, short


def file_read(deal: Deal, piece: Evidence, file: SharedFile) -> Message:
    """What their file shows, and what it counts as."""
    name, found = short(file.name, 60), short(piece.verified or piece.read, 2000)
    if piece.verified is not None:
        head, text = f"“{name}” is verified.", f":white_check_mark: *“{name}” is verified* for {deal_title(deal)}."
    else:
        head, text = f"I read “{name}”.", f":mag: I read “{name}” for {deal_title(deal)}."
    checklist = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id)))
    return Message(f"{head} {short(piece.verified or piece.read, 300)}", (section(f"{text}\n{found}"), checklist))
