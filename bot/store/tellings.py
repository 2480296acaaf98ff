"""What somebody is to be told and was told: reminders by person and day, and the messages that show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.domain.reminders import Reminder
from bot.store.postings import posting
from bot.store.reminders import UNSETTLED, agenda_line, reminder, reminder_of
from bot.store.rows import fetch

MOST = 1000
"""Reminders of one person looked at in one morning; whoever has more needs another answer than a list."""


@dataclass(frozen=True, slots=True)
class Telling:
    """That a reminder was said: for which time, on which day, and when it is said again, if ever."""

    reminder_id: int
    told: int
    on: date
    again_on: date | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message of ours by the kind and subject of its posting."""

    kind: str
    subject: str


_to_tell = (
    select(reminder)
    .where(
        reminder.c.team_id == bindparam("team"),
        reminder.c.user_id.in_(bindparam("users", expanding=True)),
        reminder.c.tell_on <= bindparam("day"),
        UNSETTLED,
    )
    .order_by(reminder.c.due_on, reminder.c.id)
    .limit(MOST)
)
_open_of = select(reminder).where(
    reminder.c.team_id == bindparam("team"), reminder.c.deal_id.in_(bindparam("deals", expanding=True)), UNSETTLED
)
_this_message = (
    agenda_line.c.team_id == bindparam("team"),
    agenda_line.c.kind == bindparam("of_kind"),
    agenda_line.c.subject == bindparam("of_subject"),
)
_shown = (
    select(reminder)
    .join(agenda_line, agenda_line.c.reminder_id == reminder.c.id)
    .where(*_this_message)
    .order_by(agenda_line.c.position)
)
_posted = (
    select(posting.c.ts)
    .where(
        posting.c.team_id == agenda_line.c.team_id,
        posting.c.kind == agenda_line.c.kind,
        posting.c.subject == agenda_line.c.subject,
    )
    .exists()
)
_lines_of = (
    agenda_line.c.team_id == bindparam("team"),
    agenda_line.c.reminder_id.in_(bindparam("reminders", expanding=True)),
)


def to_tell(connection: Connection, team_id: str, user_ids: Collection[str], day: date) -> list[Reminder]:
    """The open reminders that these people are to hear of by that day."""
    bound = {"team": team_id, "users": list(user_ids), "day": day}
    return [reminder_of(row) for row in fetch(connection.execute(_to_tell, bound))]


def open_of(connection: Connection, team_id: str, deal_ids: Collection[int]) -> list[Reminder]:
    """All open reminders of these deals."""
    rows = fetch(connection.execute(_open_of, {"team": team_id, "deals": list(deal_ids)}))
    return [reminder_of(row) for row in rows]


def put_lines(connection: Connection, team_id: str, message: Message, reminder_ids: Sequence[int]) -> None:
    """Write down what a message says, in order; what was written of it before is forgotten."""
    drop_lines(connection, team_id, message)
    rows = [
        {"team_id": team_id, "kind": message.kind, "subject": message.subject, "position": at, "reminder_id": one}
        for at, one in enumerate(reminder_ids)
    ]
    if rows:
        connection.execute(insert(agenda_line), rows)


def drop_lines(connection: Connection, team_id: str, message: Message) -> None:
    """Forget what a message would have said that surely was not sent."""
    connection.execute(delete(agenda_line).where(*_this_message), _bound(team_id, message))


def shown(connection: Connection, team_id: str, message: Message) -> list[Reminder]:
    """The reminders that a message shows, as they are now, in its order."""
    return [reminder_of(row) for row in fetch(connection.execute(_shown, _bound(team_id, message)))]


def unsure(connection: Connection, team_id: str, reminder_ids: Collection[int]) -> list[Message]:
    """Messages that said one of these, but of which nobody knows whether they arrived: written down, never posted."""
    query = select(agenda_line.c.kind, agenda_line.c.subject).where(*_lines_of, ~_posted).distinct()
    rows = connection.execute(query, {"team": team_id, "reminders": list(reminder_ids)})
    return [Message(row.kind, row.subject) for row in rows]


def forget_unsure(connection: Connection, team_id: str, reminder_ids: Collection[int]) -> None:
    """What was said again need not be wondered about any more."""
    connection.execute(
        delete(agenda_line).where(*_lines_of, ~_posted), {"team": team_id, "reminders": list(reminder_ids)}
    )


_told = (
    update(reminder)
    .where(reminder.c.team_id == bindparam("team"), reminder.c.id == bindparam("reminder"), UNSETTLED)
    .values(told=bindparam("times"), told_on=bindparam("day"), tell_on=bindparam("again"))
)


def told(connection: Connection, team_id: str, tellings: Collection[Telling]) -> None:
    """Write down that these were said."""
    rows: list[dict[str, Any]] = [
        {"team": team_id, "reminder": one.reminder_id, "times": one.told, "day": one.on, "again": one.again_on}
        for one in tellings
    ]
    if rows:
        connection.execute(_told, rows)


def _bound(team_id: str, message: Message) -> dict[str, str]:
    return {"team": team_id, "of_kind": message.kind, "of_subject": message.subject}
