"""Logging a deal through the front door: a typed line, a shortcut or a button, a form, and a deal."""

from __future__ import annotations

from datetime import date

from bot.domain.deal import Deal
from bot.domain.people import Actor, Role
from bot.services import overview
from sandbox.team import NORTHBEAM, RITA
from tests.harness import Office

PEOPLE = "Olivia Finch, Head of operations, olivia@alderfinch.example\nSam Reed <sam@alderfinch.example>"


def only_deal(office: Office) -> Deal:
    """Rita's one deal, with its people."""
    rita = Actor(NORTHBEAM.id, RITA, Role.MEMBER)
    page = overview.my_deals(office.desk, rita)
    assert page.total == 1
    return overview.sheet(office.desk, rita, page.deals[0].deal.id).deal


def test_a_typed_line_fills_the_form_and_saving_it_shows_the_checklist(office: Office) -> None:
    office.rita.types("/deal new Acme rollout 12k EUR close 15 dec")
    fields = office.rita.modal.fields
    assert fields["Name"].value == "Acme rollout"
    assert fields["Amount"].value == "€12,000"
    assert fields["Expected close"].value == "2026-12-15"
    office.rita.submits()
    assert "Logged as D-1 · €12,000 · closes Tue 15 Dec 2026." in office.rita.modal
    deal = only_deal(office)
    assert (deal.name, deal.expected_close) == ("Acme rollout", date(2026, 12, 15))
    assert deal.amount is not None
    assert deal.amount.show() == "€12,000"


def test_only_the_name_is_asked_for(office: Office) -> None:
    office.rita.uses("Log a deal")
    office.rita.fills({"Name": "Acme"})
    office.rita.submits()
    assert "Logged as D-1 · no amount yet · no closing day yet." in office.rita.modal


def test_without_a_name_nothing_is_saved_and_the_form_says_so(office: Office) -> None:
    office.rita.types("/deal new")
    office.rita.fills({"Name": "n/a", "Company": "Alder & Finch"})
    office.rita.submits()
    assert "Name" in office.rita.field_errors
    assert office.rita.modal.fields["Company"].value == "Alder & Finch"


def test_everything_that_is_written_in_the_form_is_kept(office: Office) -> None:
    office.rita.types("/deal new “Acme 2” 1.5m")
    office.rita.fills(
        {
            "Company": "Alder & Finch",
            "The buyer's domain": "https://www.alderfinch.example/about",
            "People at the buyer": PEOPLE,
            "Source": "Trade fair",
            "Competitors": "Doing nothing",
        }
    )
    office.rita.submits()
    assert "Logged as D-1 · €1,500,000" in office.rita.modal
    deal = only_deal(office)
    assert (deal.name, deal.company, deal.company_domain) == ("Acme 2", "Alder & Finch", "alderfinch.example")
    assert (deal.source, deal.competitors) == ("Trade fair", "Doing nothing")
    assert [(c.name, c.role, c.email) for c in deal.contacts] == [
        ("Olivia Finch", "Head of operations", "olivia@alderfinch.example"),
        ("Sam Reed", "", "sam@alderfinch.example"),
    ]


def test_a_wrong_value_is_said_at_its_field_and_nothing_is_lost(office: Office) -> None:
    office.rita.types("/deal new Acme")
    office.rita.fills({"Source": "Trade fair"})
    for label, written, said in (
        ("Amount", "about 12", "do not understand “about”"),
        ("Amount", "-5", "negative"),
        ("The buyer's domain", "northbeam.example", "our own"),
        ("The buyer's domain", "somewhere", "example.com"),
        ("People at the buyer", "rita@northbeam.example", "has no name"),
        ("People at the buyer", "Rita, AE, rita@northbeam.example", "our own company"),
        ("People at the buyer", "Jane, jane@", "not a mail address"),
    ):
        office.rita.fills({label: written})
        office.rita.submits()
        assert said in office.rita.field_errors[label], written
        fields = office.rita.modal.fields
        assert (fields[label].value, fields["Source"].value) == (written, "Trade fair")
        office.rita.fills({label: None})


def test_several_wrong_values_are_said_at_once(office: Office) -> None:
    office.rita.types("/deal new Acme")
    office.rita.fills({"Amount": "abc", "People at the buyer": "jane@"})
    office.rita.submits()
    assert set(office.rita.field_errors) == {"Amount", "People at the buyer"}


def test_a_date_that_cannot_be_read_is_said_and_stays_in_the_name(office: Office) -> None:
    office.rita.types("/deal new Acme 12k close 31 feb")
    assert "There is no 31 February" in office.rita.modal
    assert "close 31 feb" in office.rita.modal.fields["Name"].value
    assert office.rita.modal.fields["Expected close"].value is None


def test_a_closing_day_that_is_over_is_kept_and_pointed_out(office: Office) -> None:
    office.rita.types("/deal new Acme close 1 dec 2025")
    office.rita.submits()
    assert "closes Mon 1 Dec 2025, which is over (correct it with `/deal edit D-1`)" in office.rita.modal


def test_another_process_can_be_chosen(office: Office) -> None:
    office.rita.types("/deal new Acme")
    process = office.rita.modal.fields["Process"]
    assert process.value == "buyer_centric"
    office.rita.fills({"Process": "Simple sale"})
    office.rita.submits()
    assert "Logged as D-1" in office.rita.modal
    assert only_deal(office).process == "simple_3"


def test_a_hostile_name_of_three_thousand_characters_is_kept_and_shown_harmlessly(office: Office) -> None:
    name = ("<!channel> & <b> *x* 🙂 שלום " * 200)[:3000].strip()
    office.rita.uses("Log a deal")
    office.rita.fills({"Name": name, "Company": name, "Source": name, "Competitors": name})
    office.rita.submits()
    assert "Logged as D-1" in office.rita.modal
    assert only_deal(office).name == " ".join(name.split())


def test_a_guest_and_an_outsider_get_a_polite_refusal(office: Office) -> None:
    office.gus.types("/deal new Acme")
    assert "full members" in office.gus.sees()
    assert not office.gus.has_modal
