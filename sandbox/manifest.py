"""Reading an app's manifest: which commands, shortcuts, events and scopes it asks for."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sandbox.contents import App, Command, Shortcut

Json = dict[str, Any]


def read_manifest(path: Path) -> Json:
    """A manifest in JSON or YAML; raises ValueError when it is neither."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        content = json.loads(text)
    else:
        try:
            content = YAML(typ="safe", pure=True).load(text)
        except YAMLError as problem:
            raise ValueError(f"{path} is no YAML: {problem}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} is no manifest")
    return content


def app_from_manifest(app: App, manifest: Json) -> App:
    """The app as Slack would install it from this manifest; its ids and tokens stay."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    home = features.get("app_home", {})
    return dataclasses.replace(
        app,
        name=manifest.get("display_information", {}).get("name", app.name),
        scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands=tuple(_command(one) for one in features.get("slash_commands", ())),
        shortcuts=tuple(_shortcut(one) for one in features.get("shortcuts", ())),
        has_home=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
    )


def _command(one: Json) -> Command:
    hint, escape = one.get("usage_hint", ""), bool(one.get("should_escape", False))
    return Command(one["command"], one.get("description", ""), hint, escape)


def _shortcut(one: Json) -> Shortcut:
    description = one.get("description", "")
    if one.get("type") == "message":
        return Shortcut(one["callback_id"], one["name"], "message", description)
    return Shortcut(one["callback_id"], one["name"], "global", description)
