"""Putting a deal before the gate: reading what is needed, in as few queries as there are nouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence
from bot.domain.gate import Judgement, judge
from bot.domain.questions import Question
from bot.services.desk import Desk
from bot.store import evidence, questions
from bot.store.agenda import Page


@dataclass(frozen=True, slots=True)
class Judged:
    """A deal with what it was judged by. `judgement` is None where its process or stage is no longer defined."""

    deal: Deal
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    judgement: Judgement | None


def judge_deals(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> list[Judged]:
    """Judge several deals of one workspace at once: two queries, whatever their number."""
    if not deals:
        return []
    ids, team_id = [deal.id for deal in deals], deals[0].team_id
    pieces = evidence.of_deals(connection, team_id, ids)
    asked = questions.of_deals(connection, team_id, ids)
    return [_judged(desk, deal, pieces[deal.id], asked[deal.id]) for deal in deals]


def judge_page(desk: Desk, connection: Connection, page: Page) -> list[Judged]:
    """Judge the deals of a list to show where each stands; what their evidence says is left out."""
    if not page.deals:
        return []
    ids, team_id = [deal.id for deal in page.deals], page.deals[0].team_id
    renamed = frozenset[str]().union(*(process.renamed for process in desk.processes.values()))
    pieces = evidence.to_judge(connection, team_id, ids, renamed)
    asked = questions.of_deals(connection, team_id, page.questioned) if page.questioned else {}
    return [_judged(desk, deal, pieces[deal.id], asked.get(deal.id, [])) for deal in page.deals]


def judge_deal(desk: Desk, connection: Connection, deal: Deal) -> Judgement:
    """Judge one deal. Raises NeedsSetup when its process or stage is no longer defined."""
    desk.stage(deal)
    pieces = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    asked = questions.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    return judge(desk.process(deal), deal, pieces, asked, desk.clock())


def _judged(desk: Desk, deal: Deal, pieces: list[Evidence], asked: list[Question]) -> Judged:
    process = desk.processes.get(deal.process)
    judgement = None
    if process is not None and process.stage(deal.stage) is not None:
        judgement = judge(process, deal, pieces, asked, desk.clock())
    return Judged(deal, tuple(pieces), tuple(asked), judgement)
