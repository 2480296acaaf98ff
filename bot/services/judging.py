"""Putting a deal before the gate: reading what is needed, in as few queries as there are nouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence
from bot.domain.gate import Judgement, LooseEnds, asks_about, judge
from bot.domain.overrides import Override
from bot.domain.process import Answering, Stage
from bot.domain.qualifying import Answered
from bot.domain.questions import Question
from bot.services.desk import Desk
from bot.store import concessions, contacts, evidence, objections, overrides, qualifying, questions
from bot.store.agenda import Page


@dataclass(frozen=True, slots=True)
class Judged:
    """A deal with what it was judged by. `judgement` is None where its process or stage is no longer defined."""

    deal: Deal
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    judgement: Judgement | None
    answers: tuple[Answered, ...] = ()
    overrides: tuple[Override, ...] = ()


def judge_deals(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> list[Judged]:
    """Judge several deals of one workspace at once: a handful of queries, whatever their number."""
    if not deals:
        return []
    found = _with_people(desk, connection, deals)
    ids, team_id = [deal.id for deal in found], found[0].team_id
    pieces = evidence.of_deals(connection, team_id, ids)
    asked = questions.of_deals(connection, team_id, ids)
    around = _around(desk, connection, found)
    return [_judged(desk, deal, pieces[deal.id], asked[deal.id], around[deal.id]) for deal in found]


def judge_page(desk: Desk, connection: Connection, page: Page) -> list[Judged]:
    """Judge the deals of a list to show where each stands; what their evidence says is left out."""
    if not page.deals:
        return []
    found = _with_people(desk, connection, page.deals)
    ids, team_id = [deal.id for deal in found], found[0].team_id
    renamed = frozenset[str]().union(*(process.renamed for process in desk.processes.values()))
    pieces = evidence.to_judge(connection, team_id, ids, renamed)
    asked = questions.of_deals(connection, team_id, page.questioned) if page.questioned else {}
    around = _around(desk, connection, found)
    return [_judged(desk, deal, pieces[deal.id], asked.get(deal.id, []), around[deal.id]) for deal in found]


def judge_deal(desk: Desk, connection: Connection, deal: Deal) -> Judgement:
    """Judge one deal. Raises NeedsSetup when its process or stage is no longer defined."""
    desk.stage(deal)
    pieces = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    asked = questions.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    around = _around(desk, connection, [deal])[deal.id]
    return judge(desk.process(deal), deal, pieces, asked, desk.clock(), around.answers, around.loose, around.overrides)


def answers_of(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> dict[int, list[Answered]]:
    """The answers to qualifying criteria by deal; nothing is read where no stage of theirs has such criteria."""
    wanted = [deal for deal in deals if _qualifies(_stage(desk, deal))]
    return qualifying.of_deals(connection, wanted[0].team_id, [deal.id for deal in wanted]) if wanted else {}


def loose_ends(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> dict[int, LooseEnds]:
    """What is open in the deals beside their evidence, by deal id; looked up where the stage does not let it pass."""
    if not deals:
        return {}
    team_id, places = deals[0].team_id, [(deal, _stage(desk, deal)) for deal in deals]
    asks = {deal.id: asks_about(desk.process(deal), stage) for deal, stage in places if stage is not None}
    doubts = objections.open_of(connection, team_id, [key for key, (answered, _) in asks.items() if answered])
    prices = concessions.of_deals(connection, team_id, [key for key, (_, priced) in asks.items() if priced])
    return {deal.id: LooseEnds(tuple(doubts.get(deal.id, ())), prices.get(deal.id)) for deal in deals}


@dataclass(frozen=True, slots=True)
class _Around:
    """What a deal is judged by beside its evidence and the questions about it."""

    answers: tuple[Answered, ...]
    loose: LooseEnds
    overrides: tuple[Override, ...]


def _around(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> dict[int, _Around]:
    answers, loose = answers_of(desk, connection, deals), loose_ends(desk, connection, deals)
    let = _let_pass(connection, deals)
    return {
        deal.id: _Around(tuple(answers.get(deal.id, ())), loose[deal.id], tuple(let.get(deal.id, ()))) for deal in deals
    }


def _let_pass(connection: Connection, deals: Sequence[Deal]) -> dict[int, list[Override]]:
    """What was let pass and is not proved yet, of the few deals that say so."""
    wanted = [deal for deal in deals if deal.let_pass]
    return overrides.open_of_deals(connection, wanted[0].team_id, [deal.id for deal in wanted]) if wanted else {}


def _with_people(desk: Desk, connection: Connection, deals: Sequence[Deal]) -> list[Deal]:
    """The deals, with the people of those that came without them and are judged by whose support they have."""
    places = [(deal, _stage(desk, deal)) for deal in deals if not deal.contacts]
    wanted = [deal.id for deal, stage in places if stage and any(criterion.support for criterion in stage.criteria)]
    if not wanted:
        return list(deals)
    people = contacts.of_deals(connection, deals[0].team_id, wanted)
    return [replace(deal, contacts=people[deal.id]) if deal.id in people else deal for deal in deals]


def _stage(desk: Desk, deal: Deal) -> Stage | None:
    process = desk.processes.get(deal.process)
    return process.stage(deal.stage) if process else None


def _qualifies(stage: Stage | None) -> bool:
    return stage is not None and any(criterion.answer is Answering.YES_NO for criterion in stage.criteria)


def _judged(desk: Desk, deal: Deal, pieces: list[Evidence], asked: list[Question], around: _Around) -> Judged:
    process = desk.processes.get(deal.process)
    judgement = None
    if process is not None and process.stage(deal.stage) is not None:
        judgement = judge(process, deal, pieces, asked, desk.clock(), around.answers, around.loose, around.overrides)
    return Judged(deal, tuple(pieces), tuple(asked), judgement, around.answers, around.overrides)
