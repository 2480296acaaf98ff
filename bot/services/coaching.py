"""The coach: what a rep is told about the stage of a deal, and the mail that asks the buyer for what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.coaching import Mail, Methodology, Phase, mail_for, phase_of
from bot.domain.deal import Deal, Status
from bot.domain.gate import Judgement
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.services.confirmations import can_confirm
from bot.services.desk import Desk
from bot.services.judging import judge_deal
from bot.store import deals, people


@dataclass(frozen=True, slots=True)
class Coached:
    """A deal in its stage, with the way the team sells, if it chose one. `mail` is None where none is to be sent.

    `confirmable` are the keys of criteria that the buyer can confirm behind a link.
    """

    deal: Deal
    process: Process
    judgement: Judgement
    phase: Phase
    methodology: Methodology | None
    mail: Mail | None
    may_change: bool
    confirmable: frozenset[str] = frozenset()

    @property
    def questions(self) -> tuple[str, ...]:
        """The methodology's questions for this phase."""
        return self.methodology.questions[self.phase] if self.methodology else ()


def coach(desk: Desk, actor: Actor, deal_id: int) -> Coached:
    """What helps with a deal where it is now; every colleague may read it.

    Raises NotAllowed, NotFound, and NeedsSetup where the deal's stage is no longer defined.
    """
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        judgement = judge_deal(desk, connection, deal)
        sender = _sender(connection, deal)
    process, stage = desk.process(deal), judgement.stage
    is_active = deal.status not in (Status.LOST, Status.PARKED)
    return Coached(
        deal,
        process,
        judgement,
        phase_of(process, stage),
        desk.methodologies.get(desk.rules.methodology or ""),
        mail_for(process, deal, judgement, sender) if is_active else None,
        is_active and policy.may_change(actor, deal),
        frozenset(one.key for one in stage.criteria if is_active and can_confirm(desk, stage, one)),
    )


def _sender(connection: Connection, deal: Deal) -> str:
    """The name under the mail: after the win whoever delivers, else the owner; nothing for somebody unknown."""
    user_id = deal.delivery_owner if deal.status is Status.WON and deal.delivery_owner else deal.owner
    known = people.find(connection, deal.team_id, user_id)
    return known.name if known else ""
