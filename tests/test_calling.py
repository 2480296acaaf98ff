"""Whose hour has come is called: zones, hours, days off, leave and cover, follow-ups at their hour, the digest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.services import planning
from bot.services.desk import Desk, RuleBook, TeamRules
from bot.services.planning import Planned, Planner, plan
from bot.store import noticing, workspaces
from bot.store.database import Database
from bot.store.deals import deal
from bot.store.people import person
from bot.store.reminders import reminder
from bot.store.rules import RULES
from bot.store.work import work_item
from bot.store.workspaces import Identity
from tests.harness import MovableClock
from tests.random_deals import PROCESSES, TEAM

MONDAY = date(2026, 11, 23)
BERLIN, NEW_YORK, SYDNEY = "Europe/Berlin", "America/New_York", "Australia/Sydney"


class Floor:
    """People and deals of one workspace, and a clock that is moved by hand."""

    def __init__(self, db: Database, **rules: Any) -> None:
        self.db, self.clock = db, MovableClock(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
        book = RuleBook(db, TeamRules(default_process="by_day", **rules))
        self.desk = Desk(db, self.clock, PROCESSES, book)
        self._number = 0
        with db.write() as connection:
            workspaces.remember(connection, Identity(TEAM, "Bench", "", "B1", "UBOT"), self.clock())

    def hires(self, user_id: str, tz: str | None = BERLIN, **chosen: Any) -> None:
        row = {"team_id": TEAM, "user_id": user_id, "home_team": TEAM, "tz": tz, "fetched_at": self.clock()}
        with self.db.write() as connection:
            connection.execute(insert(person).values(**row, **chosen))

    def plans_step(self, owner: str, on: date = MONDAY, at: time | None = None) -> int:
        """A deal whose next step is due that day; returns its id."""
        self._number += 1
        row = {
            "team_id": TEAM, "number": self._number, "name": "Acme", "name_key": "acme", "owner": owner,
            "process": "quiet", "process_version": "1", "stage": "first", "status": "open", "created_by": owner,
            "stage_since": self.clock(), "created_at": self.clock(), "progress_on": self.clock().date(), "version": 1,
            "next_step": "Call", "next_step_on": on, "next_step_time": at, "next_step_no": 1,
        }  # fmt: skip
        with self.db.write() as connection:
            return int(connection.execute(insert(deal).values(**row).returning(deal.c.id)).scalar_one())

    def at(self, moment: str) -> Planned:
        """Plan as a fresh process would at this moment in UTC."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return plan(self.desk)

    def called(self, kind: str = "agenda") -> list[tuple[str, str, str]]:
        """Who was called: subject, slot, and the moment in UTC."""
        with self.db.read() as connection:
            query = select(work_item).where(work_item.c.kind == kind).order_by(work_item.c.id)
            return [(row.subject, row.slot, f"{row.run_at:%d %H:%M}") for row in connection.execute(query)]


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


def test_everybody_is_called_at_nine_on_their_own_clock_and_once(floor: Floor) -> None:
    for user_id, tz in (("U1", BERLIN), ("U2", NEW_YORK), ("U3", SYDNEY), ("U4", None), ("U5", "Not/AZone")):
        floor.hires(user_id, tz)
        floor.plans_step(user_id)
    floor.hires("U6")
    counts = [floor.at(f"2026-11-23 {hour}").agendas for hour in ("07:59", "08:00", "08:01", "09:00", "14:00", "21:00")]
    # Sydney's Monday evening has begun; they hear of it on Tuesday at nine, which is 22:00 in UTC.
    assert counts == [0, 1, 0, 2, 1, 0]
    assert floor.at("2026-11-23 22:00").agendas == 1
    assert floor.called() == [
        ("U1", "2026-11-23", "23 08:00"),
        ("U4", "2026-11-23", "23 09:00"),
        ("U5", "2026-11-23", "23 09:00"),
        ("U2", "2026-11-23", "23 14:00"),
        ("U3", "2026-11-24", "23 22:00"),
    ]


@pytest.mark.parametrize(
    ("moment", "called"),
    [
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),  # six in the evening
        ("2026-11-21 10:00", False),  # a Saturday
        ("2026-12-25 10:00", False),  # Christmas
        ("2026-12-24 10:00", True),
        ("2027-03-29 10:00", False),  # Easter Monday
        ("2027-03-30 06:59", False),  # summer time began on the 28th
        ("2027-03-30 07:00", True),
    ],
)
def test_nobody_is_called_in_the_evening_or_on_a_day_off(database: Database, moment: str, called: bool) -> None:
    floor = Floor(database, country="DE")
    floor.hires("U1")
    floor.plans_step("U1", date(2026, 11, 20))
    assert floor.at(moment).agendas == called


def test_what_people_chose_wins_over_the_team(database: Database) -> None:
    floor = Floor(database, hour=10, days=frozenset({0, 1, 2, 3}), country="DE")
    floor.hires("U1")
    floor.hires("U2", agenda_hour=7)
    floor.hires("U3", agenda_days="")
    floor.hires("U4", agenda_days="4", country="FR")
    for user_id in ("U1", "U2", "U3", "U4"):
        floor.plans_step(user_id, date(2026, 11, 20))
    assert [floor.at(f"2026-11-23 {hour}").agendas for hour in ("06:00", "08:00", "09:00", "12:00")] == [1, 0, 1, 0]
    assert floor.at("2026-11-27 12:00").agendas == 1
    assert [subject for subject, *_ in floor.called()] == ["U2", "U1", "U4"]


def test_who_is_away_is_left_alone_and_their_cover_is_called(floor: Floor) -> None:
    floor.hires("U1", away_until=date(2026, 11, 24), away_cover="U2")
    floor.hires("U2")
    floor.hires("U3", away_until=MONDAY)
    floor.plans_step("U1")
    floor.plans_step("U3")
    assert floor.at("2026-11-23 10:00").agendas == 1
    assert floor.at("2026-11-24 10:00").agendas == 2
    assert floor.at("2026-11-25 10:00").agendas == 2
    expected = [("U2", "23"), ("U2", "24"), ("U3", "24"), ("U1", "25"), ("U3", "25")]
    assert [(subject, slot[-2:]) for subject, slot, _ in floor.called()] == expected


def test_who_left_is_not_called_and_neither_is_who_put_everything_off(floor: Floor) -> None:
    floor.hires("U1", is_deleted=True)
    floor.hires("U2")
    floor.plans_step("U1")
    floor.plans_step("U2")
    floor.at("2026-11-23 07:00")
    with floor.db.write() as connection:
        connection.execute(update(reminder).values(tell_on=MONDAY + timedelta(days=2)))
    assert floor.at("2026-11-23 10:00").agendas == 0
    assert floor.at("2026-11-25 10:00").agendas == 1


def test_what_is_planned_during_the_day_waits_for_the_next_morning(floor: Floor) -> None:
    floor.hires("U1")
    planner = Planner(floor.desk, elapsed=lambda: floor.clock.now.timestamp())
    floor.clock.now = datetime(2026, 11, 23, 7, 50, tzinfo=UTC)
    for minute in range(0, 180, 10):
        if minute == 130:
            floor.plans_step("U1")
        assert planner.plan().agendas == 0
        floor.clock.forward(minutes=10)
    floor.clock.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert planner.plan().agendas == 1


def test_what_nobody_noticed_in_time_is_said_as_soon_as_somebody_does(floor: Floor) -> None:
    floor.hires("U1")
    planner = Planner(floor.desk, elapsed=lambda: floor.clock.now.timestamp())
    planner.plan()
    floor.plans_step("U1")
    floor.clock.now = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert planner.plan().agendas == 1


def test_a_follow_up_with_an_hour_comes_at_that_hour(floor: Floor) -> None:
    floor.hires("U1", NEW_YORK)
    floor.hires("U2")
    floor.plans_step("U1", MONDAY, time(14, 30))
    floor.plans_step("U1", MONDAY, None)
    floor.plans_step("U2", MONDAY, time(3, 0))
    floor.plans_step("U2", MONDAY, time(19, 0))
    floor.plans_step("U2", date(2026, 11, 28), time(11, 0))
    assert floor.at("2026-11-23 06:00").follow_ups == 2
    assert floor.at("2026-11-23 06:30").follow_ups == 0
    assert [(slot, at) for _, slot, at in floor.called("follow_up")] == [
        ("2026-11-23 14:30", "23 19:30"),
        ("2026-11-23 19:00", "23 18:00"),
    ]
    # A Saturday: the agenda of Monday has it.
    assert floor.at("2026-11-28 08:00").follow_ups == 0


def test_a_follow_up_that_was_put_off_or_is_somebody_elses_by_now_stays_away(floor: Floor) -> None:
    floor.hires("U1")
    floor.hires("U2", away_until=MONDAY)
    for owner in ("U1", "U2"):
        floor.plans_step(owner, MONDAY, time(14, 0))
    floor.at("2026-11-22 12:00")
    with floor.db.write() as connection:
        connection.execute(update(reminder).where(reminder.c.user_id == "U1").values(tell_on=date(2026, 11, 26)))
    assert floor.at("2026-11-23 06:00").follow_ups == 0


def test_a_follow_up_is_said_at_its_hour_though_the_morning_said_it_too(floor: Floor) -> None:
    floor.hires("U1")
    floor.plans_step("U1", MONDAY, time(14, 0))
    floor.at("2026-11-22 12:00")
    with floor.db.write() as connection:
        connection.execute(update(reminder).values(told=1, told_on=MONDAY, tell_on=date(2026, 11, 26)))
    assert floor.at("2026-11-23 09:00").follow_ups == 1


def digests(database: Database, *moments: str, **rules: Any) -> list[tuple[str, str, str]]:
    floor = Floor(database, managers=frozenset({"UM1", "UM2", "UGONE"}), **rules)
    floor.hires("UM1")
    floor.hires("UM2", NEW_YORK)
    floor.hires("UGONE", is_deleted=True)
    for moment in moments:
        floor.at(moment)
    return floor.called("digest")


WEEK = ("2026-11-22 10:00", "2026-11-23 07:59", "2026-11-23 08:00", "2026-11-23 15:00", "2026-11-24 10:00")


def test_the_digest_goes_to_the_channel_once_a_week_when_the_first_manager_is_at_work(database: Database) -> None:
    assert digests(database, *WEEK, manager_channel="C1") == [("team", "2026-W48", "23 08:00")]


def test_the_digest_goes_to_each_manager_where_they_want_it_so(database: Database) -> None:
    expected = [("UM1", "2026-W48", "23 08:00"), ("UM2", "2026-W48", "23 14:00")]
    assert digests(database, *WEEK, manager_channel="C1", digest="dm") == expected


def test_no_digest_where_nobody_wants_one_or_there_is_no_channel(database: Database) -> None:
    assert digests(database, *WEEK, manager_channel="C1", digest="off") == []


def test_no_digest_without_a_channel(database: Database) -> None:
    assert digests(database, *WEEK) == []


def test_after_a_holiday_the_digest_comes_on_tuesday(database: Database) -> None:
    easter = ("2027-03-29 09:00", "2027-03-30 08:00", "2027-03-31 08:00")
    found = digests(database, *easter, manager_channel="C1", digest="dm", country="DE")
    assert [one for one in found if one[0] == "UM1"] == [("UM1", "2027-W13", "30 07:00")]


def test_a_step_that_fails_does_not_hold_up_the_others(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.hires("U1")
    floor.plans_step("U1")

    def breaks(*_: object) -> None:
        raise ValueError("a fault of ours")

    broken = {kind: breaks if kind == "stale" else rule for kind, rule in RULES.items()}
    monkeypatch.setattr(planning, "RULES", broken)
    with pytest.raises(ExceptionGroup) as raised:
        floor.at("2026-11-23 10:00")
    assert [str(problem) for problem in raised.value.exceptions] == ["a fault of ours"] * 2
    assert [subject for subject, *_ in floor.called()] == ["U1"]


def test_steps_that_take_long_rest(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    elapsed, looked = [0.0], list[str]()

    def notice(_connection: object, kind: str, *_: object) -> int:
        looked.append(kind)
        elapsed[0] += 10.0 if kind == "stale" else 0.001
        return 0

    monkeypatch.setattr(noticing, "notice", notice)
    planner = Planner(floor.desk, elapsed=lambda: elapsed[0])
    for _ in range(5):
        planner.plan()
        elapsed[0] += 30
    assert looked.count("follow_up") == 5
    assert looked.count("stale") == 1
    floor.clock.forward(days=1)
    planner.plan()
    assert looked.count("stale") == 2
