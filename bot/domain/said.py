"""Marks inside sentences for what only the surface can render: a person, a moment, a command.

A sentence is plain text that the surface escapes; these marks survive that. They stand between two characters of
Unicode's private use area, which are taken out of everything that people type.
"""

from __future__ import annotations

from datetime import datetime

OPENING, CLOSING = "\ue000", "\ue001"


def person(user_id: str) -> str:
    """Somebody of this workspace, shown by name."""
    return f"{OPENING}@{user_id}{CLOSING}"


def moment(at: datetime) -> str:
    """A time, shown in the reader's own zone."""
    return f"{OPENING}t{int(at.timestamp())}{CLOSING}"


def command(words: str) -> str:
    """What to type, without the command's own name: `reopen D-4`."""
    return f"{OPENING}/{words}{CLOSING}"
