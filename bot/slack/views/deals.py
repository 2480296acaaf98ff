"""A person's deals: one entry a deal, the same in a message and in the App Home, and the message that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.deal import Deal, Status
from bot.domain.gate import Judgement, State
from bot.domain.process import Process
from bot.services.judging import Judged
from bot.services.overview import DealPage
from bot.slack.blocks import Block, Element, actions, button, context, divider, section
from bot.slack.ids import Action, Ref
from bot.slack.turn import Message
from bot.slack.views.loose_ends import also_open
from bot.slack.views.wording import amount_words, day_words, deal_title, progress_words, short, stage_name, step_day

Processes = Mapping[str, Process]


def deals_message(page: DealPage, processes: Processes, today: date) -> Message:
    """The message that answers the bare command. `today` is the reader's."""
    if not page.total:
        return _no_deals()
    first = page.deals[0].deal
    blocks: list[Block] = [context(f"*Your deals* · {counted(page)}")]
    for judged in page.deals:
        blocks += deal_entry(judged, processes.get(judged.deal.process), today)
        blocks.append(divider())
    row = pager(page, Action.DEAL_PAGE_BACK, Action.DEAL_PAGE)
    blocks.append(actions(*row, button("Log a deal", Action.DEAL_NEW)))
    text = f"Your deals ({page.total}), most pressing first: {short(first.name)} ({first.label})"
    return Message(f"{text} and {page.total - 1} more." if page.total > 1 else f"{text}.", tuple(blocks))


def counted(page: DealPage) -> str:
    """How many deals there are, and which of them are seen."""
    text = f"{page.total} deals, most pressing first" if page.total > 1 else "1 deal"
    return f"{text} · page {page.number + 1} of {page.pages}" if page.pages > 1 else text


def pager(page: DealPage, back: Action, on: Action) -> list[Element]:
    """The buttons that turn the page; none when there is only one."""
    row = []
    if page.number > 0:
        row.append(button("◀ Previous", back, Ref(page.number - 1), label="Previous page of deals"))
    if page.number + 1 < page.pages:
        row.append(button("Next ▶", on, Ref(page.number + 1), label="Next page of deals"))
    return row


def deal_entry(judged: Judged, process: Process | None, today: date) -> list[Block]:
    """One deal: where it stands, what is missing, what comes next, and the buttons to go on with."""
    deal, judgement = judged.deal, judged.judgement
    name = deal.name[:80]  # no label on a button is longer
    title = deal_title(deal)
    if deal.company and deal.company.casefold() != deal.name.casefold():
        title += f" · {short(deal.company, 60)}"
    ready = judgement is not None and is_ready(deal, process, judgement)
    lines = (title, _standing(deal, process, today), _evidence_line(deal, judgement, ready), next_line(deal, today))
    ref = Ref(deal.id, deal.version)
    row = actions(
        button("Move…", Action.MOVE_OPEN, ref, style="primary" if ready else None, label=f"Move {name}"),
        button("Next step", Action.DEAL_NEXT, ref, label=f"Next step of {name}"),
        button("Details", Action.DEAL_SHOW, ref, label=f"Details of {name}"),
    )
    return [section("\n".join(lines)), row]


def is_ready(deal: Deal, process: Process | None, judgement: Judgement) -> bool:
    """Whether nothing but the rep keeps the deal in its stage."""
    if deal.pending_move is not None or deal.status not in (Status.OPEN, Status.WON) or not judgement.opens:
        return False
    return process is not None and bool(process.nexts(judgement.stage))


def _evidence_line(deal: Deal, judgement: Judgement | None, ready: bool) -> str:
    """How far the deal is in its stage, and what is missing first."""
    if judgement is None:
        return ":warning: Its stage is no longer part of its process. Open the details to see what to do."
    progress = progress_words(judgement)
    if deal.pending_move is not None:
        return f":hourglass_flowing_sand: Waits for a manager's decision · {progress}"
    if ready:
        return (
            f":white_check_mark: Ready to move · {progress if judgement.findings else 'nothing has to be proved here'}"
        )
    gaps, also = judgement.gaps, also_open(judgement)
    if not gaps and not also:
        return ":checkered_flag: This is the last stage."
    if not gaps:
        sign = ":speech_balloon:" if judgement.loose.holds or judgement.earlier_questions else ":black_square_button:"
        first = judgement.loose.holds[0] if len(judgement.loose.holds) == len(also) == 1 else _sentence(also)
        return f"{sign} {short(first, 300)} · {progress}"
    others = len(gaps) - 1
    word = "disputed" if gaps[0].state is State.DISPUTED else "missing"
    first = f"{word}: {short(gaps[0].criterion.text, 140)}" + (f" (+{others} more)" if others else "")
    return f":black_square_button: {' · '.join([progress, first, *also])}"


def _sentence(said: list[str]) -> str:
    listed = ", ".join(said)
    return listed[0].upper() + listed[1:]


def next_line(deal: Deal, today: date, limit: int = 140) -> str:
    """The next step with its day, or that there is none; an overdue one says so first."""
    step = deal.next_step
    if step is None:
        return ":warning: No next step yet"
    late = (today - step.on).days
    what = f"{short(step.what, limit)} ({step_day(step)})"
    if late > 0:
        return f":warning: *Overdue by {late} day{'' if late == 1 else 's'}:* {what}"
    return f"*Next, today:* {what}" if late == 0 else f"*Next:* {what}"


def _standing(deal: Deal, process: Process | None, today: date) -> str:
    facts = [stage_name(process, deal.stage), amount_words(deal.amount)]
    if deal.status is Status.WON:
        facts.insert(0, "Won")
    elif deal.expected_close is not None:
        late = deal.expected_close < today
        facts.append(f"{'should have closed' if late else 'closes'} {day_words(deal.expected_close)}")
    return " · ".join(facts)


def _no_deals() -> Message:
    text = "You have no open deals."
    welcome = (
        f"{text} Log the first one, and I will show you what the buyer has to do before it moves on, "
        "and help you to get the proof."
    )
    row = actions(button("Log a deal", Action.DEAL_NEW, style="primary"), button("How this works", Action.HELP))
    return Message(text, (section(welcome), row))
