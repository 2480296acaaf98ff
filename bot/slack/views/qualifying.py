"""Yes, no or not known yet: the buttons of a qualifying criterion, and the form of a no with what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.domain.deal import Deal
from bot.domain.gate import Finding
from bot.domain.process import Answering, Process
from bot.domain.qualifying import LONGEST, WhatNow
from bot.services.qualifying import Asked
from bot.slack.blocks import Block, Element, View, button, choice_input, date_input, modal, section, text_input
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views.closing_forms import lost, parked
from bot.slack.views.sentences import moment, person
from bot.slack.views.step_forms import planned
from bot.slack.views.wording import deal_title, short, state_words

NOT_A_FIT = "not_a_fit"
"""The key of the loss reason that is proposed, where the process has it."""

_WAYS = {
    WhatNow.FIX: "Fix it: plan a next step",
    WhatNow.PARK: "Park the deal until a day",
    WhatNow.LOST: "Not a fit: close the deal as lost",
}


def stands(finding: Finding) -> str:
    """How a criterion stands, its text, and why, as markup; a no with who gave it and when."""
    text = short(finding.criterion.text, 500)
    if finding.refusal is not None and finding.override is None:
        said = finding.refusal
        return f":no_entry_sign: No: *{text}*\n“{short(said.why, 300)}” ({person(said.by)}, {moment(said.at)})"
    why = f"\n{short(finding.why, 300)}" if finding.why else ""
    return f"{state_words(finding.state)}: *{text}*{why}"


def answers(finding: Finding, deal_id: int, version: int) -> list[Element]:
    """The buttons of no and not known yet; the yes is the evidence."""
    criterion = finding.criterion
    if criterion.answer is not Answering.YES_NO:
        return []
    ref, name = Ref(deal_id, version, criterion.key), short(criterion.text, 60)
    if finding.refusal is not None:
        return [button("Not known yet", Action.ANSWER_UNKNOWN, ref, label=f"Not known yet: {name}")]
    return [button("It is a no…", Action.ANSWER_NO, ref, label=f"No: {name}")]


def no_form(asked: Asked, what: WhatNow, today: date, meta: Mapping[str, Any]) -> View:
    """The form of a no; the fields below follow what becomes of the deal. Ids stay, so what is typed stays."""
    blocks: list[Block] = [
        section(f"*{short(asked.finding.criterion.text, 500)}*\n{deal_title(asked.deal)}"),
        text_input(
            Field.WHY,
            "What did the buyer say?",
            multiline=True,
            placeholder="No money for this before the new year",
            longest=LONGEST,
        ),
    ]
    if len(asked.ways) > 1:
        options = [(_WAYS[way], way.value) for way in asked.ways]
        blocks.append(
            choice_input(Field.WHAT_NOW, "What now?", options, initial=what.value, action=Action.ANSWER_WHAT_NOW)
        )
    blocks += _consequence(asked, what, today)
    kept = dict(meta) | {"deal": asked.deal.id, "from": asked.deal.stage}
    kept |= {"criterion": asked.finding.criterion.key, "now": what.value}
    return modal(Form.ANSWER_NO, "It is a no", blocks, submit="Save", close="Cancel", meta=kept)


def _consequence(asked: Asked, what: WhatNow, today: date) -> Iterator[Block]:
    match what:
        case WhatNow.FIX:
            yield text_input(Field.WHAT, "What will you do about it?", placeholder="Ask Jane whose budget it could be")
            yield date_input(Field.ON, "When?", hint="It becomes the next step of the deal.")
        case WhatNow.PARK:
            yield date_input(Field.UNTIL, "Until when?", initial=_usual_end(asked, today), hint="I ask you again then.")
        case WhatNow.LOST:
            reasons = [(known.text, known.key) for known in asked.process.loss_reasons]
            hint = "What the buyer said is kept as what we learned. The deal can be reopened."
            yield choice_input(Field.REASON, "Why was it lost?", reasons, initial=NOT_A_FIT, hint=hint)


def _usual_end(asked: Asked, today: date) -> date:
    """How long such deals are parked: by the stage's plan B where it says so, else by the process."""
    stage = asked.process.stage(asked.deal.stage)
    plan = stage.otherwise if stage else None
    length = plan.park if plan and plan.park else asked.process.cadence.park_for
    return length.after(today)


def refused(deal: Deal, what: WhatNow, process: Process, criterion: str, command: str) -> str:
    """What was done, as markup."""
    match what:
        case WhatNow.FIX:
            after = planned(deal, command)
        case WhatNow.PARK:
            after = parked(deal, command)
        case WhatNow.LOST:
            after = lost(deal, command)
    stage = process.stage(deal.stage)
    found = stage.criterion(criterion) if stage else None
    return f"A no was written down for “{short(found.text, 200)}”\n{after}" if found else after
