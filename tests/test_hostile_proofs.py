"""Somebody wants “verified” without the buyer: mails that were really signed, for what they do not show."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.public_mail import is_anybodys
from bot.proofs.buyer import Buyer
from bot.proofs.decoding import Party
from bot.proofs.reading import Reading, against
from sandbox.postmaster import samples
from tests.letters import BUYER, LETTER, NOW, looked_into, signed, with_field

COVERED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
ACCEPTED = samples(NOW)["accepted.eml"]
UNSIGNED = ACCEPTED[ACCEPTED.index(b"From:") :]


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (b"Auto-Submitted: auto-replied", "an automatic reply"),
        (b"Auto-Submitted: Auto-Generated", "an automatic reply"),
        (b"List-Id: <team.alderfinch.example>", "a mailing list, so anybody may have written it"),
        (b"List-Unsubscribe: <https://alderfinch.example/out>", "a mailing list"),
        (b"Mailing-list: list team@alderfinch.example", "a mailing list"),
        (b"X-Original-From: Rita <rita@northbeam.example>", "a mailing list"),
        (b"Precedence: bulk", "a mailing list"),
        (b"Precedence: List", "a mailing list"),
    ],
)
def test_what_nobody_or_anybody_wrote_is_not_the_buyers_word_though_their_server_signed_it(
    field: bytes, reason: str
) -> None:
    name = field.partition(b":")[0].decode().lower()
    found = looked_into(signed(with_field(LETTER, field, "end"), (*COVERED, name)))

    assert not found.verified
    assert reason in found.sentence


def test_a_mail_that_says_that_a_person_wrote_it_is_one() -> None:
    whole = with_field(with_field(LETTER, b"Auto-Submitted: no", "end"), b"Precedence: normal", "end")
    assert looked_into(signed(whole, (*COVERED, "auto-submitted", "precedence"))).verified


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"Re: Recap", b"Automatic reply: Recap", "an automatic reply"),
        (b"Re: Recap", b"=?utf-8?q?R=C3=A9ponse_automatique?= : Recap", "an automatic reply"),
        (b"Re: Recap", b"Abwesenheitsnotiz: Recap", "an automatic reply"),
        (b"Re: Recap", b"Undeliverable: Recap", "an automatic reply"),
        (b"Olivia Finch <olivia@", b"'Rita Solano' via Team <team@", "passed on under another name"),
        (b"Olivia Finch <olivia@", b"=?utf-8?q?Rita_via_Team?= <team@", "passed on under another name"),
        (b"olivia@", b"no-reply@", "no-reply@alderfinch.example, where no person writes"),
        (b"olivia@", b"DoNotReply+web@", "where no person writes"),
        (b"olivia@", b"MAILER-DAEMON@", "where no person writes"),
    ],
)
def test_not_even_without_the_fields_that_say_so(old: bytes, new: bytes, reason: str) -> None:
    """Fields that were left unsigned can be cut out of the file; From and Subject never can."""
    found = looked_into(signed(LETTER.replace(old, new, 1)))

    assert not found.verified
    assert reason in found.sentence


@pytest.mark.parametrize(
    "subject", [b"Re: Autumn prices", b"Re: automatic replies in our shop", b"Ready: the contract"]
)
def test_subjects_that_only_look_alike_do_no_harm(subject: bytes) -> None:
    assert looked_into(signed(LETTER.replace(b"Re: Recap", subject))).verified


def test_whoever_answers_through_a_list_has_not_accepted_for_the_buyer() -> None:
    listed = with_field(UNSIGNED, b"List-Id: <team.alderfinch.example>", "top")
    found = looked_into(signed(listed, (*COVERED, "list-id")))

    assert not found.verified
    assert "a mailing list" in found.sentence


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=DECLINED", "(olivia@alderfinch.example) declined “Requirements"),
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=TENTATIVE", "(olivia@alderfinch.example) perhaps comes to “Requirements"),
        (b"METHOD:REPLY", b"METHOD:CANCEL", "(olivia@alderfinch.example) cancelled “Requirements"),
    ],
)
def test_a_signed_no_or_perhaps_verifies_no_meeting(old: bytes, new: bytes, said: str) -> None:
    found = looked_into(signed(UNSIGNED.replace(old, new)))

    assert not found.verified
    assert said in found.sentence
    assert "That is no yes, so it can be opened but is not verified." in found.sentence


def test_an_invitation_of_the_buyers_own_is_their_word() -> None:
    assert looked_into(signed(UNSIGNED.replace(b"METHOD:REPLY", b"METHOD:REQUEST"))).verified


@pytest.mark.parametrize(
    "raw",
    [
        LETTER.replace(b"olivia@", b"oli\x00via@"),
        LETTER.replace(b"olivia@", "oli\u202evia@".encode()),
        LETTER.replace(b"olivia@alderfinch", b"olivia@alder\x1b[31mfinch"),
        b"DKIM-Signature: v=1; a=rsa-sha256; d=al\x00der; s=x; h=from; b=; bh=\r\n" + LETTER,
        LETTER.replace(b"Re: Recap", "Re: \u202eRecap\x00".encode()),
        LETTER.replace(b"Olivia Finch", b"=?utf-8?b?4oCuT2xpdmlhAA==?="),
    ],
)
def test_what_cannot_be_seen_or_stored_is_never_said(raw: bytes) -> None:
    for reading in (looked_into(raw), looked_into(signed(raw))):
        assert reading.sentence.isprintable()


# Whose domain it is


def _from(sender: bytes, domain: str, buyer: Buyer) -> Reading:
    return looked_into(signed(LETTER.replace(b"olivia@alderfinch.example", sender, 1), domain=domain), buyer)


def test_a_mailbox_that_a_rep_named_is_told_apart_from_the_companys() -> None:
    named = Buyer.of("alderfinch.example", ["olivia@alderfinch.example", "rita@side.example", "x@gmail.com"], [])

    assert _from(b"ravi@eu.alderfinch.example", "alderfinch.example", named).sentence.startswith(
        "Signed by alderfinch.example: "
    )
    assert _from(b"rita@side.example", "side.example", named).sentence.startswith(
        "Signed by side.example, which a contact's address names and which is not alderfinch.example: "
    )
    assert _from(b"x@gmail.com", "gmail.com", named).sentence.startswith(
        "Signed by gmail.com, where anybody can have an address: "
    )


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "hotmail.fr", "gmx.at", "onmicrosoft.com", "co.uk"])
def test_a_company_has_no_domain_where_everybody_has_one(domain: str) -> None:
    buyer = Buyer.of(domain, [f"olivia@{domain}"], [])
    below = f"evil.{domain}"

    assert not buyer.domains
    assert not _from(f"somebody@{domain}".encode(), domain, buyer).verified
    assert not _from(f"somebody@{below}".encode(), below, buyer).verified


def test_nobody_of_ours_is_the_buyer_whatever_a_rep_wrote_into_the_deal() -> None:
    buyer = Buyer.of(
        "northbeam.example", ["rita@northbeam.example", "rita@eu.northbeam.example"], ["Northbeam.example."]
    )

    assert not buyer.domains
    for address in ("rita@northbeam.example", "rita@eu.northbeam.example", "tom@northbeam.example"):
        assert not buyer.is_theirs(Party(address))
    assert buyer.is_theirs(Party("rita@northbeam.example.evil.example")) is False
    assert "which is us and not the buyer" in _from(b"rita@northbeam.example", "northbeam.example", buyer).sentence


@pytest.mark.parametrize(
    ("domain", "anybodys"),
    [
        ("Gmail.com", True), ("gmail.com.", True), ("yahoo.com.au", True), ("yahoo.de", True), ("com.au", True),
        ("com", True), ("", True), ("acme.onmicrosoft.com", False), ("acme.co.uk", False), ("acme.de", False),
        ("live.acme.com", False), ("yahoo.acme.com", False), ("mygmail.com", False), ("mail.acme.de", False),
    ],
)  # fmt: skip
def test_domains_where_strangers_have_addresses_are_known(domain: str, anybodys: bool) -> None:
    assert is_anybodys(domain) is anybodys


@pytest.mark.parametrize(
    "sender",
    [
        b'"Olivia <olivia@alderfinch.example>" <rita@evil.example>',
        b"olivia@alderfinch.example <rita@evil.example>",
        b"Buyers: olivia@alderfinch.example;",
        b"<olivia@alderfinch.example> <rita@evil.example>",
        b"rita@evil.example (olivia@alderfinch.example)",
        b"=?utf-8?q?olivia=40alderfinch.example?= <rita@evil.example>",
        b"olivia@alderfinch.example\r\n <rita@evil.example>",
        "olivia@\u0430lderfinch.example".encode(),
        b"olivia@alderfinch.example.evil.example",
        b"olivia@alderfinch.example@evil.example",
    ],
)
def test_no_way_of_writing_a_sender_makes_somebody_else_the_buyer(sender: bytes) -> None:
    raw = LETTER.replace(b"Olivia Finch <olivia@alderfinch.example>", sender, 1)

    for domain in ("evil.example", "alderfinch.example", "alderfinch.example.evil.example"):
        assert not looked_into(signed(raw, domain=domain)).verified
    raw = LETTER + b"\r\n"  # the same way of signing does verify the buyer's own
    assert looked_into(signed(raw), BUYER).verified


# When it was, and how often it was used


@pytest.mark.parametrize(
    ("sent", "happened_on", "doubt"),
    [
        (date(2026, 11, 19), date(2026, 11, 19), ""),
        (date(2026, 11, 19), date(2026, 11, 20), ""),
        (date(2026, 11, 19), date(2026, 3, 1), ""),
        (date(2026, 11, 19), None, ""),
        (date(2026, 11, 19), date(2026, 11, 21), "older than the day that was given for it, Sat 21 Nov 2026"),
        (None, date(2026, 11, 19), "does not say when it was written"),
    ],
)
def test_an_old_mail_does_not_show_that_something_happened_lately(
    sent: date | None, happened_on: date | None, doubt: str
) -> None:
    said = against(Reading("Signed.", verified=True, sent=sent), happened_on)

    assert bool(said) is bool(doubt)
    assert doubt in said


def test_every_copy_of_a_mail_has_the_same_mark_and_another_mail_has_another() -> None:
    raw = signed(LETTER)
    copies = (raw, with_field(raw, b"X-Spam-Status: No", "top"), raw.replace(b"\r\n", b"\n"), raw + b"\r\n\r\n")
    marks = {looked_into(copy).mark for copy in copies}

    assert len(marks) == 1
    assert looked_into(signed(LETTER.replace(b"Thursday", b"Friday"))).mark not in marks | {""}


@pytest.mark.parametrize("name", [b"Subject", b"Date"])
def test_a_field_that_was_left_unsigned_cannot_be_cut_out_where_people_look_at_it(name: bytes) -> None:
    kept = [line for line in LETTER.splitlines(keepends=True) if not line.startswith(name)]
    found = looked_into(signed(b"".join(kept), COVERED))

    assert not found.verified
    assert "The signature does not cover From, Subject and Date" in found.sentence


def test_a_signature_that_names_fields_by_the_hundred_is_not_worked_out() -> None:
    assert looked_into(signed(LETTER, (*COVERED, *["from"] * 90))).verified
    assert not looked_into(signed(LETTER, (*COVERED, *["from"] * 100))).verified
