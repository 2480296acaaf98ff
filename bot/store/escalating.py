"""What has waited for too long: marked once, and listed for the managers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from bot.domain.reminders import ESCALATES, Reminder, ReminderKind
from bot.store.deals import deal
from bot.store.moves import move
from bot.store.people import person
from bot.store.postings import Posting, posting
from bot.store.reminders import UNSETTLED, reminder, reminder_of
from bot.store.rows import fetch

MOST_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long the deals of a process in some stages may wait.

    Stale since `stale_before` or earlier is too long; so is told `times` times, the last of them by `told_before`.
    """

    process: str
    stages: Collection[str]
    stale_before: date
    times: int
    told_before: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open reminder that managers see, and whose deal it is about."""

    reminder: Reminder
    rep_manager: str | None


def escalate(connection: Connection, patience: Patience, today: date) -> list[tuple[str, int, int]]:
    """Mark what has waited for too long. Returns team, deal and reminder of each deal that was not marked before.

    What somebody put off rests until its day, and so does what is for somebody on leave.
    """
    chosen = select(reminder.c.id).where(reminder.c.id.in_(_overdue(patience, today)))
    marked = (
        update(reminder)
        .where(reminder.c.id.in_(chosen.scalar_subquery()), reminder.c.escalated_on.is_(None), UNSETTLED)
        .values(escalated_on=today)
        .returning(reminder.c.team_id, reminder.c.deal_id, reminder.c.id)
    )
    found = connection.execute(marked).all()
    ids = {row.id for row in found}
    first = {(row.team_id, row.deal_id): row.id for row in sorted(found, key=lambda row: -row.id)}
    if not first:
        return []
    # A deal of which another reminder was marked before is known to the managers already.
    before = select(reminder.c.team_id, reminder.c.deal_id).where(
        reminder.c.deal_id.in_([deal_id for _, deal_id in first]),
        reminder.c.id.not_in(ids),
        reminder.c.escalated_on.is_not(None),
        UNSETTLED,
    )
    known = {(row.team_id, row.deal_id) for row in connection.execute(before)}
    return [(team_id, deal_id, one) for (team_id, deal_id), one in first.items() if (team_id, deal_id) not in known]


def _overdue(patience: Patience, today: date) -> Any:
    asleep = and_(reminder.c.snoozes > 0, reminder.c.told_on.is_(None), reminder.c.tell_on > today)
    nagged = and_(
        reminder.c.kind.in_([kind.value for kind in ESCALATES]),
        reminder.c.told >= patience.times,
        reminder.c.tell_on.is_(None),
        reminder.c.told_on <= patience.told_before,
    )
    stale = and_(reminder.c.kind == ReminderKind.STALE.value, reminder.c.due_on <= patience.stale_before)
    away = and_(person.c.team_id == reminder.c.team_id, person.c.user_id == reminder.c.user_id)
    here: ColumnElement[bool] = or_(person.c.away_until.is_(None), person.c.away_until < today)
    return (
        select(reminder.c.id)
        .join(deal, and_(deal.c.id == reminder.c.deal_id, deal.c.team_id == reminder.c.team_id))
        .outerjoin(person, away)
        .where(
            reminder.c.escalated_on.is_(None),
            UNSETTLED,
            deal.c.process == patience.process,
            deal.c.stage.in_(list(patience.stages)),
            or_(nagged, stale),
            ~asleep,
            here,
        )
        .order_by(reminder.c.id)
        .limit(MOST_AT_ONCE)
    )


_listed = or_(reminder.c.kind == ReminderKind.STALE.value, reminder.c.escalated_on.is_not(None))
_with_rep = and_(person.c.team_id == reminder.c.team_id, person.c.user_id == reminder.c.user_id)
_waiting = (
    select(reminder, person.c.manager.label("rep_manager"), func.count().over().label("total"))
    .join(deal, and_(deal.c.id == reminder.c.deal_id, deal.c.team_id == reminder.c.team_id))
    .outerjoin(person, _with_rep)
    .where(reminder.c.team_id == bindparam("team"), reminder.c.due_on <= bindparam("day"), UNSETTLED, _listed)
    .order_by(reminder.c.escalated_on.is_(None), deal.c.amount_minor.desc().nulls_last(), reminder.c.id)
    .limit(bindparam("limit"))
)


def waiting(connection: Connection, team_id: str, day: date, limit: int) -> list[Waiting]:
    """What is stale or was escalated in this workspace: escalated first, then the larger deals."""
    rows = fetch(connection.execute(_waiting, {"team": team_id, "day": day, "limit": limit}))
    return [Waiting(reminder_of(row), row.rep_manager) for row in rows]


def named_managers(connection: Connection, team_id: str) -> list[str]:
    """Who is the manager of some rep by name."""
    query = select(person.c.manager).where(person.c.team_id == team_id, person.c.manager.is_not(None)).distinct()
    return sorted(connection.execute(query).scalars())


def latest_card(connection: Connection, team_id: str, deal_id: int, kind: str) -> Posting | None:
    """Where the newest card of a deal stands, if any was posted."""
    cards: Sequence[str] = [
        str(key)
        for key in connection.execute(
            select(move.c.id).where(move.c.team_id == team_id, move.c.deal_id == deal_id).order_by(move.c.id.desc())
        ).scalars()
    ]
    if not cards:
        return None
    query = select(posting).where(posting.c.team_id == team_id, posting.c.kind == kind, posting.c.subject.in_(cards))
    found = {row.subject: row for row in connection.execute(query)}
    newest = next((found[key] for key in cards if key in found), None)
    return Posting(newest.channel, newest.ts) if newest else None
