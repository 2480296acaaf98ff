"""What is wrong with the process: said by reps, read together by managers, and taken up by a revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.errors import BadInput, NotFound
from bot.domain.feedback import LONGEST, Feedback
from bot.domain.junk import looks_like_placeholder
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.services.desk import Desk
from bot.store import deals, feedback

MOST_SHOWN = 30
"""At once, the oldest first; the others follow when these are taken up."""


@dataclass(frozen=True, slots=True)
class Together:
    """The open notes that are shown, in the order in which they were said; `counts` are of all of them.

    Both name processes and stages by their keys; `processes` are those that are defined now.
    """

    notes: tuple[Feedback, ...]
    counts: Mapping[tuple[str, str], int]
    processes: Mapping[str, Process]

    @property
    def total(self) -> int:
        """How many notes are open."""
        return sum(self.counts.values())


def subject(desk: Desk, actor: Actor, process_key: str) -> Process:
    """The process, to draw the form of a note about it. Raises NotAllowed, and NotFound where it is gone."""
    policy.require_colleague(actor)
    process = desk.processes.get(process_key)
    if process is None:
        raise NotFound("This process is no longer defined.")
    return process


def of_deal(desk: Desk, actor: Actor, deal_id: int) -> tuple[Deal, Process]:
    """A deal, which any colleague may look at, with its process. Raises NotAllowed and NotFound."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        deal = deals.get(connection, actor.team_id, deal_id)
    return deal, subject(desk, actor, deal.process)


def say(desk: Desk, actor: Actor, process_key: str, stage_key: str, criterion_key: str, text: str) -> Process:
    """Write down what is wrong with a process, one of its stages, or a criterion of that.

    Raises BadInput with a sentence for each wrong field: `about`, `note`.
    """
    process = subject(desk, actor, process_key)
    wrong = {}
    if not _is_there(process, stage_key, criterion_key):
        wrong["about"] = "This is no longer part of the process. Choose again."
    text = text.strip()
    if looks_like_placeholder(text):
        wrong["note"] = "Say what is wrong, such as “they never sign before the board has met”."
    elif len(text) > LONGEST:
        wrong["note"] = f"At most {LONGEST} characters, please."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    with desk.change(actor) as connection:
        note = Feedback(0, process.key, process.version, stage_key, criterion_key, text, actor.user_id, desk.clock())
        feedback.add(connection, actor.team_id, note)
    return process


def together(desk: Desk, actor: Actor) -> Together:
    """What reps said and nobody has taken up yet. Raises NotAllowed for those who are no managers."""
    policy.require_manager(actor, "read what was said about the process")
    with desk.db.read() as connection:
        notes = feedback.open_notes(connection, actor.team_id, MOST_SHOWN)
        return Together(tuple(notes), feedback.counts(connection, actor.team_id), desk.processes)


def take_up(desk: Desk, actor: Actor, process_key: str, up_to: int) -> int:
    """Settle the notes about a process that a manager has seen, which are those up to this id. Returns how many."""
    policy.require_manager(actor, "take up what was said about the process")
    with desk.change(actor) as connection:
        return feedback.take_up(connection, actor.team_id, process_key, up_to, actor.user_id, desk.clock())


def _is_there(process: Process, stage_key: str, criterion_key: str) -> bool:
    if not stage_key:
        return not criterion_key
    stage = next((one for one in process.stages if one.key == stage_key), None)
    return stage is not None and (not criterion_key or stage.criterion(criterion_key) is not None)
