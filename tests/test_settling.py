"""What follows the buttons of an agenda: each answer, what it changes, and what is said to one that comes too late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.deal import NextStep, Status
from bot.domain.people import Contact
from bot.domain.reminders import ReminderKind
from bot.services import deals
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.slack.ids import Form
from sandbox.team import NORTHBEAM, RITA
from tests.agenda_steps import FRIDAY, MONDAY, STEP, TUESDAY, WEDNESDAY, now, opens_done, settled, told
from tests.clockwork import a_deal, at, call, reminders, rep, settled_down, state_of
from tests.forging import Forger, Who
from tests.harness import Office
from tests.noticing import change_deal, goes_away
from tests.seen import SeenMessage

ACTED, SILENT, OWN = (
    "They answered, or did something",
    "No answer yet",
    "Nothing to answer: it was my own work",
)


# Done


def test_what_the_buyer_did_counts_and_the_next_step_is_planned_in_the_same_form(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    change_deal(office.desk, NORTHBEAM.id, now(office).id, silence=2)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, ACTED)
    office.rita.fills({
        "In a few words": "Jane wants the offer by Friday",
        "What will you do next?": "Send the offer",
        "When?": FRIDAY,
    })  # fmt: skip
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.last_buyer_on, deal.progress_on, deal.silence) == (TUESDAY, TUESDAY, 0)
    assert deal.next_step == NextStep("Send the offer", FRIDAY)
    assert settled(office, ReminderKind.FOLLOW_UP) == [("done", RITA)]
    drawn = office.rita.waits_for_dm("done: Jane wants the offer by Friday")
    assert drawn.ts == message.ts
    assert "Done…" not in drawn


def test_silence_is_counted_and_the_ladder_proposes_the_next_follow_up(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    fields = office.rita.modal.fields
    assert fields["What will you do then?"].value == "Follow up: Call Jane about pricing"
    assert fields["When?"].value == "2026-11-27", "three business days on"
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.silence, deal.next_step) == (1, NextStep("Follow up: Call Jane about pricing", FRIDAY))
    assert deal.last_buyer_on is None
    assert settled(office, ReminderKind.FOLLOW_UP) == [("done", RITA)]


def test_at_the_end_of_the_ladder_come_a_last_mail_with_a_draft_and_then_the_deal_rests(office: Office) -> None:
    facts = DealFacts("Acme", contacts=(Contact(0, "Jane Doe", "CFO"),))
    a_deal(office, facts, STEP)
    change_deal(office.desk, NORTHBEAM.id, now(office).id, silence=3)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    seen = office.rita.waits_to_see("A draft to copy")
    assert "Hello Jane," in seen
    assert office.rita.modal.fields["Wait for an answer until"].value == "2026-12-01"
    office.rita.submits()
    office.rita.waits_until_closed()
    assert now(office).next_step == NextStep("Wait for an answer to the last mail", date(2026, 12, 1))
    later = told(office, "last mail", date(2026, 12, 1))
    opens_done(office, later, SILENT)
    fields = office.rita.modal.fields
    assert fields["Until when?"].value == "2027-03-01", "90 days, as this stage's plan B says"
    assert fields["Why?"].value == "No answer to 5 mails and calls."
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.status, deal.waiting_until) == (Status.PARKED, date(2027, 3, 1))
    office.rita.waits_for_dm("done: no answer yet")


def test_the_stages_plan_b_is_offered_where_there_is_one(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    change_deal(office.desk, NORTHBEAM.id, now(office).id, stage="product_evaluated")
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    office.rita.fills({"What comes next?": "Back to “Solution explored”"})
    office.rita.fills({"Why?": "They have to look at the requirements again"})
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.stage, deal.silence) == ("solution_explored", 1)
    assert settled(office, ReminderKind.FOLLOW_UP) == [("done", RITA)]


def test_what_the_ladder_proposes_can_be_chosen_otherwise(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    office.rita.fills({"What comes next?": "Park it until a day"})
    office.rita.fills({"Until when?": date(2027, 2, 1), "Why?": "Their budget round"})
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.status, deal.waiting_until, deal.closing_reason) == (
        Status.PARKED, date(2027, 2, 1), "Their budget round",
    )  # fmt: skip


def test_own_work_is_no_silence(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, OWN)
    office.rita.fills({"What will you do next?": "Send it", "When?": WEDNESDAY})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert (now(office).silence, now(office).last_buyer_on) == (0, None)
    assert now(office).next_step == NextStep("Send it", WEDNESDAY)


def test_whoever_changes_their_mind_in_the_form_is_asked_for_other_things(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    office.rita.fills({"What comes next?": "Park it until a day"})
    office.rita.waits_to_see("Until when?")
    office.rita.fills({"What did the buyer do?": ACTED})
    office.rita.waits_to_see("In a few words")
    assert "Until when?" not in office.rita.modal
    assert "What will you do next?" in office.rita.modal.fields


@pytest.mark.parametrize(("reply", "values", "field"), [
    (ACTED, {"In a few words": "n/a", "What will you do next?": "Send it", "When?": FRIDAY}, "In a few words"),
    (ACTED, {"In a few words": "Jane wants it", "When was that?": date(2026, 12, 24),
             "What will you do next?": "Send it", "When?": FRIDAY}, "When was that?"),
    (ACTED, {"In a few words": "Jane wants it", "When was that?": date(2020, 1, 1),
             "What will you do next?": "Send it", "When?": FRIDAY}, "When was that?"),
    (ACTED, {"In a few words": "Jane wants it", "What will you do next?": "tbd", "When?": FRIDAY},
     "What will you do next?"),
    (OWN, {"What will you do next?": "Send it", "When?": MONDAY - timedelta(days=9)}, "When?"),
    (SILENT, {"What will you do then?": "asdf"}, "What will you do then?"),
    (SILENT, {"When?": MONDAY - timedelta(days=9)}, "When?"),
])  # fmt: skip
def test_what_cannot_be_used_is_said_at_its_field_and_nothing_is_lost(
    office: Office, reply: str, values: dict[str, object], field: str
) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, reply)
    office.rita.fills(values)
    office.rita.submits()
    assert list(office.rita.field_errors) == [field]
    assert (now(office).next_step, now(office).silence, now(office).last_buyer_on) == (STEP, 0, None)
    assert settled(office, ReminderKind.FOLLOW_UP) == [(None, None)]


def test_a_form_without_an_answer_says_what_is_missing(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.rita.presses("Done…", on=message)
    assert office.rita.modal.submit == "Save"
    noticed = reminders(office)[0]["id"]
    forger = Forger(office)
    ack = forger.post(forger.submission(Who(RITA), Form.REMIND_DONE, {"reminder": noticed}, {}))
    assert "What did the buyer do?" in str(ack)
    assert settled(office, ReminderKind.FOLLOW_UP) == [(None, None)]


# Another step, a snooze, a reason


def test_a_new_next_step_settles_it(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.rita.presses("New next step…", on=message)
    office.rita.fills({"When?": FRIDAY})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert settled(office, ReminderKind.FOLLOW_UP) == [("planned", RITA)]
    drawn = office.rita.waits_for_dm("next, Fri 27 Nov: Call Jane about pricing")
    assert drawn.ts == message.ts


@pytest.mark.parametrize(("choice", "day", "until"), [
    ("Tomorrow", TUESDAY, WEDNESDAY),
    ("Tomorrow", FRIDAY, date(2026, 11, 30)),
    ("In 3 days", TUESDAY, FRIDAY),
    ("In 3 days", WEDNESDAY, date(2026, 11, 30)),
    ("Next week", TUESDAY, date(2026, 11, 30)),
])  # fmt: skip
def test_a_snooze_lasts_until_a_working_day_and_holds(office: Office, choice: str, day: date, until: date) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing", day)
    office.rita.chooses(choice, on=message)
    settled_down(office)
    found = reminders(office)[0]
    assert (found["tell_on"], found["snoozes"], found["settled_at"]) == (until, 1, None)
    before = until - timedelta(days=1)
    if before > day:
        at(office, before, 9)
        call(office, RITA, before)
        assert state_of(office, Errand.AGENDA, RITA, before.isoformat()) == "unwanted"
    at(office, until, 9)
    call(office, RITA, until)
    assert state_of(office, Errand.AGENDA, RITA, until.isoformat()) == "done"


def test_a_public_holiday_is_no_day_to_wake_up_on(office: Office) -> None:
    goes_away(office.desk, NORTHBEAM.id, RITA, country="ES")
    a_deal(office, DealFacts("Acme"), NextStep("Call Jane about pricing", date(2026, 12, 4)))
    message = told(office, "Call Jane about pricing", date(2026, 12, 7))
    office.rita.chooses("Tomorrow", on=message)
    settled_down(office)
    assert reminders(office)[0]["tell_on"] == date(2026, 12, 9), "8 December is a holiday in Spain"


def test_a_snooze_until_a_date(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.rita.chooses("On a date…", on=message)
    for day, said in ((TUESDAY, "after today"), (date(2028, 1, 1), "At most a year")):
        office.rita.fills({"Remind me on": day})
        office.rita.submits()
        assert said in office.rita.field_errors["Remind me on"]
    office.rita.fills({"Remind me on": date(2026, 12, 15)})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert reminders(office)[0]["tell_on"] == date(2026, 12, 15)


def test_the_same_snooze_again_says_so(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.application.sender.stop()  # else the message is drawn again, without the menu
    office.rita.chooses("Tomorrow", on=message)
    office.eventually(lambda: reminders(office)[0]["snoozes"])
    office.rita.chooses("Tomorrow", on=message)
    office.rita.waits_to_see("already sleeps until Wed 25 Nov 2026")
    assert reminders(office)[0]["snoozes"] == 1


def stale(office: Office) -> SeenMessage:
    a_deal(office, DealFacts("Acme"), NextStep("Call Jane", MONDAY))
    deals.set_next_step(office.desk, rep(), now(office).id, None)
    change_deal(office.desk, NORTHBEAM.id, now(office).id, progress_on=date(2026, 10, 1))
    change_deal(office.desk, NORTHBEAM.id, now(office).id, status="won")  # so that only the quiet is noticed
    return told(office, "Quiet in")


def test_a_reason_keeps_a_deal_fresh_until_its_day(office: Office) -> None:
    message = stale(office)
    office.rita.presses("Not stale, because…", on=message)
    office.rita.fills({
        "Why is it not stale?": "Jane is on leave",
        "Until when?": date(2026, 12, 7),
        "Somebody outside?": ["We wait for an authority or another third party"],
    })  # fmt: skip
    office.rita.submits()
    office.rita.waits_until_closed()
    deal = now(office)
    assert (deal.fresh_until, deal.waiting_on, deal.progress_on) == (
        date(2026, 12, 7), "third_party", date(2026, 10, 1),
    )  # fmt: skip
    assert settled(office, ReminderKind.STALE) == [("not_stale", RITA)]
    office.rita.waits_for_dm("until Mon 7 Dec 2026: Jane is on leave")


@pytest.mark.parametrize(("why", "until", "field", "said"), [
    ("n/a", date(2026, 12, 7), "Why is it not stale?", "what you wait for"),
    ("Jane is on leave", TUESDAY, "Until when?", "after today"),
    ("Jane is on leave", date(2027, 12, 7), "Until when?", "half a year"),
])  # fmt: skip
def test_a_reason_that_is_none_keeps_nothing_fresh(
    office: Office, why: str, until: date, field: str, said: str
) -> None:
    message = stale(office)
    office.rita.presses("Not stale, because…", on=message)
    office.rita.fills({"Why is it not stale?": why, "Until when?": until})
    office.rita.submits()
    assert said in office.rita.field_errors[field]
    assert now(office).fresh_until is None
    assert settled(office, ReminderKind.STALE) == [(None, None)]
