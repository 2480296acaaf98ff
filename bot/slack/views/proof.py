"""The form for one piece of evidence, the form that takes one back, and the one that declines an excuse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.evidence import Evidence, EvidenceKind, Strength
from bot.domain.process import Criterion
from bot.services.advice import Advice
from bot.slack.blocks import (
    Block,
    View,
    choice_input,
    context,
    date_input,
    file_input,
    modal,
    section,
    text_input,
    tick_input,
)
from bot.slack.ids import Action, Field, Form
from bot.slack.views.notices import BANNER, banner
from bot.slack.views.wording import deal_title, evidence_words, short

ASK_BOTH, ASK_WHY = "both", "why"
AS_IT_IS = "Add as it is"

_WHAT = {
    EvidenceKind.EMAIL: ("What did the buyer write?", "Paste the sentence that proves it"),
    EvidenceKind.MEETING: ("What did the buyer do or agree to?", "Who came, and what they agreed to"),
    EvidenceKind.CALL: ("What did the buyer say or agree to?", "In their words, if you can"),
    EvidenceKind.DOCUMENT: ("What does the document show?", "The part that proves it"),
    EvidenceKind.MESSAGE: ("What did the buyer write?", "Paste the message"),
    EvidenceKind.QUOTE: ("What did the buyer say?", "Their own words"),
    EvidenceKind.NOT_APPLICABLE: ("Why does it not apply to this deal?", "A manager will have to agree"),
}
_WHEN = {
    EvidenceKind.MEETING: "When was the meeting?",
    EvidenceKind.CALL: "When was the call?",
    EvidenceKind.DOCUMENT: "When did the buyer send or sign it?",
}


_FILES = "A mail saved as .eml counts as verified when the buyer's mail server signed it. An .ics shows who accepted."


def kinds_of(criterion: Criterion) -> tuple[EvidenceKind, ...]:
    """What can be chosen: the accepted kinds (all, when the process names none), and the excuse where allowed."""
    every = tuple(kind for kind in EvidenceKind if kind is not EvidenceKind.NOT_APPLICABLE)
    excuse = (EvidenceKind.NOT_APPLICABLE,) if criterion.may_not_apply else ()
    return (criterion.accepts or every) + excuse


def evidence_form(
    deal: Deal,
    criterion: Criterion,
    kind: EvidenceKind,
    today: date,
    meta: Mapping[str, Any],
    *,
    ask: str = "",
    warning: str = "",
    advice: Advice | None = None,
) -> View:
    """The form; its fields follow the kind. `ask` adds the question about a repeated text or link, `advice` stands

    above it for one more look. Fields keep their ids from one kind to the next, so that what is typed stays.
    """
    blocks: list[Block] = [banner(warning)] if warning else [_advised(advice)] if advice else []
    blocks.append(section(f"*{short(criterion.text, 500)}*\n{deal_title(deal)}"))
    blocks.append(
        context(f"*How to get it:* {short(criterion.coach, 600)}", f"*For example:* {short(criterion.example, 600)}")
    )
    kinds = kinds_of(criterion)
    if len(kinds) > 1:
        options = [(k.words, k.value) for k in kinds]
        blocks.append(
            choice_input(Field.KIND, "Kind of proof", options, initial=kind.value, action=Action.EVIDENCE_KIND)
        )
    question, placeholder = _WHAT[kind]
    blocks.append(text_input(Field.WHAT, question, placeholder=placeholder, multiline=True))
    if kind is not EvidenceKind.NOT_APPLICABLE:
        blocks += _facts(deal, criterion, kind, today)
    if ask == ASK_BOTH:
        blocks.append(tick_input(Field.PROVES_BOTH, "Already used in this deal", "Yes, it proves both"))
    if ask == ASK_WHY:
        blocks.append(text_input(Field.WHY_AGAIN, "Why does it belong to this deal too?", multiline=True))
    return modal(
        Form.EVIDENCE,
        "Add evidence",
        blocks,
        submit=AS_IT_IS if advice else "Add",
        close="Cancel",
        meta=dict(meta) | {"criterion": criterion.key, "kind": kind.value, "ask": ask},
    )


def _advised(advice: Advice) -> Block:
    """What could be better, each with how; never more than a hint."""
    lines = [":bulb: *Before you add it:*"]
    for standard, judged in advice.spots:
        said = short(" ".join((judged.sentence, judged.suggestion)).strip(), 500)
        lines.append(f"• *{standard.words.capitalize()}:* {said}")
    short_of = "" if advice.counts else " It does not count for this criterion yet."
    lines.append(f"You can improve it below, or add it as it is.{short_of}")
    return section("\n".join(lines), block_id=BANNER)


def _facts(deal: Deal, criterion: Criterion, kind: EvidenceKind, today: date) -> list[Block]:
    needed = criterion.least >= Strength.INSPECTABLE
    where = "Your manager must be able to open it: a link or a file is needed." if needed else ""
    blocks = [
        date_input(Field.HAPPENED_ON, _WHEN.get(kind, "When?"), initial=today),
        text_input(Field.LINK, "Link", placeholder="https://…", hint=where, optional=True),
        file_input(Field.FILE, "Or a file", hint=_FILES),
    ]
    if deal.contacts:
        people = [(f"{c.name}, {c.role}" if c.role else c.name, str(c.id)) for c in deal.contacts]
        blocks.append(choice_input(Field.CONTACT, "Who at the buyer?", people, optional=True))
    label = "Somebody else at the buyer" if deal.contacts else "Who at the buyer?"
    blocks.append(
        text_input(Field.NEW_CONTACT, label, placeholder="Name, role, name@example.com", optional=True, longest=500)
    )
    blocks.append(
        date_input(Field.ABOUT_DATE, "Is it about a later day?", hint="Such as the meeting they booked", optional=True)
    )
    return blocks


def withdraw_form(deal: Deal, piece: Evidence, meta: Mapping[str, Any]) -> View:
    """Asks why a piece of evidence is taken back."""
    return modal(
        Form.WITHDRAW,
        "Withdraw evidence",
        [
            section(f"{deal_title(deal)}\n{evidence_words(piece)}"),
            context("It stays in the history as withdrawn. A move that waits for approval is cancelled."),
            text_input(Field.REASON, "Why do you take it back?", multiline=True),
        ],
        submit="Withdraw",
        close="Cancel",
        meta=dict(meta) | {"evidence": piece.id},
    )


def decline_form(deal: Deal, piece: Evidence) -> View:
    """Asks a manager why the criterion does apply."""
    return modal(
        Form.EXCUSE_DECLINE,
        "It does apply",
        [
            section(f"{deal_title(deal)}\n{evidence_words(piece)}"),
            text_input(Field.REASON, "Why does it apply?", multiline=True, hint="The rep reads this."),
        ],
        submit="Decline",
        close="Cancel",
        meta={"evidence": piece.id},
    )
