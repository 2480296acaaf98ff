"""Putting a deal before the gate: reading what is needed, in as few queries as there are nouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence
from bot.domain.gate import Judgement, judge
from bot.domain.process import Answering
from bot.domain.qualifying import Answered
from bot.domain.questions import Question
from bot.services.desk import Desk
from bot.store import evidence, qualifying, questions
from bot.store.agenda import Page


@dataclass(frozen=True, slots=True)
class Judged:
    """A deal with what it was judged by. `judgement` is None where its process or stage is no longer defined."""

    deal: Deal
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    judgement: Judgement | None
    answers: tuple[Answered, ...] = ()


def judge_deals(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> list[Judged]:
    """Judge several deals of one workspace at once: two or three queries, whatever their number."""
    if not deals:
        return []
    ids, team_id = [deal.id for deal in deals], deals[0].team_id
    pieces = evidence.of_deals(connection, team_id, ids)
    asked = questions.of_deals(connection, team_id, ids)
    answers = answers_of(desk, connection, deals)
    return [_judged(desk, deal, pieces[deal.id], asked[deal.id], answers.get(deal.id, ())) for deal in deals]


def judge_page(desk: Desk, connection: Connection, page: Page) -> list[Judged]:
    """Judge the deals of a list to show where each stands; what their evidence says is left out."""
    if not page.deals:
        return []
    ids, team_id = [deal.id for deal in page.deals], page.deals[0].team_id
    renamed = frozenset[str]().union(*(process.renamed for process in desk.processes.values()))
    pieces = evidence.to_judge(connection, team_id, ids, renamed)
    asked = questions.of_deals(connection, team_id, page.questioned) if page.questioned else {}
    answers = answers_of(desk, connection, page.deals)
    return [
        _judged(desk, deal, pieces[deal.id], asked.get(deal.id, []), answers.get(deal.id, ())) for deal in page.deals
    ]


def judge_deal(desk: Desk, connection: Connection, deal: Deal) -> Judgement:
    """Judge one deal. Raises NeedsSetup when its process or stage is no longer defined."""
    desk.stage(deal)
    pieces = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    asked = questions.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    answers = answers_of(desk, connection, [deal]).get(deal.id, ())
    return judge(desk.process(deal), deal, pieces, asked, desk.clock(), answers)


def answers_of(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> dict[int, list[Answered]]:
    """The answers to qualifying criteria by deal; nothing is read where no stage of theirs has such criteria."""
    wanted = [deal for deal in deals if _qualifies(desk, deal)]
    return qualifying.of_deals(connection, wanted[0].team_id, [deal.id for deal in wanted]) if wanted else {}


def _qualifies(desk: Desk, deal: Deal) -> bool:
    process = desk.processes.get(deal.process)
    stage = process.stage(deal.stage) if process else None
    return stage is not None and any(criterion.answer is Answering.YES_NO for criterion in stage.criteria)


def _judged(
    desk: Desk, deal: Deal, pieces: list[Evidence], asked: list[Question], answers: Sequence[Answered]
) -> Judged:
    process = desk.processes.get(deal.process)
    judgement = None
    if process is not None and process.stage(deal.stage) is not None:
        judgement = judge(process, deal, pieces, asked, desk.clock(), answers)
    return Judged(deal, tuple(pieces), tuple(asked), judgement, tuple(answers))
