"""What managers are shown of a move, of a claim that a criterion does not apply, and of a question; and where it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.domain.concessions import Concession
from bot.domain.confirmations import Confirmation
from bot.domain.deal import Deal, Move
from bot.domain.evidence import Evidence
from bot.domain.gate import State
from bot.domain.objections import Objection
from bot.domain.overrides import Override
from bot.domain.process import Criterion, Process
from bot.domain.questions import Question
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.store import concessions, confirmations, deals, evidence, moves, objections, overrides, postings, questions
from bot.store.database import Database
from bot.store.postings import Posting

__all__ = [
    "Asked",
    "Card",
    "Excuse",
    "Posting",
    "asked",
    "card",
    "card_posted",
    "deal_of",
    "excuse",
    "keep_posting",
    "piece_of",
    "posting",
    "written",
]


@dataclass(frozen=True, slots=True)
class Card:
    """What managers see of one move, with the evidence it was met by as it stands now."""

    deal: Deal
    process: Process | None
    move: Move
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    posted: Posting | None
    channel: str | None
    answers: tuple[Confirmation, ...] = ()
    """What buyers answered on our page about the criteria of this gate, the newest first."""
    objections: tuple[Objection, ...] = ()
    """Those of the buyer's that are open now."""
    overrides: tuple[Override, ...] = ()
    concession: Concession | None = None
    """The discount that holds or waits for a manager."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """A claim that a criterion does not apply, for a manager to agree with or decline."""

    deal: Deal
    piece: Evidence
    criterion: Criterion | None
    posted: Posting | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it is about, and the card in whose thread it stands."""

    deal: Deal
    question: Question
    criterion_text: str
    card: Posting | None


def card(desk: Desk, team_id: str, move_id: int) -> Card:
    """What the card of a move has to show now."""
    with desk.db.read() as connection:
        move = moves.get(connection, team_id, move_id)
        deal = deals.get(connection, team_id, move.deal_id)
        used = {key for met in move.criteria for key in met.evidence}
        pieces = evidence.of_deals(connection, team_id, [deal.id])[deal.id]
        asked = questions.of_deals(connection, team_id, [deal.id])[deal.id]
        asked_for = confirmations.of_deal(connection, team_id, deal.id)
        process = desk.processes.get(deal.process)
        return Card(
            deal,
            process,
            move,
            tuple(piece for piece in pieces if piece.id in used),
            tuple(question for question in asked if question.move_id == move_id),
            postings.find(connection, team_id, Errand.CARD, str(move_id)),
            _channel(desk, process),
            tuple(one for one in asked_for if one.answer is not None and one.stage == move.from_stage),
            tuple(objections.open_of(connection, team_id, [deal.id]).get(deal.id, ())),
            _overrides(connection, deal, move),
            concessions.of_deals(connection, team_id, [deal.id]).get(deal.id),
        )


def _overrides(connection: Connection, deal: Deal, move: Move) -> tuple[Override, ...]:
    """What this move was made by without a proof, as it stands now."""
    keys = {met.key for met in move.criteria if met.state == State.OVERRIDDEN}
    found = overrides.of_deal(connection, deal.team_id, deal.id) if keys else []
    return tuple(one for one in found if one.criterion in keys and one.at <= move.at)


def excuse(desk: Desk, team_id: str, evidence_id: int) -> Excuse | None:
    """The claim, or None when there is no such piece of evidence."""
    with desk.db.read() as connection:
        piece = evidence.get(connection, team_id, evidence_id)
        if piece is None:
            return None
        deal = deals.get(connection, team_id, piece.deal_id)
        process = desk.processes.get(deal.process)
        posted = postings.find(connection, team_id, Errand.EXCUSE, str(evidence_id))
        criterion = process.criterion(piece.stage, piece.criterion) if process else None
        return Excuse(deal, piece, criterion, posted, _channel(desk, process))


def asked(desk: Desk, team_id: str, question_id: int) -> Asked | None:
    """The question, or None when there is no such one."""
    with desk.db.read() as connection:
        question = questions.get(connection, team_id, question_id)
        if question is None:
            return None
        deal = deals.get(connection, team_id, question.deal_id)
        move = moves.get(connection, team_id, question.move_id)
        text = next((met.text for met in move.criteria if met.key == question.criterion), question.criterion)
        return Asked(deal, question, text, postings.find(connection, team_id, Errand.CARD, str(move.id)))


def posting(desk: Desk, team_id: str, errand: Errand, subject: str) -> Posting | None:
    """Where a message of ours stands, or None before it was posted."""
    with desk.db.read() as connection:
        return postings.find(connection, team_id, errand, subject)


def piece_of(desk: Desk, team_id: str, evidence_id: int) -> Evidence | None:
    """One piece of evidence."""
    with desk.db.read() as connection:
        return evidence.get(connection, team_id, evidence_id)


def deal_of(desk: Desk, team_id: str, deal_id: int) -> Deal:
    """One deal. Raises NotFound."""
    with desk.db.read() as connection:
        return deals.get(connection, team_id, deal_id)


def written(db: Database, write: Callable[[Connection], None]) -> None:
    """Write what Slack has just told us, with patience: forgetting where a card is means posting it twice."""
    for pause in (0.1, 0.5, 2.0):
        try:
            with db.write() as connection:
                return write(connection)
        except OperationalError:
            time.sleep(pause)
    with db.write() as connection:
        return write(connection)


def keep_posting(desk: Desk, team_id: str, errand: Errand, subject: str, channel: str, ts: str) -> None:
    """Remember where Slack put it."""
    place = Posting(channel, ts)
    written(desk.db, lambda connection: postings.keep(connection, team_id, errand, subject, place, desk.clock()))


def card_posted(desk: Desk, shown: Card, channel: str, ts: str) -> None:
    """Remember where the card is, and have the files of its evidence copied into its thread."""
    team_id, move_id = shown.deal.team_id, str(shown.move.id)

    def write(connection: Connection) -> None:
        postings.keep(connection, team_id, Errand.CARD, move_id, Posting(channel, ts), desk.clock())
        for piece in shown.evidence:
            if piece.file is not None:
                ask_for(desk, connection, team_id, Errand.CARD_FILE, piece.id, move_id)

    written(desk.db, write)
    desk.wake()


def _channel(desk: Desk, process: Process | None) -> str | None:
    return desk.channel(process) if process else desk.rules.manager_channel
