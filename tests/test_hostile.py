"""Whatever people write, every view and message fits Slack, nothing pings, and nothing typed is lost.

The local workspace refuses what Slack refuses, so a walk through everything with a hostile text is a test of every
view on the way. Afterwards each call that the bot made is read again: accepted, no mention or link that is not ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.people import Actor, Contact, Role
from bot.services import deals, overview
from bot.services.deals import DealFacts
from bot.store import contacts
from bot.store import deals as deal_store
from bot.store import evidence as evidence_store
from bot.store.database import Database
from sandbox.acting import OnView
from sandbox.recording import Call
from sandbox.server import Sandbox
from sandbox.team import MARTA, NORTHBEAM, RITA, TOM
from tests import databases, harness
from tests.driver import Person
from tests.harness import Office
from tests.slack_rules import assert_fits

LONG = 3000
MANAGER = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)

HOSTILE = {
    "long": "Quarterly " * 100 + "w" * 2000,
    "entities": "&<>" * 1000,
    "emoji": "👩\u200d👩\u200d👧\u200d👦🏽🇩🇪" * 250,
    "right to left and combining": "\u202eevil\u202c مرحبا بكم שלום " * 40 + "Z" + "\u0335" * 1500,
    "lines and markup": "*bold* _it_ ~st~ `code` ```pre``` > quote\n> * - 1. :tada:\n" * 40,
    "pings, marks and statements": (
        "<!channel> <!here|here> <!everyone> <@U0HOSTILE1> <#C0HOSTILE1|x> <!subteam^S0HOSTILE1> @channel "
        "<https://evil.example|ok> &lt;!channel&gt; &amp;amp; \ue000@U0HOSTILE1\ue001 \ue000t99\ue001 \ue000/rm\ue001 "
        "A\u200bc\u200cm\u200de\ufeff Ac\x00me \x01\x08\x7f "
        "Ac\ud83dme \udc00 100%_\\'; DROP TABLE deal; -- \" %s {0} $1"
    ),
}
each_text = pytest.mark.parametrize("hostile", HOSTILE.values(), ids=list(HOSTILE))

PROCESS = """\
key: hostile
name: "Rollout & <!channel>"
currency: EUR
stages:
  - key: talked
    name: "Talked <!here> & listened *a lot* to all of them there"
    outcome: "The buyer <!channel> wants & needs more."
    approval: manager
    criteria:
      - {key: need, text: "The buyer named a <need> & *more*.", coach: "Ask <@U0HOSTILE1>.", example: "A `mail`."}
      - {key: law, text: Their lawyers agreed., coach: Ask., example: A mail., may_not_apply: true}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: "Price & <!channel>"}
"""


@dataclass
class Walk:
    """The office, with what was said since the walk began."""

    office: Office
    began: int = 0

    @property
    def calls(self) -> list[Call]:
        return self.office.sandbox.recording.calls[self.began :]

    def check(self) -> None:
        """Slack took everything, and nothing in it pings or links but what is ours."""
        refused = {(call.method, call.error) for call in self.calls if not call.ok}
        assert refused <= {("views.update", "not_found")}, "only a form that was closed meanwhile may be refused"
        for call in self.calls:
            for markup in markups(call.method, call.args):
                assert_harmless(markup)
            for drawn, surface in drawings(call.method, call.args):
                assert_fits(drawn, surface)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    database: Database = request.getfixturevalue(f"{request.param}_database")
    databases.empty(database)
    running_sandbox.reset()
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "hostile.yaml").write_text(PROCESS)
    (folder / "twelve.yaml").write_text(TWELVE)
    settings = {"stagecoach_process_dir": folder, "stagecoach_process": "hostile"}
    with harness.office(running_sandbox, database, **settings) as opened:
        yield opened


@pytest.fixture
def walk(office: Office) -> Iterator[Walk]:
    """Everything that is said in the test is checked at its end."""
    for person in (office.rita, office.tom, office.marta):
        person.goes_to(None)
        shut(person)
    with office.sandbox.workspace.lock:
        for channel in office.sandbox.workspace.channels.values():
            channel.messages.clear()  # so that nobody reads again and again what earlier tests said
    made = Walk(office, len(office.sandbox.recording.calls))
    yield made
    made.check()


# What must not be in anything we send

TOKEN = re.compile(r"<([^<>|]*)(?:\|[^<>]*)?>")
OURS = re.compile(
    r"@U06[A-Z0-9]+|#C06[A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} at \{time\}|(?i:https://mail\.example\.com)(:443)?/[^\s<>]*"
)
ENTITY = re.compile(r"&(amp|lt|gt);")


def markups(method: str, args: Mapping[str, Any]) -> Iterator[str]:
    """Every text that Slack reads as markup: text objects, and the text of messages."""
    if method.startswith("chat.") or method in ("ack.message", "response_url"):
        yield str(args.get("text", ""))
    yield from _markup_objects(args)


def _markup_objects(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        for inner in value.values():
            yield from _markup_objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _markup_objects(inner)


def assert_harmless(markup: str) -> None:
    """Only our own mentions and links, and no character that Slack would read as the beginning of one."""
    foreign = [found[0] for found in TOKEN.finditer(markup) if not OURS.fullmatch(found[1])]
    assert not foreign, f"{foreign} in {markup[:300]!r}"
    rest = ENTITY.sub("", TOKEN.sub("", markup))
    assert "<" not in rest, markup[:300]
    assert "&" not in rest, markup[:300]


def drawings(method: str, args: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    if args.get("view"):
        yield args["view"], str(args["view"]["type"])
    if args.get("blocks"):
        yield args["blocks"], "message"


def adds_to(person: Person, criterion: str) -> None:
    """Press the button for one criterion, where the words around it are too much alike."""
    [found] = [one for one in person.modal.buttons if str(one.element.get("value")).endswith(f".{criterion}")]
    person.sandbox.acting.press(person.id, OnView(person.modal.id), found.block_id, found.action_id)
    person.waits_to_see("Kind of proof")


def shut(person: Person) -> None:
    """Close whatever is open, without looking at it."""
    top = person.sandbox.workspace.top_modal(person.id)
    if top is not None:
        person.sandbox.acting.close(person.id, top.id, everything=True)


def number_of(person: Person) -> str:
    """The label of the deal that was just logged."""
    found = re.search(r"Logged as (D-\d+)", person.waits_to_see("Logged as"))
    assert found
    return found[1]


def one_line(text: str) -> str:
    """As a single-line field lets it through."""
    return text.replace("\n", " ")[:LONG]


def someone(text: str) -> str:
    """As a person's name: a comma or an address would end it."""
    return re.sub("[,;@\n]", " ", text)[:150]


def typeable(text: str) -> str:
    """As a command's line lets it through: halves of pairs cannot even be sent."""
    return re.sub("[\ud800-\udfff\n\x00]", " ", text)


def words_of(text: str, number: int) -> str:
    """The text in at most 3,000 characters, unlike every other by a number at its beginning."""
    return f"{number} {text}"[:LONG]


# The whole story with every hostile text


@each_text
def test_a_hostile_text_goes_through_the_whole_story(walk: Walk, hostile: str) -> None:
    rita = walk.office.rita
    name = one_line(f"Deal {hostile}")
    rita.types("/deal new Placeholder to be replaced")
    rita.fills({"Name": name, "Company": one_line(hostile), "Source": one_line(hostile)})
    rita.fills({"Competitors": one_line(hostile), "People at the buyer": f"Jane {someone(hostile)}, CFO"})
    rita.submits()
    deal = number_of(rita)
    shut(rita)
    for line in ("", f"show {deal}", f"edit {deal}", f"assign {deal}", f"process {deal}", "help", f"next {deal}"):
        rita.types(f"/deal {line}")
        assert rita.sees()
        shut(rita)
    _prove(walk, deal, hostile)
    _decide(walk, deal, hostile)
    _close(walk, deal, hostile)


def _prove(walk: Walk, deal: str, hostile: str) -> None:
    """Evidence with the text in every field, and the claim that a criterion does not apply."""
    rita, office = walk.office.rita, walk.office
    rita.types(f"/deal move {deal}")
    rita.presses("Add evidence", near="named a")
    rita.fills({
        "What did the buyer write?": words_of(hostile, office.next_number()),
        "Link": f"https://mail.example.com/m/{office.next_number()}?q=%3C!channel%3E&b=<!here>",
        "Somebody else at the buyer": f"John {someone(hostile)}",
        "Or a file": [(f"{someone(hostile)}.pdf", b"%PDF-1.7")],
    })  # fmt: skip
    rita.submits()
    rita.waits_to_see("1 of 2 criteria met")
    rita.presses("Add evidence", near="lawyers")
    rita.fills({"Kind of proof": "Does not apply"})
    rita.fills({"Why does it not apply to this deal?": words_of(hostile, office.next_number())})
    rita.submits()
    rita.waits_to_see("Exit criteria")
    claim = office.deals.waits_for(f"({deal})")
    office.marta.goes_to(office.deals.id)
    office.marta.presses("It does apply…", on=claim)
    office.marta.fills({"Why does it apply?": words_of(hostile, office.next_number())})
    office.marta.submits()
    rita.presses("Add evidence", near="Does not apply")
    rita.fills({"What did the buyer write?": words_of(hostile, office.next_number()),
                "Link": f"https://mail.example.com/m/{office.next_number()}"})  # fmt: skip
    rita.submits()
    rita.waits_to_see("2 of 2 criteria met")
    shut(rita)


def _decide(walk: Walk, deal: str, hostile: str) -> None:
    """A question with its answers, and a move that is sent back, with the text wherever one is written."""
    rita, marta, office = walk.office.rita, walk.office.marta, walk.office
    rita.types(f"/deal move {deal}")
    rita.submits()
    rita.waits_to_see("waits for a manager")
    shut(rita)
    card = office.deals.waits_for(f"({deal}) from")
    question, answer = office.next_number(), office.next_number()
    marta.presses("Ask for the proof", on=card, near="lawyers")
    marta.fills({"Your question": words_of(hostile, question)})
    marta.submits()
    _answers(rita, question, words_of(hostile, answer))
    question, again = office.next_number(), office.next_number()
    marta.presses("Ask again…", on=office.deals.waits_for(f"> {answer} "))
    marta.fills({"What is still missing?": words_of(hostile, question)})
    marta.submits()
    _answers(rita, question, words_of(hostile, again))
    marta.presses("Accept", on=office.deals.waits_for(f"> {again} "))
    marta.presses("Send back…", on=card)
    comment = office.next_number()
    marta.fills({"What is missing?": words_of(hostile, comment)})
    marta.submits()
    rita.waits_for_dm(f"> {comment} ")


def _answers(rita: Person, question: int, answer: str) -> None:
    rita.presses("Answer", on=rita.waits_for_dm(f"> {question} "))
    rita.fills({"Your answer": answer})
    rita.submits()
    shut(rita)


def _close(walk: Walk, deal: str, hostile: str) -> None:
    """Lost, parked and back again, the next step, the history, Home, and a search by the text itself."""
    rita = walk.office.rita
    rita.types(f"/deal next {deal} tomorrow {typeable(one_line(hostile))[:200]}")
    rita.fills({"What will you do next?": one_line(f"Call {hostile}")})
    rita.submits()
    assert "Next step of" in rita.sees()
    shut(rita)
    rita.types(f"/deal lost {deal} {typeable(hostile)[:500]}")
    rita.fills({"Why was it lost?": "Price & <!channel>", "What did we learn?": words_of(f"We learned {hostile}", 1)})
    rita.submits()
    rita.waits_to_see("closed as lost")
    shut(rita)
    rita.types(f"/deal reopen {deal}")
    rita.types(f"/deal park {deal} in 2 weeks {typeable(hostile)[:500]}")
    rita.fills({"Why?": words_of(f"We wait for {hostile}", 2)})
    rita.submits()
    rita.waits_to_see("is parked until")
    shut(rita)
    rita.types(f"/deal reopen {deal}")
    for line in (f"show {deal}", "", f"show {typeable(hostile)}", f'show "{typeable(hostile)}"', typeable(hostile)):
        rita.types(f"/deal {line}"[:8000])
        assert rita.sees(), line
        shut(rita)
    walk.office.clock.forward(seconds=1)
    rita.opens_home()
    assert "Your deals" in rita.home


# Many of everything

TWELVE = json.dumps({
    "key": "twelve",
    "name": "Twelve",
    "currency": "EUR",
    "stages": [
        {
            "key": "talked",
            "name": "A stage whose name is as long as a name may be & not longer",
            "outcome": ("The buyer <wants> & needs it. " * 20)[:500],
            "criteria": [
                {
                    "key": f"fact_{number}",
                    "text": f"Fact {number}: " + ("the <buyer> & us " * 40)[:480],
                    "coach": ("Ask & <listen> " * 60)[:600],
                    "example": ("A mail & <more> " * 60)[:600],
                }
                for number in range(12)
            ],
        },
        {"key": "won", "name": "Won", "kind": "won", "outcome": "The buyer signed."},
    ],
    "loss_reasons": [{"key": "price", "text": "Price"}],
})  # fmt: skip

WORST = ("&<!channel>" * 300)[:LONG]
"""Long, and longer still once it is escaped."""


def log(office: Office, name: str, owner: str = RITA, process: str | None = None, **facts: Any) -> int:
    """A deal as its owner would log it; its id."""
    return deals.log_deal(office.desk, Actor(NORTHBEAM.id, owner, Role.MEMBER), DealFacts(name, **facts), process).id


def label(office: Office, deal_id: int) -> str:
    return overview.sheet(office.desk, MANAGER, deal_id).deal.label


def test_sixty_deals_with_the_worst_of_names_come_in_pages(walk: Walk) -> None:
    office, tom = walk.office, walk.office.tom
    for number in range(60):
        log(office, f"Twin {number} {WORST}"[:LONG], TOM, company=WORST)
    tom.types("/deal")
    for page in range(2, 7):
        tom.presses("Next ▶")
        tom.waits_to_see(f"page {page} of 6")
    tom.presses("◀ Previous")
    tom.waits_to_see("page 5 of 6")
    office.clock.forward(seconds=1)
    tom.opens_home()
    assert "page 1 of 6" in tom.home
    tom.presses("Next ▶")
    assert "page 2 of 6" in tom.home
    tom.goes_to(None)
    tom.types("/deal next Twin tomorrow call Jane")
    assert len(tom.modal.fields["Several deals fit"].options) == 10
    tom.fills({"Several deals fit": next(iter(tom.modal.fields["Several deals fit"].options))})
    tom.submits()
    assert tom.modal.fields["What will you do next?"].value == "call Jane"


def test_twelve_criteria_two_hundred_pieces_and_sixty_people_fit_everywhere(walk: Walk) -> None:
    office, rita, marta = walk.office, walk.office.rita, walk.office.marta
    deal_id = log(office, WORST, process="twelve", company=WORST, source=WORST, competitors=WORST)
    deal = label(office, deal_id)
    _crowd(office, deal_id)
    rita.types(f"/deal show {deal}")
    assert "People at the buyer" in rita.modal
    rita.presses("Add evidence")
    adds_to(rita, "fact_11")
    assert len(rita.modal.fields["Who at the buyer?"].options) == 60
    shut(rita)
    rita.types(f"/deal edit {deal}")
    assert "more are not shown here" in str(rita.modal.blocks)
    rita.fills({"Source": "The fair in May"})
    rita.submits()
    rita.waits_to_see("Saved")
    assert len(overview.sheet(office.desk, MANAGER, deal_id).deal.contacts) == 60
    shut(rita)
    rita.types(f"/deal move {deal}")
    rita.submits()
    rita.waits_to_see("is now in")
    card = office.deals.waits_for(f"({deal}) from")
    for number in range(0, 12, 3):
        marta.goes_to(office.deals.id)
        marta.presses("Ask for the proof", on=card, near=f"Fact {number}:")
        marta.fills({"Your question": words_of(WORST, number)})
        marta.submits()
    office.clock.forward(seconds=1)
    shut(rita)
    rita.opens_home()
    assert "Questions for you" in rita.home
    rita.goes_to(None)
    for line in (f"show {deal}", f"evidence {deal}", ""):
        rita.types(f"/deal {line}")
        assert rita.sees()
        shut(rita)


def _crowd(office: Office, deal_id: int) -> None:
    """Sixty people at the buyer, and two hundred pieces of evidence by them, as long as they may be."""
    people = [Contact(0, f"{number} {WORST}"[:200], WORST[:200], f"p{number}@buyer.example") for number in range(60)]
    with office.desk.db.write() as connection:
        contacts.put(connection, NORTHBEAM.id, deal_id, people, office.clock())
        stored = deal_store.get(connection, NORTHBEAM.id, deal_id).contacts
        for number in range(200):
            piece = Evidence(
                id=0,
                deal_id=deal_id,
                stage="talked",
                criterion=f"fact_{number % 12}",
                kind=EvidenceKind.EMAIL,
                what=words_of(WORST, number),
                added_by=RITA,
                added_at=office.clock(),
                happened_on=office.clock().date(),
                contact=stored[number % 60],
                link="https://mail.example.com/" + "x" * 900,
                reuse=WORST,
            )
            evidence_store.add(connection, NORTHBEAM.id, piece, f"key {number} of {deal_id}", None)


# What cannot be used gets a sentence, and nothing that was typed is lost

NEED = "named a"
WHAT, LINK, WHO, WHEN = "What did the buyer write?", "Link", "Who at the buyer?", "When?"


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
ALSO = "Note {n} also says that they need it before the audit."
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
