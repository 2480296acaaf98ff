"""The only reader of the environment: the name, the default and the check of every setting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url

from bot import setting_checks as checks
from bot.domain.pace import POSTS_PER_MINUTE
from bot.domain.rhythm import EARLIEST, HOUR, LATEST, WORKWEEK

Mode = Literal["http", "socket"]
LogFormat = Literal["json", "console"]

APP_PAGE = "https://api.slack.com/apps → your app"

WHERE: dict[str, str] = {
    "SLACK_BOT_TOKEN": f"Copy the Bot User OAuth Token (xoxb-…) from {APP_PAGE} → OAuth & Permissions.",
    "SLACK_SIGNING_SECRET": f"Copy it from {APP_PAGE} → Basic Information, or set STAGECOACH_MODE=socket.",
    "SLACK_APP_TOKEN": f"Make an app-level token (xapp-…) with connections:write in {APP_PAGE} → Basic Information.",
    "SLACK_API_URL": "Leave it out to use Slack itself, https://slack.com/api/.",
    "DATABASE_URL": "Write postgresql://user:password@host/name, or leave it out for a SQLite file in STAGECOACH_HOME.",
    "PORT": "Use a number from 0 to 65535; 0 picks a free port, left out it is 3000.",
    "HOST": "Use an address of this machine, 0.0.0.0 for all of them.",
    "STAGECOACH_MODE": "Use http (Slack calls a public address) or socket (Stagecoach calls Slack).",
    "STAGECOACH_HOME": "Use a folder that Stagecoach may write to; left out it is ./.stagecoach.",
    "STAGECOACH_PROCESS_DIR": "Use a folder of process definitions (*.yaml), or leave it out for the shipped ones.",
    "STAGECOACH_PROCESS": "Use the key of a process as in `stagecoach process check`; left out it is buyer_centric.",
    "STAGECOACH_MANAGER_CHANNEL": "Open the channel in Slack and copy the Channel ID at the end of its About tab.",
    "STAGECOACH_MANAGERS": "Open each manager's profile in Slack, choose ⋮ → Copy member ID, join the ids by commas.",
    "STAGECOACH_COMPANY_DOMAINS": "Write your own company's mail domains joined by commas, like ours.com,ours.co.uk.",
    "STAGECOACH_COMPANY_NAME": "Write your company's name as buyers know it; left out it is the Slack workspace's.",
    "STAGECOACH_COMPANY_COLOUR": "Write a colour like #1d4e6b from your company's style guide, or leave it out.",
    "STAGECOACH_PUBLIC_URL": "Use the https address at which buyers reach this server, such as https://deals.ours.com.",
    "STAGECOACH_COUNTRY": "Use the two letters of ISO 3166, like DE or US, for its public holidays; or leave it out.",
    "STAGECOACH_AGENDA_HOUR": "Use the hour of the morning agenda on each person's clock, 6 to 17; left out it is 9.",
    "STAGECOACH_AGENDA_DAYS": "Write the team's working days like mon-fri or sun-thu; left out they are mon-fri.",
    "STAGECOACH_POSTS_PER_MINUTE": "Use what Slack allows your workspace; left out it is 300.",
    "STAGECOACH_COMMAND": "Use the slash command of your app's manifest; left out it is /deal.",
    "STAGECOACH_LOG": "Use json or console.",
    "STAGECOACH_CLOCK_URL": "It is for the local workspace alone: leave it out.",
    "STAGECOACH_DNS_URL": "It is for the local workspace alone: leave it out.",
}

_DATABASE = frozenset({"DATABASE_URL", "STAGECOACH_HOME"})
_INBOUND = frozenset({"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "PORT", "HOST"})
READ_BY: dict[str, frozenset[str]] = {
    "run": frozenset(WHERE),
    "web": frozenset(WHERE),
    "worker": frozenset(WHERE) - _INBOUND,
    "tick": frozenset(WHERE) - _INBOUND,
    "doctor": frozenset(WHERE),
    "migrate": _DATABASE | {"STAGECOACH_LOG"},
    "work": _DATABASE | {"STAGECOACH_LOG"},
    "process": _DATABASE | {"STAGECOACH_PROCESS_DIR", "STAGECOACH_PROCESS"},
    "manifest": frozenset({"STAGECOACH_COMMAND"}),
}
"""The settings of each command. What a command does not read cannot stop it."""


class ConfigProblem(Exception):
    """Settings are missing or wrong; `problems` holds a line for each: variable, what is wrong, where to get it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


_BotToken = checks.token("xoxb-", {"xoxp-": "it is a user token", "xapp-": "it is an app-level token"})
_AppToken = checks.token("xapp-", {"xoxb-": "it is the bot token", "xoxp-": "it is a user token"})


class Settings(BaseModel):
    """Every setting under the name of its variable in small letters, checked and brought into one form."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Annotated[SecretStr | None, _BotToken] = None
    slack_signing_secret: Annotated[SecretStr | None, BeforeValidator(checks.signing_secret)] = None
    slack_app_token: Annotated[SecretStr | None, _AppToken] = None
    slack_api_url: Annotated[str, BeforeValidator(checks.api_url)] = "https://slack.com/api/"
    """Ends in a slash."""
    database_url: Annotated[SecretStr | None, BeforeValidator(checks.database_url)] = None
    """As written, with the driver named; `database` is what to connect to."""
    port: Annotated[int, BeforeValidator(checks.port)] = 3000
    host: str | None = None
    """None leaves it to the command: `run` listens on this machine alone, `web` on every address."""
    stagecoach_mode: Annotated[Mode, checks.one_of("http", "socket")] = "http"
    stagecoach_home: Annotated[Path, BeforeValidator(checks.home)] = Path(".stagecoach")
    stagecoach_process_dir: Annotated[Path | None, BeforeValidator(checks.process_dir)] = None
    """None means the shipped definitions."""
    stagecoach_process: Annotated[str, checks.matches(r"[a-z][a-z0-9_]*", "is not the key of a process")] = (
        "buyer_centric"
    )
    stagecoach_manager_channel: Annotated[
        str | None, checks.matches(r"[CG][A-Z0-9]+", "is not a channel id like C012ABCDEF")
    ] = None
    stagecoach_managers: Annotated[frozenset[str], BeforeValidator(checks.managers)] = frozenset()
    stagecoach_company_domains: Annotated[frozenset[str], BeforeValidator(checks.domains)] = frozenset()
    stagecoach_company_name: Annotated[
        str | None, checks.matches(r"[^\x00-\x1f]{1,80}", "is longer than 80 characters")
    ] = None
    """None means the name of the Slack workspace."""
    stagecoach_company_colour: Annotated[str, BeforeValidator(checks.colour)] = "#1d4e6b"
    stagecoach_public_url: Annotated[str | None, BeforeValidator(checks.public_url)] = None
    """How buyers reach our pages, without a slash at the end; None means that nobody is sent there."""
    stagecoach_country: Annotated[str | None, checks.matches(r"[A-Z]{2}", "is not a country code like DE")] = None
    stagecoach_agenda_hour: Annotated[int, checks.whole_number(EARLIEST, LATEST - 1, "an hour")] = HOUR
    stagecoach_agenda_days: Annotated[frozenset[int], BeforeValidator(checks.weekdays)] = WORKWEEK
    stagecoach_posts_per_minute: Annotated[int, checks.whole_number(1, 100_000, "a number")] = POSTS_PER_MINUTE
    """In one workspace, by all processes together."""
    stagecoach_command: Annotated[
        str, checks.matches(r"/[a-z0-9_-]{1,31}", "is not a slash command of small letters, digits, - and _")
    ] = "/deal"
    stagecoach_log: Annotated[LogFormat | None, checks.one_of("json", "console")] = None
    """None means console on a terminal, else json."""
    stagecoach_clock_url: Annotated[str | None, BeforeValidator(checks.clock_url)] = None
    stagecoach_dns_url: Annotated[str | None, BeforeValidator(checks.dns_url)] = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, values: Any) -> Any:
        tidy = {name: value.strip() if isinstance(value, str) else value for name, value in dict(values).items()}
        return {name: value for name, value in tidy.items() if value != "" and value is not None}

    @property
    def database(self) -> URL:
        """The database to connect to; by default a file in the home folder."""
        if self.database_url is None:
            return URL.create("sqlite", database=str(self.stagecoach_home.absolute() / "stagecoach.db"))
        return make_url(self.database_url.get_secret_value())

    def host_for(self, command: str) -> str:
        """The address to listen on: `web` is deployed behind a router, `run` sits on one machine."""
        everywhere = "0.0.0.0"  # noqa: S104 - what a deployment needs; each delivery is checked by its signature
        return self.host or (everywhere if command == "web" else "127.0.0.1")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url is None or self.database_url.get_secret_value().startswith("sqlite")


class _Environment(Settings, BaseSettings):
    """The settings as the process's environment, else the file .env, gives them."""

    # enable_decoding: lists are written with commas here, not as JSON.
    model_config = SettingsConfigDict(extra="ignore", env_file_encoding="utf-8", enable_decoding=False)


def load(command: str, env_file: Path | None = Path(".env")) -> Settings:
    """The settings for a command. Raises ConfigProblem with everything that is missing or wrong for it."""
    settings, problems = examine(command, env_file)
    if problems:
        raise ConfigProblem(problems)
    return settings


def examine(command: str, env_file: Path | None = Path(".env")) -> tuple[Settings, list[str]]:
    """The settings, with defaults in place of wrong values, and a line for each problem of this command."""
    wrong: dict[str, str] = {}
    try:
        settings = _read(env_file, {})
    except ValidationError as error:
        wrong = {str(item["loc"][0]): str(item.get("ctx", {}).get("error", item["msg"])) for item in error.errors()}
        settings = _read(env_file, dict.fromkeys(wrong))
    lines = {name.upper(): what for name, what in wrong.items()}
    lines |= {name: "is not set" for name in _missing(command, settings) if name not in lines}
    used = READ_BY[command]
    return settings, [f"{name} {what}. {WHERE[name]}" for name, what in lines.items() if name in used]


def _missing(command: str, settings: Settings) -> list[str]:
    needed = {
        "SLACK_BOT_TOKEN": command in ("run", "web", "worker", "tick", "doctor"),
        "SLACK_SIGNING_SECRET": settings.stagecoach_mode == "http",
        "SLACK_APP_TOKEN": settings.stagecoach_mode == "socket",
    }
    return [name for name, wanted in needed.items() if wanted and getattr(settings, name.lower()) is None]


def _read(env_file: Path | None, overrides: dict[str, None]) -> Settings:
    try:
        return _Environment(_env_file=env_file, **overrides)
    except UnicodeDecodeError:
        raise ConfigProblem([f"{env_file} is not written in UTF-8. Save it again with that encoding."]) from None
    except OSError as error:
        raise ConfigProblem([f"{env_file} cannot be read: {error.strerror}. Mend its permissions."]) from None


def environment_with(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process: this one's, with our own settings taken out and `extra` put in."""
    inherited = {name: value for name, value in os.environ.items() if name.upper() not in WHERE}
    return inherited | dict(extra)


@contextmanager
def without_client_credentials() -> Iterator[None]:
    """Hide what Slack calls the app's client id and secret while the block runs.

    Where an environment has both, Bolt turns on an OAuth flow that keeps installations of other workspaces in files
    under the home folder. Stagecoach has the one token, and Bolt has no switch for that. Meant for start-up: other
    threads do not find the two variables either.
    """
    hidden = {name: os.environ.pop(name) for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
