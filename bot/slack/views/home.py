"""The App Home: what waits for this person, their deals, and for somebody new the idea and a first step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.deal import Deal
from bot.domain.people import Actor, Role
from bot.domain.policy import may_decide
from bot.domain.process import Process
from bot.domain.questions import Question
from bot.services.overview import Home, Waiting
from bot.slack.blocks import Block, View, actions, button, confirmation, context, divider, header, section
from bot.slack.blocks import home as home_view
from bot.slack.ids import Action, Ref
from bot.slack.views.deals import counted, deal_entry, pager
from bot.slack.views.orientation import IDEA
from bot.slack.views.sentences import moment, person
from bot.slack.views.wording import amount_words, deal_title, link_words, short, stage_name

Processes = Mapping[str, Process]

_VISITORS = {
    Role.GUEST: "Deals are for full members of this workspace. If you work on one, ask the colleague who invited you.",
    Role.OUTSIDER: "Deals are for the people of this workspace, so there is nothing to show you here.",
    Role.BOT: "Deals are for people.",
}


def visitor_page(viewer: Actor) -> View:
    """For those who may not read deals: a polite word, and nothing about any deal."""
    said = _VISITORS.get(viewer.role, _VISITORS[Role.OUTSIDER])
    return home_view([header("Welcome"), section(f"I am Stagecoach, and I help this team with its deals. {said}")])


def home_page(shown: Home, processes: Processes, viewer: Actor, today: date, command: str) -> View:
    """For colleagues. `today` is the viewer's."""
    blocks = _questions(shown, processes)
    if viewer.is_manager:
        blocks += _decisions(shown, processes, viewer)
        blocks += _asked_in_channel(shown)
        blocks += _answers(shown)
        blocks += _claims(shown, processes)
    blocks += _deals(shown, processes, today) if shown.page.total else _first_time(command)
    return home_view(blocks)


def _questions(shown: Home, processes: Processes) -> list[Block]:
    if not shown.questions:
        return []
    entries = [_question(deal, question, processes) for deal, question in shown.questions]
    return [header("Questions for you"), *entries, divider()]


def _question(deal: Deal, question: Question, processes: Processes) -> Block:
    process = processes.get(deal.process)
    stage = process.stage(question.stage) if process else None
    criterion = stage.criterion(question.criterion) if stage else None
    about = f"\nAbout: {short(criterion.text, 200)}" if criterion else ""
    text = (
        f":speech_balloon: {deal_title(deal)}\n{person(question.asked_by)} asks: {short(question.latest, 400)}{about}"
    )
    return section(text, button("Answer", Action.QUESTION_ANSWER, Ref(question.id), style="primary"))


def _decisions(shown: Home, processes: Processes, viewer: Actor) -> list[Block]:
    if not shown.decisions:
        return [header("Decisions"), context(":white_check_mark: No move waits for a manager's decision."), divider()]
    blocks: list[Block] = [header("Decisions that wait"), context("The one that has waited longest first")]
    for waiting in shown.decisions:
        blocks += _decision(waiting, processes.get(waiting.deal.process), viewer)
    return [*blocks, divider()]


def _decision(waiting: Waiting, process: Process | None, viewer: Actor) -> list[Block]:
    deal, move = waiting.deal, waiting.move
    way = f"“{stage_name(process, move.from_stage)}” → “{stage_name(process, move.to_stage)}”"
    asked = f"Asked for by {person(move.by)} {moment(move.at)}"
    text = f":hourglass_flowing_sand: {deal_title(deal)} · {amount_words(deal.amount)}\n{way}\n{asked}"
    details = button("Details", Action.DEAL_SHOW, Ref(deal.id), label=f"Details of {deal.name}")
    if not may_decide(viewer.user_id, deal, move.by):
        return [section(f"{text}. Another manager decides, since this is yours."), actions(details)]
    ref = Ref(move.id)
    sure = confirmation("Approve this move?", "The deal moves at once, and the rep is told.", "Approve")
    approve = button("Approve", Action.APPROVE, ref, style="primary", confirm=sure, label=f"Approve {deal.name}")
    back = button("Send back…", Action.SEND_BACK, ref, style="danger", label=f"Send back {deal.name}")
    return [section(text), actions(approve, back, details)]


def _asked_in_channel(shown: Home) -> list[Block]:
    """What is decided under its message in the channel, where others see it; here only that it waits."""
    lines = [f"• {deal_title(deal)}: a discount of *{one.percent}*, for {person(one.by)}" for deal, one in shown.prices]
    lines += [
        f"• {deal_title(deal)}: may it pass without a proof? {short(one.text, 150)}, for {person(one.asked_by)}"
        for deal, one in shown.requests
    ]
    if not lines:
        return []
    said = "You decide each under its message in the managers' channel."
    return [header("Discounts and exceptions that wait"), section("\n".join([*lines, said])), divider()]


def _answers(shown: Home) -> list[Block]:
    if not shown.answers:
        return []
    blocks: list[Block] = [header("Answers to look at")]
    for deal, question in shown.answers:
        answer = question.entries[-1]
        where = f"\n{link_words(answer.link)}" if answer.link else ""
        asked = f"{person(question.asked_by)} asked: {short(question.latest, 200)}"
        text = f":speech_balloon: {deal_title(deal)}\n{asked}\n{person(answer.by)}: {short(answer.text, 250)}{where}"
        row = actions(
            button("Accept", Action.QUESTION_ACCEPT, Ref(question.id), style="primary"),
            button("Ask again…", Action.QUESTION_AGAIN, Ref(question.id)),
            button("Details", Action.DEAL_SHOW, Ref(deal.id), label=f"Details of {deal.name[:80]}"),
        )
        blocks += [section(text), row]
    return [*blocks, divider()]


def _claims(shown: Home, processes: Processes) -> list[Block]:
    if not shown.claims:
        return []
    blocks: list[Block] = [header("Does it apply?")]
    for deal, piece in shown.claims:
        process = processes.get(deal.process)
        criterion = process.criterion(piece.stage, piece.criterion) if process else None
        about = short(criterion.text if criterion else piece.criterion, 300)
        said = f"{person(piece.added_by)} says that this does not apply to {deal_title(deal)}:"
        row = actions(
            button("Agree", Action.EXCUSE_AGREE, Ref(piece.id), style="primary", label=f"Agree about {deal.name[:60]}"),
            button("It does apply…", Action.EXCUSE_DECLINE, Ref(piece.id)),
            button("Details", Action.DEAL_SHOW, Ref(deal.id), label=f"Details of {deal.name[:80]}"),
        )
        blocks += [section(f"{said}\n*{about}*\n> {short(piece.what, 400)}"), row]
    return [*blocks, divider()]


def _deals(shown: Home, processes: Processes, today: date) -> list[Block]:
    page = shown.page
    new = button("Log a deal", Action.DEAL_NEW)
    blocks: list[Block] = [header("Your deals"), context(counted(page)), actions(new, button("Help", Action.HELP))]
    for judged in page.deals:
        blocks += [divider(), *deal_entry(judged, processes.get(judged.deal.process), today)]
    row = pager(page, Action.HOME_PAGE_BACK, Action.HOME_PAGE)
    return [*blocks, actions(*row)] if row else blocks


def _first_time(command: str) -> list[Block]:
    return [
        header("Your deals"),
        section(IDEA),
        section(
            "1. *Log a deal.* A name is enough to begin with.\n"
            "2. *See what the buyer has to do* before it leaves its stage, and how to ask for it.\n"
            "3. *Add the proof:* a link, a file or a message that others can open.\n"
            "4. *Move it.* Your managers see what happened and why."
        ),
        actions(button("Log a deal", Action.DEAL_NEW, style="primary"), button("Help", Action.HELP)),
        context(f"You have no open deals. You can also type `{command} new` and the name in any channel."),
    ]
