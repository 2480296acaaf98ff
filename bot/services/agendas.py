"""The morning agenda and the follow-up at its hour, composed from the truth at the moment they are sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Connection

from bot.domain import agenda, rhythm
from bot.domain.agenda import SHOWN
from bot.domain.cadence import Matter, matters
from bot.domain.deal import Deal
from bot.domain.people import Person
from bot.domain.process import Process
from bot.domain.reminders import ESCALATES, Reminder, ReminderKind, Settlement
from bot.services import matter_details, reminders
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.services.facts import facts_of, noticing_day
from bot.services.matter_details import Details
from bot.store import deals, postings, tellings
from bot.store import people as people_store
from bot.store import reminders as reminder_store
from bot.store.reminders import MANAGERS_OWN
from bot.store.tellings import Message


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one deal together: about the first reminder, with the others in small print.

    `notes` are the words that a rule gives with what it noticed, by reminder id.
    """

    reminders: tuple[Reminder, ...]
    deal: Deal
    process: Process | None
    notes: dict[int, str]

    @property
    def first(self) -> Reminder:
        """The reminder that the line is about."""
        return self.reminders[0]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What somebody is told on a day of theirs. `rest` counts the lines for which there was no room.

    `unsure` are the days of earlier messages which said some of it and may not have arrived. `page` counts from 0;
    `covers` are colleagues on leave for whom they stand in. It is not new when a message is drawn again.
    """

    person: Person
    day: date
    lines: tuple[Line, ...]
    details: Details
    rest: int = 0
    page: int = 0
    unsure: tuple[date, ...] = ()
    covers: tuple[str, ...] = ()
    is_new: bool = True

    @property
    def listens_for(self) -> tuple[str, ...]:
        """Whose reminders they hear: their own, and those of the colleagues they stand in for."""
        return (self.person.user_id, *self.covers)

    def is_last_time(self, one: Reminder, line: Line) -> bool:
        """Whether this telling is the last before it goes to the managers."""
        most = line.process.cadence.remind_times if line.process else 0
        if one.told_on == self.day:
            return one.kind in ESCALATES and one.told >= most > 1
        return self.is_new and one.kind in ESCALATES and one.told + 1 >= most > 1

    @property
    def told(self) -> tuple[Reminder, ...]:
        """Every reminder that it says."""
        return tuple(one for line in self.lines for one in line.reminders)


def subject_of(user_id: str, slot: str) -> str:
    """What the message of a slot is known as."""
    return f"{user_id}.{slot}"


def compose(desk: Desk, team_id: str, user_id: str, day: date, page: int = 0) -> Agenda | None:
    """What this person is to hear of on that day of theirs; None for nothing. What has become moot is settled."""
    with desk.db.read() as connection:
        person, covered = _person(connection, team_id, user_id, day)
        if person is None:
            return None
        order, found, notes, moot = _due(desk, connection, person, covered, day)
        lines = tuple(_line(desk, found, line, notes) for line in order[:SHOWN])
        shown = [one for line in lines for one in line.reminders]
        details = matter_details.of(connection, team_id, shown)
        unsure = _unsure_days(tellings.unsure(connection, team_id, [one.id for one in shown]))
    _settle_moot(desk, found, moot)
    rest = len(order) - len(lines)
    return Agenda(person, day, lines, details, rest, page, unsure, tuple(covered)) if lines else None


def follow_up(desk: Desk, team_id: str, reminder_id: int, slot: str) -> Agenda | None:
    """The one line of a follow-up at its hour; None when it was settled, moved or is somebody else's by now."""
    with desk.db.read() as connection:
        one = reminder_store.get(connection, team_id, reminder_id)
        if one is None or not one.is_open or one.kind is not ReminderKind.FOLLOW_UP:
            return None
        deal = deals.get(connection, team_id, one.deal_id)
        step = deal.next_step
        if step is None or step.at is None or slot != hour_slot(step.on, step.at) or agenda.is_asleep(one, step.on):
            return None
        teller = people_store.find(connection, team_id, one.user_id)
        if teller is not None and teller.is_away(step.on) and teller.away_cover:
            teller = people_store.find(connection, team_id, teller.away_cover)
        if teller is not None and teller.is_away(step.on):
            return None
        notes, moot = _look_again(desk, connection, [deal], [one])
        if teller is None or teller.is_deleted or moot or one.id not in notes or one.kind.value in teller.mutes:
            return None
        line = _line(desk, {deal.id: deal}, (one,), notes)
        return Agenda(teller, step.on, (line,), matter_details.of(connection, team_id, [one]), covers=(one.user_id,))


def hour_slot(on: date, at: time) -> str:
    """The slot of a follow-up's work item: the day and the hour that were agreed."""
    return f"{on.isoformat()} {at:%H:%M}"


def redrawn(desk: Desk, team_id: str, message: Message, user_id: str, day: date) -> Agenda | None:
    """What a message that was posted says now, settled reminders too; None when it said nothing."""
    with desk.db.read() as connection:
        person, named = people_store.find_with_covered(connection, team_id, user_id)
        shown = tellings.shown(connection, team_id, message)
        if person is None or not shown:
            return None
        covers = tuple(away.user_id for away in named if away.is_away(day))
        found = {deal.id: deal for deal in deals.some(connection, team_id, {one.deal_id for one in shown})}
        notes, _ = _look_again(desk, connection, list(found.values()), [one for one in shown if one.is_open])
        lines = tuple(_line(desk, found, line, notes) for line in agenda.lines(shown))
        rest, page = _rest_after(desk, connection, person, covers, message, day), page_of(message.subject)
        return Agenda(person, day, lines, matter_details.of(connection, team_id, shown), rest, page, (), covers, False)


def page_of(subject: str) -> int:
    """Which page of an agenda a message is, from 0."""
    parts = subject.split(".")
    return int(parts[2]) if len(parts) > 2 else 0


def _person(connection: Connection, team_id: str, user_id: str, day: date) -> tuple[Person | None, list[str]]:
    """The person, and for whom they stand in that day; None for somebody who is not to be told anything."""
    person, named = people_store.find_with_covered(connection, team_id, user_id)
    if person is None or person.is_deleted or person.is_away(day):
        return None, []
    return person, [away.user_id for away in named if away.is_away(day)]


def _due(
    desk: Desk, connection: Connection, person: Person, covered: Collection[str], day: date
) -> tuple[list[agenda.Line], dict[int, Deal], dict[int, str], list[Reminder]]:
    """The lines that are due for somebody in their order, the deals, the notes by reminder id, and what is moot."""
    team_id = person.team_id
    due = tellings.to_tell(connection, team_id, [person.user_id, *covered], day)
    due = [one for one in due if one.kind.value not in person.mutes]
    found = {deal.id: deal for deal in deals.some(connection, team_id, {one.deal_id for one in due})}
    every = [one for one in tellings.open_of(connection, team_id, found) if one.kind.value not in person.mutes]
    held = agenda.awake(due, every, day)
    notes, moot = _look_again(desk, connection, list(found.values()), held)
    said = [one for one in held if one.id in notes and _is_for(one, found[one.deal_id])]
    return agenda.in_order(agenda.lines(said), found, day), found, notes, moot


def _rest_after(
    desk: Desk, connection: Connection, person: Person, covers: Collection[str], message: Message, day: date
) -> int:
    """How many lines the button below an agenda still offers."""
    following = page_subject(message.subject, page_of(message.subject) + 1)
    if message.kind != Errand.AGENDA or postings.find(connection, person.team_id, message.kind, following):
        return 0
    if day != rhythm.local_day(person.tz, desk.clock()):
        return 0
    return len(_due(desk, connection, person, covers, day)[0])


def page_subject(subject: str, page: int) -> str:
    """What another page of the same agenda is known as."""
    first = ".".join(subject.split(".")[:2])
    return f"{first}.{page}" if page else first


def _look_again(
    desk: Desk, connection: Connection, found: Sequence[Deal], held: Collection[Reminder]
) -> tuple[dict[int, str], list[Reminder]]:
    """By the rules as they are: the notes on what still holds, by reminder id, and what has become moot.

    What cannot be judged, because its process is no longer defined, is neither.
    """
    facts, today = facts_of(desk, connection, found), noticing_day(desk)
    true: dict[tuple[int, ReminderKind, str], Matter] = {}
    judged = [deal for deal in found if deal.process in desk.processes]
    for deal in judged:
        for matter in matters(desk.processes[deal.process], deal, facts[deal.id], today, desk.is_off):
            true[deal.id, matter.kind, matter.slot] = matter
    notes = {one.id: m.note for one in held if (m := true.get((one.deal_id, one.kind, one.slot))) is not None}
    known = {deal.id for deal in judged}
    return notes, [one for one in held if one.id not in notes and one.deal_id in known]


def _settle_moot(desk: Desk, found: dict[int, Deal], moot: Sequence[Reminder]) -> None:
    if moot:
        with desk.db.write() as connection:
            ids = [one.id for one in moot]
            reminders.settle(desk, connection, found[moot[0].deal_id], ids, Settlement.OVERTAKEN)


def _is_for(one: Reminder, deal: Deal) -> bool:
    return one.kind in MANAGERS_OWN or one.user_id == deal.responsible


def _line(desk: Desk, found: dict[int, Deal], line: agenda.Line, notes: dict[int, str]) -> Line:
    deal = found[line[0].deal_id]
    return Line(line, deal, desk.processes.get(deal.process), {one.id: notes.get(one.id, "") for one in line})


def _unsure_days(messages: Collection[Message]) -> tuple[date, ...]:
    days = set()
    for message in messages:
        if message.kind == Errand.AGENDA:
            days.add(date.fromisoformat(message.subject.split(".")[1]))
    return tuple(sorted(days))
