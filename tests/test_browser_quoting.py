"""In a real browser: a message of the buyer's becomes evidence by its menu, on a wide screen and on a phone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from bot.domain.evidence import Strength
from bot.domain.people import Contact
from bot.services.deals import DealFacts
from bot.store import evidence
from sandbox.team import OLIVIA, RITA, SHARED
from tests.clockwork import a_deal
from tests.harness import Office

if TYPE_CHECKING:
    from tests.browser import KeepPicture, OpenWindow

pytest_plugins = ["tests.browser"]


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_menu_of_a_message_and_one_button_make_it_verified_evidence(
    window: OpenWindow, keep_picture: KeepPicture, office: Office, size: str
) -> None:
    deal = a_deal(office, DealFacts("Alder month end", contacts=(Contact(0, "Olivia Finch", "Head of operations"),)))
    office.sandbox.workspace.timestamps.ago = round(time.time() - office.clock().timestamp())
    office.sandbox.living.write(OLIVIA, SHARED, "Month end is a problem: it takes two of us three days.")
    page = window(f"{office.sandbox.web_url}/as/{RITA}/channel/{SHARED}", size)
    message = page.get_by_role("article").filter(has_text="it takes two of us three days").first
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Use as deal evidence").click()
    modal = page.locator(".modal[data-top]")
    expect(modal.get_by_text("Managers will see this")).to_be_visible()
    expect(modal.get_by_text("wrote it in a shared Slack channel")).to_be_visible()
    keep_picture(page, f"quoting-{size}")
    modal.get_by_role("button", name="Use as evidence").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("The message is evidence for")).to_be_visible()
    with office.desk.db.read() as connection:
        [piece] = evidence.of_deals(connection, deal.team_id, [deal.id])[deal.id]
    assert piece.strength is Strength.VERIFIED
