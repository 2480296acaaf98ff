"""The buttons below a line of an agenda, which settle it; a screen reader hears the deal's name with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.deal import Status
from bot.domain.reminders import Reminder, ReminderKind
from bot.services.agendas import Line
from bot.services.matter_details import Details
from bot.slack.blocks import Element, button, confirmation, menu
from bot.slack.ids import Action, Ref, Snooze
from bot.slack.views.ask_words import decline_confirmation


def elements(one: Reminder, line: Line, details: Details) -> list[Element]:
    """The buttons that settle it; the menu of days to snooze until stands last."""
    return _BUTTONS[one.kind](one, line, details)


def _press(text: str, action: Action, ref: Ref, line: Line, style: str | None = None) -> Element:
    return button(text, action, ref, style=style, label=f"{text.rstrip('….')}: {line.deal.name[:60]}")


def snooze(one: Reminder) -> Element:
    """Not now: when then?"""
    entries = (
        ("Tomorrow", Snooze.TOMORROW),
        ("In 3 days", Snooze.THREE_DAYS),
        ("Next week", Snooze.NEXT_WEEK),
        ("On a date…", Snooze.DATE),
    )
    return menu(Action.REMIND_SNOOZE, "Snooze", [(text, Ref(one.id, 0, key.value)) for text, key in entries])


def _stepping(one: Reminder, line: Line, _details: Details) -> list[Element]:
    done = _press("Done…", Action.REMIND_DONE, Ref(one.id), line, "primary")
    return [done, _press("New next step…", Action.REMIND_NEXT, Ref(one.id), line), snooze(one)]


def _starting(one: Reminder, line: Line, _details: Details) -> list[Element]:
    first = _press("Next step…", Action.REMIND_NEXT, Ref(one.id), line, "primary")
    return [first, *_closing(one, line), snooze(one)]


def _closing(one: Reminder, line: Line) -> list[Element]:
    if line.deal.status is Status.WON:
        return []  # a won deal stays won
    return [
        _press("Park…", Action.REMIND_PARK, Ref(one.id), line),
        _press("Lost…", Action.REMIND_LOST, Ref(one.id), line),
    ]


def _reviving(one: Reminder, line: Line, _details: Details) -> list[Element]:
    first = _press("Next step…", Action.REMIND_NEXT, Ref(one.id), line, "primary")
    because = _press("Not stale, because…", Action.REMIND_NOT_STALE, Ref(one.id), line)
    return [first, because, *_closing(one, line), snooze(one)]


def _dating(one: Reminder, line: Line, _details: Details) -> list[Element]:
    deal = line.deal
    first = _press("New close date…", Action.DEAL_EDIT, Ref(deal.id, deal.version), line, "primary")
    return [first, *_closing(one, line), snooze(one)]


def _proving(one: Reminder, line: Line, _details: Details) -> list[Element]:
    return [_press("Open the checklist", Action.MOVE_OPEN, Ref(line.deal.id), line, "primary"), snooze(one)]


def _answering(one: Reminder, line: Line, details: Details) -> list[Element]:
    asked = details.questions.get(one.id)
    answer = _press("Answer…", Action.QUESTION_ANSWER, Ref(asked.id), line, "primary") if asked else None
    return [*filter(None, [answer]), snooze(one)]


def _deciding(one: Reminder, line: Line, details: Details) -> list[Element]:
    move, look = details.moves.get(one.id), _press("Details", Action.DEAL_SHOW, Ref(line.deal.id), line)
    if move is None or not move.is_pending:
        return [look]
    sure = confirmation("Approve this move?", "The deal moves at once, and the rep is told.", "Approve")
    approve = _press("Approve", Action.APPROVE, Ref(move.id), line, "primary") | {"confirm": sure}
    return [approve, _press("Send back…", Action.SEND_BACK, Ref(move.id), line), look, snooze(one)]


def _returning(one: Reminder, line: Line, _details: Details) -> list[Element]:
    return [
        _press("Look at it…", Action.REMIND_BACK, Ref(one.id), line, "primary"),
        _press("Reopen", Action.REMIND_REOPEN, Ref(one.id), line),
        _press("Later…", Action.REMIND_LATER, Ref(one.id), line),
    ]


def _keeping(one: Reminder, line: Line, _details: Details) -> list[Element]:
    kept = _press("Kept or not…", Action.REMIND_PROMISE, Ref(one.id), line, "primary")
    return [kept, _press("All promises", Action.PROMISES, Ref(line.deal.id), line), snooze(one)]


def _answering_doubt(one: Reminder, line: Line, _details: Details) -> list[Element]:
    settle = _press("Answered…", Action.REMIND_OBJECTION, Ref(one.id), line, "primary")
    return [settle, _press("All objections", Action.OBJECTIONS, Ref(line.deal.id), line), snooze(one)]


def _following(one: Reminder, line: Line, _details: Details) -> list[Element]:
    add = _press("Add the evidence", Action.EVIDENCE_OWED, Ref(int(one.slot)), line, "primary")
    return [add, _press("Open the checklist", Action.MOVE_OPEN, Ref(line.deal.id), line), snooze(one)]


def _checking(one: Reminder, line: Line, _details: Details) -> list[Element]:
    answer = _press("Answer…", Action.REMIND_VALUE, Ref(one.id), line, "primary")
    return [answer, _press("All promises", Action.PROMISES, Ref(line.deal.id), line), snooze(one)]


def _asking(one: Reminder, line: Line, _details: Details) -> list[Element]:
    ref = Ref(one.id)
    asked = _press("Asked", Action.REMIND_ASKED, ref, line, "primary")
    given = _press("Given…", Action.REMIND_GIVEN, ref, line)
    return [asked, given, *_not_now(one, line), snooze(one)]


def _selling_more(one: Reminder, line: Line, _details: Details) -> list[Element]:
    begin = _press("Start a deal…", Action.REMIND_GIVEN, Ref(one.id), line, "primary")
    return [begin, *_not_now(one, line), snooze(one)]


def _not_now(one: Reminder, line: Line) -> list[Element]:
    return [
        _press("Declined", Action.REMIND_DECLINED, Ref(one.id), line) | {"confirm": decline_confirmation(one.kind)},
        _press("Ask later…", Action.REMIND_ASK_LATER, Ref(one.id), line),
    ]


def _assigning(one: Reminder, line: Line, _details: Details) -> list[Element]:
    deal = line.deal
    hand_over = _press("Hand over…", Action.DEAL_ASSIGN, Ref(deal.id, deal.version), line, "primary")
    return [hand_over, _press("Details", Action.DEAL_SHOW, Ref(deal.id), line), snooze(one)]


_BUTTONS: Mapping[ReminderKind, Callable[[Reminder, Line, Details], list[Element]]] = {
    ReminderKind.FOLLOW_UP: _stepping,
    ReminderKind.NO_STEP: _starting,
    ReminderKind.STALE: _reviving,
    ReminderKind.CLOSE_PASSED: _dating,
    ReminderKind.EVIDENCE_OLD: _proving,
    ReminderKind.QUESTION: _answering,
    ReminderKind.APPROVAL: _deciding,
    ReminderKind.RETURN: _returning,
    ReminderKind.WINBACK: _returning,
    ReminderKind.PROMISE: _keeping,
    ReminderKind.OBJECTION: _answering_doubt,
    ReminderKind.OVERRIDE_DUE: _following,
    ReminderKind.VALUE_CHECK: _checking,
    ReminderKind.REFERRAL: _asking,
    ReminderKind.REVIEW: _asking,
    ReminderKind.REFERENCE: _asking,
    ReminderKind.CASE_STUDY: _asking,
    ReminderKind.UPSELL: _selling_more,
    ReminderKind.ORPHAN: _assigning,
}
