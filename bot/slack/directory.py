"""Asking Slack's directory who somebody is, and keeping the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import BotError
from bot.domain.people import Actor, Person, Role
from bot.services import people
from bot.services.desk import Desk
from bot.services.people import Identity
from bot.slack.calls import Caller, SlackRefused
from bot.slack.deliveries import Sender
from bot.slack.text import clean

PAGE = 200
MOST_PAGES = 50


def look_up(desk: Desk, caller: Caller, sender: Sender) -> Actor:
    """The sender, after asking Slack. Raises BotError with what to do when Slack does not answer."""
    learn(desk, caller, sender.team_id, sender.user_id)
    actor = people.actor(desk, sender.team_id, sender.user_id, sender.home_team, sender.key)
    return actor or Actor(sender.team_id, sender.user_id, Role.OUTSIDER, sender.key)


def learn(desk: Desk, caller: Caller, team_id: str, user_id: str) -> None:
    """Ask Slack about somebody and remember them; about somebody Slack does not know, nothing is remembered.

    Raises BotError with what to do when Slack does not answer.
    """
    try:
        found = caller.call("users.info", quick=True, user=user_id)
    except SlackRefused as refused:
        if refused.code in ("user_not_found", "user_not_visible"):
            return
        raise BotError("I could not look that up in Slack's directory just now. Please try again soon.") from refused
    people.remember(desk, [person(team_id, found["user"])])


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


def keep_learning(desk: Desk, caller: Caller) -> None:
    """At start-up: ask Slack who we are and who is in the workspace. What fails here is asked again when needed."""
    found = caller.call("auth.test")
    team_id = str(found["team_id"])
    people.identify(
        desk,
        Identity(
            team_id,
            str(found.get("team") or ""),
            str(found.get("url") or ""),
            str(found.get("bot_id") or ""),
            str(found.get("user_id") or ""),
        ),
    )
    cursor = ""
    for _ in range(MOST_PAGES):
        page = caller.call("users.list", limit=PAGE, cursor=cursor or None)
        people.remember(desk, [person(team_id, member) for member in page.get("members") or ()])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
