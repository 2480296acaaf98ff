"""A walk through the bot, after which every call that it made is read again.

Slack took each of them (the local workspace refuses what Slack refuses), it fits by our own rules too, and no mention
or link is in it but ours: what people write pings nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.people import Actor, Role
from bot.services import deals, overview
from bot.services.deals import DealFacts
from bot.store.database import Database
from sandbox.acting import OnView
from sandbox.recording import Call
from sandbox.server import Sandbox
from sandbox.team import MARTA, NORTHBEAM, RITA
from tests import databases, harness
from tests.driver import Person
from tests.harness import Office
from tests.slack_rules import assert_fits

MANAGER = Actor(NORTHBEAM.id, MARTA, Role.MANAGER)

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


@contextmanager
def hostile_office(sandbox: Sandbox, database: Database, folder: Path) -> Iterator[Office]:
    """The bot with processes whose texts are as hostile as their limits let them be, in an emptied database."""
    databases.empty(database)
    sandbox.reset()
    (folder / "hostile.yaml").write_text(PROCESS)
    (folder / "twelve.yaml").write_text(TWELVE)
    with harness.office(sandbox, database, stagecoach_process_dir=folder, stagecoach_process="hostile") as opened:
        yield opened


@contextmanager
def walking(office: Office) -> Iterator[Walk]:
    """Begin with nothing open and nothing said; everything that is said is checked at the end."""
    for person in (office.rita, office.tom, office.marta):
        person.goes_to(None)
        shut(person)
    with office.sandbox.workspace.lock:
        for channel in office.sandbox.workspace.channels.values():
            channel.messages.clear()  # so that nobody reads again and again what earlier tests said
    made = Walk(office, len(office.sandbox.recording.calls))
    yield made
    made.check()


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


# Small steps


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


def log(office: Office, name: str, owner: str = RITA, process: str | None = None, **facts: Any) -> int:
    """A deal as its owner would log it; its id."""
    return deals.log_deal(office.desk, Actor(NORTHBEAM.id, owner, Role.MEMBER), DealFacts(name, **facts), process).id


def label(office: Office, deal_id: int) -> str:
    return overview.sheet(office.desk, MANAGER, deal_id).deal.label
