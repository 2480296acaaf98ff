"""Discounts: noted within the limit, decided once by another manager above it, and settled before the deal is won."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.concessions import ALL, Concession, State, percent_words, read_discount, read_percent, reduced
from bot.domain.deal import Deal, Status
from bot.domain.errors import AlreadyDecided, BadInput, BotError, NeedsSetup
from bot.domain.gate import LooseEnds, judge
from bot.domain.money import LIMIT, Money
from bot.domain.objections import Objection, Outcome
from bot.domain.people import Role
from bot.domain.process import Process, Stage, StageKind
from bot.services import concessions, deals, objections
from bot.services.deals import DealFacts
from bot.services.desk import RuleBook, TeamRules
from bot.services.objections import Draft
from bot.store import concessions as store
from sandbox.team import BOT_USER, DEALS, DEEPAK, MARTA, RITA, TOM
from tests.clockwork import a_deal, rep, settled_down
from tests.harness import Office
from tests.noticing import change_deal
from tests.selling import prove_stage
from tests.test_objections import markup

WHY = "They sign for two years and by Friday"
BOSS = rep(MARTA, Role.MANAGER)


def big(office: Office, name: str = "Acme", owner: str = RITA) -> Deal:
    return a_deal(office, DealFacts(name, amount=Money(1_200_000, "EUR")), owner=owner)


def held(office: Office, deal: Deal) -> Concession | None:
    with office.desk.db.read() as connection:
        return store.of_deals(connection, deal.team_id, [deal.id]).get(deal.id)


def again(office: Office, one: Concession) -> Concession:
    with office.desk.db.read() as connection:
        found = store.get(connection, BOSS.team_id, one.id)
    assert found is not None
    return found


# Reading


@pytest.mark.parametrize(("text", "percent", "why"), [
    ("15% because they sign", "15 %", "they sign"),
    ("15 % weil sie unterschreiben", "15 %", "sie unterschreiben"),
    ("12,5 per cent: two years", "12,5 %", "two years"),
    ("7 they sign", "7 %", "they sign"),
    ("they want it cheaper", "", "they want it cheaper"),
    ("15", "15 %", ""),
    ("", "", ""),
])  # fmt: skip
def test_a_discount_is_read_with_its_reason(text: str, percent: str, why: str) -> None:
    assert read_discount(text) == (percent, why)


@pytest.mark.parametrize(("text", "points"), [("15%", 1500), ("12,5 %", 1250), (" 0.01 ", 1), ("99.99 percent", 9999)])
def test_a_percentage_is_read_as_people_write_it(text: str, points: int) -> None:
    assert read_percent(text) == points


@pytest.mark.parametrize("text", ["", "0", "100%", "-5", "1e3", "a lot", "12.555", "15 % off", "٣%%"])
def test_what_is_no_percentage_below_100_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="percentage between 0 and 100"):
        read_percent(text)


@given(st.integers(1, ALL - 1))
def test_a_percentage_is_read_back_as_it_is_shown(points: int) -> None:
    assert read_percent(percent_words(points)) == points


@given(st.integers(0, LIMIT - 1), st.integers(1, ALL - 1))
def test_what_is_left_is_never_more_than_there_was_and_right_to_half_a_cent(minor: int, points: int) -> None:
    left = reduced(Money(minor, "EUR"), points).minor
    assert 0 <= left <= minor
    assert abs(left * ALL - minor * (ALL - points)) * 2 <= ALL


# Within the limit


def test_a_discount_within_the_limit_is_noted_at_once(office: Office) -> None:
    deal = big(office)
    office.rita.types(f"/deal discount Acme 10% because {WHY}")
    assert "a discount of 10 %, €12,000 → €10,800" in office.rita.sees()
    one = held(office, deal)
    assert one is not None
    assert (one.state, one.points, one.why, one.limit) == (State.WITHIN, 1000, WHY, 1000)
    settled_down(office)
    assert not office.deals.messages, "nobody has to be asked"
    office.rita.types("/deal show Acme")
    assert "Discount of *10 %*, :white_check_mark: within the limit" in office.rita.modal


def test_what_is_missing_is_asked_for_in_the_form(office: Office) -> None:
    deal = big(office)
    office.rita.types("/deal discount Acme 5%")
    form = office.rita.modal
    assert "You give up to 10 %; above that a manager decides." in form
    assert form.fields["Discount"].value == "5 %"
    office.rita.fills({"Discount": "all of it", "Why?": "n/a"})
    office.rita.submits()
    assert "percentage between" in office.rita.field_errors["Discount"]
    office.rita.fills({"Discount": "5"})
    office.rita.submits()
    assert "Say what the buyer gives in return" in office.rita.field_errors["Why?"]
    office.rita.fills({"Why?": WHY})
    office.rita.submits()
    office.rita.waits_until_closed()
    one = held(office, deal)
    assert one is not None
    assert one.points == 500


def test_a_process_without_limits_lets_reps_give_any(office: Office) -> None:
    deal = big(office)
    free = {key: replace(process, concessions=None) for key, process in office.desk.processes.items()}
    desk = replace(office.desk, processes=free)
    assert concessions.give(desk, rep(), deal.id, 9000, WHY).state is State.WITHIN


# Above it


def ask(office: Office, name: str = "Acme") -> tuple[Deal, Concession]:
    deal = big(office, name)
    office.rita.types(f"/deal discount {name} 15% because {WHY}")
    assert "Your managers are asked" in office.rita.sees()
    one = held(office, deal)
    assert one is not None
    return deal, one


def test_above_the_limit_the_managers_see_the_evidence_and_approve_and_the_rep_is_told(office: Office) -> None:
    deal = big(office)
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.closes(everything=True)
    objections.note(office.desk, rep(), deal.id, Draft("too expensive", office.desk.today()), office.desk.today())
    office.rita.types(f"/deal discount Acme 15% because {WHY}")
    card = office.deals.waits_for("asks for a discount of *15 %*")
    for shown in ("€12,000 → €10,200", "reps give up to 10 %", WHY, "criteria met", "Reply number 1", "too expensive"):
        assert shown in card
    office.marta.goes_to(office.deals.id)
    office.marta.presses("Approve…")
    office.marta.fills({"Comment": "Fine for two years."})
    office.marta.submits()
    office.marta.waits_until_closed()
    office.deals.waits_for("approved by @Marta Lindqvist")
    told = office.rita.waits_for_dm("approved by @Marta Lindqvist: the discount of *15 %*")
    assert "Fine for two years." in told
    one = held(office, deal)
    assert one is not None
    assert (one.state, one.decided_by) == (State.APPROVED, MARTA)


def test_a_decline_says_what_would_be_fine_instead(office: Office) -> None:
    deal, one = ask(office)
    office.deals.waits_for("asks for a discount")
    office.marta.goes_to(office.deals.id)
    office.marta.presses("Decline…")
    office.marta.fills({"What would be fine instead?": "tbd"})
    office.marta.submits()
    assert "Say what would be fine instead" in office.marta.field_errors["What would be fine instead?"]
    office.marta.fills({"What would be fine instead?": "10 % and free training"})
    office.marta.submits()
    assert "10 % and free training" in office.rita.waits_for_dm("declined by @Marta")
    assert again(office, one).state is State.DECLINED
    assert held(office, deal) is None


def test_two_managers_at_once_decide_one_time(office: Office) -> None:
    _, one = ask(office)
    together = Barrier(2)

    def deciding(manager: str, approve: bool) -> Callable[[], Any]:
        def decide() -> Any:
            together.wait()
            try:
                actor = rep(manager, Role.MANAGER)
                return concessions.decide(office.desk, actor, one.id, approve=approve, comment="Ten and training")
            except AlreadyDecided as problem:
                return problem

        return decide

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(deciding(MARTA, True)), pool.submit(deciding(DEEPAK, False))]
        found = [future.result() for future in futures]
    assert sum(isinstance(answer, AlreadyDecided) for answer in found) == 1
    winner = next(answer for answer in found if isinstance(answer, Concession))
    assert again(office, one).state is winner.state


def test_who_comes_second_reads_who_was_first(office: Office) -> None:
    _, one = ask(office)
    concessions.decide(office.desk, BOSS, one.id, approve=True)
    with pytest.raises(AlreadyDecided, match="already approved by"):
        concessions.decide(office.desk, rep(DEEPAK, Role.MANAGER), one.id, approve=False, comment="Too much for me")


def test_nobody_decides_about_their_own_deal_or_request(office: Office) -> None:
    mine = big(office, "Mine", owner=DEEPAK)
    own = concessions.give(office.desk, rep(DEEPAK, Role.MANAGER), mine.id, 2000, WHY)
    for actor in (rep(DEEPAK, Role.MANAGER), rep(TOM), rep()):
        with pytest.raises(BotError, match=r"Nobody decides about their own|Only managers can decide"):
            concessions.decide(office.desk, actor, own.id, approve=True)
    asked = concessions.give(office.desk, BOSS, big(office, "Hers").id, 2000, WHY)
    with pytest.raises(BotError, match="Nobody decides about their own"):
        concessions.decide(office.desk, BOSS, asked.id, approve=True)


def test_without_a_manager_or_a_channel_nothing_is_asked_that_would_wait_for_ever(office: Office) -> None:
    deal = big(office)
    nobody = replace(office.desk, rule_book=RuleBook(office.desk.db, TeamRules(manager_channel="C01")))
    nowhere = replace(office.desk, rule_book=RuleBook(office.desk.db, TeamRules(managers=frozenset({MARTA}))))
    for desk, missing in ((nobody, "no manager other than you"), (nowhere, "no managers' channel")):
        with pytest.raises(NeedsSetup, match=f"This discount needs a manager's approval, and {missing}"):
            concessions.give(desk, rep(), deal.id, 2000, WHY)
    assert held(office, deal) is None


def test_a_delivery_that_comes_twice_asks_once(office: Office) -> None:
    deal = big(office)
    twice = replace(rep(), delivery="command.1")
    concessions.give(office.desk, twice, deal.id, 2000, WHY)
    with pytest.raises(BotError, match="already done"):
        concessions.give(office.desk, twice, deal.id, 2000, WHY)


def test_a_new_discount_takes_the_place_of_one_that_waits(office: Office) -> None:
    deal, one = ask(office)
    office.deals.waits_for("asks for a discount of *15 %*")
    office.rita.types(f"/deal discount Acme 8% because {WHY}")
    office.rita.waits_to_see("a discount of 8 %")
    office.deals.waits_for("taken back by @Rita")
    assert again(office, one).state is State.WITHDRAWN
    latest = held(office, deal)
    assert latest is not None
    assert latest.points == 800
    with pytest.raises(AlreadyDecided, match="already withdrawn"):
        concessions.decide(office.desk, BOSS, one.id, approve=True)


def test_a_discount_that_waits_is_taken_back_in_the_form(office: Office) -> None:
    deal, _ = ask(office)
    office.rita.types("/deal discount Acme")
    assert "discount of *15 %*, :hourglass_flowing_sand: waits for a manager" in office.rita.modal
    office.rita.presses("Take it back")
    office.eventually(lambda: held(office, deal) is None)
    assert held(office, deal) is None
    with pytest.raises(AlreadyDecided, match="No discount"):
        concessions.take_back(office.desk, rep(), deal.id)


def test_a_deal_is_not_won_while_a_manager_thinks_about_its_price(office: Office) -> None:
    deal, one = ask(office)
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    office.rita.waits_to_see("is now in")  # only the win waits for the price
    office.rita.closes(everything=True)
    change_deal(office.desk, deal.team_id, deal.id, stage="terms_agreed")
    office.rita.types("/deal move Acme")
    prove_stage(office.rita, office)
    office.rita.submits()
    assert "The discount of 15 % waits for a manager's decision" in office.rita.waits_to_see("Not yet.")
    concessions.decide(office.desk, BOSS, one.id, approve=True)
    office.rita.submits()
    office.rita.waits_to_see("waits for a manager to approve")
    assert "discount of *15 %*, :white_check_mark: approved" in office.deals.waits_for("asks to move")


def test_hostile_reasons_stay_words(office: Office) -> None:
    deal = deals.log_deal(office.desk, rep(), DealFacts("<!channel> deal", company="<https://evil.example|x>"))
    concessions.give(office.desk, rep(), deal.id, 2000, "<!channel> *now* & <https://evil.example|here> " * 40)
    card = office.deals.waits_for("asks for a discount")
    assert not [text for text in markup(card.blocks) if "<!channel>" in text or "<https://evil" in text]


def test_a_deal_that_is_won_or_not_ours_gets_no_discount(office: Office) -> None:
    deal = big(office)
    office.tom.types(f"/deal discount Acme 5% because {WHY}")
    assert "Only they and the managers" in office.tom.sees()
    change_deal(office.desk, deal.team_id, deal.id, status="won", stage="won")
    office.rita.types(f"/deal discount Acme 5% because {WHY}")
    assert "its price is agreed" in office.rita.sees()


def test_a_discount_that_the_channel_does_not_take_is_asked_about_once_the_bot_is_let_in(office: Office) -> None:
    office.sandbox.living.leave(BOT_USER, DEALS)
    ask(office)
    dm = office.marta.waits_for_dm("/invite @Stagecoach")
    office.sandbox.living.invite(MARTA, DEALS, BOT_USER)
    office.marta.presses("Try again", on=dm)
    office.deals.waits_for("asks for a discount of *15 %*")


HERE = Stage("here", "Here", "", next=("won",))
WON = Stage("won", "Won", "", kind=StageKind.WON)
AFTER = Stage("after", "After", "", kind=StageKind.POST_SALE)


@given(
    st.booleans(),
    st.sampled_from(["won", "other"]),
    st.lists(st.sampled_from([None, *Outcome]), max_size=3),
    st.none() | st.sampled_from(list(State)),
)
def test_what_is_open_holds_a_deal_back_where_the_stage_says_so_and_nowhere_else(
    needs_answers: bool, to: str, outcomes: list[Outcome | None], state: State | None
) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stage = replace(HERE, needs_answered_objections=needs_answers, next=(to,))
    other = Stage("other", "Other", "")
    process = Process("p", "P", "EUR", (stage, other, WON, AFTER), (), "1")
    deal = Deal(1, "T1", 1, "Acme", "U1", "p", "1", "here", Status.OPEN, now, now, "U1", 1)
    doubts = tuple(Objection(n, 1, "No", now.date(), "U1", now, outcome=one) for n, one in enumerate(outcomes))
    price = Concession(1, 1, 1500, WHY, "U1", now, state) if state else None
    judgement = judge(process, deal, [], [], now, loose=LooseEnds(doubts, price))
    held = (needs_answers and None in outcomes) or (to == "won" and state is State.WAITING)
    assert judgement.opens is not held
    assert bool(judgement.loose.holds) is held
