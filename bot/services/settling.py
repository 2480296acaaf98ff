"""Settling a reminder by saying what happened: done and what comes next, a reason to wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal, NextStep
from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.process import WaitingOn
from bot.domain.reminders import ReminderKind, Settlement
from bot.services import closings, moves, progress, reminders
from bot.services.desk import Desk
from bot.services.errands import refresh_homes
from bot.store import deals

LONGEST = 3000
LONGEST_WAIT = timedelta(days=183)
"""For longer than half a year a deal does not rest; it is parked."""


TO_DO = (
    ReminderKind.FOLLOW_UP,
    ReminderKind.NO_STEP,
    ReminderKind.STALE,
    ReminderKind.CLOSE_PASSED,
    ReminderKind.EVIDENCE_OLD,
)
"""What is settled by doing something with the buyer."""


class Reply(StrEnum):
    """What the buyer did about a step that was taken."""

    ACTED = "acted"
    SILENT = "silent"
    OWN = "own"
    """Nothing was asked of the buyer."""


@dataclass(frozen=True, slots=True)
class Parking:
    """Put the deal aside next."""

    until: date
    why: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Go on by the stage's plan B next, the stage with that key."""

    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What happened, and what comes next; None where a won deal needs nothing more. `on` is when the buyer acted."""

    reply: Reply
    what: str = ""
    on: date | None = None
    then: NextStep | Parking | Aside | None = None


def done(desk: Desk, actor: Actor, reminder_id: int, outcome: Done) -> Deal:
    """Settle a reminder as done: note what the buyer did or count their silence, and do what comes next.

    Raises BadInput with a sentence for each wrong field, named as in Done and its parts; AlreadyDecided when it was
    settled before or the deal has moved on.
    """
    _check(desk, outcome)
    with desk.change(actor) as connection:
        noticed = reminders.open_one(desk, connection, actor, reminder_id)
        deal = noticed.deal
        if noticed.reminder.kind not in TO_DO:
            raise BadInput("This is not something to do and tick off.")
        policy.require_active(deal)
        if outcome.then is None and deal.status.value == "open":
            raise BadInput("What will you do next?", {"what": "An open deal needs a next step, or is parked."})
        reminders.settle(desk, connection, deal, [reminder_id], Settlement.DONE, actor.user_id, _note(outcome))
        deal = _reply(desk, connection, deal, outcome)
        changed = _go_on(desk, connection, actor, deal, outcome)
        refresh_homes(desk, connection, changed)
        return changed


def not_stale(desk: Desk, actor: Actor, reminder_id: int, why: str, until: date, today: date, *, outside: bool) -> Deal:
    """Keep a deal fresh until a day, for a reason; `outside` when a third party holds it up. `today` is the person's.

    Raises BadInput for a reason that is none or a day that will not do.
    """
    if looks_like_placeholder(why):
        raise BadInput("Say why.", {"why": "Say what you wait for, such as “Jane is on leave until June”."})
    if len(why) > LONGEST:
        raise BadInput("That is too long.", {"why": f"At most {LONGEST} characters, please."})
    if until <= today:
        raise BadInput("Choose a later day.", {"until": "Choose a day after today."})
    if until > today + LONGEST_WAIT:
        raise BadInput("Choose an earlier day.", {"until": "At most half a year ahead. For longer, park the deal."})
    with desk.change(actor) as connection:
        noticed = reminders.open_one(desk, connection, actor, reminder_id)
        if noticed.reminder.kind is not ReminderKind.STALE:
            raise BadInput("This is not about a stale deal.")
        policy.require_active(noticed.deal)
        waiting_on = WaitingOn.THIRD_PARTY.value if outside else None
        note = f"until {show_date(until)}: {why.strip()}"
        reminders.settle(desk, connection, noticed.deal, [reminder_id], Settlement.NOT_STALE, actor.user_id, note)
        changed = deals.change(connection, noticed.deal, {"fresh_until": until, "waiting_on": waiting_on})
        reminders.overtake(desk, connection, changed, actor.user_id, Settlement.NOT_STALE, note)
        refresh_homes(desk, connection, changed)
        return changed


def _check(desk: Desk, outcome: Done) -> None:
    if outcome.reply is not Reply.ACTED:
        return
    wrong = {}
    if looks_like_placeholder(outcome.what):
        wrong["answer"] = "Say what they wrote, said or did."
    if len(outcome.what) > LONGEST:
        wrong["answer"] = f"At most {LONGEST} characters, please."
    if outcome.on is None:
        wrong["happened_on"] = "When was that?"
    # Somebody ahead of UTC may already live in tomorrow, so a day of grace.
    elif outcome.on > desk.today() + timedelta(days=1):
        wrong["happened_on"] = "This day is still to come."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _reply(desk: Desk, connection: Connection, deal: Deal, outcome: Done) -> Deal:
    if outcome.reply is Reply.ACTED and outcome.on is not None:
        if outcome.on < desk.process(deal).lookback.before(deal.created_at.date()):
            raise BadInput("Check the day.", {"happened_on": "That is long before the deal began."})
        return progress.buyer_acted(desk, connection, deal, outcome.on)
    if outcome.reply is Reply.SILENT:
        return deals.change(connection, deal, {"silence": deal.silence + 1})
    return deal


def _go_on(desk: Desk, connection: Connection, actor: Actor, deal: Deal, outcome: Done) -> Deal:
    match outcome.then:
        case NextStep() as step:
            changed = progress.plan(desk, connection, deal, step)
            if changed.next_step_no == deal.next_step_no:
                # The very same step once more is a new one all the same: the last one was taken.
                changed = deals.change(connection, changed, {"next_step_no": deal.next_step_no + 1})
            reminders.overtake(desk, connection, changed, actor.user_id, Settlement.PLANNED)
            return changed
        case Parking(until, why):
            return closings.put_aside(desk, connection, actor, deal, until, why)
        case Aside(stage, reason):
            return moves.step(desk, connection, actor, deal, stage, reason).checklist.deal
        case None:
            changed = progress.plan(desk, connection, deal, None)
            reminders.overtake(desk, connection, changed, actor.user_id, Settlement.PLANNED)
            return changed


def _note(outcome: Done) -> str:
    if outcome.reply is Reply.ACTED:
        return outcome.what.strip()
    return "no answer yet" if outcome.reply is Reply.SILENT else ""
