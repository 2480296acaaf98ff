"""People of a workspace, as Slack's directory has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    select,
    union_all,
    update,
)

from bot.domain.people import Person
from bot.store.columns import UtcDateTime, insert_into, metadata
from bot.store.rows import fetch

person = Table(
    "person",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("home_team", String, nullable=False),
    Column("name", String, nullable=False, default=""),
    Column("tz", String),
    Column("is_guest", Boolean, nullable=False, default=False),
    Column("is_bot", Boolean, nullable=False, default=False),
    Column("is_deleted", Boolean, nullable=False, default=False),
    Column("dm", String),
    Column("opened_home_at", UtcDateTime),
    Column("fetched_at", UtcDateTime, nullable=False),
    # What a person chose for themselves; empty where the team's choice holds.
    Column("country", String),
    Column("agenda_hour", Integer),
    Column("agenda_days", String),
    Column("mutes", String, nullable=False, default="", server_default=""),
    Column("away_until", Date),
    Column("away_cover", String),
    Column("manager", String),
    Index("ix_person_away_cover", "team_id", "away_cover"),
)

_ours = person.c.team_id == bindparam("team")
# All that `_person` reads: times take longest to read, and every delivery looks for its sender.
_told = select(*(column for column in person.c if column.name not in ("opened_home_at", "fetched_at")))
_one = _told.where(_ours, person.c.user_id == bindparam("user"))
# One branch an index: of conditions joined by OR, SQLite would read everybody.
_one_and_covered = union_all(_one, _told.where(_ours, person.c.away_cover == bindparam("user")))


def find(connection: Connection, team_id: str, user_id: str) -> Person | None:
    """The person, or None while nobody has asked Slack about them."""
    rows = fetch(connection.execute(_one, {"team": team_id, "user": user_id}))
    return _person(rows[0]) if rows else None


def find_with_covered(connection: Connection, team_id: str, user_id: str) -> tuple[Person | None, list[Person]]:
    """The same, and those who named this person as their cover, whether they are away today or not."""
    found = [_person(row) for row in fetch(connection.execute(_one_and_covered, {"team": team_id, "user": user_id}))]
    own = next((person for person in found if person.user_id == user_id), None)
    return own, [person for person in found if person.away_cover == user_id and person.user_id != user_id]


def some(connection: Connection, team_id: str, user_ids: Iterable[str]) -> dict[str, Person]:
    """Those of the people that we know, by user id."""
    wanted = set(user_ids)
    rows = connection.execute(select(person).where(person.c.team_id == team_id, person.c.user_id.in_(wanted)))
    return {row.user_id: _person(row) for row in rows}


def remember(connection: Connection, people: Iterable[Person], now: datetime) -> None:
    """Insert or refresh people; what only we know (their DM, that they opened the Home) stays."""
    rows = [
        {
            "team_id": p.team_id,
            "user_id": p.user_id,
            "home_team": p.home_team,
            "name": p.name,
            "tz": p.tz,
            "is_guest": p.is_guest,
            "is_bot": p.is_bot,
            "is_deleted": p.is_deleted,
            "fetched_at": now,
        }
        for p in people
    ]
    if not rows:
        return
    insert = insert_into(connection, person)
    kept = ("team_id", "user_id")
    fresh = {name: insert.excluded[name] for name in rows[0] if name not in kept}
    connection.execute(insert.on_conflict_do_update(index_elements=kept, set_=fresh), rows)


def keep_dm(connection: Connection, team_id: str, user_id: str, dm: str) -> None:
    """Remember the id of our direct message channel with this person."""
    connection.execute(update(person).where(person.c.team_id == team_id, person.c.user_id == user_id).values(dm=dm))


def with_dm(connection: Connection, team_id: str, dm: str) -> str | None:
    """Whose direct message channel with us this is."""
    query = select(person.c.user_id).where(person.c.team_id == team_id, person.c.dm == dm)
    return connection.execute(query).scalar()


@dataclass(frozen=True, slots=True)
class Habits:
    """What somebody chose for themselves; None leaves it to the team. Days count from Monday, 0."""

    hour: int | None = None
    days: frozenset[int] | None = None
    country: str | None = None
    mutes: frozenset[str] = frozenset()


def keep_habits(connection: Connection, team_id: str, user_id: str, chosen: Habits) -> None:
    """Keep what this person chose."""
    _change(
        connection,
        team_id,
        [user_id],
        agenda_hour=chosen.hour,
        agenda_days=None if chosen.days is None else "".join(str(day) for day in sorted(chosen.days)),
        country=chosen.country,
        mutes=",".join(sorted(chosen.mutes)),
    )


def keep_leave(connection: Connection, team_id: str, user_id: str, until: date | None, cover: str | None) -> None:
    """Keep the last day of somebody's leave and who stands in for them; None ends it."""
    _change(connection, team_id, [user_id], away_until=until, away_cover=cover)


def keep_manager(connection: Connection, team_id: str, user_ids: Iterable[str], manager: str | None) -> None:
    """Keep whose manager somebody is; None leaves these people to all managers."""
    _change(connection, team_id, user_ids, manager=manager)


def led(connection: Connection, team_id: str) -> list[Person]:
    """Everybody who has a manager of their own, by name."""
    query = select(person).where(person.c.team_id == team_id, person.c.manager.is_not(None))
    return [_person(row) for row in connection.execute(query.order_by(person.c.name, person.c.user_id))]


def _change(connection: Connection, team_id: str, user_ids: Iterable[str], **values: Any) -> None:
    these = person.c.user_id.in_(sorted(set(user_ids)))
    connection.execute(update(person).where(person.c.team_id == team_id, these).values(**values))


def of_dms(connection: Connection, team_id: str, dms: Iterable[str]) -> dict[str, str]:
    """Whose direct message channels these are, by channel."""
    query = select(person.c.dm, person.c.user_id).where(person.c.team_id == team_id, person.c.dm.in_(set(dms)))
    return {row.dm: row.user_id for row in connection.execute(query)}


def home_opened(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """This person looks at the App Home, so it is worth keeping fresh for them."""
    connection.execute(
        update(person).where(person.c.team_id == team_id, person.c.user_id == user_id).values(opened_home_at=now)
    )


def with_home(connection: Connection, team_id: str, user_ids: Iterable[str]) -> list[str]:
    """Those of the people who have opened their App Home."""
    query = select(person.c.user_id).where(
        person.c.team_id == team_id, person.c.user_id.in_(set(user_ids)), person.c.opened_home_at.is_not(None)
    )
    return list(connection.execute(query).scalars())


def _person(row: Any) -> Person:
    return Person(
        team_id=row.team_id,
        user_id=row.user_id,
        home_team=row.home_team,
        name=row.name,
        tz=row.tz,
        is_guest=row.is_guest,
        is_bot=row.is_bot,
        is_deleted=row.is_deleted,
        dm=row.dm,
        country=row.country,
        hour=row.agenda_hour,
        days=None if row.agenda_days is None else frozenset(int(day) for day in row.agenda_days),
        mutes=frozenset(filter(None, row.mutes.split(","))),
        away_until=row.away_until,
        away_cover=row.away_cover,
        manager=row.manager,
    )
