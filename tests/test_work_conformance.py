"""The work list behaves alike on both databases: every test here runs once on each."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, event, text
from sqlalchemy.exc import IntegrityError

from bot.domain.pace import Lane
from bot.domain.work import (
    MAX_ATTEMPTS,
    MAX_STRIKES,
    Broken,
    Later,
    Outcome,
    Refused,
    Sent,
    State,
    Unknown,
    Unwanted,
    WorkItem,
    rule,
)
from bot.services import work_list
from bot.store import deliveries, work, work_upkeep
from bot.store.columns import UtcDateTime
from bot.store.database import Database
from bot.store.work import NewItem

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def add(db: Database, subject: str = "1", slot: str = "", *, kind: str = "card", at: datetime = NOW) -> bool:
    with db.write() as connection:
        return work.add(connection, "T1", kind, subject, slot, at, NOW)


def claim(db: Database, owner: str = "me", now: datetime = NOW, limit: int = 10) -> list[WorkItem]:
    return work_list.claim(db, owner, now, LEASE, limit)


def settle(
    db: Database, item: WorkItem, outcome: Outcome, owner: str = "me", now: datetime = NOW, again: bool = True
) -> bool:
    return work_list.settle(db, item, owner, rule(item, outcome, now, again), now)


def row(db: Database, item_id: int = 1) -> dict[str, object]:
    with db.read() as connection:
        return dict(connection.execute(work.work_item.select().where(work.work_item.c.id == item_id)).one()._mapping)


# Slots.


def test_a_slot_is_taken_once_for_ever(database: Database) -> None:
    assert add(database)
    assert not add(database)
    [item] = claim(database)
    settle(database, item, Sent())
    assert not add(database)


@pytest.mark.parametrize("other", [("T2", "card", "1", ""), ("T1", "home", "1", ""), ("T1", "card", "2", "")])
def test_another_workspace_kind_or_subject_has_slots_of_its_own(
    database: Database, other: tuple[str, str, str, str]
) -> None:
    add(database)
    with database.write() as connection:
        assert work.add(connection, *other, NOW, NOW)


def test_many_items_are_put_on_the_list_at_once_without_the_taken_slots(database: Database) -> None:
    add(database, "3")
    with database.write() as connection:
        new = [NewItem("T1", "card", str(number), "", NOW) for number in range(5)]
        assert work.add_many(connection, new, NOW) == 4
        assert work.add_many(connection, [], NOW) == 0


def test_an_item_disappears_with_the_change_that_asked_for_it(database: Database) -> None:
    with database.write() as connection:
        work.add(connection, "T1", "card", "1", "", NOW, NOW)
        connection.rollback()
    assert claim(database) == []


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"):
        add(database, at=NOW.replace(tzinfo=None))


# Claiming.


def test_a_claimed_item_is_what_was_put_on_the_list(database: Database) -> None:
    with database.write() as connection:
        work.add(connection, "T1", "card", "17", "3", NOW - SECOND, NOW - 2 * SECOND)
    assert claim(database) == [WorkItem(1, "T1", "card", "17", "3", NOW - SECOND, NOW - 2 * SECOND, attempt=1)]


def test_the_longest_due_is_claimed_first(database: Database) -> None:
    for subject, late in [("a", 1), ("b", 3), ("c", 2), ("d", 2)]:
        add(database, subject, at=NOW - late * SECOND)
    assert [item.subject for item in claim(database, limit=3)] == ["b", "c", "d"]
    assert [item.subject for item in claim(database)] == ["a"]


def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    add(database, at=NOW + SECOND)
    assert claim(database) == []
    assert len(claim(database, now=NOW + SECOND)) == 1


def test_no_more_is_claimed_than_was_asked_for(database: Database) -> None:
    for number in range(10):
        add(database, str(number))
    assert len(claim(database, limit=4)) == 4
    assert claim(database, limit=0) == []


def test_a_leased_item_is_not_claimed_again(database: Database) -> None:
    add(database)
    claim(database)
    assert claim(database, "you", NOW + LEASE - SECOND) == []


def test_an_item_whose_lease_ran_out_is_claimed_again_and_remembers_it(database: Database) -> None:
    add(database)
    claim(database)
    [item] = claim(database, "you", NOW + LEASE)
    assert (item.attempt, item.interrupted) == (2, 1)


def test_an_extended_lease_runs_out_later(database: Database) -> None:
    add(database)
    items = claim(database)
    assert work_list.extend(database, items, "me", NOW + 2 * LEASE) == 1
    assert claim(database, "you", NOW + LEASE) == []
    assert len(claim(database, "you", NOW + 2 * LEASE)) == 1


def test_a_lease_that_was_lost_cannot_be_extended(database: Database) -> None:
    add(database)
    items = claim(database)
    claim(database, "you", NOW + LEASE)
    assert work_list.extend(database, items, "me", NOW + 2 * LEASE) == 0


def test_items_about_one_subject_are_in_flight_one_at_a_time(database: Database) -> None:
    for slot in ("first", "second"):
        add(database, "7", slot)
    add(database, "8", "other")
    first, other = claim(database)
    assert (first.slot, other.slot) == ("first", "other")
    assert claim(database) == []
    settle(database, first, Sent())
    assert [item.slot for item in claim(database)] == ["second"]


def test_an_item_that_waits_for_its_time_does_not_hold_up_the_next_about_its_subject(database: Database) -> None:
    add(database, "7", "first")
    add(database, "7", "second", at=NOW + SECOND)
    [first] = claim(database)
    settle(database, first, Later(LEASE))
    assert [item.slot for item in claim(database, now=NOW + SECOND)] == ["second"]


def test_two_items_about_one_subject_cannot_be_leased_even_by_mistake(database: Database) -> None:
    add(database, "7", "first")
    add(database, "7", "second")
    claim(database)
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(text("UPDATE work_item SET lease_until = created_at, state = 'leased'"))


def test_eight_claimers_never_get_the_same_item(database: Database) -> None:
    count = 400
    with database.write() as connection:
        work.add_many(connection, [NewItem("T1", "card", str(n % 300), str(n), NOW) for n in range(count)], NOW)
    taken: list[int] = []
    lock = threading.Lock()
    barrier = threading.Barrier(8)

    def work_off(owner: str) -> None:
        barrier.wait()
        idle = 0
        while idle < 20:
            items = claim(database, owner, limit=5)
            idle = 0 if items else idle + 1
            for item in items:
                with lock:
                    taken.append(item.id)
                assert settle(database, item, Sent(), owner)

    threads = [threading.Thread(target=work_off, args=[f"claimer {number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [item_id for item_id, times in Counter(taken).items() if times > 1] == []
    assert len(taken) == count


# Settling.


@pytest.mark.parametrize(
    ("outcome", "again", "state"),
    [
        (Sent(), True, State.DONE),
        (Unwanted(), True, State.UNWANTED),
        (Refused("not_in_channel"), True, State.REFUSED),
        (Unknown("timeout"), False, State.UNKNOWN),
        (Broken("KeyError"), False, State.UNKNOWN),
    ],
)
def test_a_finished_item_is_never_claimed_again(
    database: Database, outcome: Outcome, again: bool, state: State
) -> None:
    add(database)
    [item] = claim(database)
    assert settle(database, item, outcome, again=again)
    assert row(database)["state"] == state
    assert row(database)["finished_at"] == NOW
    assert row(database)["owner"] is None
    assert claim(database, now=NOW + timedelta(days=9)) == []


def test_an_item_for_later_comes_back_at_its_time_with_its_attempts(database: Database) -> None:
    add(database)
    [item] = claim(database)
    settle(database, item, Later(7 * SECOND, "not reached"))
    assert claim(database, now=NOW + 6 * SECOND) == []
    [item] = claim(database, now=NOW + 7 * SECOND)
    assert item.attempt == 2
    assert row(database)["last_error"] == "not reached"


def test_waiting_because_slack_asks_for_it_is_no_attempt(database: Database) -> None:
    add(database)
    for attempt in range(5):
        [item] = claim(database, now=NOW + attempt * SECOND)
        assert item.attempt == 1
        settle(database, item, Later(SECOND, "rate limited", counts=False), now=NOW + attempt * SECOND)


def test_an_unknown_outcome_is_tried_again_where_that_is_allowed(database: Database) -> None:
    add(database)
    [item] = claim(database)
    settle(database, item, Unknown("timeout"))
    [item] = claim(database, now=NOW + SECOND)
    assert item.attempt == 2


def test_an_item_that_keeps_raising_fails_and_says_why(database: Database) -> None:
    add(database)
    now = NOW
    for strike in range(MAX_STRIKES):
        [item] = claim(database, now=now)
        assert item.strikes == strike
        settle(database, item, Broken("KeyError in render"), now=now)
        now += timedelta(minutes=5)
    assert claim(database, now=now) == []
    assert row(database)["state"] == State.FAILED
    assert row(database)["last_error"] == "KeyError in render"


def test_an_item_fails_when_slack_is_away_for_days(database: Database) -> None:
    add(database)
    with database.write() as connection:
        connection.execute(work.work_item.update().values(attempt=MAX_ATTEMPTS - 1))
    [item] = claim(database)
    settle(database, item, Later(reason="not reached"))
    assert row(database)["state"] == State.FAILED


def test_a_late_worker_cannot_settle_what_is_somebody_elses_by_now(database: Database) -> None:
    add(database)
    [mine] = claim(database)
    [yours] = claim(database, "you", NOW + LEASE)
    assert not settle(database, mine, Refused("late"))
    assert not work_list.give_back(database, mine, "me")
    assert settle(database, yours, Sent(), "you")
    assert not settle(database, mine, Refused("later still"))
    assert row(database)["state"] == State.DONE


def test_the_same_worker_cannot_settle_its_earlier_attempt(database: Database) -> None:
    add(database)
    [first] = claim(database)
    [second] = claim(database, now=NOW + LEASE)
    assert not settle(database, first, Sent())
    assert settle(database, second, Sent())


def test_an_item_given_back_is_as_it_was(database: Database) -> None:
    add(database)
    [item] = claim(database)
    assert work_list.give_back(database, item, "me")
    assert not work_list.give_back(database, item, "me")
    [item] = claim(database, "you")
    assert (item.attempt, item.interrupted) == (1, 0)


# What is recorded once.


def test_a_delivery_has_its_effect_once(database: Database) -> None:
    for key, is_new in [("a", True), ("a", False), ("b", True)]:
        with database.write() as connection:
            assert deliveries.record(connection, "T1", key, NOW) is is_new


# Looking after the list.


def test_the_oldest_due_item_tells_how_long_it_has_waited(database: Database) -> None:
    assert work_list.oldest_due(database, NOW) is None
    add(database, "future", at=NOW + LEASE)
    assert work_list.oldest_due(database, NOW) is None
    add(database, "b", at=NOW - 2 * SECOND)
    add(database, "a", at=NOW - 40 * SECOND)
    assert work_list.oldest_due(database, NOW) == 40 * SECOND
    for item in claim(database):
        settle(database, item, Sent())
    assert work_list.oldest_due(database, NOW) is None


def test_items_are_counted_by_state_and_age(database: Database) -> None:
    for subject, at in [("1", NOW - LEASE), ("2", NOW - SECOND), ("3", NOW + SECOND), ("4", NOW - 2 * LEASE)]:
        add(database, subject, at=at)
    [leased, refused] = claim(database, limit=2)
    settle(database, refused, Refused("no"), now=NOW - 9 * SECOND)
    tallies = work_list.counts(database, NOW)
    assert {word: (tally.number, tally.oldest) for word, tally in tallies.items() if tally.number} == {
        "leased": (1, NOW - leased.run_at),
        "due": (1, SECOND),
        "waiting": (1, timedelta(0)),
        "refused": (1, 9 * SECOND),
    }
    assert tallies["failed"].number == 0


def test_what_ended_in_trouble_is_listed_and_tried_again_on_request(database: Database) -> None:
    for subject in ("1", "2"):
        add(database, subject)
    bad, good = claim(database)
    settle(database, bad, Refused("is_archived"))
    settle(database, good, Sent())
    with database.write() as connection:
        [listed] = work_upkeep.listing(connection, [State.REFUSED, State.FAILED], limit=10)
        assert (listed.item.subject, listed.state, listed.last_error) == ("1", State.REFUSED, "is_archived")
        assert work_upkeep.retry(connection, [bad.id, good.id], NOW) == 1
    [item] = claim(database)
    assert (item.subject, item.attempt) == ("1", 1)


def test_what_waits_is_dropped_on_request_and_what_is_in_flight_is_not(database: Database) -> None:
    add(database, "1")
    [in_flight] = claim(database)
    add(database, "2")
    with database.write() as connection:
        assert work_upkeep.drop(connection, [in_flight.id, 2], NOW) == 1
    assert claim(database) == []
    assert row(database, 2)["state"] == State.DROPPED
    assert settle(database, in_flight, Sent())


def test_old_finished_items_and_delivery_keys_are_forgotten(database: Database) -> None:
    for number in range(5):
        add(database, str(number))
    for item in claim(database, limit=4):
        settle(database, item, Sent(), now=NOW + item.id * SECOND)
    with database.write() as connection:
        deliveries.record(connection, "T1", "old", NOW)
        deliveries.record(connection, "T1", "new", NOW + timedelta(days=29))
    then = NOW + work_list.KEEP_FINISHED + 3 * SECOND
    assert work_list.clean_up(database, then) == 2 + 1
    with database.read() as connection:
        left = connection.execute(work.work_item.select().order_by(work.work_item.c.id)).all()
    assert [item.state for item in left] == [State.DONE, State.DONE, State.QUEUED]


def test_finished_items_are_deleted_a_batch_at_a_time(database: Database) -> None:
    for number in range(5):
        add(database, str(number))
    for item in claim(database):
        settle(database, item, Sent())
    deleted = []
    for _ in range(3):
        with database.write() as connection:
            deleted.append(work_upkeep.delete_finished(connection, NOW + SECOND, 2))
    assert deleted == [2, 2, 1]


# Indexes.


@pytest.fixture
def long_list(database: Database) -> Database:
    """20,000 finished items, 200 that wait and 20 that are due."""
    finished = text(
        """
        INSERT INTO work_item
            (team_id, kind, subject, slot, run_at, state, attempt, strikes, interrupted, created_at, finished_at)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
        SELECT 'T1', 'card', 'f' || n, '', :now, 'done', 1, 0, 0, :now, :now FROM numbers
        """
    ).bindparams(bindparam("now", NOW - LEASE, UtcDateTime()))
    with database.write() as connection:
        connection.execute(finished)
        queue = [NewItem("T1", "card", f"q{n}", "", NOW + (n - 20) * SECOND) for n in range(220)]
        work.add_many(connection, queue, NOW)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE work_item"))
    return database


def test_claiming_looks_at_the_queue_alone(long_list: Database) -> None:
    plan = explained(long_list, "claim")
    assert "ix_work_item_queue" in plan
    assert not scans_the_table(plan), plan


def test_the_oldest_due_is_read_from_the_index_alone(long_list: Database) -> None:
    plan = explained(long_list, "oldest due")
    assert "ix_work_item_queue" in plan
    # On SQLite the smallest value of an index is one step, with or without a look into the table.
    assert long_list.is_sqlite or "Index Only Scan" in plan, plan


def test_counting_leaves_out_what_was_sent(long_list: Database) -> None:
    assert not scans_the_table(explained(long_list, "counts"))


def scans_the_table(plan: str) -> bool:
    return "Seq Scan" in plan or any(
        line.strip().startswith("SCAN work_item") and "INDEX" not in line for line in plan.splitlines()
    )


def explained(db: Database, what: str) -> str:
    """The plans of the statements that this function of the store really executes, as one text."""
    prefix = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN (FORMAT JSON) "
    plans: list[str] = []
    with db.write() as connection:
        for statement, parameters in executed(connection, what):
            found = connection.exec_driver_sql(prefix + statement, parameters)
            plans.extend(str(line[-1]) if db.is_sqlite else json.dumps(line[0], indent=1) for line in found)
    return "\n".join(plans)


def executed(connection: Connection, what: str) -> list[tuple[str, Any]]:
    """The statements, with their parameters, that this function of the store sends."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    match what:
        case "claim":
            work.claim(connection, "T1", Lane.URGENT, "me", NOW, LEASE, 10)
        case "teams with work":
            work.teams_with_work(connection, NOW)
        case "oldest due":
            work.oldest_due(connection, NOW)
        case "counts":
            work_upkeep.counts(connection, NOW)
    event.remove(connection, "before_cursor_execute", note)
    return seen
