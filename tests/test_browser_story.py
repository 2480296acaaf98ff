"""The whole job in a real browser, from the first look at the demo to the last after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from sandbox.team import DEALS, GENERAL, MARTA, RITA
from tests.demo_run import DemoRun, demo
from tests.harness import Office

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import KeepPicture, OpenWindow

pytest_plugins = ["tests.browser"]

# The beginning of each criterion, the kind of proof, the question that the form then asks, and the answer.
PROOFS = (
    ("The buyer described the problem", "Email from the buyer", "What did the buyer write?", "It takes us two days."),
    ("The buyer named a reason to act now", "Document", "What does the document show?", "The lease ends in May."),
    (
        "The buyer accepted a meeting",
        "Meeting",
        "What did the buyer do or agree to?",
        "Jane accepted Thursday at ten.",
    ),
)
PAGE: FilePayload = {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 the lease"}


@pytest.fixture
def started(browser: Browser, tmp_path: Path) -> Iterator[DemoRun]:
    """A demo that starts for the first time; asked for after the browser, so that nothing starts without one."""
    with demo(tmp_path / "home") as run:
        yield run


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_a_deal_is_logged_refused_proved_moved_questioned_and_found_again(
    browser: Browser, started: DemoRun, window: OpenWindow, keep_picture: KeepPicture, tmp_path: Path, size: str
) -> None:
    rita = window(f"{started.web}/as/{RITA}/home", size)
    expect(rita.get_by_role("heading", name="Questions for you")).to_be_visible()
    expect(rita.get_by_text("2 of 3 criteria met")).to_be_visible()
    keep_picture(rita, f"story-{size}-1-first-look")
    goes_to(rita, "general", size)

    logs_a_deal(rita, "Acme rollout 12k EUR close 15 dec")
    is_refused(rita)
    keep_picture(rita, f"story-{size}-2-refused")
    for number, proof in enumerate(PROOFS):
        proves(rita, number, *proof)
    keep_picture(rita, f"story-{size}-3-proved")
    submits(rita)
    expect(top(rita).get_by_text("is now in “Solution explored”")).to_be_visible()
    closes(rita)

    marta = becomes(rita, "Marta Lindqvist", size)
    goes_to(marta, "deals", size)
    expect(card(marta)).to_contain_text("Jane Doe, CFO")
    keep_picture(marta, f"story-{size}-4-card")
    asks(marta)
    answers(window(f"{started.web}/as/{RITA}/messages", size))
    settles(marta)
    approves(marta)
    keep_picture(marta, f"story-{size}-5-approved")

    started.stop()
    with demo(tmp_path / "home") as again:
        assert "a few deals" not in again.said
        finds_it_again(window(f"{again.web}/as/{RITA}/channel/{GENERAL}", size))
        the_old_buttons_work(window(f"{again.web}/as/{MARTA}/channel/{DEALS}", size))


def test_evidence_is_added_with_the_keyboard_alone(
    browser: Browser, office: Office, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    page = window(f"{office.sandbox.web_url}/as/{RITA}/channel/{GENERAL}")
    page.get_by_role("textbox", name="Message").focus()
    types(page, "/deal new Acme", "Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(top(page).get_by_text("Logged as D-1")).to_be_visible()
    tabs_to(page, top(page).get_by_role("button", name="Add evidence").first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kind of proof")).to_be_focused()
    tabs_to(page, page.get_by_label("What did the buyer write?"))
    types(page, "tbd", "Control+Enter")
    expect(top(page).get_by_text("Say what the buyer did")).to_be_visible()
    expect(page.get_by_label("What did the buyer write?")).to_be_focused()
    types(page, "", "Control+a")
    types(page, "They lose two days at each month end.")
    tabs_to(page, page.get_by_label("Link"))
    types(page, "https://mail.example.com/m/1")
    tabs_to(page, page.get_by_label("Who at the buyer?"))
    types(page, "Jane Doe, CFO, jane@acme.example", "Control+Enter")
    expect(top(page).get_by_text("1 of 3 criteria met")).to_be_visible()
    keep_picture(page, "story-keyboard")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()


# What a person does


def types(page: Page, text: str, *keys: str) -> None:
    page.keyboard.type(text)
    for key in keys:
        page.keyboard.press(key)


def tabs_to(page: Page, wanted: Locator) -> None:
    for _ in range(15):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not get to {wanted}")


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def top(page: Page) -> Locator:
    return page.locator(".modal[data-top]")


def submits(page: Page) -> None:
    top(page).locator("[data-submits]").click()


def closes(page: Page) -> None:
    top(page).get_by_role("button", name="Close", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def goes_to(page: Page, channel: str, size: str) -> None:
    if size == "narrow":
        page.get_by_role("button", name="Channels and messages").click()
    page.locator("#sidebar").get_by_role("link", name=channel).first.click()
    expect(page.get_by_role("heading", name=channel).first).to_be_visible()


def becomes(page: Page, name: str, size: str) -> Page:
    page.locator("#me-button").click()
    page.locator("#personas").get_by_role("link", name=name).click()
    if size == "wide":
        expect(page.locator("#me-button")).to_contain_text(name)
    return page


def logs_a_deal(page: Page, words: str) -> None:
    say(page, f"/deal new {words}")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Acme rollout")
    expect(page.get_by_label("Amount")).to_have_value("€12,000")
    submits(page)
    expect(top(page).get_by_text("Logged as")).to_be_visible()
    closes(page)


def is_refused(page: Page) -> None:
    say(page, "/deal move Acme")
    expect(top(page).get_by_text("0 of 3 criteria met")).to_be_visible()
    submits(page)
    expect(top(page).get_by_text("3 things missing")).to_be_visible()
    expect(top(page).get_by_text("How to get it:").first).to_be_visible()


def proves(page: Page, number: int, criterion: str, kind: str, question: str, answer: str) -> None:
    """With a link or, for a document, with a file."""
    top(page).get_by_role("button", name="Add evidence").first.click()
    expect(top(page)).to_contain_text(criterion)
    page.get_by_label("Kind of proof").select_option(label=kind)
    page.get_by_label(question).fill(answer)
    if kind == "Document":
        page.get_by_label("Or a file").set_input_files(PAGE)
        expect(top(page).get_by_text("lease.pdf")).to_be_visible()
    else:
        page.get_by_label("Link").fill(f"https://mail.example.com/m/{number}")
    if number == 0:
        page.get_by_label("Who at the buyer?").fill("Jane Doe, CFO, jane@acme.example")
    else:
        page.get_by_label("Who at the buyer?").select_option(label="Jane Doe, CFO")
    submits(page)
    expect(top(page).get_by_text(f"{number + 1} of 3 criteria met")).to_be_visible()


def card(page: Page) -> Locator:
    return page.locator("#messages article", has_text="Acme rollout")


def asks(page: Page) -> None:
    """For the first of the proofs."""
    card(page).get_by_role("button", name="Ask for the proof").first.click()
    page.get_by_label("Your question").fill("May I see the whole mail?")
    submits(page)
    expect(card(page)).to_contain_text("Disputed")


def answers(page: Page) -> None:
    asked = page.locator("#messages article", has_text="May I see the whole mail?")
    asked.get_by_role("button", name="Answer").click()
    page.get_by_label("Your answer").fill("Here it is, with her signature.")
    submits(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Your answer is in the card's thread")).to_be_visible()


def settles(page: Page) -> None:
    card(page).get_by_role("link", name="View thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Here it is, with her signature.")
    expect(thread).to_contain_text("lease.pdf")
    thread.get_by_role("button", name="Accept", exact=True).click()
    expect(thread).to_contain_text("accepted the answer")
    thread.get_by_role("link", name="Close the thread").click()
    expect(card(page)).not_to_contain_text("Disputed")


def approves(page: Page) -> None:
    """The move that was waiting when the demo began."""
    waiting = page.locator("#messages article", has_text="asks to move").filter(has_text="Pellworth booking desk")
    waiting.get_by_role("button", name="Approve", exact=True).click()
    waiting.get_by_role("alertdialog").get_by_role("button", name="Approve", exact=True).click()
    expect(waiting).to_contain_text("Approved by @Marta Lindqvist today")


def finds_it_again(page: Page) -> None:
    say(page, "/deal show Acme")
    expect(top(page)).to_contain_text("Open, in “Solution explored”")
    expect(top(page)).to_contain_text("The lease ends in May.")
    closes(page)
    page.get_by_role("button", name="The workspace’s time").click()
    page.get_by_role("button", name="+1 week").click()
    say(page, "/deal")
    expect(page.locator("#messages article").last).to_contain_text("Overdue by")


def the_old_buttons_work(page: Page) -> None:
    card(page).get_by_role("button", name="Ask for the proof").last.click()
    expect(page.get_by_role("dialog", name="Ask for the proof")).to_be_visible()
