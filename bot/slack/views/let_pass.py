"""Letting a deal pass without evidence: the manager's form, the rep's request, and what each is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.overrides import FARTHEST, LONGEST, USUAL_WAIT, Override, Request
from bot.domain.process import Criterion
from bot.services.override_requests import Asked
from bot.services.overrides import Choice, Gap, spent
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation,
    context,
    date_input,
    modal,
    section,
    text_input,
    ticks_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.let_pass_words import budget_words, follows_words
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import day_words, deal_title, evidence_words, short

MOST = 10
"""Boxes that Slack shows in one field."""
MOST_PIECES = 4


def choice_form(choice: Choice, today: date, meta: Mapping[str, Any], only: str = "") -> View:
    """What a manager lets pass, why, and until when; `only` is the key of the criterion that this is about."""
    deal, gaps = choice.deal, choice.gaps[:MOST]
    blocks: list[Block] = [section(f"{deal_title(deal)} · deal of {person(deal.owner)}")]
    if choice.request is not None:
        request = choice.request
        blocks.append(section(f"{person(request.asked_by)} asks:\n> {short(request.why, 1000)}"))
    blocks += [_granted(one) for one in choice.granted[:MOST]]
    kept = {**meta, "deal": deal.id}
    if choice.request is not None:
        kept["request"] = choice.request.id
    if not gaps:
        return modal(Form.OVERRIDE, "Let it pass", [*blocks, section(_nothing(choice))], meta=kept)
    if not choice.budget.left:
        return modal(
            Form.OVERRIDE, "Let it pass", [*blocks, section(spent(choice.budget, person(deal.owner)))], meta=kept
        )
    ticked = [gap.key for gap in gaps if gap.criterion.key == only] or ([gaps[0].key] if len(gaps) == 1 else [])
    blocks += [
        section("\n".join([f"*Not proved in “{short(choice.stage.name)}”*", *(_gap(gap, choice) for gap in gaps)])),
        ticks_input(
            Field.GAPS, "What may pass?", [(gap.criterion.text, gap.key) for gap in gaps], ticked=ticked
        ) | {"optional": False},
        text_input(
            Field.REASON, "Why?", multiline=True, longest=LONGEST, hint="It stands on the card and in the digest."
        ),
        date_input(
            Field.DUE_ON,
            "By when does the evidence follow?",
            initial=today + USUAL_WAIT,
            hint=f"At most {FARTHEST.days} days ahead. After that day the next move waits for it.",
        ),
        context(f"{budget_words(choice.budget, deal.owner)} Each criterion counts once."),
    ]  # fmt: skip
    return modal(Form.OVERRIDE, "Let it pass", blocks, submit="Let it pass", close="Cancel", meta=kept)


def _nothing(choice: Choice) -> str:
    if choice.questions:
        return "What is missing here waits for the answer to a manager's question. Accept the answer, then it passes."
    return f"Nothing is missing in “{short(choice.stage.name)}”."


def _gap(gap: Gap, choice: Choice) -> str:
    where = "" if gap.stage.key == choice.stage.key else f" (from “{short(gap.stage.name, 60)}”)"
    before = f" · let pass before, until {day_words(gap.until)}" if gap.until else ""
    return f"• {short(gap.criterion.text, 200)}{where}{before}"


def _granted(one: Override) -> Block:
    sure = confirmation("Take it back?", "The deal waits for the evidence again, and the rep is told.", "Take it back")
    back = button("Take it back", Action.OVERRIDE_BACK, Ref(one.id), confirm=sure)
    text = f":fast_forward: {person(one.by)} let “{short(one.text.rstrip('.'), 200)}” pass. {follows_words(one)}"
    return section(text, back)


def granted(deal: Deal, made: Sequence[Override]) -> str:
    """What was done, as markup."""
    what = "1 criterion" if len(made) == 1 else f"{len(made)} criteria"
    until = day_words(made[0].due_on)
    return f":fast_forward: {deal_title(deal)} may pass without {what} until *{until}*. {person(deal.owner)} is told."


def ask_form(deal: Deal, stage: str, criterion: Criterion, meta: Mapping[str, Any]) -> View:
    """Why a manager should let it pass."""
    blocks = [
        section(f"*{short(criterion.text, 500)}*\n{deal_title(deal)}"),
        text_input(
            Field.REASON,
            "Why now, and when will the evidence come?",
            multiline=True,
            longest=LONGEST,
            placeholder="What the buyer did or said",
            hint="Your managers see this, with the evidence so far.",
        ),
    ]
    kept = {**meta, "deal": deal.id, "stage": stage, "criterion": criterion.key}
    return modal(Form.OVERRIDE_ASK, "Ask to let it pass", blocks, submit="Ask", close="Cancel", meta=kept)


def request_message(shown: Asked) -> Message:
    """The request in the managers' channel, or what was decided."""
    request, deal = shown.request, shown.deal
    blocks: list[Block] = [
        section(f"{person(request.asked_by)} asks to let {deal_title(deal)} pass without a proof"),
        section(f"*{short(request.text, 500)}*\n> {short(request.why, 1500)}"),
    ]
    lines = [evidence_words(piece, 350) for piece in shown.evidence[-MOST_PIECES:]]
    blocks.append(section("\n".join(["*Evidence so far*", *lines]) if lines else "No evidence so far."))
    if request.settled_by and request.settled_at:
        done = ":fast_forward: *Let pass*" if request.granted else ":no_entry_sign: *Not this time*"
        why = f": {short(request.reason, 1000)}" if request.reason else ""
        blocks.append(context(f"{done} by {person(request.settled_by)} {moment(request.settled_at)}{why}"))
    else:
        blocks.append(context(budget_words(shown.budget, deal.owner)))
        blocks.append(
            actions(
                button("Let it pass…", Action.OVERRIDE_GRANT, Ref(request.id), style="primary"),
                button("Not this time…", Action.OVERRIDE_DECLINE, Ref(request.id)),
            )
        )
    return Message(f"May {short(deal.name, 200)} ({deal.label}) pass without a proof?", tuple(blocks))


def decline_form(deal: Deal, request: Request) -> View:
    """Why not."""
    blocks = [
        section(f"*{short(request.text, 500)}*\n{deal_title(deal)}"),
        text_input(Field.REASON, "Why not?", multiline=True, longest=LONGEST, hint="The rep reads this."),
    ]
    meta = {"request": request.id}
    return modal(Form.OVERRIDE_DECLINE, "Not this time", blocks, submit="Send", close="Cancel", meta=meta)


def told(deal: Deal, made: Sequence[Override], *, back: bool) -> Message:
    """What the rep is told when a manager let their deal pass, or took that back."""
    first = made[0]
    row = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version)))
    lines = [f"• {short(one.text, 300)}" for one in made[:MOST]]
    if back:
        head = f":leftwards_arrow_with_hook: {deal_title(deal)} waits for this evidence again:"
        return Message(f"{short(deal.name, 200)} waits for evidence again", (section("\n".join([head, *lines])), row))
    head = f":fast_forward: {person(first.by)} let {deal_title(deal)} pass without this evidence:"
    due = f"Add it by *{day_words(first.due_on)}*. After that day the next move waits for it."
    text = "\n".join([head, *lines, f"> {short(first.reason, 1000)}", due])
    return Message(f"{short(deal.name, 200)} may pass; evidence due {day_words(first.due_on)}", (section(text), row))


def declined_message(shown: Asked) -> Message:
    """What the rep is told when a manager did not let it pass."""
    request, deal = shown.request, shown.deal
    row = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version)))
    head = f":no_entry_sign: {person(request.settled_by or '')} answered about {deal_title(deal)}: not this time."
    text = f"{head}\n*{short(request.text, 500)}*\n> {short(request.reason, 1000)}"
    return Message(f"{short(deal.name, 200)} does not pass without the proof", (section(text), row))
