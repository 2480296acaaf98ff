"""What the outbox lends to those who send for it: two ways to bring a message to Slack."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.work import Outcome, WorkItem
from bot.services.cards import Posting
from bot.slack.turn import Message

Tell = Callable[[WorkItem, str, Message], tuple[str, str]]
"""Write to one person directly; returns the channel and the time stamp of what was written."""

Draw = Callable[[Posting | None, str | None, Message, Callable[[str, str], None]], Outcome]
"""Post to a channel, or draw again where it stands; the callable keeps where a new one stands."""
