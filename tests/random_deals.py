"""Deals of every kind with all that is written down beside them, by chance but always the same for one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.domain.conditions import Condition
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.money import Money
from bot.domain.process import (
    Asking,
    Cadence,
    Criterion,
    Duration,
    Process,
    Stage,
    StageKind,
    WaitingOn,
)
from bot.store.asks import ask
from bot.store.deals import deal
from bot.store.evidence import evidence, evidence_note
from bot.store.moves import decision, move
from bot.store.objections import objection
from bot.store.overrides import override
from bot.store.people import person
from bot.store.promises import promise, value_check
from bot.store.questions import question, question_entry

TEAM = "T0RANDOM"
TODAY = date(2026, 3, 31)
PEOPLE = ("U1", "U2", "U3", "UGONE")
MANAGERS = ("U3", "UM1", "UM2")


def _criterion(key: str, **more: Any) -> Criterion:
    return Criterion(key, f"The buyer did {key}.", "Ask.", "Like this.", **more)


def _stages(aging: Duration, stale: Duration | None) -> tuple[Stage, ...]:
    costly = Condition(amount_at_least=Money(100_000, "EUR"), amount_below=Money(900_000, "EUR"))
    return (
        Stage("first", "First", "", stale_after=stale, replaces=("both_once",), criteria=(
            _criterion("ages", max_age=aging, accepts=(EvidenceKind.EMAIL, EvidenceKind.CALL)),
            _criterion("ages_if_costly", max_age=Duration(10, business=True), condition=costly, may_not_apply=True,
                       least=Strength.CLAIMED),
            _criterion("lasts"),
        )),
        Stage("second", "Second", "", stale_after=Duration(5, business=True), replaces=("second_once", "both_once"),
              lands=("both_once",), criteria=(
            _criterion("ages", max_age=Duration(0, months=1), may_not_apply=True),
            _criterion("verified", max_age=Duration(5), least=Strength.VERIFIED),
        )),
        Stage("outside", "Outside", "", stale_after=Duration(3), waiting_on=WaitingOn.THIRD_PARTY),
        Stage("won", "Won", "", kind=StageKind.WON),
        Stage("live", "Live", "", kind=StageKind.POST_SALE, stale_after=Duration(20), replaces=("live_once",)),
        Stage("later", "Later", "", kind=StageKind.POST_SALE),
    )  # fmt: skip


PROCESSES: Mapping[str, Process] = {
    "by_day": Process("by_day", "By day", "EUR", _stages(Duration(30), Duration(14)), (), "1", cadence=Cadence()),
    "by_month": Process(
        "by_month", "By month", "USD", _stages(Duration(0, months=2), Duration(0, months=1)), (), "1",
        cadence=Cadence(
            third_party_stale_after=Duration(8, business=True), question_again=Duration(3), value_checks=(1, 2, 3),
            approval_again=Duration(2, business=True),
            referral=Asking("live", Duration(0, months=1), Duration(30)), review=Asking("nowhere"),
            reference=Asking(None, Duration(10, business=True), Duration(0, months=1)),
            case_study=Asking("live_once", Duration(7), Duration(5, business=True)),
        ),
    ),
    "quiet": Process(
        "quiet", "Quiet", "EUR", _stages(Duration(30), None), (), "1",
        cadence=Cadence(value_checks=(), referral=None),
    ),
}  # fmt: skip


@dataclass
class Chance:
    """Rows of every table, each with an id given here."""

    seed: int
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def maybe(self, value: Any, share: float = 0.5) -> Any:
        """The value with this chance, else None."""
        return value if self._random.random() < share else None

    def one_of(self, *values: Any) -> Any:
        """Any of them."""
        return self._random.choice(values)

    def often(self, most: int) -> range:
        """Between nothing and so many times."""
        return range(self._random.randint(0, most))

    def day(self, back: int = 400, ahead: int = 10) -> date:
        """A day, the near ones more often."""
        span = self.one_of(3, 15, 40, back)
        return TODAY + timedelta(days=self._random.randint(-span, min(span, ahead)))

    def moment(self, back: int = 400) -> datetime:
        """A moment on such a day."""
        at = time(self._random.randint(0, 23), self._random.randint(0, 59), tzinfo=UTC)
        return datetime.combine(self.day(back, 0), at)

    def put(self, table: Table, **row: Any) -> int:
        """Add a row; returns its id."""
        rows = self.rows.setdefault(table, [])
        if "id" in table.c:
            row["id"] = len(rows) + 1
        rows.append({"team_id": TEAM, **row})
        return len(rows)


def fill(connection: Connection, seed: int, number: int) -> None:
    """Put so many deals, and their people, into an empty database."""
    chance = Chance(seed)
    for user_id in (*PEOPLE, *MANAGERS[1:]):
        gone = user_id == "UGONE"
        chance.put(person, user_id=user_id, home_team=TEAM, is_deleted=gone, fetched_at=chance.moment())
    for n in range(number):
        _deal(chance, n + 1)
    for n in range(number):
        _objections(chance, n + 1)
    for table, rows in chance.rows.items():
        connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql":
        # What a server does by itself soon after so many inserts.
        connection.exec_driver_sql("ANALYZE")


def _deal(chance: Chance, number: int) -> None:
    process = PROCESSES[chance.one_of(*PROCESSES)]
    status = chance.one_of("open", "open", "won", "won", "lost", "parked")
    keys = [key for stage in process.stages for key in (stage.key, *stage.replaces)]
    stage = chance.one_of(*keys, "gone")
    owner, deliverer = chance.one_of(*PEOPLE), chance.maybe(chance.one_of(*PEOPLE))
    step = chance.maybe(chance.day())
    created = chance.moment()
    key = chance.put(
        deal, number=number, name=f"Deal {number}", name_key="", company_key="",
        amount_minor=chance.maybe(chance.one_of(99_999, 100_000, 899_999, 900_000), 0.8), currency="EUR",
        expected_close=chance.maybe(chance.day()), owner=owner, delivery_owner=deliverer,
        process=chance.one_of(process.key, process.key, process.key, "undefined"), process_version="1", stage=stage,
        status=status, stage_since=created, next_step="Call" if step else None, next_step_on=step,
        next_step_no=chance.one_of(0, 1, 12), progress_on=chance.day(), waiting_on=chance.maybe("third_party", 0.3),
        fresh_until=chance.maybe(chance.day(), 0.2), waiting_until=chance.maybe(chance.day()),
        pending_move=None, created_at=created, created_by=owner, version=1,
    )  # fmt: skip
    last = _log(chance, key, status, keys)
    if status == "open" and last is not None:
        chance.rows[deal][key - 1]["pending_move"] = last
    _proofs(chance, key, process)
    for _ in chance.often(2):
        _question(chance, key, process)
    for _ in chance.often(2):
        due, done = chance.day(), chance.maybe(chance.moment(), 0.5)
        chance.put(promise, deal_id=key, what="It", due_on=due, noted_by=owner, noted_at=created, settled_at=done)
    _happiness(chance, key)
    chance.rows[deal][key - 1]["let_pass"] = _overrides(chance, key, process)


def _overrides(chance: Chance, key: int, process: Process) -> int:
    """Criteria that were let pass, some of them gone; how many are not settled."""
    number = 0
    for _ in chance.often(2):
        stage = chance.one_of(*process.stages)
        criterion = chance.one_of(*(one.key for one in stage.criteria), "gone")
        settled = chance.maybe(chance.one_of("evidence", "withdrawn"), 0.3)
        chance.put(
            override, deal_id=key, stage=chance.one_of(stage.key, *stage.replaces, "gone"), criterion=criterion,
            text="It.", rep="U1", reason="Ill.", due_on=chance.day(), by_user="UM1", at=chance.moment(),
            settled=settled,
        )  # fmt: skip
        number += settled is None
    return number


def _objections(chance: Chance, key: int) -> None:
    for _ in chance.often(2):
        due, done = chance.day(), chance.maybe(chance.moment(), 0.5)
        raised = {"raised_by": "U1", "raised_at": chance.moment()}
        chance.put(objection, deal_id=key, words="It", answer_due_on=due, settled_at=done, **raised)


def _log(chance: Chance, key: int, status: str, stages: list[str]) -> int | None:
    """Moves that end with the deal's status; the id of one that waits for a manager, if there is one."""
    ways = [*(chance.one_of("open", "won", "parked") for _ in chance.often(3)), status]
    moments = sorted(chance.moment() for _ in ways)
    before: str | None = None
    for at, to in zip(moments, ways, strict=True):
        asked = chance.maybe(True, 0.3) or False
        one = _move(chance, key, before, to, chance.one_of(*stages), at, asked)
        if asked:
            # Never after the next move, which would have cancelled it.
            verdict = chance.one_of("approved", "sent_back", "cancelled")
            chance.put(decision, move_id=one, verdict=verdict, by_user="UM1", at=at + timedelta(seconds=1))
        if not asked or verdict == "approved":
            before = to
    if chance.maybe(True, 0.4):
        return _move(chance, key, before, "open", chance.one_of(*stages), chance.moment(30), True)
    return None


def _move(chance: Chance, key: int, before: str | None, to: str, stage: str, at: datetime, asked: bool) -> int:
    return chance.put(
        move, deal_id=key, kind="forward", from_status=before, to_status=to, to_stage=stage, at=at,
        by_user=chance.one_of(*PEOPLE, *MANAGERS), needs_approval=asked, process_version="1", criteria=[],
    )  # fmt: skip


def _proofs(chance: Chance, key: int, process: Process) -> None:
    for stage in process.stages:
        for about in (stage.key, *stage.replaces):
            for criterion in stage.criteria:
                for _ in chance.often(2):
                    _proof(chance, key, about, criterion)


def _proof(chance: Chance, key: int, about: str, criterion: Criterion) -> None:
    kind = chance.one_of("email", "email", "call", "meeting", "not_applicable")
    piece = chance.put(
        evidence, deal_id=key, stage=about, criterion=criterion.key, kind=kind, what="They wrote.", what_key="",
        happened_on=chance.maybe(chance.day(120, 0), 0.9), link=chance.maybe("https://mail.example.com/1", 0.7),
        file_id=chance.maybe("F1", 0.2), added_by="U1", added_at=chance.moment(),
    )  # fmt: skip
    for _ in chance.often(2):
        what = chance.one_of("withdrawn", "disputed", "accepted", "agreed", "agreed", "verified", "seen", "read")
        chance.put(evidence_note, evidence_id=piece, kind=what, by_user="UM1", at=chance.moment(), reason="So it was.")


def _question(chance: Chance, key: int, process: Process) -> None:
    asked = chance.moment()
    one = chance.put(
        question, deal_id=key, move_id=1, stage=process.first.key, criterion="ages", text="Really?", asked_by="UM1",
        asked_at=asked,
    )  # fmt: skip
    for n in chance.often(3):
        kind = chance.one_of("answered", "asked_again", "accepted")
        at = min(asked + timedelta(days=n, hours=7), datetime.combine(TODAY, time(23, tzinfo=UTC)))
        chance.put(question_entry, question_id=one, kind=kind, by_user="U1", at=at)


def _happiness(chance: Chance, key: int) -> None:
    for month in _some(chance, 1, 2, 3, 6, 9, 12):
        answer = chance.one_of("yes", "yes", "partly", "no")
        chance.put(value_check, deal_id=key, month=month, answer=answer, by_user="U1", at=chance.moment())
    for _ in chance.often(3):
        kind = chance.one_of("referral", "review", "reference", "case_study", "upsell")
        state, until = chance.one_of("asked", "given", "later", "later", "declined"), chance.maybe(chance.day())
        chance.put(ask, deal_id=key, kind=kind, state=state, by_user="U1", at=chance.moment(), until=until)


def _some(chance: Chance, *values: int) -> Iterator[int]:
    return (value for value in values if chance.maybe(True, 0.12))
