"""A mail as its bytes say it: header fields in their order, and a body. One way of splitting, for all that read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a mail that is looked into. A mail with more is kept as a file that a manager can open."""

MOST_FIELDS: Final = 500
MOST_LINES: Final = 60_000
LONGEST_FIELD: Final = 60_000
"""Bytes of one header field. Lists of recipients are long; nothing else is."""

_FIELD: Final = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,100}):(.*)", re.DOTALL)


class Unreadable(Exception):
    """The file cannot be read as what its name says; the message is the rest of “…, so it counts as inspectable.”"""


@dataclass(frozen=True, slots=True)
class Letter:
    """`fields` are (name in lower case, value as it stands, without its last line end); `raw` is the whole mail."""

    fields: tuple[tuple[str, bytes], ...]
    body: bytes
    raw: bytes

    def values(self, name: str) -> list[bytes]:
        """Every value of a field, in order; the name in lower case."""
        return [value for known, value in self.fields if known == name]

    def names(self) -> list[str]:
        """The name of every field, in order, as often as it stands there."""
        return [name for name, _ in self.fields]


def split(raw: bytes) -> Letter:
    """The mail in its parts. Raises Unreadable where it is none, or bigger than anything that people write.

    Every program splits odd line ends in its own way: what one takes for one field, another takes for two. So a mail
    with carriage returns of its own, or with both kinds of line end, is not looked into at all.
    """
    if len(raw) > LARGEST:
        raise Unreadable(f"the mail is larger than {LARGEST // 1024 // 1024} MB")
    if raw.count(b"\n") > MOST_LINES:
        raise Unreadable("the mail has more lines than can be looked through")
    ends = raw.count(b"\r\n")
    if ends not in (0, raw.count(b"\n")) or raw.count(b"\r") != ends:
        raise Unreadable("the mail has line ends of several kinds, so it was changed on its way")
    text = raw.replace(b"\r\n", b"\n") if ends else raw
    head, _, body = text.partition(b"\n\n")
    fields = _fields(head.removesuffix(b"\n"))
    if not {"from", "date", "subject", "to", "received", "message-id"} & {name for name, _ in fields}:
        raise Unreadable("there is no mail in this file")
    return Letter(tuple(fields), body, raw)


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    fields: list[tuple[str, list[bytes]]] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
            continue
        found = _FIELD.fullmatch(line)
        if found is None:
            raise Unreadable("there is no mail in this file")
        if len(fields) == MOST_FIELDS:
            raise Unreadable(f"the mail has more than {MOST_FIELDS} header fields")
        fields.append((found[1].decode("ascii").lower(), [found[2]]))
    joined = [(name, b"\n".join(lines)) for name, lines in fields]
    if any(len(value) > LONGEST_FIELD for _, value in joined):
        raise Unreadable("the mail has a header field longer than any that people write")
    return joined
