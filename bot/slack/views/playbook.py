"""What managers see of new objections, and the form in which they write a planned answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.objections import KnownObjection
from bot.domain.process import Process
from bot.services.playbook import Draft, Group, Writing
from bot.slack.blocks import Block, View, button, choice_input, context, modal, section, text_input
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.turn import Form as Filled
from bot.slack.turn import Message
from bot.slack.views.objections import answer_lines
from bot.slack.views.wording import short, stage_name

MOST_SAID, MOST_DEALS = 3, 5
OWN = "own"
"""The choice of a kind that is not there yet."""


def unanswered_message(groups: Sequence[Group], processes: Mapping[str, Process], command: str) -> Message:
    """New objections, those of several deals first, each with the button to answer it."""
    if not groups:
        text = "Every objection of the last twelve months has a planned answer, or none was noted."
        return Message(text, (section(f"{text} A rep notes one with `{command} objection X “too expensive”`."),))
    often = sum(len(group.recurring.deals) > 1 for group in groups)
    head = f"*Objections without a planned answer* · {often} in more than one deal"
    blocks: list[Block] = [section(head)]
    blocks += [_group(group, processes) for group in groups]
    blocks.append(context("What you write is proposed to every rep whose buyer says the same."))
    return Message(f"{len(groups)} objections have no planned answer yet.", tuple(blocks))


def _group(group: Group, processes: Mapping[str, Process]) -> Block:
    found = group.recurring
    said = list(dict.fromkeys(f"“{short(one.words, 150)}”" for one in found.members))
    more = f" and {len(said) - MOST_SAID} more ways to say it" if len(said) > MOST_SAID else ""
    process = processes.get(group.process)
    named = [
        f"{short(deal.name, 60)} ({deal.label}, {stage_name(process, deal.stage)})" for deal in group.deals.values()
    ]
    rest = f" and {len(named) - MOST_DEALS} more" if len(named) > MOST_DEALS else ""
    times, number = len(found.members), len(found.deals)
    count = f"{times} time{'' if times == 1 else 's'} in {number} deal{'' if number == 1 else 's'}"
    where = short(process.name if process else group.process, 60)
    write = button(
        "Write an answer…",
        Action.PLAYBOOK_WRITE,
        Ref(found.latest.id),
        label=f"Write an answer to: {found.latest.words[:50]}",
    )
    return section(
        f"{' · '.join(said[:MOST_SAID])}{more}\n*{count}* of {where}: {', '.join(named[:MOST_DEALS])}{rest}", write
    )


def write_form(writing: Writing) -> View:
    """The form of a planned answer to what buyers said."""
    found = writing.group.recurring
    said = list(dict.fromkeys(one.words for one in found.members))
    options = [("A kind of its own", OWN), *((one.name, one.key) for one in writing.known)]
    phrases = "\n".join(" ".join(words.split())[:60] for words in said[:10])
    shown = "\n".join(f"> {short(words, 200)}" for words in said[:MOST_SAID])
    blocks = [
        section(f"*What buyers said*\n{shown}"),
        choice_input(Field.KIND, "What is it about?", options, initial=OWN),
        text_input(Field.NAME, "Name of the new kind", placeholder="Works council", optional=True, longest=60,
                   hint="Only for a kind of its own."),
        text_input(Field.PHRASES, "Phrases that mean it", initial=phrases, multiline=True, optional=True,
                   hint="One a line. Short ones find more: “works council” finds “our works council has to agree”."),
        text_input(Field.ANSWER_VALUE, "Answer by the value", multiline=True, optional=True, longest=2000,
                   placeholder="What they get that is worth more than what they fear"),
        text_input(Field.ANSWER_RISK, "Answer by the risk of not buying", multiline=True, optional=True, longest=2000,
                   placeholder="What it costs them to leave things as they are"),
        text_input(Field.ASK_FIRST, "What to ask first", optional=True, longest=2000,
                   placeholder="What would have to be true for this to be no problem?"),
    ]  # fmt: skip
    meta = {"objection": found.latest.id}
    return modal(Form.PLAYBOOK_WRITE, "Planned answer", blocks, submit="Save", close="Cancel", meta=meta)


def read_draft(form: Filled) -> Draft:
    """The answer in the form's fields, as it was written."""
    kind = form.choice(Field.KIND)
    return Draft(
        "" if kind == OWN else kind,
        form.text(Field.NAME),
        tuple(form.text(Field.PHRASES).splitlines()),
        form.text(Field.ASK_FIRST),
        form.text(Field.ANSWER_VALUE),
        form.text(Field.ANSWER_RISK),
    )


def written(answer: KnownObjection) -> str:
    """That an answer is kept, as markup."""
    lines = [
        f":white_check_mark: Saved. *{short(answer.name)}* is proposed to reps from now on.",
        *answer_lines(answer),
    ]
    return "\n".join(lines)
