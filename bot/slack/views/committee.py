"""The buying committee on screen: who decides at the buyer, how they stand to it, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.committee import Part, Size, Stance, part_of, stance_of
from bot.domain.deal import Deal, Status
from bot.domain.people import Contact
from bot.services.committee import Committee
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    divider,
    menu,
    modal,
    section,
    text_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views.wording import contact_words, deal_title, short

MOST_PEOPLE = 40
"""Two blocks each; Slack shows at most a hundred in a view."""
MOST_ON_SHEET = 8
_SIGNS = {
    Stance.SUPPORTS: ":white_check_mark:",
    Stance.NEUTRAL: ":heavy_minus_sign:",
    Stance.AGAINST: ":x:",
    Stance.UNKNOWN: ":grey_question:",
}


def committee_view(seen: Committee, note: str = "") -> View:
    """Everybody at the buyer with their part and stance. `note`, as markup, says what has just happened."""
    deal, people = seen.deal, seen.deal.contacts
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(f"{deal_title(deal)}\n{_coverage(seen)}"))
    if seen.may_change:
        sizes = [(size.words, Ref(deal.id, deal.version, size.value)) for size in Size]
        chosen = Ref(deal.id, deal.version, seen.size.value) if seen.size else None
        add = button("Add a person", Action.COMMITTEE_ADD, Ref(deal.id), style="primary")
        blocks.append(actions(add, menu(Action.COMMITTEE_SIZE, "How large is the company?", sizes, chosen)))
    if people:
        blocks.append(divider())
    for contact in people[:MOST_PEOPLE]:
        blocks += _person(seen, contact)
    if len(people) > MOST_PEOPLE:
        blocks.append(context(f"and {len(people) - MOST_PEOPLE} more"))
    return modal(Form.COMMITTEE, "Who decides", blocks, meta={"deal": deal.id})


def _coverage(seen: Committee) -> str:
    """How many are known of how many, how they stand to it, and what is missing."""
    known = seen.coverage
    about = f" of about {known.expected}" if known.expected else ""
    people = "person" if known.known == 1 and not about else "people"
    facts = [f"*{known.known}{about} {people} known*", f"{known.supports} support{'s' * (known.supports == 1)} it"]
    if known.against:
        facts.append(f"{known.against} against it")
    lines = [" · ".join(facts)]
    if seen.lacking:
        named = ", ".join(part.words for part in seen.lacking)
        lines.append(f":black_square_button: This stage needs the support of: *{named}*.")
    if known.missing:
        lines.append(f"Nobody yet as: {', '.join(part.words for part in known.missing)}.")
    if seen.size is None:
        lines.append("How large is the company? The larger, the more people decide.")
    elif known.expected and known.known < known.expected:
        lines.append("Ask: “Who else has to agree, has to be asked, or could stop it?”")
    return "\n".join(lines)


def _person(seen: Committee, contact: Contact) -> list[Block]:
    stance, part = stance_of(contact), part_of(contact)
    doubts = seen.doubts.get(contact.id, 0)
    open_ones = f" · {doubts} open objection{'' if doubts == 1 else 's'}" if doubts else ""
    said = f"{part.words if part else 'part not known'}, {stance.words}{open_ones}"
    blocks: list[Block] = [section(f"{_SIGNS[stance]} *{contact_words(contact)}*\n{said}")]
    if seen.may_change:
        parts = [(one.words.capitalize(), Ref(contact.id, 0, one.value)) for one in Part]
        stances = [(one.words.capitalize(), Ref(contact.id, 0, one.value)) for one in Stance]
        blocks.append(
            actions(
                menu(Action.COMMITTEE_PART, "Their part", parts, Ref(contact.id, 0, part.value) if part else None),
                menu(Action.COMMITTEE_STANCE, "How they stand to it", stances, Ref(contact.id, 0, stance.value)),
                block_id=f"person.{contact.id}",
            )
        )
    return blocks


def people_of(deal: Deal, *, may_change: bool) -> list[Block]:
    """The people at the buyer for the sheet of a deal, with the button to the committee for who works on it."""
    works_on = may_change and deal.status in (Status.OPEN, Status.WON)
    if not deal.contacts and not works_on:
        return []
    look = button("Who decides…", Action.COMMITTEE, Ref(deal.id), label="Open the buying committee of this deal")
    lines = [_line(contact) for contact in deal.contacts[:MOST_ON_SHEET]]
    if len(deal.contacts) > MOST_ON_SHEET:
        lines.append(f"• and {len(deal.contacts) - MOST_ON_SHEET} more")
    return [section("\n".join(["*People at the buyer*", *(lines or ["Nobody yet"])]), look if works_on else None)]


def _line(contact: Contact) -> str:
    facts = [contact_words(contact), *([short(contact.email, 80)] if contact.email else [])]
    part = part_of(contact)
    if part is not None or contact.stance:
        facts.append(f"{part.words if part else 'part not known'}, {stance_of(contact).words}")
    return f"• {' · '.join(facts)}"


def add_form(deal: Deal, meta: Mapping[str, Any]) -> View:
    """The form of one more person at the buyer."""
    blocks = [
        section(deal_title(deal)),
        text_input(Field.NEW_CONTACT, "Who?", placeholder="Jane Doe, CFO, jane@example.com", hint="Name, role, mail."),
        choice_input(Field.PART, "Their part", [(part.words.capitalize(), part.value) for part in Part], optional=True),
        choice_input(
            Field.STANCE,
            "How do they stand to it?",
            [(stance.words.capitalize(), stance.value) for stance in Stance],
            initial=Stance.UNKNOWN.value,
        ),
    ]
    kept = {**meta, "deal": deal.id}
    return modal(Form.COMMITTEE_ADD, "Add a person", blocks, submit="Save", close="Cancel", meta=kept)


def added(deal: Deal, name: str, command: str) -> str:
    """That somebody was added, as markup."""
    return f":white_check_mark: {short(name, 80)} is in. All of them: `{command} committee {deal.label}`."
