"""Which deal a message in Slack is likely about, of those that the person may change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.deal import Deal, Status
from bot.domain.errors import BadInput
from bot.domain.gate import Finding
from bot.domain.people import Actor
from bot.domain.process import Stage
from bot.domain.quoted import Author, Clues, Quoted, nearest_first, takes_messages
from bot.services.desk import Desk
from bot.services.judging import judge_deals
from bot.store import agenda, deals, people, quoted

MOST_DEALS = 100
"""So many can be chosen from; Slack's menus take no more."""

JUDGED = 5
"""Of so many that seem nearest, the first is proposed in which a message can still prove something."""

_WORKED_ON = (Status.OPEN, Status.WON)


def candidates(desk: Desk, connection: Connection, actor: Actor, message: Quoted, author: Author) -> list[Deal]:
    """The deals that the actor may change and in which a message can prove something, the likeliest first."""
    home_team = message.team_id
    if author.side.may_be_buyer:
        person = people.find(connection, actor.team_id, message.author)
        home_team = person.home_team if person else message.home_team
    met = quoted.acquaintance(connection, actor.team_id, message.author, home_team)
    of_channel = quoted.deal_of_channel(connection, actor.team_id, message.channel)
    mine = agenda.of_person(connection, actor.team_id, actor.user_id, desk.today(), MOST_DEALS, 0).deals
    wanted = {deal.id for deal in mine} | met.deals | ({of_channel} if of_channel else set())
    found = deals.some(connection, actor.team_id, wanted) if wanted else []
    fitting = [d for d in found if d.status in _WORKED_ON and policy.may_change(actor, d) and _takes_messages(desk, d)]
    return nearest_first(fitting, author, Clues(of_channel, met.deals, met.domains))


def _takes_messages(desk: Desk, deal: Deal) -> bool:
    process = desk.processes.get(deal.process)
    stage = process.stage(deal.stage) if process else None
    return stage is not None and any(takes_messages(criterion) for criterion in stage.criteria)


def first_open(
    desk: Desk, connection: Connection, looked_at: Sequence[Deal]
) -> tuple[Deal, Stage, tuple[Finding, ...]]:
    """The first of the deals that still has something open that a message can prove, else the first of them."""
    told = []
    for judged in judge_deals(desk, connection, looked_at):
        if judged.judgement is not None:
            findings = tuple(f for f in judged.judgement.findings if takes_messages(f.criterion))
            told.append((judged.deal, judged.judgement.stage, findings))
    fitting = [one for one in told if one[2]]
    if not fitting:
        raise BadInput(f"Nothing that {looked_at[0].label} needs in its stage can be proved by a message.")
    return next((one for one in fitting if any(not f.passes for f in one[2])), fitting[0])
