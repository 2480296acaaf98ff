"""Promises on screen: those of one deal, those of a person, the forms about them, and how well they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.deal import Deal, Status
from bot.domain.process import Process
from bot.domain.promises import Figures, Outcome, Promise, ValueAnswer, ValueCheck
from bot.services.promises import Overview, Promised
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    divider,
    modal,
    section,
)
from bot.slack.ids import Action, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import day_words, deal_title, link_words, short, stage_name

MOST_OPEN, MOST_SETTLED, MOST_IN_LINE = 30, 10, 5
QUOTED = 300

_OUTCOMES = {
    Outcome.KEPT: ":white_check_mark: Kept",
    Outcome.PARTLY: ":heavy_minus_sign: Kept in part",
    Outcome.BROKEN: ":x: Not kept",
    Outcome.WITHDRAWN: ":leftwards_arrow_with_hook: Withdrawn",
}
_ANSWERS = {
    ValueAnswer.YES: ":white_check_mark: Yes",
    ValueAnswer.PARTLY: ":heavy_minus_sign: Partly",
    ValueAnswer.NO: ":x: No",
}


def promises_view(promised: Promised, today: date, note: str = "") -> View:
    """What was promised in a deal, and whether the value is there. `note`, as markup, says what has just happened."""
    deal, settled = promised.deal, [one for one in reversed(promised.promises) if not one.is_open]
    blocks: list[Block] = [section(note)] if note else []
    blocks.append(section(f"{deal_title(deal)}\n{_summary(promised, today)}"))
    if promised.may_change and deal.status.value in ("open", "won"):
        blocks.append(actions(button("Note a promise", Action.PROMISE_NOTE, Ref(deal.id), style="primary")))
    for one in promised.open[:MOST_OPEN]:
        blocks += _open(one, today, may_change=promised.may_change)
    if promised.check_due is not None or promised.checks:
        blocks += [divider(), section("*Is the promised value there?*")]
    if promised.check_due is not None:
        blocks += _check_due(deal, promised.check_due, may_change=promised.may_change)
    blocks += [section(_check(check)) for check in reversed(promised.checks)]
    if settled:
        blocks += [divider(), section("*Settled*"), *(section(_settled(one)) for one in settled[:MOST_SETTLED])]
    if len(settled) > MOST_SETTLED:
        blocks.append(context(f"and {len(settled) - MOST_SETTLED} before that"))
    return modal(Form.PROMISES, "Promises", blocks, meta={"deal": deal.id})


def _summary(promised: Promised, today: date) -> str:
    number = len(promised.open)
    if not promised.promises:
        return "Nothing was noted so far. What did we promise them beyond the contract?"
    late = sum(one.due_on < today for one in promised.open)
    words = "No open promises" if not number else f"{number} open promise{'' if number == 1 else 's'}"
    return f"{words}, {late} overdue." if late else f"{words}."


def _open(one: Promise, today: date, *, may_change: bool) -> list[Block]:
    blocks = [section(promise_words(one, today))]
    if may_change:
        name = short(one.what, 50)
        ref = Ref(one.id)
        settle = button("Kept or not…", Action.PROMISE_SETTLE, ref, label=f"Kept or not: {name}")
        blocks.append(actions(settle, button("Withdraw…", Action.PROMISE_WITHDRAW, ref, label=f"Withdraw: {name}")))
    return blocks


def promise_words(one: Promise, today: date, limit: int = QUOTED) -> str:
    """A promise that is open, in one line of markup."""
    to = f" to {short(one.to_whom, 60)}" if one.to_whom else ""
    when = f":warning: *overdue since {day_words(one.due_on)}*" if one.due_on < today else f"by {day_words(one.due_on)}"
    return f"• {short(one.what, limit)}{to}, {when}"


def _settled(one: Promise) -> str:
    said = _OUTCOMES[one.outcome] if one.outcome else ""
    who = f" · {person(one.settled_by)} {moment(one.settled_at)}" if one.settled_by and one.settled_at else ""
    return f"{said}: {short(one.what, QUOTED)}{who}{_shown_by(one.note, one.link)}"


def _check_due(deal: Deal, month: int, *, may_change: bool) -> list[Block]:
    said = section(f"The check {month} months after the win waits for an answer.")
    answer = button("Answer…", Action.VALUE_CHECK, Ref(deal.id, 0, str(month)), style="primary")
    return [said, actions(answer)] if may_change else [said]


def _check(check: ValueCheck) -> str:
    said = f"{_ANSWERS[check.answer]}, {check.month} months after the win"
    return f"{said} · {person(check.by)} {moment(check.at)}{_shown_by(check.note, check.link)}"


def _shown_by(note: str, link: str | None) -> str:
    quoted = f"\n> {short(note, QUOTED)}" if note else ""
    return f"{quoted}\n{link_words(link)}" if link else quoted


def noted(one: Promise, deal: Deal, command: str) -> str:
    """That a promise is written down, as markup."""
    return (
        f":white_check_mark: Noted for {deal_title(deal)}: {short(one.what, QUOTED)}, by *{day_words(one.due_on)}*. "
        f"All of them: `{command} promises {deal.label}`."
    )


def settled(one: Promise) -> str:
    """What became of a promise, as markup."""
    return f"{_OUTCOMES[one.outcome] if one.outcome else 'Open'}: {short(one.what, QUOTED)}"


def checked(deal: Deal, answer: ValueAnswer, command: str) -> str:
    """What was answered, and what to do next, as markup."""
    then = {
        ValueAnswer.YES: f"there. Who else has the same problem? `{command} referral {deal.label}`",
        ValueAnswer.PARTLY: f"there in part. What is missing? `{command} next {deal.label}`",
        ValueAnswer.NO: f"not there. What helps them now? `{command} next {deal.label}`",
    }[answer]
    return f":white_check_mark: Saved for {deal_title(deal)}: the promised value is {then}"


def handed_over(deal: Deal, process: Process | None, open_ones: Sequence[Promise], *, delivery: bool) -> Message:
    """Tells somebody that a deal is theirs now, with the promises that go with it; `delivery` when after the win."""
    title, stage = deal_title(deal), f"“{stage_name(process, deal.stage)}”"
    if not delivery:
        text, brief = f"{title} is yours now. It is in {stage}.", "is yours now."
    elif deal.status is Status.WON:
        text, brief = f"{title} is won, and you look after it from now on. It is in {stage}.", "is won and yours now."
    else:
        text, brief = f"You look after {title} once it is won. It is in {stage}.", "is yours once it is won."
    blocks: list[Block] = [section(text)]
    row = [
        button("Details", Action.DEAL_SHOW, Ref(deal.id), style="primary"),
        button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id)),
    ]
    if open_ones:
        lines = [f"• {_plainly(one)}" for one in open_ones[:MOST_IN_LINE]]
        rest = [f"and {len(open_ones) - len(lines)} more"] if len(open_ones) > len(lines) else []
        blocks.append(section("\n".join(["*Promised to the buyer*", *lines, *rest])))
        row.append(button("Promises", Action.PROMISES, Ref(deal.id)))
    return Message(f"{short(deal.name, 200)} ({deal.label}) {brief}", (*blocks, actions(*row)))


def _plainly(one: Promise) -> str:
    to = f" to {short(one.to_whom, 60)}" if one.to_whom else ""
    return f"{short(one.what, 200)}{to}, by {day_words(one.due_on)}"


def overview_message(seen: Overview, today: date, command: str) -> Message:
    """My open promises, and how well what was promised is kept."""
    blocks: list[Block] = [section(_figures(seen))]
    number = "1 open promise" if seen.total == 1 else f"{seen.total} open promises"
    if not seen.mine:
        blocks.append(section(f"You have no open promises. Note one with `{command} promises X`, X being the deal."))
    else:
        blocks.append(section(f"*My {number}*, the one due first at the top"))
    for one, deal in seen.mine:
        look = button("Open", Action.PROMISES, Ref(deal.id), label=f"Promises of {deal.name[:60]}")
        blocks.append(section(f"{deal_title(deal, 80)}\n{promise_words(one, today, 200)}", look))
    if seen.total > len(seen.mine):
        blocks.append(context(f"and {seen.total - len(seen.mine)} more, due later"))
    if seen.by_rep:
        lines = [f"• {person(user_id)}: {_in_words(figures)}" for user_id, figures in seen.by_rep]
        blocks += [divider(), section("\n".join(["*By who looks after the customers*", *lines]))]
    return Message(f"You have {number if seen.mine else 'no open promises'}.", tuple(blocks))


def _figures(seen: Overview) -> str:
    lines = ["*Is the promised value there?* The answers of the last twelve months"]
    if seen.my_figures != seen.team_figures and (seen.my_figures.checks or seen.my_figures.promises):
        lines.append(f"Mine: {_in_words(seen.my_figures)}")
    lines.append(f"The team: {_in_words(seen.team_figures)}")
    if seen.team_figures.checks:
        lines.append("_Good is 80 to 85 % or more._")
    return "\n".join(lines)


def figures_words(figures: Figures) -> str:
    """The share of yes, with how many were asked, as markup; empty when nobody was."""
    if figures.yes_percent is None:
        return ""
    return f"*{figures.yes_percent} %* of {figures.checks} value check{'' if figures.checks == 1 else 's'} said yes"


def _in_words(figures: Figures) -> str:
    checks = figures_words(figures) or "no value check was answered yet"
    if figures.kept_percent is None:
        return checks
    number = f"{figures.promises} promise{'' if figures.promises == 1 else 's'}"
    return f"{checks} · {figures.kept_percent} % of {number} kept"
