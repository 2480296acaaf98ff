"""Closing from an agenda, buttons that come too late or twice, deals that are back, and whose reminders they are."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.deal import NextStep, Status
from bot.domain.errors import AlreadyDecided, BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Role
from bot.domain.reminders import Reminder, ReminderKind, Settlement
from bot.services import closings, deals, evidence, moves, planning, questions, settling
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.evidence import Draft
from bot.services.settling import Done, Reply
from bot.slack.ids import Action, Field, Form, Ref
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import forging
from tests.agenda_steps import FRIDAY, MONDAY, STEP, TUESDAY, WEDNESDAY, now, opens_done, settled, told
from tests.clockwork import a_deal, at, items_of, reminders, rep, settled_down
from tests.forging import Forger, Who
from tests.harness import Office
from tests.noticing import again, change_deal, goes_away
from tests.noticing import notice as notice_one
from tests.seen import SeenMessage

SILENT = "No answer yet"


# Closed


def unplanned(office: Office) -> SeenMessage:
    a_deal(office, DealFacts("Acme"))
    change_deal(office.desk, NORTHBEAM.id, now(office).id, progress_on=date(2026, 11, 20))
    return told(office, "No next step yet")


def test_a_deal_is_parked_from_the_agenda(office: Office) -> None:
    message = unplanned(office)
    office.rita.presses("Park…", on=message)
    assert office.rita.modal.fields["Until when?"].value == "2027-02-22", "90 days, as the stage's plan B says"
    office.rita.fills({"Why?": "Their budget round"})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert now(office).status is Status.PARKED
    assert settled(office, ReminderKind.NO_STEP) == [("parked", RITA)]
    office.rita.waits_for_dm("parked: until Mon 22 Feb 2027: Their budget round")


def test_a_deal_is_lost_from_the_agenda(office: Office) -> None:
    message = unplanned(office)
    office.rita.presses("Lost…", on=message)
    reason = office.process.loss_reasons[0].text
    office.rita.fills({"Why was it lost?": reason, "What did we learn?": "They had bought before we asked."})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert now(office).status is Status.LOST
    assert settled(office, ReminderKind.NO_STEP) == [("lost", RITA)]
    office.rita.waits_for_dm("closed as lost")


def test_a_deal_that_was_put_aside_is_reminded_of_its_step_anew_once_it_is_back(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    told(office, "Call Jane about pricing")
    closings.park(office.desk, rep(), now(office).id, FRIDAY, "Their budget round")
    assert settled(office, ReminderKind.FOLLOW_UP) == [("parked", RITA)]
    closings.reopen(office.desk, rep(), now(office).id)
    told(office, "Call Jane about pricing", WEDNESDAY)
    assert settled(office, ReminderKind.FOLLOW_UP) == [("parked", RITA), (None, None)]


def test_what_parking_only_hides_is_noticed_again_once_the_deal_is_back(office: Office) -> None:
    a_deal(office, DealFacts("Acme", expected_close=MONDAY), STEP)
    told(office, "Call Jane about pricing")
    closings.park(office.desk, rep(), now(office).id, FRIDAY, "Their budget round")
    assert settled(office, ReminderKind.CLOSE_PASSED) == [("overtaken", None)]
    closings.reopen(office.desk, rep(), now(office).id)
    planning.plan(office.desk)
    assert settled(office, ReminderKind.CLOSE_PASSED) == [(None, None)]


# Too late, and twice


def test_a_second_click_says_who_settled_it_and_how(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.application.sender.stop()  # else the message is drawn again, without the button
    closings.park(office.desk, rep(), now(office).id, FRIDAY, "Their budget round")
    for label in ("Done…", "New next step…"):
        office.rita.presses(label, on=message)
        said = office.rita.sees()
        assert "already settled by @Rita" in said
        assert "put aside. Now D-1 is parked until Fri 27 Nov 2026." in said
        assert not office.rita.has_modal


def test_a_button_pressed_weeks_later_says_what_is_true_now(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    office.application.sender.stop()
    # Long ago, by a version that settled nothing.
    change_deal(office.desk, NORTHBEAM.id, now(office).id, next_step_no=7, next_step_on=date(2027, 1, 5))
    office.clock.forward(days=30)
    office.rita.presses("Done…", on=message)
    said = office.rita.sees()
    assert "the deal has moved on" in said
    assert "Now D-1 is open, in “Problem recognised”, and the next step is on Tue 5 Jan 2027." in said
    assert not office.rita.has_modal


def test_a_form_that_was_open_while_somebody_else_settled_it_loses_nothing(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    message = told(office, "Call Jane about pricing")
    opens_done(office, message, SILENT)
    closings.park(office.desk, rep(), now(office).id, FRIDAY, "Their budget round")
    office.rita.submits()
    assert "already settled" in office.rita.modal
    assert office.rita.modal.fields["What will you do then?"].value == "Follow up: Call Jane about pricing"
    assert (now(office).status, now(office).silence) == (Status.PARKED, 0)


def test_a_redelivered_submission_counts_once(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    told(office, "Call Jane about pricing")
    forger = Forger(office)
    values = {
        Field.REPLY: forging.option(Reply.SILENT.value),
        Field.AGAIN_WHAT: forging.text("Call her again"),
        Field.AGAIN_ON: forging.day(FRIDAY),
    }
    sent = forger.submission(Who(RITA), Form.REMIND_DONE, {"reminder": reminders(office)[0]["id"]}, values)
    for _ in range(2):
        assert forger.post(sent) == (200, "")
    assert now(office).silence == 1


def test_a_redelivered_snooze_counts_once(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    told(office, "Call Jane about pricing")
    forger = Forger(office)
    pressed = forger.button(Who(RITA), Action.REMIND_SNOOZE, str(Ref(int(str(reminders(office)[0]["id"])), 0, "1d")))
    for _ in range(2):
        assert forger.post(pressed)[0] == 200
    assert reminders(office)[0]["snoozes"] == 1


def test_done_twice_is_done_once(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    told(office, "Call Jane about pricing")
    noticed, outcome = int(str(reminders(office)[0]["id"])), Done(Reply.SILENT, then=NextStep("Call again", FRIDAY))
    settling.done(office.desk, rep(), noticed, outcome)
    with pytest.raises(AlreadyDecided, match="already settled"):
        settling.done(office.desk, rep(), noticed, outcome)
    assert now(office).silence == 1


# Lost and parked deals that are back


def back(office: Office, lost: bool) -> SeenMessage:
    a_deal(office, DealFacts("Acme", company="Acme Ltd"))
    if lost:
        reason = office.process.loss_reasons[0]
        closings.lose(office.desk, rep(), now(office).id, reason.key, "We were too late.")
        change_deal(office.desk, NORTHBEAM.id, now(office).id, waiting_until=TUESDAY)
    else:
        closings.park(office.desk, rep(), now(office).id, TUESDAY, "Their budget round")
    return told(office, "Has anything changed since?" if lost else "Pick it up again?")


def test_the_prompt_shows_why_it_was_lost_and_what_has_changed_since(office: Office) -> None:
    message = back(office, lost=True)
    office.clock.forward(hours=1)
    a_deal(office, DealFacts("Acme in Spain", company="ACME Ltd"))
    a_deal(office, DealFacts("Beta", company="Beta Ltd"))
    office.rita.presses("Look at it…", on=message)
    seen = office.rita.modal.text
    assert "*Lost*" in seen
    assert office.process.loss_reasons[0].text in seen
    assert "What we learned: We were too late." in seen
    assert "Acme in Spain" in seen
    assert "Beta" not in seen


def test_a_deal_is_reopened_from_the_prompt(office: Office) -> None:
    message = back(office, lost=True)
    office.rita.presses("Look at it…", on=message)
    office.rita.presses("Reopen")
    office.rita.waits_to_see("is open again, in “Problem recognised”")
    assert now(office).status is Status.OPEN
    assert settled(office, ReminderKind.WINBACK) == [("reopened", RITA)]
    office.rita.closes()
    office.rita.waits_for_dm("open again")


@pytest.mark.parametrize(("lost", "kind", "how", "asks"), [
    (False, ReminderKind.RETURN, "parked", "Pick it up again?"),
    (True, ReminderKind.WINBACK, "planned", "Has anything changed since?"),
])  # fmt: skip
def test_later_asks_again_on_that_day(office: Office, lost: bool, kind: ReminderKind, how: str, asks: str) -> None:
    message = back(office, lost=lost)
    before = now(office).status
    office.rita.presses("Later…", on=message)
    office.rita.fills({"Ask me again on": MONDAY})
    office.rita.submits()
    assert "after today" in office.rita.field_errors["Ask me again on"]
    office.rita.fills({"Ask me again on": date(2027, 2, 1)})
    office.rita.submits()
    office.rita.waits_until_closed()
    assert (now(office).status, now(office).waiting_until) == (before, date(2027, 2, 1))
    assert settled(office, kind) == [(how, RITA)]
    told(office, asks, date(2027, 2, 1))


def test_a_lost_deal_that_is_let_go_is_not_asked_about_again(office: Office) -> None:
    message = back(office, lost=True)
    office.rita.presses("Look at it…", on=message)
    office.rita.presses("Let it go")
    office.rita.waits_to_see("I do not ask about it again")
    assert (now(office).status, now(office).waiting_until) == (Status.LOST, None)
    assert settled(office, ReminderKind.WINBACK) == [("dismissed", RITA)]


def test_a_parked_deal_is_let_go_as_lost(office: Office) -> None:
    message = back(office, lost=False)
    office.rita.presses("Look at it…", on=message)
    office.rita.presses("Let it go…")
    reason = office.process.loss_reasons[0].text
    office.rita.fills({"Why was it lost?": reason, "What did we learn?": "They made it themselves."})
    office.rita.submits()
    office.rita.waits_to_see("is closed as lost")
    assert now(office).status is Status.LOST
    assert settled(office, ReminderKind.RETURN) == [("lost", RITA)]


# Who, and whose


def test_the_cover_settles_what_the_rep_on_leave_was_told(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    at(office, TUESDAY, 9)
    noticed = notice_one(office.desk, NORTHBEAM.id, now(office).id, ReminderKind.FOLLOW_UP)
    forger = Forger(office)
    tomorrow, next_week = str(Ref(noticed.id, 0, "1d")), str(Ref(noticed.id, 0, "week"))
    forger.post(forger.button(Who(TOM), Action.REMIND_SNOOZE, tomorrow))
    assert again(office.desk, noticed).snoozes == 0
    goes_away(office.desk, NORTHBEAM.id, RITA, away_until=TUESDAY, away_cover=TOM)
    forger.post(forger.button(Who(TOM), Action.REMIND_SNOOZE, tomorrow))
    assert again(office.desk, noticed).snoozes == 1
    office.clock.forward(days=1)
    forger.post(forger.button(Who(TOM), Action.REMIND_SNOOZE, next_week))
    assert again(office.desk, noticed).snoozes == 1, "Rita is back"


def test_reminders_go_with_the_deal_to_its_new_owner(office: Office) -> None:
    a_deal(office, DealFacts("Acme"), STEP)
    told(office, "Call Jane about pricing")
    deals.assign(office.desk, rep(), now(office).id, TOM)
    assert [(r["user_id"], r["told"]) for r in reminders(office)] == [(TOM, 0)]
    told(office, "Call Jane about pricing", WEDNESDAY, office.tom)


def test_an_answer_to_a_question_settles_its_reminder_by_whoever_answered(office: Office) -> None:
    noticed = _asked(office)
    office.rita.types("/deal show Acme")
    office.rita.presses("Answer")
    office.rita.fills({"Your answer": "It is in the mail of Friday."})
    office.rita.submits()
    office.eventually(lambda: not again(office.desk, noticed).is_open)
    found = again(office.desk, noticed)
    assert (found.settled_how, found.settled_by) == (Settlement.ANSWERED, RITA)


def _asked(office: Office) -> Reminder:
    deal = a_deal(office, DealFacts("Acme"), STEP)
    for criterion in office.criteria(deal.stage):
        kind = criterion.accepts[0] if criterion.accepts else EvidenceKind.EMAIL
        link = f"https://mail.example.com/m/{office.next_number()}"
        draft = Draft(
            criterion.key, kind, f"They wrote about {criterion.key} on Friday.", date(2026, 11, 20), link=link
        )
        evidence.add_evidence(office.desk, rep(), deal.id, deal.stage, draft)
    on = office.process.nexts(office.process.first)[0]
    move = moves.move(office.desk, rep(), deal.id, deal.stage, on.key).move
    assert move is not None
    key = office.criteria(deal.stage)[0].key
    questions.ask(office.desk, rep(MARTA, Role.MANAGER), move.id, key, "May I see the mail?")
    at(office, WEDNESDAY, 9)
    return notice_one(office.desk, NORTHBEAM.id, deal.id, ReminderKind.QUESTION)


def test_done_is_for_what_is_done_with_the_buyer(office: Office) -> None:
    noticed = _asked(office)
    with pytest.raises(BadInput, match="tick off"):
        settling.done(office.desk, rep(), noticed.id, Done(Reply.OWN, then=NextStep("Call", FRIDAY)))
    assert again(office.desk, noticed).is_open


def test_a_message_is_drawn_again_however_often_what_it_says_comes_and_goes(office: Office) -> None:
    a_deal(office, DealFacts("Acme", expected_close=MONDAY))
    change_deal(office.desk, NORTHBEAM.id, now(office).id, next_step="Call Jane", next_step_on=date(2027, 5, 3))
    told(office, "was expected to close")
    noticed = reminders(office)[0]["id"]
    for day in (date(2027, 3, 1), MONDAY, date(2027, 4, 1)):
        deal = now(office)
        deals.edit(office.desk, rep(), deal.id, deal.version, DealFacts("Acme", expected_close=day))
        office.clock.forward(minutes=1)
        planning.plan(office.desk)
        settled_down(office)
    redrawn = [item for item in items_of(office, Errand.AGENDA) if item.startswith("drawn.")]
    assert len(redrawn) == 2
    assert all(item.startswith(f"drawn.{noticed}.") for item in redrawn)


def test_the_sheet_of_a_deal_says_what_it_is_reminded_of(office: Office) -> None:
    a_deal(office, DealFacts("Acme", expected_close=MONDAY), STEP)
    office.rita.types("/deal show Acme")
    assert "Reminded of" not in office.rita.modal
    office.rita.closes()
    told(office, "Call Jane about pricing")
    office.rita.types("/deal show Acme")
    shown = "Reminded of: the next step since Tue 24 Nov 2026, the expected close since Tue 24 Nov 2026"
    assert shown in office.rita.modal
