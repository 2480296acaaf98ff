"""Asking happy customers: proposed when all is well, answered from the agenda or the page, and turned into deals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.asking import AskState, Funnel, Withheld
from bot.domain.deal import Deal
from bot.domain.people import Contact, Role
from bot.domain.promises import Outcome, ValueAnswer
from bot.domain.reminders import ReminderKind
from bot.services import ask_overview, asks, promises, value_checks
from bot.services.asks import Gift, NewDeal, Target
from bot.services.deals import DealFacts
from bot.services.errands import Errand
from bot.store import deals as deal_store
from bot.store.asks import ask
from bot.store.deals import deal as deal_table
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.clockwork import a_deal, at, call, notice, rep, state_of
from tests.harness import OUR_DOMAIN, Office
from tests.test_promises import promised, won

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
LIVE_LONG_AGO = date(2026, 10, 1)
ACME = DealFacts(
    "Acme rollout", "Acme Ltd", "acme.example", contacts=(Contact(0, "Jane Doe", "CFO", "jane@acme.example"),)
)


def live(office: Office, facts: DealFacts = ACME, owner: str = RITA, on: date = LIVE_LONG_AGO) -> Deal:
    """A deal whose customer has been working with what they bought since that day."""
    return won(office, a_deal(office, facts, owner=owner), on, stage="live")


def morning(office: Office, day: date, user_id: str = RITA) -> str:
    at(office, day, 9)
    notice(office)
    call(office, user_id, day)
    return state_of(office, Errand.AGENDA, user_id, day.isoformat())


def log(office: Office) -> list[tuple[str, str]]:
    with office.desk.db.read() as connection:
        return [(row.kind, row.state) for row in connection.execute(select(ask).order_by(ask.c.id))]


def newest(office: Office) -> Deal:
    """The deal that was logged last."""
    with office.desk.db.read() as connection:
        key = connection.execute(select(deal_table.c.id).order_by(deal_table.c.id.desc()).limit(1)).scalar_one()
        return deal_store.get(connection, NORTHBEAM.id, key)


def referral(deal_id: int) -> Target:
    return Target(deal_id, ReminderKind.REFERRAL)


# From the agenda


def test_a_happy_customer_is_proposed_and_was_asked_with_one_press(office: Office) -> None:
    live(office)
    assert morning(office, TUESDAY) == "done"
    said = office.rita.waits_for_dm("who else has the same problem")
    office.rita.presses("Asked", on=said)
    office.rita.waits_for_dm(":white_check_mark: *Acme rollout* (D-1): asked")
    assert log(office) == [("referral", "asked")]
    assert morning(office, TUESDAY + timedelta(days=89)) == "unwanted", "not again too soon"
    assert morning(office, TUESDAY + timedelta(days=93)) == "done"


def test_a_second_press_says_who_was_first(office: Office) -> None:
    deal = live(office)
    morning(office, TUESDAY)
    said = office.rita.waits_for_dm("who else has the same problem")
    [key] = [int(str(r["id"])) for r in clockwork.reminders(office)]
    asks.declined(office.desk, rep(MARTA, Role.MANAGER), Target(deal.id, ReminderKind.REFERRAL, key))
    drawn = office.rita.waits_for_dm("they declined by @Marta Lindqvist")
    assert drawn.ts == said.ts
    assert not drawn.buttons
    with pytest.raises(Exception, match="already settled"):
        asks.asked(office.desk, rep(), Target(deal.id, ReminderKind.REFERRAL, key))
    assert log(office) == [("referral", "declined")]


def test_a_referral_starts_a_deal_with_its_source_in_the_same_form(office: Office) -> None:
    live(office)
    morning(office, TUESDAY)
    office.rita.presses("Given…", on=office.rita.waits_for_dm("who else has the same problem"))
    office.rita.fills({"Whom did they name?": "Ann Smith, COO, ann@other.example", "Where do they work?": "Other Ltd",
                       "Amount": "12k"})  # fmt: skip
    office.rita.submits()
    assert "Logged as D-2" in office.rita.waits_to_see("Exit criteria")
    begun = newest(office)
    assert (begun.name, begun.company, begun.source) == ("Other Ltd", "Other Ltd", "Referral from Acme Ltd (D-1)")
    assert [(one.name, one.role, one.email) for one in begun.contacts] == [("Ann Smith", "COO", "ann@other.example")]
    assert begun.owner == RITA
    office.rita.waits_for_dm("answered: D-2 begins with it")
    with office.desk.db.read() as connection:
        row = connection.execute(select(ask)).one()
    assert (row.person_name, row.person_company, row.new_deal_id) == ("Ann Smith", "Other Ltd", begun.id)
    assert not any("Ann" in str(r["settled_note"]) for r in clockwork.reminders(office)), "names stand in one place"


@pytest.mark.parametrize(("values", "label", "sentence"), [
    ({"Whom did they name?": "n/a"}, "Whom did they name?", "name"),
    ({"Whom did they name?": f"Ann, COO, ann@{OUR_DOMAIN}"}, "Whom did they name?", "our own company"),
    ({"The buyer's domain": OUR_DOMAIN}, "The buyer's domain", "our own domain"),
    ({"Where do they work?": "x" * 200, "Amount": "lots"}, "Amount", "amount"),
])  # fmt: skip
def test_what_cannot_be_a_referral_is_said_at_its_field(
    office: Office, values: dict[str, str], label: str, sentence: str
) -> None:
    deal = live(office)
    office.rita.types(f"/deal referral {deal.label}")
    office.rita.presses("Given…", near="*Referral*")
    office.rita.fills({"Whom did they name?": "Ann Smith", "Where do they work?": "Other Ltd", **values})
    office.rita.submits()
    assert sentence in office.rita.field_errors[label]
    assert log(office) == []


def test_a_referral_is_kept_without_a_deal_which_can_begin_later(office: Office) -> None:
    deal = live(office)
    office.rita.types(f"/deal referral {deal.label}")
    office.rita.presses("Given…", near="*Referral*")
    office.rita.fills({"Whom did they name?": "Ann Smith", "Where do they work?": "Other Ltd", "A new deal": []})
    office.rita.submits()
    assert "Given: Ann Smith at Other Ltd" in office.rita.waits_to_see("Start the deal…")
    office.rita.closes(everything=True)
    office.rita.types("/deal referrals")
    assert "Ann Smith at Other Ltd, named by *Acme rollout* (D-1)" in office.rita.modal
    office.rita.presses("Start the deal…")
    assert office.rita.modal.fields["Whom did they name?"].value == "Ann Smith"
    office.rita.fills({"Name of the deal": "Other rollout"})
    office.rita.submits()
    office.rita.waits_to_see("Logged as D-2")
    begun = newest(office)
    assert (begun.name, begun.source) == ("Other rollout", "Referral from Acme Ltd (D-1)")
    assert ask_overview.referrals(office.desk, rep()).unstarted == ()
    with pytest.raises(Exception, match="already begun"):
        asks.begin(office.desk, rep(), 1, NewDeal(DealFacts("Again", "Other Ltd", contacts=(Contact(0, "Ann Smith"),))))


def test_several_favours_of_one_customer_make_one_line_and_one_question_answers_it(office: Office) -> None:
    live(office, on=date(2026, 7, 1))
    morning(office, TUESDAY)
    said = office.rita.waits_for_dm("who else has the same problem")
    assert "Also: a review, a reference." in said
    assert sum(button.label == "Asked" for button in said.buttons) == 1
    office.rita.presses("Asked", on=said)
    drawn = office.rita.waits_for_dm(":white_check_mark: *Acme rollout* (D-1): asked")
    assert "a review" not in drawn


# Declined and later


def test_after_a_decline_it_is_not_proposed_again_and_can_still_be_asked(office: Office) -> None:
    deal = live(office)
    asks.declined(office.desk, rep(), referral(deal.id))
    for months in (4, 8):
        morning(office, TUESDAY + timedelta(days=31 * months))
    assert not [r for r in clockwork.reminders(office) if r["kind"] == "referral"]
    asks.asked(office.desk, rep(), referral(deal.id))
    assert log(office)[-1] == ("referral", "asked")


def test_who_wants_to_be_asked_later_is(office: Office) -> None:
    live(office)
    morning(office, TUESDAY)
    office.rita.presses("Ask later…", on=office.rita.waits_for_dm("who else has the same problem"))
    office.rita.fills({"Ask again on": MONDAY})
    office.rita.submits()
    assert "after today" in office.rita.field_errors["Ask again on"]
    office.rita.fills({"Ask again on": date(2027, 1, 12)})
    office.rita.submits()
    office.rita.waits_for_dm("asked again later: from Tue 12 Jan 2027 on")
    for day, proposed in ((date(2027, 1, 11), 0), (date(2027, 1, 12), 1)):
        morning(office, day)
        still = [r for r in clockwork.reminders(office) if r["kind"] == "referral" and r["settled_at"] is None]
        assert len(still) == proposed


@pytest.mark.parametrize("kind", [ReminderKind.REVIEW, ReminderKind.REFERENCE, ReminderKind.CASE_STUDY])
def test_the_same_goes_for_a_review_a_reference_and_a_case_study(office: Office, kind: ReminderKind) -> None:
    deal = live(office)
    made, begun = asks.given(office.desk, rep(), Target(deal.id, kind), Gift("https://reviews.example.com/7"))
    assert (made.state, made.note, begun) == (AskState.GIVEN, "https://reviews.example.com/7", None)
    [standing] = [one for one in ask_overview.of_deal(office.desk, rep(), deal.id).standings if one.kind is kind]
    assert standing.last == made


# Withheld


def test_nobody_is_asked_while_a_promise_is_overdue_or_the_value_is_not_there(office: Office) -> None:
    deal = live(office, on=date(2026, 5, 20))
    promised(office, deal, "Training", TUESDAY)
    office.clock.forward(days=3)
    assert ask_overview.of_deal(office.desk, rep(), deal.id).withheld is Withheld.PROMISE
    office.rita.types("/deal referral Acme")
    assert "A promise to them is overdue" in office.rita.modal
    promises.settle(office.desk, rep(), 1, Outcome.KEPT, "Jane wrote so")
    value_checks.check_value(office.desk, rep(), deal.id, 6, ValueAnswer.NO, "Month end still takes six days")
    assert ask_overview.of_deal(office.desk, rep(), deal.id).withheld is Withheld.UNHAPPY


def test_a_good_value_check_proposes_a_further_sale_of_the_same_buyer(office: Office) -> None:
    deal = won(office, a_deal(office, ACME), date(2026, 5, 20))
    value_checks.check_value(office.desk, rep(), deal.id, 6, ValueAnswer.YES, "Month end takes two days, says Jane")
    assert morning(office, TUESDAY) == "done"
    office.rita.presses("Start a deal…", on=office.rita.waits_for_dm("What else could help them?"))
    form = office.rita.modal
    assert form.fields["Company"].value == "Acme Ltd"
    assert form.fields["The buyer's domain"].value == "acme.example"
    assert form.fields["People at the buyer"].value == "Jane Doe, CFO, jane@acme.example"
    office.rita.fills({"Name": "Acme second hall"})
    office.rita.submits()
    office.rita.waits_to_see("Logged as D-2")
    begun = newest(office)
    assert (begun.name, begun.source, begun.company_domain) == (
        "Acme second hall",
        "Upsell of Acme Ltd (D-1)",
        "acme.example",
    )
    assert [one.name for one in begun.contacts] == ["Jane Doe"]
    assert {one.id for one in begun.contacts}.isdisjoint(one.id for one in deal.contacts), "people of its own"
    assert log(office) == [("upsell", "given")]


# What came of it


def test_the_way_from_willing_to_a_deal_is_counted_for_me_and_the_team(office: Office) -> None:
    mine = [live(office, DealFacts(f"Mine {n}")) for n in range(8)]
    live(office, DealFacts("Toms"), owner=TOM)
    at(office, TUESDAY, 9)
    notice(office)
    new = NewDeal(DealFacts("Other", contacts=(Contact(0, "Ann Smith"),)))
    for deal in mine[:4]:
        asks.asked(office.desk, rep(), referral(deal.id))
        asks.given(office.desk, rep(), referral(deal.id), Gift(named=Contact(0, "Ann Smith"), company="Other"), new)
    asks.declined(office.desk, rep(), referral(mine[4].id))
    asks.asked(office.desk, rep(), referral(mine[5].id))
    seen = ask_overview.referrals(office.desk, rep())
    assert seen.mine == Funnel(customers=8, asked=6, given=4, declined=1, became=4, won=0, unasked=2)
    assert seen.mine.expected == 2
    assert seen.team == Funnel(customers=9, asked=6, given=4, declined=1, became=4, won=0, unasked=3)
    assert [deal.id for _, deal in seen.to_ask] == [deal.id for deal in mine[6:]]
    assert [deal.id for _, deal in seen.unanswered] == [mine[5].id]
    assert seen.by_rep == ()

    office.rita.types("/deal referrals")
    text = office.rita.modal.text
    assert "8 could be asked → 6 asked → 4 gave one → 4 became a deal" in text
    assert "*2 not asked yet*; of those who answered, 4 of 5 gave one: about 2 more to be had" in text
    assert "@Tom" not in text
    office.rita.presses("Ask…", near="Mine 6")
    office.rita.presses("Asked", near="*Referral*")
    office.rita.waits_to_see("Asked, no answer noted yet")
    office.marta.types("/deal referrals")
    assert "@Tom" in office.marta.modal.text


def test_a_customer_who_gave_after_a_decline_counts_once(office: Office) -> None:
    deal = live(office)
    asks.declined(office.desk, rep(), referral(deal.id))
    asks.given(office.desk, rep(), referral(deal.id), Gift(named=Contact(0, "Ann Smith"), company="Other"))
    assert ask_overview.referrals(office.desk, rep()).team == Funnel(customers=1, asked=1, given=1)
    office.clock.forward(days=366)
    assert ask_overview.referrals(office.desk, rep()).team == Funnel(), "a year later it is another year"


def test_any_customer_can_be_asked_at_any_time(office: Office) -> None:
    deal = a_deal(office, ACME)
    office.rita.types(f"/deal referral {deal.label}")
    assert "The deal is not won yet" in office.rita.modal
    office.rita.presses("Asked", near="*Referral*")
    office.rita.waits_to_see("Asked, no answer noted yet")
    assert log(office) == [("referral", "asked")]
    office.rita.closes()
    office.tom.types(f"/deal referral {deal.label}")
    assert "Asked, no answer noted yet" in office.tom.modal
    assert not office.tom.modal.buttons, "it is not his to note"
