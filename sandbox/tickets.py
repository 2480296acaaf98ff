"""What Slack hands out with a delivery and takes back: trigger ids and response_urls."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5


class TicketError(Exception):
    """The ticket is unknown, too old or used up; the message is Slack's error code."""


@dataclass(slots=True)
class Trigger:
    """Leave to open a view for this person. ``view_id`` is the modal in which they acted, if it was one."""

    user_id: str
    channel_id: str | None
    view_id: str | None
    issued: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Leave to answer in a channel. ``message_ts`` is the message that holds the pressed button, if there is one."""

    user_id: str
    channel_id: str
    message_ts: str | None
    issued: float
    uses: int = 0


_T = TypeVar("_T", Trigger, ResponseUrl)


class Tickets:
    """Issues and redeems both kinds, by real time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.trigger_seconds = TRIGGER_SECONDS
        self.response_url_seconds = RESPONSE_URL_SECONDS
        self._now = now
        self._lock = threading.Lock()
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}

    def trigger(self, user_id: str, channel_id: str | None = None, view_id: str | None = None) -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            _forget_old(self._triggers, self._now() - 600)
            self._triggers[trigger_id] = Trigger(user_id, channel_id, view_id, self._now())
        return trigger_id

    def look_at_trigger(self, trigger_id: str) -> Trigger:
        """The trigger if it could be used now; raises TicketError with Slack's code."""
        with self._lock:
            trigger = self._triggers.get(trigger_id)
            if trigger is None:
                raise TicketError("invalid_trigger_id")
            if trigger.used:
                raise TicketError("exchanged_trigger_id")
            if self._now() - trigger.issued > self.trigger_seconds:
                raise TicketError("expired_trigger_id")
            return trigger

    def use_trigger(self, trigger: Trigger) -> None:
        """Nobody can use it again; looking and using belong into one hold of the workspace's lock."""
        trigger.used = True

    def response_url(self, user_id: str, channel_id: str, message_ts: str | None = None) -> str:
        """The secret last part of a new response_url."""
        key = secrets.token_urlsafe(18)
        with self._lock:
            _forget_old(self._response_urls, self._now() - 2 * RESPONSE_URL_SECONDS)
            self._response_urls[key] = ResponseUrl(user_id, channel_id, message_ts, self._now())
        return key

    def use_response_url(self, key: str) -> ResponseUrl:
        """Count one use; raises TicketError."""
        with self._lock:
            url = self._response_urls.get(key)
            if url is None or self._now() - url.issued > self.response_url_seconds:
                raise TicketError("expired_url")
            if url.uses >= RESPONSE_URL_USES:
                raise TicketError("used_url")
            url.uses += 1
            return url

    def reset(self) -> None:
        with self._lock:
            self.trigger_seconds, self.response_url_seconds = TRIGGER_SECONDS, RESPONSE_URL_SECONDS
            self._triggers.clear()
            self._response_urls.clear()


def _forget_old(tickets: dict[str, _T], before: float) -> None:
    for key in [key for key, ticket in tickets.items() if ticket.issued < before]:
        del tickets[key]
