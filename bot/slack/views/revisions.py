"""What managers read when a process has changed: what is different, and the open deals that newly fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.process_changes import How, StageChange
from bot.services.definitions_report import Failing
from bot.services.revisions import Revision
from bot.slack.blocks import Block, button, context, divider, header, section
from bot.slack.ids import Action
from bot.slack.turn import Message
from bot.slack.views.wording import NAME, short

MOST_STAGES, MOST_LINES, MOST_DEALS = 20, 8, 15
"""Beyond them there is only a count: who wants all of it has the file and `stagecoach process diff`."""


def process_changed(shown: Revision, command: str) -> Message:
    """The post for the managers' channel. Nobody is pinged by it."""
    name = short(shown.process.name)
    blocks: list[Block] = [header(f"The process “{shown.process.name}” has changed")]
    if shown.changes.general:
        blocks.append(section(_listed("The whole process", shown.changes.general)))
    blocks += [section(_stage(stage)) for stage in shown.changes.stages[:MOST_STAGES]]
    if not shown.changes:
        blocks.append(section("Only what nobody sees is different."))
    if more := len(shown.changes.stages) - MOST_STAGES:
        blocks += [context(_more(more, "stage changed", "stages changed"))] if more > 0 else []
    blocks += [divider(), *_failing(shown.failing)]
    if shown.notes:
        blocks.append(_notes(shown.notes))
    blocks.append(context(f"The stages as they are now: `{command} process {shown.process.key}`"))
    return Message(f"The process “{name}” has changed. {_summary(shown.failing)}", tuple(blocks))


def _notes(count: int) -> Block:
    """What reps said was wrong with it, for managers to say which of it the change takes up."""
    said = "1 remark of a rep about it waits" if count == 1 else f"{count} remarks of reps about it wait"
    return section(f":memo: {said}. Does this change take up what they say?", button("Read", Action.FEEDBACK_READ))


def _stage(stage: StageChange) -> str:
    word = "" if stage.how is How.CHANGED else f" ({stage.how.value})"
    return _listed(f"{short(stage.name)}{word}", stage.lines)


def _listed(title: str, lines: Sequence[str]) -> str:
    shown = [f"• {short(line, 300)}" for line in lines[:MOST_LINES]]
    more = len(lines) - MOST_LINES
    return "\n".join([f"*{title}*", *shown, *([_more(more, "change", "changes")] if more > 0 else [])])


def _failing(failing: Sequence[Failing]) -> Iterator[Block]:
    yield section(f"*{_summary(failing)}*")
    for at in range(0, min(len(failing), MOST_DEALS), 5):
        yield section("\n".join(_deal(one) for one in failing[at : min(at + 5, MOST_DEALS)]))
    if len(failing) > MOST_DEALS:
        yield context(_more(len(failing) - MOST_DEALS, "deal", "deals"))


def _deal(one: Failing) -> str:
    title = f"• {short(one.deal.name, NAME)} ({one.deal.label})"
    if one.stage is None:
        return f"{title}: its stage “{short(one.deal.stage, 60)}” is gone; move it to the stage it is in now"
    asked = " and ".join(f"“{short(gap.criterion.text, 150)}”" for gap in one.gaps[:2])
    rest = f" and {len(one.gaps) - 2} more" if len(one.gaps) > 2 else ""
    return f"{title}: “{short(one.stage.name, 60)}” now asks for {asked}{rest}"


def _summary(failing: Sequence[Failing]) -> str:
    if not failing:
        return "Every open deal stands as before."
    return f"{len(failing)} open {'deal newly fails' if len(failing) == 1 else 'deals newly fail'}."


def _more(count: int, one: str, several: str) -> str:
    return f"and {count} more {one if count == 1 else several}"
