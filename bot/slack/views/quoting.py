"""The form in which a message becomes evidence: everything proposed, and what managers will see."""

from __future__ import annotations

from bot.domain.evidence import Evidence
from bot.domain.people import Contact
from bot.services.moves import Checklist
from bot.services.quoting import NEW, NOBODY, Proposal
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    context,
    divider,
    modal,
    section,
    text_input,
    tick_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.text import clip, quote_block
from bot.slack.turn import Message
from bot.slack.views.cards import MOST_SHOWN
from bot.slack.views.notices import banner
from bot.slack.views.proof import ASK_BOTH, ASK_WHY
from bot.slack.views.wording import deal_title, evidence_words, progress_words, short, state_words, strength_words

TITLE = "Use as deal evidence"
MOST_PEOPLE = 98
"""Of a menu's hundred entries, two are for those who are none of the deal's people."""


def quoted_form(proposal: Proposal, reply: str, *, warning: str = "", ask: str = "") -> View:
    """The proposal, to be confirmed or changed; `reply` is where to say what was done.

    `ask` adds the question about a message that was used before.
    """
    deal, finding = proposal.deal, proposal.finding
    blocks: list[Block] = [banner(warning)] if warning else []
    blocks += _choices(proposal)
    blocks.append(context(f"{state_words(finding.state)} so far: *{short(finding.criterion.text, 500)}*"))
    if proposal.author.side.may_be_buyer:
        blocks += _who(proposal)
    blocks += _shown(proposal.piece)
    if proposal.shortfall:
        blocks.append(context(f":warning: *It will not count yet.* {short(proposal.shortfall, 300)}"))
    if ask == ASK_BOTH:
        blocks.append(tick_input(Field.PROVES_BOTH, "Already used in this deal", "Yes, it proves both"))
    if ask == ASK_WHY:
        blocks.append(text_input(Field.WHY_AGAIN, "Why does it belong to this deal too?", multiline=True))
    drawn = {"deal": deal.id, "from": proposal.stage.key, "criterion": finding.criterion.key, "who": proposal.who}
    meta = {"quoted": proposal.quoted.id, **drawn, "reply": reply}
    return modal(Form.QUOTED, TITLE, blocks, submit="Use as evidence", close="Cancel", meta=meta)


def _choices(proposal: Proposal) -> list[Block]:
    deal = proposal.deal
    deals = [(f"{clip(d.name, 60)} ({d.label})", str(d.id)) for d in proposal.deals]
    criteria = [(f.criterion.text, f.criterion.key) for f in proposal.findings]
    chosen = proposal.finding.criterion.key
    return [
        choice_input(Field.DEAL, "Deal", deals, initial=str(deal.id), action=Action.QUOTED_DEAL),
        choice_input(
            Field.CRITERION,
            "What does it prove?",
            criteria,
            initial=chosen,
            action=Action.QUOTED_CRITERION,
            of=_place(proposal),
        ),
    ]


def _place(proposal: Proposal) -> str:
    return place(proposal.deal.id, proposal.stage.key)


def place(deal_id: int, stage_key: str) -> str:
    """What the criteria and the people offered belong to: `of` of their menus."""
    return f"{deal_id}.{stage_key}"


def _who(proposal: Proposal) -> list[Block]:
    """Which contact wrote it: the rep's to say, since Slack knows accounts, and not who somebody is at the buyer."""
    author, contacts = proposal.author, proposal.deal.contacts[:MOST_PEOPLE]
    options = [(_contact(contact), str(contact.id)) for contact in contacts]
    if author.name and all(contact.name.casefold() != author.name.casefold() for contact in contacts):
        options.append((f"{clip(author.name, 50)}, a new contact", NEW))
    options.append(("None of them, or I am not sure", NOBODY))
    label = f"Who is {clip(author.name, 60)} at the buyer?" if author.name else "Who wrote it, at the buyer?"
    return [
        choice_input(
            Field.CONTACT,
            label,
            options,
            initial=proposal.who,
            hint="Managers see that you said so. A message of one of the deal’s contacts counts as verified.",
            action=Action.QUOTED_WHO,
            of=_place(proposal),
        )
    ]


def _contact(contact: Contact) -> str:
    return f"{contact.name}, {contact.role}" if contact.role else contact.name


def _shown(piece: Evidence) -> list[Block]:
    """The piece as the card has it; a message too long for a card is kept whole, so it is shown whole as well."""
    blocks = [divider(), context("*Managers will see this:*"), section(evidence_words(piece, MOST_SHOWN))]
    if len(piece.what) > MOST_SHOWN:
        blocks += [context("*And the whole message is kept with it:*"), section(quote_block(piece.what))]
    return blocks


def no_deal(sentence: str) -> View:
    """What is said when there is no deal for the message; `sentence` is markup."""
    return modal(Form.NOTICE, TITLE, [section(sentence), actions(button("Log a deal", Action.DEAL_NEW))])


def added(seen: Checklist, piece: Evidence) -> Message:
    """What was done, with the way on."""
    deal, criterion = seen.deal, seen.judgement.stage.criterion(piece.criterion)
    proves = short(criterion.text if criterion else piece.criterion, 300)
    text = f":white_check_mark: The message is evidence for {deal_title(deal)} now: *{proves}*"
    facts = f"{strength_words(piece)} {progress_words(seen.judgement)}."
    row = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version)))
    return Message(text, (section(text), context(facts), row))
