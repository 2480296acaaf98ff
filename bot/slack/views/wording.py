"""How we name things on screen: days, deals, amounts, stages, progress and evidence, escaped and of bearable length."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.calendar_days import show_date
from bot.domain.deal import Deal, NextStep
from bot.domain.evidence import Evidence, EvidenceKind, Standing
from bot.domain.gate import Judgement, State
from bot.domain.money import Money
from bot.domain.people import Contact
from bot.domain.process import Process
from bot.slack.text import escape_clip, link, one_line

NAME = 120
"""How much of a long name is shown where the whole of it would crowd the rest out."""


def day_words(day: date) -> str:
    """A day, unmistakably: "Tue 24 Nov 2026"."""
    return show_date(day)


def step_day(step: NextStep) -> str:
    """When a next step is due: its day, and the hour where one was agreed."""
    return f"{day_words(step.on)}, {step.at:%H:%M}" if step.at else day_words(step.on)


def amount_words(amount: Money | None) -> str:
    """An amount, or that there is none yet."""
    return amount.show() if amount is not None else "no amount yet"


def deal_title(deal: Deal, limit: int = NAME) -> str:
    """The deal's name in bold, with its label."""
    return f"*{short(deal.name, limit)}* ({deal.label})"


def short(text: str, limit: int = NAME) -> str:
    """Somebody's words on one line, escaped and clipped. Its `*` and the like cannot break the markup around it."""
    return escape_clip(one_line(text), limit).replace("*", "∗").replace("`", "ˋ").replace("~", "∼")


def stage_name(process: Process | None, key: str | None) -> str:
    """The name of a stage by its key; the key itself when the process no longer has it."""
    if key is None:
        return "the start"
    found = process.stage(key) if process else None
    return short(found.name if found else key)


def progress_words(judgement: Judgement) -> str:
    """How far the deal is in its stage."""
    let = len(judgement.let_pass)
    met = f"{judgement.passed - let} of {len(judgement.findings)} criteria met"
    return f"{met}, {let} let pass" if let else met


_STATES = {
    State.MET: ":white_check_mark: Met",
    State.UNMET: ":black_square_button: Missing",
    State.DISPUTED: ":speech_balloon: Disputed",
    State.NOT_APPLICABLE: ":heavy_minus_sign: Does not apply",
    State.OVERRIDDEN: ":fast_forward: Let pass without evidence",
}


def state_words(state: State) -> str:
    """How a criterion stands, with a sign before the word."""
    return _STATES[state]


def contact_words(contact: Contact) -> str:
    """A person on the buyer's side: name and role."""
    return f"{short(contact.name, 60)}, {short(contact.role, 60)}" if contact.role else short(contact.name, 60)


def evidence_words(piece: Evidence, limit: int = 400) -> str:
    """One piece of evidence: what the buyer did as a quote; who, when and where to look; how strong it is and why."""
    if piece.kind is EvidenceKind.NOT_APPLICABLE:
        state = f"agreed by <@{piece.agreed_by}>" if piece.agreed_by else "waits for a manager to agree"
        return f"*Does not apply* ({state}): {short(piece.what, limit)}"
    facts = [piece.kind.words]
    if piece.contact:
        facts.append(contact_words(piece.contact))
    if piece.happened_on:
        facts.append(day_words(piece.happened_on))
    if piece.about_date:
        facts.append(f"about {day_words(piece.about_date)}")
    if piece.link:
        facts.append(link_words(piece.link))
    if piece.file:
        facts.append(f"file “{short(piece.file.name, 60)}”")
    if piece.standing is not Standing.COUNTS:
        facts.append(f"*{piece.standing.value}*: {short(piece.standing_reason or '', 120)}")
    again = f"\n_{short(piece.reuse, 200)}_" if piece.reuse else ""
    return f"> {short(piece.what, limit)}\n{' · '.join(facts)}\n{strength_words(piece)}{again}"


def strength_words(piece: Evidence) -> str:
    """How strong a piece is, and why: "*Inspectable.* A link that you can open." """
    return f"*{piece.strength.words.capitalize()}.* {short(piece.why, 300)}"


def link_words(url: str) -> str:
    """A link to look at; an address too long for one is shown in part, as text."""
    return link(url, "open link") if len(url) <= 600 else f"link {short(url, 80)}"


def days_in_stage(since: datetime, until: datetime) -> str:
    """How long a deal was in a stage."""
    days = max(0, (until - since).days)
    return "less than a day" if days == 0 else f"{days} day{'' if days == 1 else 's'}"
