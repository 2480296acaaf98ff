"""Claims that a criterion does not apply: who sees them where, who settles them, and what the rep is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from sandbox.server import Sandbox
from tests import harness
from tests.driver import Person
from tests.harness import Office
from tests.selling import log_deal

WHY = "They have no legal department; the owner signs on her own."
LAW = "The buyer's lawyers agreed."
PROCESS = f"""\
key: brief
name: Brief
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer wants more.
    criteria:
      - {{key: law, text: "{LAW}", coach: Ask them., example: A mail., may_not_apply: true}}
  - {{key: won, name: Won, kind: won, outcome: The buyer signed.}}
loss_reasons:
  - {{key: price, text: Price}}
"""


@pytest.fixture(params=["with a channel", "without a channel"])
def brief(request: pytest.FixtureRequest, sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "brief.yaml").write_text(PROCESS)
    changes = {} if request.param == "with a channel" else {"stagecoach_manager_channel": None}
    with harness.office(
        sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="brief", **changes
    ) as opened:
        yield opened


def claim(office: Office, by: Person | None = None) -> None:
    rep = by or office.rita
    log_deal(office, "Acme 12k", rep)
    rep.types("/deal move Acme")
    rep.presses("Add evidence")
    rep.fills({"Kind of proof": "Does not apply"})
    rep.fills({"Why does it not apply to this deal?": WHY})
    rep.submits()
    rep.waits_to_see("A manager has yet to agree that it does not apply.")
    office.clock.forward(seconds=1)


def test_a_manager_agrees_at_home_and_the_rep_is_told(brief: Office) -> None:
    claim(brief)
    brief.rita.submits()
    assert "Not yet." in brief.rita.modal
    brief.marta.opens_home()
    for shown in ("Does it apply?", "@Rita", "*Acme* (D-1)", LAW, WHY):
        assert shown in brief.marta.home, shown
    brief.clock.forward(seconds=1)
    brief.marta.presses("Agree")
    brief.rita.waits_for_dm("agreed that this does not apply to *Acme* (D-1)")
    assert brief.eventually(lambda: "Does it apply?" not in brief.marta.home)
    brief.rita.types("/deal move Acme")
    brief.rita.submits()
    brief.rita.waits_to_see("is now in “Won”")


def test_a_manager_says_at_home_that_it_does_apply_and_the_rep_reads_why(brief: Office) -> None:
    claim(brief)
    brief.marta.opens_home()
    assert "Does it apply?" in brief.marta.home
    brief.clock.forward(seconds=1)
    brief.marta.presses("It does apply…")
    brief.marta.fills({"Why does it apply?": "Their statutes ask for a lawyer from 10k on."})
    brief.marta.submits()
    told = brief.rita.waits_for_dm("says that this does apply to *Acme* (D-1)")
    assert "Their statutes ask for a lawyer from 10k on." in told
    assert brief.eventually(lambda: "Does it apply?" not in brief.marta.home)
    brief.rita.types("/deal evidence Acme")
    assert "0 of 1 criteria met" in brief.rita.modal


def test_nobody_is_offered_to_settle_their_own_claim_and_reps_see_none(brief: Office) -> None:
    claim(brief, brief.marta)
    for person, sees in ((brief.marta, False), (brief.deepak, True), (brief.tom, False)):
        person.opens_home()
        assert ("Does it apply?" in person.home) is sees, person.id


def test_a_claim_that_was_taken_back_waits_nowhere(brief: Office) -> None:
    claim(brief)
    brief.rita.closes(everything=True)
    brief.rita.types("/deal show Acme")
    brief.rita.presses("Withdraw")
    brief.rita.fills({"Why do you take it back?": "They do have a lawyer after all."})
    brief.rita.submits()
    brief.rita.waits_to_see("Withdrawn")
    brief.marta.opens_home()
    assert "Does it apply?" not in brief.marta.home
    if brief.desk.rules.manager_channel:
        card = brief.deals.waits_for("The rep took this back.")
        assert not card.buttons
