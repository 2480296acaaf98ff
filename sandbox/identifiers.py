"""Ids and time stamps in the shapes that Slack uses."""

from __future__ import annotations

import secrets
import string
import time
from dataclasses import dataclass

_ALPHABET = string.ascii_uppercase + string.digits


def slack_id(prefix: str, length: int = 11) -> str:
    """A new id such as ``C08KZ1Q2M4X``: the prefix, a zero and random capitals and digits."""
    random_part = "".join(secrets.choice(_ALPHABET) for _ in range(length - len(prefix) - 1))
    return f"{prefix}0{random_part}"


def short_token(length: int = 5) -> str:
    """What Slack fills in for a missing block_id or action_id."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(length))


def view_hash() -> str:
    """A view's version, for example ``1700000000.k3jD92xZ``."""
    return f"{int(time.time())}.{short_token(8)}"


@dataclass(slots=True)
class Timestamps:
    """Gives message time stamps: real seconds with six decimals, each later than the one before.

    ``ago`` sets them back by so many seconds, while something is told that happened before.
    """

    last_micros: int = 0
    ago: int = 0

    def next(self) -> str:
        self.last_micros = max(time.time_ns() // 1000 - self.ago * 1_000_000, self.last_micros + 1)
        return f"{self.last_micros // 1_000_000}.{self.last_micros % 1_000_000:06d}"
