"""Keeping App Homes fresh for those who look at them."""

from __future__ import annotations

from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.services.errands import Errand, ask_for
from bot.store import people


def opened(desk: Desk, actor: Actor) -> None:
    """Somebody opened their App Home: draw it now, and keep it fresh from now on."""
    now = desk.clock()
    with desk.change(actor) as connection:
        people.home_opened(connection, actor.team_id, actor.user_id, now)
        ask_for(desk, connection, actor.team_id, Errand.HOME, actor.user_id, now.isoformat())
