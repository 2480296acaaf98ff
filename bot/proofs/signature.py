"""Whether a mail's own DKIM signature shows that the buyer wrote it (RFC 6376), stricter than a mail server would be.

A mail server asks whether a mail may pass. We ask whether somebody who holds the file could have changed what it says,
so what a server may leave open counts here against the mail:

- The From field stands there once and names one person, whose domain is that of the signature (`d=`) or below it;
  both are the buyer's.
- Every field that tells people or programs anything is covered by the signature, as often as it stands there. Not
  covered may be only what mail servers write on the way (`_TRACES`), which is never shown. So a field that was added
  is either one too many of its kind, or one that nobody signed, or a trace without meaning.
- One exception, since large hosts do not sign it: a Content-Type that names a boundary, when the signed body begins
  and ends with that very boundary and there is no other way to read it.
- The whole body is covered: no `l=`, whose purpose is to let text be added below.
- The signature itself is written in the one usual way, so that another spelling of it is not a second valid one.

What the standard calls the same text (the white space and the letters of field names of a "relaxed" signature, empty
lines at the end) stays the same text. Microsoft's servers leave To unsigned, so their mails can be opened, no more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.addresses import ascii_domain, is_within
from bot.proofs.buyer import Buyer
from bot.proofs.decoding import Party, party
from bot.proofs.keys import Keys
from bot.proofs.letter import Letter

MOST_SIGNATURES: Final = 3
"""Looked at, from the top. A mail rarely has more than two: its company's and its host's."""

LEAST_BITS: Final = 1024
SKEW: Final = timedelta(hours=1)
"""How far a sender's clock may be ahead of ours."""

_ONCE: Final = ("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to")
_ONCE_MIME: Final = ("references", "mime-version", "content-type", "content-transfer-encoding", "content-disposition")
_TRACES: Final = re.compile(
    r"received(-spf)?|return-path|delivered-to|x-(received|original-to|delivered-to|envelope-.*|spam-.*|virus-.*)|"
    r"authentication-results|arc-.*|dkim-signature|x-(google|gm|ms|microsoft|forefront|exchange|proofpoint|mimecast)-.*|"
    r"domainkey-signature|dkim-filter|x-(originating-ip|mailer|uidl?|mozilla-.*|apple-.*|ironport-.*|barracuda-.*)"
)
_TAG: Final = re.compile(rb"\s*([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*", re.DOTALL)
_BOUNDARY: Final = re.compile(
    rb"\s*multipart/(?:alternative|mixed|related|report|signed);\s*boundary=(?:\"([^\"\n]{1,70})\"|([\w'+,./=?-]{1,70}))\s*"
)
_MOST_BLANKS: Final = 10**7
"""Blanks in a row, squared and added up: dkimpy's canonical form takes that much time, here a thirtieth of a second."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the signatures of a mail show. `by` is the domain that signed, or None; then `why` is the reason.

    `later` is True when the DNS did not answer, so that the same mail may turn out otherwise when it is asked again.
    `mark` is a hash of the signature: the same for every copy of the mail, whatever was added to it on the way.
    """

    by: str | None
    why: str = ""
    later: bool = False
    mark: str = ""


class _Doubt(Exception):
    """Why one signature shows nothing; the message is a sentence without its full stop."""


class _Later(_Doubt):
    """The key could not be asked for."""


def check(letter: Letter, keys: Keys, buyer: Buyer, now: datetime) -> Finding:
    """Look for a signature that shows the buyer's hand. Asks `keys` only for names of the buyer's own domains."""
    sender = party(letter.values("from")[0]) if len(letter.values("from")) == 1 else None
    if sender is None:
        return Finding(None, "It does not name exactly one sender")
    if buyer.is_ours(sender):
        return Finding(None, f"It was written at {sender.domain}, which is us and not the buyer")
    if not buyer.is_theirs(sender):
        return Finding(None, f"{sender.domain} is not a mail domain of this buyer or of the deal's people")
    signatures = letter.values("dkim-signature")
    if not signatures:
        return Finding(None, "It is not signed by its sender's mail server")
    if sum(len(blanks) ** 2 for blanks in re.findall(rb"[ \t]{9,}", letter.raw)) > _MOST_BLANKS:
        return Finding(None, "It is full of blanks, which no mail program writes")
    doubts: list[_Doubt] = []
    for number, value in enumerate(signatures[:MOST_SIGNATURES]):
        try:
            by = _verified(letter, number, value, keys, buyer, sender, now)
            return Finding(by, mark=hashlib.sha256(re.sub(rb"\s", b"", _tags(value)["b"])).hexdigest())
        except _Doubt as doubt:
            doubts.append(doubt)
    waiting = next((doubt for doubt in doubts if isinstance(doubt, _Later)), None)
    return Finding(None, str(waiting or doubts[0]), later=waiting is not None)


def _verified(letter: Letter, number: int, value: bytes, keys: Keys, buyer: Buyer, sender: Party, now: datetime) -> str:
    """The domain that signed. Raises _Doubt."""
    tags = _tags(value)
    domain = ascii_domain(tags.get("d", b"").decode("ascii", "replace"))
    # A domain above the buyer's is another's, such as co.uk.
    is_buyers = domain == ascii_domain(sender.domain) or is_within(domain, buyer.domains)
    if not is_buyers or not is_within(sender.domain, [domain]):
        raise _Doubt(f"It is signed by {domain[:100] or 'nobody'}, not by {sender.domain}")
    _check_form(tags, now)
    _check_covered(letter, tags)
    selector = tags.get("s", b"").decode("ascii", "replace")
    if not re.fullmatch(r"[\w.-]{1,200}", selector):
        raise _Doubt("The signature names no key")
    key = keys(f"{selector}._domainkey.{domain}".lower())
    if not key.reached:
        raise _Later(f"The DNS did not answer when it was asked for the key of {domain}")
    _check_key(key.record, domain, tags)
    _check_sum(letter, number, str(key.record), domain)
    return domain


def _tags(value: bytes) -> dict[str, bytes]:
    tags: dict[str, bytes] = {}
    for part in value.strip().removesuffix(b";").split(b";"):
        found = _TAG.fullmatch(part)
        if found is None or found[1].decode() in tags:
            raise _Doubt("The signature is not written as one")
        tags[found[1].decode()] = found[2]
    return tags


def _check_form(tags: dict[str, bytes], now: datetime) -> None:
    """What the signature says of itself. Raises _Doubt."""
    if "l" in tags:
        raise _Doubt("The signature covers only the beginning of the mail, so text could be added")
    if tags.get("v") != b"1" or tags.get("a") != b"rsa-sha256" or tags.get("q", b"dns/txt") != b"dns/txt":
        raise _Doubt("The mail is signed in a way that is not checked here")
    if not re.fullmatch(rb"(?:simple|relaxed)(?:/(?:simple|relaxed))?", tags.get("c", b"simple")):
        raise _Doubt("The signature is not written as one")
    for name in ("b", "bh"):
        sum_ = re.sub(rb"\s+", b"", tags.get(name, b""))
        try:
            plain = base64.b64encode(base64.b64decode(sum_, validate=True))
        except binascii.Error:
            plain = b""
        if not sum_ or plain != sum_:
            raise _Doubt("The signature is not written as one")
    signed, ends = _moment(tags, "t"), _moment(tags, "x")
    if signed is not None and signed > now + SKEW:
        raise _Doubt("The signature bears a time that is still to come")
    if ends is not None and ends < now:
        raise _Doubt(f"The signature ran out on {ends.day} {ends:%B %Y}: mails can be checked for as long as it says")


def _moment(tags: dict[str, bytes], name: str) -> datetime | None:
    if name not in tags:
        return None
    if not re.fullmatch(rb"[0-9]{1,11}", tags[name]):
        raise _Doubt("The signature is not written as one")
    return datetime.fromtimestamp(int(tags[name]), UTC)


def _check_covered(letter: Letter, tags: dict[str, bytes]) -> None:
    """Every field is covered as often as it stands there, and what belongs there once stands there once."""
    covered = Counter(name.strip().decode("ascii", "replace").lower() for name in tags.get("h", b"").split(b":"))
    if covered.total() > 100 or not {"from", "subject", "date"} <= covered.keys():
        raise _Doubt("The signature does not cover From, Subject and Date")
    present = Counter(letter.names())
    for name, times in present.items():
        if times > 1 and name in _ONCE + _ONCE_MIME:
            raise _Doubt(f"It has {times} fields called {name.title()} instead of one, so one was added")
        if times <= covered[name] or _TRACES.fullmatch(name):
            continue
        if name == "content-type" and _shown_by_body(letter):
            continue
        raise _Doubt(f"The signature does not cover the field {name.title()[:60]}, so it could have been changed")


def _shown_by_body(letter: Letter) -> bool:
    found = _BOUNDARY.fullmatch(letter.values("content-type")[0])
    if found is None or not letter.values("mime-version"):
        return False
    line = b"--" + (found[1] or found[2])
    return letter.body.startswith(line + b"\n") and letter.body.rstrip(b"\n").endswith(b"\n" + line + b"--")


def _check_key(record: str | None, domain: str, tags: dict[str, bytes]) -> None:
    """What the domain says of its key (RFC 6376, 3.6.1). Raises _Doubt."""
    if record is None:
        raise _Doubt(f"{domain} has no such key, or no longer")
    try:
        said = _tags(record.encode("ascii", "replace"))
    except _Doubt:
        raise _Doubt(f"The key of {domain} cannot be read") from None
    flags = {flag.strip() for flag in said.get("t", b"").split(b":")}
    if b"y" in flags:
        raise _Doubt(f"{domain} says that it only tries its key out")
    identity = ascii_domain(tags.get("i", b"@" + tags["d"]).decode("ascii", "replace").rpartition("@")[2])
    if b"s" in flags and identity != domain:
        raise _Doubt(f"{domain} lets its key sign for itself alone, and this is {identity[:100]}")
    if not re.sub(rb"\s", b"", said.get("p", b"")):
        raise _Doubt(f"{domain} has taken its key back")
    uses = {use.strip() for use in said.get("s", b"*").split(b":")}
    sums = {name.strip() for name in said.get("h", b"sha256").split(b":")}
    usable = said.get("v", b"DKIM1") == b"DKIM1" and said.get("k", b"rsa") == b"rsa"
    if not usable or not uses & {b"*", b"email"} or b"sha256" not in sums:
        raise _Doubt(f"The key of {domain} is not one for this")


def _check_sum(letter: Letter, number: int, record: str, domain: str) -> None:
    """The arithmetic itself, done by dkimpy. Raises _Doubt."""
    # Only here, since most processes never see a mail.
    import dkim  # noqa: PLC0415

    reader = dkim.DKIM(letter.raw, minkey=LEAST_BITS)
    try:
        # The key has been looked up; the network is not asked again.
        valid = reader.verify(number, dnsfunc=lambda _name, **_timeout: record.encode("ascii", "replace"))
    except (dkim.DKIMException, ValueError, IndexError, KeyError, TypeError, AssertionError, AttributeError):
        valid = False
    if not valid:
        raise _Doubt(f"It was changed after {domain} signed it: the signature does not fit")
