"""The page of the local workspace: one acts here as a rep, a manager or an outside buyer.

Server-rendered, with forms that post and redirect; ``static/page.js`` only makes it livelier.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.page.deeds import Deeds
from sandbox.page.guard import protect, refusal
from sandbox.page.notices import Notices
from sandbox.page.site import Site
from sandbox.page.visits import Visits

__all__ = ["Site", "make_page"]


def make_page(sandbox: Site) -> Blueprint:
    """Every address of the page, for one sandbox."""
    page = Blueprint("page", __name__, static_folder="../static", static_url_path="/page")
    notices = Notices()
    page.before_request(_refuse_strangers)
    page.after_request(protect)
    Visits(sandbox, notices).add_to(page)
    Deeds(sandbox, notices).add_to(page)
    return page


def _refuse_strangers() -> Response | None:
    sentence = refusal(request)
    return Response(sentence, 403, mimetype="text/plain") if sentence else None
