"""What managers let pass, counted: for the command, and for the weekly digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.domain.calendar_days import MONTHS
from bot.domain.overrides import ONE_IN, PERIOD
from bot.services.override_figures import About, Often, Overview
from bot.slack.blocks import Block, context, header, section
from bot.slack.turn import Message
from bot.slack.views.agenda_lines import near_day
from bot.slack.views.sentences import person
from bot.slack.views.wording import deal_title, short

NAME = 60
LINES = 10
Name = Callable[[str], str]


def overview_message(shown: Overview, today: date, command: str) -> Message:
    """For a manager who asks."""
    month = MONTHS[shown.since.month - 1]
    if not (shown.granted or shown.owed or shown.by_criterion):
        text = f"Nothing was let pass without its evidence in {PERIOD.days} days."
        return Message(text, (section(f"{text} `{command} override D-…` lets a deal pass, with a day for the proof."),))
    reps = [f"• {person(rep)}: {number} of {shown.budget.limit}" for rep, number in shown.by_rep]
    parts = [
        *_part("Evidence that is owed", [owed_line(one, today, person) for one in shown.owed]),
        *_part(f"By rep, in {month}", reps),
        *_part(f"By criterion, in {PERIOD.days} days", [_often(one) for one in shown.by_criterion]),
        *_part(f"Let pass in {month}", [granted_line(one, today, person) for one in shown.granted]),
    ]
    small = context(
        f"A criterion let pass for one deal in {ONE_IN} or more is named as one to remove or reword: "
        "buyers do not do it, or it does not matter enough to wait for."
    )
    said = f"Let pass in {month}: {len(shown.granted)}. Owed: {len(shown.owed)}."
    return Message(said, (header("Let pass without evidence"), *parts, small))


def weekly(shown: Overview, today: date, name: Name) -> list[Block]:
    """For the digest: people are named, not mentioned."""
    if shown.is_empty:
        return []
    lines = [granted_line(one, today, name) for one in shown.granted]
    lines += [owed_line(one, today, name) for one in shown.owed]
    if shown.by_rep:
        month = MONTHS[shown.budget.month.month - 1]
        counts = ", ".join(f"{name(rep)} {number}" for rep, number in shown.by_rep)
        lines.append(f"In {month}, of {shown.budget.limit} a rep: {counts}")
    lines += [f":scissors: To remove or reword: {_often(one).removeprefix('• ')}" for one in shown.candidates]
    return _part("Let pass without evidence", lines)


def granted_line(one: About, today: date, name: Name) -> str:
    """What was let pass, by whom and why."""
    deal, made = one
    what = f"{deal_title(deal, NAME)}: {short(made.text.rstrip('.'), 100)}"
    came = "the evidence has come" if made.settled else f"evidence due {near_day(made.due_on, today)}"
    return f"• {what} · {name(made.by)}: {short(made.reason, 120)} · {came}"


def owed_line(one: About, today: date, name: Name) -> str:
    """What should be there by now."""
    deal, made = one
    what = f"{deal_title(deal, NAME)}: {short(made.text.rstrip('.'), 100)}"
    return f":hourglass: {what} · owed by {name(deal.responsible)} since {near_day(made.due_on, today)}"


def _often(one: Often) -> str:
    many = "1 deal" if one.times == 1 else f"{one.times} deals"
    sign = " · *remove or reword it?*" if one.is_candidate else ""
    moved = max(one.moved, one.times)
    return f"• {short(one.text.rstrip('.'), 150)} (“{short(one.stage, NAME)}”): {many} of {moved}{sign}"


def _part(title: str, lines: list[str]) -> list[Block]:
    found = []
    for at in range(0, len(lines), LINES):
        head = [f"*{title}*"] if at == 0 else []
        found.append(section("\n".join([*head, *lines[at : at + LINES]])))
    return found
