"""The clock in tests: notice what is due by the pure rules, and have somebody's agenda sent, without a planner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.cadence import matters
from bot.domain.deal import Deal, NextStep
from bot.domain.people import Actor, Role
from bot.services import deals
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.facts import facts_of, noticing_day
from bot.store import deals as deal_store
from bot.store import work
from bot.store.columns import insert_into
from bot.store.deals import deal as deal_table
from bot.store.reminders import reminder
from bot.store.work import work_item
from sandbox.team import NORTHBEAM, RITA
from tests.harness import Office

MADRID = ZoneInfo("Europe/Madrid")


def at(office: Office, day: date, hour: int, minute: int = 0, zone: ZoneInfo = MADRID) -> None:
    """Move the clock to an hour of somebody's day."""
    office.clock.now = datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def rep(user_id: str = RITA, role: Role = Role.MEMBER) -> Actor:
    """A colleague who acts without Slack."""
    return Actor(NORTHBEAM.id, user_id, role)


def a_deal(office: Office, facts: DealFacts, step: NextStep | None = None, owner: str = RITA) -> Deal:
    """Log a deal, with its next step where one is given."""
    logged = deals.log_deal(office.desk, rep(owner), facts)
    return deals.set_next_step(office.desk, rep(owner), logged.id, step) if step else logged


def notice(office: Office) -> None:
    """What the planner does, deal by deal: a reminder for each matter that holds."""
    desk, today = office.desk, noticing_day(office.desk)
    with desk.db.write() as connection:
        ids = connection.execute(select(deal_table.c.id)).scalars().all()
        found = deal_store.some(connection, NORTHBEAM.id, ids)
        facts = facts_of(desk, connection, found)
        rows = [
            {
                "team_id": one.team_id,
                "deal_id": one.id,
                "kind": matter.kind.value,
                "slot": matter.slot,
                "user_id": matter.to or one.responsible,
                "due_on": matter.due_on,
                "tell_on": matter.due_on,
                "told": 0,
                "snoozes": 0,
                "created_at": desk.clock(),
            }
            for one in found
            for matter in matters(desk.process(one), one, facts[one.id], today)
        ]
        if rows:
            connection.execute(insert_into(connection, reminder).on_conflict_do_nothing(), rows)


def call(office: Office, user_id: str, day: date) -> None:
    """Put somebody's agenda of a day on the work list, due now."""
    put(office, Errand.AGENDA, user_id, day.isoformat())


def put(office: Office, kind: Errand, subject: str, slot: str) -> None:
    """Put an item on the work list, due now, and wake the sender."""
    now = office.clock()
    with office.desk.db.write() as connection:
        work.add(connection, NORTHBEAM.id, kind.value, subject, slot, now, now)
    office.desk.wake()


def state_of(office: Office, kind: Errand, subject: str, slot: str) -> str:
    """What became of an item, once it is finished."""

    def look() -> str | None:
        with office.desk.db.read() as connection:
            query = select(work_item.c.state).where(
                work_item.c.kind == kind.value, work_item.c.subject == subject, work_item.c.slot == slot,
                work_item.c.finished_at.is_not(None),
            )  # fmt: skip
            return connection.execute(query).scalar()

    return office.eventually(look) or "unfinished"


def settled_down(office: Office) -> None:
    """Wait until nothing that is due is left on the work list."""

    def left() -> list[str]:
        with office.desk.db.read() as connection:
            due = select(work_item).where(work_item.c.finished_at.is_(None), work_item.c.run_at <= office.clock())
            return [f"{one.kind} {one.subject} {one.slot}: {one.last_error}" for one in connection.execute(due)]

    office.desk.wake()
    office.eventually(lambda: not left())
    assert not (remaining := left()), f"still on the work list: {remaining}"


def row(office: Office, reminder_id: int) -> dict[str, object]:
    """A reminder's row."""
    with office.desk.db.read() as connection:
        found = connection.execute(select(reminder).where(reminder.c.id == reminder_id)).mappings().one()
        return dict(found)


def reminders(office: Office) -> list[dict[str, object]]:
    """All reminders, the oldest first."""
    with office.desk.db.read() as connection:
        return [dict(found) for found in connection.execute(select(reminder).order_by(reminder.c.id)).mappings()]


def items_of(office: Office, kind: Errand) -> list[str]:
    """The slots of all items of a kind, the oldest first."""
    with office.desk.db.read() as connection:
        query = select(work_item.c.slot).where(work_item.c.kind == kind.value).order_by(work_item.c.id)
        return list(connection.execute(query).scalars())
