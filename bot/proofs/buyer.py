"""Whose mail counts as the buyer's: by the domains and the addresses that a deal has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.addresses import ascii_domain, is_within
from bot.domain.public_mail import is_anybodys
from bot.proofs.decoding import Party


@dataclass(frozen=True, slots=True)
class Buyer:
    """The mail `domains` of the buyer's company, the `addresses` of its people, and the domains that are `ours`.

    `company` is the one domain of them that was named as the company's, or empty; the others came with people whom
    reps named.
    """

    domains: frozenset[str]
    addresses: frozenset[str]
    ours: frozenset[str]
    company: str = ""

    @classmethod
    def of(cls, company_domain: str, addresses: Iterable[str], ours: Iterable[str]) -> Buyer:
        """The buyer of a deal: its company's domain, and the mail addresses of its contacts."""
        people = frozenset(address.strip().lower() for address in addresses if "@" in address)
        company = ascii_domain(company_domain)
        named = {company, *(ascii_domain(address.rpartition("@")[2]) for address in people)}
        own = frozenset(map(ascii_domain, ours)) - {""}
        domains = frozenset(name for name in named if not is_anybodys(name) and not is_within(name, own))
        return cls(domains, people, own, company if company in domains else "")

    def is_ours(self, party: Party) -> bool:
        """Whether this is one of our own people, who can never be the buyer."""
        return is_within(party.domain, self.ours)

    def is_theirs(self, party: Party) -> bool:
        """Whether this address is one of the buyer's: in their domains, or exactly that of one of their people."""
        if self.is_ours(party):
            return False
        return party.address in self.addresses or is_within(party.domain, self.domains)

    def outside(self, party: Party) -> str:
        """What speaks against this address of theirs, for people; empty where it is in the company's own domain."""
        if is_anybodys(party.domain):
            return "where anybody can have an address"
        if self.company and not is_within(party.domain, [self.company]):
            return f"which a contact's address names and which is not {self.company}"
        return ""
