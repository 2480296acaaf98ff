"""Promises made to buyers: noted, listed, settled, and counted together with the value checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.deal import Deal
from bot.domain.errors import AlreadyDecided, BadInput, NotFound
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.promises import LONGEST, Figures, Outcome, Promise, ValueCheck, shown_by
from bot.domain.reminders import ReminderKind, Settlement
from bot.services import reminders, value_checks
from bot.services.desk import Desk
from bot.store import deals, keeping, promises

LONGEST_NAME = 200
FARTHEST = timedelta(days=3 * 366)
MOST_OPEN = 30
"""Open promises of one deal; whoever promises more keeps none of them."""
MOST_LISTED, MOST_REPS = 10, 20
PERIOD = timedelta(days=365)
"""Figures are about the answers of a year."""

_WORDS = {
    Outcome.KEPT: "kept",
    Outcome.PARTLY: "kept in part",
    Outcome.BROKEN: "not kept",
    Outcome.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A promise as it was written down: what, to whom at the buyer, by which day."""

    what: str
    to_whom: str = ""
    due_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """True when nothing was written."""
        return not (self.what.strip() or self.to_whom.strip() or self.due_on)


@dataclass(frozen=True, slots=True)
class Promised:
    """The promises of a deal and its value checks. `check_due` is the month of the check that waits for an answer."""

    deal: Deal
    promises: tuple[Promise, ...]
    checks: tuple[ValueCheck, ...]
    check_due: int | None
    may_change: bool

    @property
    def open(self) -> tuple[Promise, ...]:
        """Those that nobody has settled, the one due first at the beginning."""
        return tuple(one for one in self.promises if one.is_open)


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody has promised, and the figures of a year. `by_rep` is for managers alone."""

    mine: tuple[tuple[Promise, Deal], ...]
    total: int
    my_figures: Figures
    team_figures: Figures
    by_rep: tuple[tuple[str, Figures], ...] = ()


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> Promised:
    """What was promised in a deal. Raises NotAllowed for those who may not read deals."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
        return Promised(
            deal,
            tuple(promises.of_deal(connection, actor.team_id, deal_id)),
            tuple(promises.checks_of_deal(connection, actor.team_id, deal_id)),
            value_checks.due(desk, connection, deal),
            policy.may_change(actor, deal),
        )


def overview(desk: Desk, actor: Actor) -> Overview:
    """The actor's open promises and figures, the team's figures, and for managers each rep's."""
    policy.require_colleague(actor)
    since = desk.clock() - PERIOD
    with desk.db.read() as connection:
        mine, total = keeping.open_promises(connection, actor.team_id, actor.user_id, MOST_LISTED)
        found = {deal.id: deal for deal in deals.some(connection, actor.team_id, {one.deal_id for one in mine})}
        reps = keeping.figures_by_rep(connection, actor.team_id, since, MOST_REPS) if actor.is_manager else []
        return Overview(
            tuple((one, found[one.deal_id]) for one in mine),
            total,
            keeping.figures(connection, actor.team_id, since, actor.user_id),
            keeping.figures(connection, actor.team_id, since),
            tuple(reps),
        )


def open_in(desk: Desk, team_id: str, deal_id: int) -> tuple[Promise, ...]:
    """The open promises of a deal, the one due first at the beginning."""
    with desk.db.read() as connection:
        return tuple(one for one in promises.of_deal(connection, team_id, deal_id) if one.is_open)


def team_figures(desk: Desk, team_id: str) -> Figures:
    """How well the team keeps what it promised: the answers of a year."""
    with desk.db.read() as connection:
        return keeping.figures(connection, team_id, desk.clock() - PERIOD)


def one(desk: Desk, actor: Actor, promise_id: int) -> tuple[Promise, Deal]:
    """A promise that is still open, to draw a form about it. Raises NotAllowed, NotFound or AlreadyDecided."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        promise = _required(connection, actor.team_id, promise_id)
        deal = deals.get(connection, actor.team_id, promise.deal_id)
    policy.require_change(actor, deal)
    _require_open(promise)
    return promise, deal


def for_notes(desk: Desk, actor: Actor, deal_id: int) -> Deal:
    """The deal, to draw the form of a promise. Raises NotAllowed, and BadInput for a deal that is closed."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
    policy.require_change(actor, deal)
    policy.require_active(deal)
    return deal


def note(desk: Desk, actor: Actor, deal_id: int, draft: Draft, today: date) -> Promise:
    """Write down what was promised. `today` is the person's own day.

    Raises BadInput with a sentence for each wrong field: `promise`, `to_whom`, `due_on`.
    """
    with desk.change(actor) as connection:
        deals.lock(connection, actor.team_id, deal_id)
        deal = deals.get(connection, actor.team_id, deal_id)
        policy.require_change(actor, deal)
        policy.require_active(deal)
        return note_in(desk, connection, actor, deal, checked(draft, today))


def note_in(desk: Desk, connection: Connection, actor: Actor, deal: Deal, draft: Draft) -> Promise:
    """The same inside somebody else's transaction, from a checked draft, for a deal that the actor may change."""
    known = promises.of_deal(connection, deal.team_id, deal.id)
    if sum(promise.is_open for promise in known) >= MOST_OPEN:
        raise BadInput(f"{deal.label} has {MOST_OPEN} open promises. Settle some of them first.")
    if draft.due_on is None:
        raise BadInput("By when?", {"due_on": "Choose the day."})
    new = Promise(0, deal.id, draft.what, draft.to_whom, draft.due_on, actor.user_id, desk.clock())
    return replace(new, id=promises.add(connection, deal.team_id, new))


def checked(draft: Draft, today: date) -> Draft:
    """The draft without stray spaces. Raises BadInput with a sentence for each wrong field."""
    what, to_whom = draft.what.strip(), " ".join(draft.to_whom.split())
    wrong = {}
    if looks_like_placeholder(what):
        wrong["promise"] = "Write what was promised, such as “training for the night shift”."
    elif len(what) > LONGEST:
        wrong["promise"] = f"At most {LONGEST} characters, please."
    if len(to_whom) > LONGEST_NAME:
        wrong["to_whom"] = f"At most {LONGEST_NAME} characters, please."
    if draft.due_on is None:
        wrong["due_on"] = "Choose the day by which it is promised."
    elif draft.due_on < today:
        wrong["due_on"] = "That day is over. Choose today or later."
    elif draft.due_on > today + FARTHEST:
        wrong["due_on"] = "At most three years ahead, please."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return Draft(what, to_whom, draft.due_on)


def settle(desk: Desk, actor: Actor, promise_id: int, outcome: Outcome, note: str, link: str = "") -> Promise:
    """Say what became of a promise, with a note of what shows it and a link where there is one.

    Raises BadInput with a sentence for each wrong field (`note`, `link`); AlreadyDecided when it was settled before.
    """
    note, address = shown_by(note, link, _NOTES[outcome])
    with desk.change(actor) as connection:
        promise = _required(connection, actor.team_id, promise_id)
        deals.lock(connection, actor.team_id, promise.deal_id)
        deal = deals.get(connection, actor.team_id, promise.deal_id)
        policy.require_change(actor, deal)
        now, team_id = desk.clock(), actor.team_id
        if not promises.settle(connection, team_id, promise_id, outcome, actor.user_id, now, note, address):
            _require_open(_required(connection, team_id, promise_id))
        how = Settlement.DISMISSED if outcome is Outcome.WITHDRAWN else Settlement.DONE
        slot = str(promise_id)
        reminders.answered(desk, connection, deal, ReminderKind.PROMISE, how, actor.user_id, _WORDS[outcome], slot)
        return _required(connection, team_id, promise_id)


_NOTES = {
    Outcome.KEPT: "Say in a few words what shows it, such as “Jane confirmed it by mail”.",
    Outcome.PARTLY: "Say what is still missing.",
    Outcome.BROKEN: "Say what happened, so that the team can learn from it.",
    Outcome.WITHDRAWN: "Say why nothing is owed any more.",
}


def _required(connection: Connection, team_id: str, promise_id: int) -> Promise:
    found = promises.get(connection, team_id, promise_id)
    if found is None:
        raise NotFound("That promise is not here any more.")
    return found


def _require_open(promise: Promise) -> None:
    if promise.outcome is not None and promise.settled_by and promise.settled_at:
        who, when = said.person(promise.settled_by), said.moment(promise.settled_at)
        raise AlreadyDecided(f"{who} already settled this promise, {when}: {_WORDS[promise.outcome]}.")
