"""What the queries of the clock find is what its pure rules say, and nothing else, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from bot.domain.cadence import matters
from bot.domain.reminders import ReminderKind
from bot.services.desk import Desk, RuleBook, TeamRules
from bot.services.facts import facts_of
from bot.services.planning import plan
from bot.store import deals
from bot.store.database import Database
from bot.store.deals import deal
from bot.store.reminders import reminder
from bot.store.rules import RULES
from tests.random_deals import MANAGERS, PROCESSES, TEAM, TODAY, fill

MORNING = time(6, tzinfo=UTC)
"""A time of day at which it is the same day everywhere that planning knows of."""

Found = tuple[int, str, str, str, date | None]


def desk(
    database: Database, day: date = TODAY, managers: tuple[str, ...] = MANAGERS, country: str | None = None
) -> Desk:
    rules = TeamRules(managers=frozenset(managers), default_process="by_day", country=country)
    return Desk(database, lambda: datetime.combine(day, MORNING), PROCESSES, RuleBook(database, rules))


def by_the_rules(desk: Desk) -> set[Found]:
    """What the pure rules say of every deal: its id, kind, slot, whom it concerns, since when."""
    with desk.db.read() as connection:
        ids = connection.execute(select(deal.c.id)).scalars()
        known = [one for one in deals.some(connection, TEAM, ids) if one.process in desk.processes]
        facts = facts_of(desk, connection, known)
    return {
        _found(one.id, matter.kind, matter.slot, matter.to or one.responsible, matter.due_on)
        for one in known
        for matter in matters(desk.processes[one.process], one, facts[one.id], desk.today(), desk.is_off)
    }


def noticed(database: Database) -> set[Found]:
    """The open reminders."""
    columns = (reminder.c.deal_id, reminder.c.kind, reminder.c.slot, reminder.c.user_id, reminder.c.due_on)
    with database.read() as connection:
        return {_found(*row) for row in connection.execute(select(*columns).where(reminder.c.settled_at.is_(None)))}


def rows(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(reminder)).scalar_one())


def _found(deal_id: int, kind: str, slot: str, user_id: str, due_on: date) -> Found:
    # That somebody has left holds from the day on which it is looked at.
    return deal_id, str(kind), slot, user_id, None if kind == ReminderKind.ORPHAN else due_on


@pytest.mark.parametrize("seed", [1, 2])
def test_planning_finds_what_the_rules_say(database: Database, seed: int) -> None:
    with database.write() as connection:
        fill(connection, seed, 400)
    at_work = desk(database)
    plan(at_work)
    assert noticed(database) == by_the_rules(at_work)


def test_chance_leaves_out_no_kind(sqlite: Database) -> None:
    with sqlite.write() as connection:
        fill(connection, 2, 400)
    assert {kind for _, kind, *_ in by_the_rules(desk(sqlite))} == {kind.value for kind in RULES} == set(ReminderKind)


def test_planning_again_finds_nothing_new(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 3, 120)
    first, second = plan(desk(database)), plan(desk(database))
    assert sum(first.noticed.values()) == len(noticed(database)) > 0
    assert not any(second.noticed.values())
    assert not any(second.overtaken.values())


def test_what_ceases_is_settled_and_what_holds_again_is_opened_again(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 4, 120)
    plan(desk(database))
    before, number = noticed(database), rows(database)
    without = desk(database, managers=())
    assert any(plan(without).overtaken.values())
    assert noticed(database) == by_the_rules(without) < before
    assert plan(desk(database)).noticed["approval"] > 0
    assert noticed(database) == before
    assert rows(database) == number


def test_as_days_go_by_only_what_holds_is_open(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 5, 120)
    for days in (0, 1, 3, 40, 400):
        at_work = desk(database, TODAY + timedelta(days=days))
        plan(at_work)
        assert noticed(database) == by_the_rules(at_work)


def test_holidays_of_the_teams_country_are_no_business_days(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 9, 100)
    plan(desk(database, TODAY + timedelta(days=2), country="DE"))
    first, differs = noticed(database), False
    for days in range(3, 8):  # from Good Friday to the day after Easter Monday
        day = TODAY + timedelta(days=days)
        at_work = desk(database, day, country="DE")
        plan(at_work)
        true = by_the_rules(at_work)
        assert {one[:4] for one in noticed(database)} == {one[:4] for one in true}
        # What was due before the first pass is dated by Monday to Friday.
        assert noticed(database) - first <= true
        differs = differs or true != by_the_rules(desk(database, day))
    assert differs


def test_what_somebody_settled_stays_settled(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 6, 60)
    plan(desk(database))
    with database.write() as connection:
        connection.execute(update(reminder).values(settled_how="done", settled_at=datetime.now(UTC)))
    assert not any(plan(desk(database)).noticed.values())
    assert noticed(database) == set()


def test_a_snooze_holds_when_a_matter_ceased_and_is_back(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 7, 60)
    plan(desk(database))
    later = TODAY + timedelta(days=30)
    with database.write() as connection:
        connection.execute(
            update(reminder).values(tell_on=later, settled_how="overtaken", settled_at=datetime.now(UTC))
        )
    plan(desk(database))
    with database.read() as connection:
        assert set(connection.execute(select(reminder.c.tell_on)).scalars()) == {later}
    assert noticed(database) == by_the_rules(desk(database))


def test_several_plan_at_once_and_each_thing_is_noticed_once(database: Database) -> None:
    with database.write() as connection:
        fill(connection, 8, 200)
    together = Barrier(4)

    def one() -> int:
        together.wait()
        return sum(plan(desk(database)).noticed.values())

    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(one) for _ in range(4)]]
    assert sum(found) == rows(database)
    assert noticed(database) == by_the_rules(desk(database))
