"""How fast a workspace may be written to: one budget for all workers, urgent things first, workspaces in turn."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import Lane, Pace
from bot.domain.work import Sent, WorkItem, rule
from bot.services import work_list
from bot.store import work
from bot.store.database import Database
from bot.store.work import NewItem

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
PACE = Pace(60, burst=timedelta(seconds=5), reserve=timedelta(seconds=3))


def put(db: Database, number: int, *, team: str = "T1", kind: str = "agenda", lane: Lane = Lane.BULK) -> None:
    with db.write() as connection:
        work.add_many(connection, [NewItem(team, kind, f"{n}", "", NOW, lane) for n in range(number)], NOW)


def claim(
    db: Database, after: float = 0, limit: int = 100, owner: str = "me", pace: Pace | None = PACE
) -> list[WorkItem]:
    return work_list.claim(db, owner, NOW + timedelta(seconds=after), LEASE, limit, pace)


def test_no_more_is_claimed_than_the_budget_allows(database: Database) -> None:
    put(database, 20)
    assert len(claim(database)) == 5
    assert claim(database) == []
    assert claim(database, after=0.9) == []
    assert len(claim(database, after=1)) == 1
    assert len(claim(database, after=4)) == 3
    assert len(claim(database, after=15)) == 5


def test_without_a_pace_everything_may_be_claimed(database: Database) -> None:
    put(database, 20)
    assert len(claim(database, pace=None)) == 20


def test_urgent_items_go_first_and_have_a_reserve(database: Database) -> None:
    put(database, 20)
    assert {item.kind for item in claim(database)} == {"agenda"}
    put(database, 20, kind="card", lane=Lane.URGENT)
    assert [item.kind for item in claim(database)] == ["card"] * 3
    assert claim(database) == []
    assert [item.kind for item in claim(database, after=1)] == ["card"]


def test_what_posts_nothing_costs_nothing(database: Database) -> None:
    put(database, 4, kind="home", lane=Lane.URGENT)
    put(database, 20)
    assert [item.kind for item in claim(database)] == ["home"] * 4 + ["agenda"] * 5


def test_workspaces_take_turns(database: Database) -> None:
    put(database, 50, team="T1")
    put(database, 2, team="T2")
    put(database, 50, team="T3")
    counts: dict[str, int] = {}
    for item in claim(database, limit=12, pace=None):
        counts[item.team_id] = counts.get(item.team_id, 0) + 1
    assert counts == {"T1": 4, "T2": 2, "T3": 6}


def test_a_workspace_that_was_written_to_least_comes_first(database: Database) -> None:
    put(database, 50, team="T1")
    put(database, 50, team="T2")
    [first] = claim(database, limit=1)
    [second] = claim(database, limit=1)
    assert {first.team_id, second.team_id} == {"T1", "T2"}
    third, fourth = claim(database, limit=1), claim(database, limit=1)
    assert {third[0].team_id, fourth[0].team_id} == {"T1", "T2"}


def test_a_busy_workspace_does_not_use_up_the_budget_of_another(database: Database) -> None:
    put(database, 50, team="T1")
    assert len(claim(database)) == 5
    put(database, 50, team="T2")
    assert [item.team_id for item in claim(database)] == ["T2"] * 5


def test_eight_workers_share_one_budget(database: Database) -> None:
    put(database, 200)
    put(database, 200, team="T2")
    found: list[WorkItem] = []
    lock = threading.Lock()

    def work_off(owner: str) -> None:
        for second in range(10):
            items = claim(database, after=second, limit=3, owner=owner)
            with lock:
                found.extend(items)

    threads = [threading.Thread(target=work_off, args=[f"worker {n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for team in ("T1", "T2"):
        mine = [item.id for item in found if item.team_id == team]
        assert len(mine) == len(set(mine))
        # The burst, and one a second for nine seconds; a slow worker may see an earlier second.
        assert 5 <= len(mine) <= 5 + 9


def test_a_pause_holds_for_its_channel_alone_and_the_longer_one_stays(database: Database) -> None:
    work_list.pause(database, "T1", "C1", NOW + timedelta(seconds=30))
    work_list.pause(database, "T1", "C1", NOW + timedelta(seconds=10))
    assert work_list.paused_for(database, "T1", "C1", NOW) == timedelta(seconds=30)
    assert work_list.paused_for(database, "T1", "C2", NOW) is None
    assert work_list.paused_for(database, "T2", "C1", NOW) is None
    assert work_list.paused_for(database, "T1", "C1", NOW + timedelta(seconds=30)) is None


def test_old_pauses_are_forgotten(database: Database) -> None:
    work_list.pause(database, "T1", "C1", NOW)
    assert work_list.clean_up(database, NOW + timedelta(seconds=1)) == 1


def test_a_finished_item_leaves_the_list_of_workspaces(database: Database) -> None:
    put(database, 1)
    [item] = claim(database)
    work_list.settle(database, item, "me", rule(item, Sent(), NOW, True), NOW)
    with database.read() as connection:
        assert work.teams_with_work(connection, NOW) == []


def test_the_list_of_workspaces_says_in_which_lanes_something_is_due(database: Database) -> None:
    put(database, 2)
    put(database, 2, team="T2", kind="card", lane=Lane.URGENT)
    put(database, 2, team="T2")
    with database.write() as connection:
        tomorrow = NOW + timedelta(days=1)
        later = [NewItem(team, "later", "1", "", tomorrow, lane) for team in ("T1", "T3") for lane in Lane]
        work.add_many(connection, later, NOW)
        lanes = dict(work.teams_with_work(connection, NOW))
    assert lanes == {"T1": [Lane.BULK], "T2": [Lane.URGENT, Lane.BULK]}
    claimed = claim(database, pace=None)
    assert sorted((item.team_id, item.kind) for item in claimed) == (
        [("T1", "agenda")] * 2 + [("T2", "agenda")] * 2 + [("T2", "card")] * 2
    )


@given(
    per_minute=st.integers(1, 6000),
    burst=st.integers(1, 60),
    waits=st.lists(st.tuples(st.floats(0, 30), st.integers(0, 50)), max_size=40),
)
def test_over_any_time_no_more_than_the_burst_and_the_rate(
    per_minute: int, burst: int, waits: list[tuple[float, int]]
) -> None:
    pace = Pace(per_minute, burst=timedelta(seconds=burst), reserve=timedelta(0))
    full_at, now, posts = None, NOW, 0
    for wait, wanted in waits:
        now += timedelta(seconds=wait)
        made = min(wanted, pace.allows(full_at, now, Lane.BULK))
        full_at = pace.after(full_at, now, made)
        posts += made
        assert posts <= (burst + (now - NOW).total_seconds()) * per_minute / 60 + 1e-3
