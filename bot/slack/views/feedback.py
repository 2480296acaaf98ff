"""Feedback about the process: the form of a note, and all open notes together for the managers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from bot.domain.feedback import LONGEST, Feedback
from bot.domain.process import Process, Stage
from bot.services.feedback import Together
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    choice_input,
    confirmation,
    context,
    header,
    modal,
    plain,
    section,
    text_input,
)
from bot.slack.ids import VALUE, Action, Field, Form, Ref
from bot.slack.turn import Message
from bot.slack.views.sentences import person
from bot.slack.views.wording import day_words, short

ROOM = 2_800
"""Characters in one section; Slack takes 3,000."""
WHOLE = "-"
"""Chosen where the note is about the process as a whole; no key of a stage."""


def note_form(process: Process, stage: str, meta: Mapping[str, Any]) -> View:
    """The form of a note; `stage` is the key of the one that is proposed, if any."""
    groups = [("The whole", [("The process as a whole", WHOLE)])]
    for one in process.stages:
        parts = [(f"“{one.name}” as a whole", one.key)]
        parts += [(criterion.text, f"{one.key}/{criterion.key}") for criterion in one.criteria]
        groups.append((one.name, parts))
    blocks = [
        section(f"*{short(process.name)}*\nWhat does not fit how your buyers buy?"),
        _grouped(groups, stage or WHOLE),
        text_input(
            Field.NOTE,
            "What is wrong, and what would be better?",
            multiline=True,
            placeholder="They never sign before the board has met, so this comes too early",
            hint="Your managers read it with your name, together with what others say, when they revise the process.",
            longest=LONGEST,
        ),
    ]
    return modal(
        Form.FEEDBACK, "Feedback", blocks, submit="Send", close="Cancel", meta=dict(meta) | {"process": process.key}
    )


def _grouped(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], initial: str) -> Block:
    """The menu of what a note is about, a group for each stage."""
    block = choice_input(Field.ABOUT, "What is it about?", [])
    made: list[dict[str, Any]] = [
        {"label": plain(name, 75), "options": [{"text": plain(text, 75), "value": value} for text, value in options]}
        for name, options in groups
    ]
    element = {"type": "static_select", "action_id": VALUE, "option_groups": made}
    chosen = next((one for group in made for one in group["options"] if one["value"] == initial), None)
    return block | {"element": element | ({"initial_option": chosen} if chosen else {})}


def read_about(chosen: str) -> tuple[str, str]:
    """The keys of stage and criterion in what was chosen."""
    stage, _, criterion = ("" if chosen == WHOLE else chosen).partition("/")
    return stage, criterion


def noted(process: Process) -> str:
    """That a note was kept, as markup."""
    return (
        f":white_check_mark: Thank you. Your managers read it when they revise “{short(process.name)}”. "
        "Until then the process stays as it is."
    )


def nothing_said(command: str) -> Message:
    """That no note is open, for a manager, and how to write one."""
    said = f"Nobody has said that something is wrong with the process. To say it yourself: `{command} feedback X`."
    return Message(said, (section(said),))


def taken_up(count: int) -> str:
    """That notes were taken up, as markup."""
    if not count:
        return "These were taken up already."
    return f":white_check_mark: {count} {'remark was' if count == 1 else 'remarks were'} taken up."


def together_view(seen: Together, note: str = "") -> View:
    """All open notes together, by process and stage."""
    blocks: list[Block] = [section(note)] if note else []
    if not seen.notes:
        blocks.append(section("Nobody has said anything that is still open."))
    for key, notes in _by(seen.notes, [*seen.processes], "process"):
        blocks += _process(seen, key, notes)
    if (more := seen.total - len(seen.notes)) > 0:
        blocks.append(context(f"{more} more, said later. They follow when these are taken up."))
    return modal(Form.FEEDBACK_TOGETHER, "What reps say", blocks)


def _process(seen: Together, key: str, notes: Sequence[Feedback]) -> Iterator[Block]:
    process = seen.processes.get(key)
    yield header(process.name if process else key)
    order = ["", *(stage.key for stage in process.stages)] if process else [""]
    for stage, said in _by(notes, order, "stage"):
        yield from _stage(process, stage, said, seen.counts.get((key, stage), len(said)))
    sure = confirmation("Taken up?", "What you see here about this process is put away, for all managers.", "Taken up")
    up_to = max(one.id for one in notes)
    label = f"Taken up: {process.name if process else key}"
    yield actions(
        button("Taken up", Action.FEEDBACK_TAKEN_UP, Ref(up_to, key=key), confirm=sure, label=label),
        button("Say something myself", Action.FEEDBACK_SAY, Ref(0, key=key)) if process else None,
    )


def _stage(process: Process | None, key: str, notes: Sequence[Feedback], count: int) -> Iterator[Block]:
    """The notes about one stage in as many sections as they need."""
    found = process.stage(key) if process and key else None
    name = f"“{short(found.name if found else key)}”" if key else "The process as a whole"
    gone = " (no longer part of it)" if key and found is None else ""
    text = f"*{name}*{gone}: {count} {'remark' if count == 1 else 'remarks'}"
    for one in notes:
        line = _line(one, process, found)
        if len(text) + len(line) > ROOM:
            yield section(text)
            text = line
        else:
            text += f"\n{line}"
    yield section(text)


def _line(one: Feedback, process: Process | None, stage: Stage | None) -> str:
    asked = stage.criterion(one.criterion) if stage and one.criterion else None
    about = f"_{short(asked.text if asked else one.criterion, 80)}_: " if one.criterion else ""
    earlier = ", about an earlier version" if process and one.version != process.version else ""
    return f"• {about}{short(one.text, LONGEST)} ({person(one.by)}, {day_words(one.at.date())}{earlier})"


def _by(notes: Sequence[Feedback], order: Sequence[str], name: str) -> Iterator[tuple[str, list[Feedback]]]:
    """The notes in groups, in this order; what is not in it comes last."""
    place = {key: number for number, key in enumerate(order)}

    def where(one: Feedback) -> tuple[int, str]:
        key = getattr(one, name)
        return place.get(key, len(place)), key

    for (_, key), group in groupby(sorted(notes, key=where), key=where):
        yield key, list(group)
