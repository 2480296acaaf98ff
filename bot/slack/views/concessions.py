"""Discounts on screen: the form, what managers decide by, and what the rep is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.concessions import Concession, State, percent_words, reduced
from bot.domain.deal import Deal
from bot.domain.gate import Finding
from bot.services.concessions import Asked, Pricing
from bot.slack.blocks import Block, View, actions, button, context, modal, section, text_input
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.notices import banner
from bot.slack.views.objections import in_short
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import (
    amount_words,
    deal_title,
    evidence_words,
    progress_words,
    short,
    stage_name,
    state_words,
)

MOST_CRITERIA = 6
_STATES = {
    State.WITHIN: ":white_check_mark: within the limit",
    State.WAITING: ":hourglass_flowing_sand: waits for a manager",
    State.APPROVED: ":white_check_mark: approved",
    State.DECLINED: ":no_entry_sign: declined",
    State.WITHDRAWN: ":leftwards_arrow_with_hook: taken back",
}


def discount_form(
    pricing: Pricing, meta: Mapping[str, Any], *, percent: str = "", why: str = "", warning: str = ""
) -> View:
    """The form of a discount, with what holds so far."""
    deal, limit = pricing.deal, pricing.limit
    asks = f"You give up to {percent_words(limit)}; above that a manager decides." if limit is not None else ""
    blocks: list[Block] = [banner(warning)] if warning else []
    blocks.append(section(f"{deal_title(deal)} · {amount_words(deal.amount)}\n{asks}".rstrip()))
    if pricing.latest is not None:
        blocks.append(section(f"*So far:* {in_one_line(pricing.latest)}"))
    if pricing.latest is not None and pricing.latest.is_pending:
        blocks.append(actions(button("Take it back", Action.DISCOUNT_WITHDRAW, Ref(deal.id))))
    blocks += [
        text_input(Field.PERCENT, "Discount", initial=percent, placeholder="15 %", longest=20,
                   hint="On the whole amount. It takes the place of the one before."),
        text_input(Field.REASON, "Why?", initial=why, multiline=True, longest=2000,
                   placeholder="They sign for two years and by Friday", hint="What does the buyer give in return?"),
    ]  # fmt: skip
    kept = {**meta, "deal": deal.id}
    return modal(Form.DISCOUNT, "Discount", blocks, submit="Save", close="Cancel", meta=kept)


def in_one_line(one: Concession) -> str:
    """A discount and what became of it, as markup."""
    who = f" by {person(one.decided_by)}" if one.decided_by else ""
    return f"discount of *{one.percent}*, {_STATES[one.state]}{who}"


def noted(one: Concession, deal: Deal) -> str:
    """That a discount is noted or asked for, as markup."""
    price = _price(one)
    if one.is_pending:
        limit = percent_words(one.limit or 0)
        return (
            f":hourglass_flowing_sand: {one.percent} on {deal_title(deal)} is more than the {limit} that you give "
            "without asking. Your managers are asked, with your evidence; I tell you what they say."
        )
    return f":white_check_mark: Noted for {deal_title(deal)}: a discount of {one.percent}{price}."


def _price(one: Concession) -> str:
    return f", {one.amount.show()} → {reduced(one.amount, one.points).show()}" if one.amount else ""


def card(shown: Asked) -> Message:
    """What managers see of a discount that they are asked about, with the evidence as it stands now."""
    deal, one = shown.deal, shown.concession
    facts = [f"*{one.percent}*{_price(one)}", f"reps give up to {percent_words(one.limit or 0)}"]
    facts.append(f"in “{stage_name(shown.process, deal.stage)}”")
    if deal.company:
        facts.insert(0, short(deal.company))
    if deal.owner != one.by:
        facts.append(f"deal of {person(deal.owner)}")
    blocks: list[Block] = [
        section(f"{person(one.by)} asks for a discount of *{one.percent}* on {deal_title(deal)}"),
        context(" · ".join(facts)),
        section(f"*Why:* {short(one.why, 1500)}"),
    ]
    if shown.judgement is not None and shown.judgement.findings:
        blocks.append(context(f"*The evidence:* {progress_words(shown.judgement)}"))
        blocks += [section(_finding(finding)) for finding in shown.judgement.findings[:MOST_CRITERIA]]
    if shown.objections:
        blocks.append(section(in_short(shown.objections)))
    blocks += _decision(one)
    return Message(f"A discount of {one.percent} on {short(deal.name, 200)} ({deal.label})", tuple(blocks))


def _finding(finding: Finding) -> str:
    proof = f"\n{evidence_words(finding.evidence[0], 200)}" if finding.evidence else ""
    return f"{state_words(finding.state)}: {short(finding.criterion.text, 200)}{proof}"


def _decision(one: Concession) -> list[Block]:
    if one.is_pending:
        approve = button("Approve…", Action.DISCOUNT_APPROVE, Ref(one.id), style="primary")
        decline = button("Decline…", Action.DISCOUNT_DECLINE, Ref(one.id), style="danger")
        return [context(":hourglass_flowing_sand: *Waits for a manager.*"), actions(approve, decline)]
    if one.decided_by is None or one.decided_at is None:
        return []
    words = f"{_STATES[one.state]} by {person(one.decided_by)} {moment(one.decided_at)}"
    return [section(f"{words}: {short(one.comment, 1500)}" if one.comment else words)]


def decision_form(deal: Deal, one: Concession, *, approve: bool) -> View:
    """The comment with which a manager decides."""
    title = "Approve" if approve else "Decline"
    label = "Comment" if approve else "What would be fine instead?"
    blocks = [
        section(f"{deal_title(deal)}: a discount of *{one.percent}*{_price(one)}"),
        text_input(Field.COMMENT, label, multiline=True, optional=approve, hint="The rep reads this.", longest=2000),
    ]
    form = Form.DISCOUNT_APPROVE if approve else Form.DISCOUNT_DECLINE
    return modal(form, title, blocks, submit=title, close="Cancel", meta={"concession": one.id})


def told(shown: Asked) -> Message | None:
    """What the rep is told of the decision; None before there is one."""
    deal, one = shown.deal, shown.concession
    if one.state not in (State.APPROVED, State.DECLINED) or one.decided_by is None:
        return None
    comment = f"\n> {short(one.comment, 1500)}" if one.comment else ""
    words = f"{_STATES[one.state]} by {person(one.decided_by)}: the discount of *{one.percent}* on {deal_title(deal)}"
    row = actions(button("Details", Action.DEAL_SHOW, Ref(deal.id), style="primary"))
    brief = f"The discount on {short(deal.name, 200)} was {one.state.value}"
    return Message(brief, (section(f"{words}{_price(one)}{comment}"), row))
