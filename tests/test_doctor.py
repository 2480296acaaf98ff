"""The doctor: what it finds well, and what it tells to do about the rest."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import wiring
from bot.definitions import load_processes, shipped_directory
from bot.doctor import examine
from bot.manifest import SCOPES, make_manifest
from bot.settings import Settings
from bot.store import workspaces
from bot.store.database import Database
from bot.store.workspaces import Choices, Identity
from sandbox.server import APP_TOKEN, BOT_TOKEN, Sandbox
from sandbox.team import DEALS, DEEPAK, GENERAL, GUS, MARTA

IDENTITY = Identity("T1", "Northbeam", "https://northbeam.example/", "B1", "U1")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest=make_manifest(), mode="socket") as running:
        yield running


@pytest.fixture
def workspace(sandbox: Sandbox) -> Sandbox:
    sandbox.reset()
    return sandbox


@pytest.fixture
def settings(workspace: Sandbox, tmp_path: Path) -> Settings:
    """Settings under which everything is well."""
    made = Settings(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=workspace.api_url,
        stagecoach_mode="socket",
        stagecoach_home=tmp_path / "home",
        stagecoach_manager_channel=DEALS,
        stagecoach_managers=frozenset([MARTA, DEEPAK]),
    )
    wiring.migrate(made)
    return made


def lines(settings: Settings, **changed: Any) -> list[str]:
    """The doctor's lines with some settings changed."""
    values = {name: getattr(settings, name) for name in Settings.model_fields} | changed
    return [str(finding) for finding in examine(Settings(**values), [])]


def amiss(settings: Settings, **changed: Any) -> list[str]:
    return [line for line in lines(settings, **changed) if line.startswith("!!  ")]


def test_a_bot_that_is_set_up_well_gets_a_line_for_each_question(settings: Settings) -> None:
    found = lines(settings)
    assert all(line.startswith("ok  ") for line in found), found
    subjects = [line[4:].partition(":")[0] for line in found]
    assert subjects == [
        "settings", "process definitions", "database", "database",
        *["in force"] * 5, "confirmation pages", "token",
        "scopes", "Socket Mode", "managers' channel", "managers", "managers",
    ]  # fmt: skip
    assert "ok  managers' channel: #deals, and the bot is in it" in found


def test_what_a_manager_set_in_slack_stands_beside_the_environments_value(settings: Settings) -> None:
    database = Database(settings.database)
    try:
        with database.write() as connection:
            workspaces.remember(connection, IDENTITY, datetime(2026, 11, 23, tzinfo=UTC))
            workspaces.choose(connection, "T1", Choices(managers=frozenset({DEEPAK}), agenda_hour=7))
    finally:
        database.close()
    found = lines(settings)
    assert f"ok  in force: managers {DEEPAK} (set in Slack; STAGECOACH_MANAGERS says {DEEPAK},{MARTA})" in found
    assert "ok  in force: agenda at 7 (set in Slack; STAGECOACH_AGENDA_HOUR says 9)" in found
    assert "ok  in force: working days Mon to Fri (STAGECOACH_AGENDA_DAYS)" in found
    assert len([line for line in found if "managers:" in line]) == 1, "only those in force are looked up"


def test_problems_of_the_settings_are_lines_with_where_to_get_them() -> None:
    found = [str(one) for one in examine(Settings(), ["SLACK_BOT_TOKEN is not set. Copy it from there."])]
    assert found[0] == "!!  settings: SLACK_BOT_TOKEN is not set → Copy it from there."
    assert "!!  Slack was not asked → set SLACK_BOT_TOKEN first" in found


def test_a_token_that_slack_does_not_know_is_told_where_to_copy_it(settings: Settings) -> None:
    (line,) = amiss(settings, slack_bot_token=SecretStr("xoxb-other"))
    assert line.startswith("!!  token: Slack says invalid_auth → Copy the Bot User OAuth Token")


def test_a_slack_that_is_away_is_told_as_that(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    (line,) = amiss(settings, slack_api_url=f"http://127.0.0.1:{port}/api/")
    assert line.startswith("!!  token: Slack is not reachable (")
    assert line.endswith(f"→ check the network and SLACK_API_URL (http://127.0.0.1:{port}/api/)")


def test_a_missing_scope_is_told_with_what_it_is_for(settings: Settings, workspace: Sandbox) -> None:
    app = workspace.workspace.app
    workspace.workspace.app = dataclasses.replace(app, scopes=frozenset(SCOPES) - {"files:write"})
    (line,) = amiss(settings)
    assert line.startswith("!!  scopes: files:write is missing, without which the bot cannot copy that file into")
    assert "install the app again" in line


def test_a_channel_without_the_bot_gets_the_line_to_invite_it(settings: Settings) -> None:
    (line,) = amiss(settings, stagecoach_manager_channel=GENERAL)
    assert line == "!!  managers' channel: the bot is not in #general → write `/invite @stagecoach` in #general"


def test_a_channel_that_does_not_exist_is_told_so(settings: Settings) -> None:
    (line,) = amiss(settings, stagecoach_manager_channel="C0NOWHERE")
    assert line.startswith("!!  managers' channel: Slack says channel_not_found (C0NOWHERE) → check the id;")


def test_an_archived_channel_is_told_so(settings: Settings, workspace: Sandbox) -> None:
    workspace.workspace.channels[DEALS].is_archived = True
    assert amiss(settings) == ["!!  managers' channel: #deals is archived → unarchive it or set another one"]


def test_the_channel_of_a_process_is_looked_at_too(settings: Settings, tmp_path: Path) -> None:
    shipped = (shipped_directory() / "simple_3.yaml").read_text(encoding="utf-8")
    (tmp_path / "named.yaml").write_text(shipped.replace("key: simple_3\n", "key: named\nchannel: '#sales'\n", 1))
    (tmp_path / "other.yaml").write_text(shipped.replace("key: simple_3\n", f"key: other\nchannel: {GENERAL}\n", 1))
    changed = {"stagecoach_process_dir": tmp_path, "stagecoach_process": "named"}
    named, outside = amiss(settings, **changed, stagecoach_manager_channel=None)
    assert named == "!!  managers' channel: #sales is a name, which cannot be looked up → write its id instead"
    assert outside.startswith("!!  managers' channel: the bot is not in #general")


def test_no_channel_and_no_manager_are_told_with_where_to_find_their_ids(settings: Settings) -> None:
    channel, managers = amiss(settings, stagecoach_manager_channel=None, stagecoach_managers=frozenset())
    assert channel.startswith("!!  managers' channel: none is set → set STAGECOACH_MANAGER_CHANNEL. Open the channel")
    assert managers.startswith("!!  managers: none is set, so nobody can approve → set STAGECOACH_MANAGERS.")


def test_a_manager_who_is_a_guest_or_nobody_is_told_so(settings: Settings) -> None:
    guest, nobody = amiss(settings, stagecoach_managers=frozenset([MARTA, GUS, "UNOBODY"]))
    assert guest == f"!!  managers: {GUS} is no full member of the workspace → name somebody who is"
    assert nobody.startswith("!!  managers: UNOBODY: Slack says user_not_found →")


def test_an_app_token_that_slack_does_not_know_is_told_so(settings: Settings) -> None:
    (line,) = amiss(settings, slack_app_token=SecretStr("xapp-other"))
    assert line.startswith("!!  Socket Mode: Slack says invalid_auth →")


def test_a_database_that_is_not_migrated_or_not_there_is_told_what_to_run(settings: Settings, tmp_path: Path) -> None:
    (line,) = amiss(settings, stagecoach_home=tmp_path / "elsewhere")
    assert "does not exist yet → run `stagecoach run` or `stagecoach migrate`" in line
    assert not (tmp_path / "elsewhere").exists()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "stagecoach.db").touch()
    (line,) = amiss(settings, stagecoach_home=tmp_path / "elsewhere")
    assert line == "!!  database: not at the newest migration → run `stagecoach migrate`"


def test_a_database_that_is_away_is_told_without_its_password(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    for address in (f"postgresql://u:987654@127.0.0.1:{port}/x", f"postgresql://127.0.0.1:{port}/x?password=987654"):
        (line,) = amiss(settings, database_url=SecretStr(address))
        assert f"127.0.0.1:{port}/x cannot be used: connection failed" in line
        assert "987654" not in line


def test_mistakes_in_process_definitions_are_lines_of_their_own(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (line,) = amiss(settings, stagecoach_process_dir=folder)
    assert line.startswith("!!  process definitions: ")
    (folder / "mine.yaml").write_text("key: mine\nnmae: Mine\n")
    assert any("mine.yaml" in line for line in amiss(settings, stagecoach_process_dir=folder))


def test_a_mistake_in_the_teams_own_rules_of_evidence_is_named_with_its_line(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text((shipped_directory() / "simple_3.yaml").read_text())
    (tmp_path / "inspection").mkdir()
    rules = tmp_path / "inspection" / "ours.yaml"
    rules.write_text("lists:\n  nouns: {words: deck}\n")
    (line,) = amiss(settings, stagecoach_process_dir=tmp_path, stagecoach_process="simple_3")
    assert "ours.yaml:2: there is no list “nouns”" in line
    rules.write_text("lists:\n  opinion: {words: wobbly}\n")
    assert amiss(settings, stagecoach_process_dir=tmp_path, stagecoach_process="simple_3") == []


def test_a_default_process_that_is_not_defined_names_those_that_are(settings: Settings) -> None:
    (line,) = amiss(settings, stagecoach_process="other")
    assert line.endswith(f"set STAGECOACH_PROCESS to one of {', '.join(load_processes())}")
