"""Deliveries made by hand and signed, past the screen: as a script, an old message or somebody curious would send them.

``forger = Forger(office)`` posts at the front door as whoever, and tells what the bot made of it, late calls included.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask

from bot.slack.ids import VALUE, Field, Form, Shortcut
from bot.store.database import Database
from bot.store.schema import whole
from bot.web import make_web
from sandbox.server import SIGNING_SECRET
from sandbox.team import DEALS, NORTHBEAM
from sandbox.transports import Kind, signed
from tests.harness import Office

Json = dict[str, Any]
Rows = dict[str, list[tuple[Any, ...]]]
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Who:
    """Who a delivery says it comes from: the user, the company they belong to, and the workspace it happened in."""

    user: str
    home: str = NORTHBEAM.id
    workspace: str = NORTHBEAM.id


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a delivery: the status and body of its ack, and what the bot sent to Slack because of it."""

    status: int
    ack: Any
    calls: tuple[Json, ...] = ()

    @property
    def text(self) -> str:
        """Every string that was said, as it was sent."""
        return "\n".join(strings([self.ack, *self.calls]))


class Forger:
    """Signs and posts deliveries. ``follow`` the pools of the bot to hear also what it says after its ack."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._web = web_of(office)
        self._count = count(1)
        self._late: list[Future[Any]] = []

    def follow(self, patch: pytest.MonkeyPatch) -> Forger:
        """Keep the futures of everything that the bot starts from now on, so that it can be waited for."""
        for pool in (self.office.application.caller.triggers, self.office.application.caller.errands):
            patch.setattr(pool, "submit", self._following(pool))
        return self

    def _following(self, pool: ThreadPoolExecutor) -> Callable[..., Future[Any]]:
        submit = pool.submit

        def following(job: Callable[..., Any], /, *args: Any) -> Future[Any]:
            self._late.append(begun := submit(job, *args))
            return begun

        return following

    def settle(self) -> None:
        """Wait until everything that was started is over, and what that started as well."""
        while self._late:
            late = list(self._late)
            assert not wait(late, PATIENCE).not_done, "a late call of the bot's does not come to an end"
            self._late = [one for one in self._late if one not in late]

    # making deliveries

    def command(self, who: Who, text: str) -> Json:
        slack = self.office.sandbox.slack
        return {
            "team_id": who.workspace,
            "user_id": who.user,
            "command": "/deal",
            "text": text,
            "channel_id": DEALS,
            "trigger_id": slack.tickets.trigger(who.user, DEALS),
            "response_url": slack.response_url(who.user, DEALS),
        }

    def button(self, who: Who, action: str, value: str = "", *, view: Json | None = None) -> Json:
        """A button in a message, or in `view`."""
        payload = self._begun("block_actions", who)
        payload["actions"] = [{"type": "button", "action_id": action, "block_id": "b", "value": value}]
        if view is None:
            payload["response_url"] = self.office.sandbox.slack.response_url(who.user, DEALS)
            return payload | {"container": {"type": "message"}, "channel": {"id": DEALS}}
        return payload | {"container": {"type": "view"}, "view": view}

    def menu(self, who: Who, action: str, value: str, *, view: Json | None = None) -> Json:
        """An option chosen in a menu."""
        payload = self.button(who, action, view=view)
        option = {"text": {"type": "plain_text", "text": "…"}, "value": value}
        payload["actions"] = [{"type": "static_select", "action_id": action, "selected_option": option}]
        return payload

    def submission(self, who: Who, form: Form, meta: Json, values: Mapping[Field, Json]) -> Json:
        return self._begun("view_submission", who) | {"view": self.view(form, meta, values)}

    def shortcut(self, who: Who, shortcut: Shortcut) -> Json:
        return self._begun("shortcut", who) | {"callback_id": shortcut.value}

    def message_shortcut(self, who: Who, shortcut: Shortcut, message: Json, channel: str = DEALS) -> Json:
        begun = self._begun("message_action", who) | {"callback_id": shortcut.value, "message_ts": message["ts"]}
        url = self.office.sandbox.slack.response_url(who.user, channel)
        return begun | {"channel": {"id": channel, "name": "…"}, "message": message, "response_url": url}

    def view(self, form: Form, meta: Json, values: Mapping[Field, Json] | None = None) -> Json:
        """A modal that nobody drew. It is not on anybody's screen."""
        number = next(self._count)
        blocks = [section("Forged")] + [
            {
                "type": "input",
                "block_id": field.value,
                "label": {"type": "plain_text", "text": field.value},
                "element": {"type": state["type"], "action_id": VALUE} | _more(state),
            }
            for field, state in (values or {}).items()
        ]
        return {
            "id": f"V{number:09d}",
            "hash": f"{number}.forged",
            "type": "modal",
            "callback_id": form.value,
            "title": {"type": "plain_text", "text": "Forged"},
            "submit": {"type": "plain_text", "text": "Go"},
            "private_metadata": json.dumps(meta),
            "blocks": blocks,
            "state": {"values": {field.value: {VALUE: state} for field, state in (values or {}).items()}},
        }

    def home(self) -> Json:
        """An App Home to press buttons in."""
        number = next(self._count)
        return {"id": f"V{number:09d}", "hash": f"{number}.home", "type": "home", "callback_id": "", "blocks": []}

    def _begun(self, kind: str, who: Who) -> Json:
        return {
            "type": kind,
            "team": {"id": who.workspace, "domain": "…"},
            "user": {"id": who.user, "team_id": who.home},
            "trigger_id": self.office.sandbox.slack.tickets.trigger(who.user, DEALS),
        }

    # sending them

    def post(self, content: Json, as_kind: Kind | None = None) -> tuple[int, Any]:
        """Sign and post, and return the status and body of the ack without waiting for anything else."""
        told: Kind = "command" if "command" in content else "event" if "event" in content else "interaction"
        headers, body = signed(SIGNING_SECRET, as_kind or told, content)
        return self.post_raw(headers, body)

    def post_raw(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        answer = self._web.test_client().post("/slack/events", headers=dict(headers), data=body)
        return answer.status_code, answer.get_json() if answer.is_json else answer.get_data(as_text=True)

    def send(self, content: Json) -> Told:
        """Post, and wait for everything that follows."""
        before = len(self.office.sandbox.recording.calls)
        status, ack = self.post(content)
        self.settle()
        calls = self.office.sandbox.recording.calls[before:]
        return Told(status, ack, tuple({"method": call.method, **call.args} for call in calls))


def web_of(office: Office) -> Flask:
    """The front door of a bot that runs."""
    made = office.application
    return make_web(made.bolt.dispatch, SIGNING_SECRET, made.health.ask, made.metrics)


def signed_raw(body: bytes) -> dict[str, str]:
    """The headers of Slack's signature for any bytes."""
    stamp = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


# what stands in fields


def text(value: str | None) -> Json:
    return {"type": "plain_text_input", "value": value}


def day(value: date | None) -> Json:
    return {"type": "datepicker", "selected_date": value.isoformat() if value else None}


def option(value: str) -> Json:
    return {
        "type": "static_select",
        "selected_option": {"text": {"type": "plain_text", "text": value}, "value": value},
    }


def person(user_id: str) -> Json:
    return {"type": "users_select", "selected_user": user_id}


def people(*user_ids: str) -> Json:
    return {"type": "multi_users_select", "selected_users": list(user_ids)}


def boxes(*values: str) -> Json:
    ticked = [{"text": {"type": "plain_text", "text": value}, "value": value} for value in values]
    return {"type": "checkboxes", "selected_options": ticked}


def _more(state: Json) -> Json:
    chosen = state.get("selected_option")
    return {"options": [chosen]} if chosen else {}


def section(words: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


# what was said and what is stored


def strings(value: Any) -> Iterator[str]:
    """Every string in a piece of JSON; JSON in strings (as in private_metadata) is left as it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from strings(inner)


def all_rows(database: Database, *, but: Sequence[str] = ("delivery",)) -> Rows:
    """Everything that is stored, but for the tables named."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in whole().sorted_tables
            if table.name not in but
        }


def changes(before: Rows, after: Rows) -> Rows:
    """The rows that are in only one of the two, by table."""
    differing = {
        table: [*_without(rows, after[table]), *_without(after[table], rows)] for table, rows in before.items()
    }
    return {table: rows for table, rows in differing.items() if rows}


def _without(rows: Sequence[tuple[Any, ...]], others: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in rows if row not in others]


def put_back(database: Database, rows: Rows) -> None:
    """Make the stored rows these again; tables that `rows` leaves out become empty."""
    tables = whole().sorted_tables
    with database.write() as connection:
        for table in reversed(tables):
            connection.execute(table.delete())
        for table in tables:
            names = [column.name for column in table.columns]
            if rows.get(table.name):
                connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows[table.name]])
