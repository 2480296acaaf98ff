"""Mails of a buyer for the tests, signed with the key of the local workspace's postmaster."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.proofs.buyer import Buyer
from bot.proofs.keys import Key
from bot.proofs.reading import FileKind, Reading, read
from sandbox.postmaster import BUYER_DOMAIN, SELECTOR, record, signed

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
KEY = str(record(f"{SELECTOR}._domainkey.{BUYER_DOMAIN}"))
BUYER = Buyer.of(BUYER_DOMAIN, ["olivia@alderfinch.example"], ["northbeam.example"])

LETTER = b"""\
From: Olivia Finch <olivia@alderfinch.example>\r
To: Rita Solano <rita@northbeam.example>\r
Subject: Re: Recap and next steps\r
Date: Thu, 19 Nov 2026 10:12:00 +0000\r
Message-ID: <1@alderfinch.example>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Yes, we agree.  Thursday at two.\r
Olivia\r
"""


def anybodys_key(_name: str) -> Key:
    """The postmaster's key under every name."""
    return Key(KEY)


def looked_into(raw: bytes, buyer: Buyer = BUYER, record: str | None = KEY, now: datetime = NOW) -> Reading:
    """What is found in a mail when this record is the key of whoever signed it."""
    return read(FileKind.MAIL, raw, buyer, lambda _name: Key(record), now)


def with_field(raw: bytes, field: bytes, place: str) -> bytes:
    """The mail with one more field: at the `top`, below the `signature`, or at the `end` of the others."""
    line = field + b"\r\n"
    if place == "top":
        return line + raw
    before = raw.index(b"\r\nFrom:") + 2 if place == "signature" else raw.index(b"\r\n\r\n") + 2
    return raw[:before] + line + raw[before:]


__all__ = ["BUYER", "BUYER_DOMAIN", "KEY", "LETTER", "NOW", "anybodys_key", "looked_into", "signed", "with_field"]
