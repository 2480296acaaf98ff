"""`stagecoach doctor`: looks over everything a running bot needs, and says what to do about what is amiss."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.definitions import load_methodologies, load_processes
from bot.definitions.inspecting import FOLDER, load_rules
from bot.domain.errors import BotError
from bot.domain.process import Process
from bot.domain.rhythm import show_days
from bot.manifest import SCOPES
from bot.settings import WHERE, Settings
from bot.store import migrate, workspaces
from bot.store.database import Database
from bot.store.workspaces import Choices

_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: something is well, or what to do about it."""

    is_ok: bool
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"ok  {self.what}" if self.is_ok else f"!!  {self.what} → {self.advice}"


def examine(settings: Settings, problems: list[str]) -> Iterator[Finding]:
    """Everything, one finding at a time. `problems` are those found while reading the settings."""
    yield from _settings(problems)
    known = yield from _processes(settings)
    chosen = yield from _database(settings)
    settings = settings.model_copy(
        update={
            "stagecoach_managers": settings.stagecoach_managers if chosen.managers is None else chosen.managers,
            "stagecoach_manager_channel": chosen.manager_channel or settings.stagecoach_manager_channel,
        }
    )
    yield _pages(settings)
    if settings.slack_bot_token is not None:
        yield from _slack(settings, settings.slack_bot_token.get_secret_value(), known)
    else:
        yield Finding(False, "Slack was not asked", "set SLACK_BOT_TOKEN first")


def _pages(settings: Settings) -> Finding:
    """Whether buyers can be sent to a page. That the address really leads here only a look from outside can tell."""
    if settings.stagecoach_public_url is None:
        return _well("confirmation pages: off, since STAGECOACH_PUBLIC_URL is not set")
    return _well(
        f"confirmation pages: {settings.stagecoach_public_url}/c/…; open it from outside to see that it leads here"
    )


def _well(what: str) -> Finding:
    return Finding(True, what)


def _amiss(what: str, advice: str) -> Finding:
    return Finding(False, what, advice)


def _settings(problems: list[str]) -> Iterator[Finding]:
    for problem in problems:
        # A problem reads “NAME what is wrong. Where to get it.”
        what, _, advice = problem.partition(". ")
        yield _amiss(f"settings: {what}", advice)
    if not problems:
        yield _well("settings: all there")


def _processes(settings: Settings) -> Generator[Finding, None, Mapping[str, Process]]:
    """Gives the processes back too."""
    try:
        known = load_processes(settings.stagecoach_process_dir)
        load_methodologies(settings.stagecoach_process_dir)
    except BotError as error:
        for line in str(error).splitlines():
            yield _amiss(f"process definitions: {line}", "mend the file; `stagecoach process check` looks again")
        return {}
    yield from _rules(settings)
    if settings.stagecoach_process not in known:
        advice = f"set STAGECOACH_PROCESS to one of {', '.join(sorted(known)) or 'the keys of your files'}"
        yield _amiss(f"process definitions: there is no process “{settings.stagecoach_process}”", advice)
    else:
        yield _well(f"process definitions: {', '.join(sorted(known))}; new deals use {settings.stagecoach_process}")
    return known


def _rules(settings: Settings) -> Iterator[Finding]:
    """What is wrong with the team's own rules of evidence; nothing is said where all is well."""
    folder = settings.stagecoach_process_dir
    try:
        load_rules(folder / FOLDER if folder else None)
    except BotError as error:
        for line in str(error).splitlines():
            yield _amiss(f"rules of evidence: {line}", "mend the file; no process starts with it as it is")


def _database(settings: Settings) -> Generator[Finding, None, Choices]:
    """Gives back what managers chose in Slack, too."""
    url = settings.database
    # What follows the question mark may hold a password too.
    name = url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)
    if settings.is_sqlite and not Path(url.database or "").exists():
        yield _amiss(
            f"database: {name} does not exist yet", "run `stagecoach run` or `stagecoach migrate`, which make it"
        )
        return Choices()
    chosen = Choices()
    try:
        db = Database(url)
        try:
            with db.read() as connection:
                connection.execute(text("SELECT 1"))
            is_current = migrate.is_current(db)
            if is_current:
                with db.read() as connection:
                    chosen = workspaces.choices(connection)
        finally:
            db.close()
    except (SQLAlchemyError, OSError) as error:
        why = (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]
        yield _amiss(f"database: {name} cannot be used: {why}", "check DATABASE_URL and that the server runs")
        return chosen
    yield _well(f"database: {name}")
    if is_current:
        yield _well("database: at the newest migration")
    else:
        yield _amiss("database: not at the newest migration", "run `stagecoach migrate`")
    yield from _chosen(settings, chosen)
    return chosen


def _chosen(settings: Settings, chosen: Choices) -> Iterator[Finding]:
    """What managers chose in Slack, each beside the environment's value, which it replaces."""
    pairs = (
        ("managers", settings.stagecoach_managers, chosen.managers, "STAGECOACH_MANAGERS"),
        ("channel", settings.stagecoach_manager_channel, chosen.manager_channel, "STAGECOACH_MANAGER_CHANNEL"),
        ("agenda at", settings.stagecoach_agenda_hour, chosen.agenda_hour, "STAGECOACH_AGENDA_HOUR"),
        ("working days", settings.stagecoach_agenda_days, chosen.agenda_days, "STAGECOACH_AGENDA_DAYS"),
        ("country", settings.stagecoach_country, chosen.country, "STAGECOACH_COUNTRY"),
    )
    for name, first, now, variable in pairs:
        if now is None:
            yield _well(f"in force: {name} {_shown(first)} ({variable})")
        else:
            yield _well(f"in force: {name} {_shown(now)} (set in Slack; {variable} says {_shown(first)})")


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return show_days(value) if all(isinstance(one, int) for one in value) and value else ",".join(sorted(value))
    return "nothing" if value in (None, "") else str(value)


def _slack(settings: Settings, token: str, processes: Mapping[str, Process]) -> Iterator[Finding]:
    client = WebClient(token, base_url=settings.slack_api_url, timeout=_TIMEOUT_SECONDS, retry_handlers=[])
    answer, code = _call(client, "auth.test")
    if answer is None:
        yield _amiss(f"token: {_said(code)}", _token_advice(settings, code))
        return
    yield _well(f"token: {answer.get('user')} in {answer.get('team')} ({answer.get('team_id')})")
    yield from _scopes(answer)
    if settings.stagecoach_mode == "socket" and settings.slack_app_token is not None:
        yield from _socket_mode(settings, settings.slack_app_token.get_secret_value())
    yield from _channels(settings, client, processes, str(answer.get("user") or "stagecoach"))
    yield from _managers(settings, client)


def _scopes(answer: Any) -> Iterator[Finding]:
    header = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), None)
    if header is None:
        yield _amiss("scopes: Slack did not name them", "compare the app's scopes with `stagecoach manifest`")
        return
    granted = set(re.split(r"[,\s]+", header if isinstance(header, str) else ",".join(header)))
    missing = [scope for scope in SCOPES if scope not in granted]
    for scope in missing:
        yield _amiss(
            f"scopes: {scope} is missing, without which the bot cannot {SCOPES[scope]}",
            "paste `stagecoach manifest` into the app's manifest and install the app again",
        )
    if not missing:
        yield _well(f"scopes: all {len(SCOPES)} granted")


def _socket_mode(settings: Settings, token: str) -> Iterator[Finding]:
    client = WebClient(token, base_url=settings.slack_api_url, timeout=_TIMEOUT_SECONDS, retry_handlers=[])
    answer, code = _call(client, "apps.connections.open")
    if answer is None:
        yield _amiss(f"Socket Mode: {_said(code)}", f"{WHERE['SLACK_APP_TOKEN']} Switch Socket Mode on there too.")
    else:
        yield _well("Socket Mode: a connection may be opened")


def _channels(settings: Settings, client: WebClient, processes: Mapping[str, Process], bot: str) -> Iterator[Finding]:
    """The team's channel, and those that processes have for themselves."""
    own = settings.stagecoach_manager_channel
    of_processes = {process.channel for process in processes.values() if process.channel}
    if own is None and not (processes and all(process.channel for process in processes.values())):
        yield _amiss(
            "managers' channel: none is set",
            f"set STAGECOACH_MANAGER_CHANNEL. {WHERE['STAGECOACH_MANAGER_CHANNEL']}",
        )
    for channel_id in sorted(of_processes | ({own} if own else set())):
        yield _channel(client, channel_id, bot)


def _channel(client: WebClient, channel_id: str, bot: str) -> Finding:
    if channel_id.startswith("#"):
        return _amiss(f"managers' channel: {channel_id} is a name, which cannot be looked up", "write its id instead")
    answer, code = _call(client, "conversations.info", channel=channel_id)
    if answer is None:
        advice = f"check the id; if the channel is private, write `/invite @{bot}` in it"
        if code == "missing_scope":
            advice = "install the app again with the manifest's scopes"
        return _amiss(f"managers' channel: {_said(code)} ({channel_id})", advice)
    channel = answer.get("channel") or {}
    name = f"#{channel.get('name', channel_id)}"
    if channel.get("is_archived"):
        return _amiss(f"managers' channel: {name} is archived", "unarchive it or set another one")
    if not channel.get("is_member"):
        return _amiss(f"managers' channel: the bot is not in {name}", f"write `/invite @{bot}` in {name}")
    return _well(f"managers' channel: {name}, and the bot is in it")


def _managers(settings: Settings, client: WebClient) -> Iterator[Finding]:
    if not settings.stagecoach_managers:
        yield _amiss(
            "managers: none is set, so nobody can approve", f"set STAGECOACH_MANAGERS. {WHERE['STAGECOACH_MANAGERS']}"
        )
    for user_id in sorted(settings.stagecoach_managers):
        answer, code = _call(client, "users.info", user=user_id)
        user = (answer.get("user") if answer is not None else None) or {}
        if answer is None:
            yield _amiss(f"managers: {user_id}: {_said(code)}", "take the id out of STAGECOACH_MANAGERS or correct it")
        elif user.get("deleted") or user.get("is_bot") or user.get("is_restricted") or user.get("is_ultra_restricted"):
            yield _amiss(f"managers: {user_id} is no full member of the workspace", "name somebody who is")
        else:
            yield _well(f"managers: {user.get('real_name') or user.get('name') or user_id}")


def _call(client: WebClient, method: str, **arguments: str) -> tuple[Any, str]:
    """Slack's answer, or None and Slack's word for why not."""
    try:
        return client.api_call(method, data=arguments), ""
    except SlackApiError as error:
        return None, str(error.response.get("error") or f"HTTP {error.response.status_code}")
    except (SlackClientError, OSError, ValueError) as error:
        return None, f"not reachable ({getattr(error, 'reason', None) or type(error).__name__})"


def _said(code: str) -> str:
    return f"Slack is {code}" if code.startswith("not reachable") else f"Slack says {code}"


def _token_advice(settings: Settings, code: str) -> str:
    if code.startswith("not reachable"):
        return f"check the network and SLACK_API_URL ({settings.slack_api_url})"
    return WHERE["SLACK_BOT_TOKEN"]
