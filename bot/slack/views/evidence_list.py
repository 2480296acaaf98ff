"""All evidence of a deal: the criteria of its stage and of those before it, with strength and age of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.deal import MetCriterion, Status
from bot.domain.evidence import Evidence, EvidenceKind, Standing
from bot.domain.gate import Finding, State, counts_until
from bot.domain.process import Criterion, Stage
from bot.services.overview import Sheet
from bot.slack.blocks import Block, Element, View, actions, button, context, divider, modal, section
from bot.slack.ids import Action, Form, Ref
from bot.slack.views.let_pass_words import following_blocks
from bot.slack.views.room import Room
from bot.slack.views.wording import (
    contact_words,
    day_words,
    deal_title,
    link_words,
    progress_words,
    short,
    state_words,
)

MOST_BLOCKS = 80
MOST_SIZE = 180_000
"""What the criteria may take of one page; Slack takes 100 blocks and 250 kB."""
MOST_PIECES = 4
LONGEST_PIECES = 1_900
"""Of the 3,000 characters that Slack takes in a section; the criterion and why it is missing need the rest."""
SOON = timedelta(days=7)
"""So long before a piece becomes too old, the day is named."""
MOST_TO_COME = 10


@dataclass(frozen=True, slots=True)
class _Row:
    """One criterion under the title of its stage."""

    title: str
    block: Block


def evidence_list(sheet: Sheet, today: date, number: int = 0, note: str = "") -> View:
    """The modal: the deal's own stage first, then those before it. `number` counts pages from 0; `note` is markup."""
    pages = _paged(_rows(sheet, today))
    number = max(0, min(number, len(pages) - 1))
    blocks: list[Block] = [section(note)] if note else []
    blocks += _heading(sheet)
    if number == 0:
        blocks += following_blocks(sheet.judgement, may_change=sheet.may_change)
    title = ""
    for row in pages[number]:
        if row.title != title:
            title = row.title
            blocks += [divider(), section(title)]
        blocks.append(row.block)
    blocks += _turning(sheet, number, len(pages))
    if number == len(pages) - 1:
        blocks += _to_come(sheet)
    return modal(Form.EVIDENCE_LIST, "Evidence", blocks, meta={"deal": sheet.deal.id, "page": number})


def _heading(sheet: Sheet) -> list[Block]:
    deal, judged = sheet.deal, sheet.judgement
    if judged is None:
        where = ":warning: Its stage is no longer part of its process, so no criteria are asked for now."
    else:
        met = progress_words(judged) if judged.findings else "nothing has to be proved here"
        where = f"In “{short(judged.stage.name)}”: {met}"
    if deal.status in (Status.LOST, Status.PARKED):
        where += f". The deal is {deal.status.value}."
    row = [button("Open the checklist", Action.MOVE_OPEN, Ref(deal.id, deal.version))] if judged is not None else []
    if sheet.may_change and sheet.confirmable:
        row.append(button("Ask the buyer to confirm", Action.CONFIRM_ASK, Ref(deal.id, deal.version)))
    if sheet.confirmations:
        row.append(button("Confirmations", Action.CONFIRM_LIST, Ref(deal.id)))
    strengths = "*Claimed:* words alone. *Inspectable:* you can open it. *Verified:* the source itself shows it."
    return [section(f"{deal_title(deal)}\n{where}"), *([actions(*row)] if row else []), context(strengths)]


def _rows(sheet: Sheet, today: date) -> list[_Row]:
    shown: set[int] = set()
    rows = [*_present(sheet, today, shown), *_passed(sheet, today, shown)]
    others = [p for p in reversed(sheet.evidence) if p.id not in shown and p.standing is not Standing.WITHDRAWN]
    keys = dict.fromkeys((p.stage, p.criterion) for p in others)
    for stage, key in keys:
        pieces = [p for p in others if (p.stage, p.criterion) == (stage, key)]
        text = "\n".join([f"*{short(key, 150)}*", *_pieces(pieces, None, today)])
        rows.append(_Row("*No longer asked for*", section(text)))
    return rows


def _present(sheet: Sheet, today: date, shown: set[int]) -> Iterable[_Row]:
    """The criteria of the deal's own stage, with what is missing and the button that adds it."""
    judged, deal = sheet.judgement, sheet.deal
    if judged is None:
        return
    may_add = sheet.may_change and deal.status in (Status.OPEN, Status.WON)
    for finding in judged.findings:
        pieces = _of(sheet, judged.stage, finding.criterion, shown)
        lines = [f"{state_words(finding.state)}: *{short(finding.criterion.text, 300)}*"]
        lines += [short(finding.why, 200)] if finding.why else []
        lines += _pieces(pieces, finding.criterion, today)
        add = _add(sheet, finding) if may_add and finding.state is not State.NOT_APPLICABLE else None
        yield _Row(f"*“{short(judged.stage.name)}”*, where the deal is now", section("\n".join(lines), add))


def _add(sheet: Sheet, finding: Finding) -> Element:
    text = "Add more evidence" if finding.passes else "Add evidence"
    ref = Ref(sheet.deal.id, sheet.deal.version, finding.criterion.key)
    label = f"{text}: {finding.criterion.text}"
    return button(text, Action.EVIDENCE_ADD, ref, style=None if finding.passes else "primary", label=label)


def _passed(sheet: Sheet, today: date, shown: set[int]) -> Iterable[_Row]:
    """The stages before, the newest first: what was there when the deal moved on, and what there is now."""
    if sheet.process is None or sheet.judgement is None:
        return
    stages = sheet.process.stages
    for stage in reversed(stages[: _position(stages, sheet.judgement.stage)]):
        kept = {
            met.key: met
            for move in sheet.log
            if (left := sheet.process.stage(move.from_stage or "")) is not None and left.key == stage.key
            for met in move.criteria
        }
        for criterion in stage.criteria:
            pieces = _of(sheet, stage, criterion, shown)
            lines = [f"*{short(criterion.text, 300)}*", *_pieces(pieces, criterion, today)]
            lines += [] if pieces else [_nothing(kept.get(criterion.key))]
            yield _Row(f"*“{short(stage.name)}”*", section("\n".join(lines)))


def _position(stages: tuple[Stage, ...], present: Stage) -> int:
    return next((at for at, stage in enumerate(stages) if stage.key == present.key), 0)


def _nothing(met: MetCriterion | None) -> str:
    if met is None:
        return "No evidence. The deal did not pass this gate."
    return f"No evidence. {short(met.why, 200)}".strip()


def _of(sheet: Sheet, stage: Stage, criterion: Criterion, shown: set[int]) -> list[Evidence]:
    """What stands for a criterion, newest first; what was taken back is left to the details of the deal."""
    found = []
    for piece in reversed(sheet.evidence):
        here = sheet.process is not None and piece.stage in sheet.process.told_of(stage)
        if not here or piece.criterion != criterion.key:
            continue
        shown.add(piece.id)
        if piece.standing is not Standing.WITHDRAWN:
            found.append(piece)
    return found


def _pieces(pieces: list[Evidence], criterion: Criterion | None, today: date) -> list[str]:
    """The newest that fit into one section, and how many there are besides."""
    lines: list[str] = []
    for piece in pieces[:MOST_PIECES]:
        line = _piece(piece, criterion, today)
        if sum(map(len, lines)) + len(line) > LONGEST_PIECES:
            break
        lines.append(line)
    rest = len(pieces) - len(lines)
    return [*lines, f"and {rest} more, which the details of the deal show"] if rest else lines


def _piece(piece: Evidence, criterion: Criterion | None, today: date) -> str:
    """Strength and age first, since that is what this list is for."""
    if piece.kind is EvidenceKind.NOT_APPLICABLE:
        state = f"agreed by <@{piece.agreed_by}>" if piece.agreed_by else "waits for a manager to agree"
        return f"• *Does not apply* ({state}): {short(piece.what, 160)}"
    facts = [f"*{piece.strength.words.capitalize()}*", _age(piece, criterion, today), piece.kind.words]
    if piece.contact:
        facts.append(contact_words(piece.contact))
    if piece.link:
        facts.append(link_words(piece.link))
    if piece.file:
        facts.append(f"file “{short(piece.file.name, 40)}”")
    if piece.standing is Standing.DISPUTED:
        facts.append(f"*disputed*: {short(piece.standing_reason or '', 100)}")
    again = f"\n_{short(piece.reuse, 160)}_" if piece.reuse else ""
    return f"• {' · '.join(facts)}\n> {short(piece.what, 160)}{again}"


def _age(piece: Evidence, criterion: Criterion | None, today: date) -> str:
    """How old it is, with the day from which it no longer counts where that is near or past."""
    if piece.happened_on is None:
        return "no day"
    days = (today - piece.happened_on).days
    age = "today" if days <= 0 else f"{days} day{'' if days == 1 else 's'} old"
    last = counts_until(criterion, piece.happened_on) if criterion else None
    if last is None or last > today + SOON:
        return age
    return f"{age}, counts until {day_words(last)}" if last >= today else f":warning: {age}, too old to count"


def _paged(rows: list[_Row]) -> list[list[_Row]]:
    """As many rows a page as fit, each page with the title of its first stage again."""
    pages: list[list[_Row]] = [[]]
    room = Room(MOST_BLOCKS, MOST_SIZE)
    for row in rows:
        begins = not pages[-1] or pages[-1][-1].title != row.title
        needed = [divider(), section(row.title), row.block] if begins else [row.block]
        if not room.take(*needed) and pages[-1]:
            pages.append([])
            room = Room(MOST_BLOCKS, MOST_SIZE)
            room.take(divider(), section(row.title), row.block)
        pages[-1].append(row)
    return pages


def _turning(sheet: Sheet, number: int, pages: int) -> list[Block]:
    row = []
    if number > 0:
        back = Ref(sheet.deal.id, number - 1)
        row.append(button("◀ Previous", Action.EVIDENCE_PAGE_BACK, back, label="Previous page of evidence"))
    if number + 1 < pages:
        on = Ref(sheet.deal.id, number + 1)
        row.append(button("Next ▶", Action.EVIDENCE_PAGE, on, label="Next page of evidence"))
    return [divider(), context(f"Page {number + 1} of {pages}"), actions(*row)] if row else []


def _to_come(sheet: Sheet) -> list[Block]:
    """The names of the stages ahead; what they ask for is shown when the deal is there."""
    if sheet.process is None or sheet.judgement is None:
        return []
    stages = sheet.process.stages
    ahead = [stage for stage in stages[_position(stages, sheet.judgement.stage) + 1 :] if stage.criteria]
    if not ahead:
        return []
    named = [f"“{short(s.name, 60)}” ({len(s.criteria)})" for s in ahead[:MOST_TO_COME]]
    return [divider(), context(f"*Still to come,* with the number of criteria: {', '.join(named)}")]
