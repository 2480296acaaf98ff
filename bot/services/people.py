"""Who somebody is to this workspace, by Slack's directory and the team's list of managers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.calendar_days import DayOff
from bot.domain.people import Actor, Person, Role
from bot.domain.rhythm import Rhythm, is_working, local_day
from bot.services.calendars import is_holiday
from bot.services.desk import Desk
from bot.store import people, workspaces
from bot.store.workspaces import Identity

__all__ = [
    "Identity",
    "actor",
    "days_off",
    "find",
    "identify",
    "identity",
    "keep_dm",
    "owners_of_dms",
    "remember",
    "rhythm",
    "role",
    "stored_identity",
]


def actor(desk: Desk, team_id: str, user_id: str, home_team: str | None, delivery: str | None) -> Actor | None:
    """The person behind a delivery, or None when the directory has to be asked about them first.

    `home_team` is the team Slack says the user belongs to; someone of another team is an outsider without a look-up.
    """
    if home_team and home_team != team_id:
        return Actor(team_id, user_id, Role.OUTSIDER, delivery)
    with desk.db.read() as connection:
        known, named = people.find_with_covered(connection, team_id, user_id)
    if known is None:
        return None
    covers = frozenset(away.user_id for away in named if away.is_away(local_day(away.tz, desk.clock())))
    return Actor(team_id, user_id, role(desk, known), delivery, known.tz, covers)


def role(desk: Desk, person: Person) -> Role:
    """What this person is; being named a manager helps only a full member of the workspace."""
    if person.is_bot:
        return Role.BOT
    if person.is_deleted or person.home_team != person.team_id:
        return Role.OUTSIDER
    if person.is_guest:
        return Role.GUEST
    return Role.MANAGER if person.user_id in desk.rules.managers else Role.MEMBER


def rhythm(desk: Desk, person: Person) -> Rhythm:
    """When this person may be written to: what they chose, else the team's rule."""
    rules = desk.rules
    return Rhythm(
        tz=person.tz,
        hour=rules.hour if person.hour is None else person.hour,
        days=rules.days if person.days is None else person.days,
        country=person.country or rules.country,
    )


def days_off(desk: Desk, actor: Actor) -> DayOff:
    """Which days this person does not work, by their own choice or the team's rule."""
    found = find(desk, actor.team_id, actor.user_id)
    days = rhythm(desk, found) if found else Rhythm()
    return lambda day: not is_working(days, day, is_holiday)


def remember(desk: Desk, found: Iterable[Person]) -> None:
    """Keep what Slack's directory said."""
    with desk.db.write() as connection:
        people.remember(connection, found, desk.clock())


def find(desk: Desk, team_id: str, user_id: str) -> Person | None:
    """The person, or None while the directory has not been asked."""
    with desk.db.read() as connection:
        return people.find(connection, team_id, user_id)


def keep_dm(desk: Desk, team_id: str, user_id: str, dm: str) -> None:
    """Remember our direct message channel with this person."""
    with desk.db.write() as connection:
        people.keep_dm(connection, team_id, user_id, dm)


def identify(desk: Desk, identity: Identity) -> None:
    """Keep what auth.test said of our token."""
    with desk.db.write() as connection:
        workspaces.remember(connection, identity, desk.clock())
    desk.known[:] = [identity]


def identity(desk: Desk) -> Identity | None:
    """The workspace our token belongs to, or None before the first auth.test; read anew until we ourselves know."""
    return desk.known[0] if desk.known else stored_identity(desk)


def stored_identity(desk: Desk) -> Identity | None:
    """The workspace that the database has as ours."""
    with desk.db.read() as connection:
        return workspaces.identity(connection)


def owners_of_dms(desk: Desk, channels: Iterable[str]) -> dict[str, str]:
    """Whose direct message channels these are, by channel; other channels are left out."""
    ours = stored_identity(desk)
    if ours is None:
        return {}
    with desk.db.read() as connection:
        return people.of_dms(connection, ours.team_id, channels)
