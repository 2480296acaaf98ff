"""Whatever people write, every view and message fits Slack, nothing pings, and nothing typed is lost.

The local workspace refuses what Slack refuses, so a walk through everything with a hostile text is a test of every
view on the way. Afterwards each call that the bot made is read again: accepted, no mention or link that is not ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.store.database import Database
from sandbox.recording import Call
from sandbox.server import Sandbox
from tests import databases, harness
from tests.driver import Person
from tests.harness import Office
from tests.slack_rules import assert_fits

LONG = 3000

HOSTILE = {
    "long": "Quarterly " * 300,
    "one long word": "w" * LONG,
    "entities": "&<>" * 1000,
    "entities already": "&lt;!channel&gt; &amp;amp; " * 100,
    "pings": "<!channel> <!here|here> <!everyone> <@U0HOSTILE1> <#C0HOSTILE1|x> <!subteam^S0HOSTILE1> @channel <https://evil.example|ok>",
    "markup": "*bold* _it_ ~st~ `code` ```pre``` > quote\n> * - 1. :tada: " * 40,
    "emoji": "👩\u200d👩\u200d👧\u200d👦🏽🇩🇪" * 250,
    "right to left": "\u202eevil\u202c مرحبا بكم שלום " * 100,
    "zero width": "A\u200bc\u200cm\u200de\ufeff " * 200,
    "nul": "Ac\x00me \x01\x08\x7f rollout",
    "half a pair": "Ac\ud83dme \udc00rollout",
    "our own marks": "\ue000@U0HOSTILE1\ue001 \ue000t99\ue001 \ue000/rm -rf\ue001 rollout",
    "database": "100%_\\'; DROP TABLE deal; -- \" %s {0} $1",
    "lines": "one\n" * 700,
    "combining": "Z" + "\u0335" * 2000,
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
    made = Walk(office, len(office.sandbox.recording.calls))
    yield made
    made.check()


# What must not be in anything we send

TOKEN = re.compile(r"<([^<>|]*)(?:\|[^<>]*)?>")
OURS = re.compile(
    r"@U06[A-Z0-9]+|#C06[A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} at \{time\}|https://mail\.example\.com/[^\s<>]*"
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
    rita.fills({"Competitors": one_line(hostile), "People at the buyer": f"Jane {one_line(hostile)[:150]}, CFO"})
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
        "Somebody else at the buyer": "John " + one_line(hostile)[:150].replace(",", " "),
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
    rita.fills({"Why was it lost?": "Price & <!channel>", "What did we learn?": words_of(hostile, 1)})
    rita.submits()
    rita.waits_to_see("closed as lost")
    shut(rita)
    rita.types(f"/deal reopen {deal}")
    rita.types(f"/deal park {deal} in 2 weeks {typeable(hostile)[:500]}")
    rita.fills({"Why?": words_of(hostile, 2)})
    rita.submits()
    rita.waits_to_see("is parked until")
    shut(rita)
    rita.types(f"/deal reopen {deal}")
    for line in (f"show {deal}", "", f"show {typeable(hostile)}", f'show "{typeable(hostile)}"', typeable(hostile)):
        rita.types(f"/deal {line}"[:8000])
        assert rita.sees(), line
        shut(rita)
    rita.opens_home()
    assert deal in rita.home


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
