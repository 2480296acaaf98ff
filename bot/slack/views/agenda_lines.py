"""A line of an agenda: what is due about a deal, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.calendar_days import MONTHS, WEEKDAYS
from bot.domain.deal import Deal
from bot.domain.freshness import progress_on
from bot.domain.reminders import Reminder, ReminderKind
from bot.services.agendas import Line
from bot.services.matter_details import Details
from bot.slack.views.sentences import person
from bot.slack.views.wording import amount_words, deal_title, short, stage_name

WORDS = 240
"""How much of what somebody wrote is quoted; the rest is behind the buttons."""


def near_day(day: date, today: date) -> str:
    """A day as people say it: today, yesterday, tomorrow, "Thu 19 Nov", and with the year when it is another."""
    away = (day - today).days
    if abs(away) <= 1:
        return ("today", "tomorrow", "yesterday")[away]
    shown = f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return shown if abs(away) < 200 else f"{shown} {day.year}"


def title(deal: Deal) -> str:
    """The deal's name, its label, and what it is worth where that is known."""
    return f"{deal_title(deal, 80)} · {amount_words(deal.amount)}" if deal.amount else deal_title(deal, 80)


def sentence(one: Reminder, line: Line, details: Details, today: date) -> str:
    """What is due, in one sentence."""
    return _SENTENCES[one.kind](one, line, details, today)


def remark(one: Reminder, line: Line, today: date) -> str:
    """The same in a few words, beside another thing that is due about the same deal."""
    deal = line.deal
    if one.kind is ReminderKind.STALE:
        return f"quiet since {near_day(progress_on(deal), today)}"
    if one.kind is ReminderKind.CLOSE_PASSED and deal.expected_close:
        return f"should have closed {_on(deal.expected_close, today)}"
    if one.kind is ReminderKind.EVIDENCE_OLD:
        return f"old proof of “{short(line.notes.get(one.id, '').rstrip('.'), 80)}”"
    return _FAVOURS.get(one.kind, "no next step yet")


_FAVOURS = {
    ReminderKind.REFERRAL: "a referral",
    ReminderKind.REVIEW: "a review",
    ReminderKind.REFERENCE: "a reference",
    ReminderKind.CASE_STUDY: "a case study",
}


def _on(day: date, today: date) -> str:
    said = near_day(day, today)
    return said if abs((day - today).days) <= 1 else f"on {said}"


def _since(day: date, today: date) -> str:
    return f"since {near_day(day, today)}"


def _follow_up(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    step, silence = line.deal.next_step, line.deal.silence
    if step is None:
        return "The next step is due."
    hour = f" at {step.at:%H:%M}" if step.at else ""
    when = f"Today{hour}" if step.on == today else f"Since {near_day(step.on, today)}"
    quiet = f" · no answer to {'the last one' if silence == 1 else f'the last {silence}'} yet"
    return f"{when}: {short(step.what, WORDS)}{quiet if silence else ''}"


def _no_step(_one: Reminder, _line: Line, _details: Details, _today: date) -> str:
    return "No next step yet. What comes next, and when?"


def _stale(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    stage = stage_name(line.process, line.deal.stage)
    return f"Quiet in “{stage}” {_since(progress_on(line.deal), today)}. What would get it moving?"


def _close_passed(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    expected = line.deal.expected_close
    passed = f"was expected to close {_on(expected, today)}" if expected else "should have closed by now"
    return f"It {passed}. Which day is true now?"


def _evidence_old(one: Reminder, line: Line, _details: Details, _today: date) -> str:
    about = short(line.notes.get(one.id, "").rstrip("."), 160)
    return f"The proof of “{about}” is too old to count. Is it still true?"


def _question(one: Reminder, _line: Line, details: Details, _today: date) -> str:
    asked = details.questions.get(one.id)
    return f"{person(asked.asked_by)} asks: {short(asked.latest, WORDS)}" if asked else "A manager has a question."


def _approval(one: Reminder, line: Line, details: Details, today: date) -> str:
    move = details.moves.get(one.id)
    if move is None:
        return "A move waits for your decision."
    to = stage_name(line.process, move.to_stage)
    return f"{person(move.by)} has waited {_since(move.at.date(), today)} for your decision on the move to “{to}”."


def _return(one: Reminder, line: Line, _details: Details, today: date) -> str:
    return f"Parked until {near_day(one.due_on, today)}{_because(one, line)}. Pick it up again?"


def _winback(one: Reminder, line: Line, _details: Details, _today: date) -> str:
    return f"Lost some time ago{_because(one, line)}. Has anything changed since?"


def _because(one: Reminder, line: Line) -> str:
    why = line.notes.get(one.id, "") or (line.deal.closing_reason or "")
    return f" ({short(why, WORDS)})" if why else ""


def _promise(one: Reminder, _line: Line, details: Details, today: date) -> str:
    made = details.promises.get(one.id)
    if made is None:
        return "A promise made during the sale is due."
    to = f" to {short(made.to_whom, 60)}" if made.to_whom else ""
    when = "due today" if made.due_on == today else f"due {_since(made.due_on, today)}"
    return f"Promised{to}, {when}: {short(made.what, WORDS)}"


def _objection(one: Reminder, _line: Line, details: Details, today: date) -> str:
    raised = details.objections.get(one.id)
    if raised is None:
        return "The answer to an objection is due."
    when = "today" if raised.answer_due_on == today else _since(raised.answer_due_on, today)
    return f"They said: {short(raised.words, WORDS)}\nThe answer that you promised is due {when}."


def _override_due(one: Reminder, line: Line, _details: Details, today: date) -> str:
    about = short(line.notes.get(one.id, "").rstrip("."), 160)
    if one.due_on >= today:
        return f"The evidence for “{about}” is due today. Until then it was let pass."
    return f"The evidence for “{about}” was due {_on(one.due_on, today)}. What was let pass is not any more."


def _value_check(one: Reminder, _line: Line, _details: Details, _today: date) -> str:
    return f"Won {one.slot} months ago. Is the promised value there?"


def _well(line: Line, today: date) -> str:
    since = near_day(line.deal.stage_since.date(), today)
    return f"“{stage_name(line.process, line.deal.stage)}” since {since}, and nothing is overdue."


def _referral(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    return f"{_well(line, today)} A good moment to ask who else has the same problem."


def _review(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    return f"{_well(line, today)} A good moment to ask for a review."


def _reference(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    return f"{_well(line, today)} A good moment to ask whether others may call them."


def _case_study(_one: Reminder, line: Line, _details: Details, today: date) -> str:
    return f"{_well(line, today)} A good moment to ask whether we may tell their story."


def _upsell(_one: Reminder, _line: Line, _details: Details, _today: date) -> str:
    return "They say that the value is there. What else could help them?"


def _orphan(_one: Reminder, line: Line, _details: Details, _today: date) -> str:
    return f"{person(line.deal.responsible)} has left the workspace. Who takes over?"


_SENTENCES: Mapping[ReminderKind, Callable[[Reminder, Line, Details, date], str]] = {
    ReminderKind.FOLLOW_UP: _follow_up,
    ReminderKind.NO_STEP: _no_step,
    ReminderKind.STALE: _stale,
    ReminderKind.CLOSE_PASSED: _close_passed,
    ReminderKind.EVIDENCE_OLD: _evidence_old,
    ReminderKind.QUESTION: _question,
    ReminderKind.APPROVAL: _approval,
    ReminderKind.RETURN: _return,
    ReminderKind.WINBACK: _winback,
    ReminderKind.PROMISE: _promise,
    ReminderKind.OBJECTION: _objection,
    ReminderKind.OVERRIDE_DUE: _override_due,
    ReminderKind.VALUE_CHECK: _value_check,
    ReminderKind.REFERRAL: _referral,
    ReminderKind.REVIEW: _review,
    ReminderKind.REFERENCE: _reference,
    ReminderKind.CASE_STUDY: _case_study,
    ReminderKind.UPSELL: _upsell,
    ReminderKind.ORPHAN: _orphan,
}
