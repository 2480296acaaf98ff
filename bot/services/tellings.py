"""Saying what the clock has to say, and writing down what was said.

What a message will say is written down before it is sent (its lines), and where it stands after that (its posting).
Lines without a posting are therefore all that is left of a message of which nobody knows whether it arrived.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from bot.domain import policy, rhythm
from bot.domain.cadence import next_telling
from bot.domain.calendar_days import DayOff
from bot.domain.people import Actor
from bot.domain.reminders import Reminder
from bot.services import agendas, people
from bot.services.agendas import Agenda, Line
from bot.services.cards import written
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.services.hours import day_off
from bot.store import people as people_store
from bot.store import postings, tellings
from bot.store.postings import Posting
from bot.store.tellings import Message, Telling

__all__ = ["Message", "Rest", "ask_for_rest", "told", "unsaid", "whose", "write_down"]


class Rest(StrEnum):
    """What became of the wish to see the rest of an agenda."""

    COMES = "comes"
    SHOWN = "shown"
    NOTHING = "nothing"


def ask_for_rest(desk: Desk, actor: Actor, day: date, page: int) -> Rest:
    """Have the next page of that day's agenda sent, with what is left to say by now."""
    policy.require_colleague(actor)
    today = rhythm.local_day(actor.tz, desk.clock())
    slot = f"{day.isoformat()}.{page}"
    with desk.db.read() as connection:
        if postings.find(connection, actor.team_id, Errand.AGENDA, agendas.subject_of(actor.user_id, slot)):
            return Rest.SHOWN
    if agendas.compose(desk, actor.team_id, actor.user_id, today, page) is None:
        return Rest.NOTHING
    with desk.change(actor) as connection:
        ask_for(desk, connection, actor.team_id, Errand.AGENDA, actor.user_id, slot)
    return Rest.COMES


def whose(desk: Desk, team_id: str, message: Message) -> tuple[str, date] | None:
    """To whom a follow-up was sent, and for which day; None when nobody knows any more."""
    with desk.db.read() as connection:
        shown = tellings.shown(connection, team_id, message)
        posted = postings.find(connection, team_id, message.kind, message.subject)
        known = people_store.with_dm(connection, team_id, posted.channel) if posted else None
    return (known, shown[0].due_on) if known and shown else None


def write_down(desk: Desk, team_id: str, message: Message, said: Agenda) -> None:
    """Before it is sent: what it says."""
    with desk.db.write() as connection:
        tellings.put_lines(connection, team_id, message, [one.id for one in said.told])


def unsaid(desk: Desk, team_id: str, message: Message) -> None:
    """It surely was not sent."""
    with desk.db.write() as connection:
        tellings.drop_lines(connection, team_id, message)


def told(desk: Desk, team_id: str, message: Message, said: Agenda, channel: str, ts: str) -> None:
    """Slack took it: where it stands, that each of its reminders was told, and when each is told again."""
    is_off = day_off(people.rhythm(desk, said.person))
    ids = [one.id for one in said.told]
    news = [_telling(line, one, said.day, is_off) for line in said.lines for one in line.reminders]

    def write(connection: Connection) -> None:
        postings.keep(connection, team_id, message.kind, message.subject, Posting(channel, ts), desk.clock())
        tellings.told(connection, team_id, news)
        tellings.forget_unsure(connection, team_id, ids)
        tellings.put_lines(connection, team_id, message, ids)
        if any(not one.is_open for one in tellings.shown(connection, team_id, message)):
            # Settled while it was on its way, by somebody who could not yet know where it stands.
            ask_for(desk, connection, team_id, Errand(message.kind), message.subject, "drawn.at_once")
        if said.page:  # the message before it offered to show this one
            before = agendas.page_subject(message.subject, said.page - 1)
            ask_for(desk, connection, team_id, Errand.AGENDA, before, f"drawn.page.{said.page}")

    written(desk.db, write)
    desk.wake()


def _telling(line: Line, one: Reminder, day: date, is_off: DayOff) -> Telling:
    """A step with an hour is said in the morning and again at its hour, which counts once.

    What was said often enough, and is mentioned beside something else, does not count any more.
    """
    was_enough = one.told_on is not None and one.tell_on is None
    times = one.told if one.told_on == day or was_enough else one.told + 1
    again = next_telling(line.process.cadence, times, day, is_off, one.kind) if line.process else None
    return Telling(one.id, times, day, again)
