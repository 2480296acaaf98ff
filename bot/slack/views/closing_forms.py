"""The forms that close a deal, as lost or parked, and what is said when it is closed or open again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.gate import Judgement
from bot.domain.process import Process
from bot.slack.blocks import View, choice_input, date_input, modal, section, text_input
from bot.slack.ids import Field, Form
from bot.slack.views.loose_ends import holding_lines
from bot.slack.views.notices import banner
from bot.slack.views.wording import day_words, deal_title, progress_words, short, step_day

MOST_GAPS = 3


def lost_form(deal: Deal, process: Process, meta: Mapping[str, Any], *, reason: str = "", learned: str = "") -> View:
    """The form of a lost deal; `reason` is the key of one of the process's loss reasons."""
    options = [(known.text, known.key) for known in process.loss_reasons]
    blocks = [
        section(f"{deal_title(deal)}\nIt keeps its stage and its evidence, and can be reopened."),
        choice_input(Field.REASON, "Why was it lost?", options, initial=reason),
        text_input(
            Field.LEARNED,
            "What did we learn?",
            initial=learned,
            multiline=True,
            hint="One sentence that helps with the next deal.",
        ),
    ]
    return modal(Form.LOST, "Lost", blocks, submit="Save as lost", close="Cancel", meta={**meta, "deal": deal.id})


def park_form(
    deal: Deal, meta: Mapping[str, Any], *, until: date | None = None, why: str = "", warning: str = ""
) -> View:
    """The form of a deal that is put aside for a while."""
    now = f"\nParked now until {day_words(deal.waiting_until)}." if deal.waiting_until else ""
    blocks = [
        *([banner(warning)] if warning else []),
        section(f"{deal_title(deal)}{now}\nUntil that day nobody is reminded of it. It can be reopened at any time."),
        date_input(Field.UNTIL, "Until when?", initial=until, hint="The day on which you look at it again."),
        text_input(
            Field.WHY,
            "Why?",
            initial=why,
            multiline=True,
            placeholder="Their budget round in June",
            hint="What you are waiting for.",
        ),
    ]
    return modal(Form.PARK, "Park", blocks, submit="Park", close="Cancel", meta={**meta, "deal": deal.id})


def lost(deal: Deal, command: str) -> str:
    """That a deal is lost, and what comes next, as markup."""
    again = f"I ask you about it again on {day_words(deal.waiting_until)}. " if deal.waiting_until else ""
    return (
        f":white_check_mark: {deal_title(deal)} is closed as lost: {short(deal.closing_reason or '', 200)}. "
        f"Thank you for writing down what we learned.\n{again}If the buyer comes back: `{command} reopen {deal.label}`."
    )


def parked(deal: Deal, command: str) -> str:
    """That a deal is parked, until when and why, as markup."""
    until = day_words(deal.waiting_until) if deal.waiting_until else "later"
    return (
        f":white_check_mark: {deal_title(deal)} is parked until *{until}*: {short(deal.closing_reason or '', 500)}\n"
        f"If something happens earlier: `{command} reopen {deal.label}`."
    )


def reopened(deal: Deal, judgement: Judgement, command: str) -> str:
    """Where a reopened deal stands and what is missing now, as markup."""
    stage = short(judgement.stage.name)
    said = f":white_check_mark: {deal_title(deal)} is {deal.status.value} again, in “{stage}”"
    lines = [f"{said}, with {progress_words(judgement)}." if judgement.findings else f"{said}."]
    gaps = judgement.gaps
    lines += [f"✗ Missing: {short(gap.criterion.text, 200)} {short(gap.why, 150)}" for gap in gaps[:MOST_GAPS]]
    if len(gaps) > MOST_GAPS:
        lines.append(f"… and {len(gaps) - MOST_GAPS} more.")
    lines += [f"✗ {line}" for line in holding_lines(judgement)]
    lines += [f"✗ Owed from before: {short(one.criterion.text, 200)}" for one in judgement.owed[:MOST_GAPS]]
    if deal.next_step is None:
        lines.append(f"Plan what you do next: `{command} next {deal.label} tomorrow call Jane`.")
    else:
        lines.append(f"The next step is still: {step_day(deal.next_step)}, {short(deal.next_step.what, 200)}")
    return "\n".join(lines)
