"""Which time it is: the machine's, or that of a local workspace whose clock can be moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def workspace_clock(url: str) -> Clock:
    """The clock of a local workspace. `url` was checked to be on this machine.

    While it does not answer, the time goes on from what it said last: one answer that is late must not be a jump of
    months there and back. Before its first answer that is real time.
    """
    ahead = timedelta(0)

    def now() -> datetime:
        nonlocal ahead
        try:
            with urlopen(url, timeout=1) as answer:  # noqa: S310 - a loopback address, checked by the settings
                told = datetime.fromisoformat(json.load(answer)["now"]).astimezone(UTC)
        except (OSError, ValueError, KeyError, TypeError):
            return system_clock() + ahead
        ahead = told - system_clock()
        return told

    return now
