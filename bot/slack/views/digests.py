"""The managers' weekly digest, and what is said in a card's thread about a deal that waits for too long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.domain.calendar_days import MONTHS, name_day
from bot.domain.deal import Deal
from bot.domain.evidence import Strength
from bot.domain.freshness import progress_on
from bot.domain.process import Process
from bot.domain.reminders import Reminder, ReminderKind
from bot.services.digests import Digest, Moved, Referrals, Standing
from bot.services.escalating import Escalation
from bot.services.judging import Judged
from bot.slack.blocks import Block, actions, button, context, header, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.agenda_lines import near_day
from bot.slack.views.deals import Processes
from bot.slack.views.let_pass_figures import weekly
from bot.slack.views.loose_ends import also_open
from bot.slack.views.promises import figures_words
from bot.slack.views.wording import amount_words, deal_title, progress_words, short, stage_name

NAME = 60
LINES = 10
"""Lines in one block of text, so that none of them is cut."""


def digest(shown: Digest, processes: Processes, command: str) -> Message:
    """A week, as managers see it. People are named, not mentioned: nobody is pinged by it."""
    parts = [
        *_part("Moved forward", [_moved(one, shown, processes) for one in shown.moved], shown.moved_more),
        *_part("Standing still", _standing(shown), shown.standing_more),
        *_part(
            f"To close in {MONTHS[shown.day.month - 1]}, not yet proved",
            [_closing(one, shown) for one in shown.closing],
            shown.closing_more,
        ),
    ]
    if shown.let_pass is not None:
        parts += weekly(shown.let_pass, shown.day, lambda user_id: _name(shown, user_id))
    if not shown.referrals.is_empty:
        parts.append(section(f"*Referrals*\n{_referrals(shown.referrals)}"))
    if shown.checks.checks:
        parts.append(section(f"*Is the promised value there?*\n{_checks(shown)}"))
    title = f"The week before {name_day(shown.day.month, shown.day.day)}"
    small = context(f"`{command} show D-…` opens any of them.")
    return Message(_summary(shown), (header(title), *parts, small))


def escalation(shown: Escalation, today: date) -> Message:
    """For the thread of the deal's latest card."""
    deal, one = shown.deal, shown.reminder
    what = plight(one, deal, shown.process, today)
    asked = ""
    if one.told:
        times = "once" if one.told == 1 else "twice" if one.told == 2 else f"{one.told} times"
        asked = f" I have asked {short(shown.rep, NAME) or 'its owner'} {times}."
    text = f":hourglass: {deal_title(deal)}: {what}.{asked} Perhaps a word between you helps."
    row = actions(button("Details", Action.DEAL_SHOW, Ref(deal.id), label=f"Details of {deal.name[:60]}"))
    return Message(short(f"{deal.name} ({deal.label}) waits: {what}", 300), (section(text), row))


def plight(one: Reminder, deal: Deal, process: Process | None, today: date) -> str:
    """What is the matter, about somebody else's deal."""
    step = deal.next_step
    match one.kind:
        case ReminderKind.STALE:
            return f"quiet in “{stage_name(process, deal.stage)}” since {near_day(progress_on(deal), today)}"
        case ReminderKind.FOLLOW_UP if step is not None:
            return f"due since {near_day(step.on, today)}: {short(step.what, 100)}"
        case ReminderKind.CLOSE_PASSED if deal.expected_close is not None:
            return f"was expected to close {near_day(deal.expected_close, today)}"
        case ReminderKind.RETURN:
            return f"parked until {near_day(one.due_on, today)}, not taken up again"
        case _:
            return f"{_WAITS.get(one.kind, 'waits')} since {near_day(one.due_on, today)}"


_WAITS = {
    ReminderKind.NO_STEP: "without a next step",
    ReminderKind.QUESTION: "a manager's question waits",
    ReminderKind.PROMISE: "a promise is due",
    ReminderKind.OBJECTION: "an objection waits for its answer",
    ReminderKind.OVERRIDE_DUE: "evidence that was to follow is due",
    ReminderKind.VALUE_CHECK: "the value check waits",
}


def _part(title: str, lines: list[str], more: int) -> Iterable[Block]:
    if not lines:
        return
    rest = [f"and {more} more"] if more else []
    said = [*lines, *rest]
    for at in range(0, len(said), LINES):
        head = [f"*{title}*"] if at == 0 else []
        yield section("\n".join([*head, *said[at : at + LINES]]))


def _name(shown: Digest, user_id: str) -> str:
    return short(shown.names.get(user_id, ""), NAME) or f"<@{user_id}>"


def _title(deal: Deal) -> str:
    return f"{deal_title(deal, NAME)} · {amount_words(deal.amount)}" if deal.amount else deal_title(deal, NAME)


def _moved(one: Moved, shown: Digest, processes: Processes) -> str:
    process = processes.get(one.deal.process)
    to = stage_name(process, one.move.to_stage)
    return f"• {_title(one.deal)} · {_name(shown, one.move.by)} → “{to}” · {_strengths(one.strengths)}"


def _strengths(found: tuple[Strength, ...]) -> str:
    """How well a move is proved: `3 proofs, all inspectable`, or how many of each strength."""
    if not found:
        return "no proof was needed"
    number = "1 proof" if len(found) == 1 else f"{len(found)} proofs"
    kinds = sorted(set(found), reverse=True)
    if len(kinds) == 1:
        return f"{number}, {'all ' if len(found) > 1 else ''}{kinds[0].words}"
    return f"{number}: " + ", ".join(f"{found.count(kind)} {kind.words}" for kind in kinds)


def _standing(shown: Digest) -> list[str]:
    """By rep: a line with the name, then one for each deal."""
    lines: list[str] = []
    before = None
    for one in shown.standing:
        if one.rep != before:
            lines.append(f"_{_name(shown, one.rep)}_")
            before = one.rep
        lines.append(_still(one, shown))
    return lines


def _still(one: Standing, shown: Digest) -> str:
    deal, process = one.line.deal, one.line.process
    about = max(one.line.reminders, key=lambda each: (each.escalated_on is not None, -each.id))
    sign = ":hourglass: " if one.escalated else "• "
    times = f" · asked {about.told} times" if one.escalated and about.told > 1 else ""
    put_off = f" · snoozed {about.snoozes} times" if about.snoozes > 1 else ""
    return f"{sign}{_title(deal)} · {plight(about, deal, process, shown.day)}{times}{put_off}"


def _closing(one: Judged, shown: Digest) -> str:
    deal, judgement = one.deal, one.judgement
    day = near_day(deal.expected_close, shown.day) if deal.expected_close else ""
    known = (
        [f"“{short(judgement.stage.name, NAME)}”", progress_words(judgement), *also_open(judgement)]
        if judgement
        else []
    )
    proved = ", ".join(known)
    return f"• {_title(deal)} · {_name(shown, deal.owner)} · {day} · {proved}"


def _referrals(made: Referrals) -> str:
    said = []
    if made.asked or made.given:
        said.append(f"{made.asked} asked, {made.given} given")
    if made.became:
        said.append("1 became a deal" if made.became == 1 else f"{made.became} became deals")
    if made.willing:
        customers = "1 customer" if made.willing == 1 else f"{made.willing} customers"
        said.append(f"{customers} could be asked now")
    return " · ".join(said)


def _checks(shown: Digest) -> str:
    """What customers said in the week, and how that is in a year."""
    week = shown.checks
    said = [(week.yes, "yes"), (week.partly, "in part"), (week.no, "no")]
    return f"{', '.join(f'{number} {word}' for number, word in said if number)} · in twelve months " + figures_words(
        shown.checks_of_year
    )


def _summary(shown: Digest) -> str:
    counts = [
        (len(shown.moved) + shown.moved_more, "moved forward"),
        (len(shown.standing) + shown.standing_more, "standing still"),
        (len(shown.closing) + shown.closing_more, "to close and not proved"),
    ]
    said = [f"{number} {what}" for number, what in counts if number]
    return f"The week in deals: {', '.join(said)}." if said else "The week in deals: what customers said."
