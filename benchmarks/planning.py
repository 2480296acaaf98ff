"""Planning over a million open deals on PostgreSQL, beside hand-written INSERT … SELECT statements of the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.seeding import rep
from benchmarks.slack import TEAM
from bot.definitions import load_processes
from bot.domain.process import Process, StageKind
from bot.services.desk import Desk, RuleBook, TeamRules
from bot.services.planning import Planner
from bot.store import noticing
from bot.store.database import Database
from bot.store.noticing import View
from bot.store.rules import RULES

RATIO, ROUNDS = 1.5, 3
MANAGERS = (rep(1), rep(2))
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday morning; the same day in every zone that planning knows of."""
TODAY = NOW.date()


@dataclass(frozen=True)
class Planning:
    """Seconds of each round, and what a worker does all day; `rows` is how many reminders both made."""

    deals: int
    reps: int
    rows: int
    ours: Sequence[float]
    by_hand: Sequence[float]
    first_pass: float
    idle_pass: float
    next_day: float
    agendas: int
    memory_mb: tuple[float, float]

    @property
    def ratio(self) -> float:
        """Each round is compared with itself, and the median of that taken."""
        return statistics.median(one / other for one, other in zip(self.ours, self.by_hand, strict=True))


def measure(db: Database, deals: int, reps: int, say: Callable[[str], object]) -> Planning:
    """Fill an empty PostgreSQL database, then notice everything in turns by the rules and by hand.

    Raises AssertionError when the two do not make the same reminders.
    """
    began = time.monotonic()
    process = load_processes()["buyer_centric"]
    _seed(db, process, deals, reps)
    say(f"{deals:,} open deals: {time.monotonic() - began:.1f} s")
    ours, by_hand, rows = list[float](), list[float](), 0
    for number in range(ROUNDS):
        turns = [(_by_rules, ours), (_by_hand, by_hand)]
        for do, took in turns if number % 2 == 0 else reversed(turns):
            _forget(db)
            took.append(_timed(lambda do=do: do(db, process)))  # type: ignore[misc]
            rows = _compare(db)
        say(f"round {number + 1}: {ours[-1]:.1f} s by the rules, {by_hand[-1]:.1f} s by hand, {rows:,} reminders")
    return _all_day(db, process, deals, reps, rows, ours, by_hand)


def _all_day(
    db: Database, process: Process, deals: int, reps: int, rows: int, ours: list[float], by_hand: list[float]
) -> Planning:
    """A worker's passes: the first one, one that finds nothing new, and the first of the next day."""
    _forget(db)
    clock = [NOW]
    rules = TeamRules(managers=frozenset(MANAGERS))
    desk = Desk(db, lambda: clock[0], {process.key: process}, RuleBook(db, rules))
    planner = Planner(desk, elapsed=lambda: clock[0].timestamp())
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    agendas = 0

    def one_pass() -> None:
        nonlocal agendas
        agendas += planner.plan().agendas

    first = _timed(one_pass)
    peak = _resident("VmHWM")
    _analyze(db)
    clock[0] += timedelta(seconds=30)
    idle = _timed(one_pass)
    clock[0] += timedelta(days=1)
    next_day = _timed(one_pass)
    return Planning(deals, reps, rows, ours, by_hand, first, idle, next_day, agendas, (before, peak))


def _timed(do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def _resident(field: str) -> float:
    """Megabytes of this process in memory."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


# In turns.


def _by_rules(db: Database, process: Process) -> None:
    view = View({process.key: process}, TODAY, MANAGERS)
    for kind, rule in RULES.items():
        with db.write() as connection:
            noticing.notice(connection, kind, rule(view), NOW)


def _by_hand(db: Database, process: Process) -> None:
    for statement in _statements(process, TODAY):
        with db.write() as connection:
            connection.execute(text(statement), {"now": NOW})


def _forget(db: Database) -> None:
    with db.write() as connection:
        connection.execute(text("TRUNCATE reminder RESTART IDENTITY CASCADE"))
    _analyze(db)


def _analyze(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE reminder"))


def _compare(db: Database) -> int:
    """How many reminders there are; each time the same ones."""
    columns = "team_id, deal_id, kind, slot, user_id, due_on, tell_on"
    with db.write() as connection:
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS noticed_first AS SELECT {columns} FROM reminder"))
        one, other = f"SELECT {columns} FROM noticed_first", f"SELECT {columns} FROM reminder"
        differ = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one})) AS d"
        assert connection.execute(text(differ)).scalar_one() == 0, "the rules and the statements by hand disagree"
        return int(connection.execute(text("SELECT count(*) FROM reminder")).scalar_one())


_INSERT = """INSERT INTO reminder
    (team_id, deal_id, kind, slot, user_id, due_on, tell_on, told, snoozes, created_at)
    SELECT {columns}, 0, 0, :now FROM {source} ON CONFLICT DO NOTHING"""


def _statements(process: Process, today: date) -> list[str]:
    """What somebody would write who knew this team: open deals of one process, each reminder new."""

    def insert(kind: str, slot: str, due: str, source: str, to: str = "d.owner") -> str:
        due = f"({due})::date"
        return _INSERT.format(columns=f"d.team_id, d.id, '{kind}', {slot}, {to}, {due}, {due}", source=source)

    day = f"DATE '{today}'"
    stale = ", ".join(
        f"('{stage.key}', {stage.stale_after.days}, {str(stage.stale_after.business).lower()})"
        for stage in process.stages
        if stage.stale_after is not None
    )
    # From a Friday, Saturday or Sunday on, business days lie beyond one weekend more.
    weekday = "LEAST(extract(isodow FROM d.progress_on)::int, 5)"
    from_friday = "d.progress_on - (extract(isodow FROM d.progress_on)::int - " + weekday + ")"
    weekends = f"2 * (({weekday} - 1 + s.days) / 5)"
    stale_on = f"CASE WHEN s.business THEN {from_friday} + s.days + {weekends} ELSE d.progress_on + s.days END"
    old = ", ".join(
        f"('{stage.key}', '{criterion.key}', {criterion.max_age.days})"
        for stage in process.stages
        for criterion in stage.criteria
        if criterion.max_age is not None
    )
    asked = "(q.asked_at AT TIME ZONE 'UTC')::date"
    return [
        insert("follow_up", "d.next_step_no::text", "d.next_step_on",
               f"deal d WHERE status = 'open' AND next_step_on <= {day}"),
        insert("no_step", "d.next_step_no::text", "d.progress_on + 1",
               "deal d WHERE status = 'open' AND next_step_on IS NULL AND pending_move IS NULL"
               f" AND progress_on < {day}"),
        insert("stale", "GREATEST(d.progress_on, d.next_step_on)::text",
               f"GREATEST({stale_on}, d.next_step_on + 1)",
               f"deal d JOIN (VALUES {stale}) AS s (stage, days, business) ON d.stage = s.stage"
               f" WHERE status = 'open' AND pending_move IS NULL AND {stale_on} <= {day}"
               f" AND (next_step_on IS NULL OR next_step_on < {day})"),
        insert("close_passed", "d.expected_close::text", "d.expected_close + 1",
               f"deal d WHERE status = 'open' AND expected_close < {day}"),
        insert("evidence_old", "e.id::text", "e.happened_on + o.days + 1",
               f"deal d JOIN (VALUES {old}) AS o (stage, criterion, days) ON d.stage = o.stage"
               " JOIN evidence e ON e.deal_id = d.id AND e.stage = o.stage AND e.criterion = o.criterion"
               f" WHERE d.status = 'open' AND e.happened_on < {day} - o.days"),
        insert("question", "q.id || '.0'", f"{asked} + 1",
               "deal d JOIN question q ON q.deal_id = d.id WHERE d.status = 'open'"),
        insert("approval", "m.id || '.' || w.user_id", "(m.at AT TIME ZONE 'UTC')::date + 1",
               "deal d JOIN move m ON m.id = d.pending_move JOIN (VALUES ('{}'), ('{}')) AS w (user_id)"
               " ON w.user_id NOT IN (d.owner, m.by_user)".format(*MANAGERS), "w.user_id"),
    ]  # fmt: skip


# A large team.


def _seed(db: Database, process: Process, deals: int, reps: int) -> None:
    """Of a hundred open deals about five have a step that is due, five none, five are stale, two should have closed."""
    with db.write() as connection:
        for statement in _seeding(process):
            connection.execute(text(statement), {"team": TEAM, "now": NOW, "deals": deals, "reps": reps})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _seeding(process: Process) -> list[str]:
    stages = [stage.key for stage in process.stages if stage.kind is StageKind.OPEN]
    listed = "ARRAY[" + ", ".join(f"'{key}'" for key in stages) + "]"
    ages = ", ".join(
        f"('{stage.key}', '{criterion.key}', '{criterion.accepts[0].value}')"
        for stage in process.stages
        for criterion in stage.criteria
        if criterion.max_age is not None
    )
    today, owner = f"DATE '{TODAY}'", "'U0REP' || lpad(((n * 79 + n / 20) % CAST(:reps AS int))::text, 4, '0')"
    return [
        "INSERT INTO workspace (team_id, name, url, last_deal_number) VALUES (:team, 'Bench', '', :deals)",
        "INSERT INTO person (team_id, user_id, home_team, name, tz, is_guest, is_bot, is_deleted, fetched_at)"
        " SELECT :team, 'U0REP' || lpad(n::text, 4, '0'), :team, 'Rep ' || n,"
        " (ARRAY['Europe/Berlin', 'Europe/London', 'America/New_York'])[n % 3 + 1], false, false, false, :now"
        " FROM generate_series(0, CAST(:reps AS int) - 1) n",
        "INSERT INTO deal (team_id, number, name, name_key, company, company_key, company_domain, amount_minor,"
        " currency, expected_close, owner, process, process_version, stage, status, stage_since, next_step,"
        " next_step_on, next_step_no, progress_on, competitors, source, created_at, created_by, version, pending_move)"
        " SELECT :team, n, 'Deal ' || n, 'deal ' || n, '', '', '', 100000 + n % 900000, 'EUR',"
        f" CASE n % 50 WHEN 0 THEN {today} - 2 - n % 9 ELSE {today} + 30 + n % 60 END, {owner}, '{process.key}', '1',"
        f" ({listed})[n % {len(stages)} + 1], 'open', :now - interval '40 days', 'Call about the requirements',"
        f" CASE n % 20 WHEN 0 THEN NULL WHEN 1 THEN {today} - n % 7 WHEN 2 THEN {today} - 3"
        f" ELSE {today} + 1 + n % 25 END,"
        f" n % 4, CASE n % 20 WHEN 2 THEN {today} - 40 - n % 60 ELSE {today} - n % 3 END, '', 'referral',"
        " :now - interval '90 days', 'U0REP0000', 1, CASE n % 500 WHEN 8 THEN n / 500 + 1 END"
        " FROM generate_series(1, CAST(:deals AS int)) n",
        "INSERT INTO move (id, team_id, deal_id, kind, to_stage, to_status, by_user, at, reason, learned,"
        " needs_approval, process_version, criteria)"
        " SELECT pending_move, team_id, id, 'forward', stage, 'open', owner, :now - interval '5 days', '', '', true,"
        " '1', '[]' FROM deal WHERE pending_move IS NOT NULL",
        "INSERT INTO evidence (team_id, deal_id, stage, criterion, kind, what, what_key, happened_on, link, added_by,"
        " added_at)"
        f" SELECT team_id, deal.id, stage, a.criterion, a.kind, 'They wrote.', 'k' || deal.id,"
        f" {today} - CASE number % 25 WHEN 4 THEN 61 + number % 30 ELSE number % 50 END,"
        " 'https://mail.example.com/' || deal.id,"
        f" owner, :now FROM deal JOIN (VALUES {ages}) AS a (stage, criterion, kind) USING (stage)",
        "INSERT INTO question (team_id, deal_id, move_id, stage, criterion, text, asked_by, asked_at)"
        " SELECT team_id, id, (SELECT min(id) FROM move), stage, 'c', 'May I see it?', 'U0REP0001',"
        " :now - interval '6 days' FROM deal WHERE number % 200 = 3",
    ]  # fmt: skip


def table(found: Planning) -> str:
    """The figures in Markdown."""
    middle = statistics.median
    before, peak = found.memory_mb
    flat = peak - before < 20
    lines = [
        ("What", "Stagecoach", "By hand", "Ratio", "Expected", "Held"),
        ("---",) * 6,
        (f"notice {found.rows:,} things in {found.deals:,} open deals, none noticed before",
         f"{middle(found.ours):.1f} s", f"{middle(found.by_hand):.1f} s", f"{found.ratio:.2f}", f"ratio ≤ {RATIO}",
         "yes" if found.ratio <= RATIO else "**no**"),
        ("a worker's first pass, with settling and calling", f"{found.first_pass:.1f} s", "", "", "", ""),
        ("a pass that finds nothing new", f"{found.idle_pass:.2f} s", "", "", "", ""),
        ("the first pass of the next day", f"{found.next_day:.1f} s", "", "", "", ""),
        ("memory before → at most in the first pass", f"{before:.0f} → {peak:.0f} MB", "", "", "flat (< 20 MB more)",
         "yes" if flat else "**no**"),
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
