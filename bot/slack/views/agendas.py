"""The morning agenda and the follow-up at its hour: short, most valuable first, settled by the buttons below each."""

from __future__ import annotations

from bot.domain.agenda import is_asleep
from bot.domain.calendar_days import WEEKDAYS, name_day
from bot.domain.reminders import Reminder, Settlement
from bot.services.agendas import Agenda, Line
from bot.slack.blocks import Block, actions, button, context, header, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.agenda_buttons import elements
from bot.slack.views.agenda_lines import near_day, remark, sentence, title
from bot.slack.views.sentences import person
from bot.slack.views.wording import deal_title, short

_HOW = {
    Settlement.DONE: "done",
    Settlement.PLANNED: "next step planned",
    Settlement.NOT_STALE: "waits for a reason",
    Settlement.PARKED: "parked",
    Settlement.LOST: "closed as lost",
    Settlement.REOPENED: "open again",
    Settlement.ANSWERED: "answered",
    Settlement.ASKED: "asked",
    Settlement.DECLINED: "they declined",
    Settlement.LATER: "asked again later",
    Settlement.DISMISSED: "let go",
}


def agenda(said: Agenda) -> Message:
    """What is due for somebody on a day."""
    number = len(said.lines) + said.rest
    things = "1 thing" if number == 1 else f"{number} things"
    blocks: list[Block] = []
    if said.page == 0:
        blocks.append(header(f"{WEEKDAYS[said.day.weekday()]} {name_day(said.day.month, said.day.day)}: {things}"))
    if said.unsure:
        days = " and ".join(near_day(day, said.day) for day in said.unsure)
        blocks.append(context(f"I am not sure that my message of {days} reached you, so what it said is here again."))
    for line in said.lines:
        blocks += _line(line, said)
    if any(said.is_last_time(line.first, line) and line.first.is_open for line in said.lines):
        blocks.append(
            context("After a last reminder I keep quiet; what is still open then stands in the weekly digest.")
        )
    if said.rest:
        more = "Show 1 more" if said.rest == 1 else f"Show the other {said.rest}"
        blocks.append(actions(button(more, Action.REMIND_REST, Ref(said.page + 1, 0, said.day.isoformat()))))
    first = said.lines[0]
    summary = f"{short(first.deal.name, 80)}: {_plain(sentence(first.first, first, said.details, said.day))}"
    text = f"{things} for you. {summary}" if number > 1 else summary
    return Message(short(text, 300), tuple(blocks))


def follow_up(said: Agenda) -> Message:
    """A next step whose hour has come."""
    line = said.lines[0]
    words = sentence(line.first, line, said.details, said.day)
    text = f"{short(line.deal.name, 80)}: {_plain(words)}"
    return Message(short(text, 300), tuple(_line(line, said, ":alarm_clock: ")))


def _line(line: Line, said: Agenda, sign: str = "") -> list[Block]:
    """What of it is open, with its buttons; below that what was decided."""
    theirs = [one for one in line.reminders if one.is_open and one.user_id in said.listens_for]
    still = [] if any(is_asleep(one, said.day) for one in theirs) else theirs
    blocks: list[Block] = []
    if still:
        blocks += _open(line, still, said, sign)
    settled = _settled(line, said)
    if settled:
        blocks.append(context(settled))
    return blocks


def _open(line: Line, still: list[Reminder], said: Agenda, sign: str) -> list[Block]:
    first, others = still[0], still[1:]
    last = " · _last reminder_" if said.is_last_time(first, line) else ""
    words = [f"{sign}{title(line.deal)}{last}", sentence(first, line, said.details, said.day)]
    if others:
        words.append(f"_Also: {', '.join(remark(one, line, said.day) for one in others)}._")
    if first.user_id != said.person.user_id:
        words.append(f"_For {person(first.user_id)}, who is away._")
    return [section("\n".join(words)), actions(*elements(first, line, said.details))]


def _settled(line: Line, said: Agenda) -> str:
    """What was decided about a line, by whom; nothing while nothing was."""
    decided = [one for one in line.reminders if not one.is_open and one.settled_how is not Settlement.OVERTAKEN]
    asleep = [one for one in line.reminders if is_asleep(one, said.day)]
    name = deal_title(line.deal, 80)
    if decided:
        last = max(decided, key=lambda one: (one.settled_at is not None and one.settled_at.timestamp(), one.id))
        by = f" by {person(last.settled_by)}" if last.settled_by and last.settled_by != said.person.user_id else ""
        note = f": {short(last.settled_note, 200)}" if last.settled_note else ""
        how, then = _HOW.get(last.settled_how or Settlement.DONE, "settled"), _next(line, said)
        if last.settled_how is Settlement.PLANNED and then and not by and not note:
            return f":white_check_mark: {name}: {then.removeprefix(' · ')}"
        return f":white_check_mark: {name}: {how}{by}{note}{then}"
    if asleep and asleep[0].tell_on:
        return f":zzz: {name}: snoozed until {near_day(asleep[0].tell_on, said.day)}"
    handed = [one for one in line.reminders if one.is_open and one.user_id not in said.listens_for]
    if handed:
        return f":arrow_right: {name}: {person(handed[0].user_id)} has it now"
    if all(not one.is_open for one in line.reminders):
        return f":heavy_check_mark: {name}: nothing left to do here{_next(line, said)}"
    return ""


def _next(line: Line, said: Agenda) -> str:
    step = line.deal.next_step
    return f" · next, {near_day(step.on, said.day)}: {short(step.what, 120)}" if step and step.on >= said.day else ""


def _plain(words: str) -> str:
    return words.replace("\n", " ")
