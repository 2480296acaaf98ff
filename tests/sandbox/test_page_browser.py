"""The page in a real browser: live changes, the keyboard, narrow screens, and life without its script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Route, expect

from sandbox.server import Sandbox
from sandbox.team import DEALS, GENERAL, MARTA, RITA, TOM
from tests.sandbox.page_app import PageApp, card

if TYPE_CHECKING:
    from tests.browser import KeepPicture, OpenWindow

pytest_plugins = ["tests.browser"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, PageApp]]:
    app = PageApp()
    with Sandbox(bot=app) as sandbox:
        app.api_url = sandbox.api_url
        yield sandbox, app


@pytest.fixture
def app(served: tuple[Sandbox, PageApp]) -> PageApp:
    served[1].seen.clear()
    return served[1]


@pytest.fixture
def sandbox(served: tuple[Sandbox, PageApp], app: PageApp) -> Sandbox:
    served[0].reset()
    return served[0]


def address(sandbox: Sandbox, user: str, channel: str = DEALS) -> str:
    return f"{sandbox.web_url}/as/{user}/channel/{channel}"


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def open_form(page: Page) -> None:
    say(page, "/deal form")
    expect(page.get_by_role("dialog", name="Log a deal")).to_be_visible()


def test_a_deal_is_logged_with_the_keyboard_alone(
    sandbox: Sandbox, app: PageApp, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    page = window(address(sandbox, RITA))
    open_form(page)
    expect(page.get_by_label("Deal name")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    expect(page.get_by_label("Deal name")).to_be_focused()
    page.keyboard.type("Acme")
    page.keyboard.press("Tab")
    page.keyboard.type("They asked for an offer")
    keep_picture(page, "page-modal")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    assert app.submitted()["notes"]["value"] == "They asked for an offer"


def test_enter_in_a_line_submits_and_never_presses_another_button(
    sandbox: Sandbox, app: PageApp, window: OpenWindow
) -> None:
    page = window(address(sandbox, RITA))
    open_form(page)
    page.get_by_label("Deal name").fill("Acme")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert app.submitted()["name"]["value"] == "Acme"


def test_the_tab_key_stays_in_the_modal_and_escape_closes_it(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    say(page, "/deal move")
    expect(page.get_by_role("dialog", name="Move Acme")).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.modal') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sandbox.workspace.top_modal(RITA) is None


def test_what_one_types_stays_while_the_app_redraws_the_form(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    open_form(page)
    page.get_by_label("Deal name").fill("Acme")
    page.get_by_label("Notes").fill("half a sen")
    page.get_by_label("Kind").select_option("meeting")
    expect(page.get_by_text("You chose meeting")).to_be_visible()
    expect(page.get_by_label("Deal name")).to_have_value("Acme")
    expect(page.get_by_label("Notes")).to_have_value("half a sen")
    expect(page.get_by_label("Kind")).to_have_value("meeting")


def test_what_one_types_stays_while_others_write(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    page.get_by_role("textbox", name="Message").fill("half a sen")
    page.get_by_role("textbox", name="Message").focus()
    sandbox.living.write(MARTA, DEALS, "How is Acme?")
    expect(page.get_by_text("How is Acme?")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("half a sen")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()


def test_what_is_typed_in_a_modal_stays_while_another_lies_on_it(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    say(page, "/deal move")
    page.get_by_role("button", name="Add evidence").nth(1).click()
    expect(page.get_by_role("dialog", name="Add evidence")).to_be_visible()
    expect(page.get_by_label("What did the buyer do?")).to_be_focused()
    sandbox.living.write(MARTA, DEALS, "Meanwhile")
    page.get_by_label("What did the buyer do?").fill("Jane confirmed")
    expect(page.locator("#messages")).to_contain_text("Meanwhile")
    expect(page.get_by_label("What did the buyer do?")).to_have_value("Jane confirmed")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Move Acme")).to_be_visible()
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Criterion 1 is not met.")).to_be_visible()


def test_two_windows_are_two_people_who_see_each_other_act(
    sandbox: Sandbox, app: PageApp, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    rita = window(address(sandbox, RITA))
    marta = window(address(sandbox, MARTA, GENERAL))
    say(rita, "/deal post")
    expect(marta.get_by_role("link", name="deals")).to_contain_text("1")
    expect(marta).to_have_title("(1) general · Northbeam")
    marta.get_by_role("link", name="deals").click()
    marta.get_by_role("button", name="Approve").click()
    expect(rita.get_by_text("Approved by @Marta Lindqvist")).to_be_visible()
    keep_picture(rita, "page-approved")


def test_a_dangerous_button_asks_first(sandbox: Sandbox, app: PageApp, window: OpenWindow) -> None:
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card())
    page = window(address(sandbox, MARTA))
    page.get_by_role("button", name="Send back").click()
    box = page.get_by_role("alertdialog", name="Send it back?")
    expect(box).to_be_visible()
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_be_hidden()
    assert app.actions() == []
    page.get_by_role("button", name="Send back").click()
    box.get_by_role("button", name="Send back").click()
    expect(box).to_be_hidden()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert app.actions() == [("send_back", None)]


def test_what_is_asked_stays_open_when_the_page_of_an_earlier_click_comes_late(
    sandbox: Sandbox, app: PageApp, window: OpenWindow
) -> None:
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card())
    sandbox.living.write(TOM, DEALS, "Who was there?")
    page = window(address(sandbox, MARTA))
    page.get_by_text("Who was there?").hover()
    page.get_by_role("link", name="Reply in a thread").last.click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    late: list[Route] = []
    page.route(
        "**/channel/*", lambda route: route.continue_() if "x-refresh" in route.request.headers else late.append(route)
    )
    page.get_by_role("link", name="Close the thread").click()
    page.get_by_role("button", name="Send back").click()
    box = page.get_by_role("alertdialog", name="Send it back?")
    expect(box).to_be_visible()
    late[0].continue_()
    expect(page.get_by_role("textbox", name="Reply")).to_have_count(0)
    expect(box).to_be_visible()


def test_menus_of_a_message_are_used_at_once(sandbox: Sandbox, app: PageApp, window: OpenWindow) -> None:
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card())
    page = window(address(sandbox, MARTA))
    with page.expect_response("**/press/**"):
        page.get_by_label("Choose a kind").select_option("email")
    page.get_by_role("button", name="More actions").click()
    with page.expect_response("**/press/**"):
        page.get_by_role("button", name="Meeting").click()
    assert app.actions() == [("pick", "email"), ("more", "meeting")]


def test_a_file_is_attached_and_handed_over(sandbox: Sandbox, app: PageApp, window: OpenWindow, tmp_path: Path) -> None:
    order = tmp_path / 'signed "order".pdf'
    order.write_bytes(b"%PDF signed")
    page = window(address(sandbox, RITA))
    open_form(page)
    page.get_by_label("Deal name").fill("Acme")
    page.get_by_label("File").set_input_files(order)
    expect(page.get_by_role("checkbox", name='signed "order".pdf')).to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    [file] = app.submitted()["file"]["files"]
    assert sandbox.workspace.files[file["id"]].data == b"%PDF signed"


def test_a_thread_opens_beside_the_channel_and_closes(sandbox: Sandbox, window: OpenWindow) -> None:
    sandbox.living.write(MARTA, DEALS, "Who was there?")
    page = window(address(sandbox, RITA))
    page.get_by_text("Who was there?").hover()
    page.get_by_role("link", name="Reply in a thread").click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    page.keyboard.type("Jane and Tom")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log", name="Replies")).to_contain_text("Jane and Tom")
    expect(page.get_by_role("link", name="1 reply")).to_be_visible()
    page.get_by_role("link", name="Close the thread").press("Enter")
    expect(page.get_by_role("log", name="Replies")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()


def test_the_clock_and_the_persona_are_a_click_away(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    page.get_by_role("button", name="The workspace’s time").click()
    page.get_by_role("button", name="Next Monday, 9:00").click()
    expect(page.get_by_role("button", name="The workspace’s time")).to_contain_text("09:00")
    assert sandbox.clock.now().weekday() == 0
    page.get_by_role("button", name="You are Rita Solano").click()
    page.get_by_role("link", name="Tom Hale").click()
    expect(page.get_by_role("button", name="You are Tom Hale")).to_be_visible()
    assert f"/as/{TOM}/" in page.url


def test_a_slash_offers_the_commands(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA))
    page.get_by_role("textbox", name="Message").press_sequentially("/d")
    page.get_by_role("button", name="/deal").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("/deal ")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()


def test_everything_works_without_the_script(sandbox: Sandbox, app: PageApp, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA), script=False)
    page.get_by_role("textbox", name="Message").fill("/deal form")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Kind").select_option("email")
    page.get_by_role("button", name="Choose").first.click()
    expect(page.get_by_text("You chose email")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    page.get_by_label("Deal name").fill("Acme")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert app.submitted()["name"]["value"] == "Acme"
    assert app.submitted()["kind"]["selected_option"]["value"] == "email"


@pytest.mark.parametrize("size", ["wide", "middle", "narrow"])
def test_nothing_is_wider_than_the_screen(
    sandbox: Sandbox, app: PageApp, window: OpenWindow, keep_picture: KeepPicture, size: str
) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 12
    sandbox.living.write(MARTA, DEALS, f"{long} https://a.example/{'x' * 400}")
    app.call("chat.postMessage", channel=DEALS, text="card", blocks=card(f"*{long}* `{long}`"))
    page = window(address(sandbox, RITA), size)
    keep_picture(page, f"page-{size}")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    assert page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('#messages'))") <= 0
    open_form(page)
    assert page.evaluate(overflow) <= 0
    assert page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('.modal-body'))") <= 0
    box = page.get_by_role("button", name="Save").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= page.evaluate("innerHeight")


def test_on_a_narrow_screen_the_sidebar_opens_over_the_conversation(sandbox: Sandbox, window: OpenWindow) -> None:
    page = window(address(sandbox, RITA), "narrow")
    expect(page.get_by_role("link", name="general")).to_be_hidden()
    page.get_by_role("button", name="Channels and messages").click()
    page.get_by_role("link", name="general").click()
    expect(page.get_by_role("heading", name="general").first).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_a_page_fetches_nothing_from_anywhere_else(sandbox: Sandbox, app: PageApp, window: OpenWindow) -> None:
    page = window("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address(sandbox, RITA))
    page.goto(f"{sandbox.web_url}/as/{RITA}/home")
    expect(page.get_by_role("heading", name="Your deals")).to_be_visible()
    assert [url for url in asked if not url.startswith(sandbox.web_url)] == []
