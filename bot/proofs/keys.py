"""The public keys by which domains sign their mail: looked up in the DNS, remembered for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

REMEMBERED: Final = timedelta(hours=1)
"""As long as most domains ask for. A key that was taken back counts no longer than that."""

AFTER_TROUBLE: Final = timedelta(minutes=1)
MOST: Final = 1000
LONGEST_KEY: Final = 3000
"""Characters of a record: an RSA key of 8,192 bits takes half of it."""

SECONDS: Final = 3.0
"""How long a lookup may take in all."""


class NoAnswer(Exception):
    """The DNS did not answer, which says nothing about the key."""


@dataclass(frozen=True, slots=True)
class Key:
    """What stands in the DNS: the record's text, or None where there is none. `reached` is False without an answer."""

    record: str | None
    reached: bool = True


Keys = Callable[[str], Key]
"""Looks up `selector._domainkey.domain`. Never raises."""


class KeyBook:
    """Looks keys up through `resolve`, which returns the text of a record or None and raises NoAnswer."""

    def __init__(self, resolve: Callable[[str], str | None], clock: Callable[[], datetime]) -> None:
        self._resolve = resolve
        self._clock = clock
        self._known: OrderedDict[str, tuple[Key, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, name: str) -> Key:
        """The key of that name, out of memory where it was looked up lately. Never raises."""
        now = self._clock()
        with self._lock:
            known = self._known.get(name)
            if known is not None and known[1] > now:
                return known[0]
        key = self._look(name)
        with self._lock:
            self._known[name] = (key, now + (REMEMBERED if key.reached else AFTER_TROUBLE))
            self._known.move_to_end(name)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return key

    def _look(self, name: str) -> Key:
        try:
            record = self._resolve(name)
        except NoAnswer:
            return Key(None, reached=False)
        return Key(record if record is None or len(record) <= LONGEST_KEY else None)


def from_web(url: str, name: str) -> str | None:
    """The key as a local workspace has it, which has no DNS; `url` was checked to be on this machine.

    Raises NoAnswer.
    """
    try:
        with urlopen(f"{url}/{quote(name, safe='')}", timeout=SECONDS) as answer:  # noqa: S310 - loopback, see above
            record: bytes = answer.read(LONGEST_KEY)
    except HTTPError as problem:
        if problem.code == 404:
            return None
        raise NoAnswer(f"HTTP {problem.code}") from problem
    except (OSError, HTTPException) as problem:
        raise NoAnswer(type(problem).__name__) from problem
    return record.decode("ascii", "replace")


def from_dns(name: str) -> str | None:
    """The text of a TXT record, None where there is none. Raises NoAnswer."""
    # Only here, since most processes never see a mail and the library takes several megabytes.
    import dns.exception  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415

    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except (dns.exception.DNSException, OSError, ValueError) as problem:
        raise NoAnswer(type(problem).__name__) from problem
    for record in found:
        text = b"".join(record.strings).decode("ascii", "replace")
        if "p=" in text:
            return text
    return None
