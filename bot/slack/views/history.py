"""The history of a deal in words: every move and closing with who, when, why, and what a manager said to it."""

from __future__ import annotations

from bot.domain.deal import Decision, Move, MoveKind, Verdict
from bot.domain.gate import State
from bot.domain.process import Process
from bot.slack.blocks import Block, section
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import day_words, days_in_stage, short, stage_name

_VERDICTS = {
    Verdict.APPROVED: ":white_check_mark: Approved",
    Verdict.SENT_BACK: ":leftwards_arrow_with_hook: Sent back",
    Verdict.CANCELLED: ":no_entry_sign: Cancelled",
}


def history_entry(move: Move, process: Process | None) -> Block:
    """One row of the log."""
    lines = [f"{_what(move, process)} · {person(move.by)} {moment(move.at)}"]
    facts = _facts(move)
    if facts:
        lines.append(" · ".join(facts))
    if move.reason:
        lines.append(f"Why: {short(move.reason, 300)}")
    if move.learned:
        lines.append(f"What we learned: {short(move.learned, 300)}")
    if move.decision is not None:
        lines.append(_decision(move.decision))
    elif move.is_pending:
        lines.append(":hourglass_flowing_sand: Waits for a manager's decision")
    return section("\n".join(lines))


def _what(move: Move, process: Process | None) -> str:
    source, target = stage_name(process, move.from_stage), stage_name(process, move.to_stage)
    match move.kind:
        case MoveKind.CREATED:
            return f"*Logged* in “{target}”"
        case MoveKind.FORWARD:
            return f"*{'Asked to move' if move.needs_approval else 'Moved'}* “{source}” → “{target}”"
        case MoveKind.BACK:
            return f"*Moved back* “{source}” → “{target}”"
        case MoveKind.ASIDE:
            return f"*Took the plan B* “{source}” → “{target}”"
        case MoveKind.LOST:
            return f"*Lost* in “{target}”"
        case MoveKind.PARKED:
            until = f" until {day_words(move.until)}" if move.until else ""
            return f"*Parked* in “{target}”{until}"
        case MoveKind.REOPENED:
            return f"*Reopened* in “{target}”"


def _facts(move: Move) -> list[str]:
    facts = []
    if move.kind is MoveKind.FORWARD and move.criteria:
        passed = sum(met.state in (State.MET, State.NOT_APPLICABLE) for met in move.criteria)
        facts.append(f"{passed} of {len(move.criteria)} criteria met")
        let = [short(met.text.rstrip("."), 80) for met in move.criteria if met.state == State.OVERRIDDEN]
        if let:
            facts.append(f"let pass without evidence: {', '.join(let)}")
    if move.stage_since is not None:
        facts.append(f"after {days_in_stage(move.stage_since, move.at)} in the stage")
    if move.amount is not None:
        facts.append(move.amount.show())
    return facts


def _decision(made: Decision) -> str:
    said = f"{_VERDICTS[made.verdict]} by {person(made.by)} {moment(made.at)}"
    return f"{said}: {short(made.comment, 300)}" if made.comment else said
