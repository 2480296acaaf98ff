"""Reminders for tests: what holds about a deal by the rules, noticed now."""

from __future__ import annotations

from sqlalchemy import insert, update

from bot.domain.cadence import matters
from bot.domain.reminders import Reminder, ReminderKind
from bot.services.desk import Desk
from bot.services.facts import facts_of, noticing_day
from bot.store import deals, reminders
from bot.store.deals import deal as deal_table
from bot.store.people import person
from bot.store.reminders import agenda_line, reminder


def notice(desk: Desk, team_id: str, deal_id: int, kind: ReminderKind, *, is_told: bool = False) -> Reminder:
    """The reminder of that kind, which has to hold about the deal by the rules, as if a planner had just put it in.

    One that `is_told` was said often enough.
    """
    with desk.db.write() as connection:
        deal = deals.get(connection, team_id, deal_id)
        facts, today = facts_of(desk, connection, [deal])[deal.id], noticing_day(desk)
        found = [m for m in matters(desk.process(deal), deal, facts, today) if m.kind is kind]
        assert found, f"no {kind.value} holds about {deal}; {matters(desk.process(deal), deal, facts, today)}"
        row = {
            "team_id": team_id,
            "deal_id": deal_id,
            "kind": kind.value,
            "slot": found[0].slot,
            "user_id": found[0].to or deal.responsible,
            "due_on": found[0].due_on,
            "tell_on": None if is_told else desk.today(),
            "created_at": desk.clock(),
        }
        key = connection.execute(insert(reminder).values(row).returning(reminder.c.id)).scalar_one()
        made = reminders.get(connection, team_id, key)
    assert made is not None
    return made


def told_in(desk: Desk, noticed: Reminder, kind: str, subject: str, position: int = 0) -> None:
    """Say that this message shows the reminder."""
    line = {"team_id": noticed.team_id, "kind": kind, "subject": subject, "position": position}
    with desk.db.write() as connection:
        connection.execute(insert(agenda_line).values(**line, reminder_id=noticed.id))


def again(desk: Desk, noticed: Reminder) -> Reminder:
    """The reminder as it is now."""
    with desk.db.read() as connection:
        found = reminders.get(connection, noticed.team_id, noticed.id)
    assert found is not None
    return found


def change_deal(desk: Desk, team_id: str, deal_id: int, **values: object) -> None:
    """Make columns of a deal what they would have become long ago."""
    with desk.db.write() as connection:
        mine = (deal_table.c.team_id == team_id, deal_table.c.id == deal_id)
        connection.execute(update(deal_table).where(*mine).values(values))


def goes_away(desk: Desk, team_id: str, user_id: str, **values: object) -> None:
    """Set what somebody chose for their leave: `away_until`, `away_cover`."""
    with desk.db.write() as connection:
        mine = (person.c.team_id == team_id, person.c.user_id == user_id)
        connection.execute(update(person).where(*mine).values(values))
