"""Steps of tests about agendas: a morning, the message it brought, and how reminders were settled."""

from __future__ import annotations

from datetime import date

from bot.domain.deal import Deal, NextStep
from bot.domain.reminders import ReminderKind
from bot.services.errands import Errand
from bot.store import deals as deal_store
from sandbox.team import NORTHBEAM, RITA
from tests.clockwork import at, call, notice, reminders, state_of
from tests.driver import Person
from tests.harness import Office
from tests.seen import SeenMessage

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27)
STEP = NextStep("Call Jane about pricing", TUESDAY)
"""What is due in most of these tests."""


def agenda(office: Office, day: date, user_id: str = RITA) -> None:
    """The morning of that day: what is due is noticed and told."""
    at(office, day, 16)  # ten for Tom
    notice(office)
    call(office, user_id, day)
    assert state_of(office, Errand.AGENDA, user_id, day.isoformat()) == "done"


def told(office: Office, text: str, day: date = TUESDAY, person: Person | None = None) -> SeenMessage:
    """The message of that morning's agenda."""
    who = person or office.rita
    agenda(office, day, who.id)
    return who.waits_for_dm(text)


def now(office: Office, number: int = 1) -> Deal:
    """The deal as it is now."""
    with office.desk.db.read() as connection:
        found = deal_store.by_number(connection, NORTHBEAM.id, number)
    assert found is not None
    return found


def settled(office: Office, kind: ReminderKind) -> list[tuple[object, object]]:
    """How the reminders of a kind were settled and by whom, the oldest first."""
    return [(r["settled_how"], r["settled_by"]) for r in reminders(office) if r["kind"] == kind.value]


def opens_done(office: Office, message: SeenMessage, reply: str) -> None:
    """Press Done and say what the buyer did."""
    office.rita.presses("Done…", on=message)
    office.rita.fills({"What did the buyer do?": reply})
