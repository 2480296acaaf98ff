"""Settings: what each variable may be, which command asks for which, and that no secret is ever shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import (
    READ_BY,
    WHERE,
    ConfigProblem,
    Settings,
    environment_with,
    examine,
    load,
)
from bot.store.database import Database
from sandbox.server import Sandbox
from tests.harness import office

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and none of our variables."""
    for name in WHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def problem_of(command: str) -> str:
    """The only problem of this command, in one line."""
    with pytest.raises(ConfigProblem) as caught:
        load(command)
    assert len(caught.value.problems) == 1, caught.value.problems
    (line,) = caught.value.problems
    assert "\n" not in line
    return line


def test_defaults_are_those_of_the_documentation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, HTTP)
    settings = load("run")
    assert settings.stagecoach_mode == "http"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.port == 3000
    assert settings.stagecoach_process == "buyer_centric"
    assert settings.stagecoach_command == "/deal"
    assert settings.stagecoach_managers == frozenset()
    assert settings.database.database == str(tmp_path / ".stagecoach" / "stagecoach.db")
    assert settings.is_sqlite


def test_run_listens_on_this_machine_and_web_everywhere_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP)
    assert load("run").host_for("run") == "127.0.0.1"
    assert load("web").host_for("web") == "0.0.0.0"
    monkeypatch.setenv("HOST", "10.0.0.7")
    assert load("web").host_for("web") == "10.0.0.7"


@pytest.mark.parametrize("command", ["run", "web"])
def test_what_talks_to_slack_asks_for_every_missing_token_at_once(command: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        load(command)
    token, secret = caught.value.problems
    assert token.startswith("SLACK_BOT_TOKEN is not set. Copy")
    assert secret.startswith("SLACK_SIGNING_SECRET is not set. Copy")


def test_socket_mode_asks_for_the_app_token_and_not_for_the_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"SLACK_BOT_TOKEN": "xoxb-1", "STAGECOACH_MODE": "socket"})
    assert problem_of("run").startswith("SLACK_APP_TOKEN is not set.")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert load("run").stagecoach_mode == "socket"


def test_the_worker_needs_the_bot_token_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem_of("worker").startswith("SLACK_BOT_TOKEN is not set.")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert load("worker").slack_bot_token == SecretStr("xoxb-1")


@pytest.mark.parametrize("command", ["migrate", "process", "manifest"])
def test_what_needs_no_slack_asks_for_nothing_of_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(command)
    set_all(monkeypatch, {"SLACK_BOT_TOKEN": "nonsense", "STAGECOACH_MODE": "nonsense", "PORT": "nonsense"})
    assert load(command).stagecoach_mode == "http"


BAD_VALUES = [
    ("SLACK_BOT_TOKEN", "xoxp-987654", "does not start with xoxb- (it is a user token)"),
    ("SLACK_BOT_TOKEN", '"xoxb-987654"', "stands in quotation marks"),
    ("SLACK_BOT_TOKEN", "xoxb-98 7654", "contains a space"),
    ("SLACK_SIGNING_SECRET", "xoxb-987654", "is a token, not the signing secret"),
    ("SLACK_APP_TOKEN", "xoxb-987654", "does not start with xapp- (it is the bot token)"),
    ("SLACK_API_URL", "slack.com/api", "is not an http or https address"),
    ("SLACK_API_URL", "http://slack.example/api/", "is plain http to another machine"),
    ("SLACK_API_URL", "http://127.0.0.1@slack.example/api/", "is more than an address"),
    ("SLACK_API_URL", "http://[::1/api/", "is not a web address"),
    ("DATABASE_URL", "mysql://me:987654@db/x", "names the database “mysql”"),
    ("DATABASE_URL", "987654", "is not a database address"),
    ("DATABASE_URL", "postgresql://me:987654@db:port/x", "is not a database address that can be read"),
    ("DATABASE_URL", "sqlite://", "names no file"),
    ("PORT", "65536", "is not a port number: “65536”"),
    ("PORT", "-1", "is not a port number: “-1”"),
    ("PORT", "http", "is not a port number: “http”"),
    ("STAGECOACH_PUBLIC_URL", "deals.ours.example", "is not an http or https address"),
    ("STAGECOACH_PUBLIC_URL", "http://deals.ours.example", "is plain http"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.example/deals", "has a path"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.example/?a=b", "is more than an address"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.example?", "is more than an address"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.example/#", "is more than an address"),
    ("STAGECOACH_PUBLIC_URL", "https://our s.example", "has signs in it that no web address has"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.example\\deals", "has signs in it that no web address has"),
    ("STAGECOACH_PUBLIC_URL", "https://ours.exa\u202emple", "has signs in it that no web address has"),
    ("STAGECOACH_COMPANY_COLOUR", "blue", "is not a colour like #1d4e6b: “blue”"),
    ("STAGECOACH_COMPANY_COLOUR", "#12345", "is not a colour"),
    ("STAGECOACH_COMPANY_NAME", "n" * 81, "is longer than 80 characters"),
    ("STAGECOACH_MODE", "sokcet", "is neither http nor socket: “sokcet”"),
    ("STAGECOACH_LOG", "xml", "is neither json nor console: “xml”"),
    ("STAGECOACH_PROCESS", "Buyer Centric", "is not the key of a process"),
    ("STAGECOACH_PROCESS_DIR", "nowhere", "is not a folder"),
    ("STAGECOACH_MANAGER_CHANNEL", "#deals", "is not a channel id like C012ABCDEF: “#deals”"),
    ("STAGECOACH_MANAGERS", "U1,@marta", "has something that is no user id like U012ABCDEF: “@marta”"),
    ("STAGECOACH_COMPANY_DOMAINS", "ours.com,rita@ours.com", "has something that is no mail domain"),
    ("STAGECOACH_COUNTRY", "Germany", "is not a country code like DE: “Germany”"),
    ("STAGECOACH_AGENDA_HOUR", "3", "is not an hour from 6 to 17: “3”"),
    ("STAGECOACH_AGENDA_HOUR", "nine", "is not an hour from 6 to 17: “nine”"),
    ("STAGECOACH_AGENDA_DAYS", "mon-fool", "has something that is no weekday: “mon-fool”"),
    ("STAGECOACH_POSTS_PER_MINUTE", "0", "is not a number from 1 to 100000: “0”"),
    ("STAGECOACH_COMMAND", "deal", "is not a slash command"),
    ("STAGECOACH_COMMAND", "/" + "d" * 32, "is not a slash command"),
    ("STAGECOACH_CLOCK_URL", "http://clock.example/clock", "is not on this machine"),
    ("STAGECOACH_DNS_URL", "https://dns.example/dns", "is not on this machine"),
    ("STAGECOACH_CLOCK_URL", "file:///etc/passwd", "is not an http or https address"),
]


@pytest.mark.parametrize(("name", "value", "what"), BAD_VALUES)
def test_a_wrong_value_names_the_variable_what_is_wrong_and_where_to_get_it(
    name: str, value: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, HTTP | {name: value})
    line = problem_of("run")
    assert line.startswith(f"{name} {what}")
    assert line.endswith(WHERE[name])
    assert "987654" not in line


@pytest.mark.parametrize("name", sorted(WHERE))
def test_a_token_under_the_wrong_name_is_not_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP)
    for secret in ("xoxb-1-987654", "xapp-1-987654", "987654abcdef0123456789abcdef0123"):
        monkeypatch.setenv(name, secret)
        assert "987654" not in "\n".join(examine("doctor")[1])


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"PORT": "x", "STAGECOACH_MODE": "y", "SLACK_BOT_TOKEN": "z"})
    assert {line.split()[0] for line in examine("run")[1]} == {
        "PORT", "STAGECOACH_MODE", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"
    }  # fmt: skip


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP | {"PORT": "", "STAGECOACH_MANAGERS": " ", "DATABASE_URL": "", "HOST": ""})
    settings = load("run")
    assert (settings.port, settings.stagecoach_managers, settings.is_sqlite) == (3000, frozenset(), True)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "  ")
    assert problem_of("run").startswith("SLACK_BOT_TOKEN is not set.")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("postgres://u:p%40w@db:5433/x?sslmode=require", "postgresql+psycopg://u:p%40w@db:5433/x?sslmode=require"),
        ("postgresql://u@db/x", "postgresql+psycopg://u@db/x"),
        ("postgresql+psycopg://u@db/x", "postgresql+psycopg://u@db/x"),
        ("sqlite:////var/lib/deals.db", "sqlite:////var/lib/deals.db"),
    ],
)
def test_database_addresses_get_their_driver(written: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP | {"DATABASE_URL": written})
    settings = load("run")
    assert settings.database.render_as_string(hide_password=False) == url
    assert settings.is_sqlite == url.startswith("sqlite")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://slack.com/api", "https://slack.com/api/"),
        ("http://127.0.0.1:4000/api/", "http://127.0.0.1:4000/api/"),
        ("http://localhost:4000/api", "http://localhost:4000/api/"),
        ("http://[::1]:4000/api", "http://[::1]:4000/api/"),
    ],
)
def test_the_api_address_ends_in_one_slash(written: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP | {"SLACK_API_URL": written})
    assert load("run").slack_api_url == url


def test_lists_are_separated_by_commas_and_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(
        monkeypatch,
        HTTP | {"STAGECOACH_MANAGERS": "U012AB, W9 ,,", "STAGECOACH_COMPANY_DOMAINS": "@Ours.com, ours.CO.uk."},
    )
    settings = load("run")
    assert settings.stagecoach_managers == {"U012AB", "W9"}
    assert settings.stagecoach_company_domains == {"ours.com", "ours.co.uk"}


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('SLACK_BOT_TOKEN="xoxb-file"\nSLACK_SIGNING_SECRET=s\nPORT=4000\nOTHER=1\n')
    assert load("run").port == 4000
    monkeypatch.setenv("PORT", "5000")
    settings = load("run")
    assert settings.port == 5000
    assert settings.slack_bot_token == SecretStr("xoxb-file")


def test_an_env_file_in_another_encoding_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HOST=\xff\xfe\n")
    assert problem_of("run") == ".env is not written in UTF-8. Save it again with that encoding."


def test_a_home_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("STAGECOACH_HOME", "home")
    assert problem_of("migrate").startswith("STAGECOACH_HOME is a file, not a folder.")


def test_settings_show_no_secret_when_printed() -> None:
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-987654"),
        slack_app_token=SecretStr("xapp-987654"),
        slack_signing_secret=SecretStr("987654"),
        database_url=SecretStr("postgresql://u:987654@db/x"),
    )
    assert "987654" not in f"{settings!r} {settings} {settings.database}"


def test_settings_made_by_hand_are_checked_too_and_take_nothing_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "4444")
    assert Settings().port == 3000
    with pytest.raises(ValidationError):
        Settings(slack_bot_token=SecretStr("nonsense"))


def test_every_setting_is_documented_and_read_by_a_command() -> None:
    names = {name.upper() for name in Settings.model_fields}
    assert names == set(WHERE)
    assert names == set().union(*READ_BY.values())
    example = (Path(__file__).parent.parent / ".env.example").read_text(encoding="utf-8")
    assert {line.lstrip("#").partition("=")[0] for line in example.splitlines() if "=" in line} == names


def test_a_child_process_gets_the_environment_without_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, HTTP | {"OTHER": "kept"})
    environment = environment_with({"SLACK_SIGNING_SECRET": "another"})
    assert environment["OTHER"] == "kept"
    assert environment["SLACK_SIGNING_SECRET"] == "another"
    assert "SLACK_BOT_TOKEN" not in environment


def test_client_credentials_in_the_environment_give_bolt_no_flow_of_its_own(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, sqlite: Database
) -> None:
    set_all(monkeypatch, {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "of another app"})
    with office(sandbox, sqlite) as opened:
        assert opened.application.bolt.oauth_flow is None
        opened.rita.types("/deal help")
        opened.rita.waits_to_see("move X")
    assert (os.environ["SLACK_CLIENT_ID"], os.environ["SLACK_CLIENT_SECRET"]) == ("1.2", "of another app")
