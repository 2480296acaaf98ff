"""The page on which a buyer confirms, corrects or declines a recap: `/c/` and the token of its link.

Opening it changes nothing, since mail scanners and previews open links, too. Sending it in counts once.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, HTTPException, UnsupportedMediaType

from bot.domain.calendar_days import show_date
from bot.domain.confirmations import LONGEST_MAIL, LONGEST_NAME, LONGEST_WORDS, Reply, State
from bot.domain.errors import BadInput
from bot.pages.appearance import policy, style
from bot.services import buyer_answers
from bot.services.buyer_answers import Page
from bot.services.confirmations import company
from bot.services.desk import Desk

log = structlog.get_logger()

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_BYTES = 32 * 1024
"""Of what is sent in: every field at its longest, with each character of its words written as %XX%XX%XX%XX."""
UNKNOWN_PER_MINUTE = 60
"""Wrong links in a row of which this process says that they lead nowhere; then it asks to wait.

A token has 256 random bits, so nobody finds one by trying; this only spares the log and the machine. It counts by
process and not by sender, since behind a proxy all senders look alike, and it turns no right link away: otherwise one
who tries wrong ones could keep all buyers out.
"""
_PLAIN_NAMES = {403: "This cannot be sent from there", 405: "This page cannot do that", 413: "That is too long"}


@dataclass
class _Budget:
    """So many a minute, all at once if need be; `now` is a clock in seconds."""

    per_minute: int
    now: Callable[[], float] = time.monotonic
    full_at: float = 0.0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def spend(self) -> bool:
        """Take one. False when none is left."""
        one = 60.0 / self.per_minute
        with self.turn:
            full_at = max(self.full_at, self.now()) + one
            if full_at - self.now() > 60.0:
                return False
            self.full_at = full_at
            return True


def confirmation_page(desk: Desk, now: Callable[[], float] = time.monotonic) -> Blueprint:
    """The page as a part of the web application. `now` is the clock of the budget for wrong links."""
    pages = Blueprint("confirming", __name__, template_folder="templates")
    front = _Front(desk, _Budget(UNKNOWN_PER_MINUTE, now))
    # What stands in the address is a secret: Flask would write it into the log with an error that nobody catches.
    pages.register_error_handler(Exception, front.failed)
    pages.add_url_rule("/c/<token>", view_func=front.show, methods=["GET"], endpoint="show")
    pages.add_url_rule("/c/<token>", view_func=front.take, methods=["POST"], endpoint="take")
    pages.after_request(front.seal)
    return pages


class _Front:
    """The two things that can be done with a link."""

    def __init__(self, desk: Desk, unknown: _Budget) -> None:
        self._desk, self._unknown = desk, unknown
        self._style = style(desk.front.colour)
        self._policy = policy(self._style)

    def show(self, token: str) -> Response:
        """The recap with the form, or why there is none."""
        page = buyer_answers.look(self._desk, token) if TOKEN.fullmatch(token) else None
        if page is None:
            return self._nowhere()
        return self._ask(page, {}, {}) if page.state is State.OPEN else self._over(page)

    def take(self, token: str) -> Response:
        """What the buyer filled in: kept once; with mistakes, the form again with what was typed."""
        page = buyer_answers.look(self._desk, token) if TOKEN.fullmatch(token) else None
        if page is None:
            return self._nowhere()
        if page.state is not State.OPEN:
            return self._over(page)
        _require_own_form(self._desk.front.url)
        typed = _typed()
        if not buyer_answers.admit(self._desk, token):
            often = "This was sent too often in a short time. Please wait some minutes and send it again."
            return _later(self._ask(page, typed, {"answer": often}, 429), 360)
        try:
            given = buyer_answers.read(self._desk, **typed)
        except BadInput as problem:
            return self._ask(page, typed, problem.fields, 422)
        if not buyer_answers.answer(self._desk, token, given):
            now = buyer_answers.look(self._desk, token)
            return self._over(now) if now and now.state is not State.OPEN else self._nowhere()
        log.info("confirmation_answered", reply=given.reply.value)
        return self._page("thanks.html", 200, reply=given.reply.value, recap=page.recap)

    def seal(self, response: Response) -> Response:
        """Nothing of it is kept, indexed, framed or told to another site."""
        response.headers.update(
            {
                "Content-Security-Policy": self._policy,
                "Referrer-Policy": "no-referrer",
                "X-Robots-Tag": "noindex, nofollow, noarchive",
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
            }
        )
        return response

    def failed(self, problem: Exception) -> Response:
        """Whatever goes wrong, in words; the address stays out of the log."""
        if isinstance(problem, HTTPException):
            status = problem.code or 500
            title = _PLAIN_NAMES.get(status, "This did not work")
            return self._said(title, "Please go back, look it over and send it again.", status)
        log.error("page_failed", page="confirmation", error=type(problem).__name__, exc_info=True)
        return self._said("Something went wrong on our side", "Please try again in some minutes.", 500)

    def _ask(self, page: Page, typed: dict[str, str], wrong: dict[str, str], status: int = 200) -> Response:
        limits = {"name": LONGEST_NAME, "mail": LONGEST_MAIL, "words": LONGEST_WORDS}
        return self._page("ask.html", status, page=page, typed=typed, wrong=wrong, limits=limits, replies=_REPLIES)

    def _over(self, page: Page) -> Response:
        reply = "Please reply to the mail that brought you here"
        if page.state is State.ANSWERED and page.answered_on:
            title = f"This was already answered on {show_date(page.answered_on)}"
            return self._said(title, f"Thank you. {reply} if something has to be changed.", 410)
        if page.state is State.WITHDRAWN:
            return self._said("This link was withdrawn", f"{reply} if you expected something here.", 410)
        return self._said("This link has expired", f"{reply} and ask for a new one.", 410)

    def _nowhere(self) -> Response:
        if not self._unknown.spend():
            often = "Too many links that lead nowhere were opened. Please try again in a minute."
            return _later(self._said("Please wait a moment", often, 429), 60)
        more = "Please open the link once more from the mail, whole. If it still leads here, reply to that mail."
        return self._said("There is nothing at this link", more, 404)

    def _said(self, title: str, more: str, status: int) -> Response:
        return self._page("said.html", status, title=title, more=more)

    def _page(self, template: str, status: int, **shown: object) -> Response:
        sheet = Markup(self._style)  # noqa: S704 - ours, and the colour in it is checked
        html = render_template(template, company=company(self._desk), sheet=sheet, day=show_date, **shown)
        return make_response(html, status)


_REPLIES = (
    (Reply.CONFIRMED.value, "Yes, this is right"),
    (Reply.CORRECTED.value, "Not quite: I want to correct something"),
    (Reply.DECLINED.value, "No, I do not confirm this"),
)


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _require_own_form(url: str | None) -> None:
    """Raises Forbidden for a form that stands on another site, where the browser says so.

    There are no cookies, so such a form could do no more than its maker, who has the link. Browsers call the origin of
    our own form `null`, since the page tells nobody where it is.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden
    if origin is None or origin == "null":
        return
    ours = {request.host} | ({urlsplit(url).netloc} if url else set())
    if urlsplit(origin).netloc not in ours:
        raise Forbidden


def _typed() -> dict[str, str]:
    """The fields of the form. Raises HTTPException for what is too long, or no such form."""
    request.max_content_length = MOST_BYTES
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType
    found = request.form
    names = (("reply", "answer"), ("name", "name"), ("mail", "mail"), ("words", "words"))
    return {ours: found.get(name, "") for ours, name in names}
