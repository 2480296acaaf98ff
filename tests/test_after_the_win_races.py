"""Two answers at once about a customer: one holds, and whoever came second is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.domain.errors import AlreadyDecided
from bot.domain.people import Contact, Role
from bot.domain.promises import Outcome, ValueAnswer
from bot.domain.reminders import ReminderKind
from bot.services import asks, promises, value_checks
from bot.services.asks import Gift, NewDeal, Target
from bot.services.deals import DealFacts
from bot.store.asks import ask
from bot.store.deals import deal as deal_table
from bot.store.promises import value_check
from sandbox.team import MARTA
from tests import clockwork
from tests.clockwork import a_deal, at, notice, rep
from tests.harness import Office
from tests.test_asks import TUESDAY, live
from tests.test_promises import promised, won

ROUNDS = 6
MANAGER = rep(MARTA, Role.MANAGER)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What came of deeds that begin at the same moment: what they gave, or what they were refused with."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        gate.wait()
        try:
            return deed()
        except AlreadyDecided as refused:
            return refused

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def refused(came: list[object]) -> int:
    return sum(isinstance(one, AlreadyDecided) for one in came)


def number_of(office: Office, table: object) -> int:
    with office.desk.db.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


@pytest.mark.parametrize("n", range(ROUNDS))
def test_two_answers_to_one_proposal_are_one_row(office: Office, n: int) -> None:
    deal = live(office, DealFacts(f"Acme {n}"))
    at(office, TUESDAY, 9)
    notice(office)
    [row] = clockwork.reminders(office)
    target = Target(deal.id, ReminderKind.REFERRAL, int(str(row["id"])))
    came = at_once(lambda: asks.asked(office.desk, rep(), target), lambda: asks.declined(office.desk, MANAGER, target))
    assert refused(came) == 1
    assert number_of(office, ask) == 1


@pytest.mark.parametrize("n", range(ROUNDS))
def test_two_outcomes_of_one_promise_are_one(office: Office, n: int) -> None:
    deal = a_deal(office, DealFacts(f"Acme {n}"))
    key = promised(office, deal, "Training", TUESDAY)
    came = at_once(
        lambda: promises.settle(office.desk, rep(), key, Outcome.KEPT, "Jane wrote so"),
        lambda: promises.settle(office.desk, MANAGER, key, Outcome.BROKEN, "Nobody came"),
    )
    assert refused(came) == 1
    [one] = promises.of_deal(office.desk, rep(), deal.id).promises
    assert (one.outcome, one.note) in {(Outcome.KEPT, "Jane wrote so"), (Outcome.BROKEN, "Nobody came")}


@pytest.mark.parametrize("n", range(ROUNDS))
def test_two_answers_to_one_value_check_are_one(office: Office, n: int) -> None:
    deal = won(office, a_deal(office, DealFacts(f"Acme {n}")), date(2026, 5, 20))
    came = at_once(
        lambda: value_checks.check_value(office.desk, rep(), deal.id, 6, ValueAnswer.YES, "Jane wrote so"),
        lambda: value_checks.check_value(office.desk, MANAGER, deal.id, 6, ValueAnswer.NO, "Jane wrote otherwise"),
    )
    assert refused(came) == 1
    assert number_of(office, value_check) == 1


@pytest.mark.parametrize("n", range(ROUNDS))
def test_one_referral_begins_one_deal(office: Office, n: int) -> None:
    deal = live(office, DealFacts(f"Acme {n}"))
    gift = Gift(named=Contact(0, "Ann Smith"), company="Other Ltd")
    made, _ = asks.given(office.desk, rep(), Target(deal.id, ReminderKind.REFERRAL), gift)
    new = NewDeal(DealFacts("Other", "Other Ltd", contacts=(Contact(0, "Ann Smith"),)))
    came = at_once(
        lambda: asks.begin(office.desk, rep(), made.id, new), lambda: asks.begin(office.desk, MANAGER, made.id, new)
    )
    assert refused(came) == 1
    assert number_of(office, deal_table) == 2
