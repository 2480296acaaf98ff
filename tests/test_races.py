"""Two at once, and the same thing twice: one effect, the other person is told kindly, and the log tells the truth.

Each round is two deliveries that leave at the same moment, by people at two screens, in a deal of its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest

from bot.domain.deal import Deal, Move, MoveKind, Status, Verdict, state_after
from bot.domain.evidence import Evidence, EvidenceKind, Standing
from bot.domain.people import Actor, Role
from bot.services import closings, deals, evidence, moves, overview, questions
from bot.services.deals import DealFacts
from bot.services.desk import Desk
from bot.services.evidence import Draft
from bot.services.overview import Sheet
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views.deal_forms import digest
from bot.store.database import Database
from bot.store.deals import deal as deal_table
from sandbox.server import Sandbox
from sandbox.team import DEEPAK, MARTA, NORTHBEAM, RITA, TOM
from tests import databases, harness
from tests.forging import Forger, Json, Told, Who, all_rows, changes, day, option, person, strings, text

ROUNDS = 8
"""Of each race, on each of the two databases: 13 races make 208 rounds."""

PROCESS = """\
key: quick
name: Quick
currency: EUR
stages:
  - {key: found, name: Found, kind: preparation, outcome: We know whom to call.}
  - key: talked
    name: Talked
    outcome: The buyer agreed.
    approval: manager
    criteria:
      - {key: need, text: The buyer named a need., coach: Ask., example: A mail., may_not_apply: true}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""

OWNER = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
MANAGER = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)
RITAS, TOMS, MARTAS, DEEPAKS = Who(RITA), Who(TOM), Who(MARTA), Who(DEEPAK)
WHY = text("Their lawyers wrote on Monday that this point is open again.")
ALREADY = ("already", "a moment ago", "meanwhile", "nothing to reopen", "open question", "moved on")
"""How somebody is told that another was first."""


@dataclass
class Table:
    """Where the races are held."""

    forger: Forger
    desk: Desk
    pool: ThreadPoolExecutor
    numbers: Iterator[int]

    # what a round begins with

    def deal(self) -> Deal:
        """A new deal of Rita's, delivered by Tom, where two of them and the managers may act."""
        self.forger.office.clock.forward(minutes=1)
        new = deals.log_deal(self.desk, OWNER, DealFacts(f"Round {next(self.numbers)}"))
        return deals.assign(self.desk, OWNER, new.id, TOM, delivery=True)

    def talked(self) -> Deal:
        deal = self.deal()
        moves.move(self.desk, OWNER, deal.id, "found", "talked")
        return self.sheet(deal).deal

    def prove(self, deal: Deal, kind: EvidenceKind = EvidenceKind.EMAIL) -> Evidence:
        number = next(self.numbers)
        draft = Draft(
            "need", kind, f"Mail {number} says so", date(2026, 11, 20), link=f"https://mail.example.com/m/{number}"
        )
        return evidence.add_evidence(self.desk, OWNER, deal.id, "talked", draft)

    def pending(self) -> tuple[Deal, Move, Evidence]:
        deal = self.talked()
        piece = self.prove(deal)
        asked = moves.move(self.desk, OWNER, deal.id, "talked", "won").move
        assert asked is not None
        return deal, asked, piece

    def sheet(self, deal: Deal) -> Sheet:
        return overview.sheet(self.desk, MANAGER, deal.id)

    # the race, and what is seen after it

    def at_once(self, *deliveries: Json) -> Told:
        """Post all of them at the same moment; all that was said to anybody, together."""
        before, start = len(self.forger.office.sandbox.recording.calls), threading.Barrier(len(deliveries))

        def post(content: Json) -> tuple[int, Any]:
            start.wait(5)
            return self.forger.post(content)

        acks = list(self.pool.map(post, deliveries))
        self.forger.settle()
        assert {status for status, _ in acks} == {200}
        calls = self.forger.office.sandbox.recording.calls[before:]
        return Told(200, [ack for _, ack in acks], tuple({"method": c.method, **c.args} for c in calls))

    def check_log(self) -> None:
        """The columns of every deal are what its log says."""
        with self.desk.db.read() as connection:
            ids = list(connection.execute(deal_table.select().with_only_columns(deal_table.c.id)).scalars())
        for deal_id in ids:
            seen = overview.sheet(self.desk, MANAGER, deal_id)
            assert state_after(list(seen.log)) == (seen.deal.stage, seen.deal.status), seen.deal.name
            waiting = [move.id for move in seen.log if move.is_pending]
            assert waiting == ([seen.deal.pending_move] if seen.deal.pending_move else []), seen.deal.name


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def table(
    request: pytest.FixtureRequest, running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Table]:
    database: Database = request.getfixturevalue(f"{request.param}_database")
    databases.empty(database)
    running_sandbox.reset()
    folder = tmp_path_factory.mktemp("quick")
    (folder / "quick.yaml").write_text(PROCESS)
    settings = {"stagecoach_process_dir": folder, "stagecoach_process": "quick"}
    with (
        harness.office(running_sandbox, database, **settings) as office,
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(8) as pool,
    ):
        office.application.sender.stop()  # the cards are not what is tried here
        yield Table(Forger(office).follow(patch), office.desk, pool, count(1))


@pytest.fixture(autouse=True)
def _log_tells_the_truth(table: Table) -> Iterator[None]:
    yield
    table.check_log()


def told_so(told: Told) -> int:
    """How many people were told that somebody else was first."""
    said = [*told.ack, *(call for call in told.calls if call["method"] != "ack.view")]
    return sum(any(word in one for word in ALREADY for one in strings(answer)) for answer in said if answer)


def decisions(seen: Sheet) -> list[Verdict]:
    return [move.decision.verdict for move in seen.log if move.decision]


# Decisions


def test_two_managers_approve(table: Table) -> None:
    for _ in range(ROUNDS):
        deal, move, _piece = table.pending()
        press = [table.forger.button(who, Action.APPROVE, str(Ref(move.id))) for who in (MARTAS, DEEPAKS)]
        told = table.at_once(*press)
        seen = table.sheet(deal)
        assert (decisions(seen), seen.deal.status) == ([Verdict.APPROVED], Status.WON)
        assert told_so(told) == 1, told.text


def test_one_manager_approves_while_another_sends_back(table: Table) -> None:
    for _ in range(ROUNDS):
        deal, move, _piece = table.pending()
        back = table.forger.submission(DEEPAKS, Form.SEND_BACK, {"move": move.id}, {Field.COMMENT: WHY})
        told = table.at_once(table.forger.button(MARTAS, Action.APPROVE, str(Ref(move.id))), back)
        seen = table.sheet(deal)
        assert len(decisions(seen)) == 1
        assert (seen.deal.status is Status.WON) == (decisions(seen) == [Verdict.APPROVED])
        assert told_so(told) == 1, told.text


def test_evidence_is_withdrawn_while_the_move_is_approved(table: Table) -> None:
    for _ in range(ROUNDS):
        deal, move, piece = table.pending()
        withdrawal = table.forger.submission(RITAS, Form.WITHDRAW, {"evidence": piece.id}, {Field.REASON: WHY})
        told = table.at_once(withdrawal, table.forger.button(MARTAS, Action.APPROVE, str(Ref(move.id))))
        seen = table.sheet(deal)
        assert [piece.standing for piece in seen.evidence] == [Standing.WITHDRAWN]
        [verdict] = decisions(seen)
        assert verdict in (Verdict.CANCELLED, Verdict.APPROVED)
        assert (seen.deal.stage == "won") == (verdict is Verdict.APPROVED)
        assert told_so(told) == (verdict is Verdict.CANCELLED), told.text


def test_one_manager_agrees_to_an_excuse_while_another_declines(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.talked()
        piece = table.prove(deal, EvidenceKind.NOT_APPLICABLE)
        decline = table.forger.submission(DEEPAKS, Form.EXCUSE_DECLINE, {"evidence": piece.id}, {Field.REASON: WHY})
        told = table.at_once(table.forger.button(MARTAS, Action.EXCUSE_AGREE, str(Ref(piece.id))), decline)
        [settled] = table.sheet(deal).evidence
        assert (settled.agreed_by == MARTA) != (settled.standing is Standing.DISPUTED)
        assert told_so(told) == 1, told.text


# Moves and closings


def test_a_deal_is_moved_at_two_screens(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.deal()
        meta = {"deal": deal.id, "from": "found", "to": "talked", "moving": True}
        told = table.at_once(*(table.forger.submission(who, Form.CHECKLIST, meta, {}) for who in (RITAS, TOMS)))
        seen = table.sheet(deal)
        assert [move.kind for move in seen.log] == [MoveKind.CREATED, MoveKind.FORWARD]
        assert told_so(told) == 1, told.text


def test_approval_is_asked_for_at_two_screens(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.talked()
        table.prove(deal)
        meta = {"deal": deal.id, "from": "talked", "to": "won", "moving": True}
        told = table.at_once(*(table.forger.submission(who, Form.CHECKLIST, meta, {}) for who in (RITAS, TOMS)))
        assert sum(move.is_pending for move in table.sheet(deal).log) == 1
        assert told_so(told) == 1, told.text


def test_a_deal_is_lost_while_it_is_parked(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.deal()
        lost = {Field.REASON: option("price"), Field.LEARNED: WHY}
        parked = {Field.UNTIL: day(date(2027, 1, 15)), Field.WHY: WHY}
        told = table.at_once(
            table.forger.submission(RITAS, Form.LOST, {"deal": deal.id}, lost),
            table.forger.submission(TOMS, Form.PARK, {"deal": deal.id}, parked),
        )
        seen = table.sheet(deal)
        # A parked deal may be lost, a lost one may not be parked.
        assert seen.deal.status is Status.LOST
        assert [move.kind for move in seen.log][-1] is MoveKind.LOST
        assert told_so(told) == 3 - len(seen.log), told.text


def test_a_deal_is_reopened_twice(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.deal()
        closings.lose(table.desk, OWNER, deal.id, "price", "We were too dear for them")
        told = table.at_once(*(table.forger.command(who, f"reopen {deal.label}") for who in (RITAS, TOMS)))
        seen = table.sheet(deal)
        assert [move.kind for move in seen.log][1:] == [MoveKind.LOST, MoveKind.REOPENED]
        assert told_so(told) == 1, told.text


# Facts and proofs


def test_two_reps_add_the_same_evidence(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.talked()
        meta = {"deal": deal.id, "from": "talked", "criterion": "need", "kind": "email"}
        words = f"They wrote in mail {next(table.numbers)} that month end takes three people a week."
        values = {Field.WHAT: text(words), Field.HAPPENED_ON: day(date(2026, 11, 20))}
        values[Field.LINK] = text(f"https://mail.example.com/round/{next(table.numbers)}")
        told = table.at_once(*(table.forger.submission(who, Form.EVIDENCE, meta, values) for who in (RITAS, TOMS)))
        assert len(table.sheet(deal).evidence) == 1
        assert told_so(told) == 1, told.text


def test_two_deals_are_proved_by_the_same_mail(table: Table) -> None:
    for _ in range(ROUNDS):
        proved = [table.talked(), table.talked()]
        words = f"They wrote in mail {next(table.numbers)} that month end takes three people a week."
        values = {Field.WHAT: text(words), Field.HAPPENED_ON: day(date(2026, 11, 20))}
        told = table.at_once(
            *(
                table.forger.submission(
                    who,
                    Form.EVIDENCE,
                    {"deal": deal.id, "from": "talked", "criterion": "need", "kind": "email"},
                    values | {Field.LINK: text(f"https://mail.example.com/round/{next(table.numbers)}")},
                )
                for who, deal in zip((RITAS, TOMS), proved, strict=True)
            )
        )
        assert sum(len(table.sheet(deal).evidence) for deal in proved) == 1
        assert "The same text or link was used for" in told.text


def test_two_people_edit_a_deal(table: Table) -> None:
    for _ in range(ROUNDS):
        deal = table.deal()
        meta = {"deal": deal.id, "drawn": digest(DealFacts.of(deal), ())}
        names = {who: f"{deal.name} by {who.user}" for who in (RITAS, TOMS)}
        told = table.at_once(
            *(table.forger.submission(who, Form.EDIT, meta, {Field.NAME: text(name)}) for who, name in names.items())
        )
        seen = table.sheet(deal)
        assert seen.deal.name in names.values()
        assert seen.deal.version == deal.version + 1
        assert told_so(told) == 1, told.text
        assert '"block_id": "name"' in json.dumps(told.ack), "the form stays open with what was typed"


def test_two_managers_ask_for_the_same_proof(table: Table) -> None:
    for _ in range(ROUNDS):
        deal, move, _piece = table.pending()
        meta = {"move": move.id, "criterion": "need"}
        asking = [table.forger.submission(who, Form.ASK, meta, {Field.QUESTION: WHY}) for who in (MARTAS, DEEPAKS)]
        told = table.at_once(*asking)
        assert len(table.sheet(deal).questions) == 1
        assert told_so(told) == 1, told.text


def test_a_question_is_answered_twice_and_then_settled_two_ways(table: Table) -> None:
    for _ in range(ROUNDS):
        deal, move, _piece = table.pending()
        asked = questions.ask(table.desk, MANAGER, move.id, "need", "May I see the mail?")
        meta = {"question": asked.id}
        told = table.at_once(
            *(table.forger.submission(who, Form.ANSWER, meta, {Field.ANSWER: WHY}) for who in (RITAS, TOMS))
        )
        assert len(table.sheet(deal).questions[0].entries) == 1
        assert told_so(told) == 1, told.text

        again = table.forger.submission(DEEPAKS, Form.AGAIN, meta, {Field.QUESTION: WHY})
        accept = table.forger.button(MARTAS, Action.QUESTION_ACCEPT, str(Ref(asked.id)))
        told = table.at_once(again, accept)
        assert len(table.sheet(deal).questions[0].entries) == 2
        assert told_so(told) + ("no answer yet" in told.text) == 1, told.text


def test_deals_logged_at_once_get_numbers_of_their_own(table: Table) -> None:
    for _ in range(ROUNDS):
        name = f"Round {next(table.numbers)}"
        new = [table.forger.submission(who, Form.NEW, {}, {Field.NAME: text(name)}) for who in (RITAS, TOMS, MARTAS)]
        assert not told_so(table.at_once(*new))
        with table.desk.db.read() as connection:
            query = deal_table.select().where(deal_table.c.name == name).with_only_columns(deal_table.c.number)
            assert len(set(connection.execute(query).scalars())) == 3


# The same thing twice


Repeat = Callable[[Table], Json]


def _moving(table: Table) -> Json:
    deal = table.deal()
    return table.forger.submission(RITAS, Form.CHECKLIST, {"deal": deal.id, "from": "found", "to": "talked"}, {})


def _proving(table: Table) -> Json:
    deal = table.talked()
    meta = {"deal": deal.id, "from": "talked", "criterion": "need", "kind": "email"}
    words = text(f"They wrote in mail {next(table.numbers)} that it costs them a week.")
    link = text(f"https://mail.example.com/round/{next(table.numbers)}")
    values = {Field.WHAT: words, Field.HAPPENED_ON: day(date(2026, 11, 20)), Field.LINK: link}
    return table.forger.submission(RITAS, Form.EVIDENCE, meta, values)


def _logging(table: Table) -> Json:
    return table.forger.submission(RITAS, Form.NEW, {}, {Field.NAME: text(f"Round {next(table.numbers)}")})


def _handing_over(table: Table) -> Json:
    return table.forger.submission(RITAS, Form.ASSIGN, {"deal": table.deal().id}, {Field.OWNER: person(TOM)})


def _handing_over_by_command(table: Table) -> Json:
    return table.forger.command(RITAS, f"assign {table.deal().label} <@{TOM}|tom>")


def _reopening(table: Table) -> Json:
    deal = table.deal()
    closings.lose(table.desk, OWNER, deal.id, "price", "We were too dear for them")
    return table.forger.command(RITAS, f"reopen {deal.label}")


def _approving(table: Table) -> Json:
    return table.forger.button(MARTAS, Action.APPROVE, str(Ref(table.pending()[1].id)))


EVERY_REPEAT: Sequence[Repeat] = (
    _moving, _proving, _logging, _handing_over, _handing_over_by_command, _reopening, _approving
)  # fmt: skip


@pytest.mark.parametrize("begin", EVERY_REPEAT, ids=lambda begin: begin.__name__.strip("_"))
def test_a_delivery_that_comes_again_does_nothing_again(table: Table, begin: Repeat) -> None:
    for _ in range(3):
        delivery = begin(table)
        before = all_rows(table.desk.db)
        told = table.at_once(delivery, delivery)
        assert not told_so(told), "nobody else was first"
        after = all_rows(table.desk.db)
        assert changes(before, after)
        again = table.forger.send(delivery)
        assert again.status == 200
        assert not changes(after, all_rows(table.desk.db))


# A Slack that stalls


def test_no_ack_waits_for_a_slack_that_stalls(table: Table) -> None:
    """Slack answers nothing until all acks are in, which could not be if one of them waited for an answer."""
    forger, sandbox = table.forger, table.forger.office.sandbox
    deal, move, _piece = table.pending()
    seen = {"deal": deal.id, "from": "talked", "to": "won"}
    over = forger.view(Form.CHECKLIST, seen)
    lines = ["", "help", "process", f"show {deal.label}", "new Acme", "nonsense", *[f"move {deal.label}"] * 20]
    deliveries = [
        *(forger.command(RITAS, line) for line in lines),
        forger.button(RITAS, Action.DEAL_LIST),
        forger.button(RITAS, Action.DEAL_SHOW, str(Ref(deal.id))),
        forger.button(RITAS, Action.EVIDENCE_ADD, str(Ref(deal.id, 1, "need")), view=over),
        forger.button(RITAS, Action.MOVE_CHOOSE, str(Ref(deal.id, 1, "found")), view=over),
        forger.button(RITAS, Action.HOME_PAGE, "0.0.", view=forger.home()),
        forger.button(MARTAS, Action.APPROVE, str(Ref(move.id))),
        forger.submission(RITAS, Form.CHECKLIST, seen, {}),
        forger.submission(RITAS, Form.NEW, {}, {Field.NAME: text("Logged while Slack stalls")}),
        {"type": "event_callback", "team_id": NORTHBEAM.id, "event_id": "Ev1", "event": HOME_OPENED},
    ]
    before = len(sandbox.recording.calls)
    sandbox.faults.stall("*", seconds=60)
    try:
        acks = list(table.pool.map(forger.post, deliveries))
        assert len(sandbox.recording.calls) == before, "Slack has answered something already"
    finally:
        sandbox.faults.clear()
    assert {status for status, _ in acks} == {200}
    forger.settle()
    told = {call.method for call in sandbox.recording.calls[before:]}
    # A button in the checklist is answered by drawing it again where the approval came first.
    assert told - {"views.update"} == {"views.open", "views.push", "views.publish", "response_url"}


HOME_OPENED = {"type": "app_home_opened", "tab": "home", "user": RITA, "channel": "D06RITA7K2P"}
