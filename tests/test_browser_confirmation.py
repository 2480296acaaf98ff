"""The buyer's page in a real browser: by keyboard alone, on a narrow phone, without any script, and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from bot.domain.evidence import Strength
from bot.server import serve
from bot.services import confirmations, overview
from tests.clockwork import rep
from tests.confirming import acme, link_for, path_of
from tests.harness import Office

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import KeepPicture, OpenWindow

pytest_plugins = ["tests.browser"]

LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4


@pytest.fixture
def address(browser: Browser, office: Office) -> Iterator[str]:
    """Where the bot's own server listens; asked for after the browser, so that nothing starts without one."""
    server = serve(office.web, "127.0.0.1", 0)
    thread = server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.close()
    thread.join(5)


def opened(office: Office, address: str, window: OpenWindow, *, points: str = "", size: str = "narrow") -> Page:
    """The page as a buyer sees it whose browser runs no scripts, 320 pixels wide."""
    made = link_for(office, acme(office), points) if points else link_for(office, acme(office))
    page = window(address + path_of(made.link), size, script=False)
    if size == "narrow":
        page.set_viewport_size({"width": 320, "height": 640})
    return page


def fits(page: Page) -> None:
    """Nothing sticks out at the side."""
    box = page.locator("main").bounding_box()
    assert box is not None
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for one in page.locator("h1, h2, p, li, label, input, textarea, button, fieldset").all():
        inside = one.bounding_box()
        assert inside is None or inside["x"] + inside["width"] <= width, one.inner_html()


def answer_of(office: Office) -> confirmations.Confirmation:
    [found] = confirmations.of_deal(office.desk, rep(), 1).found
    return found


def test_a_buyer_confirms_on_a_narrow_phone_without_any_script(
    office: Office, address: str, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    page = opened(office, address, window)
    expect(page.get_by_role("heading", name="Is this what we agreed?")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(["Month end takes six days today", "Both plants start in March"])
    expect(page.get_by_text("Tue 1 Dec 2026")).to_be_visible()
    fits(page)
    keep_picture(page, "confirmation-1-narrow")
    page.get_by_role("radio", name="Yes, this is right").check()
    page.get_by_label("Your name").fill("Jane Doe")
    page.get_by_label("Your work mail address").fill("jane@buyer.example")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you, this is confirmed")).to_be_visible()
    fits(page)
    keep_picture(page, "confirmation-2-thanks")
    [piece] = overview.sheet(office.desk, rep(), 1).evidence
    assert piece.strength is Strength.VERIFIED

    page.goto(page.url)
    expect(page.get_by_role("heading", name="This was already answered on Mon 23 Nov 2026")).to_be_visible()
    fits(page)


def test_a_buyer_corrects_with_the_keyboard_alone(
    office: Office, address: str, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    page = opened(office, address, window, size="wide")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("radio", name="Yes, this is right")).to_be_focused()
    keys.press("Space")
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Not quite")).to_be_checked()
    for label, text in (("What should be different?", ""), ("Your name", "Jane Doe"),
                        ("Your work mail address", "jane@buyer.example")):  # fmt: skip
        keys.press("Tab")
        expect(page.get_by_label(label)).to_be_focused()
        keys.type(text)
    keys.press("Tab")
    expect(page.get_by_role("button", name="Send my answer")).to_be_focused()
    keys.press("Enter")

    # What is missing stands at the top, and leads to its field; what was typed is still there.
    expect(page.get_by_role("alert")).to_contain_text("Write what should be different.")
    expect(page.get_by_label("Your name")).to_have_value("Jane Doe")
    expect(page.get_by_role("radio", name="Not quite")).to_be_checked()
    keep_picture(page, "confirmation-3-mistake")
    expect(page.get_by_role("alert")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Write what should be different.")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    words = page.get_by_label("What should be different?")
    if not words.evaluate("one => one === document.activeElement"):
        keys.press("Shift+Tab")
    expect(words).to_be_focused()
    keys.type("Only the plant in Porto starts in March")
    for _ in range(3):
        keys.press("Tab")
    expect(page.get_by_role("button", name="Send my answer")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Thank you, we have your correction")).to_be_visible()
    found = answer_of(office)
    assert found.answer is not None
    assert found.answer.words == "Only the plant in Porto starts in March"


def test_long_words_and_much_text_stay_on_a_narrow_screen(
    office: Office, address: str, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    page = opened(
        office, address, window, points=f"{LONG}\n" + "\n".join(f"Point {n}: {'word ' * 40}" for n in range(11))
    )
    fits(page)
    page.emulate_media(color_scheme="dark")
    keep_picture(page, "confirmation-4-long-dark")
    fits(page)


def test_the_browser_itself_asks_for_what_is_missing_and_nothing_is_sent(
    office: Office, address: str, window: OpenWindow
) -> None:
    page = opened(office, address, window)
    before = page.url
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Is this what we agreed?")).to_be_visible()
    assert page.url == before
    assert answer_of(office).answer is None


def test_what_does_not_work_any_more_says_so_in_the_browser(office: Office, address: str, window: OpenWindow) -> None:
    page = opened(office, address, window)
    confirmations.withdraw(office.desk, rep(), answer_of(office).id)
    page.get_by_role("radio", name="No, I do not confirm this").check()
    page.get_by_label("Your name").fill("Jane Doe")
    page.get_by_label("Your work mail address").fill("jane@buyer.example")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="This link was withdrawn")).to_be_visible()
    fits(page)
    assert answer_of(office).answer is None
    page.goto(f"{address}/c/{'A' * 43}")
    expect(page.get_by_role("heading", name="There is nothing at this link")).to_be_visible()
