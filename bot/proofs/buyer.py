"""Whose mail counts as the buyer's: by the domains and the addresses that a deal has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.domain.addresses import ascii_domain, is_within
from bot.proofs.decoding import Party

EVERYBODYS: Final = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com"),
        *("ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.com", "web.de"),
        *("t-online.de", "mail.com", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "zoho.com"),
        *("yandex.ru", "yandex.com", "mail.ru", "qq.com", "163.com", "126.com", "orange.fr", "free.fr"),
        *("laposte.net", "libero.it", "seznam.cz", "btinternet.com", "comcast.net", "verizon.net", "att.net"),
    }
)
"""Hosts where anybody can have a mailbox: a signature of theirs says nothing about a company."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The mail `domains` of the buyer's company, the `addresses` of its people, and the domains that are `ours`."""

    domains: frozenset[str]
    addresses: frozenset[str]
    ours: frozenset[str]

    @classmethod
    def of(cls, company_domain: str, addresses: Iterable[str], ours: Iterable[str]) -> Buyer:
        """The buyer of a deal: its company's domain, and the mail addresses of its contacts."""
        people = frozenset(address.strip().lower() for address in addresses if "@" in address)
        named = {ascii_domain(company_domain), *(ascii_domain(address.rpartition("@")[2]) for address in people)}
        own = frozenset(map(ascii_domain, ours)) - {""}
        domains = {name for name in named - EVERYBODYS - {""} if "." in name and not is_within(name, own)}
        return cls(frozenset(domains), people, own)

    def is_ours(self, party: Party) -> bool:
        """Whether this is one of our own people, who can never be the buyer."""
        return is_within(party.domain, self.ours)

    def is_theirs(self, party: Party) -> bool:
        """Whether this address is one of the buyer's: in their domains, or exactly that of one of their people."""
        if self.is_ours(party):
            return False
        return party.address in self.addresses or is_within(party.domain, self.domains)
