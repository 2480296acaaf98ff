"""Steps around a confirmation: a rep makes a link, and a buyer without any account opens and answers it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.domain.deal import Deal
from bot.domain.people import Contact
from bot.services import confirmations
from bot.services.confirmations import Draft, Made
from bot.services.deals import DealFacts
from sandbox.team import RITA
from tests.clockwork import a_deal, rep
from tests.harness import PUBLIC_URL, Office

JANE = Contact(0, "Jane Doe", "CFO", "jane@buyer.example")
ACME = DealFacts("Acme rollout", company="Acme", company_domain="buyer.example", contacts=(JANE,))
POINTS = "Month end takes six days today\nBoth plants start in March"
ANSWER = {"answer": "confirm", "name": "Jane Doe", "mail": "jane@buyer.example", "words": ""}


def criterion(office: Office, deal: Deal) -> str:
    """The first criterion of the deal's stage."""
    return office.desk.stage(deal).criteria[0].key


def acme(office: Office, facts: DealFacts = ACME) -> Deal:
    return a_deal(office, facts)


def link_for(office: Office, deal: Deal, points: str = POINTS, **more: Any) -> Made:
    """A link that Rita made for Jane."""
    key = more.pop("criterion", None) or criterion(office, deal)
    draft = Draft(key, points, "We meet your lawyers", date(2026, 12, 1), contact_id=deal.contacts[0].id)
    return confirmations.ask(office.desk, rep(RITA), deal.id, deal.stage, draft, office.desk.today(), **more)


def path_of(link: str) -> str:
    assert link.startswith(f"{PUBLIC_URL}/c/")
    return link.removeprefix(PUBLIC_URL)


def buyer(office: Office) -> FlaskClient:
    """A browser without cookies of ours."""
    return office.web.test_client(use_cookies=False)


def sends(office: Office, link: str, **changes: str | None) -> TestResponse:
    """Send the form in, with some fields changed; None leaves one out."""
    filled = {name: value for name, value in (ANSWER | changes).items() if value is not None}
    return buyer(office).post(path_of(link), data=filled)


def words(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    body = answer.get_data(as_text=True).partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
