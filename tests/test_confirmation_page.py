"""The buyer's page itself: its headers and statuses, what it takes, what it refuses, and that it tells nothing else."""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import logs
from bot.health import Readiness
from bot.metrics import Metrics
from bot.pages.appearance import READABLE, contrast, style, text_on
from bot.pages.confirming import MOST_BYTES, UNKNOWN_PER_MINUTE, confirmation_page
from bot.services import buyer_answers, confirmations
from bot.services.deals import DealFacts
from bot.store.database import Database
from bot.web import make_web
from sandbox.server import Sandbox
from sandbox.team import NORTHBEAM
from tests import databases, harness
from tests.clockwork import rep
from tests.confirming import ANSWER, JANE, acme, buyer, link_for, path_of, sends, words
from tests.forging import all_rows, changes
from tests.harness import PUBLIC_URL, Office

NOBODYS = "/c/" + "A" * 43
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
anything = st.text(max_size=300) | st.text("\x00\r\n\t\u202e\ue000\ufffd<>&\"'{}%", max_size=80)


@pytest.fixture
def path(office: Office) -> str:
    """Where a link of a deal of Rita's leads to."""
    return path_of(link_for(office, acme(office)).link)


# What every answer says of itself


def headers_of_all(office: Office, path: str) -> Iterator[tuple[int, Any]]:
    client = buyer(office)
    yield 200, client.get(path)
    yield 200, client.head(path)
    yield 422, client.post(path, data={"answer": ""})
    yield 415, client.post(path, data=b"{}", content_type="application/json")
    yield 413, client.post(path, data={**ANSWER, "words": "x" * (MOST_BYTES + 1)})
    yield 403, client.post(path, data=ANSWER, headers={"Sec-Fetch-Site": "cross-site"})
    yield 404, client.get(NOBODYS)
    yield 404, client.post(NOBODYS, data=ANSWER)
    yield 404, client.get("/c/short")
    yield 404, client.get(f"{path}A")
    yield 200, client.post(path, data=ANSWER)
    yield 410, client.get(path)
    yield 410, client.post(path, data=ANSWER)


def test_no_answer_is_kept_indexed_framed_or_told_to_another_site(office: Office, path: str) -> None:
    for status, answer in headers_of_all(office, path):
        assert answer.status_code == status, answer.request
        said = answer.headers
        assert said["Referrer-Policy"] == "no-referrer"
        assert said["X-Robots-Tag"].startswith("noindex")
        assert said["Cache-Control"] == "no-store"
        assert said["X-Content-Type-Options"] == "nosniff"
        assert said["Content-Type"] == "text/html; charset=utf-8"
        assert "Set-Cookie" not in said
        for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert rule in said["Content-Security-Policy"]
        assert "script-src" not in said["Content-Security-Policy"]


def test_the_policy_lets_in_the_style_that_the_page_has_and_there_is_no_script(office: Office, path: str) -> None:
    answer = buyer(office).get(path)
    html = answer.get_data(as_text=True)
    [sheet] = re.findall(r"<style>(.*?)</style>", html, re.S)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in html
    assert not re.search(r"\s(?:on\w+|style|src)=", html)


def test_every_field_has_its_label_and_the_page_its_language(office: Office, path: str) -> None:
    html = buyer(office).get(path).get_data(as_text=True)
    assert '<html lang="en">' in html
    ids = set(re.findall(r'<(?:input|textarea)[^>]* id="([^"]+)"', html))
    assert ids == {"answer-confirm", "answer-correct", "answer-decline", "words", "name", "mail"}
    assert ids == set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    assert "<fieldset>\n<legend>Your answer</legend>" in html


# Opening changes nothing


def test_opening_the_link_however_often_changes_nothing(office: Office, path: str) -> None:
    before = all_rows(office.desk.db)
    client = buyer(office)
    for agent in ("Mail scanner", "Preview", "Mozilla/5.0"):
        for ask in (client.get, client.head, client.options):
            asked = ask(path, headers={"User-Agent": agent, "Sec-Purpose": "prefetch"})
            assert asked.status_code == 200
        client.get(f"{path}?answer=confirm&name=Jane+Doe&mail=jane@buyer.example")
        for refused in (client.put, client.patch, client.delete):
            assert refused(path, data=ANSWER).status_code == 405
    assert not changes(before, all_rows(office.desk.db))


# What it tells, and to whom


def test_nothing_else_of_the_deal_is_on_the_page(office: Office) -> None:
    facts = DealFacts("Zebra rollout", company="Zebracorp", company_domain="zebra.example", source="Zebra fair",
                      competitors="Zebra rival", contacts=(JANE,))  # fmt: skip
    deal = acme(office, facts)
    link = link_for(office, deal).link
    text = buyer(office).get(path_of(link)).get_data(as_text=True)
    text += sends(office, link, mail="").get_data(as_text=True) + sends(office, link).get_data(as_text=True)
    criteria = [one.text for one in office.desk.stage(deal).criteria]
    for hidden in ("Zebra", "zebra", deal.label, "CFO", office.desk.stage(deal).name, NORTHBEAM.id, *criteria):
        assert hidden not in text, hidden


def test_what_was_written_is_text_and_never_markup(office: Office) -> None:
    points = "<script>alert(1)</script>\n{{ 7 * 7 }} \"quoted\" & 'more'"
    link = link_for(office, acme(office), points).link
    html = buyer(office).get(path_of(link)).get_data(as_text=True)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7 * 7 }}" in html
    again = sends(office, link, name='"><img src=x onerror=alert(1)>', words="</textarea><b>", mail='"onfocus="')
    shown = again.get_data(as_text=True)
    assert again.status_code == 422
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "&lt;/textarea&gt;" in shown


def test_a_mistake_keeps_what_was_typed_and_says_where_it_is(office: Office, path: str) -> None:
    form = {"answer": "correct", "name": "Jane Doe", "mail": "jane at buyer", "words": " "}
    again = buyer(office).post(path, data=form)
    html = again.get_data(as_text=True)
    assert again.status_code == 422
    assert 'id="answer-correct" value="correct" required checked' in html
    assert 'value="Jane Doe"' in html
    assert 'value="jane at buyer"' in html
    assert '<a href="#mail">Write your mail address' in html
    assert '<a href="#words">Write what should be different.' in html
    assert 'aria-invalid="true" aria-describedby="mail-wrong"' in html
    assert 'id="name-wrong"' not in html


@pytest.mark.parametrize(("changes", "field"), [
    ({"answer": None}, "answer"), ({"answer": "maybe"}, "answer"), ({"name": None}, "name"), ({"name": "n/a"}, "name"),
    ({"name": "N" * 121}, "name"), ({"mail": None}, "mail"), ({"mail": "a@b"}, "mail"),
    ({"words": "w" * 2001}, "words"), ({"answer": "correct"}, "words"), ({"answer": "correct", "words": "?"}, "words"),
])  # fmt: skip
def test_what_cannot_be_an_answer_is_asked_for_again(
    office: Office, path: str, changes: dict[str, str | None], field: str
) -> None:
    again = sends(office, PUBLIC_URL + path, **changes)
    assert again.status_code == 422
    assert f'id="{field}-wrong"' in again.get_data(as_text=True)
    assert sends(office, PUBLIC_URL + path).status_code == 200


# Forms of other sites


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": "http://localhost"}, 200),
    ({"Origin": "https://elsewhere.example"}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
])  # fmt: skip
def test_only_our_own_form_is_taken_where_the_browser_says_whose_it_is(
    office: Office, path: str, headers: dict[str, str], status: int
) -> None:
    assert buyer(office).post(path, data=ANSWER, headers=headers).status_code == status


# Links that nobody made


def test_wrong_links_are_limited_and_keep_nobody_with_a_right_one_out(office: Office, path: str) -> None:
    moment = [100.0]
    page = confirmation_page(office.desk, lambda: moment[0])
    client = make_web(None, None, lambda: Readiness({}), Metrics(), pages=[page]).test_client()
    codes = [client.get(f"/c/{number:043d}").status_code for number in range(UNKNOWN_PER_MINUTE + 5)]
    assert codes == [404] * UNKNOWN_PER_MINUTE + [429] * 5
    assert client.get(NOBODYS).headers["Retry-After"] == "60"
    assert client.get(path).status_code == 200
    moment[0] += 1.0
    assert [client.get(NOBODYS).status_code for _ in range(2)] == [404, 429]
    assert client.post(path, data=ANSWER).status_code == 200


def test_a_bot_in_socket_mode_serves_the_page_as_well(office: Office, path: str) -> None:
    page = confirmation_page(office.desk)
    client = make_web(None, None, lambda: Readiness({}), Metrics(), pages=[page]).test_client()
    assert "Is this what we agreed?" in words(client.get(path))


# The log


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers, root.level = before, level
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = [], True
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["json", "console"])
def test_neither_the_token_nor_what_was_typed_gets_into_the_log(
    office: Office, path: str, out: io.StringIO, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure(form, out)
    client = buyer(office)
    client.get(path)
    client.post(path, data=ANSWER | {"mail": "typed"})

    def fails(*_: object) -> bool:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as broken:
        broken.setattr(buyer_answers, "answer", fails)
        failed = client.post(path, data=ANSWER)
    assert failed.status_code == 500
    assert "Something went wrong on our side" in words(failed)
    assert client.post(path, data=ANSWER).status_code == 200
    said = out.getvalue()
    assert "page_failed" in said
    assert "confirmation_answered" in said
    for secret in (path.rpartition("/")[2], confirmations.hash_of(path.rpartition("/")[2]), "jane@", "typed", "Jane"):
        assert secret not in said, secret


# Whatever is sent


@pytest.fixture(scope="module")
def ready(
    request: pytest.FixtureRequest, running_sandbox: Sandbox, sqlite_database: Database
) -> Iterator[tuple[Office, str]]:
    """An office with a link, for many tries of one test."""
    databases.empty(sqlite_database)
    running_sandbox.reset()
    with harness.office(running_sandbox, sqlite_database) as opened:
        yield opened, path_of(link_for(opened, acme(opened)).link)


class Wellformed(HTMLParser):
    """Counts what is open."""

    VOID = frozenset(("meta", "input", "br"))

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


FORM = "application/x-www-form-urlencoded"
KINDS = [FORM, f"{FORM}; charset=utf-16", "multipart/form-data; boundary=b", "", "x"]
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(st.dictionaries(st.sampled_from(["answer", "name", "mail", "words", "other"]), anything))
def test_a_hostile_form_is_answered_with_a_page_and_never_breaks_it(
    ready: tuple[Office, str], filled: dict[str, str]
) -> None:
    office, path = ready
    office.clock.forward(minutes=6)  # the link works for two weeks
    answer = office.web.test_client().post(path, data={"more": "", **filled})
    assert answer.status_code in (422, 429), answer.status_code
    page = Wellformed()
    page.feed(answer.get_data(as_text=True).partition("</style>")[2].join(["<html><head><style></style>", ""]))
    assert page.opened == []


@MANY
@given(st.binary(max_size=400), st.sampled_from(KINDS))
def test_broken_bytes_are_refused_and_never_a_fault_of_ours(ready: tuple[Office, str], body: bytes, kind: str) -> None:
    office, path = ready
    client: FlaskClient = office.web.test_client()
    assert client.post(path, data=body, content_type=kind).status_code in (415, 422, 429)


@MANY
@given(st.text(max_size=60).filter(lambda text: text not in (".", "..")))
def test_a_hostile_address_leads_nowhere(ready: tuple[Office, str], text: str) -> None:
    office, _ = ready
    answer = office.web.test_client().get(
        f"/c/{text.encode('utf-8', 'replace').hex()}" if "\x00" in text else f"/c/{text}"
    )
    assert answer.status_code in (404, 429, 308)


@pytest.mark.parametrize("name", ["Zoë\u200d Łukasiewicz", "Jane \x00\u202eDoe", "李小龍", "O'Neil & Söhne <x>"])
def test_any_name_is_kept_as_it_reads(office: Office, name: str) -> None:
    deal = acme(office)
    assert sends(office, link_for(office, deal).link, name=name).status_code == 200
    [found] = confirmations.of_deal(office.desk, rep(), deal.id).found
    assert found.answer is not None
    assert found.answer.name == name.replace("\x00", "").replace("\u202e", "")


# The colour


@given(colours)
def test_text_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= READABLE
    assert f"background: {colour}; color: {text_on(colour)}" in style(colour)


@pytest.mark.parametrize(("colour", "on_it"), [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#ffd400", "#000000"),
                                               ("#767676", "#ffffff"), ("#777777", "#000000")])  # fmt: skip
def test_text_is_white_where_that_can_be_read_and_else_black(colour: str, on_it: str) -> None:
    assert text_on(colour) == on_it


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("colour", ["#fff", "red", "#12345g", "#123456;}</style>"])
def test_what_is_no_colour_never_gets_into_the_style(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        style(colour)


def test_the_page_is_in_the_companys_name_and_colour(sandbox: Sandbox, database: Database) -> None:
    chosen = {"stagecoach_company_name": "Northbeam & Co", "stagecoach_company_colour": "#ffd400"}
    with harness.office(sandbox, database, **chosen) as office:
        html = buyer(office).get(path_of(link_for(office, acme(office)).link)).get_data(as_text=True)
    assert "<header><p>Northbeam &amp; Co</p></header>" in html
    assert "header { background: #ffd400; color: #000000;" in html
