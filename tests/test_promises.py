"""Promises and value checks: noted, carried on, settled with what shows it, and counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.deal import Deal, Move, MoveKind, Status
from bot.domain.people import Role
from bot.domain.promises import Figures, Outcome, ValueAnswer
from bot.services import promises, value_checks
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.services.promises import Draft
from bot.store import deals as deal_store
from bot.store import moves
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.clockwork import a_deal, at, call, notice, rep, state_of
from tests.harness import Office

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def won(office: Office, deal: Deal, on: date, stage: str = "won") -> Deal:
    """Make a deal one that was won on that day."""
    moment = datetime.combine(on, time(9), UTC)
    row = Move(0, deal.id, MoveKind.FORWARD, deal.stage, stage, Status.OPEN, Status.WON, deal.owner, moment)
    with office.desk.db.write() as connection:
        moves.add(connection, deal.team_id, row)
        now = deal_store.get(connection, deal.team_id, deal.id)
        values = {"status": "won", "stage": stage, "stage_since": moment, "progress_on": on}
        return deal_store.change(connection, now, values)


def promised(office: Office, deal: Deal, what: str, on: date, to: str = "Jane Doe") -> int:
    return promises.note(office.desk, rep(deal.owner), deal.id, Draft(what, to, on), office.desk.today()).id


def of(office: Office, deal: Deal) -> promises.Promised:
    return promises.of_deal(office.desk, rep(), deal.id)


def agenda(office: Office, day: date, user_id: str = RITA, hour: int = 9) -> str:
    at(office, day, hour)
    notice(office)
    call(office, user_id, day)
    return state_of(office, Errand.AGENDA, user_id, day.isoformat())


# Noting


def test_a_promise_is_noted_from_the_list_of_its_deal(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    office.rita.types(f"/deal promises {deal.label}")
    assert "Nothing was noted so far" in office.rita.modal
    office.rita.presses("Note a promise")
    office.rita.fills({"What did we promise?": "Training for the night shift", "To whom?": "Jane Doe",
                       "By when?": date(2027, 1, 15)})  # fmt: skip
    office.rita.submits()
    seen = office.rita.waits_to_see("Noted for")
    assert "Training for the night shift to Jane Doe, by Fri 15 Jan 2027" in seen
    assert "1 open promise." in seen


def test_a_promise_is_noted_in_one_line(office: Office) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal promises Acme 15 jan a spare machine in Porto")
    form = office.rita.modal
    assert form.fields["What did we promise?"].value == "a spare machine in Porto"
    office.rita.submits()
    office.rita.waits_until_closed()
    assert "a spare machine in Porto, by *Fri 15 Jan 2027*" in office.rita.sees()


@pytest.mark.parametrize(("values", "label", "sentence"), [
    ({"What did we promise?": "n/a", "By when?": date(2027, 1, 15)}, "What did we promise?", "what was promised"),
    ({"What did we promise?": "Training", "By when?": date(2026, 11, 22)}, "By when?", "That day is over"),
    ({"What did we promise?": "Training", "By when?": date(2036, 1, 1)}, "By when?", "three years"),
])  # fmt: skip
def test_a_promise_that_cannot_be_kept_in_mind_is_refused_at_its_field(
    office: Office, values: dict[str, object], label: str, sentence: str
) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal promises Acme")
    office.rita.presses("Note a promise")
    office.rita.fills(values)
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]


def test_nothing_is_promised_in_a_lost_deal(office: Office) -> None:
    from bot.services import closings

    deal = a_deal(office, DealFacts("Acme"))
    closings.lose(office.desk, rep(), deal.id, office.process.loss_reasons[0].key, "We came too late")
    office.rita.types("/deal promises Acme")
    assert "Note a promise" not in office.rita.modal
    office.rita.closes()
    office.rita.types("/deal promises Acme tomorrow a spare machine")
    assert "already lost" in office.rita.sees()


# What becomes of them


def test_a_promise_that_is_due_is_settled_from_the_agenda(office: Office) -> None:
    deal = won(office, a_deal(office, DealFacts("Acme")), MONDAY)
    promised(office, deal, "Training for the night shift", TUESDAY)
    assert agenda(office, TUESDAY) == "done"
    said = office.rita.waits_for_dm("Promised to Jane Doe, due today: Training for the night shift")
    office.rita.presses("Kept or not…", on=said)
    office.rita.fills({"What shows it?": "Jane wrote that they are trained", "Link": "https://mail.example.com/m/1"})
    office.rita.submits()
    office.rita.waits_for_dm("done: kept")
    [one] = of(office, deal).promises
    assert (one.outcome, one.settled_by, one.link) == (Outcome.KEPT, RITA, "https://mail.example.com/m/1")

    office.rita.types("/deal promises Acme")
    assert "Jane wrote that they are trained" in office.rita.modal


def test_what_shows_it_has_to_be_said(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    promised(office, deal, "Training", TUESDAY)
    office.rita.types("/deal promises Acme")
    office.rita.presses("Kept or not…")
    office.rita.fills({"What became of it?": "Not kept", "What shows it?": "n/a", "Link": "nowhere"})
    office.rita.submits()
    assert "Say what happened" in office.rita.field_errors["What shows it?"]
    assert "link" in office.rita.field_errors["Link"]
    office.rita.fills({"What shows it?": "The trainer fell ill and nobody stood in", "Link": None})
    office.rita.submits()
    office.rita.waits_to_see("Not kept: Training")


def test_a_promise_is_withdrawn_with_a_reason_and_counts_neither_way(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    promised(office, deal, "Training", TUESDAY)
    office.rita.types("/deal promises Acme")
    office.rita.presses("Withdraw…")
    office.rita.fills({"Why is it no longer owed?": "Jane wrote that they do it themselves"})
    office.rita.submits()
    seen = office.rita.waits_to_see("Withdrawn: Training")
    assert "Jane wrote that they do it themselves" in seen
    assert promises.team_figures(office.desk, NORTHBEAM.id) == Figures()


def test_who_comes_second_reads_who_was_first(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme"))
    key = promised(office, deal, "Training", TUESDAY)
    office.rita.types("/deal promises Acme")
    office.rita.presses("Kept or not…")
    office.rita.fills({"What shows it?": "Jane wrote that they are trained"})
    promises.settle(office.desk, rep(MARTA, Role.MANAGER), key, Outcome.PARTLY, "Half of them are trained")
    office.rita.submits()
    assert "@Marta Lindqvist already settled this promise" in office.rita.modal
    assert of(office, deal).promises[0].outcome is Outcome.PARTLY


# Is the value there?


@pytest.mark.parametrize(("months", "asked"), [(5, None), (6, 6), (10, 9), (13, 12)])
def test_the_value_is_checked_some_months_after_the_win(office: Office, months: int, asked: int | None) -> None:
    deal = won(office, a_deal(office, DealFacts("Acme")), MONDAY - timedelta(days=31 * months))
    assert of(office, deal).check_due == asked


def test_a_value_check_is_answered_from_the_agenda_and_counted(office: Office) -> None:
    deal = won(office, a_deal(office, DealFacts("Acme")), date(2026, 5, 20))
    assert agenda(office, TUESDAY) == "done"
    said = office.rita.waits_for_dm("Won 6 months ago. Is the promised value there?")
    office.rita.presses("Answer…", on=said)
    office.rita.submits()
    assert set(office.rita.field_errors) == {"Is the promised value there?", "What shows it?"}
    office.rita.fills({"Is the promised value there?": "Yes", "What shows it?": "Month end takes two days, says Jane"})
    office.rita.submits()
    office.rita.waits_for_dm("answered: yes, Month end takes two days, says Jane")
    [check] = of(office, deal).checks
    assert (check.month, check.answer, check.by) == (6, ValueAnswer.YES, RITA)
    assert promises.team_figures(office.desk, NORTHBEAM.id).yes_percent == 100


def test_the_share_of_yes_is_mine_the_teams_and_for_managers_each_reps(office: Office) -> None:
    for owner, answers in ((RITA, (ValueAnswer.YES, ValueAnswer.YES, ValueAnswer.NO)), (TOM, (ValueAnswer.PARTLY,))):
        for n, answer in enumerate(answers):
            deal = won(office, a_deal(office, DealFacts(f"{owner} {n}"), owner=owner), date(2026, 5, 20))
            value_checks.check_value(office.desk, rep(owner), deal.id, 6, answer, "They told us so by mail")
    office.rita.types("/deal promises")
    seen = office.rita.sees()
    assert "Mine: *67 %* of 3 value checks said yes" in seen
    assert "The team: *50 %* of 4 value checks said yes" in seen
    assert "@Tom" not in seen
    office.marta.types("/deal promises")
    seen = office.marta.sees()
    assert "*67 %* of 3" in seen
    assert "*0 %* of 1 value check said yes" in seen
    office.clock.forward(days=366)
    assert promises.team_figures(office.desk, NORTHBEAM.id) == Figures(), "a year later it is another year"


def test_my_open_promises_are_listed_the_one_due_first_at_the_top(office: Office) -> None:
    for n in range(12):
        promised(office, a_deal(office, DealFacts(f"Deal {n}")), f"Visit number {n}", TUESDAY + timedelta(days=20 - n))
    promised(office, a_deal(office, DealFacts("Not mine"), owner=TOM), "Something else", TUESDAY)
    office.rita.types("/deal promises")
    seen = office.rita.sees()
    assert "12 open promises" in seen
    assert "and 2 more, due later" in seen
    assert seen.index("Visit number 11") < seen.index("Visit number 10")
    assert "Something else" not in seen
    assert clockwork.reminders(office) == []
