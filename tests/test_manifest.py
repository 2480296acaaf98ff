"""The manifest: equal to the file in the repository, least scopes, and within Slack's limits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.manifest import EVENTS, SCOPES, BadUrl, as_yaml, make_manifest
from bot.slack.ids import Shortcut

FILE = Path(__file__).parent.parent / "slack_manifest.yaml"

# Which bot scope an event or a method asks for, from Slack's reference of each.
SCOPE_OF_EVENT = {"app_home_opened": None, "user_change": "users:read"}
METHODS_BY_SCOPE = {
    "commands": ["(slash commands and shortcuts)"],
    "chat:write": ["chat.postMessage", "chat.update"],
    "im:write": ["conversations.open"],
    "users:read": ["users.info", "users.list"],
    "files:read": ["files.info"],
    "files:write": ["files.getUploadURLExternal", "files.completeUploadExternal"],
    "channels:read": ["conversations.info"],
    "groups:read": ["conversations.info"],
}


def test_the_file_in_the_repository_is_what_the_command_prints() -> None:
    assert FILE.read_text(encoding="utf-8") == as_yaml(make_manifest())


def test_reading_the_printed_manifest_gives_it_back() -> None:
    made = make_manifest(url="https://bot.example")
    assert YAML(typ="safe").load(as_yaml(made)) == made


def test_socket_mode_names_no_address_and_http_names_it_everywhere() -> None:
    assert "url" not in as_yaml(make_manifest()).replace("request_url", "url").split("background_color")[1]
    web = make_manifest(url="https://bot.example")
    address = "https://bot.example/slack/events"
    assert web["features"]["slash_commands"][0]["url"] == address
    assert web["settings"]["event_subscriptions"]["request_url"] == address
    assert web["settings"]["interactivity"]["request_url"] == address
    assert web["settings"]["socket_mode_enabled"] is False
    assert make_manifest()["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://bot.example/", "https://bot.example/slack/events"),
        ("https://bot.example:8443/stage", "https://bot.example:8443/stage/slack/events"),
        ("https://bot.example/slack/events", "https://bot.example/slack/events"),
        ("https://BOT.example", "https://bot.example/slack/events"),
    ],
)
def test_the_path_is_added_once(given: str, address: str) -> None:
    assert make_manifest(url=given)["settings"]["interactivity"]["request_url"] == address


@pytest.mark.parametrize(
    "given",
    ["http://bot.example", "bot.example", "https://", "https://u:p@bot.example", "https://b.example?x=1", "https://[x"],
)
def test_an_address_that_slack_cannot_call_is_refused(given: str) -> None:
    with pytest.raises(BadUrl):
        make_manifest(url=given)


def test_typed_users_channels_and_links_arrive_as_ids() -> None:
    (command,) = make_manifest("/vendita")["features"]["slash_commands"]
    assert command["command"] == "/vendita"
    assert command["should_escape"] is True


def test_people_may_write_to_the_bot_and_the_shortcut_is_the_one_we_hear() -> None:
    features = make_manifest()["features"]
    assert features["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False
    }  # fmt: skip
    heard = [(shortcut["type"], shortcut["callback_id"]) for shortcut in features["shortcuts"]]
    assert heard == [("global", Shortcut.LOG_DEAL.value), ("message", Shortcut.USE_AS_EVIDENCE.value)]


def test_every_scope_has_a_reason_and_a_use() -> None:
    assert make_manifest()["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert set(SCOPES) == set(METHODS_BY_SCOPE)
    assert all(len(reason) > 20 or reason.startswith("the same") for reason in SCOPES.values())


def test_every_method_that_the_code_calls_has_its_scope() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (FILE.parent / "bot").rglob("*.py"))
    called = set(re.findall(r'"((?:chat|conversations|users|files|team|bots|reactions|pins)\.\w+)"', source))
    known = {method for methods in METHODS_BY_SCOPE.values() for method in methods} | {"chat.getPermalink"}
    assert called <= known, f"add the scope of {called - known} to the manifest"


def test_every_event_has_its_scope() -> None:
    assert list(EVENTS) == make_manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert set(SCOPE_OF_EVENT) == set(EVENTS)
    assert {scope for scope in SCOPE_OF_EVENT.values() if scope} <= set(SCOPES)


LIMITS = {
    ("display_information", "name"): (1, 35),
    ("display_information", "description"): (1, 140),
    ("display_information", "long_description"): (175, 4000),
    ("features", "bot_user", "display_name"): (1, 80),
    ("features", "shortcuts", 0, "name"): (1, 24),
    ("features", "shortcuts", 0, "description"): (1, 150),
    ("features", "shortcuts", 1, "name"): (1, 24),
    ("features", "shortcuts", 1, "description"): (1, 150),
    ("features", "slash_commands", 0, "command"): (2, 32),
    ("features", "slash_commands", 0, "usage_hint"): (1, 1000),
}


@pytest.mark.parametrize("path", list(LIMITS), ids=str)
def test_texts_are_as_long_as_slack_allows(path: tuple[Any, ...]) -> None:
    value: Any = make_manifest()
    for key in path:
        value = value[key]
    least, most = LIMITS[path]
    assert least <= len(value) <= most
