"""What somebody is told in a morning: the order of it, and which reminders of one deal make one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.domain.deal import Deal
from bot.domain.reminders import ASKS, Reminder, ReminderKind

SHOWN = 10
"""Lines of one message; the rest is a button away."""

TOGETHER = (
    ReminderKind.FOLLOW_UP,
    ReminderKind.STALE,
    ReminderKind.NO_STEP,
    ReminderKind.CLOSE_PASSED,
    ReminderKind.EVIDENCE_OLD,
)
"""What one look at a deal settles; of one deal they make one line, about the first of them."""

FAVOURS = tuple(kind for kind in ASKS if kind is not ReminderKind.UPSELL)
"""What a customer does for us. Whoever is asked for one is not asked for another at once, so they make one line too."""

_WAITED_FOR = (ReminderKind.QUESTION, ReminderKind.APPROVAL)
_MAY_WAIT = (*ASKS, ReminderKind.WINBACK)

Line = tuple[Reminder, ...]
"""Reminders of one deal that are said together, the one that the line is about first."""


def lines(reminders: Iterable[Reminder]) -> list[Line]:
    """The reminders as lines, in the order in which the first of each came."""
    of: dict[tuple[int, int], list[Reminder]] = {}
    for one in reminders:
        part = 0 if one.kind in TOGETHER else -1 if one.kind in FAVOURS else one.id
        of.setdefault((one.deal_id, part), []).append(one)
    return [tuple(sorted(line, key=_place)) for line in of.values()]


def in_order(found: Iterable[Line], deals: Mapping[int, Deal], day: date) -> list[Line]:
    """Most valuable first.

    First what somebody waits for and what has an hour today, then what is about the sale, then what may wait; among
    these the larger deal, then what has been due for longer.
    """

    def weight(line: Line) -> tuple[int, int, date, int]:
        first = line[0]
        deal = deals[first.deal_id]
        return _rank(first, deal, day), -(deal.amount.minor if deal.amount else 0), first.due_on, first.id

    return sorted(found, key=weight)


def awake(found: Iterable[Reminder], of_deals: Iterable[Reminder], day: date) -> list[Reminder]:
    """Those that may be said, with what else is true of their deals, so that a deal comes up once and not every day.

    Where a part of a deal's line was put off, the whole line holds still until then; where a part was said lately,
    the rest is said with it next time; where a part was said often enough, the rest keeps quiet too, since managers
    hear of it. Only a step that has just come due, or whose time somebody chose, is news even then. `of_deals` are
    all the open reminders of these deals.
    """
    parts = [one for one in of_deals if one.kind in TOGETHER]
    asleep = {one.deal_id for one in parts if is_asleep(one, day)}
    lately = {one.deal_id for one in parts if one.told_on is not None and (one.tell_on is None or one.tell_on > day)}
    said = [
        one
        for one in found
        if one.kind not in TOGETHER or (one.deal_id not in asleep and (one.deal_id not in lately or _is_news(one)))
    ]
    ids, up = {one.id for one in said}, {one.deal_id for one in said if one.kind in TOGETHER}
    return said + [one for one in parts if one.deal_id in up and one.id not in ids and one.due_on <= day]


def _is_news(one: Reminder) -> bool:
    return one.told_on is None and (one.kind is ReminderKind.FOLLOW_UP or one.snoozes > 0)


def is_asleep(reminder: Reminder, day: date) -> bool:
    """Whether somebody put it off, until after that day."""
    put_off = reminder.snoozes > 0 and reminder.told_on is None
    return reminder.is_open and put_off and reminder.tell_on is not None and reminder.tell_on > day


def _rank(first: Reminder, deal: Deal, day: date) -> int:
    step = deal.next_step
    has_hour = first.kind is ReminderKind.FOLLOW_UP and step is not None and step.on == day and step.at is not None
    if has_hour or first.kind in _WAITED_FOR:
        return 0
    return 2 if first.kind in _MAY_WAIT else 1


def _place(one: Reminder) -> tuple[int, int]:
    order: Sequence[ReminderKind] = (*TOGETHER, *FAVOURS)
    return (order.index(one.kind) if one.kind in order else 0), one.id
