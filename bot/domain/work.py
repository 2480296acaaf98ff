"""Work that must reach Slack later and surely: an item, the outcomes of sending it, and what each outcome leads to."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FIRST_BACKOFF = timedelta(seconds=1)
LONGEST_BACKOFF = timedelta(minutes=5)

MAX_ATTEMPTS = 870
"""About three days of trying every five minutes; a Slack that is away for longer needs somebody to look."""

MAX_STRIKES = 5
"""An item whose sending raised so often has a fault of its own, and trying again will not mend it."""

MAX_INTERRUPTIONS = 20
"""An item whose sender died so often may be what it dies of."""

MAX_ERROR_LENGTH = 200


class State(StrEnum):
    """Where an item stands. Queued and leased items are the queue; all others are finished and stay so."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    UNWANTED = "unwanted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


TROUBLE = (State.REFUSED, State.UNKNOWN, State.FAILED)
"""The states in which something was meant to be said and, as far as we know, was not."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to send, as its present holder claimed it.

    There is one item for each workspace, kind, subject and slot, for ever. `attempt` counts this try; `strikes`
    the earlier tries that raised; `interrupted` the earlier ones whose sender vanished, so that nobody knows
    whether Slack got it.
    """

    id: int
    team_id: str
    kind: str
    subject: str
    slot: str
    run_at: datetime
    created_at: datetime
    attempt: int
    strikes: int = 0
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has it."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The truth changed since this was asked for: nothing is left to say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack said no and why. Trying again would be answered the same; a human has to mend it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It was surely not sent and may be sent later: after so long, or by `backoff` when that is None.

    `counts` is False where Slack asked us to wait: that is no failed attempt.
    """

    after: timedelta | None = None
    reason: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been sent: the answer was lost, or said that Slack is ill."""

    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Our own code raised while sending. Whether something was sent before that, nobody knows."""

    reason: str


Outcome = Sent | Unwanted | Refused | Later | Unknown | Broken


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of an item: its next state, and, while it stays in the queue, when it is tried again."""

    state: State
    run_at: datetime | None = None
    error: str | None = None
    attempt_counts: bool = True
    strike: bool = False


def backoff(attempt: int, seed: int = 0) -> timedelta:
    """How long to wait after this many failed attempts: doubling from a second, at most five minutes.

    Up to a quarter is taken off, always the same for one attempt and seed, so that items that failed together
    do not all come back together.
    """
    doubled: timedelta = FIRST_BACKOFF * (1 << min(max(attempt, 1) - 1, 16))
    share = zlib.crc32(f"{seed}:{attempt}".encode()) / 2**32
    return min(doubled, LONGEST_BACKOFF) * (1 - share / 4)


def rule(item: WorkItem, outcome: Outcome, now: datetime, again: bool) -> Ruling:
    """What this outcome leads to. `again` tells whether an item of this kind may be sent twice rather than never."""
    match outcome:
        case Sent():
            return Ruling(State.DONE)
        case Unwanted():
            return Ruling(State.UNWANTED)
        case Refused(reason):
            return Ruling(State.REFUSED, error=_short(reason))
        case Later(after, reason, counts=False):
            return Ruling(State.QUEUED, now + (after or backoff(item.attempt, item.id)), _short(reason), False)
        case Later(after, reason):
            return _try_again(item, now, reason, after)
        case Unknown(reason) | Broken(reason) if not again:
            return Ruling(State.UNKNOWN, error=_short(reason))
        case Unknown(reason):
            return _try_again(item, now, reason, None)
        case Broken(reason) if item.strikes + 1 >= MAX_STRIKES:
            return Ruling(State.FAILED, error=_short(reason), strike=True)
        case Broken(reason):
            return Ruling(State.QUEUED, now + backoff(item.strikes + 1, item.id), _short(reason), strike=True)


def rule_out(item: WorkItem, again: bool) -> Ruling | None:
    """For an item that must not be sent at all, because earlier senders of it vanished in the middle; else None."""
    if item.interrupted and not again:
        return Ruling(State.UNKNOWN, error="its sender stopped in the middle")
    if item.interrupted >= MAX_INTERRUPTIONS:
        return Ruling(State.FAILED, error=f"its sender stopped in the middle {item.interrupted} times")
    return None


def _try_again(item: WorkItem, now: datetime, reason: str, after: timedelta | None) -> Ruling:
    if item.attempt >= MAX_ATTEMPTS:
        return Ruling(State.FAILED, error=_short(reason))
    return Ruling(State.QUEUED, now + (after or backoff(item.attempt, item.id)), _short(reason))


def _short(reason: str) -> str | None:
    line = " ".join(reason.split())
    return line[:MAX_ERROR_LENGTH] or None
