"""A large team's database: 500 reps with 200 deals each, made inside the database by a few set-based statements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
)

from benchmarks.slack import TEAM
from bot.definitions import load_processes
from bot.domain.process import Criterion, Process, Stage, StageKind
from bot.services.errands import Errand
from bot.store import deals, evidence, moves, people, postings, questions, work, workspaces
from bot.store.columns import UtcDateTime
from bot.store.database import Database

REPS, DEALS = 500, 100_000
WORDS = (
    "Alder Birch Cedar Dune Ember Fjord Glade Heath Isle Juniper Knoll Larch Moor North Oak Pine Quarry Reed Spruce "
    "Thorn Umber Vale Willow Yarrow Zephyr"
).split()
"""First words of names, so that a word typed by a rep fits thousands of deals."""


def rep(number: int) -> str:
    """The user id of a rep, counted from 0."""
    return f"U0REP{number:04}"


def seed(db: Database, now: datetime) -> None:
    """Fill an empty database. The deals of a rep differ in stage, status, next step, amount and evidence."""
    process = load_processes()["buyer_centric"]
    with db.write() as connection:
        _people(connection, now)
        _put(connection, deals.deal, _deals(process, now))
        _put(connection, deals.contact, _contacts())
        _put(connection, moves.move, _created(process))
        for earlier, stage in zip((None, *process.stages), process.stages, strict=False):
            if earlier is not None:
                _put(connection, moves.move, _entered(process, earlier, stage))
                for criterion in earlier.criteria:
                    _put(connection, evidence.evidence, _proofs(earlier, criterion, stage, now, all_of_them=True))
            for order, criterion in enumerate(stage.criteria):
                _put(connection, evidence.evidence, _proofs(stage, criterion, stage, now, order))
        _aftermath(connection, now)
    _settle(db)


def complete_deals(connection: Connection, process: Process, limit: int) -> list[tuple[int, str]]:
    """Number and owner of open deals in the first stage with evidence for each of its criteria."""
    deal = deals.deal.c
    query = select(deal.number, deal.owner).where(
        deal.stage == process.first.key, deal.status == "open", _proved() >= len(process.first.criteria)
    )
    return [(row.number, row.owner) for row in connection.execute(query.order_by(deal.id).limit(limit))]


def _put(connection: Connection, table: Table, row: Select[Any]) -> None:
    """INSERT … SELECT, with the labels of the query as the names of the columns."""
    connection.execute(insert(table).from_select(list(row.selected_columns.keys()), row))


def _people(connection: Connection, now: datetime) -> None:
    ours = {"team_id": TEAM, "name": "Bench", "url": "", "last_deal_number": DEALS}
    connection.execute(insert(workspaces.workspace).values(**ours))
    fields = {"team_id": TEAM, "home_team": TEAM, "tz": "Europe/Berlin", "fetched_at": now}
    rows = [fields | {"user_id": rep(i), "name": f"Rep {i}"} for i in range(REPS)]
    connection.execute(insert(people.person), rows)


def _one_of(number: ColumnElement[int], choices: list[Any], kind: Any) -> ColumnElement[Any]:
    """The number as an index into a list, in SQL."""
    whens = {place: null() if one is None else literal(one, kind) for place, one in enumerate(choices)}
    return case(whens, value=number % len(choices))


def _deals(process: Process, now: datetime) -> Select[Any]:
    number = select(literal(1).label("n")).cte("number", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < DEALS))
    n: ColumnElement[int] = number.c.n
    of_rep: ColumnElement[int] = n // REPS
    """Counts the deals of each rep; the same for all reps."""
    status = case((of_rep % 20 < 13, "open"), (of_rep % 20 < 15, "won"), (of_rep % 20 < 19, "lost"), else_="parked")
    before = [stage.key for stage in process.stages if stage.kind is StageKind.OPEN]
    won = next(stage.key for stage in process.stages if stage.kind is StageKind.WON)
    name = func.concat(_one_of(n, list(WORDS), String), " ", cast(n, String), " rollout")
    company = func.concat(_one_of(n, list(WORDS), String), " ", cast(n, String), " Limited")
    today = now.date()
    steps: list[date | None] = [today + timedelta(days=days) for days in range(-5, 24)]
    entered = [now - timedelta(days=days, hours=days % 9) for days in range(1, 41)]
    row = {
        "team_id": literal(TEAM), "number": n, "name": name, "name_key": func.lower(name),
        "company": company, "company_key": func.lower(company), "company_domain": literal(""),
        "amount_minor": (n * 7919) % 9_000_000 + 50_000, "currency": literal("EUR"),
        "expected_close": _one_of(of_rep, [today + timedelta(days=d) for d in range(-3, 90)], Date),
        "owner": func.concat("U0REP", func.substr(cast(10_000 + n % REPS, String), 2)),
        "process": literal(process.key), "process_version": literal(process.version),
        "stage": case((status == "won", won), else_=_one_of(of_rep, before, String)), "status": status,
        "stage_since": _one_of(of_rep, entered, UtcDateTime),
        "next_step": literal("Call about the requirements and agree on a date for the evaluation"),
        "next_step_on": _one_of(of_rep, [*steps, None], Date), "last_buyer_on": literal(today, Date),
        "competitors": literal(""), "source": literal("referral"),
        "created_at": literal(now - timedelta(days=60), UtcDateTime), "created_by": literal(rep(0)),
        "version": literal(3),
    }  # fmt: skip
    return select(*(column.label(key) for key, column in row.items())).select_from(number)


def _contacts() -> Select[Any]:
    deal, roles = deals.deal.c, select(literal("CFO").label("role")).union_all(select(literal("Head of operations")))
    role = roles.subquery("role")
    return select(
        deal.team_id,
        deal.id.label("deal_id"),
        func.concat("Jane ", cast(deal.number, String)).label("name"),
        role.c.role.label("role"),
        func.concat("jane", cast(deal.number, String), "@buyer.example").label("email"),
    ).join_from(deals.deal, role, literal(1) == 1)


def _proofs(
    stage: Stage, criterion: Criterion, at: Stage, now: datetime, order: int = 0, *, all_of_them: bool = False
) -> Select[Any]:
    """A proof of a criterion for each deal that stands in the stage `at`: one in four has none, one in four all."""
    deal, contact = deals.deal.c, deals.contact.c
    text = func.concat("Their reply of last week on deal ", cast(deal.number, String), f": {criterion.text}")
    link = func.concat(f"https://mail.example.com/{criterion.key}/", cast(deal.number, String))
    row = {
        "team_id": deal.team_id, "deal_id": deal.id, "stage": literal(stage.key), "criterion": literal(criterion.key),
        "kind": literal(criterion.accepts[0].value), "what": text, "what_key": func.concat("seeded ", text),
        "contact_id": contact.id, "happened_on": literal(now.date() - timedelta(days=8), Date),
        "link": link, "link_key": link, "added_by": deal.owner, "added_at": deal.stage_since,
    }  # fmt: skip
    here = and_(deal.stage == at.key, contact.role == "CFO")
    if not all_of_them:
        here = and_(here, (deal.number // REPS) // 20 % 4 > order)
    joined = select(*(column.label(key) for key, column in row.items())).join_from(
        deals.deal, deals.contact, and_(contact.team_id == deal.team_id, contact.deal_id == deal.id)
    )
    return joined.where(here)


def _logged(process: Process, kind: str, stage: ColumnElement[str], **more: Any) -> dict[str, Any]:
    deal = deals.deal.c
    return {
        "team_id": deal.team_id, "deal_id": deal.id, "kind": literal(kind), "to_stage": stage,
        "to_status": literal("open"), "by_user": deal.owner, "amount_minor": deal.amount_minor,
        "currency": deal.currency, "reason": literal(""), "learned": literal(""), "needs_approval": literal(False),
        "process_version": literal(process.version),
    } | more  # fmt: skip


def _created(process: Process) -> Select[Any]:
    deal = deals.deal.c
    row = _logged(process, "created", literal(process.first.key), at=deal.created_at, criteria=literal([], JSON))
    return select(*(column.label(key) for key, column in row.items()))


def _entered(process: Process, earlier: Stage, stage: Stage) -> Select[Any]:
    deal = deals.deal.c
    met = [{"key": c.key, "text": c.text, "state": "met", "why": "", "evidence": []} for c in earlier.criteria]
    more = {"from_stage": literal(earlier.key), "from_status": literal("open"), "criteria": literal(met, JSON)}
    row = _logged(process, "forward", deal.stage, at=deal.stage_since, stage_since=deal.created_at, **more)
    return select(*(column.label(key) for key, column in row.items())).where(deal.stage == stage.key)


def _aftermath(connection: Connection, now: datetime) -> None:
    """What moves left behind: a card each, sent; a question about one in fifty, half of them answered."""
    move = moves.move.c
    went_on = move.kind == "forward"
    subject, at = cast(move.id, String), literal(now, UtcDateTime)
    item = {
        "team_id": move.team_id, "kind": literal(Errand.CARD.value), "subject": subject, "slot": literal("posted"),
        "run_at": move.at, "state": literal("sent"), "attempt": literal(1), "strikes": literal(0),
        "interrupted": literal(0), "created_at": move.at, "finished_at": at,
    }  # fmt: skip
    card = {"team_id": move.team_id, "kind": literal(Errand.CARD.value), "subject": subject,
            "channel": literal("C0BENCH001"), "ts": func.concat(subject, ".000100"), "posted_at": move.at}  # fmt: skip
    asked = {
        "team_id": move.team_id, "deal_id": move.deal_id, "move_id": move.id, "stage": move.from_stage,
        "criterion": literal("recap_confirmed"), "text": literal("May I see the mail itself?"),
        "asked_by": literal(rep(1)), "asked_at": at,
    }  # fmt: skip
    for table, row in ((work.work_item, item), (postings.posting, card)):
        _put(connection, table, select(*(v.label(k) for k, v in row.items())).where(went_on))
    one_in_fifty = and_(went_on, move.deal_id % 50 == 7)
    _put(connection, questions.question, select(*(v.label(k) for k, v in asked.items())).where(one_in_fifty))
    question = questions.question.c
    entry = {"team_id": question.team_id, "question_id": question.id, "kind": literal("accepted"),
             "by_user": literal(rep(1)), "at": at, "text": literal("")}  # fmt: skip
    half = question.id % 2 == 0
    _put(connection, questions.question_entry, select(*(v.label(k) for k, v in entry.items())).where(half))


def _proved() -> ColumnElement[int]:
    """How many proofs a deal has, as a correlated count."""
    piece = evidence.evidence.c
    count = select(func.count()).where(piece.team_id == deals.deal.c.team_id, piece.deal_id == deals.deal.c.id)
    return cast(count.scalar_subquery(), Integer)


def _settle(db: Database) -> None:
    """What a server does by itself soon after so many inserts; done now, so that it does not disturb what follows."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "VACUUM (ANALYZE)")


def utc_now() -> datetime:
    """The time the seeded rows are made for."""
    return datetime.now(UTC)


__all__ = ["DEALS", "REPS", "Column", "complete_deals", "rep", "seed", "utc_now"]
