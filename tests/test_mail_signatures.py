"""A mail is verified only by its own signature, and whatever somebody changes in it takes that away."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.proofs.buyer import Buyer
from bot.proofs.keys import Key
from bot.proofs.reading import FileKind, Reading, read
from sandbox.postmaster import keys
from tests.letters import BUYER, KEY, LETTER, NOW, looked_into, signed, with_field

EXACT = signed(LETTER, form="simple/simple")
RELAXED = signed(LETTER)
BOUND = b'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n--b1\r\n\r\nYes.\r\n--b1--\r\n'
UNBOUND = re.sub(rb"Content-Type.*", BOUND, LETTER, flags=re.DOTALL)
OURS = "northbeam.example"
COVERED = ("from", "to", "subject", "date", "message-id", "mime-version")


@pytest.mark.parametrize("raw", [EXACT, RELAXED, EXACT.replace(b"\r\n", b"\n")], ids=["exact", "relaxed", "unix"])
def test_a_mail_that_the_buyers_server_signed_is_verified(raw: bytes) -> None:
    found = looked_into(raw)

    assert replace(found, mark="") == Reading(
        "Signed by alderfinch.example: Olivia Finch (olivia@alderfinch.example) wrote “Re: Recap and next steps” to "
        "Rita Solano <rita@northbeam.example> on Thu 19 Nov 2026.",
        verified=True,
        sent=date(2026, 11, 19),
    )


@pytest.mark.parametrize("raw", [EXACT, RELAXED], ids=["exact", "relaxed"])
def test_no_byte_of_a_signed_mail_can_be_changed_added_or_taken_away(raw: bytes) -> None:
    for at, byte in enumerate(raw):
        before, after = raw[:at], raw[at + 1 :]
        changes = [before + bytes([byte ^ bit]) + after for bit in (1, 0x80)] + [before + b"x" + raw[at:]]
        # One blank less is the same text to a relaxed signature, see below.
        changes += [] if raw is RELAXED and byte == ord(" ") else [before + after]
        for changed in changes:
            assert not looked_into(changed).verified, (at, changed[max(0, at - 20) : at + 20])


def _same_text(raw: bytes) -> bytes:
    """What a relaxed signature takes for the same mail (RFC 6376, 3.4.2 and 3.4.4), ends of lines aside."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = re.sub(rb"\n[ \t]+", b" ", head).split(b"\n")
    pairs = [field.partition(b":") for field in fields]
    tidy = [(name.lower(), re.sub(rb"[ \t]+", b" ", value).strip()) for name, _, value in pairs]
    # Blanks inside the sum itself mean nothing.
    tidy = [(n, re.sub(rb"\sb=.*", lambda b: re.sub(rb"\s", b"", b[0]), v)) for n, v in tidy]
    return repr((tidy, re.sub(rb"[ \t]+", b" ", re.sub(rb"[ \t]+\n", b"\n", body)).rstrip(b"\n"))).encode()


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(RELAXED) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_a_changed_mail_is_verified_only_where_the_standard_calls_it_the_same(at: int, put: bytes, taken: int) -> None:
    changed = RELAXED[:at] + put + RELAXED[at + taken :]

    if looked_into(changed).verified:
        assert _same_text(changed) == _same_text(RELAXED)


@pytest.mark.parametrize("place", ["top", "signature", "end"])
@pytest.mark.parametrize(
    "field",
    [
        *(b"From: Olivia Finch <olivia@alderfinch.example>", b"from: rep@northbeam.example", b"Sender: x@y.example"),
        *(b"Reply-To: rep@northbeam.example", b"To: boss@northbeam.example", b"Cc: boss@northbeam.example"),
        *(
            b"Subject: We sign on Friday",
            b"SUBJECT: Re: Recap and next steps",
            b"Date: Fri, 20 Nov 2026 09:00:00 +0000",
        ),
        *(b"Message-ID: <2@alderfinch.example>", b"In-Reply-To: <3@x.example>", b"References: <3@x.example>"),
        *(b"MIME-Version: 1.0", b"Content-Type: text/html", b"Content-Transfer-Encoding: base64"),
        *(b"Content-Disposition: attachment", b"Content-Language: en", b"Importance: high", b"X-Order: signed"),
        *(b"List-Id: <x>", b"Comments: we agree", b"Keywords: yes", b"Resent-From: x@y.example"),
    ],
)
def test_a_mail_with_a_field_added_to_it_is_not_verified(field: bytes, place: str) -> None:
    for raw in (EXACT, RELAXED):
        assert not looked_into(with_field(raw, field, place)).verified


def test_a_field_that_was_left_unsigned_counts_against_the_mail() -> None:
    found = looked_into(signed(LETTER, ("to", "from", "date", "subject")))

    assert not found.verified
    assert "does not cover the field Message-Id, so it could have been changed" in found.sentence


@pytest.mark.parametrize("left_out", ["from", "subject", "date", "to", "mime-version", "content-type"])
def test_each_field_that_is_shown_has_to_be_signed(left_out: str) -> None:
    kept = [name for name in (*COVERED, "content-type") if name != left_out]
    assert not looked_into(signed(LETTER, kept)).verified


def test_what_mail_servers_write_on_the_way_does_no_harm() -> None:
    on_the_way = (
        b"Delivered-To: rita@northbeam.example\r\nReceived: by mx.northbeam.example; Thu, 19 Nov 2026 10:12:03\r\n"
        b"X-Received: by 10.0.0.1\r\nARC-Seal: i=1; a=rsa-sha256\r\nReturn-Path: <olivia@alderfinch.example>\r\n"
        b"Authentication-Results: mx.northbeam.example; dkim=fail\r\nReceived: from a by b\r\n"
    )

    assert looked_into(on_the_way + RELAXED) == looked_into(RELAXED)


def test_an_unsigned_kind_of_content_is_accepted_where_the_signed_body_leaves_no_choice() -> None:
    raw = signed(UNBOUND, COVERED)

    assert looked_into(raw).verified
    assert not looked_into(raw.replace(b'boundary="b1"', b'boundary="b2"')).verified
    assert not looked_into(raw.replace(b"multipart/alternative", b"text/html")).verified
    assert not looked_into(raw.replace(b'boundary="b1"', b'boundary="b1"; charset=x')).verified


def _with_tag(raw: bytes, tag: bytes) -> bytes:
    return raw.replace(b"DKIM-Signature: ", b"DKIM-Signature: " + tag + b"; ")


TODAY = int(NOW.timestamp())
MUCH_LATER = 4_000_000_000


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (LETTER, "It is not signed by its sender's mail server"),
        (signed(LETTER, l="42"), "covers only the beginning of the mail, so text could be added"),
        (signed(LETTER, l="42") + b"PS: we sign on Friday.\r\n", "covers only the beginning"),
        (signed(LETTER, x=str(TODAY - 86400)), "The signature ran out on 18 November 2026"),
        (_with_tag(RELAXED, b"x=%d" % (TODAY + 86400)), "It was changed after alderfinch.example signed it"),
        (signed(LETTER, t=str(TODAY + 86400)), "a time that is still to come"),
        (signed(LETTER, t="9999999999999"), "not written as one"),
        (_with_tag(RELAXED, b"d=alderfinch.example"), "not written as one"),
        (RELAXED.replace(b"rsa-sha256", b"rsa-sha1"), "not checked here"),
        (RELAXED.replace(b"rsa-sha256", b"ed25519-sha256"), "not checked here"),
        (RELAXED.replace(b"s=local", b"s=a/../b"), "names no key"),
        (signed(LETTER, domain="northbeam.example"), "It is signed by northbeam.example, not by alderfinch.example"),
        (signed(LETTER, domain="mail.alderfinch.example"), "It is signed by mail.alderfinch.example"),
        (signed(LETTER, domain="inch.example"), "It is signed by inch.example"),
        (RELAXED.replace(b"Finch <", b"Finch, <"), "exactly one sender"),
        (RELAXED.replace(b"Olivia Finch <", b"x@y.example, <"), "exactly one sender"),
        (with_field(EXACT, b"From: a@b.example", "top"), "exactly one sender"),
        (EXACT.replace(b"agree.  Th", b"agree. " + b" " * 10_001 + b"Th"), "full of blanks"),
        (EXACT.replace(b"two.\r\n", b"two.\n"), "line ends of several kinds"),
        (EXACT.replace(b"two.", b"two.\rThree."), "line ends of several kinds"),
    ],
)
def test_a_mail_that_is_not_verified_says_why(raw: bytes, reason: str) -> None:
    found = looked_into(raw)

    assert not found.verified
    assert reason in found.sentence


def test_another_spelling_of_a_valid_signature_is_not_valid_too() -> None:
    sum_ = re.search(rb"([A-Za-z0-9+/])=\r\nFrom", RELAXED)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert sum_, "the last letter before the = has two bits that mean nothing"
    other = letters[letters.index(sum_[1]) ^ 1 :][:1]
    spelled = RELAXED[: sum_.start()] + other + RELAXED[sum_.end(1) :]

    assert not looked_into(spelled).verified


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "alderfinch.example has no such key, or no longer"),
        ("v=DKIM1; k=rsa; p=", "has taken its key back"),
        (KEY + "; t=y", "only tries its key out"),
        (KEY.replace("k=rsa", "k=ed25519"), "not one for this"),
        (KEY + "; s=tlsrpt", "not one for this"),
        (KEY + "; h=sha1", "not one for this"),
        (KEY.replace("DKIM1", "DKIM2"), "not one for this"),
        ("v=DKIM1; k=rsa; p=!!!", "does not fit"),
        ("v=DKIM1; k=rsa; p=MAA=", "does not fit"),
        ("nonsense", "cannot be read"),
        (KEY[:-9] + "=", "does not fit"),
    ],
)
def test_a_key_that_is_none_verifies_nothing(record: str | None, reason: str) -> None:
    found = looked_into(RELAXED, record=record)

    assert not found.verified
    assert reason in found.sentence


def test_a_key_that_signs_for_its_domain_alone_is_asked_about_that_domain() -> None:
    for_below = signed(LETTER, i="@eu.alderfinch.example")
    assert looked_into(for_below).verified

    assert looked_into(RELAXED, record=KEY + "; t=s").verified
    assert "lets its key sign for itself alone" in looked_into(for_below, record=KEY + "; t=s").sentence


def test_a_short_key_that_others_can_work_out_verifies_nothing() -> None:
    assert looked_into(signed(LETTER, bits=1024), record=keys(1024)[1]).verified
    assert not looked_into(signed(LETTER, bits=768), record=keys(768)[1]).verified


def test_fields_that_stand_there_twice_are_not_verified_whoever_signed_them() -> None:
    twice = with_field(LETTER, b"Subject: We sign on Friday", "end")
    assert not looked_into(signed(twice, (*COVERED, "subject", "content-type"))).verified

    remarked = signed(
        with_field(LETTER, b"Organization: Alder and Finch", "end"), (*COVERED, "content-type", "organization")
    )
    assert looked_into(remarked).verified
    assert not looked_into(with_field(remarked, b"Organization: Northbeam", "top")).verified


def test_without_the_dns_a_mail_may_be_asked_about_later() -> None:
    found = read(FileKind.MAIL, RELAXED, BUYER, lambda _name: Key(None, reached=False), NOW)

    assert (found.verified, found.later) == (False, True)
    assert "The DNS did not answer when it was asked for the key of alderfinch.example" in found.sentence


def test_one_good_signature_among_several_is_enough() -> None:
    hosts = signed(LETTER, domain="mailhost.example")
    both = RELAXED[: RELAXED.index(b"From:")] + hosts

    assert looked_into(both).verified
    assert not looked_into(hosts).verified


def test_only_names_of_the_buyers_own_domains_are_looked_up() -> None:
    asked: list[str] = []

    def looking(name: str) -> Key:
        asked.append(name)
        return Key(KEY)

    for domain in ("alderfinch.example", "somewhere.example", "northbeam.example"):
        read(FileKind.MAIL, signed(LETTER, domain=domain), BUYER, looking, NOW)

    assert asked == ["local._domainkey.alderfinch.example"]


def _from(sender: bytes, domain: str) -> bytes:
    return signed(LETTER.replace(b"olivia@alderfinch.example", sender, 1), domain=domain)


@pytest.mark.parametrize(
    ("sender", "domain", "buyer", "verified"),
    [
        (b"ravi@alderfinch.example", "alderfinch.example", BUYER, True),
        (b"ravi@eu.alderfinch.example", "alderfinch.example", BUYER, True),
        (b"olivia@alderfinch.example", "example", BUYER, False),
        (b"ravi@eu.alderfinch.example", "alderfinch.example", Buyer.of("", ["ravi@eu.alderfinch.example"], []), False),
        (b"ravi@notalderfinch.example", "notalderfinch.example", BUYER, False),
        (b"rita@northbeam.example", "northbeam.example", BUYER, False),
        (b"olivia@gmail.com", "gmail.com", Buyer.of("", ["olivia@gmail.com"], []), True),
        (b"somebody@gmail.com", "gmail.com", Buyer.of("", ["olivia@gmail.com"], []), False),
        (b"somebody@gmail.com", "gmail.com", Buyer.of("gmail.com", [], []), False),
        (b"rita@northbeam.example", "northbeam.example", Buyer.of(OURS, [], [OURS]), False),
        (
            b"rita@eu.northbeam.example",
            "eu.northbeam.example",
            Buyer.of("", ["rita@eu.northbeam.example"], [OURS]),
            False,
        ),
        (b"olivia@alderfinch.example", "alderfinch.example", Buyer.of("", [], []), False),
    ],
)
def test_it_is_the_buyers_domain_that_counts(sender: bytes, domain: str, buyer: Buyer, verified: bool) -> None:
    assert looked_into(_from(sender, domain), buyer).verified is verified


def test_a_signature_counts_from_the_moment_it_was_made_until_it_runs_out() -> None:
    raw = signed(LETTER, t=str(TODAY), x=str(MUCH_LATER))

    assert looked_into(raw).verified
    assert looked_into(raw, now=NOW + timedelta(days=400)).verified
    assert not looked_into(raw, now=NOW - timedelta(days=1)).verified
    assert not looked_into(raw, now=datetime.fromtimestamp(MUCH_LATER + 1, UTC)).verified


def test_an_automatic_reply_is_nothing_that_the_buyer_did() -> None:
    letter = LETTER.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version")
    found = looked_into(signed(letter, (*COVERED, "content-type", "auto-submitted")))

    assert not found.verified
    assert "an automatic reply" in found.sentence
