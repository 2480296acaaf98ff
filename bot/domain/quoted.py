"""A message of Slack's that is to be evidence: who wrote it, how strong that makes it, and what it seems to prove."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.domain.addresses import is_within, mail_domain
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.gate import Finding
from bot.domain.people import Contact, Person
from bot.domain.process import Criterion

STEM = 5
"""So many letters of a word are compared, so that "confirms" is found in "confirmed"."""


class Side(Enum):
    """Where the author of a message belongs. A buyer may be of another company, or a guest of ours."""

    COLLEAGUE = "colleague"
    GUEST = "guest"
    OUTSIDER = "outsider"
    APP = "app"
    UNKNOWN = "unknown"

    @property
    def may_be_buyer(self) -> bool:
        """Whether the author can be one of a deal's contacts."""
        return self in (Side.GUEST, Side.OUTSIDER)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message as it was when somebody used the shortcut on it; `text` is plain. No channel's name is ever kept.

    `author` is a user id, `home_team` the team that the message says they belong to; either may be empty.
    """

    id: int
    team_id: str
    channel: str
    ts: str
    thread_ts: str
    author: str
    home_team: str
    is_app: bool
    text: str
    said_at: datetime
    taken_by: str

    @property
    def is_direct(self) -> bool:
        """Whether it was said in a direct message."""
        return self.channel.startswith("D")

    def link(self, workspace_url: str) -> str:
        """Its permanent address, as Slack makes them (see chat.getPermalink); it opens for the channel's members."""
        address = f"{workspace_url.rstrip('/')}/archives/{self.channel}/p{self.ts.replace('.', '')}"
        is_reply = self.thread_ts and self.thread_ts != self.ts
        return f"{address}?thread_ts={self.thread_ts}&cid={self.channel}" if is_reply else address


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as our directory knows them; the name may be empty."""

    user_id: str
    name: str
    side: Side


def author_of(quoted: Quoted, person: Person | None) -> Author:
    """The author. Somebody whom Slack hides from us is an outsider where the message names another team."""
    if quoted.is_app or (person is not None and person.is_bot):
        return Author(quoted.author, person.name if person else "", Side.APP)
    if person is None:
        side = Side.OUTSIDER if quoted.author and quoted.home_team not in ("", quoted.team_id) else Side.UNKNOWN
        return Author(quoted.author, "", side)
    if person.home_team != person.team_id:
        return Author(person.user_id, person.name, Side.OUTSIDER)
    return Author(person.user_id, person.name, Side.GUEST if person.is_guest else Side.COLLEAGUE)


def verified_by(quoted: Quoted, author: Author, contact: Contact | None, said_by: str) -> str | None:
    """How the message itself shows that the buyer did it, in a sentence; None where it does not.

    It does when its author is not one of ours and is a contact of the deal, or whoever is called `said_by` says now
    which contact they are. Slack tells us whose account wrote it, and only a rep whose account that is, so that is
    told every time.
    """
    if contact is None or not author.side.may_be_buyer:
        return None
    wrote = f"{contact.name}, {contact.role}," if contact.role else contact.name
    sentence = f"{wrote} wrote it {_where(quoted, author)}."
    who_says = "A rep said before" if contact.slack_user == author.user_id else f"{said_by} said"
    return f"{sentence} {who_says} who they are."


def found_in(quoted: Quoted, author: Author) -> str:
    """Why the message is no more than inspectable, in a sentence."""
    match author.side:
        case Side.COLLEAGUE:
            return f"{author.name or 'Somebody'}, one of our own people, wrote it; the message can be opened."
        case Side.APP:
            return "An app wrote it, not a person; the message can be opened."
        case Side.UNKNOWN:
            return "Slack does not say who wrote it; the message can be opened."
    who = author.name or "Somebody of another company"
    return f"{who} wrote it {_where(quoted, author)}; which contact that is was not said. The message can be opened."


def _where(quoted: Quoted, author: Author) -> str:
    if quoted.is_direct:
        return "in a direct message in Slack"
    return "in Slack, as a guest of this workspace" if author.side is Side.GUEST else "in a shared Slack channel"


def contact_of(author: Author, contacts: Sequence[Contact]) -> Contact | None:
    """Which contact the author is known or seems to be: by what a rep said before, else by the same name."""
    if not author.side.may_be_buyer:
        return None
    known = next((one for one in contacts if one.slack_user == author.user_id), None)
    name = _name(author.name)
    same = [one for one in contacts if name and _name(one.name) == name and one.slack_user is None]
    return known or (same[0] if len(same) == 1 else None)


def _name(name: str) -> str:
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class Clues:
    """What points to a deal: the one that messages of this channel proved last, those in which the author is a

    contact, and the mail domains of the author's company, as far as contacts of that company were named before.
    """

    channel_deal: int | None = None
    author_deals: frozenset[int] = frozenset()
    domains: frozenset[str] = frozenset()


def nearest_first(deals: Iterable[Deal], author: Author, clues: Clues) -> list[Deal]:
    """The deals that the message is most likely about first; among equals the one worked on last."""
    return sorted(deals, key=lambda d: (-_nearness(d, author, clues), -_last_day(d), -d.id))


def _nearness(deal: Deal, author: Author, clues: Clues) -> int:
    """A sum, so that two clues outweigh a stronger single one."""
    contact = contact_of(author, deal.contacts)
    is_known = deal.id in clues.author_deals or (contact is not None and contact.slack_user is not None)
    return (
        (4 if is_known else 2 if contact is not None else 0)
        + (3 if deal.id == clues.channel_deal else 0)
        + (2 if _is_of_company(deal, clues.domains) else 0)
    )


def _last_day(deal: Deal) -> int:
    return (deal.progress_on or deal.created_at.date()).toordinal()


def _is_of_company(deal: Deal, domains: Collection[str]) -> bool:
    if not domains:
        return False
    theirs = [deal.company_domain, *(domain_of(contact.email) for contact in deal.contacts)]
    return any(is_within(domain, domains) for domain in theirs if domain)


def domain_of(email: str) -> str:
    """The mail domain, empty for what is no address."""
    try:
        return mail_domain(email) if email else ""
    except BadInput:
        return ""


def takes_messages(criterion: Criterion) -> bool:
    """Whether a message can prove it."""
    return not criterion.accepts or EvidenceKind.MESSAGE in criterion.accepts


def likeliest(findings: Sequence[Finding], text: str) -> Finding:
    """The criterion that the message most likely proves: an open one before a met one, then by words in common.

    `findings` has at least one entry; among equals the first in the order of the process.
    """
    words = _stems(text)
    return max(findings, key=lambda finding: (not finding.passes, len(words & _stems(_words_of(finding.criterion)))))


def _words_of(criterion: Criterion) -> str:
    return f"{criterion.text} {criterion.example}"


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"\w+", text.casefold()) if len(word) >= STEM}
