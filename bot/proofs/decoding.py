"""Text out of header fields and calendar lines: decoded, shortened, and free of what could play tricks on a screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

LONGEST: Final = 4000
"""Characters of a header field that are decoded. Some decoders take time with the square of the length."""

_SHOWN: Final = 200
_CHARSETS: Final = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    r"euc-(?:kr|jp)|iso-2022-jp|shift_jis",
    re.IGNORECASE,
)
_ADDRESS: Final = r"[^\s<>@,;:\"\\()\[\]]{1,64}@[^\s<>@,;:\"\\()\[\]]{3,253}"
_NAMED: Final = re.compile(rf"(?P<name>[^<>@,;:\"()]*|\"(?:[^\"\\]|\\.)*\")\s*<(?P<address>{_ADDRESS})>")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a mail address, in lower case; the name as they write it, or empty."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    @property
    def words(self) -> str:
        """For people: `Olivia Lee (olivia@kestrel.example)`."""
        return f"{self.name} ({self.address})" if self.name else self.address


def plain(text: str, longest: int = _SHOWN) -> str:
    """One line of what can be seen, shortened: no control characters, no marks that turn the direction of writing."""
    spaced = " ".join(text[: longest * 4].split())
    seen = "".join(sign for sign in spaced if sign.isprintable())
    return seen if len(seen) <= longest else seen[: longest - 1].rstrip() + "…"


def header_text(value: bytes) -> str:
    """A header field as people read it, encoded words decoded. Never raises: what cannot be decoded shows as �."""
    unfolded = _text(value[:LONGEST].replace(b"\n", b""), "utf-8")
    try:
        parts = decode_header(unfolded)
    except (HeaderParseError, ValueError):
        return plain(unfolded)
    words = [part if isinstance(part, str) else _text(part, charset or "utf-8") for part, charset in parts]
    return plain("".join(words))


def party(value: bytes) -> Party | None:
    """The one person that a field names, or None where it names none, several, or somebody in a doubtful way."""
    unfolded = _text(value[:LONGEST].replace(b"\n", b""), "utf-8").strip()
    if re.fullmatch(_ADDRESS, unfolded):
        return Party(unfolded.lower())
    found = _NAMED.fullmatch(unfolded)
    if found is None:
        return None
    name = found["name"].strip()
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Party(found["address"].lower(), header_text(name.encode()))


def _text(raw: bytes, charset: str) -> str:
    known = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        return raw.decode(known, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
