"""Sentences that the page itself says to a person, and the text that could not be sent, until their next action."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    number: int
    sentence: str


class Notices:
    """One notice and one unsent text a person. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notices: dict[str, Notice] = {}
        self._drafts: dict[str, tuple[str, str, str]] = {}
        self._acted: set[str] = set()
        self._count = 0

    def tell(self, user_id: str, sentence: str) -> None:
        with self._lock:
            self._count += 1
            self._notices[user_id] = Notice(self._count, sentence)

    def keep_draft(self, user_id: str, channel_id: str, thread_ts: str, text: str) -> None:
        with self._lock:
            self._drafts[user_id] = (channel_id, thread_ts, text)

    def clear(self, user_id: str) -> None:
        with self._lock:
            self._notices.pop(user_id, None)
            self._drafts.pop(user_id, None)

    def notice(self, user_id: str) -> Notice | None:
        with self._lock:
            return self._notices.get(user_id)

    def draft(self, user_id: str, channel_id: str, thread_ts: str = "") -> str:
        with self._lock:
            of_channel, of_thread, text = self._drafts.get(user_id, ("", "", ""))
            return text if (of_channel, of_thread) == (channel_id, thread_ts) else ""

    def acted(self, user_id: str) -> None:
        """Note that the next page this person loads is the way back from an action."""
        with self._lock:
            self._acted.add(user_id)

    def has_just_acted(self, user_id: str) -> bool:
        """Whether this page is the way back from an action; asking uses it up."""
        with self._lock:
            if user_id in self._acted:
                self._acted.remove(user_id)
                return True
            return False
