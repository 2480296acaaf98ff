"""The coach of a deal: outcome, what is missing, what to know, do, say and show, what to ask, and a mail to copy."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.coaching import Mail, Phase
from bot.domain.deal import Status
from bot.domain.gate import Finding
from bot.domain.process import Coaching, StageKind
from bot.services.coaching import Coached
from bot.slack.blocks import Block, View, actions, button, context, copyable, divider, modal, section
from bot.slack.ids import Action, Form, Ref
from bot.slack.text import escape
from bot.slack.views.let_pass_words import following_blocks
from bot.slack.views.loose_ends import holding_lines
from bot.slack.views.qualifying import answers, stands
from bot.slack.views.wording import contact_words, deal_title, progress_words, short

MOST_HELD = 8
_LINES = (
    ("know", "What to know"),
    ("do", "What to do"),
    ("say", "What to say"),
    ("show", "What to show"),
)
_PHASES = {
    Phase.DISCOVER: "to understand the problem",
    Phase.EVALUATE: "while they look at ways to solve it",
    Phase.DECIDE: "while they decide",
    Phase.AGREE: "on the last steps",
    Phase.AFTER: "after the win",
}


def coach_view(seen: Coached, note: str = "") -> View:
    """The modal. `note` is markup above it, such as what was just done."""
    blocks = [
        *([section(note)] if note else []),
        *_heading(seen),
        divider(),
        *_missing(seen),
        divider(),
        *_lines(seen.judgement.stage.coaching),
        *_questions(seen),
        *_mail(seen),
        actions(button("Something wrong with this process?", Action.FEEDBACK, Ref(seen.deal.id, seen.deal.version))),
    ]
    return modal(Form.COACH, "Coach", blocks, meta={"deal": seen.deal.id, "from": seen.deal.stage})


def _heading(seen: Coached) -> Iterator[Block]:
    stage = seen.judgement.stage
    yield section(f"{deal_title(seen.deal)}, in “{short(stage.name)}”\n*Over when:* {short(stage.outcome, 500)}")
    if seen.deal.status in (Status.LOST, Status.PARKED):
        yield context(f"This deal is {seen.deal.status.value}. To go on with it, reopen it first.")


def _missing(seen: Coached) -> Iterator[Block]:
    judgement, deal = seen.judgement, seen.deal
    if not judgement.findings:
        yield section("*What is missing*\nThis stage asks for no evidence.")
    elif not judgement.gaps:
        yield section(f"*What is missing*\nNo evidence is missing here: {progress_words(judgement)}.")
    else:
        yield section(f"*What is missing* ({progress_words(judgement)})")
    for gap in judgement.gaps:
        yield from _gap(gap, seen)
    if held := holding_lines(judgement):
        yield section("\n".join(f"• {line}" for line in held[:MOST_HELD]))
    yield from following_blocks(judgement, may_change=seen.may_change)
    if judgement.earlier_questions:
        yield context("A manager's question about an earlier stage is open, too. The checklist shows it.")
    if seen.may_change and (judgement.findings or not judgement.opens):
        row = [button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version))]
        if judgement.loose.objections:
            row.append(button("Objections…", Action.OBJECTIONS, Ref(deal.id)))
        if judgement.loose.concession is not None:
            row.append(button("Discount…", Action.DISCOUNT, Ref(deal.id)))
        yield actions(*row)


def _gap(gap: Finding, seen: Coached) -> Iterator[Block]:
    criterion, deal = gap.criterion, seen.deal
    ref = Ref(deal.id, deal.version, criterion.key)
    yield section(stands(gap))
    yield context(f"*How to get it:* {short(criterion.coach, 600)}", f"*For example:* {short(criterion.example, 400)}")
    if seen.may_change:
        row = [button("Add evidence", Action.EVIDENCE_ADD, ref), *answers(gap, deal.id, deal.version)]
        if criterion.support:
            row.append(button("Who supports it…", Action.COMMITTEE, Ref(deal.id), label="Open the buying committee"))
        if criterion.key in seen.confirmable:
            label = f"Ask the buyer to confirm: {criterion.text}"
            row.append(button("Ask the buyer to confirm", Action.CONFIRM_ASK, ref, label=label))
        yield actions(*row)


def _lines(coaching: Coaching) -> Iterator[Block]:
    for name, title in _LINES:
        lines = getattr(coaching, name)
        if lines:
            listed = "\n".join(f"• {short(line, 300)}" for line in lines)
            yield section(f"*{title}*\n{listed}")


def _questions(seen: Coached) -> Iterator[Block]:
    way = seen.methodology
    if way is None:
        yield context("More questions to ask: a manager chooses in the team's settings how you sell.")
        return
    before = " (to prepare)" if seen.judgement.stage.kind is StageKind.PREPARATION else ""
    listed = "\n".join(f"• {short(line, 300)}" for line in seen.questions)
    yield section(f"*Questions to ask, {_PHASES[seen.phase]}*{before}\n{listed}")
    yield context(f"{short(way.name, 60)}: {short(way.idea, 500)}")


def _mail(seen: Coached) -> Iterator[Block]:
    mail = seen.mail
    if mail is None:
        return
    yield divider()
    yield section(f"*A mail that asks for it*, to copy and to make your own\n{_addressed(mail)}")
    yield copyable(f"{mail.subject}\n\n{mail.text}")
    if mail.left:
        more = "one more question waits" if mail.left == 1 else f"{mail.left} more questions wait"
        yield context(f"{more.capitalize()} for the next mail: who is asked for everything at once answers nothing.")


def _addressed(mail: Mail) -> str:
    if mail.to is None:
        return "Nobody at the buyer is known here yet. Add them with *Edit*, and the mail knows whom to greet."
    address = f" · {escape(mail.to.email)}" if mail.to.email else ", whose address is not known here"
    return f"To: {contact_words(mail.to)}{address}"
