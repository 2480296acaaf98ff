"""Objections of buyers: noted with the day of the promised answer, listed with what is planned, settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.calendar_days import add_working_days
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.junk import looks_like_placeholder
from bot.domain.objections import KnownObjection, Objection, Outcome, kind_of
from bot.domain.people import Actor
from bot.domain.promises import shown_by
from bot.domain.reminders import ReminderKind, Settlement
from bot.services import playbook, reminders
from bot.services.deals import locked
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.store import deals, objections

LONGEST = 1000
MOST_OPEN = 20
"""Open objections of one deal; a buyer with more of them does not want it."""
FARTHEST = timedelta(days=183)
PROMISED_WITHIN = 2
"""Business days within which a buyer is promised an answer, unless the rep says otherwise: soon enough to be kept in
mind, late enough to ask somebody."""
NEW = "new"
"""The choice of no known kind."""

_WORDS = {Outcome.ANSWERED: "answered", Outcome.WITHDRAWN: "withdrawn", Outcome.STANDS: "stands"}


@dataclass(frozen=True, slots=True)
class Draft:
    """An objection as it was written down. `kind` is the key of a known one, `NEW`, or empty: told by its words."""

    words: str
    due_on: date | None = None
    kind: str = ""
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """The objections of a deal, and the kinds that there are answers to."""

    deal: Deal
    objections: tuple[Objection, ...]
    known: tuple[KnownObjection, ...]
    may_change: bool
    blocks: bool = False
    """Whether the deal waits in its stage until they are answered."""

    @property
    def open(self) -> tuple[Objection, ...]:
        """Those that nobody has settled, the one due first at the beginning."""
        return tuple(one for one in self.objections if one.is_open)

    def kind(self, one: Objection) -> KnownObjection | None:
        """What is planned for it, or None."""
        return next((known for known in self.known if known.key == one.kind), None)


@dataclass(frozen=True, slots=True)
class Noting:
    """What a form for an objection needs: the deal, the known kinds, and the day by which an answer is due."""

    deal: Deal
    known: tuple[KnownObjection, ...]
    due_on: date


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> Raised:
    """The objections of a deal. Raises NotAllowed for those who may not read deals."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        process = desk.processes.get(deal.process)
        stage = process.stage(deal.stage) if process else None
        return Raised(
            deal,
            tuple(objections.of_deal(connection, actor.team_id, deal_id)),
            playbook.known(desk, connection, actor.team_id, deal.process),
            policy.may_change(actor, deal),
            stage is not None and stage.needs_answered_objections,
        )


def for_notes(desk: Desk, actor: Actor, deal_id: int, today: date) -> Noting:
    """What a new objection is noted with. Raises NotAllowed, and BadInput for a deal that is closed."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        known = playbook.known(desk, connection, actor.team_id, deal.process)
    policy.require_change(actor, deal)
    policy.require_active(deal)
    return Noting(deal, known, add_working_days(today, PROMISED_WITHIN, desk.is_off))


def note(desk: Desk, actor: Actor, deal_id: int, draft: Draft, today: date) -> Objection:
    """Write down what the buyer objects to. `today` is the person's own day.

    Raises BadInput with a sentence for each wrong field: `objection`, `kind`, `contact`, `due_on`.
    """
    draft = _checked(draft, today)
    with desk.change(actor) as connection:
        deal = locked(connection, actor, deal_id)
        policy.require_change(actor, deal)
        policy.require_active(deal)
        known = playbook.known(desk, connection, actor.team_id, deal.process)
        if len(objections.open_of(connection, actor.team_id, [deal.id]).get(deal.id, ())) >= MOST_OPEN:
            raise BadInput(f"{deal.label} has {MOST_OPEN} open objections. Settle some of them first.")
        if draft.contact_id is not None and all(draft.contact_id != one.id for one in deal.contacts):
            raise BadInput("Choose again.", {"contact": "This person was removed from the deal. Choose another."})
        new = Objection(
            0,
            deal.id,
            draft.words,
            draft.due_on or today,
            actor.user_id,
            desk.clock(),
            _kind(draft, known),
            draft.contact_id,
        )
        stored = replace(new, id=objections.add(connection, actor.team_id, new))
        refresh_homes(desk, connection, deal)
        return stored


def _kind(draft: Draft, known: tuple[KnownObjection, ...]) -> str | None:
    if draft.kind == NEW:
        return None
    if not draft.kind:
        found = kind_of(draft.words, known)
        return found.key if found else None
    if all(draft.kind != one.key for one in known):
        raise BadInput("Choose again.", {"kind": "This kind is no longer in the playbook. Choose another."})
    return draft.kind


def _checked(draft: Draft, today: date) -> Draft:
    """The draft without stray spaces. Raises BadInput with a sentence for each wrong field."""
    words, wrong = draft.words.strip(), {}
    if looks_like_placeholder(words):
        wrong["objection"] = "Write what they said, such as “too expensive for this year”."
    elif len(words) > LONGEST:
        wrong["objection"] = f"At most {LONGEST} characters, please."
    if draft.due_on is None:
        wrong["due_on"] = "Choose the day by which they get an answer."
    elif draft.due_on < today:
        wrong["due_on"] = "That day is over. Choose today or later."
    elif draft.due_on > today + FARTHEST:
        wrong["due_on"] = "At most half a year ahead, please. An answer that late is none."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return replace(draft, words=words)


def one(desk: Desk, actor: Actor, objection_id: int) -> tuple[Objection, Deal]:
    """An objection that is still open, to draw a form about it. Raises NotAllowed, NotFound or AlreadyDecided."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        found = _required(connection, actor.team_id, objection_id)
        deal = deals.get(connection, actor.team_id, found.deal_id)
    policy.require_change(actor, deal)
    _require_open(found)
    return found, deal


def settle(desk: Desk, actor: Actor, objection_id: int, outcome: Outcome, how: str, link: str = "") -> Objection:
    """Say what became of an objection, with what shows it and a link where there is one.

    Raises BadInput with a sentence for each wrong field (`note`, `link`); AlreadyDecided when it was settled before.
    """
    how, address = shown_by(how, link, _HOW[outcome])
    with desk.change(actor) as connection:
        found = _required(connection, actor.team_id, objection_id)
        deal = locked(connection, actor, found.deal_id)
        policy.require_change(actor, deal)
        now, team_id = desk.clock(), actor.team_id
        if not objections.settle(connection, team_id, objection_id, outcome, actor.user_id, now, how, address):
            _require_open(_required(connection, team_id, objection_id))
        done = Settlement.DISMISSED if outcome is Outcome.WITHDRAWN else Settlement.DONE
        kind, slot = ReminderKind.OBJECTION, str(objection_id)
        reminders.answered(desk, connection, deal, kind, done, actor.user_id, _WORDS[outcome], slot)
        refresh_homes(desk, connection, deal)
        return _required(connection, team_id, objection_id)


_HOW = {
    Outcome.ANSWERED: "Say what you answered and what they said to it.",
    Outcome.WITHDRAWN: "Say why it is none any more, such as “Jane found the figure herself”.",
    Outcome.STANDS: "Say why they go on in spite of it.",
}


def _required(connection: Connection, team_id: str, objection_id: int) -> Objection:
    found = objections.get(connection, team_id, objection_id)
    if found is None:
        raise NotFound("That objection is not here any more.")
    return found


def _require_open(found: Objection) -> None:
    if found.outcome is not None and found.settled_by and found.settled_at:
        who, when = said.person(found.settled_by), said.moment(found.settled_at)
        raise AlreadyDecided(f"{who} already settled this objection, {when}: {_WORDS[found.outcome]}.")
