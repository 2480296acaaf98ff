"""The buying committee: parts, stances, how many there should be, and gates that ask for somebody's support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.definitions import load_process, load_processes
from bot.domain.committee import EXPECTED, Part, Size, Stance, coverage, without_support
from bot.domain.deal import Deal, Status
from bot.domain.errors import BotError, NotFound
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gate import State, judge
from bot.domain.people import Contact
from bot.domain.process import Process
from bot.services import committee, objections
from bot.services.deals import DealFacts
from bot.services.objections import Draft
from bot.store import deals as deal_store
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.team import TOM
from tests import harness
from tests.clockwork import a_deal, rep
from tests.harness import Office
from tests.selling import prove_stage

JANE, ANN = Contact(0, "Jane Doe", "CFO", "jane@buyer.example"), Contact(0, "Ann Smith", "Head of production")
NOW = datetime(2026, 11, 23, tzinfo=UTC)

PROCESS = """\
key: supported
name: Supported
currency: EUR
stages:
  - key: heard
    name: Everybody heard
    outcome: Those who decide support it.
    criteria:
      - {key: agreed, text: The buyer's people agreed., coach: Ask., example: A mail.,
         support: [economic_buyer, champion]}
  - {key: won, name: Won, kind: won, outcome: The buyer signed.}
loss_reasons:
  - {key: price, text: Price}
"""


@pytest.fixture
def supported(tmp_path: Path) -> Process:
    path = tmp_path / "supported.yaml"
    path.write_text(PROCESS)
    return load_process(path)


@pytest.fixture
def careful(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    """An office whose only process asks for the support of two people."""
    (tmp_path / "supported.yaml").write_text(PROCESS)
    settings = {"stagecoach_process_dir": tmp_path, "stagecoach_process": "supported"}
    with harness.office(sandbox, database, **settings) as opened:
        yield opened


# The rules

contacts = st.lists(
    st.builds(
        Contact,
        st.integers(1, 99),
        st.just("Jane"),
        part=st.sampled_from(["", "gone", *(part.value for part in Part)]),
        stance=st.sampled_from(["", "gone", *(stance.value for stance in Stance)]),
    ),
    max_size=6,
)


@given(contacts, st.sampled_from([None, *Size]))
def test_coverage_counts_each_person_once(people: list[Contact], size: Size | None) -> None:
    found = coverage(people, size)
    assert found.known == len(people)
    assert found.supports + found.against <= found.known
    assert found.expected == (EXPECTED[size] if size else None)


@given(contacts, st.lists(st.sampled_from(list(Part)), max_size=3))
def test_nobody_supports_it_who_has_not_said_so(people: list[Contact], asked: list[Part]) -> None:
    lacking = without_support(asked, people)
    assert set(lacking) <= set(asked)
    for part in asked:
        supported = any(one.part == part.value and one.stance == "supports" for one in people)
        assert (part in lacking) is not supported


def test_about_seven_decide_in_a_firm_of_100_to_500_and_more_in_larger_ones() -> None:
    assert EXPECTED[Size.UP_TO_500] == 7
    assert [EXPECTED[size] for size in Size] == sorted(EXPECTED[size] for size in Size)


@pytest.mark.parametrize(("people", "state"), [
    ([], State.UNMET),
    ([("economic_buyer", "supports")], State.UNMET),
    ([("economic_buyer", "supports"), ("champion", "neutral")], State.UNMET),
    ([("economic_buyer", "supports"), ("champion", "against"), ("champion", "supports")], State.MET),
])  # fmt: skip
def test_the_gate_asks_for_evidence_and_for_a_supporter_in_each_part(
    supported: Process, people: list[tuple[str, str]], state: State
) -> None:
    known = tuple(Contact(n, "Jane", part=part, stance=stance) for n, (part, stance) in enumerate(people, 1))
    deal = Deal(1, "T1", 1, "Acme", "U1", "supported", "1", "heard", Status.OPEN, NOW, NOW, "U1", 1, contacts=known)
    piece = Evidence(1, 1, "heard", "agreed", EvidenceKind.EMAIL, "They agreed.", "U1", NOW, link="https://a.example/1")
    assert judge(supported, deal, [piece], [], NOW).findings[0].state is state
    # Support alone proves nothing.
    assert judge(supported, deal, [], [], NOW).findings[0].state is State.UNMET


def test_two_of_the_shipped_processes_ask_for_support() -> None:
    asking = {
        process.key
        for process in load_processes().values()
        for stage in process.stages
        if any(criterion.support for criterion in stage.criteria)
    }
    assert asking == {"complex_b2b", "healthcare"}


# On screen


def test_parts_and_stances_are_chosen_in_the_list_and_the_coverage_follows(office: Office) -> None:
    a_deal(office, DealFacts("Acme", contacts=(JANE, ANN)))
    office.rita.types("/deal committee Acme")
    seen = office.rita.modal
    assert "*2 people known* · 0 support it" in seen
    assert "Nobody yet as: budget holder, champion, user." in seen
    office.rita.chooses("100 to 500 people")
    assert "*2 of about 7 people known*" in office.rita.waits_to_see("of about 7")
    office.rita.chooses("Budget holder", near="Jane Doe")
    office.rita.waits_to_see("Nobody yet as: champion, user.")
    office.rita.chooses("Supports it", near="Jane Doe")
    office.rita.waits_to_see("1 supports it")
    office.rita.chooses("Against it", near="Ann Smith")
    assert "1 against it" in office.rita.waits_to_see("1 against it")
    office.rita.closes()
    office.rita.types("/deal show Acme")
    assert "Jane Doe, CFO · jane@buyer.example · budget holder, supports it" in office.rita.modal


def test_a_person_is_added_with_part_and_stance(office: Office) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal committee Acme")
    office.rita.presses("Add a person")
    office.rita.fills({"Who?": "Jane Doe, CFO, jane@buyer.example", "Their part": "Budget holder",
                       "How do they stand to it?": "Supports it"})  # fmt: skip
    office.rita.submits()
    seen = office.rita.waits_to_see("Jane Doe is in.")
    assert "budget holder, supports it" in seen


@pytest.mark.parametrize(("who", "sentence"), [
    ("jane@northbeam.example, Jane", "our own company"),
    ("@", "not a mail address"),
    ("", ""),
])  # fmt: skip
def test_who_cannot_be_a_buyer_is_refused_at_the_field(office: Office, who: str, sentence: str) -> None:
    a_deal(office, DealFacts("Acme"))
    office.rita.types("/deal committee Acme")
    office.rita.presses("Add a person")
    office.rita.fills({"Who?": who or None})
    office.rita.submits()
    assert sentence in office.rita.field_errors["Who?"]


def test_only_who_may_change_the_deal_places_people(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", contacts=(JANE,)))
    office.tom.types("/deal committee Acme")
    assert "Jane Doe" in office.tom.modal
    assert not office.tom.modal.buttons
    with pytest.raises(BotError, match="Only they and the managers"):
        committee.place(office.desk, rep(TOM), deal.contacts[0].id, stance=Stance.SUPPORTS)
    with pytest.raises(NotFound, match="not in the deal any more"):
        committee.place(office.desk, rep(), 999_999, stance=Stance.SUPPORTS)


def test_a_delivery_that_comes_twice_places_nobody_twice(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", contacts=(JANE,)))
    twice = replace(rep(), delivery="action.1")
    committee.place(office.desk, twice, deal.contacts[0].id, stance=Stance.SUPPORTS)
    committee.place(office.desk, rep(), deal.contacts[0].id, stance=Stance.AGAINST)
    with pytest.raises(BotError, match="already done"):
        committee.place(office.desk, twice, deal.contacts[0].id, stance=Stance.SUPPORTS)
    assert committee.of_deal(office.desk, rep(), deal.id).coverage.against == 1


def test_editing_a_deal_keeps_what_people_are_in_the_committee(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", contacts=(JANE,)))
    committee.place(office.desk, rep(), deal.contacts[0].id, part=Part.CHAMPION, stance=Stance.SUPPORTS)
    office.rita.types("/deal edit Acme")
    office.rita.fills({"People at the buyer": "Jane Doe, CEO, jane@buyer.example\nAnn Smith"})
    office.rita.submits()
    office.rita.waits_until_closed()
    with office.desk.db.read() as connection:
        jane, ann = deal_store.get(connection, deal.team_id, deal.id).contacts
    assert (jane.role, jane.part, jane.stance) == ("CEO", "champion", "supports")
    assert (ann.part, ann.stance) == ("", "")


def test_forty_people_and_hostile_names_fit_the_list(office: Office) -> None:
    people = tuple(Contact(0, f"<!channel> & *Jane* {n} {'x' * 150}", "<https://evil.example|CEO>") for n in range(28))
    deal = a_deal(office, DealFacts("Acme", contacts=people))
    for number in range(20):
        committee.add(office.desk, rep(), deal.id, Contact(0, f"Person number {number}"), None, None)
    office.rita.types("/deal committee Acme")
    assert "and 8 more" in office.rita.modal
    assert "<!channel>" not in str([block.get("text") for block in office.rita.modal.blocks])


def test_whose_objections_are_open_stands_beside_them(office: Office) -> None:
    deal = a_deal(office, DealFacts("Acme", contacts=(JANE,)))
    draft = Draft("too expensive", date(2026, 11, 25), contact_id=deal.contacts[0].id)
    objections.note(office.desk, rep(), deal.id, draft, date(2026, 11, 23))
    office.rita.types("/deal committee Acme")
    assert "not known · 1 open objection" in office.rita.modal


def test_a_deal_whose_evidence_is_there_waits_for_somebodys_support(careful: Office) -> None:
    a_deal(careful, DealFacts("Acme", contacts=(JANE, ANN)))
    careful.rita.types("/deal move Acme")
    prove_stage(careful.rita, careful)
    careful.rita.waits_to_see("Proved, but nobody in the committee supports it as: budget holder, champion.")
    careful.rita.submits()
    careful.rita.waits_to_see("Not yet.")
    careful.rita.closes(everything=True)
    careful.rita.types("/deal")
    assert "0 of 1 criteria met" in careful.rita.sees()

    careful.rita.types("/deal move Acme")
    careful.rita.presses("Who supports it…")
    assert "This stage needs the support of: *budget holder, champion*." in careful.rita.modal
    for who, part in (("Jane Doe", "Budget holder"), ("Ann Smith", "Champion")):
        careful.rita.chooses(part, near=who)
        careful.rita.waits_to_see(part.lower() + ", ")
        careful.rita.chooses("Supports it", near=who)
        careful.rita.waits_to_see(f"{part.lower()}, supports it")
    careful.rita.closes(everything=True)
    careful.rita.types("/deal")
    assert "1 of 1 criteria met" in careful.rita.sees(), "also in the list, which reads deals without their people"
    careful.rita.types("/deal move Acme")
    assert "it can move" in careful.rita.modal
    careful.rita.submits()
    careful.rita.waits_to_see("is now in")
