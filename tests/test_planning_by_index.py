"""Each statement of planning finds its deals by an index: none reads all deals, on either database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from bot.definitions import load_processes
from bot.domain.process import Process
from bot.domain.reminders import ReminderKind
from bot.services import escalating
from bot.services.planning import plan
from bot.store import calling, claims, noticing
from bot.store.calling import Habit, Hour, Opening
from bot.store.database import Database
from bot.store.deals import deal
from bot.store.evidence import evidence
from bot.store.moves import move
from bot.store.noticing import View
from bot.store.people import person
from bot.store.reminders import reminder
from bot.store.rules import RULES
from tests import databases
from tests.random_deals import TEAM, TODAY, fill
from tests.test_noticing import desk

NUMBER, REPS = 12_000, 60
NOW = datetime.combine(TODAY, time(9), UTC)
BIG = ("deal", "move", "evidence")
"""Tables that grow with the number of deals."""


def steps(connection: Connection, statement: Any) -> list[str]:
    """The plan by which a statement is executed, a line a step."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, sent: str, given: Any, *_: object) -> None:
        heard.append((sent, given))

    event.listen(connection, "before_cursor_execute", hear)
    connection.execute(statement)
    event.remove(connection, "before_cursor_execute", hear)
    sent, given = heard[0]
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [str(row[-1]).strip() for row in connection.exec_driver_sql(f"{explain} {sent}", given)]


def reads_all_of(plan: list[str], big: tuple[str, ...] = BIG) -> set[str]:
    """The big tables of which the plan reads every row, or every entry of an index."""
    whole = re.compile(rf"(?:Seq Scan on|^SCAN) ({'|'.join(big)})\b")
    return {found[1] for line in plan if (found := whole.search(line))}


def finds_deals_by_index(plan: list[str]) -> bool:
    text = "\n".join(plan)
    return bool(re.search(r"(Index (Only )?Scan using \w+ on|Bitmap Heap Scan on|SEARCH) deal\b", text))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest) -> Database:
    """Many deals, of which a few are due; emptied by whichever test comes after this file."""
    db: Database = request.getfixturevalue(f"{request.param}_database")
    databases.empty(db)
    with db.write() as connection:
        for table, rows in _rows(load_processes()["buyer_centric"]):
            connection.execute(insert(table), rows)
    if not db.is_sqlite:
        with db.write() as connection:
            connection.exec_driver_sql("ANALYZE")
    return db


def _seldom(n: int, which: int, days: int) -> date:
    """So many days ago for one deal in a hundred, for the others a day to come."""
    return TODAY - timedelta(days=days) if n % 100 == which else TODAY + timedelta(days=9 + n % 80)


def _rows(process: Process) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    people = [f"U{n}" for n in range(REPS)]
    yield person, [{"team_id": TEAM, "user_id": u, "home_team": TEAM, "fetched_at": NOW} for u in people]
    stages = [stage.key for stage in process.stages]
    yield deal, [
        {
            "id": n, "team_id": TEAM, "number": n, "name": "A", "name_key": f"a {n}", "owner": people[n % REPS],
            "process": process.key, "process_version": "1", "stage": stages[n % len(stages)],
            "status": ("won", "lost", "parked")[n % 3] if n % 11 == 0 else "open", "stage_since": NOW,
            "created_at": NOW, "created_by": "U1", "version": 1, "next_step": "Call",
            "next_step_on": None if n % 100 == 1 else _seldom(n, 2, 3), "expected_close": _seldom(n, 3, 2),
            "progress_on": TODAY - timedelta(days=90) if n % 100 == 2 else TODAY, "waiting_until": _seldom(n, 4, 1),
            "pending_move": n if n % 500 == 5 else None, "next_step_time": time(14) if n % 100 == 2 else None,
        }
        for n in range(1, NUMBER + 1)
    ]  # fmt: skip
    yield move, [
        {
            "id": n, "team_id": TEAM, "deal_id": n, "kind": "forward", "to_stage": stages[0], "to_status": "open",
            "by_user": "U1", "at": NOW - timedelta(days=9), "needs_approval": n % 500 == 5, "process_version": "1",
            "criteria": [],
        }
        for n in range(1, NUMBER + 1)
    ]  # fmt: skip
    proofs = [(stage.key, criterion) for stage in process.stages for criterion in stage.criteria]
    yield evidence, [
        {
            "team_id": TEAM, "deal_id": n, "stage": stage, "criterion": criterion.key, "what": "It", "what_key": "",
            "kind": criterion.accepts[0].value, "happened_on": _seldom(n, 6, 300), "link": "https://a.example.com/",
            "added_by": "U1", "added_at": NOW,
        }
        for n in range(1, NUMBER + 1)
        for stage, criterion in (proofs[n % len(proofs)],)
    ]  # fmt: skip
    # Of a table without rows PostgreSQL reads all, index or not; these are long settled but for one in fifty.
    yield reminder, [
        {
            "team_id": TEAM, "deal_id": n, "kind": ReminderKind.FOLLOW_UP.value, "slot": "long ago",
            "user_id": people[n % REPS], "due_on": _seldom(n, 2, 3), "tell_on": _seldom(n, 2, 3), "told": 0,
            "snoozes": 0, "settled_at": NOW - timedelta(days=8) if n % 50 else None,
            "created_at": NOW - timedelta(days=9),
        }
        for n in range(1, NUMBER + 1)
    ]  # fmt: skip


def view() -> View:
    return View(load_processes(), TODAY, ("U1", "U2"))


@pytest.mark.parametrize("kind", RULES, ids=str)
def test_what_is_noticed_is_found_by_an_index(large: Database, kind: ReminderKind) -> None:
    holds = RULES[kind](view())
    if holds is None:
        pytest.skip("the shipped processes have nothing of this kind")
    with large.rehearse() as rehearsal, rehearsal.write() as connection:
        for statement in (
            noticing.noticing(connection, kind, holds, NOW),
            noticing.overtaking(kind, holds, view(), NOW),
        ):
            found = steps(connection, statement)
            # Evidence has no index by its day; where there is little of it, reading it all is the shorter way.
            allowed = {"evidence"} if kind is ReminderKind.EVIDENCE_OLD else set()
            assert reads_all_of(found) <= allowed, "\n".join(found)
            assert finds_deals_by_index(found), "\n".join(found)


def test_who_is_called_is_found_by_an_index(large: Database) -> None:
    habit = Habit(TEAM, None, None, None, None)
    at_nine = Opening(habit, TODAY, NOW, NOW)
    at_two = Hour(habit, TODAY, time(14), NOW, NOW)
    with large.read() as connection:
        found = steps(connection, calling.agendas([at_nine]))
        assert reads_all_of(found, (*BIG, "reminder")) == set(), "\n".join(found)
        assert "ix_reminder_to_tell" in "\n".join(found), "\n".join(found)
        found = steps(connection, calling.follow_ups([at_two]))
        assert reads_all_of(found) == set(), "\n".join(found)
        assert finds_deals_by_index(found), "\n".join(found)


def test_claims_that_wait_are_found_by_an_index_of_their_own(large: Database) -> None:
    with large.read() as connection:
        found = steps(connection, claims.of_team(TEAM, 50))
        assert "ix_evidence_claims" in "\n".join(found), "\n".join(found)
        assert reads_all_of(found) == set(), "\n".join(found)


def test_noticing_takes_the_same_number_of_statements_however_many_deals(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each deal that waits for too long is brought to its manager on its own.
    monkeypatch.setattr(escalating, "escalate", lambda _desk: 0)
    counts = []
    for number in (60, 240):
        heard: list[str] = []

        def hear(_connection: object, _cursor: object, sent: str, *_: object, heard: list[str] = heard) -> None:
            if "reminder" in sent:
                heard.append(sent)

        databases.empty(database)
        with database.write() as connection:
            fill(connection, 9, number)
        event.listen(database.engine, "before_cursor_execute", hear)
        plan(desk(database))
        event.remove(database.engine, "before_cursor_execute", hear)
        counts.append(len(heard))
    assert counts[0] == counts[1]
