"""`/deal evidence X`: every criterion so far, what is there for it, how strong and how old it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import load_process
from bot.domain.gate import counts_until, judge, shortfall
from bot.domain.process import Criterion, Duration
from bot.services.overview import Sheet
from bot.slack.blocks import View
from bot.slack.ids import Action, Ref
from bot.slack.views.evidence_list import evidence_list
from bot.store.database import Database
from sandbox.server import Sandbox
from tests import harness
from tests.harness import Office
from tests.selling import log_deal, prove, prove_stage
from tests.slack_rules import assert_fits
from tests.test_views_looking import deal, piece

ADD, OPENS = "Add evidence", "*Inspectable*"
PROCESS = """\
key: aging
name: Aging
currency: EUR
stages:
  - key: talked
    name: Talked
    outcome: The buyer wants more.
    criteria:
      - {key: need, text: The buyer named a need., coach: Ask., example: A mail., max_age: 30d}
      - {key: money, text: The buyer named a sum., coach: Ask., example: A mail.}
  - key: agreed
    name: Agreed
    outcome: The buyer agreed.
    criteria:
      - {key: plan, text: The buyer agreed to a plan., coach: Ask., example: A mail.}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""


@pytest.fixture
def aging(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "aging.yaml").write_text(PROCESS)
    with harness.office(sandbox, database, stagecoach_process_dir=tmp_path, stagecoach_process="aging") as opened:
        yield opened


def test_a_new_deal_lists_what_is_missing_and_takes_it_there(aging: Office) -> None:
    rita = aging.rita
    log_deal(aging, "Acme 12k")
    rita.types("/deal evidence Acme")
    assert "In “Talked”: 0 of 2 criteria met" in rita.modal
    assert "“Agreed” (1)" in rita.modal
    assert "The buyer agreed to a plan." not in rita.modal
    rita.presses(ADD, near="named a need")
    rita.fills(
        {
            "What did the buyer write?": "We lose two days at every month end.",
            "Link": "https://mail.example.com/m/1",
            "Who at the buyer?": "Jane Doe, CFO",
        }
    )
    rita.submits()
    rita.waits_to_see("In “Talked”: 1 of 2 criteria met")
    assert ":white_check_mark: Added." in rita.modal
    assert f"• {OPENS} · today · Email from the buyer · Jane Doe, CFO" in rita.modal


def test_strength_and_age_are_told_and_what_grows_too_old_is_told_before_and_after(aging: Office) -> None:
    rita = aging.rita
    log_deal(aging, "Acme 12k")
    rita.types("/deal move Acme")
    prove(rita, "The buyer named a need.", "We lose two days at every month end.", 1)
    rita.closes(everything=True)
    aging.clock.forward(days=12)
    rita.types("/deal evidence Acme")
    assert f"{OPENS} · 12 days old · Email" in rita.modal
    rita.closes()
    aging.clock.forward(days=14)
    rita.types("/deal evidence Acme")
    assert f"{OPENS} · 26 days old, counts until Wed 23 Dec 2026 · Email" in rita.modal
    rita.closes()
    aging.clock.forward(days=5)
    rita.types("/deal evidence Acme")
    assert f"{OPENS} · :warning: 31 days old, too old to count · Email" in rita.modal
    assert "Older than 30 days: ask the buyer again." in rita.modal


def test_stages_before_are_listed_with_what_they_were_passed_by(aging: Office) -> None:
    rita = aging.rita
    log_deal(aging, "Acme 12k")
    rita.types("/deal move Acme")
    prove_stage(rita, aging)
    rita.submits()
    rita.waits_to_see("is now in")
    rita.closes(everything=True)
    rita.types("/deal evidence Acme")
    text = str(rita.modal)
    assert text.index("“Agreed”*, where the deal is now") < text.index("*“Talked”*") < text.index("named a need")
    assert text.count(OPENS) == 2
    assert [button.label for button in rita.modal.buttons if button.label.startswith("Add")] == [ADD]


def test_a_colleague_sees_it_without_buttons_a_guest_and_an_unknown_deal_get_a_sentence(aging: Office) -> None:
    log_deal(aging, "Acme 12k")
    aging.tom.types("/deal evidence Acme")
    assert "named a need" in aging.tom.modal
    assert ADD not in [button.label for button in aging.tom.modal.buttons]
    aging.gus.types("/deal evidence Acme")
    assert "named a need" not in str(aging.gus.sees())
    aging.rita.types("/deal evidence Nowhere")
    assert "Nowhere" in str(aging.rita.sees())


def test_a_lost_deal_is_shown_and_takes_nothing_more(aging: Office) -> None:
    log_deal(aging, "Acme 12k")
    aging.rita.types("/deal lost Acme")
    aging.rita.fills({"Why was it lost?": "Price", "What did we learn?": "Ask for the budget first."})
    aging.rita.submits()
    aging.rita.waits_to_see("closed as lost")
    aging.rita.types("/deal evidence Acme")
    assert "The deal is lost." in aging.rita.modal
    assert ADD not in [button.label for button in aging.rita.modal.buttons]


def test_what_was_withdrawn_is_not_listed(aging: Office) -> None:
    rita = aging.rita
    log_deal(aging, "Acme 12k")
    rita.types("/deal move Acme")
    prove(rita, "The buyer named a need.", "We lose two days at every month end.", 1)
    rita.closes(everything=True)
    rita.types("/deal show Acme")
    rita.presses("Withdraw")
    rita.fills({"Why do you take it back?": "It was about another company."})
    rita.submits()
    rita.closes(everything=True)
    rita.types("/deal evidence Acme")
    assert "two days" not in rita.modal


# the view by itself


NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WORST = "<&é" * 300


def sheet(folder: Path, stages: int, criteria: int, pieces: int) -> Sheet:
    """A deal in the last stage before the win, with so many pieces of evidence for each criterion of each stage."""
    said = {
        "key": "big",
        "name": "Big",
        "currency": "EUR",
        "stages": [
            {
                "key": f"s{number}",
                "name": f"Stage {number}",
                "outcome": "The buyer wants it.",
                "criteria": [
                    {"key": f"c{n}", "text": f"{n} {WORST}"[:500], "coach": "Ask.", "example": "A mail."}
                    for n in range(criteria)
                ],
            }
            for number in range(stages)
        ]
        + [{"key": "won", "name": "Won", "kind": "won", "outcome": "The buyer signed."}],
        "loss_reasons": [{"key": "price", "text": "Price"}],
    }
    (folder / "big.yaml").write_text(json.dumps(said))
    process = load_process(folder / "big.yaml")
    one = deal(process="big", stage=f"s{stages - 1}", name=WORST[:200])
    evidence = tuple(
        piece(number, one, stage=stage.key, criterion=c.key, what=WORST, link=f"https://mail.example.com/{'m' * 560}")
        for stage in process.stages
        for c in stage.criteria
        for number in range(1, pieces + 1)
    )
    evidence = tuple(replace(one, id=number) for number, one in enumerate(evidence, 1))
    return Sheet(one, process, judge(process, one, evidence, (), NOW), evidence, (), (), may_change=True)


def texts(view: View) -> str:
    return json.dumps(view, ensure_ascii=False)


def test_however_much_there_is_every_page_fits_and_every_criterion_is_on_one(tmp_path: Path) -> None:
    big = sheet(tmp_path, 7, 12, 6)
    seen, number = "", 0
    while True:
        view = evidence_list(big, NOW.date(), number)
        assert_fits(view, "modal")
        seen += texts(view)
        number += 1
        if Action.EVIDENCE_PAGE.value not in {
            e.get("action_id") for b in view["blocks"] for e in b.get("elements", ())
        }:
            break
    assert number > 1
    assert seen.count("more, which the details of the deal show") == 84
    add = [json.dumps(str(Ref(42, 7, f"c{n}"))) for n in range(12)]
    assert [seen.count(value) for value in add] == [1] * 12, "only the present stage has buttons, each once"
    assert seen.count("*0 <") == 0
    assert len(re.findall(r"\*0 &lt;&amp;é", seen)) == 7


def test_a_page_that_is_not_there_is_the_last_one(tmp_path: Path) -> None:
    small = sheet(tmp_path, 2, 1, 1)
    assert evidence_list(small, NOW.date(), 99) == evidence_list(small, NOW.date())


def test_what_is_no_longer_asked_for_is_listed_at_the_end(tmp_path: Path) -> None:
    small = sheet(tmp_path, 2, 1, 0)
    gone = piece(9, small.deal, stage="old", criterion="gone")
    found = texts(evidence_list(replace(small, evidence=(gone,)), NOW.date()))
    assert "*No longer asked for*" in found
    assert "No evidence. The deal did not pass this gate." in found
    assert "*No longer asked for*" in texts(evidence_list(replace(small, evidence=(gone,), judgement=None), NOW.date()))


AGES = st.builds(Duration, st.integers(1, 400), st.booleans()) | st.builds(
    lambda months: Duration(0, months=months), st.integers(1, 24)
)


@given(AGES, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_piece_counts_until_the_day_that_is_named_and_not_the_day_after(age: Duration, day: date) -> None:
    criterion = Criterion("need", "The buyer named a need.", "Ask.", "A mail.", max_age=age)
    last = counts_until(criterion, day)
    assert last is not None
    proof = piece(1, deal(), happened_on=day)

    def on(when: date) -> datetime:
        return datetime.combine(when, datetime.min.time(), UTC)

    assert shortfall(criterion, proof, on(last)) is None
    assert shortfall(criterion, proof, on(last + timedelta(days=1))) is not None
