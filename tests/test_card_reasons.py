"""Managers read on the card, for each proof, how strong it is and why; what it is about is theirs to judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services import evidence, overview
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.team import NORTHBEAM
from tests import harness
from tests.harness import Office
from tests.selling import log_deal, prove
from tests.walk import MANAGER

CLAIMED = "*Claimed.* Words alone: there is nothing to open."
INSPECTABLE = "*Inspectable.* A link that you can open."
SHOWN = "Jane Doe wrote it herself in a shared channel."
YOURS = "*Yours to judge:* does each proof speak to its criterion?"
PROCESS = """\
key: trust
name: Trust
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer wants more.
    approval: manager
    criteria:
      - {key: need, text: The buyer named a need., coach: Ask., example: A mail., accepts: [call], least: claimed}
      - {key: money, text: The buyer named a sum., coach: Ask., example: A mail.}
      - {key: day, text: The buyer named a day., coach: Ask., example: A mail.}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""


@pytest.fixture
def trust(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "trust.yaml").write_text(PROCESS)
    with harness.office(sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="trust") as opened:
        yield opened


def test_the_card_says_why_each_proof_counts_as_it_does(trust: Office) -> None:
    rita = trust.rita
    log_deal(trust, "Acme 12k")
    rita.types("/deal move Acme")
    rita.presses("Add evidence", near="named a need")
    said = "What did the buyer say or agree to?"
    rita.fills({said: "Jane said that they lose two days a month.", "Who at the buyer?": "Jane Doe, CFO"})
    rita.submits()
    rita.waits_to_see("1 of 3 criteria met")
    prove(rita, "The buyer named a sum.", "We have 12,000 for this in next year's budget.", 1)
    rita.waits_to_see("2 of 3 criteria met")
    prove(rita, "The buyer named a day.", "We want to start on 1 March.", 2)
    rita.waits_to_see("3 of 3 criteria met")
    verified = overview.sheet(trust.desk, MANAGER, 1).evidence[-1]
    evidence.record_reading(trust.desk, NORTHBEAM.id, verified.id, SHOWN)
    rita.submits()
    card = trust.deals.waits_for("asks to move")
    for criterion, why in (("need", CLAIMED), ("sum", INSPECTABLE), ("day", f"*Verified.* {SHOWN}")):
        at = str(card).index(f"The buyer named a {criterion}.")
        following = str(card)[at:].split("The buyer named a", 2)[1]
        assert why in following, criterion
    assert YOURS in card
    trust.marta.goes_to(trust.deals.id)
    trust.marta.presses("Approve", on=card)
    decided = trust.deals.waits_for("*Approved* by")
    assert YOURS not in decided
    assert INSPECTABLE in decided


def test_the_checklist_and_the_details_give_the_same_reasons(trust: Office) -> None:
    rita = trust.rita
    log_deal(trust, "Acme 12k")
    rita.types("/deal move Acme")
    prove(rita, "The buyer named a sum.", "We have 12,000 for this in next year's budget.", 1)
    rita.waits_to_see(INSPECTABLE)
    rita.closes(everything=True)
    rita.types("/deal show Acme")
    assert INSPECTABLE in rita.modal
