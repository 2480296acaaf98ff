"""The app's manifest: what Slack has to know about the app, from one table of scopes and one of events."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from bot.slack.ids import Shortcut

SCOPES: dict[str, str] = {
    "commands": "hear the slash command and the shortcuts “Log a deal” and “Use as deal evidence”",
    "chat:write": "post cards in the managers' channel and answer people in direct messages",
    "im:write": "open a direct message, to bring a manager's question or decision to the rep",
    "users:read": "know a person's name and time zone, and whether they are a member, a guest or of another company",
    "files:read": "read a file that somebody attached to a piece of evidence",
    "files:write": "copy that file into the card's thread, where managers can open it and outsiders cannot",
    "channels:read": "see whether the bot is in the managers' channel (`stagecoach doctor`)",
    "groups:read": "the same where that channel is private",
}
"""Every bot scope, with the reason for it."""

EVENTS: dict[str, str] = {
    "app_home_opened": "draw a person's page when they open it",
    "user_change": "notice a changed name or time zone, and people who left or became guests",
}
"""Every event that is listened to, with the reason for it."""

PATH = "/slack/events"

_LONG_DESCRIPTION = (
    "Stagecoach walks a deal through the stages of your sales process. A deal leaves its stage only when the exit "
    "criteria of that stage are met by evidence about the buyer that somebody else can check: a mail, a meeting, a "
    "document, a message. Reps log deals, add evidence and move deals with one slash command, and are told what is "
    "missing and how to get it. Managers see each move with its evidence in a channel, ask for proof, approve or "
    "send back."
)


class BadUrl(ValueError):
    """The address for Slack's deliveries cannot be one."""


def make_manifest(command: str = "/deal", url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or with the bot's public address for HTTP. Raises BadUrl."""
    request_url = _request_url(url) if url else None
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    slash = _slash_command(command)
    if request_url:
        events = {"request_url": request_url, **events}
        interactivity["request_url"] = request_url
        slash["url"] = request_url
    return {
        "display_information": {
            "name": "Stagecoach",
            "description": "Coaches reps through stage exit criteria: a deal moves on evidence about the buyer.",
            "background_color": "#1f3a4d",
            "long_description": _LONG_DESCRIPTION,
        },
        "features": {
            # Read-only would keep people from answering the bot where it asks them.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Stagecoach", "always_online": True},
            "shortcuts": [
                {
                    "name": "Log a deal",
                    "type": "global",
                    "callback_id": Shortcut.LOG_DEAL.value,
                    "description": "Start a new deal: only its name is needed",
                },
                {
                    "name": "Use as deal evidence",
                    "type": "message",
                    "callback_id": Shortcut.USE_AS_EVIDENCE.value,
                    "description": "Prove an exit criterion with this message: you see first what managers will see",
                },
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(manifest: dict[str, Any]) -> str:
    """The manifest as a person pastes it into Slack's form."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(manifest, out)
    return out.getvalue()


def _slash_command(command: str) -> dict[str, Any]:
    return {
        "command": command,
        "description": "Log a deal, prove its exit criteria, move it on",
        "usage_hint": "[new | show | move | evidence | won | lost | help] …",
        # People, channels and links then arrive as ids and addresses, not as the text that looks like them.
        "should_escape": True,
    }


def _request_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl(f"{url} is not a web address") from None
    if parts.scheme != "https" or not re.fullmatch(r"[\w.-]+", parts.hostname or "") or parts.query or parts.fragment:
        raise BadUrl(f"{url} is not an address like https://stagecoach.ours.com, which Slack can reach")
    if parts.username or parts.password:
        raise BadUrl("leave user and password out of the address")
    host = (parts.hostname or "") + (f":{port}" if port else "")
    return f"https://{host}{parts.path.rstrip('/').removesuffix(PATH)}{PATH}"
