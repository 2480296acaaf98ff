"""Asking for the proof: a manager's question, the rep's answer, and how it is settled."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.addresses import clean_link
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotAllowed, NotFound
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.questions import Entry, EntryKind, Question
from bot.domain.reminders import Settlement
from bot.services import progress
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.reminders import overtake
from bot.store import deals, moves, questions

LONGEST = 3000


def ask(desk: Desk, actor: Actor, move_id: int, criterion: str, text: str) -> Question:
    """A manager asks how a criterion of a move was met; until that is settled, the criterion is disputed."""
    _check(text, "question", "What would you like to know or see?")
    with desk.change(actor) as connection:
        policy.require_manager(actor, "ask for a proof")
        move = moves.get(connection, actor.team_id, move_id)
        deal = locked(connection, actor, move.deal_id)
        if not any(met.key == criterion for met in move.criteria):
            raise NotFound("That criterion does not belong to this move.")
        stage = move.from_stage or move.to_stage
        asked = questions.of_deals(connection, actor.team_id, [deal.id])[deal.id]
        if any(q.is_open and q.criterion == criterion and q.stage == stage for q in asked):
            raise AlreadyDecided("There is an open question about this criterion already; it is in the card's thread.")
        new = Question(0, deal.id, move.id, stage, criterion, text.strip(), actor.user_id, desk.clock())
        stored = questions.add(connection, actor.team_id, new)
        _announce(desk, connection, deal, move.id, stored, "0")
        ask_for(desk, connection, deal.team_id, Errand.QUESTION, stored, "0")
        return _required(connection, actor.team_id, stored)


def answer(desk: Desk, actor: Actor, question_id: int, text: str, link: str = "") -> Question:
    """The rep answers; the answer reaches the managers in the card's thread."""
    _check(text, "answer", "Write a short answer.")
    with desk.change(actor) as connection:
        deal, question = _with_deal(connection, actor, question_id)
        if not policy.may_answer(actor, deal):
            raise NotAllowed(f"This question is for {said.person(deal.responsible)}.")
        if not question.waits_for_rep:
            raise AlreadyDecided("This question already has an answer; a manager will look at it.")
        try:
            checked = clean_link(link) if link.strip() else None
        except BadInput as problem:
            raise BadInput(str(problem), {"link": str(problem)}) from problem
        entry = Entry(EntryKind.ANSWERED, actor.user_id, desk.clock(), text.strip(), checked)
        return _follow(desk, connection, deal, question, entry)


def accept(desk: Desk, actor: Actor, question_id: int) -> Question:
    """A manager accepts the answer; the criterion is judged by its evidence again."""
    with desk.change(actor) as connection:
        deal, question = _answered(connection, actor, question_id)
        deal = progress.proved(desk, connection, deal)
        followed = _follow(desk, connection, deal, question, Entry(EntryKind.ACCEPTED, actor.user_id, desk.clock()))
        ask_for(desk, connection, deal.team_id, Errand.SETTLED, question.id, "accepted")
        return followed


def ask_again(desk: Desk, actor: Actor, question_id: int, text: str) -> Question:
    """A manager is not satisfied and says what is still missing."""
    _check(text, "question", "What is still missing?")
    with desk.change(actor) as connection:
        deal, question = _answered(connection, actor, question_id)
        entry = Entry(EntryKind.ASKED_AGAIN, actor.user_id, desk.clock(), text.strip())
        followed = _follow(desk, connection, deal, question, entry)
        ask_for(desk, connection, deal.team_id, Errand.QUESTION, question.id, str(len(followed.entries)))
        return followed


def find(desk: Desk, actor: Actor, question_id: int) -> tuple[Deal, Question]:
    """A question with its deal, to look at."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        question = _required(connection, actor.team_id, question_id)
        return deals.get(connection, actor.team_id, question.deal_id), question


def _answered(connection: Connection, actor: Actor, question_id: int) -> tuple[Deal, Question]:
    deal, question = _with_deal(connection, actor, question_id)
    policy.require_settler(actor, deal)
    if not question.is_open:
        raise AlreadyDecided(f"{said.person(question.entries[-1].by)} has already accepted this answer.")
    if question.waits_for_rep:
        raise AlreadyDecided("This question has no answer yet.")
    return deal, question


def _follow(desk: Desk, connection: Connection, deal: Deal, question: Question, entry: Entry) -> Question:
    questions.follow(connection, deal.team_id, question.id, entry)
    followed = _required(connection, deal.team_id, question.id)
    count = len(followed.entries)
    if entry.kind is EntryKind.ANSWERED:
        overtake(desk, connection, deal, entry.by, Settlement.ANSWERED)
    else:
        overtake(desk, connection, deal)
    _announce(desk, connection, deal, question.move_id, question.id, str(count))
    # What was said before keeps its buttons in Slack until it is drawn again.
    ask_for(desk, connection, deal.team_id, Errand.QUESTION, question.id, f"drawn.{count}")
    if count > 1:
        ask_for(desk, connection, deal.team_id, Errand.CARD_REPLY, question.id, f"drawn.{count - 1}")
    return followed


def _announce(desk: Desk, connection: Connection, deal: Deal, move_id: int, question_id: int, slot: str) -> None:
    """Re-draw the card, which says that a proof is disputed, and put the words into its thread."""
    ask_for(desk, connection, deal.team_id, Errand.CARD, move_id, f"question {question_id}.{slot}")
    ask_for(desk, connection, deal.team_id, Errand.CARD_REPLY, question_id, slot)
    refresh_homes(desk, connection, deal)


def _with_deal(connection: Connection, actor: Actor, question_id: int) -> tuple[Deal, Question]:
    policy.require_colleague(actor)
    question = _required(connection, actor.team_id, question_id)
    deal = locked(connection, actor, question.deal_id)
    return deal, _required(connection, actor.team_id, question_id)


def _required(connection: Connection, team_id: str, question_id: int) -> Question:
    found = questions.get(connection, team_id, question_id)
    if found is None:
        raise NotFound("That question is not here any more.")
    return found


def _check(text: str, field: str, prompt: str) -> None:
    if looks_like_placeholder(text):
        raise BadInput(prompt, {field: prompt})
    if len(text) > LONGEST:
        raise BadInput("That is too long.", {field: f"At most {LONGEST} characters, please."})
