"""A no to a qualifying criterion: kept with its reason, and with what becomes of the deal, in one go."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.deal import Deal, Status
from bot.domain.errors import BadInput
from bot.domain.gate import Finding
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.process import Answering, Process
from bot.domain.qualifying import LONGEST, Answer, Answered, Consequence, WhatNow
from bot.services.approvals import cancel_pending
from bot.services.closings import give_up, put_aside
from bot.services.deals import locked, plan_step
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.services.judging import judge_deal
from bot.services.reminders import overtake
from bot.store import deals, qualifying


@dataclass(frozen=True, slots=True)
class Asked:
    """A qualifying criterion of a deal, to draw the form of an answer. `ways` are what may become of the deal."""

    deal: Deal
    process: Process
    finding: Finding
    ways: tuple[WhatNow, ...]


def asked(desk: Desk, actor: Actor, deal_id: int, criterion: str) -> Asked:
    """The criterion as it stands. Raises NotAllowed, NotFound, and BadInput where it cannot be answered with a no."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        policy.require_change(actor, deal)
        policy.require_active(deal)
        finding = _finding(desk, connection, deal, criterion)
    # A won deal stays won: what is missing there is mended.
    ways = tuple(WhatNow) if deal.status is Status.OPEN else (WhatNow.FIX,)
    return Asked(deal, desk.process(deal), finding, ways)


def refuse(desk: Desk, actor: Actor, deal_id: int, stage: str, criterion: str, why: str, then: Consequence) -> Deal:
    """Answer a criterion with no, and let the deal be mended, parked or lost, all or nothing.

    Raises BadInput with a sentence for each wrong field: `why`, `what_now`, and those of the consequence (`what`,
    `on`, `until`, `reason`). A pending move of the deal is cancelled by it.
    """
    why = why.strip()
    if looks_like_placeholder(why):
        raise BadInput("What did the buyer say?", {"why": "Say what the buyer said, such as “nothing before 2028”."})
    if len(why) > LONGEST:
        raise BadInput("That is too long.", {"why": f"At most {LONGEST} characters, please."})
    with desk.change(actor) as connection:
        deal = _answerable(desk, connection, actor, deal_id, stage, criterion)
        deal = _answer(desk, connection, actor, deal, criterion, Answer.NO, why)
        match then.what:
            case WhatNow.FIX:
                if then.step is None:
                    raise BadInput("What will you do about it?", {"what": "Write what you will do to mend it."})
                return plan_step(desk, connection, actor, deal, then.step)
            case WhatNow.PARK:
                if then.until is None:
                    raise BadInput("Until when?", {"until": "Choose the day on which you look at it again."})
                return put_aside(desk, connection, actor, deal, then.until, why)
            case WhatNow.LOST:
                return give_up(desk, connection, actor, deal, then.reason, why)


def forget(desk: Desk, actor: Actor, deal_id: int, criterion: str) -> Deal:
    """Take a no back: it is not known yet. Raises BadInput where there is no no to take back."""
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        deal = _answerable(desk, connection, actor, deal_id, deal.stage, criterion)
        if _finding(desk, connection, deal, criterion).refusal is None:
            raise BadInput("There is no “no” to take back any more.")
        return _answer(desk, connection, actor, deal, criterion, Answer.UNKNOWN, "")


def _answerable(desk: Desk, connection: Connection, actor: Actor, deal_id: int, stage: str, criterion: str) -> Deal:
    deal = locked(connection, actor, deal_id)
    policy.require_change(actor, deal)
    policy.require_active(deal)
    if deal.stage != stage:
        raise BadInput(f"{deal.label} was moved a moment ago. It is in “{desk.stage(deal).name}” now.")
    _finding(desk, connection, deal, criterion)
    return deal


def _finding(desk: Desk, connection: Connection, deal: Deal, criterion: str) -> Finding:
    judgement = judge_deal(desk, connection, deal)
    for finding in judgement.findings:
        if finding.criterion.key == criterion and finding.criterion.answer is Answering.YES_NO:
            return finding
    raise BadInput(f"“{judgement.stage.name}” has no such question any more. Please open the deal again.")


def _answer(
    desk: Desk, connection: Connection, actor: Actor, deal: Deal, criterion: str, answer: Answer, why: str
) -> Deal:
    now = desk.clock()
    qualifying.add(connection, deal.team_id, Answered(deal.id, deal.stage, criterion, answer, why, actor.user_id, now))
    deal = cancel_pending(desk, connection, actor, deal, "A qualifying question was answered anew.")
    overtake(desk, connection, deal)
    refresh_homes(desk, connection, deal)
    return deal
