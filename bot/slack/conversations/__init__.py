"""One conversation a file: its words, its buttons and its forms."""

from __future__ import annotations

from bot.slack.conversations import (
    agendas,
    answering,
    approving,
    choosing,
    closing,
    coaching,
    committees,
    confirming,
    discounting,
    editing,
    evidence_list,
    feedback,
    home,
    letting_pass,
    listing,
    logging_deals,
    mending,
    moving,
    next_steps,
    objecting,
    orientation,
    promising,
    proving,
    qualifying,
    quoting,
    referring,
    reminding,
    settling_in,
    showing,
)
from bot.slack.talk import Talk


def register_all(talk: Talk) -> Talk:
    """Enter every conversation into the table, in the order in which the help lists their words."""
    for conversation in (
        listing,
        logging_deals,
        showing,
        evidence_list,
        proving,
        quoting,
        qualifying,
        coaching,
        confirming,
        moving,
        next_steps,
        editing,
        closing,
        promising,
        objecting,
        committees,
        discounting,
        referring,
        letting_pass,
        approving,
        answering,
        agendas,
        reminding,
        home,
        mending,
        settling_in,
        feedback,
        orientation,
        choosing,
    ):
        conversation.register(talk)
    return talk
