"""The signals that are read out of a piece of evidence, and in whose words its rules are written."""

from __future__ import annotations

from enum import StrEnum


class Signal(StrEnum):
    """What the inspector notices; the rules are written in these words."""

    FILLER = "filler"
    FUTURE_DAY = "future_day"
    EVENT = "event"
    HEDGE = "hedge"
    HOPE = "hope"
    PLAN = "plan"
    OPINION = "opinion"
    NOT_DONE = "not_done"
    WHO = "who"
    NAMED = "named"
    DATE = "date"
    BUYERS_WORDS = "buyers_words"
    BUYER_ACTS = "buyer_acts"
    BUYER_WILL_ACT = "buyer_will_act"
    SELLER_ACTS = "seller_acts"
    DOER_LEFT_OUT = "doer_left_out"
    LINK = "link"
    FRONT_DOOR = "front_door"
    NOWHERE = "nowhere"
    IDENTIFIED = "identified"
    MENTIONED = "mentioned"
    TALK = "talk"
