"""The forms of a deal and what is said after them keep Slack's limits, whatever was written, and lose none of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.definitions import load_processes
from bot.domain.deal import Deal, NextStep, Status
from bot.domain.errors import BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.gate import Finding, Judgement, State
from bot.domain.money import Money
from bot.domain.people import Contact
from bot.domain.process import Criterion, LossReason, Process, Stage
from bot.domain.reading import NewDealText
from bot.services.deals import DealFacts
from bot.slack.blocks import View, section
from bot.slack.turn import Form
from bot.slack.views import closing_forms, deal_forms, step_forms
from bot.slack.views.step_forms import Plan
from tests.slack_rules import assert_fits

HOSTILE = ("<!channel> & <b> *x* _y_ `z` 🙂👩‍👩‍👧 שלום " * 100)[:3000]
SOMEBODY = ("<@U1> O'Hara, Jr. & <b> 🙂 שלום " * 10)[:200].strip()
TODAY = date(2026, 11, 23)
PROCESS = Process(
    key="long",
    name=HOSTILE[:200],
    currency="SEK",
    stages=(Stage("first", HOSTILE[:200], "outcome"),),
    loss_reasons=tuple(LossReason(f"reason_{n}", HOSTILE[:300]) for n in range(120)),
    version="1",
)


def deal(**changes: object) -> Deal:
    """An ordinary deal."""
    now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    plain = Deal(7, "T1", 42, "Acme", "U1", "long", "1", "first", Status.OPEN, now, now, "U1", 3)
    return replace(plain, **changes)  # type: ignore[arg-type]


def huge_deal() -> Deal:
    """A deal with as much in it as is allowed."""
    return deal(
        name=HOSTILE,
        company=HOSTILE,
        company_domain="a." * 125 + "com",
        amount=Money(10**15 - 1, "SEK"),
        expected_close=date(9999, 12, 31),
        delivery_owner="U2",
        source=HOSTILE,
        competitors=HOSTILE,
        closing_reason=HOSTILE,
        waiting_until=date(2027, 1, 1),
        next_step=NextStep(HOSTILE, TODAY),
        contacts=tuple(
            Contact(n + 1, f"{n} {SOMEBODY}"[:200].strip(), SOMEBODY, f"{n}{'x' * 60}@example.com") for n in range(30)
        ),
    )


def filled(view: View, **typed: str | None) -> Form:
    """The form as it comes back: what it was drawn with, and what was typed instead."""
    values: dict[str, dict[str, dict[str, object]]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, block_id = block["element"], block["block_id"]
            value: object = element.get("initial_value", element.get("initial_date"))
            name = "selected_date" if element["type"] == "datepicker" else "value"
            values[block_id] = {element["action_id"]: {name: typed.get(block_id, value)}}
    return Form.read({**view, "id": "V1", "hash": "h", "state": {"values": values}})


@pytest.mark.parametrize("it", [deal(), huge_deal()], ids=["ordinary", "huge"])
def test_every_form_fits(it: Deal) -> None:
    meta = {"below": "move.checklist", "to": "k" * 100, "moving": "yes"}
    for view in (
        deal_forms.edit_form(it, "SEK", meta),
        step_forms.next_form(it, Plan(HOSTILE, TODAY), meta, "Warning."),
        step_forms.assign_form(it, meta, delivery=True, warning="Warning."),
        closing_forms.lost_form(it, PROCESS, meta, reason="reason_3", learned=HOSTILE),
        closing_forms.park_form(it, meta, until=TODAY, why=HOSTILE, warning="Warning."),
    ):
        assert_fits(view)
        assert len(view["private_metadata"]) < 1000


def test_the_form_of_a_new_deal_fits_also_with_many_processes() -> None:
    many = {f"p{n}": replace(PROCESS, key=f"p{n}") for n in range(120)}
    told = NewDealText(HOSTILE * 2, Money(10**15 - 1, "SEK"), TODAY)
    assert_fits(deal_forms.new_form(told, many, many["p0"], ["One warning.", "Another."]))


def test_one_process_alone_is_not_asked_for() -> None:
    for processes, asked in ((load_processes(), True), ({"long": PROCESS}, False)):
        view = deal_forms.new_form(NewDealText("Acme"), processes, next(iter(processes.values())))
        assert any(block.get("block_id") == "process" for block in view["blocks"]) is asked


@pytest.mark.parametrize("it", [deal(), huge_deal()], ids=["ordinary", "huge"])
def test_everything_said_afterwards_fits(it: Deal) -> None:
    criterion = Criterion("c", HOSTILE, "coach", "example", accepts=(EvidenceKind.EMAIL,))
    judgement = Judgement(PROCESS.first, tuple(Finding(criterion, State.UNMET, HOSTILE) for _ in range(12)))
    asked = replace(it, pending_move=5)
    for said in (
        deal_forms.logged(it, TODAY, "/deal"),
        deal_forms.saved(asked, it, "/deal"),
        step_forms.planned(it, "/deal"),
        step_forms.handed_over(asked, it, "U1", "/deal", delivery=False),
        step_forms.handed_over(asked, it, "U1", "/deal", delivery=True),
        closing_forms.lost(it, "/deal"),
        closing_forms.parked(it, "/deal"),
        closing_forms.reopened(it, judgement, "/deal"),
        deal_forms.differences(DealFacts.of(it), DealFacts.of(deal(name="Other"))) or "nothing",
    ):
        assert len(said) <= 3000
        assert "<!channel>" not in said
        assert_fits([section(said)])


def test_saving_an_untouched_form_changes_nothing_even_where_not_all_people_fit() -> None:
    it = huge_deal()
    view = deal_forms.edit_form(it, "SEK", {})
    shown = json.loads(view["private_metadata"])["people"]
    assert 0 < len(shown) < len(it.contacts)
    form = filled(view)
    facts = deal_forms.read_facts(form, "SEK", it.contacts)
    assert sorted(c.id for c in facts.contacts) == sorted(c.id for c in it.contacts)
    assert {c.id: c for c in facts.contacts} == {c.id: c for c in it.contacts}
    assert (facts.amount, facts.expected_close) == (it.amount, it.expected_close)
    assert form.key("drawn") == deal_forms.mark_now(form, it)


def test_people_whom_the_form_did_not_show_stay() -> None:
    it = deal(contacts=(Contact(1, "Jane Doe"),))
    form = filled(deal_forms.edit_form(it, "EUR", {}), contacts="")
    added = Contact(2, "Added meanwhile")
    assert deal_forms.read_facts(form, "EUR", (*it.contacts, added)).contacts == (added,)


def test_a_form_notices_what_somebody_else_changed() -> None:
    it = deal(contacts=(Contact(1, "Jane Doe"),))
    form = filled(deal_forms.edit_form(it, "EUR", {}))
    drawn = form.key("drawn")
    assert drawn == deal_forms.mark_now(form, replace(it, version=9, next_step=NextStep("call", TODAY)))
    for changed in (replace(it, name="B"), replace(it, contacts=()), replace(it, amount=Money(1, "EUR"))):
        assert drawn != deal_forms.mark_now(form, changed)


def test_all_that_cannot_be_read_is_said_at_its_field() -> None:
    form = filled(deal_forms.edit_form(deal(), "EUR", {}), amount="abc", contacts="jane@", expected_close="soon")
    with pytest.raises(BadInput) as problem:
        deal_forms.read_facts(form, "EUR")
    assert set(problem.value.fields) == {"amount", "contacts", "expected_close"}


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("Example.com", "example.com"),
        ("@example.com", "example.com"),
        ("jane@example.com", "example.com"),
        ("https://www.example.com/about?x=1", "example.com"),
        ("mailto:jane@example.com", "example.com"),
        ("not a domain", "not a domain"),
        ("", ""),
    ],
)
def test_a_pasted_address_is_read_as_its_domain(written: str, domain: str) -> None:
    form = filled(deal_forms.edit_form(deal(), "EUR", {}), company_domain=written)
    assert deal_forms.read_facts(form, "EUR").company_domain == domain


def test_a_cancelled_request_is_said() -> None:
    assert "Ask again with `/deal move D-42`" in deal_forms.saved(deal(pending_move=5), deal(), "/deal")
    assert "Ask again" not in deal_forms.saved(deal(), deal(), "/deal")
