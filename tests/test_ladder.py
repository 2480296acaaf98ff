"""The ladder for silence, rung by rung."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar_days import is_weekend
from bot.domain.ladder import Rung, RungKind, rung_after
from bot.domain.process import Cadence, Duration, PlanB

FRIDAY = date(2026, 3, 6)


def test_follow_ups_come_farther_apart_then_a_last_mail_then_the_deal_is_parked() -> None:
    assert [rung_after(Cadence(), silence, FRIDAY) for silence in (1, 2, 3, 4, 5, 6)] == [
        Rung(RungKind.FOLLOW_UP, date(2026, 3, 11), 2),
        Rung(RungKind.FOLLOW_UP, date(2026, 3, 13), 3),
        Rung(RungKind.FOLLOW_UP, date(2026, 3, 20), 4),
        Rung(RungKind.LAST_MAIL, date(2026, 3, 13), 5),
        Rung(RungKind.PARK, FRIDAY + timedelta(days=90), 6),
        Rung(RungKind.PARK, FRIDAY + timedelta(days=90), 7),
    ]


def test_before_any_silence_the_first_gap_is_proposed() -> None:
    assert rung_after(Cadence(), 0, FRIDAY) == rung_after(Cadence(), 1, FRIDAY)


def test_the_stages_plan_b_says_how_long_it_is_parked() -> None:
    half_a_year = PlanB(park=Duration(0, months=6))
    assert rung_after(Cadence(), 5, FRIDAY, otherwise=half_a_year).on == date(2026, 9, 6)
    assert rung_after(Cadence(), 5, FRIDAY, otherwise=PlanB(stage="asked")).on == FRIDAY + timedelta(days=90)


def test_holidays_are_no_business_days() -> None:
    holiday = date(2026, 3, 10)
    rung = rung_after(Cadence(), 1, FRIDAY, lambda day: is_weekend(day) or day == holiday)
    assert rung.on == date(2026, 3, 12)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.booleans(),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.frozensets(st.integers(1, 40), max_size=10),
)
def test_every_ladder_goes_up_step_by_step_and_ends_in_parking(
    gaps: list[int], business: bool, today: date, holidays: frozenset[int]
) -> None:
    off = {today + timedelta(days=count) for count in holidays}
    cadence = Cadence(silence=tuple(Duration(gap, business) for gap in gaps))
    rungs = [rung_after(cadence, silence, today, lambda d: is_weekend(d) or d in off) for silence in range(1, 10)]
    kinds = [rung.kind for rung in rungs]
    follow_ups = len(gaps)
    assert kinds[:follow_ups] == [RungKind.FOLLOW_UP] * follow_ups
    assert kinds[follow_ups] is RungKind.LAST_MAIL
    assert set(kinds[follow_ups + 1 :]) == {RungKind.PARK}
    assert [rung.n for rung in rungs] == list(range(2, 11))
    assert all(rung.on > today for rung in rungs)
    if business:
        assert not any(is_weekend(rung.on) or rung.on in off for rung in rungs[: follow_ups + 1])


def test_a_calendar_without_any_business_day_is_not_waited_for_for_ever() -> None:
    assert rung_after(Cadence(), 1, FRIDAY, lambda day: True).on > FRIDAY
