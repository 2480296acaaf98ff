"""What a buyer sees and answers on our page, where nobody is signed in: the token in the link is all they bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.domain.confirmations import (
    Answer,
    Confirmation,
    Recap,
    Reply,
    State,
    after_try,
    checked_answer,
    evidence_text,
    kind_for,
    may_try,
    speaks_for_buyer,
    why_inspectable,
    why_verified,
)
from bot.domain.deal import Deal, Status
from bot.domain.errors import BotError
from bot.domain.evidence import Evidence
from bot.domain.people import Actor, Contact, Role
from bot.services import people, progress
from bot.services.confirmations import company, criterion_text, hash_of, name_of
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for, refresh_homes
from bot.services.evidence import Draft, put
from bot.services.evidence_checks import LONGEST
from bot.services.reminders import overtake
from bot.store import confirmations, deals, evidence, moves


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page may show: nothing of the deal but the recap, and that only while it waits for an answer."""

    state: State
    company: str
    recap: Recap | None = None
    sender: str = ""
    whom: str = ""
    expires_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, for the rep: with the piece of evidence that it became, if it did."""

    deal: Deal
    confirmation: Confirmation
    criterion: str
    piece: Evidence | None


def look(desk: Desk, token: str) -> Page | None:
    """What the link leads to, or None when there is no such link. Changes nothing: programs open links, too."""
    found = _find(desk, token)
    if found is None:
        return None
    state, name = found.state(desk.clock()), company(desk)
    if state is not State.OPEN:
        answered_on = found.answered_at.date() if found.answered_at else None
        return Page(state, name, answered_on=answered_on)
    team_id = _team(desk) or ""
    whom = found.contact.name if found.contact else ""
    return Page(
        state, name, found.recap, name_of(desk, team_id, found.made_by), whom, expires_on=found.expires_at.date()
    )


def admit(desk: Desk, token: str) -> bool:
    """Count that the page is sent in once more. False when that happened too often of late, or there is no link."""
    found, team_id = _find(desk, token), _team(desk)
    if found is None or team_id is None:
        return False
    with desk.db.write() as connection:
        full_at, now = confirmations.tries_full_at(connection, team_id, found.id), desk.clock()
        if not may_try(full_at, now):
            return False
        confirmations.keep_tries(connection, team_id, found.id, after_try(full_at, now))
    return True


def read(desk: Desk, reply: str, name: str, mail: str, words: str) -> Answer:
    """What somebody filled in. Raises BadInput with a sentence for each wrong field."""
    return checked_answer(reply, name, mail, words, desk.rules.company_domains)


def answer(desk: Desk, token: str, given: Answer) -> bool:
    """Keep the answer, once, with all that follows from it. False when the link does not work (any more).

    A confirmation becomes evidence, added in the name of whoever made the link: they stand behind having sent it to the
    buyer. That whoever answered owns the mail address they gave, nobody has checked.
    """
    found, team_id = _find(desk, token), _team(desk)
    if found is None or team_id is None:
        return False
    with desk.db.write() as connection:
        deals.lock(connection, team_id, found.deal_id)
        now = desk.clock()
        if not confirmations.answer(connection, team_id, found.id, given, now):
            return False
        deal = deals.get(connection, team_id, found.deal_id)
        if given.reply is Reply.CONFIRMED:
            piece, because = _keep(desk, connection, deal, found, given)
            confirmations.became(connection, team_id, found.id, piece, because)
        _follow_up(desk, connection, found, now)
    desk.wake()
    return True


def told(desk: Desk, team_id: str, confirmation_id: int) -> Told | None:
    """What the rep is told of an answer; None when there is none."""
    with desk.db.read() as connection:
        found = confirmations.get(connection, team_id, confirmation_id)
        if found is None or found.answer is None:
            return None
        deal = deals.get(connection, team_id, found.deal_id)
        piece = evidence.get(connection, team_id, found.evidence_id) if found.evidence_id else None
    return Told(deal, found, criterion_text(desk, deal, found), piece)


def _keep(desk: Desk, connection: Connection, deal: Deal, found: Confirmation, given: Answer) -> tuple[int | None, str]:
    """Add what was confirmed as evidence: the new id, or None and why it is none."""
    stage = desk.process(deal).stage(deal.stage) if deal.process in desk.processes else None
    criterion = stage.criterion(found.criterion) if stage else None
    kind = kind_for(stage, criterion) if stage and criterion else None
    if deal.status in (Status.LOST, Status.PARKED):
        return None, f"the deal is {deal.status.value}"
    if stage is None or found.stage not in desk.process(deal).told_of(stage):
        return None, "the deal has moved on since"
    if criterion is None or kind is None:
        return None, "the process no longer asks for it"
    speaks, today = speaks_for_buyer(given.mail, deal.contacts, deal.company_domain), desk.today()
    who = _who(deal, found, given) if speaks else None
    draft = Draft(
        criterion.key,
        kind,
        evidence_text(given, found.recap, LONGEST),
        today,
        found.recap.next_on,
        contact_id=who.id if who and who.id else None,
        new_contact=who if who and not who.id else None,
    )
    now = desk.clock()
    verified = why_verified(given, found, now, today, deal.company_domain) if speaks else None
    rep = Actor(deal.team_id, found.made_by, Role.MEMBER)
    try:
        with connection.begin_nested():
            seen = verified or why_inspectable(given, found, now, today)
            return put(desk, connection, rep, deal, stage.key, draft, verified, seen=seen).id, ""
    except BotError as problem:  # the answer counts, whatever is wrong with the deal
        return None, str(problem)


def _who(deal: Deal, found: Confirmation, given: Answer) -> Contact:
    """Whose word it is: the contact with that address, the one it was sent to where only the address was unknown, or
    somebody new of the buyer's.
    """
    known = next((one for one in deal.contacts if one.email.casefold() == given.mail.casefold()), None)
    asked = next((one for one in deal.contacts if found.contact and one.id == found.contact.id), None)
    is_asked = asked is not None and not asked.email and asked.name.casefold() == given.name.casefold()
    return known or (asked if asked and is_asked else Contact(0, given.name, "", given.mail))


def _follow_up(desk: Desk, connection: Connection, found: Confirmation, now: datetime) -> None:
    """Tell the rep, draw the cards of that gate again, and note that the buyer did something."""
    team_id = _team(desk) or ""
    deal = deals.get(connection, team_id, found.deal_id)
    if deal.status in (Status.OPEN, Status.WON):
        deal = progress.buyer_acted(desk, connection, deal, now.date())
    ask_for(desk, connection, team_id, Errand.CONFIRMATION, found.id, "answered")
    for move in moves.log(connection, team_id, deal.id):
        if move.from_stage == found.stage and any(met.key == found.criterion for met in move.criteria):
            ask_for(desk, connection, team_id, Errand.CARD, move.id, f"answered {found.id}")
    overtake(desk, connection, deal)
    refresh_homes(desk, connection, deal)


def _find(desk: Desk, token: str) -> Confirmation | None:
    team_id = _team(desk)
    if team_id is None:
        return None
    with desk.db.read() as connection:
        return confirmations.by_token(connection, team_id, hash_of(token))


def _team(desk: Desk) -> str | None:
    """The one workspace that this installation serves; links of an earlier one lead nowhere."""
    ours = people.identity(desk)
    return ours.team_id if ours else None
