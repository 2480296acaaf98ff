"""What managers see in their channel: the card of a move, and a claim that a criterion does not apply."""

from __future__ import annotations

from bot.domain.deal import MetCriterion, Move, MoveKind, Status, Verdict
from bot.domain.evidence import Standing
from bot.domain.gate import State
from bot.domain.questions import Question
from bot.services.cards import Card, Excuse
from bot.slack.blocks import Block, actions, button, confirmation, context, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.concessions import in_one_line
from bot.slack.views.confirmations import answer_lines
from bot.slack.views.let_pass_words import granted_words
from bot.slack.views.objections import in_short
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import amount_words, days_in_stage, deal_title, evidence_words, short, stage_name

MOST_PIECES, MOST_ANSWERS = 4, 2
MOST_SHOWN = 350
"""So much of what a piece of evidence says stands on a card."""

_VERBS = {
    MoveKind.FORWARD: "moved",
    MoveKind.BACK: "moved back",
    MoveKind.ASIDE: "took the plan B with",
}
_STATES = {
    "met": ":white_check_mark:",
    "not_applicable": ":heavy_minus_sign: Does not apply:",
    "overridden": ":fast_forward: Passed without evidence:",
}
_YOURS_TO_JUDGE = "*Yours to judge:* does each proof speak to its criterion?"
"""The fourth standard. The strength of a proof follows from what it is; what it is about, only a person can say."""
_DECIDED = {
    Verdict.APPROVED: ":white_check_mark: *Approved*",
    Verdict.SENT_BACK: ":leftwards_arrow_with_hook: *Sent back*",
    Verdict.CANCELLED: ":no_entry_sign: *Cancelled*",
}


def card(shown: Card) -> Message:
    """The card of a move, drawn from how things stand now."""
    move, deal = shown.move, shown.deal
    wants = "asks to move" if move.needs_approval else _VERBS.get(move.kind, "moved")
    source, target = stage_name(shown.process, move.from_stage), stage_name(shown.process, move.to_stage)
    headline = f"{person(move.by)} {wants} {deal_title(deal)} from “{source}” to “{target}”"
    facts = [amount_words(move.amount), f"{days_in_stage(move.stage_since or move.at, move.at)} in the stage"]
    if deal.company:
        facts.insert(0, short(deal.company))
    if deal.owner != move.by:
        facts.append(f"deal of {person(deal.owner)}")
    blocks: list[Block] = [section(headline), context(" · ".join(facts))]
    if move.reason:
        blocks.append(section(f"*Why:* {short(move.reason, 1500)}"))
    for met in move.criteria:
        blocks.append(_criterion(met, shown))
    if move.decision is None and any(met.evidence for met in move.criteria):
        blocks.append(context(_YOURS_TO_JUDGE))
    if shown.concession is not None:
        blocks.append(context(f":label: {in_one_line(shown.concession)}"))
    if shown.objections and deal.status is Status.OPEN:
        blocks.append(section(in_short(shown.objections)))
    blocks += _decision(move)
    text = f"{deal.name} ({deal.label}): {source} → {target}"
    return Message(short(text, 300), tuple(blocks))


def _criterion(met: MetCriterion, shown: Card) -> Block:
    pieces = [piece for piece in shown.evidence if piece.id in met.evidence]
    asked = [question for question in shown.questions if question.criterion == met.key]
    lines = [f"{_STATES.get(met.state, '')} *{short(met.text, 300)}*"]
    let = next((one for one in reversed(shown.overrides) if one.criterion == met.key), None)
    if met.state == State.OVERRIDDEN and let is not None:
        lines.append(granted_words(let))
    elif met.why:
        lines.append(short(met.why, 300))
    lines += [evidence_words(piece, MOST_SHOWN) for piece in pieces[:MOST_PIECES]]
    if len(pieces) > MOST_PIECES:
        lines.append(f"and {len(pieces) - MOST_PIECES} more")
    answers = [one for one in shown.answers if one.criterion == met.key and one.evidence_id not in met.evidence]
    lines += answer_lines(answers[:MOST_ANSWERS], 350)
    lines += [_question(question) for question in asked[-2:]]
    ask = button(
        "Ask for the proof",
        Action.QUESTION_ASK,
        Ref(shown.move.id, 0, met.key),
        label=f"Ask for the proof of: {met.text}",
    )
    open_one = any(question.is_open for question in asked)
    unproved = met.state in (State.NOT_APPLICABLE, State.OVERRIDDEN) and not pieces
    return section("\n".join(lines), None if open_one or unproved else ask)


def _question(question: Question) -> str:
    if not question.is_open:
        asker, settled_by = question.asked_by, question.entries[-1].by
        by = "" if asker == settled_by else f" {person(settled_by)}"
        return f":speech_balloon: {person(asker)} asked for the proof, and{by} accepted the answer."
    waits = "waits for an answer" if question.waits_for_rep else "has an answer to look at in the thread"
    return f":speech_balloon: *Disputed:* {person(question.asked_by)}'s question {waits}. The next move waits for it."


def _decision(move: Move) -> list[Block]:
    if move.is_pending:
        ref = Ref(move.id)
        sure = confirmation("Approve this move?", "The deal moves at once, and the rep is told.", "Approve")
        row = actions(
            button("Approve", Action.APPROVE, ref, style="primary", confirm=sure),
            button("Approve with a comment…", Action.APPROVE_COMMENT, ref),
            button("Send back…", Action.SEND_BACK, ref, style="danger"),
        )
        return [context(":hourglass_flowing_sand: *Waits for a manager.* The deal stays where it is until then."), row]
    if move.decision is None:
        return []
    made = move.decision
    said = f"{_DECIDED[made.verdict]} by {person(made.by)} {moment(made.at)}"
    return [section(f"{said}: {short(made.comment, 1500)}" if made.comment else said)]


def excused(shown: Excuse) -> Message | None:
    """What the rep is told when a manager has settled their claim; None while it waits, or when it was taken back."""
    piece, deal = shown.piece, shown.deal
    text = short(shown.criterion.text if shown.criterion else piece.criterion, 500)
    row = actions(button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version)))
    if piece.agreed_by and piece.standing is Standing.COUNTS:
        said = f":white_check_mark: {person(piece.agreed_by)} agreed that this does not apply to {deal_title(deal)}"
        return Message(f"A criterion does not apply to {short(deal.name, 200)}", (section(f"{said}:\n*{text}*"), row))
    if piece.standing is Standing.DISPUTED:
        why = short(piece.standing_reason or "", 1500)
        said = f":no_entry_sign: {person(piece.standing_by or '')} says that this does apply to {deal_title(deal)}"
        brief = f"A criterion does apply to {short(deal.name, 200)}"
        return Message(brief, (section(f"{said}:\n*{text}*\n> {why}"), row))
    return None


def excuse(shown: Excuse) -> Message:
    """A claim that a criterion does not apply, with what a manager said to it."""
    piece, deal = shown.piece, shown.deal
    text = shown.criterion.text if shown.criterion else piece.criterion
    blocks: list[Block] = [
        section(f"{person(piece.added_by)} says that a criterion does not apply to {deal_title(deal)}"),
        section(f"*{short(text, 500)}*\n> {short(piece.what, 1500)}"),
    ]
    if piece.agreed_by:
        blocks.append(context(f":white_check_mark: {person(piece.agreed_by)} agreed."))
    elif piece.standing is Standing.DISPUTED:
        reason = short(piece.standing_reason or "", 1000)
        blocks.append(context(f":no_entry_sign: {person(piece.standing_by or '')} says that it does apply: {reason}"))
    elif piece.standing is Standing.WITHDRAWN:
        blocks.append(context("The rep took this back."))
    else:
        blocks.append(
            actions(
                button("Agree", Action.EXCUSE_AGREE, Ref(piece.id), style="primary"),
                button("It does apply…", Action.EXCUSE_DECLINE, Ref(piece.id)),
            )
        )
    return Message(f"Does this criterion apply to {short(deal.name, 200)} ({deal.label})?", tuple(blocks))
