"""The pure rules of confirmations: what a recap and an answer must be, whose word it is, and how often one may try."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.confirmations import (
    LONGEST_POINT,
    MOST_POINTS,
    SOON,
    TRIES,
    TRIES_WITHIN,
    Answer,
    Confirmation,
    Recap,
    Reply,
    after_try,
    checked_answer,
    checked_recap,
    evidence_text,
    kind_for,
    may_try,
    speaks_for_buyer,
    tidy,
    why_inspectable,
    why_verified,
)
from bot.domain.errors import BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.people import Contact
from bot.domain.process import Criterion, Party, Stage, StageKind

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = timedelta(hours=3)
JANE = Contact(1, "Jane Doe", "CFO", "jane@buyer.example")
gaps = st.lists(st.integers(0, 900), max_size=60)


@given(gaps)
def test_a_page_is_never_sent_in_more_often_than_its_budget_says(seconds: list[int]) -> None:
    full_at, now, taken = None, NOW, []
    for gap in seconds:
        now += timedelta(seconds=gap)
        if may_try(full_at, now):
            full_at = after_try(full_at, now)
            taken.append(now)
    one = TRIES_WITHIN / TRIES
    for first, begun in enumerate(taken):
        for number, at in enumerate(taken[first:], 1):
            assert number <= TRIES + (at - begun) / one


def test_who_has_tried_too_often_may_try_again_after_a_while() -> None:
    full_at = None
    for _ in range(TRIES):
        assert may_try(full_at, NOW)
        full_at = after_try(full_at, NOW)
    assert not may_try(full_at, NOW)
    assert not may_try(full_at, NOW + timedelta(minutes=5, seconds=59))
    assert may_try(full_at, NOW + timedelta(minutes=6))


@given(st.text(max_size=400))
def test_what_is_kept_has_nothing_that_nobody_can_see_and_is_tidy_already(text: str) -> None:
    kept = tidy(text)
    assert tidy(kept) == kept
    assert not {"\x00", "\r", "\u202e", "\ue000", "\ud800"} & set(kept)


@given(st.text(max_size=2000))
def test_a_recap_is_refused_or_fits_and_reads_the_same_again(text: str) -> None:
    fields: set[str] = set()
    try:
        recap = checked_recap(text, "", None, TODAY)
    except BadInput as problem:
        fields = set(problem.fields)
    if fields:
        assert fields == {"points"}
        return
    assert 1 <= len(recap.points) <= MOST_POINTS
    assert all(point and len(point) <= LONGEST_POINT and "\n" not in point for point in recap.points)
    assert checked_recap("\n".join(f"- {point}" for point in recap.points), "", None, TODAY).points == recap.points


def test_bullets_that_somebody_typed_are_taken_off() -> None:
    recap = checked_recap("- one thing\n  • another one\n\n3) a third\n4. a fourth\n5 machines", "", None, TODAY)
    assert recap.points == ("one thing", "another one", "a third", "a fourth", "5 machines")


@pytest.mark.parametrize(("mail", "speaks"), [
    ("jane@buyer.example", True), ("JANE@buyer.example", True), ("tim@buyer.example", True),
    ("tim@eu.buyer.example", True), ("tim@notbuyer.example", False), ("tim@buyer.example.evil.example", False),
    ("buyer.example@evil.example", False),
])  # fmt: skip
def test_an_address_speaks_for_the_buyer_by_a_contact_or_the_domain(mail: str, speaks: bool) -> None:
    assert speaks_for_buyer(mail, [JANE], "buyer.example") is speaks


def test_without_a_domain_only_contacts_speak_and_one_without_an_address_is_nobody() -> None:
    assert speaks_for_buyer("jane@buyer.example", [JANE], "")
    assert not speaks_for_buyer("tim@buyer.example", [JANE, Contact(2, "Tim Roe")], "")
    for shared in ("gmail.com", "Gmail.com", "gmail.com.", "orange.fr", "yahoo.co.uk", "co.uk", "onmicrosoft.com"):
        assert not speaks_for_buyer(f"jim@{shared}", [JANE], shared)
        assert not speaks_for_buyer(f"jim@evil.{shared}", [JANE], shared)
    assert speaks_for_buyer("jo@gmail.com", [Contact(3, "Jo", "", "jo@gmail.com")], "gmail.com")


@given(st.sampled_from(list(Reply)), st.text(max_size=150), st.text(max_size=60), st.text(max_size=60))
def test_an_answer_is_refused_at_its_fields_or_whole(reply: Reply, name: str, mail: str, text: str) -> None:
    fields: set[str] = set()
    try:
        found = checked_answer(reply.value, name, mail, text, ["ours.example"])
    except BadInput as problem:
        fields = set(problem.fields) or {"none"}
    if fields:
        assert fields <= {"name", "mail", "words"}
        return
    assert found.name
    assert "@" in found.mail


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.sampled_from(["ours.example", "eu.ours.example"]))
def test_nobody_of_ours_answers(name: str, domain: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_answer("confirm", "Jane Doe", f"{name}@{domain}", "", ["ours.example"])
    assert set(refused.value.fields) == {"mail"}


RECAP = Recap(
    ("They start in March.", "Is it two plants?", "Ravi attends;"), "We meet their lawyers.", date(2026, 12, 1)
)
ASKED = Confirmation(1, 1, "talked", "need", RECAP, JANE, "U1", NOW, NOW + timedelta(days=14))


def test_a_recap_reads_as_sentences_however_its_points_end() -> None:
    assert RECAP.words == (
        "They start in March. Is it two plants? Ravi attends. Next step: We meet their lawyers, Tue 1 Dec 2026."
    )
    assert Recap(("One thing",)).words == "One thing."
    assert Recap(("One thing…",), "Call!").words == "One thing… Next step: Call!"


def test_what_the_buyer_adds_stands_before_what_they_confirm_and_is_never_cut_off() -> None:
    words = "Only if the price falls. " * 80
    text = evidence_text(Answer(Reply.CONFIRMED, "Jane Doe", "jane@buyer.example", words.strip()), RECAP, 3000)
    assert text.startswith("Jane Doe added: “Only if the price falls.")
    assert "” and confirmed: They start in March." in text

    long = Recap(tuple(str(number) * LONGEST_POINT for number in range(MOST_POINTS)))
    cut = evidence_text(Answer(Reply.CONFIRMED, "Jane Doe", "jane@buyer.example", "Not the price."), long, 3000)
    assert cut.startswith("Jane Doe added: “Not the price.” and confirmed: 000")
    assert (len(cut), cut[-1]) == (3000, "…")


@pytest.mark.parametrize(("after", "told"), [
    (timedelta(seconds=20), "2026 (less than 1 min after the link was made)."),
    (SOON - timedelta(seconds=1), "2026 (9 min after the link was made)."),
    (SOON, "23 Nov 2026. Typed there"), (timedelta(days=3), "23 Nov 2026. Typed there"),
])  # fmt: skip
def test_an_answer_that_comes_at_once_is_told_as_such(after: timedelta, told: str) -> None:
    given = Answer(Reply.CONFIRMED, "Jane Doe", "jane@buyer.example")
    assert told in why_verified(given, ASKED, NOW + after, TODAY, "buyer.example")
    assert told in why_inspectable(given, ASKED, NOW + after, TODAY)


@pytest.mark.parametrize(("mail", "company", "told"), [
    ("jane@buyer.example", "buyer.example", "“Jane Doe”, jane@buyer.example, in the buyer's domain."),
    ("jane@eu.buyer.example", "buyer.example", "jane@eu.buyer.example, in the buyer's domain."),
    ("rita@side.example", "buyer.example", "rita@side.example, a contact's, outside buyer.example."),
    ("jane@buyer.example", "", "jane@buyer.example, a contact's."),
    ("jane@gmail.com", "gmail.com", "jane@gmail.com, a contact's, outside gmail.com."),
    ("jane@buуer.example", "buyer.example", "jane@xn--buer-w6d.example, a contact's, outside buyer.example."),
])  # fmt: skip
def test_it_is_said_that_the_address_was_typed_and_whose_it_is(mail: str, company: str, told: str) -> None:
    said = why_verified(Answer(Reply.CONFIRMED, "Jane Doe", mail), ASKED, NOW + LATER, TODAY, company)
    assert said.startswith("Confirmed on our page, Mon 23 Nov 2026. Typed there: “Jane Doe”, ")
    assert said.endswith(told)


def test_no_name_makes_the_sentence_so_long_that_a_card_cuts_off_what_matters() -> None:
    given = Answer(Reply.CONFIRMED, "Jane, of the buyer. Verified by contract. " * 3, f"{'j' * 64}@{'b' * 60}.example")
    assert len(why_inspectable(given, ASKED, NOW, TODAY)) <= 300
    assert "neither a contact's nor in the buyer's domain." in why_inspectable(given, ASKED, NOW, TODAY)


@pytest.mark.parametrize("name", ["\u3164\u3164", "\u2800", "\uffa0 \u115f", "\u202e\u2066", "\u200b"])
def test_a_name_without_ink_is_none(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_answer("confirm", name, "jane@buyer.example", "", [])
    assert set(refused.value.fields) == {"name"}


kinds = st.lists(
    st.sampled_from([kind for kind in EvidenceKind if kind is not EvidenceKind.NOT_APPLICABLE]), unique=True
)


@given(kinds, st.sampled_from(Party), st.sampled_from(StageKind))
def test_a_confirmation_is_evidence_of_a_kind_that_the_criterion_accepts(
    accepts: list[EvidenceKind], party: Party, stage_kind: StageKind
) -> None:
    criterion = Criterion("need", "The buyer named a need.", "Ask.", "A mail.", party, tuple(accepts))
    kind = kind_for(Stage("talked", "Talked", "They want more.", kind=stage_kind), criterion)
    if kind is None:
        assert party is Party.SELLER or stage_kind is StageKind.PREPARATION or set(accepts) <= {
            EvidenceKind.MEETING, EvidenceKind.CALL}  # fmt: skip
        return
    assume(accepts)
    assert kind in accepts
