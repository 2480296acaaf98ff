"""The morning agenda and the follow-up at its hour, from the reminder to the message and back."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from bot.domain.deal import NextStep
from bot.domain.money import Money
from bot.domain.reminders import Settlement
from bot.services import closings, deals, promises, reminders
from bot.services.deals import DealFacts
from bot.services.errands import Errand, ask_for
from bot.services.promises import Draft
from bot.store import reminders as reminder_store
from bot.store.people import person
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.clockwork import a_deal, at, call, notice, put, rep, settled_down, state_of
from tests.harness import Office

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27)


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def morning(office: Office, day: date, user_id: str = RITA, hour: int = 9) -> str:
    """What the clock does in the morning of a day; what became of the agenda."""
    at(office, day, hour)
    notice(office)
    call(office, user_id, day)
    return state_of(office, Errand.AGENDA, user_id, day.isoformat())


def choose(office: Office, user_id: str, **values: object) -> None:
    with office.desk.db.write() as connection:
        connection.execute(update(person).where(person.c.user_id == user_id).values(**values))


# What it says


def test_the_agenda_says_what_is_due_most_valuable_first(office: Office) -> None:
    a_deal(office, DealFacts("Small fry", amount=euros(900)), NextStep("Call Ann", MONDAY))
    a_deal(office, DealFacts("Big fish", amount=euros(90_000)), NextStep("Send the offer", TUESDAY))
    a_deal(office, DealFacts("Timed", amount=euros(10)), NextStep("Ring Bob", TUESDAY, time(14, 30)))
    a_deal(office, DealFacts("Not yet"), NextStep("Visit", FRIDAY))
    assert morning(office, TUESDAY) == "done"

    seen = office.rita.waits_for_dm("Tuesday 24 November: 3 things")
    text = seen.text
    assert "Today at 14:30: Ring Bob" in text
    assert "Today: Send the offer" in text
    assert "Since yesterday: Call Ann" in text
    assert text.index("Ring Bob") < text.index("Send the offer") < text.index("Call Ann")
    assert "Not yet" not in text


def test_reminders_of_one_deal_make_one_line(office: Office) -> None:
    a_deal(office, DealFacts("Acme", expected_close=MONDAY), NextStep("Call Ann", MONDAY))
    morning(office, FRIDAY + timedelta(days=14))
    seen = office.rita.waits_for_dm("1 thing")
    assert "should have closed" in seen
    assert sum(button.label == "Done…" for button in seen.buttons) == 1


def test_nothing_due_sends_nothing(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", FRIDAY))
    assert morning(office, TUESDAY) == "unwanted"
    assert not office.rita.dms


def test_more_than_ten_wait_behind_a_button(office: Office) -> None:
    for n in range(1, 14):
        a_deal(office, DealFacts(f"Deal number {n}", amount=euros(1000 - n)), NextStep(f"Step {n}", MONDAY))
    morning(office, TUESDAY)
    first = office.rita.waits_for_dm("Tuesday 24 November: 13 things")
    assert "Step 10" in first
    assert "Step 11" not in first
    assert sorted(str(r["told"]) for r in clockwork.reminders(office)) == ["0"] * 3 + ["1"] * 10

    office.rita.presses("Show the other 3", on=first)
    rest = office.rita.waits_for_dm("Step 13")
    assert "Step 11" in rest
    assert "Step 10" not in rest
    gone = office.eventually(
        lambda: "Show the other 3" not in next(m for m in office.rita.dms if m.ts == first.ts).text
    )
    assert gone, "the button is offered no more"
    assert [r["told"] for r in clockwork.reminders(office)] == [1] * 13


def test_pressing_for_the_rest_when_there_is_none_says_so(office: Office) -> None:
    for n in range(12):
        a_deal(office, DealFacts(f"Deal number {n}"), NextStep(f"Step {n}", MONDAY))
    morning(office, TUESDAY)
    first = office.rita.waits_for_dm("12 things")
    office.application.sender.stop()  # else the message is drawn again, without the button
    for told in clockwork.reminders(office):
        closings.park(office.desk, rep(), int(str(told["deal_id"])), FRIDAY, "Their budget round")
    office.rita.presses("Show the other 2", on=first)
    office.rita.waits_to_see("Nothing else is due")


def test_a_manager_hears_of_moves_that_wait_and_of_questions_nobody(office: Office) -> None:
    choose(office, TOM, mutes="follow_up")
    a_deal(office, DealFacts("Toms deal"), NextStep("Call Ann", MONDAY), owner=TOM)
    at(office, TUESDAY, 16)
    notice(office)
    call(office, TOM, TUESDAY)
    assert state_of(office, Errand.AGENDA, TOM, TUESDAY.isoformat()) == "unwanted"


# When it says it


@pytest.mark.parametrize(("day", "hour", "became"), [
    (date(2026, 11, 28), 9, "unwanted"),
    (TUESDAY, 18, "unwanted"),
    (TUESDAY, 17, "done"),
])  # fmt: skip
def test_nothing_is_sent_on_a_day_off_or_in_the_evening(office: Office, day: date, hour: int, became: str) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    assert morning(office, day, hour=hour) == became


def test_an_agenda_of_yesterday_is_not_sent_today(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    at(office, WEDNESDAY, 9)
    notice(office)
    call(office, RITA, TUESDAY)
    assert state_of(office, Errand.AGENDA, RITA, TUESDAY.isoformat()) == "unwanted"


def test_a_public_holiday_is_a_day_off(office: Office) -> None:
    choose(office, RITA, country="ES")
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    assert morning(office, date(2026, 12, 8)) == "unwanted"  # the Immaculate Conception
    assert morning(office, date(2026, 12, 9)) == "done"


def test_who_moved_their_hour_hears_of_it_at_the_new_one(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    choose(office, RITA, agenda_hour=11)
    at(office, TUESDAY, 9)
    notice(office)
    call(office, RITA, TUESDAY)
    assert office.eventually(lambda: waits(office)), "it waits for the hour"
    assert not office.rita.dms
    at(office, TUESDAY, 11)
    settled_down(office)
    office.rita.waits_for_dm("Call Ann")


def waits(office: Office) -> bool:
    from bot.store.work import work_item

    with office.desk.db.read() as connection:
        found = connection.execute(work_item.select().where(work_item.c.kind == "agenda")).one()
    return bool(found.state == "queued" and found.run_at > office.clock())


def test_who_is_away_hears_nothing_and_their_cover_does(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    choose(office, RITA, away_until=FRIDAY, away_cover=TOM)
    assert morning(office, TUESDAY) == "unwanted"
    at(office, TUESDAY, 16)
    call(office, TOM, TUESDAY)
    seen = office.tom.waits_for_dm("Call Ann")
    assert "For @Rita Solano, who is away." in seen
    assert not office.rita.dms


# What is settled meanwhile


def test_what_was_settled_since_it_was_noticed_is_not_said(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    a_deal(office, DealFacts("Beta"), NextStep("Call Bob", MONDAY))
    at(office, TUESDAY, 8)
    notice(office)
    deals.set_next_step(office.desk, rep(), acme.id, NextStep("Call Ann again", FRIDAY))
    morning(office, TUESDAY)
    seen = office.rita.waits_for_dm("1 thing")
    assert "Acme" not in seen


def test_the_message_is_drawn_again_with_what_was_decided_and_by_whom(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    a_deal(office, DealFacts("Beta"), NextStep("Call Bob", MONDAY))
    morning(office, TUESDAY)
    seen = office.rita.waits_for_dm("2 things")
    [about_acme] = [int(str(r["id"])) for r in clockwork.reminders(office) if r["deal_id"] == acme.id]
    with office.desk.change(rep(MARTA)) as connection:
        now, note = office.clock(), "Ann wants the offer"
        reminder_store.settle(connection, NORTHBEAM.id, [about_acme], Settlement.DONE, now, MARTA, note)
        shown = reminder_store.shown_in(connection, NORTHBEAM.id, [about_acme])
        for message in shown:
            ask_for(office.desk, connection, NORTHBEAM.id, Errand(message.kind), message.subject, "drawn.1")
    drawn = office.rita.waits_for_dm("done by @Marta Lindqvist: Ann wants the offer")
    assert drawn.ts == seen.ts
    assert sum(button.label == "Done…" for button in drawn.buttons) == 1
    assert "Call Bob" in drawn


def test_a_snoozed_line_sleeps_as_a_whole_and_says_until_when(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme", expected_close=MONDAY), NextStep("Call Ann", MONDAY))
    morning(office, TUESDAY)
    office.rita.waits_for_dm("1 thing")
    step = next(r for r in clockwork.reminders(office) if r["kind"] == "follow_up")
    reminders.snooze(office.desk, rep(), int(str(step["id"])), FRIDAY, TUESDAY)
    drawn = office.rita.waits_for_dm("snoozed until Fri 27 Nov")
    assert not drawn.buttons
    assert morning(office, WEDNESDAY) == "unwanted"
    assert morning(office, FRIDAY) == "done"
    assert acme.label in office.rita.dms[-1].text


def test_it_is_said_again_after_some_days_and_not_more_often_than_three_times(office: Office) -> None:
    a_deal(office, DealFacts("Acme", amount=euros(5)), NextStep("Call Ann", MONDAY))
    said = []
    for ahead in range(28):
        day = MONDAY + timedelta(days=ahead)
        if morning(office, day) == "done":
            said.append((day.isoformat(), "last reminder" in office.rita.dms[-1].text))
    follow_ups = [(r["told"], r["tell_on"]) for r in clockwork.reminders(office) if r["kind"] == "follow_up"]
    assert follow_ups == [(3, None)]
    assert len(said) == len(office.rita.dms)


# Outcomes that nobody knows


def test_an_agenda_that_may_not_have_arrived_is_not_sent_again_but_said_the_next_morning(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    office.sandbox.faults.drop("chat.postMessage")
    assert morning(office, TUESDAY) == "unknown"
    before = len(office.rita.dms)
    assert morning(office, WEDNESDAY) == "done"
    seen = office.rita.waits_for_dm("I am not sure that my message of yesterday reached you")
    assert "Call Ann" in seen
    assert len(office.rita.dms) == before + 1
    assert morning(office, date(2026, 11, 30)) == "done"
    assert "I am not sure" not in office.rita.dms[-1].text


def test_an_agenda_that_slack_put_off_is_sent_when_it_may_be_and_says_it_once(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    office.sandbox.faults.rate_limit("chat.postMessage", retry_after=30)
    at(office, TUESDAY, 9)
    notice(office)
    call(office, RITA, TUESDAY)
    assert office.eventually(lambda: waits(office))
    office.clock.forward(minutes=2)
    settled_down(office)
    seen = office.rita.waits_for_dm("Call Ann")
    assert "I am not sure" not in seen
    assert len(office.rita.dms) == 1


# At its hour


def test_a_follow_up_comes_at_its_hour_and_counts_once_with_the_agenda(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", TUESDAY, time(14, 30)))
    morning(office, TUESDAY)
    office.rita.waits_for_dm("Today at 14:30: Call Ann")
    [one] = clockwork.reminders(office)
    put(office, Errand.FOLLOW_UP, str(one["id"]), "2026-11-24 14:30")
    assert not [m for m in office.rita.dms if "⏰" in m.text or ":alarm_clock:" in m.text], "not before its hour"
    at(office, TUESDAY, 14, 30)
    settled_down(office)
    seen = office.rita.waits_for_dm(":alarm_clock:")
    assert "Call Ann" in seen
    [told] = clockwork.reminders(office)
    assert told["told"] == 1

    reminders.snooze(office.desk, rep(), int(str(one["id"])), FRIDAY, TUESDAY)
    for shown in ("Tuesday 24 November", "snoozed until Fri 27 Nov"):
        office.rita.waits_for_dm(shown)
    assert office.eventually(lambda: all("snoozed until" in m.text for m in office.rita.dms)), "both messages say so"


def test_a_follow_up_is_not_sent_when_the_step_was_moved_or_the_day_is_over(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"), NextStep("Call Ann", TUESDAY, time(14, 30)))
    beta = a_deal(office, DealFacts("Beta"), NextStep("Call Bob", TUESDAY, time(15, 0)))
    at(office, TUESDAY, 8)
    notice(office)
    [one, two] = clockwork.reminders(office)
    assert (one["deal_id"], two["deal_id"]) == (acme.id, beta.id)
    deals.set_next_step(office.desk, rep(), acme.id, NextStep("Call Ann", WEDNESDAY, time(14, 30)))
    at(office, TUESDAY, 18)
    put(office, Errand.FOLLOW_UP, str(one["id"]), "2026-11-24 14:30")
    put(office, Errand.FOLLOW_UP, str(two["id"]), "2026-11-24 15:00")
    assert state_of(office, Errand.FOLLOW_UP, str(one["id"]), "2026-11-24 14:30") == "unwanted"
    assert state_of(office, Errand.FOLLOW_UP, str(two["id"]), "2026-11-24 15:00") == "unwanted"
    assert not office.rita.dms


def test_no_look_up_stands_between_a_due_reminder_and_its_sending(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), NextStep("Call Ann", MONDAY))
    morning(office, TUESDAY)
    before = len(office.sandbox.recording.calls)
    morning(office, MONDAY + timedelta(days=4))
    assert {call.method for call in office.sandbox.recording.calls[before:]} == {"chat.postMessage"}


def test_a_promise_is_settled_from_the_agenda(office: Office) -> None:
    acme = a_deal(office, DealFacts("Acme"), NextStep("Call Ann", FRIDAY))
    promises.note(office.desk, rep(), acme.id, Draft("An import of the old invoices", "Ann", TUESDAY), MONDAY)
    morning(office, TUESDAY)
    seen = office.rita.waits_for_dm("due today: An import of the old invoices")
    office.rita.presses("Kept or not…", on=seen)
    assert "An import of the old invoices" in office.rita.modal
