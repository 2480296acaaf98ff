"""A piece of evidence as the rep wrote it, and what may be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.addresses import clean_link
from bot.domain.deal import Deal
from bot.domain.errors import BadInput
from bot.domain.evidence import EvidenceKind, SharedFile
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Contact
from bot.domain.process import Criterion, Process
from bot.services.desk import Desk

LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Draft:
    """One piece of evidence as the rep wrote it. `contact_id` is one of the deal's people, `new_contact` a new one;

    `proves_both` and `why_again` answer what was asked about a repeated text or link.
    """

    criterion: str
    kind: EvidenceKind
    what: str
    happened_on: date | None = None
    about_date: date | None = None
    contact_id: int | None = None
    new_contact: Contact | None = None
    link: str = ""
    file: SharedFile | None = None
    proves_both: bool = False
    why_again: str = ""


def check_draft(desk: Desk, process: Process, deal: Deal, criterion: Criterion, draft: Draft) -> None:
    """Raises BadInput with a sentence for each wrong field."""
    wrong = {
        "kind": _wrong_kind(criterion, draft),
        "what": _wrong_words(draft),
        "happened_on": _wrong_day(desk, process, deal, draft),
        "link": _wrong_link(draft),
    }
    found = {field: sentence for field, sentence in wrong.items() if sentence}
    if found:
        raise BadInput(next(iter(found.values())), found)


def _wrong_kind(criterion: Criterion, draft: Draft) -> str | None:
    if draft.kind is EvidenceKind.NOT_APPLICABLE:
        return None if criterion.may_not_apply else "This criterion always applies."
    if criterion.accepts and draft.kind not in criterion.accepts:
        return "Choose one of the kinds that this criterion accepts."
    return None


def _wrong_words(draft: Draft) -> str | None:
    if looks_like_placeholder(draft.what):
        excuse = draft.kind is EvidenceKind.NOT_APPLICABLE
        return "Say why it does not apply." if excuse else "Say what the buyer did, and when."
    return f"At most {LONGEST} characters, please." if len(draft.what) > LONGEST else None


def _wrong_day(desk: Desk, process: Process, deal: Deal, draft: Draft) -> str | None:
    if draft.happened_on is None:
        return None if draft.kind is EvidenceKind.NOT_APPLICABLE else "When did it happen?"
    # Somebody ahead of UTC may already live in tomorrow, so a day of grace.
    if draft.happened_on > desk.today() + timedelta(days=1):
        return "This day is still to come. When it is about a later day, use the other field."
    if draft.happened_on < process.lookback.before(deal.created_at.date()):
        return f"More than {process.lookback.words} before the deal began. Ask the buyer to confirm it now."
    return None


def _wrong_link(draft: Draft) -> str | None:
    try:
        if draft.link.strip():
            clean_link(draft.link)
    except BadInput as problem:
        return str(problem)
    return None
