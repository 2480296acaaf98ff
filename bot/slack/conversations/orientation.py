"""Orientation: what can be typed, and what the stages of a process ask of the buyer, in words and as a picture."""

from __future__ import annotations

from functools import partial

from bot.domain import said
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, NeedsSetup, NotFound
from bot.domain.policy import require_colleague
from bot.domain.process import Process
from bot.drawing import View, can_paint
from bot.services.desk import Desk
from bot.services.finding import find
from bot.services.pictures import ask_for_picture
from bot.slack.ids import Action
from bot.slack.talk import Talk
from bot.slack.turn import Answer, Message, Turn
from bot.slack.views.notices import notice
from bot.slack.views.orientation import help_message, picture_comes, process_message


def register(talk: Talk) -> None:
    """`process` and `help`, the button that asks for help, and those that ask for a picture."""
    talk.word("process", "process [X]", "the stages and their exit criteria, and where deal X is", _process)
    for action, view in _VIEWS.items():
        talk.button(action, partial(_picture, view=view))
    talk.word("help", "help", "this overview", lambda turn: _help(talk, turn))
    talk.button(Action.HELP, lambda turn: _help(talk, turn))


def _help(talk: Talk, turn: Turn) -> Answer:
    require_colleague(turn.actor)
    return _shown(turn, help_message(talk.words.values(), turn.command, is_manager=turn.actor.is_manager))


def _process(turn: Turn) -> Answer:
    require_colleague(turn.actor)
    named = _named(turn.desk, turn.text)
    if named is not None:
        others, sent = _others(turn.desk, named), _sent(turn, named)
        return _shown(turn, process_message(named, others, turn.command, pictures=sent))
    deal = _deal(turn)
    process = turn.desk.process(deal)
    offer = "As a picture:" if can_paint() else None
    return _shown(turn, process_message(process, (), turn.command, turn.desk.stage(deal), pictures=offer))


_VIEWS = {Action.PROCESS_FLOW: View.FLOW, Action.PROCESS_CHECKLIST: View.CHECKLIST, Action.PROCESS_SIDES: View.SIDES}


def _sent(turn: Turn, process: Process) -> str | None:
    """Have the flowchart sent, and say so; None where nothing can be painted."""
    if not can_paint():
        return None
    ask_for_picture(turn.desk, turn.actor, process.key, View.FLOW)
    return f"{picture_comes(process, View.FLOW.words)} Another view:"


def _picture(turn: Turn, view: View) -> Answer:
    process = ask_for_picture(turn.desk, turn.actor, turn.ref.key, view)
    return Answer(say=Message(picture_comes(process, view.words)))


def _named(desk: Desk, text: str) -> Process | None:
    """The process whose key or name that is; without any text, the one that new deals get."""
    if not text:
        default = desk.processes.get(desk.rules.default_process)
        if default is None:
            raise NeedsSetup("There is no process yet. Ask whoever runs Stagecoach to define one.")
        return default
    wanted = text.casefold().strip('"“” ')
    return next((p for p in desk.processes.values() if wanted in (p.key.casefold(), p.name.casefold())), None)


def _deal(turn: Turn) -> Deal:
    try:
        found = find(turn.desk, turn.actor, turn.text)
    except NotFound as problem:
        keys = " or ".join(said.command(f"process {key}") for key in sorted(turn.desk.processes)[:10])
        raise NotFound(f"{problem} To see a process, type {keys}.") from problem
    if found.only is None:
        labels = ", ".join(f"{deal.name[:60]} ({deal.label})" for deal in found.deals[:5])
        raise BadInput(f"Several deals fit: {labels}. Please write the number.")
    return found.only


def _others(desk: Desk, shown: Process) -> list[Process]:
    return [process for _, process in sorted(desk.processes.items()) if process.key != shown.key]


def _shown(turn: Turn, message: Message) -> Answer:
    """Where a modal is open, a second one over it; else only to this person."""
    return Answer(push=notice(message)) if turn.form else Answer(say=message)
