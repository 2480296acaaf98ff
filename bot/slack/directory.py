"""Asking Slack's directory who somebody is, and keeping the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import BotError
from bot.domain.people import Actor, Person, Role
from bot.services import people
from bot.services.desk import Desk
from bot.slack.calls import Caller, SlackRefused
from bot.slack.deliveries import Sender
from bot.slack.text import clean


def look_up(desk: Desk, caller: Caller, sender: Sender) -> Actor:
    """The sender, after asking Slack. Raises BotError with what to do when Slack does not answer."""
    try:
        found = caller.call("users.info", quick=True, user=sender.user_id)
    except SlackRefused as refused:
        if refused.code in ("user_not_found", "user_not_visible"):
            return Actor(sender.team_id, sender.user_id, Role.OUTSIDER, sender.key)
        raise BotError("I could not look you up in Slack just now. Please try again in a minute.") from refused
    people.remember(desk, [person(sender.team_id, found["user"])])
    actor = people.actor(desk, sender.team_id, sender.user_id, sender.home_team, sender.key)
    return actor or Actor(sender.team_id, sender.user_id, Role.OUTSIDER, sender.key)


def person(team_id: str, user: Mapping[str, Any]) -> Person:
    """From Slack's user object. People of other companies have no zone."""
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or ""
    return Person(
        team_id=team_id,
        user_id=str(user["id"]),
        home_team=str(user.get("team_id") or team_id),
        name=clean(str(name)),
        tz=user.get("tz") or None,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot") or user.get("id") == "USLACKBOT"),
        is_deleted=bool(user.get("deleted")),
    )
