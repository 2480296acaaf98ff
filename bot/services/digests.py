"""The managers' weekly digest: what moved and how well it is proved, what stands still, what is to close, referrals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.domain.cadence import still_holds
from bot.domain.calendar_days import last_of_month
from bot.domain.deal import Deal, Move
from bot.domain.evidence import Strength
from bot.domain.pace import Lane
from bot.domain.people import Person
from bot.domain.promises import Figures
from bot.domain.reminders import Reminder
from bot.domain.rhythm import local_day
from bot.services import hours, override_figures
from bot.services.agendas import Line
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.services.facts import facts_of, noticing_day
from bot.services.judging import Judged, judge_deals
from bot.services.promises import PERIOD
from bot.store import deals, digests, escalating, evidence, keeping, people, work
from bot.store.digests import Referrals
from bot.store.escalating import Waiting
from bot.store.work import NewItem

__all__ = ["TEAM", "Digest", "Moved", "Referrals", "Standing", "call_named", "compose", "wait_for"]

TEAM = "team"
"""The subject of the digest for the managers' channel."""

WEEK = timedelta(days=7)
MOST_MOVES, MOST_WAITING, MOST_CLOSING, MOST_JUDGED = 10, 20, 10, 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of the week, and the strengths of the evidence that it was made by."""

    deal: Deal
    move: Move
    strengths: tuple[Strength, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal that stands still, as a line about its reminders; `escalated` when it has waited for too long."""

    line: Line
    rep: str
    escalated: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """A week as managers see it. The `…_more` count what there was no room for; `names` are people's, by user id.

    `checks` are the value checks answered in the week, `checks_of_year` those of a year.
    """

    day: date
    moved: tuple[Moved, ...]
    moved_more: int
    standing: tuple[Standing, ...]
    standing_more: int
    closing: tuple[Judged, ...]
    closing_more: int
    referrals: Referrals
    names: dict[str, str]
    checks: Figures
    checks_of_year: Figures
    let_pass: override_figures.Overview | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        let = self.let_pass is not None and not self.let_pass.is_empty
        said = self.moved or self.standing or self.closing or self.checks.checks or let
        return not said and self.referrals.is_empty


def compose(desk: Desk, team_id: str, recipient: str, day: date) -> Digest | None:
    """The digest for the managers' channel (`team`) or for one manager; None when there is nothing to say.

    What is about a rep with a manager of their own is for that manager; whoever only manages by name, and is no
    manager of the team, hears of their own reps' deals alone.
    """
    until = datetime.combine(day, time(), UTC)
    since, month_end = until - WEEK, last_of_month(day.year, day.month)
    whole = recipient == TEAM or (recipient in desk.rules.managers and desk.rules.digest == "dm")
    with desk.db.read() as connection:
        standing = _standing(desk, connection, team_id, recipient, day)
        moved, moved_total, closing, referrals = [], 0, [], Referrals()
        checks = checks_of_year = Figures()
        let = None
        if whole:
            found, moved_total = digests.moved(
                connection, team_id, list(desk.processes), since, desk.clock(), MOST_MOVES
            )
            moved = _moved(connection, team_id, found)
            closing = _unproved(desk, connection, team_id, day, month_end)
            referrals = digests.referrals(connection, team_id, since, desk.clock(), day)
            let = override_figures.of_team(desk, connection, team_id, since.date())
            checks = keeping.figures(connection, team_id, since)
            checks_of_year = keeping.figures(connection, team_id, desk.clock() - PERIOD)
        ids = {one.rep for one in standing} | {one.move.by for one in moved} | {one.deal.owner for one in closing}
        ids |= let.people if let else set()
        names = {key: known.name for key, known in people.some(connection, team_id, ids).items()}
    made = Digest(
        day,
        tuple(moved),
        moved_total - len(moved),
        tuple(standing[:MOST_WAITING]),
        max(0, len(standing) - MOST_WAITING),
        tuple(closing[:MOST_CLOSING]),
        max(0, len(closing) - MOST_CLOSING),
        referrals,
        names,
        checks,
        checks_of_year,
        let,
    )
    return None if made.is_empty else made


def wait_for(desk: Desk, team_id: str, recipient: str, week: str) -> timedelta | None:
    """How long until this week's digest may be sent; None when it may not any more."""
    now = desk.clock()
    wanted = desk.rules.managers if recipient == TEAM else {recipient}
    with desk.db.read() as connection:
        known = people.some(connection, team_id, wanted)
    moments = [at for person in known.values() if (at := _moment(desk, person, week, now)) is not None]
    return min(moments) - now if moments else None


def call_named(desk: Desk, team_id: str, week: str) -> None:
    """Where the digest goes to the channel, whoever is the manager of some reps by name gets theirs beside it."""
    now = desk.clock()
    with desk.db.write() as connection:
        named = escalating.named_managers(connection, team_id)
        work.add_many(connection, [NewItem(team_id, Errand.DIGEST, one, week, now, Lane.BULK) for one in named], now)
    desk.wake()


def _moment(desk: Desk, person: Person, week: str, now: datetime) -> datetime | None:
    day = local_day(person.tz, now)
    year, number, _ = day.isocalendar()
    return hours.wait_until(desk, person, day, now) if f"{year}-W{number:02}" == week else None


def _standing(desk: Desk, connection: Connection, team_id: str, recipient: str, day: date) -> list[Standing]:
    """Deals that stand still, by rep, with what still holds by the rules."""
    waiting = escalating.waiting(connection, team_id, day, MOST_JUDGED)
    mine = [one for one in waiting if _concerns(one, recipient, desk.rules.managers, in_dm=desk.rules.digest == "dm")]
    found = {deal.id: deal for deal in deals.some(connection, team_id, {one.reminder.deal_id for one in mine})}
    facts, today = facts_of(desk, connection, list(found.values())), noticing_day(desk)
    of: dict[int, list[Reminder]] = {}
    for one in mine:
        deal = found.get(one.reminder.deal_id)
        process = desk.processes.get(deal.process) if deal else None
        if deal and process and still_holds(one.reminder, process, deal, facts[deal.id], today, desk.is_off):
            of.setdefault(deal.id, []).append(one.reminder)
    standing = [
        Standing(
            Line(tuple(about), found[key], desk.processes.get(found[key].process), {}),
            about[0].user_id,
            any(one.escalated_on is not None for one in about),
        )
        for key, about in of.items()
    ]
    return sorted(standing, key=_by_rep)


def _by_rep(one: Standing) -> tuple[str, bool, int]:
    amount = one.line.deal.amount
    return one.rep, not one.escalated, -(amount.minor if amount else 0)


def _concerns(one: Waiting, recipient: str, managers: Collection[str], *, in_dm: bool) -> bool:
    if recipient == TEAM:
        return one.rep_manager is None or one.reminder.escalated_on is None
    if one.rep_manager is not None:
        return one.rep_manager == recipient
    return in_dm and recipient in managers


def _moved(connection: Connection, team_id: str, found: Sequence[Move]) -> list[Moved]:
    about = {deal.id: deal for deal in deals.some(connection, team_id, {move.deal_id for move in found})}
    keys = {key for move in found for met in move.criteria for key in met.evidence}
    strengths = {piece.id: piece.strength for piece in evidence.some(connection, team_id, keys)} if keys else {}
    return [
        Moved(
            about[move.deal_id],
            move,
            tuple(strengths[key] for met in move.criteria for key in met.evidence if key in strengths),
        )
        for move in found
    ]


def _unproved(desk: Desk, connection: Connection, team_id: str, first: date, last: date) -> list[Judged]:
    """What is to close this month and is not ready to move."""
    found = digests.closing(connection, team_id, first, last, MOST_JUDGED)
    judged = judge_deals(desk, connection, found)
    return [one for one in judged if one.judgement is not None and not one.judgement.opens]
