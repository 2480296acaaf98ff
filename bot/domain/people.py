"""Who acts: colleagues and their roles, and the people on the buyer's side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to this workspace."""

    MANAGER = "manager"
    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind one delivery of Slack's, as the server knows them, never as the payload claims.

    `delivery` is the key of that delivery; it is recorded with the change, so that a redelivery changes nothing.
    `tz` is the IANA name of their zone, where Slack knows it; `covers` are the colleagues they stand in for today.
    """

    team_id: str
    user_id: str
    role: Role
    delivery: str | None = None
    tz: str | None = None
    covers: frozenset[str] = frozenset()

    @property
    def is_manager(self) -> bool:
        """True when the team named this person a manager."""
        return self.role is Role.MANAGER


@dataclass(frozen=True, slots=True)
class Person:
    """A user as Slack's directory has them. `tz` is an IANA zone name; `dm` the id of our direct message channel.

    What follows `dm` they chose themselves, but for `manager`, the user id of their own; where something is None, the
    team's rule holds. `days` count from Monday, 0; `mutes` are kinds of reminders they do not want to hear of;
    `away_until` is the last day of their leave, `away_cover` the user id of whoever stands in.
    """

    team_id: str
    user_id: str
    home_team: str
    name: str
    tz: str | None = None
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    dm: str | None = None
    country: str | None = None
    hour: int | None = None
    days: frozenset[int] | None = None
    mutes: frozenset[str] = frozenset()
    away_until: date | None = None
    away_cover: str | None = None
    manager: str | None = None

    def is_away(self, day: date) -> bool:
        """Whether they are on leave that day."""
        return self.away_until is not None and day <= self.away_until


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on the buyer's side of a deal; `role` is what they are there, in the rep's words.

    `slack_user` is their user id in Slack, where the rep said which person of a shared channel they are. `part` and
    `stance` are their part in the buying committee and how they stand to the purchase, by their keys.
    """

    id: int
    name: str
    role: str = ""
    email: str = ""
    slack_user: str | None = None
    part: str = ""
    stance: str = ""
