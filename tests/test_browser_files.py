"""In a real browser: a rep saves the buyer's mail and adds it as evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.team import GENERAL, RITA
from tests.harness import Office
from tests.selling import log_deal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import OpenWindow

pytest_plugins = ["tests.browser"]


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("reply.eml", "“reply.eml” is verified"),
        ("accepted.eml", "accepted “Requirements with Alder & Finch”"),
        ("meeting.ics", "Accepted by: Olivia Finch"),
        ("reply-changed.eml", "the signature does not fit"),
    ],
)
def test_a_file_of_the_buyers_is_recognised(
    browser: Browser, office: Office, window: OpenWindow, tmp_path: Path, name: str, shows: str
) -> None:
    office.sandbox.clock.move_to(office.clock())
    log_deal(office, "Acme")
    page = window(f"{office.sandbox.web_url}/as/{RITA}/channel/{GENERAL}", "narrow")
    page.get_by_role("textbox", name="Message").fill("/deal move Acme")
    page.keyboard.press("Enter")
    form = page.locator(".modal[data-top]")
    form.get_by_role("button", name="Add evidence").first.click()
    with page.context.expect_page() as opened:
        form.get_by_role("link", name="Sample files").click()
    with opened.value.expect_download() as saving:
        opened.value.get_by_role("link", name=name, exact=True).click()
    saving.value.save_as(tmp_path / name)

    page.get_by_label("What did the buyer write?").fill("On Thursday Olivia confirmed the recap in writing.")
    page.get_by_label("Or a file").set_input_files(tmp_path / name)
    page.get_by_label("Who at the buyer?").fill("Olivia Finch, COO, olivia@alderfinch.example")
    form.locator("[data-submits]").click()

    expect(form.get_by_text("I look into your file now")).to_be_visible()
    assert shows in office.rita.waits_for_dm(name)
