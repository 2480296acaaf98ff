"""Whatever people write, every view and message fits Slack, and nothing in it pings."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.people import Contact
from bot.services import overview
from bot.store import contacts
from bot.store import deals as deal_store
from bot.store import evidence as evidence_store
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.team import NORTHBEAM, RITA, TOM
from tests.driver import Person
from tests.harness import Office
from tests.selling import sends_as_it_is
from tests.walk import MANAGER, Walk, adds_to, hostile_office, label, log, shut, walking

LONG = 3000

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
WORST = ("&<!channel>" * 300)[:LONG]
"""Long, and longer still once it is escaped."""


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


def number_of(person: Person) -> str:
    """The label of the deal that was just logged."""
    found = re.search(r"Logged as (D-\d+)", person.waits_to_see("Logged as"))
    assert found
    return found[1]


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
    sends_as_it_is(rita)
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
    sends_as_it_is(rita)
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
