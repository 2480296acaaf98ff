"""What is wrong with the process: reps say it stage by stage, managers read it together and take it up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.feedback import LONGEST, Feedback
from bot.domain.people import Role
from bot.services import feedback, revisions
from bot.services.feedback import MOST_SHOWN, Together
from bot.slack.views.feedback import note_form, read_about, together_view
from sandbox.team import DEALS, GUS, MARTA
from tests.clockwork import rep
from tests.harness import Office
from tests.selling import log_deal
from tests.slack_rules import assert_fits
from tests.test_definitions_report import NEW, change_process, with_criterion
from tests.test_views_looking import HOSTILE, PROCESSES

EARLY = "They never sign before the board has met, so this comes too early."
NOTE = "What is wrong, and what would be better?"
ABOUT = "What is it about?"


def say(office: Office, text: str, stage: str = "", criterion: str = "", process: str = "buyer_centric") -> None:
    feedback.say(office.desk, rep(), process, stage, criterion, text)


def said(office: Office) -> int:
    return feedback.together(office.desk, rep(MARTA, Role.MANAGER)).total


def test_a_rep_says_what_is_wrong_with_the_stage_of_a_deal(office: Office) -> None:
    log_deal(office, "Acme")
    office.rita.types("/deal feedback Acme")
    form = office.rita.modal
    assert form.fields[ABOUT].value == "problem_recognised", "where the deal is"
    assert "with your name" in str(form.fields[NOTE]) or "with your name" in form
    office.rita.fills({NOTE: EARLY})
    office.rita.submits()
    office.rita.waits_to_see("Thank you. Your managers read it when they revise “Buyer-centric sale”")
    seen = feedback.together(office.desk, rep(MARTA, Role.MANAGER))
    [one] = seen.notes
    assert (one.stage, one.criterion, one.text, one.by) == ("problem_recognised", "", EARLY, office.rita.id)
    assert one.version == office.process.version


def test_without_a_deal_it_is_about_the_process_of_new_deals_and_any_criterion_of_it(office: Office) -> None:
    criterion = office.criteria("decision_agreed")[1]
    office.rita.types("/deal feedback")
    assert office.rita.modal.fields[ABOUT].value == "-"
    office.rita.fills({ABOUT: criterion.text, NOTE: EARLY})
    office.rita.submits()
    office.rita.waits_to_see("Thank you")
    office.rita.types("/deal feedback healthcare")
    office.rita.fills({NOTE: "The wards want to try it before the committee."})
    office.rita.submits()
    office.rita.waits_to_see("“Hospitals")
    notes = feedback.together(office.desk, rep(MARTA, Role.MANAGER)).notes
    assert [(one.process, one.stage, one.criterion) for one in notes] == [
        ("buyer_centric", "decision_agreed", criterion.key),
        ("healthcare", "", ""),
    ]


def test_the_coach_leads_to_it_and_back(office: Office) -> None:
    log_deal(office, "Acme")
    office.tom.types("/deal coach Acme")
    office.tom.presses("Something wrong with this process?")
    office.tom.fills({NOTE: EARLY})
    office.tom.submits()
    seen = office.tom.waits_to_see("Thank you")
    assert "What is missing" in seen


def test_managers_see_it_together_by_stage_and_take_it_up(office: Office) -> None:
    criterion = office.criteria("decision_agreed")[1]
    say(office, EARLY, "decision_agreed", criterion.key)
    say(office, "Nobody at our buyers has a word for this.", "problem_recognised")
    say(office, "Two stages of it are one for our buyers.")
    say(office, "The board meets once a quarter.", "decision_agreed")
    office.marta.types("/deal feedback")
    seen = office.marta.modal.text
    places = [seen.index(words) for words in (
        "Buyer-centric sale", "*The process as a whole*: 1 remark", "*“Problem recognised”*: 1 remark",
        "*“Decision agreed”*: 2 remarks", EARLY, "The board meets once a quarter.",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "@Rita Solano, Mon 23 Nov 2026" in seen
    say(office, "Said while Marta was reading.")
    office.marta.presses("Taken up")
    after = office.marta.waits_to_see("4 remarks were taken up")
    assert EARLY not in after
    assert "Said while Marta was reading." in after, "what she has not seen is not taken up"
    office.marta.presses("Taken up")
    assert "Nobody has said anything that is still open" in office.marta.waits_to_see("1 remark was taken up")
    office.marta.closes()
    office.marta.types("/deal feedback")
    assert "Nobody has said that something is wrong" in office.marta.sees()


def test_a_manager_says_something_too(office: Office) -> None:
    say(office, EARLY)
    office.marta.types("/deal feedback")
    office.marta.presses("Say something myself")
    office.marta.fills({NOTE: "We lose a week over the recap."})
    office.marta.submits()
    office.marta.waits_to_see("Thank you")
    assert "We lose a week over the recap." in office.marta.modal


@pytest.mark.parametrize("text", ["n/a", "   ", "asdf", "..."])
def test_what_says_nothing_is_refused_at_its_field(office: Office, text: str) -> None:
    office.rita.types("/deal feedback")
    office.rita.fills({NOTE: text})
    office.rita.submits()
    assert office.rita.field_errors[NOTE]
    assert said(office) == 0


def test_a_stage_that_is_gone_meanwhile_is_refused_at_its_field(office: Office) -> None:
    from bot.domain.errors import BadInput

    for stage, criterion in (("no_such_stage", ""), ("decision_agreed", "nothing"), ("", "budget_confirmed")):
        with pytest.raises(BadInput) as raised:
            say(office, EARLY, stage, criterion)
        assert set(raised.value.fields) == {"about"}
    with pytest.raises(NotFound):
        say(office, EARLY, process="gone")


def test_guests_say_nothing_and_reps_do_not_read_what_others_said(office: Office) -> None:
    office.gus.types("/deal feedback")
    assert "Deals are for full members" in office.gus.sees()
    assert not office.sandbox.workspace.top_modal(GUS)
    say(office, EARLY)
    with pytest.raises(NotAllowed, match="Only managers"):
        feedback.together(office.desk, rep())
    with pytest.raises(NotAllowed, match="Only managers"):
        feedback.take_up(office.desk, rep(), "buyer_centric", 999)
    assert said(office) == 1


def test_when_the_process_changes_managers_are_reminded_of_what_was_said(office: Office) -> None:
    say(office, EARLY)
    revisions.announce(office.desk)
    change_process(office, with_criterion(office.process, NEW))
    revisions.announce(office.desk)
    office.desk.wake()
    post = office.deals.waits_for("1 remark of a rep about it waits")
    office.tom.goes_to(DEALS)
    office.tom.presses("Read", on=post)
    assert "Only managers can read what was said about the process" in office.tom.sees()
    office.marta.goes_to(DEALS)
    office.marta.presses("Read", on=post)
    assert EARLY in office.marta.modal
    office.marta.presses("Taken up")
    office.marta.waits_to_see("1 remark was taken up")


def test_neither_a_deal_nor_a_process_of_that_name_is_said_so(office: Office) -> None:
    office.rita.types("/deal feedback Zenith")
    assert "Zenith" in office.rita.sees()


# What is drawn fits Slack, whatever was said


@pytest.mark.parametrize("text", HOSTILE)
def test_the_overview_fits_however_much_was_said(text: str) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    one = Feedback(1, "buyer_centric", "v0", "decision_agreed", "budget_confirmed", text[:LONGEST], "U0RITA", now)
    stages = [stage.key for stage in PROCESSES["buyer_centric"].stages] + ["gone", ""]
    many = [replace(one, id=n, stage=stages[n % len(stages)]) for n in range(MOST_SHOWN)]
    everywhere = [replace(one, id=n, process=f"p{n}") for n in range(MOST_SHOWN)]
    for notes in ([one] * MOST_SHOWN, many, everywhere):
        drawn = together_view(Together(tuple(notes), {("buyer_centric", ""): 99}, PROCESSES))
        assert_fits(drawn)
        taken = [e for b in drawn["blocks"] if b["type"] == "actions" for e in b["elements"]]
        processes = {note.process for note in notes}
        assert sum(e["action_id"] == "feedback.taken_up" for e in taken) == len(processes), "no button is cut off"


@pytest.mark.parametrize("process", PROCESSES.values(), ids=lambda process: process.key)
def test_the_form_offers_every_stage_and_criterion_once(process) -> None:  # type: ignore[no-untyped-def]
    drawn = note_form(process, process.first.key, {})
    assert_fits(drawn)
    [element] = [b["element"] for b in drawn["blocks"] if b.get("block_id") == "about"]
    values = [one["value"] for group in element["option_groups"] for one in group["options"]]
    wanted = [("", "")]
    for stage in process.stages:
        wanted += [(stage.key, ""), *((stage.key, criterion.key) for criterion in stage.criteria)]
    assert [read_about(value) for value in values] == wanted
