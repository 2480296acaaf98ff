"""Reading Slack's deliveries: who did what, as a Turn, with the key that makes a redelivery harmless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.slack.text import plain
from bot.slack.turn import Form, Marked, Turn

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """The person Slack names in a delivery. `home_team` is the team they belong to, where Slack says so."""

    team_id: str
    user_id: str
    home_team: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A delivery before it is known who the sender is to us."""

    sender: Sender
    turn: Turn
    trigger_id: str | None
    response_url: str | None
    view_id: str | None = None
    view_hash: str | None = None

    def by(self, actor: Actor) -> Turn:
        """The turn, once the sender is known."""
        return replace(self.turn, actor=actor)


def command(desk: Desk, nobody: Actor, body: Body) -> Heard:
    """A slash command."""
    sender = Sender(str(body["team_id"]), str(body["user_id"]), None, body.get("trigger_id"))
    text = plain(str(body.get("text") or ""))
    url = str(body.get("response_url") or "")
    turn = Turn(desk, nobody, command=str(body.get("command", "")), text=text, is_command=True, reply_url=url)
    return Heard(sender, turn, body.get("trigger_id"), url or None)


def action(desk: Desk, nobody: Actor, body: Body, name: str) -> Heard:
    """A pressed button or a changed menu."""
    pressed = body["actions"][0]
    view = body.get("view") or {}
    chosen = pressed.get("selected_option") or {}
    turn = Turn(
        desk,
        nobody,
        command=name,
        value=str(pressed.get("value") or chosen.get("value") or ""),
        form=Form.read(view) if view.get("type") == "modal" else None,
        in_home=view.get("type") == "home",
        reply_url=str(body.get("response_url") or ""),
    )
    key = f"{body.get('trigger_id')}"
    return Heard(
        _sender(body, key),
        turn,
        body.get("trigger_id"),
        body.get("response_url"),
        view.get("id") if turn.form else None,
        view.get("hash") if turn.form else None,
    )


def submission(desk: Desk, nobody: Actor, body: Body, name: str) -> Heard:
    """A submitted form."""
    form = Form.read(body["view"])
    turn = Turn(desk, nobody, command=name, form=form)
    return Heard(_sender(body, f"{form.view_id}.{form.hash}"), turn, body.get("trigger_id"), None, form.view_id)


def shortcut(desk: Desk, nobody: Actor, body: Body, name: str) -> Heard:
    """A shortcut: a global one, or one used on a message."""
    url = str(body.get("response_url") or "")
    marked = _marked(body) if body.get("type") == "message_action" else None
    turn = Turn(desk, nobody, command=name, reply_url=url, marked=marked)
    return Heard(_sender(body, body.get("trigger_id")), turn, body.get("trigger_id"), url or None)


def _marked(body: Body) -> Marked:
    """What people write themselves has one of these subtypes or none; the rest is Slack's or an app's."""
    message = body["message"]
    by_person = message.get("subtype") in (None, "", "file_share", "thread_broadcast", "me_message")
    return Marked(
        channel=str(body["channel"]["id"]),
        ts=str(message["ts"]),
        thread_ts=str(message.get("thread_ts") or ""),
        author=str(message.get("user") or ""),
        home_team=str(message.get("user_team") or message.get("team") or ""),
        is_app=bool(message.get("bot_id") or message.get("app_id") or not by_person),
        text=str(message.get("text") or ""),
    )


def _sender(body: Body, key: str | None) -> Sender:
    user, team = body["user"], body.get("team") or {}
    team_id = str(team.get("id") or user.get("team_id") or "")
    return Sender(team_id, str(user["id"]), user.get("team_id"), key)
