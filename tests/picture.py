"""Takes the picture of the README: `make picture` starts the demo and writes docs/workspace.png."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.team import DEALS, GENERAL, MARTA, RITA
from tests.browser import ARGUMENTS, MISSING, find_chromium
from tests.demo_run import demo

PICTURE = Path(__file__).parent.parent / "docs" / "workspace.png"
# Two windows side by side: the rep who is told what is missing, and the manager who sees what was proved.
REP, MANAGER, HEIGHT, GAP = 480, 900, 1000, 14
_SHEET = """
<body style="margin:0;background:#8d8494;display:flex;gap:{gap}px;padding:{gap}px;width:max-content">
<img src="data:image/png;base64,{left}" width="{rep}" style="border-radius:10px">
<img src="data:image/png;base64,{right}" width="{manager}" style="border-radius:10px">
"""


def main() -> int:
    """Needs a Chromium, and a font with coloured emoji such as Debian's fonts-noto-color-emoji."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        executable = find_chromium(playwright)
        if executable is None:
            sys.stderr.write(f"{MISSING}\n")
            return 1
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        with demo(Path(home)) as run:
            left = _shot(_refused(_window(browser, f"{run.web}/as/{RITA}/channel/{GENERAL}", REP)))
            right = _shot(_card(_window(browser, f"{run.web}/as/{MARTA}/channel/{DEALS}", MANAGER)))
        _together(browser, left, right)
        browser.close()
    return 0


def _window(browser: Browser, address: str, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    return page


def _refused(page: Page) -> Page:
    """Rita wants to move a deal of which one criterion is still missing."""
    page.get_by_role("textbox", name="Message").fill("/deal move Orrinvale")
    page.keyboard.press("Enter")
    page.locator(".modal[data-top] [data-submits]").click()
    page.get_by_text("1 thing missing").wait_for()
    page.locator(".modal[data-top] .modal-body").evaluate("body => body.scrollTop = 0")
    return page


def _card(page: Page) -> Page:
    """Marta looks at the card of a move that waits for her."""
    page.get_by_role("button", name="Approve", exact=True).last.wait_for()
    return page


def _shot(page: Page) -> str:
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)  # for fonts and focus rings
    return base64.b64encode(page.screenshot()).decode()


def _together(browser: Browser, left: str, right: str) -> None:
    width = REP + MANAGER + 3 * GAP
    page = browser.new_page(viewport={"width": width, "height": HEIGHT + 2 * GAP})
    page.set_content(_SHEET.format(gap=GAP, left=left, right=right, rep=REP, manager=MANAGER))
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE)


if __name__ == "__main__":
    sys.exit(main())
