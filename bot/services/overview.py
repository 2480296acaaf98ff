"""Looking: my deals, one deal, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.concessions import Concession
from bot.domain.confirmations import Confirmation
from bot.domain.deal import Deal, Move, Status
from bot.domain.evidence import Evidence
from bot.domain.gate import Judgement
from bot.domain.objections import Objection
from bot.domain.overrides import Request
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.domain.questions import Question
from bot.domain.reminders import Reminder
from bot.services.confirmations import can_confirm
from bot.services.desk import Desk
from bot.services.judging import Judged, judge_deals, judge_page
from bot.store import (
    agenda,
    beside,
    claims,
    concessions,
    confirmations,
    deals,
    moves,
    objections,
    overrides,
    questions,
    reminders,
)

PAGE = 10
MOST_ANSWERS = 5
MOST_CLAIMS = 50
MOST_CONFIRMATIONS = 20
FARTHEST = 1_000_000
"""A page nobody gets to; the number stands in a button, and the database takes no arbitrarily large one."""


@dataclass(frozen=True, slots=True)
class DealPage:
    """Up to ten of somebody's deals, judged; `number` counts pages from 0 and `total` all deals."""

    deals: tuple[Judged, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one deal. `log` is oldest first; `reminders` and `objections` are open, longest due first."""

    deal: Deal
    process: Process | None
    judgement: Judgement | None
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    log: tuple[Move, ...]
    may_change: bool
    reminders: tuple[Reminder, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    """What buyers were asked to confirm, the newest first."""
    objections: tuple[Objection, ...] = ()
    confirmable: bool = False
    """Whether a buyer can be asked to confirm a criterion of the deal's stage."""
    concession: Concession | None = None
    """The discount that holds or waits for a manager."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending move with its deal."""

    deal: Deal
    move: Move


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody's App Home shows. `questions` wait for this person's answer.

    `decisions`, `answers`, which a manager has yet to accept, and `claims` that a criterion does not apply are empty
    but for managers.
    """

    page: DealPage
    questions: tuple[tuple[Deal, Question], ...]
    decisions: tuple[Waiting, ...]
    answers: tuple[tuple[Deal, Question], ...] = ()
    claims: tuple[tuple[Deal, Evidence], ...] = ()
    prices: tuple[tuple[Deal, Concession], ...] = ()
    requests: tuple[tuple[Deal, Request], ...] = ()
    """Discounts, and requests to let a deal pass, that this manager may decide; they are asked in the channel."""


def my_deals(desk: Desk, actor: Actor, number: int = 0) -> DealPage:
    """A page of the actor's open deals, most pressing first; a page past the end is the last one."""
    policy.require_colleague(actor)
    number = min(number, FARTHEST)
    with desk.db.read() as connection:
        day = desk.today()
        page = agenda.of_person(connection, actor.team_id, actor.user_id, day, PAGE, max(0, number) * PAGE)
        if not page.deals and number > 0:
            first = agenda.of_person(connection, actor.team_id, actor.user_id, day, PAGE, 0)
            number = max(0, -(-first.total // PAGE) - 1)
            page = agenda.of_person(connection, actor.team_id, actor.user_id, day, PAGE, number * PAGE)
        return DealPage(tuple(judge_page(desk, connection, page)), max(0, number), page.total)


def sheet(desk: Desk, actor: Actor, deal_id: int) -> Sheet:
    """One deal with all that is known about it. Works also where its process or stage is no longer defined."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        return _sheet(desk, connection, actor, deals.get(connection, actor.team_id, deal_id))


def sheet_of(desk: Desk, actor: Actor, deal: Deal) -> Sheet:
    """The same for a deal that has just been read."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        return _sheet(desk, connection, actor, deal)


def _sheet(desk: Desk, connection: Connection, actor: Actor, deal: Deal) -> Sheet:
    judged = judge_deals(desk, connection, [deal])[0]
    team_id, log = deal.team_id, moves.log(connection, deal.team_id, deal.id)
    there = beside.of_deal(connection, team_id, deal.id)
    return Sheet(
        deal,
        desk.processes.get(deal.process),
        judged.judgement,
        judged.evidence,
        judged.questions,
        tuple(log),
        policy.may_change(actor, deal),
        tuple(reminders.of_deal(connection, deal.team_id, deal.id)),
        tuple(confirmations.of_deal(connection, team_id, deal.id, MOST_CONFIRMATIONS)) if there.confirmations else (),
        tuple(objections.open_of(connection, team_id, [deal.id]).get(deal.id, ())) if there.objections else (),
        _confirmable(desk, deal, judged.judgement),
        concessions.of_deals(connection, team_id, [deal.id]).get(deal.id) if there.concessions else None,
    )


def _confirmable(desk: Desk, deal: Deal, judgement: Judgement | None) -> bool:
    if judgement is None or deal.status in (Status.LOST, Status.PARKED):
        return False
    return any(can_confirm(desk, judgement.stage, criterion) for criterion in judgement.stage.criteria)


def home(desk: Desk, actor: Actor, number: int = 0) -> Home:
    """What the actor's App Home shows; `number` is the page of their deals."""
    policy.require_colleague(actor)
    page = my_deals(desk, actor, number)
    with desk.db.read() as connection:
        asked = _with_deals(connection, actor, questions.waiting_for(connection, actor.team_id, actor.user_id, PAGE))
        if not actor.is_manager:
            return Home(page, asked, ())
        answered = questions.answered(connection, actor.team_id, MOST_ANSWERS)
        # Nobody settles a question about their own deal.
        answers = [
            (deal, question)
            for deal, question in _with_deals(connection, actor, answered)
            if actor.user_id not in (deal.owner, deal.delivery_owner)
        ]
        return Home(
            page,
            asked,
            _decisions(connection, actor),
            tuple(answers),
            _claims(desk, connection, actor),
            _prices(connection, actor),
            _requests(connection, actor),
        )


def _prices(connection: Connection, actor: Actor) -> tuple[tuple[Deal, Concession], ...]:
    waiting = concessions.waiting(connection, actor.team_id, MOST_CLAIMS)
    of = _deals_of(connection, actor, {one.deal_id for one in waiting})
    mine = [(of[one.deal_id], one) for one in waiting if policy.may_decide(actor.user_id, of[one.deal_id], one.by)]
    return tuple(mine[:MOST_ANSWERS])


def _requests(connection: Connection, actor: Actor) -> tuple[tuple[Deal, Request], ...]:
    waiting = overrides.waiting(connection, actor.team_id, MOST_CLAIMS)
    of = _deals_of(connection, actor, {one.deal_id for one in waiting})
    mine = [
        (of[one.deal_id], one) for one in waiting if policy.may_decide(actor.user_id, of[one.deal_id], one.asked_by)
    ]
    return tuple(mine[:MOST_ANSWERS])


def _deals_of(connection: Connection, actor: Actor, ids: set[int]) -> dict[int, Deal]:
    return {one.id: one for one in deals.some(connection, actor.team_id, ids)} if ids else {}


def _decisions(connection: Connection, actor: Actor) -> tuple[Waiting, ...]:
    pending = deals.awaiting_decision(connection, actor.team_id, PAGE)
    asked = moves.some(connection, actor.team_id, [d.pending_move for d in pending if d.pending_move])
    return tuple(Waiting(d, asked[d.pending_move]) for d in pending if d.pending_move in asked)


def _claims(desk: Desk, connection: Connection, actor: Actor) -> tuple[tuple[Deal, Evidence], ...]:
    """What this manager may settle of the claims about the stage that the deal is in."""
    waiting = claims.waiting(connection, actor.team_id, MOST_CLAIMS)
    found = {d.id: d for d in deals.some(connection, actor.team_id, {piece.deal_id for piece in waiting})}
    of = [(found[piece.deal_id], piece) for piece in waiting if piece.deal_id in found]
    mine = [(d, p) for d, p in of if policy.may_decide(actor.user_id, d, p.added_by) and _is_here(desk, d, p.stage)]
    return tuple(mine[:MOST_ANSWERS])


def _is_here(desk: Desk, deal: Deal, stage_key: str) -> bool:
    process = desk.processes.get(deal.process)
    stage = process.stage(stage_key) if process else None
    return stage is not None and process is not None and stage == process.stage(deal.stage)


def _with_deals(connection: Connection, actor: Actor, asked: list[Question]) -> tuple[tuple[Deal, Question], ...]:
    found = deals.some(connection, actor.team_id, {q.deal_id for q in asked}) if asked else []
    of = {d.id: d for d in found}
    return tuple((of[q.deal_id], q) for q in asked if q.deal_id in of)
