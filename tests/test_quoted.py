"""The rules about messages as evidence: who can verify one, which deal it is about, and which criterion it proves."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deal import Deal, Status
from bot.domain.gate import Finding, State
from bot.domain.people import Contact, Person
from bot.domain.process import Criterion
from bot.domain.quoted import (
    Author,
    Clues,
    Quoted,
    Side,
    author_of,
    contact_of,
    found_in,
    likeliest,
    nearest_first,
    verified_by,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OURS, THEIRS = "T1", "T2"

user_ids = st.sampled_from(["U1", "U2", "U3"])
names = st.sampled_from(["", "Olivia Finch", "olivia  FINCH", "Ravi Menon"])
contacts = st.builds(
    Contact, st.integers(1, 9), names.filter(bool), st.sampled_from(["", "CFO"]), st.sampled_from(["", "a@b.example"]),
    slack_user=st.none() | user_ids,
)  # fmt: skip
people = st.builds(
    Person,
    team_id=st.just(OURS),
    user_id=user_ids,
    home_team=st.sampled_from([OURS, THEIRS]),
    name=names,
    is_guest=st.booleans(),
    is_bot=st.booleans(),
    is_deleted=st.booleans(),
)


def quoted(
    author: str = "U1", *, home_team: str = "", is_app: bool = False, channel: str = "C1", text: str = "Yes, we agree."
) -> Quoted:
    return Quoted(1, OURS, channel, "1795424400.000100", "", author, home_team, is_app, text, NOW, "U9")


def deal(number: int, people: tuple[Contact, ...] = (), domain: str = "", day: int = 1) -> Deal:
    return Deal(number, OURS, number, f"Deal {number}", "U9", "p", "v", "s", Status.OPEN, NOW, NOW, "U9", 1,
                company_domain=domain, contacts=people, progress_on=date(2026, 11, day))  # fmt: skip


@given(people, st.booleans(), contacts | st.none())
def test_only_somebody_who_is_none_of_ours_can_verify_by_what_they_write(
    person: Person, is_app: bool, contact: Contact | None
) -> None:
    message = quoted(person.user_id, is_app=is_app)
    author = author_of(message, person)
    verified = verified_by(message, author, contact, "Rita Solano")
    is_ours = person.home_team == OURS and not person.is_guest
    if is_app or person.is_bot or is_ours or contact is None:
        assert verified is None
    else:
        assert verified is not None
        assert contact.name in verified
        assert ("Rita Solano said who they are" in verified) == (contact.slack_user != person.user_id)
    assert found_in(message, author)


@given(st.sampled_from(["", OURS, THEIRS]))
def test_whom_slack_hides_is_an_outsider_only_by_another_team(home_team: str) -> None:
    side = author_of(quoted("U8", home_team=home_team), None).side
    assert side is (Side.OUTSIDER if home_team == THEIRS else Side.UNKNOWN)
    assert author_of(quoted("", home_team=home_team), None).side is Side.UNKNOWN


@given(people, st.lists(contacts, max_size=5))
def test_who_it_is_is_proposed_only_where_it_is_said_or_the_name_is_the_same_and_free(
    person: Person, known: list[Contact]
) -> None:
    author = author_of(quoted(person.user_id), person)
    found = contact_of(author, known)
    if found is None:
        return
    assert author.side.may_be_buyer
    same_name = " ".join(found.name.casefold().split()) == " ".join(author.name.casefold().split())
    assert found.slack_user == person.user_id or (found.slack_user is None and same_name)


def test_of_two_people_with_the_same_name_neither_is_proposed() -> None:
    author = Author("U1", "Olivia Finch", Side.OUTSIDER)
    assert contact_of(author, [Contact(1, "Olivia Finch", "CFO"), Contact(2, "Olivia Finch", "CTO")]) is None
    assert contact_of(author, [Contact(1, "Olivia Finch"), Contact(2, "Ravi Menon")]) == Contact(1, "Olivia Finch")


@given(
    st.lists(
        st.builds(deal, st.integers(1, 30), st.lists(contacts, max_size=2).map(tuple),
                  st.sampled_from(["", "a.example"]), st.integers(1, 28)),
        unique_by=lambda d: d.id, max_size=8,
    ),
    st.none() | st.integers(1, 30),
    st.frozensets(st.integers(1, 30), max_size=3),
)  # fmt: skip
def test_every_deal_is_kept_and_a_clue_never_puts_one_back(
    found: list[Deal], channel: int | None, theirs: frozenset[int]
) -> None:
    author = Author("U1", "Olivia Finch", Side.OUTSIDER)
    plain = nearest_first(found, author, Clues())
    assert sorted(d.id for d in plain) == sorted(d.id for d in found)
    led = nearest_first(found, author, Clues(channel, theirs, frozenset({"a.example"})))
    assert sorted(d.id for d in led) == sorted(d.id for d in found)
    with_channel = nearest_first(found, author, Clues(channel))
    for one in found:
        if one.id == channel:
            assert with_channel.index(one) <= plain.index(one)


def test_the_clues_weigh_known_author_channel_company_and_name_in_this_order() -> None:
    author = Author("U1", "Olivia Finch", Side.OUTSIDER)
    known = deal(1, (Contact(1, "Olivia Finch", slack_user="U1"),), day=2)
    of_channel, of_company = deal(2, day=3), deal(3, domain="eu.a.example", day=4)
    same_name, none = deal(4, (Contact(2, "Olivia  finch"),), day=3), deal(5, day=20)
    clues = Clues(2, frozenset(), frozenset({"a.example"}))
    every = [none, same_name, of_company, of_channel, known]
    assert [d.id for d in nearest_first(every, author, clues)] == [1, 2, 3, 4, 5]


findings = st.lists(
    st.builds(
        Finding,
        st.builds(Criterion, st.sampled_from("abcdef"), st.sampled_from(["The buyer agreed", "A signed price"]),
                  st.just(""), st.just("")),
        st.sampled_from(list(State)),
        st.just(""),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(findings, st.text(max_size=60))
def test_what_is_met_is_proposed_only_when_nothing_is_open(found: list[Finding], text: str) -> None:
    chosen = likeliest(found, text)
    assert chosen in found
    assert not chosen.passes or all(finding.passes for finding in found)


def test_words_in_common_decide_between_open_criteria() -> None:
    price = Finding(Criterion("price", "The buyer accepted the price and terms.", "", "A mail."), State.UNMET, "")
    people = Finding(Criterion("people", "The buyer named the people who decide.", "", "A list."), State.UNMET, "")
    assert likeliest([price, people], "Ravi decides, the other people are asked") is people
    assert likeliest([people, price], "We accept these terms") is price
    assert likeliest([people, price], "…") is people


def test_links_are_made_as_slack_makes_them() -> None:
    message = quoted()
    assert message.link("https://northbeam.slack.com/") == ("https://northbeam.slack.com/archives/C1/p1795424400000100")
