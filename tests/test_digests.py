"""What managers hear: the weekly digest, and what has waited for too long in the thread of its card."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from bot.domain.deal import NextStep
from bot.domain.money import Money
from bot.domain.people import Role
from bot.domain.promises import ValueAnswer
from bot.domain.reminders import ReminderKind
from bot.services import closings, deals, escalating, value_checks
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.store import workspaces
from bot.store.asks import ask
from bot.store.people import person
from bot.store.reminders import reminder
from bot.store.workspaces import Choices
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.clockwork import a_deal, at, notice, put, rep, settled_down, state_of
from tests.harness import Office
from tests.selling import log_deal, prove_stage
from tests.test_promises import won

MONDAY = date(2026, 11, 23)
NEXT_MONDAY, LATER = date(2026, 11, 30), date(2026, 12, 21)
WEEK = "2026-W49"


def tell_managers(office: Office, day: date, week: str, subject: str = "team") -> str:
    at(office, day, 9, 30)
    notice(office)
    escalating.escalate(office.desk)
    put(office, Errand.DIGEST, subject, week)
    return state_of(office, Errand.DIGEST, subject, week)


def managed_by(office: Office, rep_id: str, manager: str) -> None:
    with office.desk.db.write() as connection:
        connection.execute(update(person).where(person.c.user_id == rep_id).values(manager=manager))


def move_on(office: Office, name: str) -> None:
    office.rita.types(f"/deal move {name}")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("is now in")
    office.rita.closes(everything=True)
    settled_down(office)


def test_the_digest_shows_the_week_with_the_strength_of_its_evidence(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    move_on(office, "Acme")
    a_deal(office, DealFacts("Beta", amount=Money(500_000, "EUR"), expected_close=date(2026, 12, 18)),
           NextStep("Send it", date(2026, 12, 10)))  # fmt: skip
    assert tell_managers(office, NEXT_MONDAY, WEEK) == "done"
    seen = office.deals.waits_for("The week before 30 November")
    assert "Moved forward" in seen
    assert "“Solution explored” · 3 proofs, all inspectable" in seen
    assert "Rita Solano → “Solution explored”" in seen
    assert "<@" not in str(seen.blocks), "nobody is pinged"
    assert "Beta" not in seen, "it is to close in December"


def test_deals_to_close_this_month_that_are_not_proved_are_listed(office: Office) -> None:
    a_deal(office, DealFacts("Beta", amount=Money(500_000, "EUR"), expected_close=date(2026, 12, 18)),
           NextStep("Send it", date(2026, 12, 16)))  # fmt: skip
    assert tell_managers(office, date(2026, 12, 7), "2026-W50") == "done"
    seen = office.deals.waits_for("To close in December, not yet proved")
    assert "0 of 3 criteria met" in seen
    assert "Fri 18 Dec" in seen


def test_a_week_without_anything_sends_nothing(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", date(2026, 12, 20)))
    assert tell_managers(office, NEXT_MONDAY, WEEK) == "unwanted"
    assert not office.deals.messages


def test_last_week_s_digest_is_not_sent_this_week(office: Office) -> None:
    a_deal(office, DealFacts("Beta", expected_close=date(2026, 11, 30)))
    assert tell_managers(office, NEXT_MONDAY, "2026-W48") == "unwanted"


def test_referrals_stand_in_the_digest(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"), NextStep("Call Ann", date(2026, 12, 20)))
    at(office, date(2026, 11, 26), 10)
    with office.desk.db.write() as connection:
        row = {"team_id": NORTHBEAM.id, "deal_id": acme.id, "kind": "referral", "by_user": RITA}
        for state in ("asked", "given"):
            connection.execute(ask.insert().values(**row, state=state, at=office.clock()))
    assert tell_managers(office, NEXT_MONDAY, WEEK) == "done"
    assert "1 asked, 1 given" in office.deals.waits_for("Referrals")


def test_the_share_of_customers_who_have_the_promised_value_stands_in_the_digest(office: Office) -> None:
    for n, answer in enumerate((ValueAnswer.YES, ValueAnswer.YES, ValueAnswer.NO)):
        step = NextStep("Call Ann", date(2026, 12, 20))
        deal = won(office, a_deal(office, DealFacts(f"Acme {n}"), step), date(2026, 5, 20))
        at(office, date(2026, 11, 26), 10)
        value_checks.check_value(office.desk, rep(), deal.id, 6, answer, "They told us so by mail")
    assert tell_managers(office, NEXT_MONDAY, WEEK) == "done"
    said = office.deals.waits_for("Is the promised value there?")
    assert "2 yes, 1 no · in twelve months *67 %* of 3 value checks said yes" in said


def test_a_deal_that_stands_still_is_escalated_once_in_the_thread_and_in_the_digest(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    move_on(office, "Acme")
    card = office.deals.waits_for("Acme")
    for day in (LATER, date(2026, 12, 28)):
        at(office, day, 9)
        notice(office)
        escalating.escalate(office.desk)
        settled_down(office)
    office.deals.waits_for("Perhaps a word between you helps.")
    said = [message for message in office.deals.thread(card) if "Perhaps a word" in message]
    assert len(said) == 1
    assert "quiet in “Solution explored” since" in said[0]
    assert tell_managers(office, date(2026, 12, 28), "2026-W53") == "done"
    seen = office.deals.waits_for("Standing still")
    assert ":hourglass:" in seen
    assert sum(message.text.count("Perhaps a word") for message in office.rita.dms) == 0


def test_what_is_answered_before_it_is_said_is_not_said(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    move_on(office, "Acme")
    at(office, LATER, 9)
    notice(office)
    [acme] = {int(str(row["deal_id"])) for row in clockwork.reminders(office)}
    deals.set_next_step(office.desk, rep(), acme, NextStep("Call Ann", date(2026, 12, 28)))
    escalating.escalate(office.desk)
    settled_down(office)
    assert not [m for m in office.deals.thread(office.deals.waits_for("Acme")) if "Perhaps a word" in m]


def test_who_was_asked_three_times_without_an_answer_is_escalated_unless_on_leave(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    at(office, LATER, 9)
    notice(office)
    with office.desk.db.write() as connection:
        of_steps = reminder.c.kind == ReminderKind.FOLLOW_UP.value
        asked = {"told": 3, "told_on": date(2026, 12, 8), "tell_on": None}
        connection.execute(update(reminder).where(of_steps).values(**asked))
        connection.execute(update(reminder).where(~of_steps).values(tell_on=LATER, due_on=LATER))
        connection.execute(update(person).where(person.c.user_id == RITA).values(away_until=LATER))
    assert escalating.escalate(office.desk) == 0
    with office.desk.db.write() as connection:
        connection.execute(update(person).where(person.c.user_id == RITA).values(away_until=None))
    assert escalating.escalate(office.desk) == 1
    assert escalating.escalate(office.desk) == 0


def test_a_rep_s_own_manager_hears_of_it_and_the_channel_does_not(office: Office) -> None:
    managed_by(office, TOM, MARTA)
    a_deal(office, DealFacts("Toms deal", amount=Money(900, "EUR")), owner=TOM)
    a_deal(office, DealFacts("Ritas deal", amount=Money(900, "EUR")), owner=RITA)
    assert tell_managers(office, LATER, "2026-W52") == "done"
    in_channel = office.deals.waits_for("Standing still")
    assert "Ritas deal" in in_channel
    assert "Toms deal" not in in_channel
    own = office.marta.waits_for_dm("Standing still")
    assert "Toms deal" in own
    assert "Ritas deal" not in own
    assert "asked" not in own


def test_a_digest_by_direct_message_goes_to_each_manager(office: Office) -> None:
    with office.desk.db.write() as connection:
        workspaces.choose(connection, NORTHBEAM.id, Choices(digest="dm"))
    office.desk.rule_book.forget()
    a_deal(office, DealFacts("Ritas deal"), owner=RITA)
    assert tell_managers(office, LATER, "2026-W52", MARTA) == "done"
    assert "Ritas deal" in office.marta.waits_for_dm("Standing still")
    assert not office.deals.messages


def test_a_manager_may_look_at_a_deal_from_the_thread(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    move_on(office, "Acme")
    at(office, LATER, 9)
    notice(office)
    escalating.escalate(office.desk)
    settled_down(office)
    said = office.deals.waits_for("Perhaps a word between you helps.")
    office.marta.goes_to(office.deals.id)
    office.marta.presses("Details", on=said)
    assert "Acme" in office.marta.modal


def test_parking_takes_a_deal_out_of_the_digest(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"))
    closings.park(office.desk, rep(MARTA, Role.MANAGER), acme.id, LATER + timedelta(days=30), "Their budget round")
    assert tell_managers(office, LATER, "2026-W52") == "unwanted"
