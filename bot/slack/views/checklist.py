"""The checklist: the buyer outcome of a stage, and each exit criterion with its evidence or how to get it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.deal import MoveKind, Status
from bot.domain.evidence import Evidence
from bot.domain.gate import Finding, Judgement, State
from bot.domain.process import Process, Stage, StageKind
from bot.domain.route import Route
from bot.services.moves import Checklist
from bot.slack.blocks import (
    MOST_BLOCKS_IN_VIEW,
    Block,
    Element,
    View,
    actions,
    button,
    context,
    divider,
    modal,
    plain,
    section,
    text_input,
)
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views.let_pass_words import following_blocks
from bot.slack.views.loose_ends import holding_lines, loose_ends
from bot.slack.views.notices import banner
from bot.slack.views.promise_forms import note_fields
from bot.slack.views.qualifying import answers, stands
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import (
    amount_words,
    deal_title,
    evidence_words,
    progress_words,
    short,
    stage_name,
)

MOST_PIECES = 3
"""Pieces of evidence shown for one criterion; the details of the deal show them all."""
LONGEST_BUTTON = 24
ROOM_FOR_PROMISE = 5
"""The blocks of the fields for a promise."""


def checklist(seen: Checklist, *, moving: bool, note: str = "", warning: str = "", extra: Sequence[Block] = ()) -> View:
    """The modal. With `moving` it has the button that moves the deal; `note` and `warning` are markup above it.

    `extra` follows the note.
    """
    deal, judgement = seen.deal, seen.judgement
    can_move = moving and seen.may_change and seen.way is not None and seen.pending is None
    blocks: list[Block] = [banner(warning)] if warning else []
    if note:
        blocks.append(section(note))
    blocks += extra
    blocks += _heading(seen)
    for number, finding in enumerate(judgement.findings):
        blocks += [divider()] if number else []
        blocks += _criterion(finding, seen)
    blocks += _earlier(judgement)
    blocks += loose_ends(deal, seen.objections, judgement, judgement.loose.concession)
    blocks += following_blocks(judgement, may_change=seen.may_change)
    blocks += _other_ways(seen)
    if can_move and seen.way is not None and seen.way.to.kind is StageKind.WON:
        blocks = [*blocks[: MOST_BLOCKS_IN_VIEW - ROOM_FOR_PROMISE], *_promised()]
    meta = {"deal": deal.id, "from": deal.stage, "moving": moving}
    if seen.way:
        meta["to"] = seen.way.to.key
    submit = _submit(seen.way) if can_move and seen.way else None
    return modal(Form.CHECKLIST, "Exit criteria", blocks, submit=submit, meta=meta)


def _promised() -> list[Block]:
    """What was promised to the buyer on the way here, for those who look after them from now on."""
    said = "*Did we promise them anything?* One promise here; more of them once the deal is won."
    return [divider(), section(said), *note_fields(optional=True)]


def _submit(way: Route) -> str:
    """Slack cuts longer words; where it goes to stands above."""
    words = f"Move to {way.to.name}"
    return words if len(words) <= LONGEST_BUTTON else "Move to the next stage"


def gaps_warning(judgement: Judgement) -> str:
    """What a move with gaps is answered with."""
    named = [f"• {short(gap.criterion.text, 150)}" for gap in judgement.gaps]
    if judgement.earlier_questions:
        named.append("• An answer to a manager's question about an earlier stage, accepted by a manager.")
    named += [f"• {line}" for line in holding_lines(judgement)]
    named += [f"• The evidence that was to follow: {short(one.criterion.text, 150)}" for one in judgement.owed]
    count = len(named)
    return "\n".join([f"*Not yet.* {count} thing{'' if count == 1 else 's'} missing:", *named])


def reason_form(seen: Checklist) -> View:
    """For ways that need no evidence but a reason: back, or aside by the plan B."""
    way = seen.way
    if way is None:
        raise ValueError("a checklist without a way has no reason to ask for")
    verb = "goes back to" if way.kind is MoveKind.BACK else "takes the other way, to"
    words = f"{deal_title(seen.deal)} {verb} “{short(way.to.name)}”. Its evidence stays."
    return modal(
        Form.REASON,
        "Why?",
        [
            section(words),
            text_input(Field.REASON, "What happened?", multiline=True, placeholder="What the buyer did or said"),
        ],
        submit="Move",
        close="Cancel",
        meta={"deal": seen.deal.id, "from": seen.deal.stage, "to": way.to.key},
    )


def _heading(seen: Checklist) -> list[Block]:
    deal, stage, way = seen.deal, seen.judgement.stage, seen.way
    to = f" → “{short(way.to.name)}”" if way else ""
    blocks = [
        section(f"{deal_title(deal)} · {amount_words(deal.amount)}\n“{short(stage.name)}”{to}"),
        context(f"*Over when:* {short(stage.outcome, 500)}"),
    ]
    if stage.criteria:
        is_ready = seen.judgement.opens and seen.pending is None and way is not None and way.needs_gate
        blocks.append(context(f"*{progress_words(seen.judgement)}*" + (": it can move." if is_ready else ".")))
        blocks.append(actions(button("Coach me", Action.COACH, Ref(deal.id, deal.version))))
    if seen.pending is not None:
        asked = seen.pending
        blocks.append(
            section(
                f":hourglass_flowing_sand: Waits for a manager to approve the move to "
                f"“{stage_name(seen.process, asked.to_stage)}”, asked for by {person(asked.by)} {moment(asked.at)}."
            )
        )
    blocks.append(divider())
    return blocks


def _criterion(finding: Finding, seen: Checklist) -> list[Block]:
    criterion = finding.criterion
    blocks = [section(stands(finding))]
    blocks += _pieces(finding.evidence)
    if finding.question is not None:
        asked = finding.question
        blocks.append(context(f"{person(asked.asked_by)} asks: {short(asked.latest, 500)}"))
    if finding.override is not None:
        blocks.append(context(f"Let pass by {person(finding.override.by)} {moment(finding.override.at)}"))
    if not finding.passes or finding.override is not None:
        blocks.append(
            context(
                f"*How to get it:* {short(criterion.coach, 600)}", f"*For example:* {short(criterion.example, 600)}"
            )
        )
    row = _buttons(finding, seen)
    return [*blocks, actions(*row)] if row else blocks


def _buttons(finding: Finding, seen: Checklist) -> list[Element]:
    """What can be done about a criterion by those who may change the deal."""
    if not seen.may_change:
        return []
    deal, criterion = seen.deal, finding.criterion
    row: list[Element] = []
    if finding.question is not None and finding.question.waits_for_rep:
        row.append(button("Answer", Action.QUESTION_ANSWER, Ref(finding.question.id), style="primary"))
    if finding.state is not State.NOT_APPLICABLE:
        text = "Add more evidence" if finding.passes else "Add evidence"
        style = None if finding.passes or row else "primary"
        row.append(button(text, Action.EVIDENCE_ADD, Ref(deal.id, deal.version, criterion.key), style=style))
        row += answers(finding, deal.id, deal.version)
    if criterion.support:
        row.append(button("Who supports it…", Action.COMMITTEE, Ref(deal.id), label="Open the buying committee"))
    if not finding.passes and criterion.key in seen.confirmable:
        label = f"Ask the buyer to confirm: {criterion.text}"
        ref = Ref(deal.id, deal.version, criterion.key)
        row.append(button("Ask the buyer to confirm", Action.CONFIRM_ASK, ref, label=label))
    is_worked_on = deal.status in (Status.OPEN, Status.WON)
    if is_worked_on and seen.process.overrides.per_month and not finding.passes and finding.question is None:
        text, action = ("Let it pass…", Action.OVERRIDE_OPEN) if seen.may_let_pass else _ASK
        row.append(button(text, action, Ref(deal.id, deal.version, criterion.key)))
    return row


_ASK = ("Ask a manager to let it pass…", Action.OVERRIDE_ASK)
"""What a rep can do about a criterion that cannot be proved in time."""


def _pieces(pieces: tuple[Evidence, ...]) -> list[Block]:
    if not pieces:
        return []
    lines = [evidence_words(piece) for piece in pieces[:MOST_PIECES]]
    if len(pieces) > MOST_PIECES:
        lines.append(f"and {len(pieces) - MOST_PIECES} more")
    return [section("\n".join(lines))]


def _earlier(judgement: Judgement) -> list[Block]:
    """Questions about moves made before; they stand, but the next one waits."""
    blocks: list[Block] = []
    for question in judgement.earlier_questions[:5]:
        waits = "It waits for an answer." if question.waits_for_rep else "It waits for a manager to accept the answer."
        text = f":speech_balloon: *Open question from before:* {short(question.latest, 500)}\n{waits}"
        answer = button("Answer", Action.QUESTION_ANSWER, Ref(question.id), style="primary")
        blocks.append(section(text, answer if question.waits_for_rep else None))
    return blocks


def _other_ways(seen: Checklist) -> list[Block]:
    """Branches, the plan B and the stages before; choosing one changes nothing yet."""
    if not seen.may_change or seen.pending is not None:
        return []
    ways = _ways(seen.process, seen.judgement.stage, seen.way)
    if not ways:
        return []
    options = [
        {"text": plain(text, 75), "value": str(Ref(seen.deal.id, seen.deal.version, key))} for text, key in ways[:100]
    ]
    menu = {
        "type": "static_select",
        "action_id": Action.MOVE_CHOOSE.value,
        "placeholder": plain("Another way…"),
        "options": options,
    }
    return [divider(), actions(menu)]


def _ways(process: Process, stage: Stage, way: Route | None) -> list[tuple[str, str]]:
    if not any(s.key == stage.key for s in process.stages):
        return []
    taken = way.to.key if way else ""
    on = [(f"On to: {s.name}", s.key) for s in process.nexts(stage) if s.key != taken]
    aside = stage.otherwise.stage if stage.otherwise else None
    other = process.stage(aside) if aside else None
    plan_b = [(f"Plan B: {other.name}", other.key)] if other else []
    at = process.index(stage)
    back = [(f"Back to: {s.name}", s.key) for s in reversed(process.stages[:at]) if s.key != aside]
    return on + plan_b + back
