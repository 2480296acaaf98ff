"""The agenda drawn from objects: every kind of reminder, in every state, with the worst that people can write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.domain import agenda as order
from bot.domain.deal import Deal, Move, MoveKind, NextStep, Status
from bot.domain.objections import Objection
from bot.domain.people import Person
from bot.domain.questions import Question
from bot.domain.reminders import Reminder, ReminderKind, Settlement
from bot.services.agendas import Agenda, Line
from bot.services.matter_details import Details, Promised
from bot.slack.views.agenda_lines import near_day
from bot.slack.views.agendas import agenda, follow_up
from tests.slack_rules import assert_fits
from tests.test_views_looking import HOSTILE, NOW, OTHER, PROCESS, REP, deal

TODAY = date(2026, 11, 24)
ME = Person("T1", REP, "T1", "Rita", "Europe/Madrid")
SLOTS = {
    ReminderKind.QUESTION: "5.0",
    ReminderKind.APPROVAL: "6.U0MARTA",
    ReminderKind.PROMISE: "7",
    ReminderKind.OBJECTION: "8",
}


def reminder(number: int, kind: ReminderKind, of: Deal, **changes: Any) -> Reminder:
    slot = SLOTS.get(kind, "6" if kind is ReminderKind.VALUE_CHECK else "1")
    made = Reminder(number, "T1", of.id, kind, slot, REP, TODAY - timedelta(days=1), TODAY)
    return replace(made, **changes)


def line(of: Deal, *reminders: Reminder, note: str = "") -> Line:
    return Line(reminders, of, PROCESS, {one.id: note for one in reminders})


def details(text: str = "May I see the mail?") -> Details:
    asked = Question(5, 42, 6, "qualified", "need", text, OTHER, NOW)
    waits = Move(
        6, 42, MoveKind.FORWARD, "qualified", "proposed", Status.OPEN, Status.OPEN, OTHER, NOW, needs_approval=True
    )
    doubt = Objection(8, 42, text, TODAY, OTHER, NOW)
    return Details({1: asked}, {1: waits}, {1: Promised(text, text, TODAY)}, {1: doubt})


def said(*lines: Line, words: str = "May I see the mail?", **changes: Any) -> Agenda:
    return replace(Agenda(ME, TODAY, lines, details(words)), **changes)


def texts(blocks: Any) -> Iterator[str]:
    if isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield blocks["text"]
        for value in blocks.values():
            yield from texts(value)
    elif isinstance(blocks, list | tuple):
        for value in blocks:
            yield from texts(value)


@pytest.mark.parametrize("words", HOSTILE, ids=["mentions", "entities", "emoji", "right to left", "marks", "long"])
@pytest.mark.parametrize("kind", list(ReminderKind))
def test_every_kind_fits_whatever_people_wrote(kind: ReminderKind, words: str) -> None:
    step = NextStep(words, TODAY, time(14, 30))
    of = deal(name=words, company=words, next_step=step, closing_reason=words, silence=3, expected_close=TODAY)
    one = line(of, reminder(1, kind, of, told=2), note=words)
    other = line(of, replace(reminder(1, kind, of), settled_at=NOW, settled_by=OTHER, settled_how=Settlement.DONE,
                             settled_note=words))  # fmt: skip
    message = agenda(said(one, other, words=words, rest=3, unsure=(TODAY - timedelta(days=1),)))
    assert_fits(list(message.blocks))
    assert_fits(list(follow_up(said(one, words=words)).blocks))
    assert 1 <= len(message.text) <= 4000
    assert not any("<!channel>" in text or "<https://evil" in text for text in [message.text, *texts(message.blocks)])


def test_ten_full_lines_fit_into_one_message() -> None:
    of = deal(name=HOSTILE[0], expected_close=TODAY)
    kinds = (ReminderKind.STALE, ReminderKind.CLOSE_PASSED, ReminderKind.EVIDENCE_OLD)
    lines = [
        line(replace(of, id=n), *(reminder(10 * n + at, kind, replace(of, id=n)) for at, kind in enumerate(kinds)))
        for n in range(1, 11)
    ]
    assert_fits(list(agenda(said(*lines, rest=30, unsure=(TODAY,))).blocks))


@pytest.mark.parametrize(("how", "words"), [
    (Settlement.DONE, "done by <@U0TOM>: Ann wants it"),
    (Settlement.PARKED, "parked by <@U0TOM>: Ann wants it"),
    (Settlement.OVERTAKEN, "nothing left to do here"),
])  # fmt: skip
def test_what_is_settled_says_how_and_by_whom_and_has_no_buttons(how: Settlement, words: str) -> None:
    of = deal()
    one = reminder(1, ReminderKind.STALE, of, settled_at=NOW, settled_by=OTHER, settled_how=how,
                   settled_note="Ann wants it")  # fmt: skip
    blocks = agenda(said(line(of, one))).blocks
    assert any(words in text for text in texts(blocks))
    assert not any(block["type"] == "actions" for block in blocks)


def test_one_s_own_decision_does_not_name_oneself() -> None:
    of = deal()
    one = reminder(1, ReminderKind.STALE, of, settled_at=NOW, settled_by=REP, settled_how=Settlement.DONE)
    assert not any(REP in text for text in texts(agenda(said(line(of, one))).blocks))


def test_what_was_handed_to_somebody_else_says_so() -> None:
    of = deal()
    one = reminder(1, ReminderKind.STALE, of, user_id=OTHER)
    assert any(f"<@{OTHER}> has it now" in text for text in texts(agenda(said(line(of, one))).blocks))


def test_the_last_telling_says_that_it_is_the_last() -> None:
    of = deal()
    first, last = reminder(1, ReminderKind.STALE, of), reminder(1, ReminderKind.STALE, of, told=2)
    assert not any("last reminder" in text for text in texts(agenda(said(line(of, first))).blocks))
    assert any("last reminder" in text for text in texts(agenda(said(line(of, last))).blocks))
    chance = reminder(1, ReminderKind.REFERRAL, of, told=2)
    assert not any("last reminder" in text for text in texts(agenda(said(line(of, chance))).blocks))


def test_a_line_is_about_the_step_before_it_is_about_the_date() -> None:
    of = deal()
    close, step = reminder(1, ReminderKind.CLOSE_PASSED, of), reminder(2, ReminderKind.FOLLOW_UP, of)
    question = reminder(3, ReminderKind.QUESTION, of)
    assert order.lines([close, step, question]) == [(step, close), (question,)]


@pytest.mark.parametrize(("day", "words"), [
    (TODAY, "today"), (date(2026, 11, 23), "yesterday"), (date(2026, 11, 25), "tomorrow"),
    (date(2026, 11, 19), "Thu 19 Nov"), (date(2025, 11, 19), "Wed 19 Nov 2025"),
])  # fmt: skip
def test_days_are_named_as_people_name_them(day: date, words: str) -> None:
    assert near_day(day, TODAY) == words


def test_a_won_deal_is_neither_parked_nor_lost() -> None:
    of = deal(status=Status.WON)
    drawn = str(agenda(said(line(of, reminder(1, ReminderKind.STALE, of)))).blocks)
    assert "remind.next" in drawn
    assert "remind.park" not in drawn
    assert "remind.lost" not in drawn
