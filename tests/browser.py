"""A real browser for the tests of the page: a pytest plugin with the fixtures ``browser`` and ``window``.

A test module asks for it with ``pytest_plugins = ["tests.browser"]``, and imports from here for type checking only.
Where no Chromium is found, the tests skip with one line that says how to get it; with CI=true they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
MISSING = (
    "no Chromium: install one (apt-get install chromium, or .venv/bin/playwright install chromium) "
    "or name it in the variable CHROMIUM"
)
# A browser that keeps to itself; as root, and in most containers, Chromium cannot build its own sandbox.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
SIZES = {"wide": (1400, 900), "middle": (768, 1024), "narrow": (360, 740)}
ARTIFACTS = Path(os.environ.get("STAGECOACH_ARTIFACTS", "artifacts"))


class OpenWindow(Protocol):
    """Opens a browser window with its own history; ``script`` False is a browser that runs no scripts."""

    def __call__(self, url: str, size: str = "wide", *, script: bool = True) -> Page: ...


class KeepPicture(Protocol):
    """Saves what a page shows, under that name, among the artefacts of the test run."""

    def __call__(self, page: Page, name: str) -> Path: ...


def find_chromium(playwright: Playwright) -> str | None:
    """The browser that CHROMIUM names, else Playwright's own, else one on the PATH; raises FileNotFoundError."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"CHROMIUM names {named}, which is no program")
        return found
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            if os.environ.get("CI", "").lower() in ("1", "true"):
                pytest.fail(MISSING, pytrace=False)
            pytest.skip(MISSING)
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if _needs_no_sandbox() else [])]
        started = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield started
        started.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[OpenWindow]:
    """``window(url)`` opens a page; every error of its script fails the test."""
    contexts = []
    errors: list[str] = []

    def open_window(url: str, size: str = "wide", *, script: bool = True) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, reduced_motion="reduce"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
        page.goto(url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == [], "the page's script failed"


@pytest.fixture
def keep_picture() -> KeepPicture:
    def keep(page: Page, name: str) -> Path:
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return keep


def _needs_no_sandbox() -> bool:
    return os.geteuid() == 0 or os.environ.get("CI", "").lower() in ("1", "true")
