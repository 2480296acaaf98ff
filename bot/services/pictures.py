"""Asking for the picture of a process, which is painted later: it takes longer than an answer may."""

from __future__ import annotations

from bot.domain import policy
from bot.domain.errors import NotFound
from bot.domain.people import Actor
from bot.domain.process import Process
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for


def ask_for_picture(desk: Desk, actor: Actor, process_key: str, view: str) -> Process:
    """Have the picture sent to this person. Raises NotAllowed, and NotFound where the process is gone."""
    policy.require_colleague(actor)
    process = desk.processes.get(process_key)
    if process is None:
        raise NotFound("That process is no longer defined. Type the command again to see the one there is.")
    with desk.change(actor) as connection:
        # Each asking is a sending of its own, also of the same view within a second.
        slot = f"{view}.{process.key}.{actor.delivery or desk.clock().isoformat()}"
        ask_for(desk, connection, actor.team_id, Errand.PICTURE, actor.user_id, slot)
    return process
