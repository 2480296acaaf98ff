"""A fortnight of one rep, with a clock that moves: every message that she gets, to be read aloud."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

from bot.domain.deal import MoveKind, NextStep, Status
from bot.domain.money import Money
from bot.services import closings, deals
from bot.services.deals import DealFacts
from bot.services.planning import Planner
from bot.store import deals as deal_store
from bot.store.moves import move
from sandbox.team import NORTHBEAM, RITA
from tests.clockwork import MADRID, a_deal, at, rep, settled_down
from tests.harness import Office
from tests.selling import log_deal, prove_stage
from tests.transcript import Transcript

MONDAY = date(2026, 11, 23)
DAYS = 14
HOURS = (3, 8, 9, 12, 15, 18, 21)


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


class Fortnight:
    """Rita's two weeks: the clock moves, the bot does what it would do, and she answers by its buttons."""

    def __init__(self, office: Office) -> None:
        self.office, self.rita = office, office.rita
        self.planner = Planner(office.desk)
        self.written = Transcript(office, office.rita, "Rita")
        self.day = MONDAY

    def goes_to(self, day: date, hour: int, minute: int = 0) -> None:
        """Let time pass, by day and by night, while the worker does what it does."""
        while self._next() < (day, hour):
            self._step(*self._next())
        self._step(day, hour, minute)

    def _next(self) -> tuple[date, int]:
        local = self.office.clock().astimezone(MADRID)
        later = next((hour for hour in HOURS if hour > local.hour), None)
        return (local.date(), later) if later else (local.date() + timedelta(days=1), HOURS[0])

    def _step(self, day: date, hour: int, minute: int = 0) -> None:
        at(self.office, day, hour, minute)
        self.planner.plan()
        settled_down(self.office)
        self.written.look()

    def says(self, what: str) -> None:
        """She does something, and looks at what comes of it."""
        self.written.does(what)

    def is_done(self) -> None:
        """Wait for what her answer draws again."""
        settled_down(self.office)
        self.written.look()

    def presses(self, label: str, near: str, what: str = "") -> None:
        self.says(what or f"presses [{label}] below {near}")
        self.rita.presses(label, near=near)

    def chooses(self, option: str, near: str) -> None:
        self.says(f"chooses [{option}] below {near}")
        self.rita.chooses(option, near=near)
        self.is_done()

    def answers(self, near: str, answer: str, words: dict[str, object]) -> None:
        """Done: what the buyer did, and what comes next."""
        self.presses("Done…", near, f"presses [Done…] below {near}: {answer.lower()}")
        self.rita.fills({"What did the buyer do?": answer})
        self.rita.waits_to_see("What comes next?")
        self.rita.fills(words)
        self.rita.submits()
        self.rita.waits_until_closed()
        self.is_done()


def a_customer(office: Office, name: str, live_on: date) -> None:
    """A deal that was won and went live some weeks ago."""
    logged = a_deal(office, DealFacts(name, amount=euros(30_000)))
    moment = office.clock() - timedelta(days=(MONDAY - live_on).days)
    row = {
        "team_id": NORTHBEAM.id, "deal_id": logged.id, "from_status": "open", "to_status": "won", "by_user": RITA,
        "kind": MoveKind.FORWARD.value, "process_version": logged.process_version, "criteria": [], "reason": "",
        "learned": "", "needs_approval": False,
    }  # fmt: skip
    with office.desk.db.write() as connection:
        for stage in ("won", "live"):
            connection.execute(move.insert().values(**row, at=moment, to_stage=stage, from_stage="terms_agreed"))
        values = {"status": Status.WON.value, "stage": "live", "stage_since": moment, "progress_on": live_on}
        deal_store.change(connection, logged, values)


def begins(office: Office) -> None:
    """What Rita has on her hands on Monday."""
    log_deal(office, "Acme rollout 48k EUR close 18 dec")
    office.rita.types("/deal move Acme rollout")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("is now in")
    office.rita.closes(everything=True)
    first = NextStep("Call Jane about the requirements", date(2026, 11, 24), time(14, 30))
    deals.set_next_step(office.desk, rep(), 1, first)
    a_deal(office, DealFacts("Beta pilot", amount=euros(12_000)), NextStep("Send the recap to Ben", MONDAY))
    a_deal(office, DealFacts("Gamma licences", amount=euros(90_000), expected_close=date(2026, 11, 26)),
           NextStep("Walk through the quote with Gail", date(2026, 11, 25)))  # fmt: skip
    delta = a_deal(office, DealFacts("Delta upgrade", amount=euros(7_000)))
    closings.park(office.desk, rep(RITA), delta.id, date(2026, 11, 30), "Their budget round ends in November")
    a_deal(office, DealFacts("Epsilon trial", amount=euros(4_000)))
    a_customer(office, "Zeta support", date(2026, 10, 30))
    settled_down(office)
    at(office, MONDAY, 18, 30)


def test_a_fortnight_of_one_rep(office: Office) -> None:
    begins(office)
    rita, marta = Fortnight(office), office.marta
    marta.goes_to(office.deals.id)
    office.deals.waits_for("Acme rollout")
    rita.written.look()

    rita.goes_to(date(2026, 11, 24), 9)
    rita.answers("Beta pilot", "They answered, or did something", {
        "In a few words": "Ben confirmed the recap", "What will you do next?": "Send Ben the plan for the pilot",
        "When?": date(2026, 11, 27)})  # fmt: skip
    rita.goes_to(date(2026, 11, 24), 14, 31)
    rita.answers(":alarm_clock:", "No answer yet", {})
    marta.presses("Ask for the proof", near=office.criteria("problem_recognised")[0].text[:40])
    marta.fills({"Your question": "May I see the mail with the numbers?"})
    marta.submits()
    rita.is_done()

    rita.goes_to(date(2026, 11, 25), 9, 30)
    rita.chooses("In 3 days", "Gamma licences")
    rita.goes_to(date(2026, 11, 27), 9, 20)
    rita.presses("Next step…", "Epsilon trial")
    rita.rita.fills({"What will you do next?": "Ring Eve about the trial", "When?": date(2026, 12, 2)})
    rita.rita.submits()
    rita.rita.waits_until_closed()
    rita.is_done()
    rita.goes_to(date(2026, 11, 30), 9, 10)
    rita.presses("Reopen", "Delta upgrade")
    rita.is_done()
    rita.goes_to(date(2026, 12, 2), 10)
    rita.goes_to(date(2026, 12, 4), 9, 45)
    rita.chooses("Next week", "Gamma licences")
    rita.goes_to(MONDAY + timedelta(days=DAYS), 12)
    kept = rita.written.keep("transcript.txt")

    assert kept.read_text(encoding="utf-8")
    unasked = [(moment, message) for moment, message in rita.written.arrived if message.ephemeral_to is None]
    working = [moment for moment, message in unasked if moment.date() > MONDAY]
    assert "Gamma licences" in unasked[-1][1], "what was put off until Monday is there on Monday"
    assert all(moment.weekday() < 5 and time(9) <= moment.time() < time(18) for moment in working)
    agendas = Counter(moment.date() for moment, message in unasked if "thing" in str(message.blocks[:1]))
    assert agendas
    assert max(agendas.values()) == 1, "one agenda a day"
    assert len(unasked) <= 20, "not more than a person likes"
