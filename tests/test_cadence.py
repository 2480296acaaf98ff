"""What the clock notices, rule by rule: when each begins to hold, what silences it, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asking import AskFact, AskState
from bot.domain.cadence import (
    ApprovalFact,
    EvidenceFact,
    Facts,
    Matter,
    ObjectionFact,
    PromiseFact,
    QuestionFact,
    ValueCheckFact,
    latest_start,
    matters,
    next_telling,
    still_holds,
    winback_on,
)
from bot.domain.calendar_days import is_weekend
from bot.domain.deal import Deal, NextStep, Status
from bot.domain.freshness import counted_from, stale_from
from bot.domain.process import (
    Asking,
    Cadence,
    Criterion,
    Duration,
    LossReason,
    Process,
    Stage,
    StageKind,
    WaitingOn,
)
from bot.domain.reminders import Reminder, ReminderKind

MONDAY = date(2026, 3, 2)
WEEK = Duration(7)


def day(count: int) -> date:
    """So many days after that Monday."""
    return MONDAY + timedelta(days=count)


PROCESS = Process(
    key="p",
    name="P",
    currency="EUR",
    stages=(
        Stage("asked", "Asked", "", stale_after=WEEK, escalate_after=Duration(3),
              criteria=(Criterion("price", "The price is agreed.", "", "", max_age=Duration(30)),)),
        Stage("vetted", "Vetted", "", stale_after=WEEK, waiting_on=WaitingOn.THIRD_PARTY),
        Stage("idle", "Idle", ""),
        Stage("won", "Won", "", StageKind.WON, stale_after=Duration(60)),
        Stage("live", "Live", "", StageKind.POST_SALE),
    ),
    loss_reasons=(
        LossReason("price", "Price"),
        LossReason("timing", "Timing", Duration(0, months=3)),
        LossReason("fit", "Fit", may_return=False),
    ),
    version="v",
    cadence=Cadence(
        third_party_stale_after=Duration(30),
        referral=Asking("live", Duration(30), Duration(90)),
        review=Asking(None, Duration(10), Duration(90)),
    ),
)  # fmt: skip


def deal(**changes: object) -> Deal:
    """An open deal that made its last progress on that Monday."""
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    plain = Deal(
        id=1, team_id="T", number=1, name="Acme", owner="U1", process="p", process_version="v", stage="asked",
        status=Status.OPEN, stage_since=began, created_at=began, created_by="U1", version=1, progress_on=MONDAY,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def won(**changes: object) -> Deal:
    return deal(**{"stage": "live", "status": Status.WON, "next_step": None, **changes})


def held(of: Deal, today: date, facts: Facts | None = None) -> dict[ReminderKind, Matter]:
    """What holds about a deal, by kind; there is at most one of each in these tests."""
    found = matters(PROCESS, of, facts or Facts(), today)
    assert len({matter.kind for matter in found}) == len(found)
    return {matter.kind: matter for matter in found}


def first_day(kind: ReminderKind, of: Deal, facts: Facts | None = None, until: int = 800) -> int | None:
    """On which day after that Monday it begins to hold; its `due_on` is that day."""
    for count in range(until):
        if kind in held(of, day(count), facts):
            assert held(of, day(count), facts)[kind].due_on == day(count)
            return count
    return None


# the next step


def test_a_step_is_due_on_its_day_and_stays_so_until_it_is_settled() -> None:
    planned = deal(next_step=NextStep("call", day(4)), next_step_no=3)
    assert first_day(ReminderKind.FOLLOW_UP, planned) == 4
    assert held(planned, day(40))[ReminderKind.FOLLOW_UP] == Matter(ReminderKind.FOLLOW_UP, "3", day(4))
    assert first_day(ReminderKind.FOLLOW_UP, replace(planned, status=Status.WON, stage="live")) == 4


def test_a_missing_step_is_noticed_from_the_day_after_the_last_progress() -> None:
    assert first_day(ReminderKind.NO_STEP, deal(next_step_no=2)) == 1
    assert held(deal(next_step_no=2), day(1))[ReminderKind.NO_STEP].slot == "2"
    assert first_day(ReminderKind.NO_STEP, deal(next_step=NextStep("call", day(90)))) is None
    assert first_day(ReminderKind.NO_STEP, deal(pending_move=7)) is None
    assert first_day(ReminderKind.NO_STEP, won()) is None


# stale


def test_a_deal_without_progress_goes_stale_after_its_stages_threshold() -> None:
    assert first_day(ReminderKind.STALE, deal()) == 7
    assert held(deal(), day(7))[ReminderKind.STALE].slot == "2026-03-02"
    assert first_day(ReminderKind.STALE, deal(progress_on=day(5))) == 12
    assert first_day(ReminderKind.STALE, deal(progress_on=None)) == 7
    assert first_day(ReminderKind.STALE, deal(stage="idle")) is None
    assert first_day(ReminderKind.STALE, deal(stage="gone")) is None
    assert first_day(ReminderKind.STALE, won(stage="won")) == 60


def test_a_planned_step_keeps_a_deal_fresh_until_its_date_passes() -> None:
    assert first_day(ReminderKind.STALE, deal(next_step=NextStep("call", day(20)))) == 21
    assert first_day(ReminderKind.STALE, deal(next_step=NextStep("call", day(2)))) == 7


def test_a_reason_keeps_it_fresh_until_the_day_that_came_with_it_and_then_it_is_a_new_occurrence() -> None:
    reasoned = deal(fresh_until=day(30))
    assert first_day(ReminderKind.STALE, reasoned) == 30
    assert counted_from(reasoned) != counted_from(deal())


def test_third_parties_are_given_longer() -> None:
    assert first_day(ReminderKind.STALE, deal(waiting_on="third_party")) == 30
    assert first_day(ReminderKind.STALE, deal(stage="vetted")) == 30
    assert first_day(ReminderKind.STALE, deal(stage="idle", waiting_on="third_party")) is None
    # The longer of both holds.
    assert first_day(ReminderKind.STALE, won(stage="won", waiting_on="third_party")) == 60


def test_while_a_manager_has_the_deal_it_does_not_go_stale() -> None:
    assert first_day(ReminderKind.STALE, deal(pending_move=7)) is None


# dates


def test_the_expected_close_has_passed_on_the_day_after() -> None:
    closing = deal(expected_close=day(10))
    assert first_day(ReminderKind.CLOSE_PASSED, closing) == 11
    assert held(closing, day(11))[ReminderKind.CLOSE_PASSED].slot == "2026-03-12"
    assert first_day(ReminderKind.CLOSE_PASSED, won(expected_close=day(10))) is None


def test_proof_is_too_old_on_the_first_day_that_the_gate_refuses_it() -> None:
    proof = Facts(evidence=(EvidenceFact(5, "price", MONDAY),))
    assert first_day(ReminderKind.EVIDENCE_OLD, deal(), proof) == 31
    assert held(deal(), day(31), proof)[ReminderKind.EVIDENCE_OLD].slot == "5"


@pytest.mark.parametrize(
    "evidence",
    [
        (EvidenceFact(5, "price", MONDAY), EvidenceFact(4, "price", day(20))),
        (EvidenceFact(5, "price", MONDAY), EvidenceFact(6, "price", None)),
        (EvidenceFact(5, "other", MONDAY),),
        (),
    ],
    ids=["newer proof", "excused", "no maximum age", "none"],
)
def test_old_proof_is_no_matter_where_something_newer_or_nothing_is_judged(evidence: tuple[EvidenceFact, ...]) -> None:
    assert ReminderKind.EVIDENCE_OLD not in held(deal(), day(35), Facts(evidence=evidence))


def test_questions_and_approvals_wait_for_a_business_day() -> None:
    friday = day(4)
    asked = Facts(questions=(QuestionFact("9.0", friday),))
    assert first_day(ReminderKind.QUESTION, deal(), asked) == 7
    pending = Facts(approval=ApprovalFact(7, friday, ("M1",)))
    assert first_day(ReminderKind.APPROVAL, deal(pending_move=7), pending) == 7
    assert held(deal(pending_move=7), day(7), pending)[ReminderKind.APPROVAL].to == "M1"
    assert first_day(ReminderKind.APPROVAL, deal(pending_move=None), pending) is None
    assert first_day(ReminderKind.QUESTION, deal(status=Status.LOST), asked) is None


def test_every_manager_who_may_decide_is_reminded_each_for_themselves() -> None:
    pending = Facts(approval=ApprovalFact(7, MONDAY, ("M1", "M2")))
    found = [m for m in matters(PROCESS, deal(pending_move=7), pending, day(5)) if m.kind is ReminderKind.APPROVAL]
    assert [(matter.slot, matter.to) for matter in found] == [("7.M1", "M1"), ("7.M2", "M2")]


# parked, lost, orphaned


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.PARKED, ReminderKind.RETURN), (Status.LOST, ReminderKind.WINBACK)]
)
def test_a_deal_put_aside_is_silent_until_its_day(status: Status, kind: ReminderKind) -> None:
    full = Facts(
        evidence=(EvidenceFact(5, "price", MONDAY),),
        questions=(QuestionFact("9.0", MONDAY),),
        promises=(PromiseFact(1, MONDAY),),
    )
    aside = deal(
        status=status,
        waiting_until=day(100),
        closing_reason="Budget",
        expected_close=MONDAY,
        next_step=NextStep("call", MONDAY),
    )
    assert matters(PROCESS, aside, full, day(99)) == ()
    assert matters(PROCESS, aside, full, day(400)) == (Matter(kind, "2026-06-10", day(100), "Budget"),)


def test_a_lost_deal_comes_back_as_its_reason_says() -> None:
    lost_on = date(2026, 1, 31)
    price, timing, fit = PROCESS.loss_reasons
    assert winback_on(PROCESS, price, lost_on) == lost_on + timedelta(days=180)
    assert winback_on(PROCESS, timing, lost_on) == date(2026, 4, 30)
    assert winback_on(PROCESS, fit, lost_on) is None
    never = replace(PROCESS, cadence=Cadence(winback_after=None))
    assert winback_on(never, price, lost_on) is None
    assert winback_on(never, timing, lost_on) == date(2026, 4, 30)


def test_a_deal_whose_owner_has_left_is_told_to_each_manager() -> None:
    left = Facts(departed=True, managers=("M1", "M2"))
    found = [m for m in matters(PROCESS, deal(), left, day(3)) if m.kind is ReminderKind.ORPHAN]
    assert [(matter.slot, matter.to, matter.due_on) for matter in found] == [
        ("U1.M1", "M1", day(3)),
        ("U1.M2", "M2", day(3)),
    ]
    lost = matters(PROCESS, deal(status=Status.LOST), left, day(3))
    assert not [matter for matter in lost if matter.kind is ReminderKind.ORPHAN]


# after the win


def test_a_promise_is_due_on_its_day() -> None:
    promised = Facts(promises=(PromiseFact(4, day(12)),))
    assert first_day(ReminderKind.PROMISE, won(), promised) == 12
    assert held(won(), day(12), promised)[ReminderKind.PROMISE].slot == "4"


def test_value_is_checked_in_its_months_the_newest_only() -> None:
    facts = Facts(won_on=date(2026, 3, 31))
    slots = {
        on: held(won(), on, facts).get(ReminderKind.VALUE_CHECK)
        for on in (date(2026, 9, 29), date(2026, 9, 30), date(2026, 12, 31), date(2027, 3, 31))
    }
    assert [matter and matter.slot for matter in slots.values()] == [None, "6", "9", "12"]
    answered = replace(facts, value_checks=(ValueCheckFact(9, "partly", date(2027, 1, 2)),))
    assert ReminderKind.VALUE_CHECK not in held(won(), date(2027, 1, 3), answered)
    assert held(won(), date(2027, 3, 31), answered)[ReminderKind.VALUE_CHECK].slot == "12"
    assert ReminderKind.VALUE_CHECK not in held(deal(), date(2027, 3, 31), facts)


# asks

LIVE = Facts(won_on=MONDAY, reached=(("won", MONDAY), ("live", day(10))))
REFERRAL, REVIEW, UPSELL = ReminderKind.REFERRAL, ReminderKind.REVIEW, ReminderKind.UPSELL


def asked(state: AskState, on: date, kind: ReminderKind = REFERRAL, until: date | None = None) -> AskFact:
    return AskFact(kind, state, on, until)


def test_a_referral_is_asked_for_so_long_after_the_stage_was_reached() -> None:
    assert first_day(REFERRAL, won(), LIVE) == 40
    assert held(won(), day(40), LIVE)[REFERRAL].slot == "0"
    assert first_day(REFERRAL, won(stage="won"), LIVE) is None
    assert first_day(REVIEW, won(), LIVE) == 10
    assert first_day(ReminderKind.CASE_STUDY, won(), LIVE) is None


def test_a_good_value_check_is_enough_and_a_bad_one_withholds_everything() -> None:
    happy = replace(LIVE, reached=(), value_checks=(ValueCheckFact(6, "yes", day(200)),))
    assert first_day(REFERRAL, won(stage="won"), happy) == 200
    assert first_day(UPSELL, won(stage="won"), happy) == 200
    assert first_day(UPSELL, won(), LIVE) is None
    disappointed = replace(happy, value_checks=(*happy.value_checks, ValueCheckFact(9, "no", day(290))))
    assert not set(held(won(), day(300), disappointed)) & {REFERRAL, REVIEW, UPSELL}
    mended = replace(happy, value_checks=(*disappointed.value_checks, ValueCheckFact(12, "yes", day(380))))
    assert set(held(won(), day(400), mended)) >= {REFERRAL, REVIEW, UPSELL}


def test_the_answer_to_an_objection_is_due_on_its_day_and_nobody_is_asked_for_it_in_a_lost_deal() -> None:
    doubted = Facts(objections=(ObjectionFact(5, day(9)),))
    assert first_day(ReminderKind.OBJECTION, deal(), doubted) == 9
    assert held(deal(), day(9), doubted)[ReminderKind.OBJECTION].slot == "5"
    assert first_day(ReminderKind.OBJECTION, deal(status=Status.LOST), doubted) is None


def test_while_a_promise_or_a_question_is_overdue_nobody_is_asked() -> None:
    late = replace(LIVE, promises=(PromiseFact(1, day(49)),))
    assert REFERRAL in held(won(), day(49), late)
    assert REFERRAL not in held(won(), day(50), late)
    waits = replace(LIVE, questions=(QuestionFact("1.0", day(49)),))
    assert REFERRAL not in held(won(), day(50), waits)


def test_between_two_asks_of_one_customer_lies_the_gap_whatever_was_asked_for() -> None:
    facts = replace(LIVE, asks=(asked(AskState.GIVEN, day(50)),))
    assert first_day(REVIEW, won(), facts) == 140
    assert held(won(), day(140), facts)[REVIEW].slot == "1"


def test_after_a_decline_that_is_not_asked_for_again() -> None:
    facts = replace(LIVE, asks=(asked(AskState.DECLINED, day(50)),))
    assert first_day(REFERRAL, won(), facts) is None
    assert first_day(REVIEW, won(), facts) == 140


def test_later_means_later() -> None:
    facts = replace(LIVE, asks=(asked(AskState.LATER, day(50), until=day(70)),))
    assert first_day(REFERRAL, won(), facts) == 70
    assert first_day(REVIEW, won(), facts) == 10


def test_an_upsell_is_offered_once_for_each_good_answer() -> None:
    yes = (ValueCheckFact(6, "yes", day(200)),)
    offered = Facts(won_on=MONDAY, value_checks=yes, asks=(asked(AskState.ASKED, day(201), UPSELL),))
    assert first_day(UPSELL, won(), offered) is None
    again = replace(offered, value_checks=(*yes, ValueCheckFact(12, "yes", day(370))))
    assert first_day(UPSELL, won(), again) == 370


# telling again


def test_what_was_said_is_said_again_a_few_times_and_then_no_more() -> None:
    cadence = Cadence(remind_times=3)
    assert next_telling(cadence, 1, day(4)) == day(9)
    assert next_telling(cadence, 2, day(4)) == day(9)
    assert next_telling(cadence, 3, day(4)) is None
    assert next_telling(cadence, 1, day(4), kind=ReminderKind.APPROVAL) == day(7)
    holiday = day(7)
    assert next_telling(cadence, 1, day(4), lambda one: is_weekend(one) or one == holiday) == day(10)


def test_a_reminder_holds_while_its_very_occurrence_does() -> None:
    reminder = Reminder(1, "T", 1, ReminderKind.FOLLOW_UP, "3", "U1", day(4))
    planned = deal(next_step=NextStep("call", day(4)), next_step_no=3)
    assert still_holds(reminder, PROCESS, planned, Facts(), day(4))
    assert not still_holds(reminder, PROCESS, planned, Facts(), day(3))
    assert not still_holds(reminder, PROCESS, replace(planned, next_step_no=4), Facts(), day(4))
    assert not still_holds(reminder, PROCESS, replace(planned, status=Status.LOST), Facts(), day(4))


# properties

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
near = st.integers(-60, 60).map(day)
durations = st.one_of(
    st.integers(1, 400).map(Duration),
    st.integers(1, 200).map(lambda count: Duration(count, business=True)),
    st.integers(1, 40).map(lambda count: Duration(0, months=count)),
)
calendars = st.frozensets(near, max_size=20).map(lambda holidays: lambda one: one.weekday() > 4 or one in holidays)
steps = st.none() | near.map(lambda on: NextStep("call", on))
deals = st.builds(
    deal,
    stage=st.sampled_from([stage.key for stage in PROCESS.stages]),
    status=st.sampled_from(Status),
    progress_on=near,
    next_step=steps,
    next_step_no=st.integers(0, 3),
    fresh_until=st.none() | near,
    waiting_on=st.sampled_from([None, "third_party"]),
    waiting_until=st.none() | near,
    expected_close=st.none() | near,
    pending_move=st.sampled_from([None, 7]),
)
facts_of_all_kinds = st.builds(
    Facts,
    evidence=st.lists(st.builds(EvidenceFact, st.integers(1, 9), st.just("price"), near), max_size=3).map(tuple),
    questions=st.lists(st.builds(QuestionFact, st.just("1.0"), near), max_size=1).map(tuple),
    approval=st.none() | st.builds(ApprovalFact, st.just(7), near, st.just(("M1", "M2"))),
    promises=st.lists(st.builds(PromiseFact, st.just(1), near), max_size=1).map(tuple),
    objections=st.lists(st.builds(ObjectionFact, st.just(2), near), max_size=1).map(tuple),
    won_on=st.none() | near,
    reached=near.map(lambda on: (("live", on),)),
    departed=st.booleans(),
    managers=st.just(("M1", "M2")),
)


@given(days, durations)
def test_the_latest_start_is_the_last_day_from_which_so_long_has_passed(today: date, duration: Duration) -> None:
    start = latest_start(duration, today)
    assert duration.after(start) <= today < duration.after(start + timedelta(days=1))


@given(near, durations, calendars)
def test_the_latest_start_knows_holidays_too(today: date, duration: Duration, is_off: Callable[[date], bool]) -> None:
    start = latest_start(duration, today, is_off)
    assert duration.after(start, is_off) <= today < duration.after(start + timedelta(days=1), is_off)


@given(near, st.integers(1, 60), calendars)
def test_business_days_with_holidays_are_those_that_a_walk_counts(
    start: date, count: int, is_off: Callable[[date], bool]
) -> None:
    one, left = start, count
    while left:
        one += timedelta(days=1)
        left -= not is_off(one)
    assert Duration(count, business=True).after(start, is_off) == one


@given(near, near, durations, calendars)
def test_what_begins_later_is_over_later(a: date, b: date, duration: Duration, is_off: Callable[[date], bool]) -> None:
    assert duration.after(min(a, b), is_off) <= duration.after(max(a, b), is_off)


@given(days, st.integers(1, 240))
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(start: date, months: int) -> None:
    end = Duration(0, months=months).after(start)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(deals, facts_of_all_kinds, near)
def test_whatever_holds_is_due_is_named_once_and_is_for_somebody(of: Deal, facts: Facts, today: date) -> None:
    found = matters(PROCESS, of, facts, today)
    assert all(matter.due_on <= today for matter in found)
    assert len({(matter.kind, matter.slot) for matter in found}) == len(found)
    assert all(matter.to for matter in found if matter.kind in (ReminderKind.APPROVAL, ReminderKind.ORPHAN))
    if of.status in (Status.LOST, Status.PARKED):
        allowed = {ReminderKind.RETURN, ReminderKind.WINBACK, ReminderKind.ORPHAN, ReminderKind.APPROVAL}
        assert {matter.kind for matter in found} <= allowed


@given(deals, facts_of_all_kinds, near)
def test_what_holds_today_holds_tomorrow_if_nothing_happens(of: Deal, facts: Facts, today: date) -> None:
    # What is asked of customers ends when a promise gets late, and a value check when the next one is due.
    changing = {REFERRAL, REVIEW, UPSELL, ReminderKind.VALUE_CHECK}
    now = {(m.kind, m.slot) for m in matters(PROCESS, of, facts, today) if m.kind not in changing}
    then = {(m.kind, m.slot) for m in matters(PROCESS, of, facts, today + timedelta(days=1))}
    assert now <= then


@given(deals, near, near)
def test_neither_a_plan_nor_a_reason_nor_progress_makes_a_deal_stale_earlier(of: Deal, step: date, until: date) -> None:
    stage = PROCESS.stage(of.stage)
    assert stage is not None
    before = stale_from(PROCESS, stage, of)
    later = max(of.progress_on or MONDAY, until)
    for better in (
        replace(of, next_step=NextStep("call", max(step, of.next_step.on if of.next_step else step))),
        replace(of, fresh_until=max(until, of.fresh_until or until)),
        replace(of, progress_on=later),
        replace(of, waiting_on="third_party"),
    ):
        after = stale_from(PROCESS, stage, better)
        assert (before is None) == (after is None)
        assert before is None or after is None or after >= before
