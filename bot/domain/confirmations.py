"""A recap that the buyer is asked to confirm on a page of ours: its states, and what an answer is worth.

Nothing here proves that whoever answers owns the mailbox they name: we send no mail, and whoever has the link can open
the page. What speaks for them is that they got the link, and that they know an address at the buyer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.addresses import ascii_domain, clean_email, is_within, mail_domain
from bot.domain.calendar_days import show_date
from bot.domain.errors import BadInput
from bot.domain.evidence import EvidenceKind
from bot.domain.junk import looks_like_placeholder, looks_like_placeholder_name
from bot.domain.people import Contact
from bot.domain.process import Criterion, Party, Stage, StageKind
from bot.domain.public_mail import is_anybodys
from bot.domain.words import excerpt

LASTS = timedelta(days=14)
"""How long a link works: long enough for somebody's holiday, too short to be found in an old mailbox."""
MOST_POINTS, LONGEST_POINT, LONGEST_STEP = 12, 300, 300
LONGEST_NAME, LONGEST_MAIL, LONGEST_WORDS = 120, 254, 2000
FARTHEST = timedelta(days=3 * 366)

TRIES, TRIES_WITHIN = 10, timedelta(hours=1)
"""How often one page may be sent in: so often at once, which leaves room for typing errors, and so often an hour."""
_ONE_TRY = TRIES_WITHIN / TRIES

_KINDS = (EvidenceKind.EMAIL, EvidenceKind.MESSAGE, EvidenceKind.DOCUMENT, EvidenceKind.QUOTE)
"""As what a confirmation is kept: the first of these that its criterion accepts, since the buyer wrote it."""

SOON = timedelta(minutes=10)
"""An answer that comes this soon after its link was made is told with the minutes: a mail rarely comes back so fast."""

_BLANK = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")  # letters without ink
_JOINERS = ("\u200c", "\u200d")  # parts of words in some scripts, and of emoji


class Reply(StrEnum):
    """What the buyer said to the recap."""

    CONFIRMED = "confirm"
    CORRECTED = "correct"
    DECLINED = "decline"


class State(StrEnum):
    """What a link leads to."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Recap:
    """What was agreed, a point a line; the next step and its day, where there are any."""

    points: tuple[str, ...]
    next_step: str = ""
    next_on: date | None = None

    @property
    def next_words(self) -> str:
        """The next step with its day, or nothing."""
        if not self.next_step:
            return ""
        step = self.next_step.rstrip(" .;,")
        return f"{step}, {show_date(self.next_on)}" if self.next_on else self.next_step

    @property
    def words(self) -> str:
        """In one paragraph, each point a sentence."""
        told = [*self.points, *([f"Next step: {self.next_words}"] if self.next_step else [])]
        return " ".join(map(_sentence, told))


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody filled in on the page."""

    reply: Reply
    name: str
    mail: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A recap that was put behind a link. `contact` is whom it is for; `answer` and what follows it come once.

    `evidence_id` is the piece that the answer became; `kept_because` why it became none although it was confirmed.
    """

    id: int
    deal_id: int
    stage: str
    criterion: str
    recap: Recap
    contact: Contact | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    answered_at: datetime | None = None
    answer: Answer | None = None
    evidence_id: int | None = None
    kept_because: str = ""

    def state(self, now: datetime) -> State:
        """An answer stays an answer, whatever happened to the link afterwards."""
        if self.answered_at is not None:
            return State.ANSWERED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        return State.OPEN if now < self.expires_at else State.EXPIRED


def kind_for(stage: Stage, criterion: Criterion) -> EvidenceKind | None:
    """As what kind of evidence a confirmation by the buyer proves this criterion; None where it proves nothing."""
    if stage.kind is StageKind.PREPARATION or criterion.party is Party.SELLER:
        return None
    return next((kind for kind in _KINDS if not criterion.accepts or kind in criterion.accepts), None)


def checked_recap(points: str, next_step: str, next_on: date | None, today: date) -> Recap:
    """The recap as it is kept. Raises BadInput with a sentence for each wrong field: `points`, `next_step`, `on`."""
    lines = tuple(found for line in points.splitlines() if (found := _point(line)))
    step, wrong = " ".join(tidy(next_step).split()), {}
    if not lines or looks_like_placeholder(" ".join(lines)):
        wrong["points"] = "Write what was agreed, a point a line."
    elif len(lines) > MOST_POINTS or max(len(line) for line in lines) > LONGEST_POINT:
        wrong["points"] = f"At most {MOST_POINTS} points of {LONGEST_POINT} characters each, please."
    if step and looks_like_placeholder(step):
        wrong["next_step"] = "Write what happens next, or leave it empty."
    elif len(step) > LONGEST_STEP:
        wrong["next_step"] = f"At most {LONGEST_STEP} characters, please."
    if next_on is not None and not step:
        wrong["next_step"] = "What happens on that day?"
    elif next_on is not None and next_on < today:
        wrong["on"] = "That day is over. Choose today or later."
    elif next_on is not None and next_on > today + FARTHEST:
        wrong["on"] = "At most three years ahead, please."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return Recap(lines, step, next_on)


def checked_answer(reply: str, name: str, mail: str, words: str, ours: Iterable[str]) -> Answer:
    """What the buyer filled in, as it is kept. `ours` are our own company's mail domains.

    Raises BadInput with a sentence for each wrong field: `answer`, `name`, `mail`, `words`.
    """
    name, words, wrong = " ".join(tidy(name).split()), tidy(words).strip(), {}
    said = next((one for one in Reply if one.value == reply), None)
    if said is None:
        wrong["answer"] = "Choose one of the three answers."
    if said is Reply.CORRECTED and looks_like_placeholder(words):
        wrong["words"] = "Write what should be different."
    elif len(words) > LONGEST_WORDS:
        wrong["words"] = f"At most {LONGEST_WORDS:,} characters, please."
    if not name or looks_like_placeholder_name(name):
        wrong["name"] = "Write your name."
    elif len(name) > LONGEST_NAME:
        wrong["name"] = f"At most {LONGEST_NAME} characters, please."
    address = ""
    try:
        address = clean_email(tidy(mail).strip())
        if is_within(mail_domain(address), ours):
            wrong["mail"] = "This address belongs to the company that asks. Please use your own."
    except BadInput:
        wrong["mail"] = "Write your mail address, such as name@example.com."
    if wrong or said is None:
        raise BadInput(next(iter(wrong.values())), wrong)
    return Answer(said, name, address, words)


def speaks_for_buyer(mail: str, contacts: Iterable[Contact], company_domain: str) -> bool:
    """Whether the address is a contact's of the deal, or lies in the buyer's domain."""
    if any(contact.email and contact.email.casefold() == mail.casefold() for contact in contacts):
        return True
    return _in_company(mail, company_domain)


def why_verified(answer: Answer, asked: Confirmation, at: datetime, on: date, company_domain: str) -> str:
    """What the page shows where the address is the buyer's: that it was typed, and not whose hand typed it.

    `on` is the day of `at` for people.
    """
    outside = f", outside {excerpt(company_domain)}" if company_domain else ""
    whose = "in the buyer's domain" if _in_company(answer.mail, company_domain) else f"a contact's{outside}"
    return f"{_confirmed(answer, asked, at, on)}, {whose}."


def why_inspectable(answer: Answer, asked: Confirmation, at: datetime, on: date) -> str:
    """The same where we cannot tell that the address is the buyer's."""
    return f"{_confirmed(answer, asked, at, on)}, neither a contact's nor in the buyer's domain."


def evidence_text(answer: Answer, recap: Recap, longest: int) -> str:
    """What was confirmed. What the buyer added comes first, since it may take back what follows."""
    added = f" added: “{answer.words}” and" if answer.words else ""
    return excerpt(f"{answer.name}{added} confirmed: {recap.words}", longest)


def _confirmed(answer: Answer, asked: Confirmation, at: datetime, on: date) -> str:
    minutes = (at - asked.made_at) // timedelta(minutes=1)
    fast = f" ({minutes or 'less than 1'} min after the link was made)" if at - asked.made_at < SOON else ""
    # The domain as it stands in the DNS, since letters of other scripts may look the same.
    local, _, domain = answer.mail.rpartition("@")
    typed = f"“{excerpt(answer.name, 50)}”, {excerpt(f'{local}@{ascii_domain(domain)}', 60)}"
    return f"Confirmed on our page, {show_date(on)}{fast}. Typed there: {typed}"


def _in_company(mail: str, company_domain: str) -> bool:
    return not is_anybodys(company_domain) and is_within(mail_domain(mail), [company_domain])


def may_try(full_at: datetime | None, now: datetime) -> bool:
    """Whether the page may be sent in once more. `full_at` is when its budget of tries is full again."""
    used = max(full_at - now, timedelta(0)) if full_at else timedelta(0)
    return used + _ONE_TRY <= TRIES_WITHIN


def after_try(full_at: datetime | None, now: datetime) -> datetime:
    """When the budget is full again after one more try."""
    return max(full_at or now, now) + _ONE_TRY


def tidy(text: str) -> str:
    """Without characters that nobody can see: controls, directions, private ones. Line breaks are one character."""
    spaced = re.sub(r"\r\n?|[\u2028\u2029]", "\n", text).replace("\t", " ").translate(_BLANK)
    return "".join(
        sign for sign in spaced if sign == "\n" or sign in _JOINERS or not unicodedata.category(sign).startswith("C")
    )


def _point(line: str) -> str:
    """One agreed point, without the bullet that somebody typed before it."""
    return re.sub(r"^(?:[-*•–·]|\d{1,2}[.)])\s+", "", " ".join(tidy(line).split()))


def _sentence(text: str) -> str:
    ended = text.rstrip(" ;,")
    return ended if ended.endswith((".", "!", "?", "…")) else f"{ended}."
