"""What a week was like, in a few queries: moves, deals that are to close, referrals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, select

from bot.domain.asking import AskState
from bot.domain.deal import Deal, Move, MoveKind, Status
from bot.domain.reminders import ReminderKind
from bot.store import moves
from bot.store.asks import ask
from bot.store.deals import deal, deal_of
from bot.store.moves import TOOK_EFFECT, TOOK_EFFECT_AT, decision, move
from bot.store.reminders import UNSETTLED, reminder
from bot.store.rows import fetch


@dataclass(frozen=True, slots=True)
class Referrals:
    """How many customers were asked in a time, gave a referral, became a deal, and could be asked now."""

    asked: int = 0
    given: int = 0
    became: int = 0
    willing: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.asked or self.given or self.became or self.willing)


def moved(
    connection: Connection, team_id: str, processes: Collection[str], since: datetime, until: datetime, limit: int
) -> tuple[list[Move], int]:
    """The moves forward that took effect in that time, larger deals first, and how many there are in all."""
    query = (
        select(move.c.id, func.count().over().label("total"))
        .join(deal, and_(deal.c.id == move.c.deal_id, deal.c.team_id == move.c.team_id))
        .outerjoin(decision, decision.c.move_id == move.c.id)
        .where(
            # Whoever moved since then is in their stage since then: the index finds them by that.
            deal.c.process.in_(list(processes)),
            deal.c.stage_since >= since,
            move.c.team_id == team_id,
            move.c.kind == MoveKind.FORWARD.value,
            TOOK_EFFECT,
            since <= TOOK_EFFECT_AT,
            until > TOOK_EFFECT_AT,
        )
        .order_by(deal.c.amount_minor.desc().nulls_last(), move.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    found = moves.some(connection, team_id, [row.id for row in rows])
    return [found[row.id] for row in rows], rows[0].total if rows else 0


def closing(connection: Connection, team_id: str, first: date, last: date, limit: int) -> list[Deal]:
    """Open deals that are expected to close in these days, larger ones first, without their contacts."""
    query = (
        select(deal)
        .where(
            deal.c.team_id == team_id,
            deal.c.status == Status.OPEN.value,
            deal.c.expected_close >= first,
            deal.c.expected_close <= last,
        )
        .order_by(deal.c.amount_minor.desc().nulls_last(), deal.c.id)
        .limit(limit)
    )
    return [deal_of(row, ()) for row in fetch(connection.execute(query))]


def referrals(connection: Connection, team_id: str, since: datetime, until: datetime, day: date) -> Referrals:
    """What became of asking for referrals in that time, and how many customers could be asked now."""
    of = {
        row.state: row.number
        for row in connection.execute(
            select(ask.c.state, func.count().label("number"))
            .where(ask.c.team_id == team_id, ask.c.at >= since, ask.c.at < until)
            .where(ask.c.kind == ReminderKind.REFERRAL.value)
            .group_by(ask.c.state)
        )
    }
    became = select(func.count()).where(
        ask.c.team_id == team_id,
        ask.c.at >= since,
        ask.c.at < until,
        ask.c.kind == ReminderKind.REFERRAL.value,
        ask.c.new_deal_id.is_not(None),
    )
    willing = select(func.count()).where(
        reminder.c.team_id == team_id,
        reminder.c.kind == ReminderKind.REFERRAL.value,
        reminder.c.escalated_on.is_(None),
        reminder.c.due_on <= day,
        UNSETTLED,
    )
    return Referrals(
        of.get(AskState.ASKED.value, 0),
        of.get(AskState.GIVEN.value, 0),
        connection.execute(became).scalar_one(),
        connection.execute(willing).scalar_one(),
    )
