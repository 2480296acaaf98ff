"""A large team's database: 500 reps with 200 deals each, made inside the database by a few set-based statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    FromClause,
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
    select,
    union_all,
)

from benchmarks.slack import TEAM
from bot.definitions import load_processes
from bot.domain.process import Process, Stage, StageKind
from bot.services.errands import Errand
from bot.store import contacts, deals, evidence, moves, people, postings, questions, work, workspaces
from bot.store.columns import UtcDateTime
from bot.store.database import Database

DEALS_OF_EACH = 200
WORDS = [
    *("Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Glade", "Heath", "Isle", "Juniper", "Knoll", "Larch"),
    *("Moor", "North", "Oak", "Pine", "Quarry", "Reed", "Spruce", "Thorn", "Umber", "Vale", "Willow", "Yarrow"),
]
"""First words of names, so that a word typed by a rep fits thousands of deals."""


def rep(number: int) -> str:
    """The user id of a rep, counted from 0."""
    return f"U0REP{number:04}"


def dm(number: int) -> str:
    """The channel between the bot and a rep."""
    return f"D0REP{number:04}"


def seed(db: Database, now: datetime, reps: int, deals_of_each: int = DEALS_OF_EACH) -> None:
    """Fill an empty database. The deals of a rep differ in stage, status, next step, amount and evidence.

    The deals are numbered from 1; the rep number `i` owns those whose number leaves `i` when divided by `reps`.
    """
    process = load_processes()["buyer_centric"]
    with db.write() as connection:
        _people(connection, now, reps, reps * deals_of_each)
        _put(connection, deals.deal, _deals(process, now, reps, reps * deals_of_each))
        _put(connection, contacts.contact, _contacts())
        _put(connection, moves.move, _created(process))
        for earlier, stage in pairwise(process.stages):
            _put(connection, moves.move, _entered(process, earlier, stage))
        _put(connection, evidence.evidence, _proofs(process, now, reps))
        _aftermath(connection, now)
    settle_down(db)


def complete_deals(connection: Connection, process: Process) -> list[tuple[int, str]]:
    """Number and owner of open deals in the first stage with evidence for each of its criteria."""
    deal = deals.deal.c
    query = select(deal.number, deal.owner).where(
        deal.stage == process.first.key, deal.status == "open", _proved() >= len(process.first.criteria)
    )
    return [(row.number, row.owner) for row in connection.execute(query.order_by(deal.id))]


def _put(connection: Connection, table: Table, row: Select[Any]) -> None:
    """INSERT … SELECT, with the labels of the query as the names of the columns."""
    connection.execute(insert(table).from_select(list(row.selected_columns.keys()), row))


def _select(row: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    return select(*(column.label(name) for name, column in row.items()))


def _people(connection: Connection, now: datetime, reps: int, deals_of_all: int) -> None:
    ours = {"team_id": TEAM, "name": "Bench", "url": "", "last_deal_number": deals_of_all}
    connection.execute(insert(workspaces.workspace).values(**ours))
    fields = {"team_id": TEAM, "home_team": TEAM, "tz": "Europe/Berlin", "fetched_at": now}
    rows = [fields | {"user_id": rep(i), "name": f"Rep {i}", "dm": dm(i)} for i in range(reps)]
    connection.execute(insert(people.person), rows)


def _text(*parts: ColumnElement[Any] | str) -> ColumnElement[str]:
    """The parts joined; by ||, since SQLite learnt concat() late."""
    joined: ColumnElement[str] = literal("")
    for part in parts:
        joined = joined + (literal(part) if isinstance(part, str) else cast(part, String))
    return joined


def _listed(name: str, values: list[Any], kind: Any) -> FromClause:
    """A list as a table of `place`, counted from 0, and `value`."""
    rows = [
        select(literal(place).label("place"), literal(value, kind).label("value")) for place, value in enumerate(values)
    ]
    return union_all(*rows).cte(name)


def _deals(process: Process, now: datetime, reps: int, deals_of_all: int) -> Select[Any]:
    number = select(literal(1).label("n")).cte("number", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < deals_of_all))
    n: ColumnElement[int] = number.c.n
    of_rep: ColumnElement[int] = n // reps  # counts each rep's deals; the same for all reps
    today, currently = now.date(), (n * 7919) % 29
    before = [stage.key for stage in process.stages if stage.kind is StageKind.OPEN]
    won = next(stage.key for stage in process.stages if stage.kind is StageKind.WON)
    status = case((of_rep % 20 < 13, "open"), (of_rep % 20 < 15, "won"), (of_rep % 20 < 19, "lost"), else_="parked")
    word, stage = _listed("word", WORDS, String), _listed("stage", before, String)
    entered = [now - timedelta(days=days, hours=days % 9) for days in range(1, 30)]
    since = _listed("since", entered, UtcDateTime)
    progress = _listed("progress", [moment.date() for moment in entered], Date)
    step = _listed("step", [*(today + timedelta(days=days) for days in range(-5, 23)), None], Date)
    name, company = _text(word.c.value, " ", n, " rollout"), _text(word.c.value, " ", n, " Limited")
    row: dict[str, Any] = {
        "team_id": literal(TEAM), "number": n, "name": name, "name_key": func.lower(name),
        "company": company, "company_key": func.lower(company), "company_domain": literal(""),
        "amount_minor": (n * 7919) % 9_000_000 + 50_000, "currency": literal("EUR"),
        "expected_close": step.c.value, "owner": _text("U0REP", func.substr(cast(10_000 + n % reps, String), 2)),
        "process": literal(process.key), "process_version": literal(process.version),
        "stage": case((status == "won", won), else_=stage.c.value), "status": status, "stage_since": since.c.value,
        "next_step": case((step.c.value.is_not(None), "Call about the requirements and agree on a date to evaluate")),
        "next_step_on": step.c.value, "progress_on": progress.c.value, "last_buyer_on": literal(today, Date),
        "competitors": literal(""), "source": literal("referral"),
        "created_at": literal(now - timedelta(days=60), UtcDateTime), "created_by": literal(rep(0)),
        "version": literal(3),
    }  # fmt: skip
    return (
        _select(row)
        .join_from(number, word, word.c.place == n % len(WORDS))
        .join(stage, stage.c.place == of_rep % len(before))
        .join(since, since.c.place == currently)
        .join(progress, progress.c.place == currently)
        .join(step, step.c.place == currently)
        .order_by(n)
    )


def _contacts() -> Select[Any]:
    deal, roles = deals.deal.c, select(literal("CFO").label("role")).union_all(select(literal("Head of operations")))
    role = roles.subquery("role")
    return select(
        deal.team_id,
        deal.id.label("deal_id"),
        _text("Jane ", deal.number).label("name"),
        role.c.role.label("role"),
        _text("jane", deal.number, "@buyer.example").label("email"),
    ).join_from(deals.deal, role, literal(1) == 1)


def _proofs(process: Process, now: datetime, reps: int) -> Select[Any]:
    """Each deal with the proofs by which it came into its stage, and none, some or all of those to leave it."""
    wanted = [(stage, stage, order, c) for stage in process.stages for order, c in enumerate(stage.criteria)]
    wanted += [(stage, earlier, -1, c) for earlier, stage in pairwise(process.stages) for c in earlier.criteria]
    rows = [
        select(
            literal(at.key).label("at"), literal(stage.key).label("stage"), literal(order).label("place"),
            literal(c.key).label("key"), literal(c.accepts[0].value).label("kind"), literal(c.text).label("text"),
        )
        for at, stage, order, c in wanted
    ]  # fmt: skip
    proof = union_all(*rows).cte("proof").c
    deal, contact = deals.deal.c, contacts.contact.c
    text = _text("Their reply of last week on deal ", deal.number, ": ", proof.text)
    link = _text("https://mail.example.com/", proof.key, "/", deal.number)
    row = {
        "team_id": deal.team_id, "deal_id": deal.id, "stage": proof.stage, "criterion": proof.key, "kind": proof.kind,
        "what": text, "what_key": _text("seeded ", proof.key, deal.number), "contact_id": contact.id,
        "happened_on": literal(now.date() - timedelta(days=8), Date), "link": link, "link_key": link,
        "added_by": deal.owner, "added_at": deal.stage_since,
    }  # fmt: skip
    here = and_(contact.team_id == deal.team_id, contact.deal_id == deal.id, contact.role == "CFO")
    some = (deal.number // reps) // 20 % 4 > proof.place
    return _select(row).where(deal.stage == proof.at, here, some)


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
    return _select(row)


def _entered(process: Process, earlier: Stage, stage: Stage) -> Select[Any]:
    deal = deals.deal.c
    met = [{"key": c.key, "text": c.text, "state": "met", "why": "", "evidence": []} for c in earlier.criteria]
    more = {"from_stage": literal(earlier.key), "from_status": literal("open"), "criteria": literal(met, JSON)}
    row = _logged(process, "forward", deal.stage, at=deal.stage_since, stage_since=deal.created_at, **more)
    return _select(row).where(deal.stage == stage.key)


def _aftermath(connection: Connection, now: datetime) -> None:
    """What moves left behind: a card each, sent; a question about one in fifty, half of them settled.

    And one piece of evidence in fifty was taken back.
    """
    move = moves.move.c
    went_on = move.kind == "forward"
    subject, at = cast(move.id, String), literal(now, UtcDateTime)
    item = {
        "team_id": move.team_id, "kind": literal(Errand.CARD.value), "subject": subject, "slot": literal("posted"),
        "run_at": move.at, "state": literal("sent"), "attempt": literal(1), "strikes": literal(0),
        "interrupted": literal(0), "created_at": move.at, "finished_at": at,
    }  # fmt: skip
    card = {"team_id": move.team_id, "kind": literal(Errand.CARD.value), "subject": subject,
            "channel": literal("C0BENCH001"), "ts": _text(subject, ".000100"), "posted_at": move.at}  # fmt: skip
    asked = {
        "team_id": move.team_id, "deal_id": move.deal_id, "move_id": move.id, "stage": move.from_stage,
        "criterion": literal("recap_confirmed"), "text": literal("May I see the mail itself?"),
        "asked_by": literal(rep(1)), "asked_at": at,
    }  # fmt: skip
    for table, row in ((work.work_item, item), (postings.posting, card)):
        _put(connection, table, _select(row).where(went_on))
    one_in_fifty = and_(went_on, move.deal_id % 50 == 7)
    _put(connection, questions.question, _select(asked).where(one_in_fifty))
    question = questions.question.c
    entry = {"team_id": question.team_id, "question_id": question.id, "kind": literal("accepted"),
             "by_user": literal(rep(1)), "at": at, "text": literal("")}  # fmt: skip
    piece = evidence.evidence.c
    withdrawn = {"team_id": piece.team_id, "evidence_id": piece.id, "kind": literal("withdrawn"),
                 "by_user": piece.added_by, "at": at, "reason": literal("Sent by mistake")}  # fmt: skip
    one_piece = piece.id % 50 == 3
    _put(connection, evidence.evidence_note, _select(withdrawn).where(one_piece))
    half = question.id % 2 == 0
    _put(connection, questions.question_entry, _select(entry).where(half))


def _proved() -> ColumnElement[int]:
    """How many pieces of evidence that nobody took back a deal has, as a correlated count."""
    deal, piece, note = deals.deal.c, evidence.evidence.c, evidence.evidence_note.c
    noted = select(note.id).where(note.team_id == piece.team_id, note.evidence_id == piece.id).exists()
    count = select(func.count(piece.id)).where(piece.team_id == deal.team_id, piece.deal_id == deal.id, ~noted)
    return cast(count.correlate(deals.deal).scalar_subquery(), Integer)


def settle_down(db: Database) -> None:
    """What a server does by itself soon after so many inserts; done now, so that it does not disturb what follows.

    SQLite gathers no statistics unless it is told to, so there are none.
    """
    if db.is_sqlite:
        with db.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")


def utc_now() -> datetime:
    """The time the seeded rows are made for."""
    return datetime.now(UTC)
