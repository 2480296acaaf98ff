"""The buyer's mail: letters and invitations of theirs, signed as their mail server would, and the key for checking."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache

import dkim
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import parse_pem_private_key

from sandbox.team import DOMAIN

BUYER_DOMAIN = "alderfinch.example"
SELECTOR = "local"
_EXPONENT = 65537
_SIGNED = ("from", "to", "subject", "date", "message-id", "in-reply-to", "mime-version", "content-type")
_INVITATION = """\
BEGIN:VCALENDAR\r
PRODID:-//Alder and Finch//Calendar//EN\r
VERSION:2.0\r
METHOD:{method}\r
BEGIN:VEVENT\r
UID:next-steps@{ours}\r
DTSTAMP:{stamp}\r
DTSTART;TZID=Europe/London:{starts}\r
DTEND;TZID=Europe/London:{ends}\r
SUMMARY:Requirements with Alder & Finch\r
ORGANIZER;CN=Rita Solano:mailto:rita@{ours}\r
ATTENDEE;CN=Olivia Finch;PARTSTAT=ACCEPTED:mailto:olivia@{theirs}\r
END:VEVENT\r
END:VCALENDAR\r
"""
_HEAD = """\
From: Olivia Finch <olivia@{theirs}>\r
To: Rita Solano <rita@{ours}>\r
Subject: {subject}\r
Date: {date}\r
Message-ID: <{name}@{theirs}>\r
MIME-Version: 1.0\r
"""
_REPLY = """\
Content-Type: text/plain; charset=utf-8\r
\r
Hello Rita,\r
\r
yes, that is how we see it too: month end takes two people three days, and the auditors\r
want it mended next quarter. Let us go through our requirements on {day} at two.\r
\r
Olivia\r
"""
_ACCEPTANCE = """\
Content-Type: multipart/alternative; boundary="finch"\r
\r
--finch\r
Content-Type: text/plain; charset=utf-8\r
\r
Olivia Finch has accepted the invitation.\r
--finch\r
Content-Type: text/calendar; charset=utf-8; method=REPLY\r
\r
{invitation}--finch--\r
"""


ABOUT = {
    "reply.eml": "A reply of Olivia’s to the recap, as her mail server signed it.",
    "reply-changed.eml": "The same reply, in which somebody has changed one word since.",
    "accepted.eml": "Olivia’s calendar accepts a meeting, in a mail that her server signed.",
    "meeting.ics": "The calendar file of that meeting, which says that Olivia accepted.",
}
"""What each of the samples is."""


def samples(now: datetime) -> dict[str, bytes]:
    """Files as a rep would save them out of their mailbox, by name: two that are genuine, one changed, one calendar."""
    reply = signed(_letter("reply", "Re: Recap of our call and the next steps", now, _REPLY))
    acceptance = _letter("accepted", "Accepted: Requirements with Alder & Finch", now, _ACCEPTANCE)
    return {
        "reply.eml": reply,
        "reply-changed.eml": reply.replace(b"at two", b"at ten"),
        "accepted.eml": signed(acceptance),
        "meeting.ics": _invitation(now, "PUBLISH").encode(),
    }


def signed(
    letter: bytes,
    headers: Sequence[str] = _SIGNED,
    domain: str = BUYER_DOMAIN,
    form: str = "relaxed/relaxed",
    bits: int = 1024,
    **tags: str,
) -> bytes:
    """The letter with a signature above it that covers these of its headers; `tags` are more of the signature's own."""
    private, _ = keys(bits)
    present = [name.encode() for name in headers if f"\n{name}:".encode() in b"\n" + letter.lower()]
    signer, policy = dkim.DKIM(letter), CanonicalizationPolicy.from_c_value(form.encode())
    signer.hasher = hashlib.sha256
    body = hashlib.sha256(policy.canonicalize_body(signer.body)).digest()
    # Without a time of its own: here the clock may be moved back.
    fields = {"v": b"1", "a": b"rsa-sha256", "c": form.encode(), "d": domain.encode(), "s": SELECTOR.encode()}
    fields |= {name: value.encode() for name, value in tags.items()}
    fields |= {"h": b" : ".join(present), "bh": base64.b64encode(body), "b": b"0" * 60}
    pairs = [(name.encode(), value) for name, value in fields.items()]
    value = signer.gen_header(pairs, present, policy, b"DKIM-Signature", parse_pem_private_key(private))
    return b"DKIM-Signature: " + bytes(value) + letter


def record(name: str) -> str | None:
    """What the DNS of this little world answers for a name: the buyer's key, and nothing else."""
    return keys()[1] if name.lower().rstrip(".") == f"{SELECTOR}._domainkey.{BUYER_DOMAIN}" else None


def _letter(name: str, subject: str, now: datetime, body: str) -> bytes:
    meeting = _meeting(now)
    sent = format_datetime(now - timedelta(hours=2))
    head = _HEAD.format(theirs=BUYER_DOMAIN, ours=DOMAIN, subject=subject, date=sent, name=name)
    return (head + body.format(day=f"{meeting:%A}", invitation=_invitation(now, "REPLY"))).encode()


def _invitation(now: datetime, method: str) -> str:
    starts = _meeting(now)
    form = "%Y%m%dT%H%M%S"
    return _INVITATION.format(
        method=method,
        ours=DOMAIN,
        theirs=BUYER_DOMAIN,
        stamp=f"{now:{form}}Z",
        starts=f"{starts:{form}}",
        ends=f"{starts + timedelta(hours=1):{form}}",
    )


def _meeting(now: datetime) -> datetime:
    """Two o'clock on the Thursday after the next few days."""
    day = now + timedelta(days=2)
    return (day + timedelta(days=(3 - day.weekday()) % 7)).replace(hour=14, minute=0, second=0, microsecond=0)


@cache
def keys(bits: int = 1024) -> tuple[bytes, str]:
    """A private key as PEM, and the record of its public half: always the same, and good for nothing elsewhere.

    A mail that was saved yesterday can be checked today. Only a bot on this machine that was told to look the key up
    here believes in it.
    """
    chance = random.Random("the postmaster of a workspace that exists on this machine only")  # noqa: S311
    first, second = _prime(chance, bits // 2), _prime(chance, bits // 2)
    modulus, secret = first * second, pow(_EXPONENT, -1, (first - 1) * (second - 1))
    halves = (secret % (first - 1), secret % (second - 1), pow(second, -1, first))
    private = _sequence(*(_integer(n) for n in (0, modulus, _EXPONENT, secret, first, second, *halves)))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    public = _sequence(_integer(modulus), _integer(_EXPONENT))
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def _prime(chance: random.Random, bits: int) -> int:
    while True:
        number = chance.getrandbits(bits) | 1 | 3 << (bits - 2)
        if all(number % small for small in (3, 5, 7, 11, 13)) and all(
            pow(base, number - 1, number) == 1 for base in (2, 3)
        ):
            return number


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if size < 128 else bytes([0x80 | len(length)]) + length) + content
