"""What Slack puts into deliveries: people, views, channels, messages and containers as JSON."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.contents import Channel, Message, User, Values, View
from sandbox.files import file_json
from sandbox.inputs import field_of, state_option
from sandbox.messages import message_json
from sandbox.slack import Slack

Json = dict[str, Any]


def team_json(slack: Slack) -> Json:
    return {"id": slack.workspace.team.id, "domain": slack.workspace.team.domain}


# Which names of a person each kind of payload carries.
_NAMES = {
    "block_actions": ("username", "name"),
    "message_action": ("username", "name"),
    "shortcut": ("username",),
    "view_submission": ("name",),
    "view_closed": ("name",),
}


def channel_name(channel: Channel) -> str:
    """The name that interactive payloads give; private channels and direct messages have stand-ins."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage"}[channel.kind]


def values_json(slack: Slack, values: Values) -> Json:
    """``state.values``, with whole file objects in place of the ids that the workspace keeps."""
    told = copy.deepcopy(values)
    for actions in told.values():
        for state in actions.values():
            if state["type"] == "file_input":
                state["files"] = [file_json(slack, slack.workspace.files[file_id]) for file_id in state["files"]]
    return told


def view_json(slack: Slack, view: View, *, with_inputs: bool = True) -> Json:
    """A view as Slack returns and delivers it; without the values of input blocks when it was closed."""
    app, content = slack.workspace.app, view.content
    values = view.values
    if not with_inputs:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        values = {block_id: actions for block_id, actions in values.items() if block_id not in inputs}
    return {
        "id": view.id,
        "team_id": view.team_id,
        "type": view.type,
        "blocks": copy.deepcopy(view.blocks),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": values_json(slack, values)},
        "hash": view.hash,
        "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": app.id,
        "external_id": view.external_id,
        "app_installed_team_id": slack.workspace.team.id,
        "bot_id": app.bot_id,
    }


def home_opened(slack: Slack, user_id: str, channel_id: str, tab: str) -> Json:
    """The event of somebody looking at the app. The view is told as it was published; its published type has no
    state and no hash."""
    event: Json = {"type": "app_home_opened", "user": user_id, "channel": channel_id, "tab": tab}
    event["event_ts"] = slack.workspace.timestamps.next()
    home = slack.workspace.homes.get(user_id)
    return event | ({"view": copy.deepcopy(home.content)} if tab == "home" and home else {})


def interaction(slack: Slack, kind: str, user: User) -> Json:
    """What all interactive payloads begin with; the person's ``team_id`` is their own company's."""
    app = slack.workspace.app
    begun: Json = {
        "type": kind,
        "team": team_json(slack),
        "user": {"id": user.id, "team_id": user.team_id} | dict.fromkeys(_NAMES[kind], user.name),
        "token": app.verification_token,
        "is_enterprise_install": False,
    }
    return begun if kind in ("shortcut", "message_action") else begun | {"api_app_id": app.id}


def command_form(slack: Slack, user: User, channel: Channel, command: str, text: str) -> dict[str, str]:
    """A slash command, as the fields of its form; ``text`` is escaped already."""
    app, team = slack.workspace.app, slack.workspace.team
    return {
        "token": app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": slack.response_url(user.id, channel.id),
        "trigger_id": slack.tickets.trigger(user.id, channel.id),
    }


def action_on_view(slack: Slack, user: User, view: View, action: Json) -> Json:
    """Something pressed or chosen in a modal or on Home. The published type of the payload wants a response_url
    here too; there is no message to answer to, so it is empty."""
    payload = interaction(slack, "block_actions", user)
    modal = view.id if view.type == "modal" else None
    return payload | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.tickets.trigger(user.id, view.channel_id, modal),
        "view": view_json(slack, view),
        "response_url": "",
        "actions": [action],
    }


def action_on_message(slack: Slack, user: User, channel: Channel, message: Message, action: Json) -> Json:
    """Something pressed or chosen in a message; an ephemeral one is named in the container only."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = interaction(slack, "block_actions", user) | {
        "container": container,
        "trigger_id": slack.tickets.trigger(user.id, channel.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values_json(slack, message.values.get(user.id, {}))},
        "response_url": slack.response_url(user.id, channel.id, message.ts),
        "actions": [action],
    }
    if message.ephemeral_to is None:
        payload["message"] = message_json(slack.workspace, message)
    return payload


def action_json(block: Json, element: Json, state: Json | None, ts: str) -> Json:
    """The one entry of ``actions``: which element, and what it holds now."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }
    if element["type"] == "button":
        action["text"] = element["text"]
        return action | {name: element[name] for name in ("value", "url") if name in element}
    field = field_of(element["type"]) or "selected_option"
    value = (state or {}).get(field)
    if element["type"] == "plain_text_input" and value is None:
        value = ""
    if element["type"] == "overflow" and value is not None:
        value = state_option(value)
    return action | {field: value}


def view_submission(slack: Slack, user: User, view: View) -> Json:
    return interaction(slack, "view_submission", user) | {
        "trigger_id": slack.tickets.trigger(user.id, view.channel_id, view.id),
        "view": view_json(slack, view),
        "response_urls": _response_urls(slack, user, view),
    }


def _response_urls(slack: Slack, user: User, view: View) -> list[Json]:
    """One for each channel picked in an input that asked for it with ``response_url_enabled``."""
    urls = []
    for block in view.blocks:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        channel_id = state.get("selected_conversation") or state.get("selected_channel")
        if channel_id:
            url = slack.response_url(user.id, channel_id)
            ids = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel_id}
            urls.append(ids | {"response_url": url})
    return urls


def view_closed(slack: Slack, user: User, view: View, *, is_cleared: bool) -> Json:
    return interaction(slack, "view_closed", user) | {
        "view": view_json(slack, view, with_inputs=False),
        "is_cleared": is_cleared,
    }


def global_shortcut(slack: Slack, user: User, callback_id: str, ts: str) -> Json:
    return interaction(slack, "shortcut", user) | {
        "callback_id": callback_id,
        "action_ts": ts,
        "trigger_id": slack.tickets.trigger(user.id),
    }


def message_shortcut(slack: Slack, user: User, channel: Channel, message: Message, callback_id: str, ts: str) -> Json:
    return interaction(slack, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": ts,
        "trigger_id": slack.tickets.trigger(user.id, channel.id),
        "response_url": slack.response_url(user.id, channel.id, message.ts),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": message.ts,
        "message": message_json(slack.workspace, message),
    }
