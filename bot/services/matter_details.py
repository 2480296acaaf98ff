"""What a line of an agenda quotes beside the deal: a question, a move that waits, a promise, an objection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from bot.domain.deal import Move
from bot.domain.objections import Objection
from bot.domain.questions import Question
from bot.domain.reminders import Reminder, ReminderKind
from bot.store import moves, objections, promises, questions


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised to whom by when."""

    what: str
    to_whom: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Details:
    """By the id of the reminder that is about it."""

    questions: Mapping[int, Question] = field(default_factory=dict)
    moves: Mapping[int, Move] = field(default_factory=dict)
    promises: Mapping[int, Promised] = field(default_factory=dict)
    objections: Mapping[int, Objection] = field(default_factory=dict)


def of(connection: Connection, team_id: str, shown: Sequence[Reminder]) -> Details:
    """The details of these reminders: at most one query for each kind of them."""
    asked = _about(shown, ReminderKind.QUESTION)
    pending = _about(shown, ReminderKind.APPROVAL)
    promised = _about(shown, ReminderKind.PROMISE)
    doubted = _about(shown, ReminderKind.OBJECTION)
    found = questions.some(connection, team_id, asked.values()) if asked else {}
    waiting = moves.some(connection, team_id, pending.values()) if pending else {}
    open_ones = promises.some(connection, team_id, promised.values()) if promised else {}
    doubts = {one.id: one for one in objections.some(connection, team_id, doubted.values())} if doubted else {}
    return Details(
        {one: found[key] for one, key in asked.items() if key in found},
        {one: waiting[key] for one, key in pending.items() if key in waiting},
        {
            one: Promised(open_ones[key].what, open_ones[key].to_whom, open_ones[key].due_on)
            for one, key in promised.items()
            if key in open_ones
        },
        {one: doubts[key] for one, key in doubted.items() if key in doubts},
    )


def _about(shown: Sequence[Reminder], kind: ReminderKind) -> dict[int, int]:
    """The id that the slot begins with, by reminder id."""
    return {one.id: int(one.slot.partition(".")[0]) for one in shown if one.kind is kind}
