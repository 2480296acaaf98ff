"""The sheet of a deal: everything that is known about it, in one modal that fits whatever was written."""

from __future__ import annotations

from datetime import date

from bot.domain.deal import Deal, Status
from bot.domain.evidence import Evidence, Standing
from bot.domain.gate import Finding, Judgement
from bot.domain.people import Actor
from bot.domain.process import Stage
from bot.domain.questions import Question
from bot.domain.reminders import ReminderKind
from bot.services.overview import Sheet
from bot.slack.blocks import (
    MOST_BLOCKS_IN_VIEW,
    Block,
    View,
    actions,
    button,
    context,
    divider,
    fields,
    modal,
    overflow,
    section,
)
from bot.slack.ids import Action, Form, Ref
from bot.slack.views.committee import people_of
from bot.slack.views.confirmations import answer_lines
from bot.slack.views.deals import is_ready, next_line
from bot.slack.views.history import history_entry
from bot.slack.views.let_pass_words import following_blocks
from bot.slack.views.loose_ends import loose_ends
from bot.slack.views.room import Room, fill, weight
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import (
    amount_words,
    day_words,
    deal_title,
    evidence_words,
    progress_words,
    short,
    stage_name,
    state_words,
)

MOST_SIZE = 240_000
"""Slack takes views of 250 kB; ids and titles need a little."""
PIECES_SIZE = 90_000
"""What the evidence of a stage may take of that, shared evenly by its criteria."""
MOST_PIECES = 24
MOST_EARLIER = 6
MOST_QUESTIONS = 5
MOST_REMINDERS, MOST_ANSWERS = 6, 5
_NOTICED = {
    ReminderKind.FOLLOW_UP: "the next step",
    ReminderKind.NO_STEP: "no next step",
    ReminderKind.STALE: "no progress",
    ReminderKind.CLOSE_PASSED: "the expected close",
    ReminderKind.EVIDENCE_OLD: "old proof",
    ReminderKind.RETURN: "its return",
    ReminderKind.WINBACK: "winning it back",
    ReminderKind.PROMISE: "a promise",
    ReminderKind.OBJECTION: "an objection",
    ReminderKind.OVERRIDE_DUE: "evidence that follows",
    ReminderKind.VALUE_CHECK: "a value check",
    ReminderKind.REFERRAL: "asking for a referral",
    ReminderKind.REVIEW: "asking for a review",
    ReminderKind.REFERENCE: "asking for a reference",
    ReminderKind.CASE_STUDY: "asking for a case study",
    ReminderKind.UPSELL: "offering more",
}


def deal_sheet(sheet: Sheet, viewer: Actor, today: date, note: str = "") -> View:
    """The modal as this viewer sees it. `note` is markup that says what has just happened."""
    blocks = [section(note)] if note else []
    blocks.append(section(f"{deal_title(sheet.deal, 300)}\n{_status(sheet)}"))
    blocks += _buttons(sheet, today)
    blocks += _reminders(sheet)
    blocks += _questions(sheet, viewer)
    blocks += loose_ends(sheet.deal, sheet.objections, sheet.judgement, sheet.concession)
    blocks += following_blocks(sheet.judgement, may_change=sheet.may_change)
    blocks += _facts(sheet)
    blocks += _stage(sheet)
    blocks += _other_evidence(sheet)
    blocks += _confirmations(sheet)
    room = Room(MOST_BLOCKS_IN_VIEW - len(blocks) - 3, MOST_SIZE - sum(weight(block) for block in blocks))
    blocks += [divider(), section("*History*, newest first")]
    shown = fill((history_entry(move, sheet.process) for move in reversed(sheet.log)), room, len(sheet.log))
    blocks += shown
    if len(shown) < len(sheet.log):
        blocks.append(context(f"and {len(sheet.log) - len(shown)} before that"))
    return modal(Form.SHOW, f"Deal {sheet.deal.label}", blocks, meta={"deal": sheet.deal.id})


def _reminders(sheet: Sheet) -> list[Block]:
    """What the clock has noticed and nobody has settled."""
    # Questions stand on the sheet themselves; approvals and orphans are the managers'.
    shown = [one for one in sheet.reminders if one.kind in _NOTICED]
    if not shown:
        return []
    found = ", ".join(f"{_NOTICED[one.kind]} since {day_words(one.due_on)}" for one in shown[:MOST_REMINDERS])
    return [context(f":bell: Reminded of: {found}")]


def _facts(sheet: Sheet) -> list[Block]:
    deal, process = sheet.deal, sheet.process
    facts = [
        ("Amount", amount_words(deal.amount)),
        ("Expected close", day_words(deal.expected_close) if deal.expected_close else "not known yet"),
        ("Company", " · ".join(short(t) for t in (deal.company, deal.company_domain) if t) or "not known yet"),
        ("Owner", person(deal.owner)),
        ("Delivery owner", person(deal.delivery_owner) if deal.delivery_owner else ""),
        ("Last buyer activity", day_words(deal.last_buyer_on) if deal.last_buyer_on else "none recorded"),
        ("Competitors", short(deal.competitors, 200)),
        ("Source", short(deal.source, 200)),
        ("Process", short(process.name if process else deal.process)),
        ("Logged", f"{moment(deal.created_at)} by {person(deal.created_by)}"),
    ]
    blocks = [divider(), fields(*(f"*{name}*\n{value}" for name, value in facts if value))]
    return [*blocks, *people_of(deal, may_change=sheet.may_change)]


def _status(sheet: Sheet) -> str:
    deal, stage = sheet.deal, f"“{stage_name(sheet.process, sheet.deal.stage)}”"
    reason = f"\n> {short(deal.closing_reason, 300)}" if deal.closing_reason else ""
    match deal.status:
        case Status.LOST:
            again = f" · asked about again on {day_words(deal.waiting_until)}" if deal.waiting_until else ""
            return f":red_circle: *Lost* in {stage}{again}{reason}"
        case Status.PARKED:
            until = f" until {day_words(deal.waiting_until)}" if deal.waiting_until else ""
            return f":large_yellow_circle: *Parked*{until}, in {stage}{reason}"
        case Status.WON:
            said = f":trophy: *Won*, in {stage} since {moment(deal.stage_since)}"
        case Status.OPEN:
            said = f":large_blue_circle: *Open*, in {stage} since {moment(deal.stage_since)}"
    return said + _pending(sheet)


def _pending(sheet: Sheet) -> str:
    asked = next((move for move in sheet.log if move.id == sheet.deal.pending_move), None)
    if asked is None:
        return ""
    to = stage_name(sheet.process, asked.to_stage)
    return (
        f"\n:hourglass_flowing_sand: Waits for a manager to approve the move to “{to}”, "
        f"asked for by {person(asked.by)} {moment(asked.at)}"
    )


def _buttons(sheet: Sheet, today: date) -> list[Block]:
    """The next step, and what this person may do with a deal of this status."""
    deal, ref = sheet.deal, Ref(sheet.deal.id, sheet.deal.version)
    closed = deal.status in (Status.LOST, Status.PARKED)
    blocks = [] if closed else [section(next_line(deal, today, 500))]
    if not sheet.may_change:
        return [*blocks, context(f"Only {person(deal.owner)} and the managers can change this deal.")]
    edit = button("Edit", Action.DEAL_EDIT, ref)
    if closed:
        again = (Action.DEAL_PARK, Action.DEAL_LOST) if deal.status is Status.PARKED else ()
        menu = overflow(Action.DEAL_MORE, _more(deal, Action.DEAL_ASSIGN, *again))
        return [*blocks, actions(button("Reopen", Action.REOPEN, ref, style="primary"), edit, menu)]
    ready = sheet.judgement is not None and is_ready(deal, sheet.process, sheet.judgement)
    closings = (Action.DEAL_PARK, Action.DEAL_LOST) if deal.status is Status.OPEN else ()
    more = _more(deal, Action.DEAL_ASSIGN, *closings, Action.PROMISES, Action.ASK_OPEN)
    row = actions(
        button("Move…", Action.MOVE_OPEN, ref, style="primary" if ready else None),
        button("Next step", Action.DEAL_NEXT, ref),
        button("Coach", Action.COACH, ref) if sheet.judgement is not None else None,
        edit,
        overflow(Action.DEAL_MORE, more),
    )
    return [*blocks, row]


_MORE = {
    Action.DEAL_ASSIGN: "Give it to somebody else",
    Action.DEAL_PARK: "Park it until a day",
    Action.DEAL_LOST: "Mark it as lost",
    Action.PROMISES: "What we promised them",
    Action.ASK_OPEN: "Ask them for a referral",
}


def _more(deal: Deal, *wanted: Action) -> list[tuple[str, Ref]]:
    return [(_MORE[action], Ref(deal.id, deal.version, action.value)) for action in wanted]


def _stage(sheet: Sheet) -> list[Block]:
    deal, judgement = sheet.deal, sheet.judgement
    if judgement is None:
        gone = f"stage “{short(deal.stage)}”" if sheet.process else f"process “{short(deal.process)}”"
        said = f":warning: *The exit criteria are not known:* the {gone} is no longer defined."
        mend = (
            "Move the deal to the stage it is in now; its history and evidence stay."
            if sheet.process
            else "Ask whoever runs Stagecoach to put its file back; nothing is lost."
        )
        return [divider(), section(f"{said} {mend}")]
    stage = judgement.stage
    add = button(
        "Add evidence", Action.MOVE_OPEN, Ref(deal.id, deal.version), label="Open the checklist to add evidence"
    )
    progress = f": {progress_words(judgement)}" if stage.criteria else ": none"
    text = f"*Exit criteria of “{short(stage.name)}”*{progress}\nOver when: {short(stage.outcome, 500)}"
    may_add = sheet.may_change and bool(stage.criteria) and deal.status in (Status.OPEN, Status.WON)
    blocks = [divider(), section(text, add if may_add else None)]
    for finding in judgement.findings:
        blocks += _criterion(sheet, judgement, finding)
    return blocks


def _criterion(sheet: Sheet, judgement: Judgement, finding: Finding) -> list[Block]:
    count = len(judgement.findings)
    pieces = _pieces_for(sheet, judgement.stage, finding)
    room = Room(max(1, MOST_PIECES // count), PIECES_SIZE // count)
    shown = fill((_piece(piece, sheet) for piece in pieces), room, len(pieces))
    why = f"\n{short(finding.why, 200)}" if finding.why else ""
    rest = len(pieces) - len(shown)
    more = f"\n_{rest} more, older than what is shown_" if rest and shown else ""
    more = more or (f"\n_{rest} pieces of evidence, too long to show here_" if rest else "")
    return [section(f"{state_words(finding.state)}: *{short(finding.criterion.text, 300)}*{why}{more}"), *shown]


def _pieces_for(sheet: Sheet, stage: Stage, finding: Finding) -> list[Evidence]:
    """All evidence for a criterion, also what does not prove it (any more): what counts first, then the newest."""
    proving = {piece.id for piece in finding.evidence}
    about = [p for p in sheet.evidence if p.criterion == finding.criterion.key and _is_here(sheet, stage, p)]
    return sorted(about, key=lambda p: (p.id in proving, p.standing is not Standing.WITHDRAWN, p.id), reverse=True)


def _is_here(sheet: Sheet, stage: Stage, piece: Evidence) -> bool:
    return sheet.process is not None and piece.stage in sheet.process.told_of(stage)


def _piece(piece: Evidence, sheet: Sheet, where: str = "") -> Block:
    added = f"\nAdded by {person(piece.added_by)} {moment(piece.added_at)}"
    take_back = sheet.may_change and piece.standing is not Standing.WITHDRAWN
    withdraw = button("Withdraw", Action.EVIDENCE_WITHDRAW, Ref(piece.id), label="Withdraw this piece of evidence")
    return section(f"{where}{evidence_words(piece, 250)}{added}", withdraw if take_back else None)


def _questions(sheet: Sheet, viewer: Actor) -> list[Block]:
    waiting = [question for question in reversed(sheet.questions) if question.is_open]
    if not waiting:
        return []
    mine = viewer.user_id in (sheet.deal.owner, sheet.deal.delivery_owner)
    entries = fill((_question(question, mine) for question in waiting), Room(MOST_QUESTIONS, 20_000), MOST_QUESTIONS)
    rest = len(waiting) - len(entries)
    more = [context(f"and {rest} older")] if rest else []
    return [divider(), section("*Open questions*"), *entries, *more]


def _question(question: Question, mine: bool) -> Block:
    state = "waits for an answer" if question.waits_for_rep else "is answered; a manager has yet to accept the answer"
    asked = f":speech_balloon: {person(question.asked_by)} {moment(question.asked_at)}: {short(question.latest, 400)}"
    answer = button("Answer", Action.QUESTION_ANSWER, Ref(question.id), style="primary")
    return section(f"{asked}\nIt {state}.", answer if mine and question.waits_for_rep else None)


def _other_evidence(sheet: Sheet) -> list[Block]:
    """Evidence that is about another stage or a criterion that is gone, newest first."""
    judged = sheet.judgement
    others = [p for p in reversed(sheet.evidence) if judged is None or not _is_judged(sheet, judged, p)]
    if not others:
        return []
    made = (_piece(piece, sheet, _place(sheet, piece)) for piece in others)
    entries = fill(made, Room(MOST_EARLIER, 25_000), MOST_EARLIER)
    rest = len(others) - len(entries)
    more = [context(f"and {rest} older")] if rest else []
    return [divider(), section("*Evidence for other stages*, newest first"), *entries, *more]


def _place(sheet: Sheet, piece: Evidence) -> str:
    """The stage and the criterion that a piece was added for, as a line above it."""
    criterion = sheet.process.criterion(piece.stage, piece.criterion) if sheet.process else None
    text = short(criterion.text if criterion else piece.criterion, 150)
    return f"“{stage_name(sheet.process, piece.stage)}”: {text}\n"


def _confirmations(sheet: Sheet) -> list[Block]:
    """What the buyer answered on our page, and how many links wait for an answer."""
    if not sheet.confirmations:
        return []
    answered = [one for one in sheet.confirmations if one.answered_at]
    waiting = sum(one.answered_at is None and one.withdrawn_at is None for one in sheet.confirmations)
    lines = ["*Asked the buyer to confirm*", *(f"• {line}" for line in answer_lines(answered[:MOST_ANSWERS], 200))]
    if waiting:
        lines.append(f"• {waiting} link{'' if waiting == 1 else 's'} without an answer")
    look = button("Confirmations", Action.CONFIRM_LIST, Ref(sheet.deal.id))
    return [divider(), section("\n".join(lines), look)]


def _is_judged(sheet: Sheet, judgement: Judgement, piece: Evidence) -> bool:
    return _is_here(sheet, judgement.stage, piece) and judgement.stage.criterion(piece.criterion) is not None
