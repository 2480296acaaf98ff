"""Telling somebody what was found in a file that they uploaded."""

from __future__ import annotations

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence, SharedFile
from bot.slack.blocks import actions, button, context, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.wording import deal_title, short

_MAIL_NEXT = "To have it verified, save the buyer's own mail out of your mailbox, unchanged, and add that."
_DOUBTED_NEXT = (
    "To have it verified, take it back, and add a mail about this deal with the day on which it was written."
)
_ICS_NEXT = "To have it verified, save the mail in which the buyer's calendar accepts (.eml), and add that."


def file_read(deal: Deal, piece: Evidence, file: SharedFile) -> Message:
    """What their file shows, and what it counts as."""
    name, found = short(file.name, 60), short(piece.verified or piece.read, 2000)
    if piece.verified is not None:
        head, text = f"“{name}” is verified.", f":white_check_mark: *“{name}” is verified* for {deal_title(deal)}."
    else:
        head, text = f"I read “{name}”.", f":mag: I read “{name}” for {deal_title(deal)}."
    blocks = [section(f"{text}\n{found}")]
    if piece.verified is None:
        mail_next = _DOUBTED_NEXT if piece.read.startswith("Not verified") else _MAIL_NEXT
        blocks.append(context(_ICS_NEXT if file.name.lower().endswith(".ics") else mail_next))
    checklist = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id)))
    return Message(f"{head} {short(piece.verified or piece.read, 300)}", (*blocks, checklist))
