"""Somebody leaves the workspace: the managers are told of their deals, once, and hand them on."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.services import people
from bot.services.planning import plan
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import clockwork
from tests.harness import Office
from tests.selling import log_deal


def test_the_deals_of_somebody_who_left_are_handed_on_by_the_managers(office: Office) -> None:
    log_deal(office, "Acme 12k EUR")
    gone = people.find(office.desk, NORTHBEAM.id, RITA)
    marta = people.find(office.desk, NORTHBEAM.id, MARTA)
    assert gone is not None
    assert marta is not None
    office.sandbox.living.change_user(RITA, deleted=True)

    def has_left() -> bool:
        known = people.find(office.desk, NORTHBEAM.id, RITA)
        return known is not None and known.is_deleted

    assert office.eventually(has_left)

    before = len(office.rita.dms)
    clockwork.at(office, date(2026, 11, 24), 9, zone=ZoneInfo(marta.tz or "UTC"))
    plan(office.desk)
    clockwork.settled_down(office)
    said = office.marta.waits_for_dm("Acme")
    assert "left" in said
    assert len(office.rita.dms) == before

    office.marta.goes_to(None)
    office.marta.types("/deal assign D-1 @tom")
    office.marta.waits_to_see("now belongs to")
    clockwork.settled_down(office)
    again = office.marta.waits_for_dm("Acme")
    assert not any(button.label.startswith("Hand over") for button in again.buttons)
    clockwork.at(office, date(2026, 11, 25), 9, zone=ZoneInfo(marta.tz or "UTC"))
    plan(office.desk)
    clockwork.settled_down(office)
    told = [message for message in office.marta.dms if "left" in message and "Acme" in message]
    assert len(told) == 1
    assert people.find(office.desk, NORTHBEAM.id, TOM) is not None
