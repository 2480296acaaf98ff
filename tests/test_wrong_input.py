"""What cannot be used gets a sentence where it was written, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from bot.services import overview
from bot.store.database import Database
from sandbox.server import Sandbox
from tests.driver import Person
from tests.harness import Office
from tests.walk import MANAGER, Walk, adds_to, hostile_office, label, log, shut, walking

NEED = "named a"
WHAT, LINK, WHO, WHEN = "What did the buyer write?", "Link", "Who at the buyer?", "When?"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    database: Database = request.getfixturevalue(f"{request.param}_database")
    with hostile_office(running_sandbox, database, tmp_path_factory.mktemp("hostile")) as opened:
        yield opened


@pytest.fixture
def walk(office: Office) -> Iterator[Walk]:
    with walking(office) as made:
        yield made


@pytest.fixture
def form(walk: Walk) -> Person:
    """Rita before the form for evidence of a new deal."""
    walk.office.rita.types(f"/deal evidence {label(walk.office, log(walk.office, 'Alder rollout'))}")
    walk.office.rita.presses("Add evidence", near=NEED)
    assert walk.office.rita.modal.title == "Add evidence"
    return walk.office.rita


def values(person: Person) -> dict[str, Any]:
    return {name: field.value for name, field in person.modal.fields.items()}


PLACEHOLDERS = ("n/a", "tbd", "asdf", "xxx", "-", "...", "ok done", "see above", "\u200b\u200b", "🤷")
BAD_LINKS = (
    "mail of monday",
    "https://",
    "http:///path",
    "ftp://x.example/1",
    "javascript:alert(1)",
    "https://no host/",
)
GOOD = {WHAT: "They wrote that month end takes three people a week.", LINK: "https://mail.example.com/alder"}


@pytest.mark.parametrize("what", PLACEHOLDERS)
def test_a_placeholder_is_no_evidence_and_the_rest_stays(form: Person, what: str) -> None:
    form.fills(GOOD | {WHAT: what, WHO: "Jane Doe, CFO"})
    before = values(form)
    form.submits()
    assert form.field_errors == {WHAT: "Say what the buyer did, and when."}
    assert values(form) == before


@pytest.mark.parametrize("link", BAD_LINKS)
def test_a_link_that_leads_nowhere_is_refused_and_the_rest_stays(form: Person, link: str) -> None:
    form.fills(GOOD | {LINK: link, WHO: "Jane Doe, CFO"})
    before = values(form)
    form.submits()
    assert list(form.field_errors) == [LINK]
    assert values(form) == before


def test_everything_that_is_wrong_is_said_at_once_and_stays(form: Person) -> None:
    form.fills({WHAT: "tbd", LINK: "https://", WHEN: date(2026, 12, 24), WHO: "Jane Doe, CFO, jane@northbeam.example"})
    before = values(form)
    form.submits()
    assert set(form.field_errors) == {WHAT, LINK, WHEN}
    form.fills(GOOD | {WHEN: date(2026, 11, 20)})
    form.submits()
    assert "address of our own company" in form.field_errors[WHO]
    assert values(form)[WHO] == before[WHO]


@pytest.mark.parametrize("mail", ["jane@northbeam.example", "jane@sales.northbeam.example", "JANE@NORTHBEAM.EXAMPLE"])
def test_our_own_people_are_no_buyers(form: Person, mail: str) -> None:
    form.fills(GOOD | {WHO: f"Jane Doe, CFO, {mail}"})
    form.submits()
    assert "address of our own company" in form.field_errors[WHO]


def test_the_kind_changes_the_questions_and_not_what_is_typed(form: Person) -> None:
    form.fills(GOOD | {WHO: "Jane Doe, CFO"})
    form.fills({"Kind of proof": "Call"})
    form.waits_to_see("When was the call?")
    assert values(form)["What did the buyer say or agree to?"] == GOOD[WHAT]
    assert (values(form)[LINK], values(form)[WHO]) == (GOOD[LINK], "Jane Doe, CFO")


FIRST = {WHAT: "Note {n}: they wrote that month end takes three people.", LINK: "https://mail.example.com/note/{n}"}
ALSO = "Note {n}: they also wrote that the audit is in May."
ELSEWHERE = "https://mail.example.com/elsewhere/{n}"
AGAIN = {
    "the same link": {WHAT: ALSO},
    "the same text": {LINK: ELSEWHERE},
    "the same text, typed otherwise": {
        WHAT: "  NOTE {n} they wrote that MONTH END takes three people!!",
        LINK: ELSEWHERE,
    },
    "the same link, typed otherwise": {WHAT: ALSO, LINK: "https://MAIL.example.com:443/note/{n}"},
}
each_repeat = pytest.mark.parametrize("again", AGAIN.values(), ids=list(AGAIN))


def numbered(texts: Mapping[str, str], number: int) -> dict[str, str]:
    return {name: text.replace("{n}", str(number)) for name, text in texts.items()}


def add(person: Person, near: str, texts: Mapping[str, str]) -> None:
    person.presses("Add evidence", near=near)
    person.fills({**texts, WHO: "Jane Doe, CFO"} if WHO in person.modal.fields else texts)
    person.submits()


@each_repeat
def test_a_proof_used_again_in_the_deal_is_asked_about_with_nothing_lost(
    walk: Walk, form: Person, again: dict[str, str]
) -> None:
    number = walk.office.next_number()
    form.fills(numbered(FIRST, number))
    form.submits()
    form.waits_to_see("1 of 2 criteria met")
    add(form, "lawyers", texts := numbered(FIRST | again, number))
    form.waits_to_see("Does it prove both?")
    assert {name: values(form)[name] for name in texts} == texts
    form.fills({"Already used in this deal": ["Yes, it proves both"]})
    form.submits()
    form.waits_to_see("the rep says that it proves both")
    assert "2 of 2 criteria met" in form.modal


@each_repeat
def test_a_proof_of_another_deal_is_refused_until_the_rep_says_why(
    walk: Walk, form: Person, again: dict[str, str]
) -> None:
    office, number = walk.office, walk.office.next_number()
    form.fills(numbered(FIRST, number))
    form.submits()
    form.waits_to_see("1 of 2 criteria met")
    shut(form)
    other = log(office, "Birch rollout")
    form.types(f"/deal evidence {label(office, other)}")
    add(form, NEED, texts := numbered(FIRST | again, number))
    form.waits_to_see("Why does it belong here too?")
    assert "Alder rollout" in form.modal
    form.fills({"Why does it belong to this deal too?": "tbd"})
    form.submits()
    assert "Why does it belong here too?" in form.modal
    assert not overview.sheet(office.desk, MANAGER, other).evidence
    form.fills({"Why does it belong to this deal too?": "Both deals are of the same group, which decides once."})
    assert {name: values(form)[name] for name in texts} == texts
    form.submits()
    form.waits_to_see("which decides once")
    [piece] = overview.sheet(office.desk, MANAGER, other).evidence
    assert piece.reuse is not None
    assert piece.reuse.startswith("Also used for D-")


@each_repeat
def test_the_same_proof_for_the_same_criterion_is_refused_wherever_else_it_is_used(
    walk: Walk, form: Person, again: dict[str, str]
) -> None:
    number = walk.office.next_number()
    form.fills(numbered(FIRST, number))
    form.submits()
    form.waits_to_see("1 of 2 criteria met")
    add(form, "lawyers", numbered(FIRST, number))
    form.waits_to_see("Does it prove both?")
    form.fills({"Already used in this deal": ["Yes, it proves both"]})
    form.submits()
    form.waits_to_see("2 of 2 criteria met")
    adds_to(form, "need")
    form.fills(numbered(FIRST | again, number))
    form.submits()
    assert "already there for this criterion" in form.field_errors[WHAT]


ODD = (
    *("move", "show", "next", "park", "lost", "won", "assign", "edit", "evidence", "reopen"),
    *("show %", "show _", "show D-", 'show ""', "show ''", "show D-0", "show 999999999", "show 99999999999999999999"),
    *(
        "show <@U0HOSTILE1>",
        "show <!channel>",
        "process nothing",
        "😀",
        "\u202e",
        "move 1 nowhere",
        "mvoe 1",
        "-",
        "&amp;",
    ),
    *("show " + "9" * 5000, "show " + "x " * 2000, "new " + "9" * 300, "new -5k", "new 12k 13k EUR USD", "new 1e400"),
    *("next 1 32 feb call", "next 1 tomorrow", "park 1 yesterday", "park 1 in 99999 weeks", "assign 1 @nobody"),
)


@pytest.mark.parametrize("line", ODD, ids=[line[:20] for line in ODD])
def test_an_odd_line_gets_a_sentence_or_a_form(walk: Walk, line: str) -> None:
    rita = walk.office.rita
    rita.types(f"/deal {line}")
    said = rita.sees()
    assert said
    assert "on my side" not in said
    if line in ("show %", "show _"):
        assert "There is no deal" in said
