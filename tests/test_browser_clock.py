"""The clock in a real browser: it is moved on the page, the bot says what is due, and each thing is settled there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.team import DEALS, MARTA, RITA
from tests.demo_run import DemoRun, demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import KeepPicture, OpenWindow

pytest_plugins = ["tests.browser"]

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def started(browser: Browser, tmp_path: Path) -> Iterator[DemoRun]:
    """A demo that starts for the first time; asked for after the browser, so that nothing starts without one."""
    with demo(tmp_path / "home") as run:
        yield run


def test_the_clock_is_moved_and_what_is_due_is_said_and_settled(
    browser: Browser, started: DemoRun, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    rita, marta = window(f"{started.web}/as/{RITA}/messages"), window(f"{started.web}/as/{MARTA}/channel/{DEALS}")
    morning = goes_to_the_next_working_day(rita)

    agenda = said(rita, "Tamsel fleet planning", "call Bo")
    expect(agenda).to_contain_text(f"{morning:%A} {morning.day}")
    keep_picture(rita, "clock-1-morning")
    is_asked_for_a_referral(rita)
    a_follow_up_is_not_answered(rita)
    the_question_is_snoozed(rita)
    keep_picture(rita, "clock-2-settled")

    moves(rita, "+1 hour", times=6)
    at_its_hour = said(rita, "⏰", "call Bo")
    keep_picture(rita, "clock-3-at-its-hour")
    the_buyer_acted(rita, at_its_hour)
    expect(agenda_of(rita, morning)).to_contain_text("D-8): done")

    goes_to_day(rita, working_day(morning + timedelta(days=9)))
    a_winback_is_taken_up(rita, keep_picture)
    moves(rita, "Next Monday, 9:00", times=2)
    the_deal_is_with_the_manager(marta, keep_picture)
    goes_to_day(rita, working_day(morning + timedelta(days=140)))
    the_value_is_there(rita)
    keep_picture(rita, "clock-7-value")


def test_the_clock_on_a_narrow_screen(
    browser: Browser, started: DemoRun, window: OpenWindow, keep_picture: KeepPicture
) -> None:
    rita = window(f"{started.web}/as/{RITA}/messages", "narrow")
    goes_to_the_next_working_day(rita)
    expect(said(rita, "Tamsel fleet planning", "call Bo")).to_be_visible()
    assert rita.evaluate("document.documentElement.scrollWidth") <= 360
    keep_picture(rita, "clock-narrow")


# The clock


def moves(page: Page, label: str, day: date | None = None, times: int = 1) -> None:
    """Press a button of the clock, or choose a day there."""
    for _ in range(times):
        shown = page.locator("#top time")
        before = shown.get_attribute("data-ticks") or ""
        page.get_by_role("button", name="The workspace’s time").click()
        if day:
            page.get_by_label("A date, at 9:00").fill(day.isoformat())
        page.locator("#clock").get_by_role("button", name=label).click()
        expect(shown).not_to_have_attribute("data-ticks", before)


def now(page: Page) -> datetime:
    """The workspace's time as the page was drawn with it."""
    return datetime.fromisoformat(page.locator("#top time").get_attribute("data-ticks") or "")


def goes_to_the_next_working_day(page: Page) -> date:
    """To nine in the morning; there is always something due then in the workspace's story."""
    wanted = working_day(now(page).astimezone(MADRID).date() + timedelta(days=1))
    while now(page).astimezone(MADRID).date() < wanted:
        moves(page, "Next morning, 9:00")
    return wanted


def working_day(day: date) -> date:
    """This day, or the Monday after it at a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def goes_to_day(page: Page, day: date) -> None:
    moves(page, "Go there", day)


# What is said


def said(page: Page, *words: str) -> Locator:
    """The newest message with all of these words, as soon as it is there; the same one when it says others later."""
    found = page.locator("#messages article")
    for word in words:
        found = found.filter(has_text=word)
    expect(found.last).to_be_visible(timeout=15_000)
    return page.locator(f"#{found.last.get_attribute('id')}")


def agenda_of(page: Page, day: date) -> Locator:
    return page.locator("#messages article").filter(has=page.get_by_text(re.compile(rf"^\w+ {day.day} \w+: \d")))


def top(page: Page) -> Locator:
    return page.locator(".modal[data-top]")


def submits(page: Page) -> None:
    top(page).locator("[data-submits]").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


# How it is settled


def is_asked_for_a_referral(page: Page) -> None:
    agenda = said(page, "A good moment to ask who else has the same problem")
    agenda.get_by_role("button", name="Asked: Farrowmere bake planning").click()
    expect(agenda).to_contain_text("Farrowmere bake planning (D-2): asked")
    expect(agenda.get_by_role("button", name="Asked: Farrowmere bake planning")).to_have_count(0)


def a_follow_up_is_not_answered(page: Page) -> None:
    """The next one is proposed; nothing has to be typed."""
    agenda = said(page, "send Nuria two times")
    agenda.get_by_role("button", name="Done: Orrinvale rota planning").click()
    page.get_by_label("What did the buyer do?").select_option(label="No answer yet")
    expect(page.get_by_label("What will you do then?")).to_have_value("Follow up: send Nuria two times for the meeting")
    submits(page)
    expect(agenda).to_contain_text("Orrinvale rota planning (D-6): done: no answer yet")


def the_question_is_snoozed(page: Page) -> None:
    agenda = said(page, "Did Olivia give you the day")
    row = agenda.locator(".b-actions", has=page.get_by_role("button", name="Answer: Alder & Finch month end"))
    row.get_by_role("combobox").select_option(label="In 3 days")
    expect(agenda).to_contain_text("snoozed until")


def the_buyer_acted(page: Page, message: Locator) -> None:
    message.get_by_role("button", name="Done: Tamsel fleet planning").click()
    page.get_by_label("What did the buyer do?").select_option(label="They answered, or did something")
    page.get_by_label("In a few words").fill("Bo wants to see the figures of their own trips")
    page.get_by_label("What will you do next?").fill("Send Bo the figures")
    page.get_by_label("When?").fill((now(page) + timedelta(days=60)).date().isoformat())
    submits(page)
    expect(message).to_contain_text("Tamsel fleet planning (D-8): done: Bo wants to see the figures")


def a_winback_is_taken_up(page: Page, keep_picture: KeepPicture) -> None:
    agenda = said(page, "Ostlebrook job tickets", "Has anything changed since?")
    agenda.get_by_role("button", name="Look at it: Ostlebrook job tickets").click()
    expect(top(page)).to_contain_text("Ask for the calendar of the year before the first demo")
    keep_picture(page, "clock-4-winback")
    top(page).get_by_role("button", name="Reopen").click()
    expect(top(page)).to_contain_text("is open again, in “Problem recognised”")
    top(page).get_by_role("button", name="Close", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(agenda).to_contain_text("Ostlebrook job tickets (D-1): open again")


def the_deal_is_with_the_manager(page: Page, keep_picture: KeepPicture) -> None:
    digest = said(page, "The week before", "Standing still", "Alder & Finch month end")
    expect(digest).to_contain_text("Rita Solano")
    keep_picture(page, "clock-5-digest")
    card = page.locator("#messages article", has_text="moved Alder & Finch month end")
    card.get_by_role("link", name="View thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Perhaps a word between you helps.")
    keep_picture(page, "clock-6-escalated")


def the_value_is_there(page: Page) -> None:
    agenda = said(page, "Farrowmere bake planning", "Is the promised value there?")
    agenda.get_by_role("button", name="Answer: Farrowmere bake planning").click()
    top(page).get_by_label("Yes").check()
    page.get_by_label("What shows it?").fill("Every twentieth loaf is thrown away now, before that every ninth")
    top(page).locator("[data-submits]").click()
    expect(agenda).to_contain_text("Farrowmere bake planning (D-2): answered")
