"""What people and teams choose: hours, days, country, what to hear of, leave and cover, managers and their channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.domain import policy, said
from bot.domain.calendar_days import show_date
from bot.domain.coaching import Methodology
from bot.domain.errors import BadInput, UnknownPerson
from bot.domain.people import Actor, Person, Role
from bot.domain.process import Process
from bot.domain.rhythm import EARLIEST, LATEST, local_day
from bot.services import people as directory
from bot.services.calendars import countries
from bot.services.desk import Desk, TeamRules
from bot.store import people, workspaces
from bot.store.people import Habits
from bot.store.workspaces import Choices

__all__ = ["Choices", "Habits", "MySettings", "TeamSettings"]

LONGEST_LEAVE = timedelta(days=366)

_Choice = TypeVar("_Choice")


@dataclass(frozen=True, slots=True)
class MySettings:
    """What holds for one person: what they chose, and the team's rules for the rest."""

    person: Person
    rules: TeamRules
    today: date

    @property
    def is_away(self) -> bool:
        """Whether they are on leave today."""
        return self.person.is_away(self.today)


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """What holds for the team. `chosen` is what managers set in Slack, `first` what the environment gives."""

    chosen: Choices
    first: TeamRules
    rules: TeamRules
    led: tuple[Person, ...]
    processes: tuple[Process, ...]
    methodologies: tuple[Methodology, ...] = ()


def mine(desk: Desk, actor: Actor) -> MySettings:
    """What holds for the actor."""
    policy.require_colleague(actor)
    with desk.db.read() as connection:
        person = _known(connection, actor.team_id, actor.user_id)
    return MySettings(person, desk.rules, local_day(person.tz, desk.clock()))


def choose_mine(desk: Desk, actor: Actor, chosen: Habits) -> MySettings:
    """Keep what the actor chose for themselves. Raises BadInput with a sentence for each wrong field."""
    policy.require_colleague(actor)
    _check_hour(chosen.hour)
    _check_country(chosen.country)
    with desk.change(actor) as connection:
        _known(connection, actor.team_id, actor.user_id)
        people.keep_habits(connection, actor.team_id, actor.user_id, chosen)
    return mine(desk, actor)


def go_away(desk: Desk, actor: Actor, until: date, cover: str | None) -> MySettings:
    """The actor is on leave until and including a day; `cover` gets what is due meanwhile, else it waits.

    Raises BadInput for a day that is over or too far, and for a cover who cannot stand in.
    """
    policy.require_colleague(actor)
    with desk.change(actor) as connection:
        person = _known(connection, actor.team_id, actor.user_id)
        today = local_day(person.tz, desk.clock())
        if until < today:
            raise BadInput("That day is over.", {"until": "Choose today or a later day: the last one you are away."})
        if until > today + LONGEST_LEAVE:
            raise BadInput("Choose an earlier day.", {"until": "At most a year ahead."})
        if cover is not None:
            _check_cover(desk, connection, actor, cover, today)
        people.keep_leave(connection, actor.team_id, actor.user_id, until, cover)
    return mine(desk, actor)


def come_back(desk: Desk, actor: Actor) -> MySettings:
    """The actor's leave is over."""
    policy.require_colleague(actor)
    with desk.change(actor) as connection:
        people.keep_leave(connection, actor.team_id, actor.user_id, None, None)
    return mine(desk, actor)


def team(desk: Desk, actor: Actor) -> TeamSettings:
    """What holds for the team. Raises NotAllowed for those who are no managers."""
    policy.require_manager(actor, "change the team's settings")
    with desk.db.read() as connection:
        chosen = workspaces.choices(connection)
        led = tuple(people.led(connection, actor.team_id))
    first = desk.rule_book.first
    rules = first.with_choices(chosen)
    return TeamSettings(chosen, first, rules, led, tuple(desk.processes.values()), tuple(desk.methodologies.values()))


def choose_team(desk: Desk, actor: Actor, chosen: Choices, led: tuple[str, str | None] | None = None) -> TeamSettings:
    """Keep what a manager set for the team; `led` is a rep and who manages them from now on, None for nobody's.

    What equals the environment's default is not kept, so that a later change there holds. Raises BadInput with a
    sentence for each wrong field.
    """
    policy.require_manager(actor, "change the team's settings")
    _check_hour(chosen.agenda_hour)
    _check_country(chosen.country)
    if chosen.agenda_days is not None and not chosen.agenda_days:
        raise BadInput("Choose the working days.", {"days": "Choose at least one working day."})
    if chosen.methodology is not None and chosen.methodology not in desk.methodologies:
        raise BadInput("Choose another one.", {"methodology": "This methodology is no longer there. Choose another."})
    first = desk.rule_book.first
    kept = Choices(
        managers=None if chosen.managers == first.managers else chosen.managers,
        manager_channel=_other_than(first.manager_channel, chosen.manager_channel),
        country=_other_than(first.country, chosen.country),
        agenda_hour=_other_than(first.hour, chosen.agenda_hour),
        agenda_days=_other_than(first.days, chosen.agenda_days),
        digest=_other_than(first.digest, chosen.digest),
        methodology=_other_than(first.methodology, chosen.methodology),
    )
    with desk.change(actor) as connection:
        if kept.managers is not None:
            _check_managers(desk, connection, actor, kept.managers)
        managers = first.managers if kept.managers is None else kept.managers
        if led is not None:
            _check_led(desk, connection, actor.team_id, led, managers)
            people.keep_manager(connection, actor.team_id, [led[0]], led[1])
        workspaces.choose(connection, actor.team_id, kept)
    desk.rule_book.forget()
    return replace(team(desk, actor), chosen=kept) if actor.user_id in managers else _seen(desk, kept)


def _seen(desk: Desk, kept: Choices) -> TeamSettings:
    """What somebody may still see who has just taken themselves off the managers."""
    first = desk.rule_book.first
    return TeamSettings(kept, first, first.with_choices(kept), (), ())


def _other_than(default: _Choice, chosen: _Choice) -> _Choice | None:
    return None if chosen == default else chosen


def _known(connection: Connection, team_id: str, user_id: str) -> Person:
    person = people.find(connection, team_id, user_id)
    if person is None:
        raise UnknownPerson(user_id)
    return person


def _check_hour(hour: int | None) -> None:
    if hour is not None and not EARLIEST <= hour < LATEST:
        raise BadInput("Choose another hour.", {"hour": f"Choose an hour from {EARLIEST}:00 to {LATEST - 1}:00."})


def _check_country(country: str | None) -> None:
    if country is not None and country not in countries():
        raise BadInput("I do not know this country.", {"country": "I do not know the holidays of this country."})


def _check_cover(desk: Desk, connection: Connection, actor: Actor, cover: str, today: date) -> None:
    if cover == actor.user_id:
        raise BadInput("Choose somebody else.", {"cover": "Choose somebody other than yourself."})
    person = _known(connection, actor.team_id, cover)
    if directory.role(desk, person) not in (Role.MEMBER, Role.MANAGER):
        raise BadInput("Choose somebody else.", {"cover": "Choose a full member of this workspace."})
    if person.is_away(today) and person.away_until is not None:
        away = f"{said.person(cover)} is away themselves until {show_date(person.away_until)}."
        raise BadInput(away, {"cover": "They are away themselves. Choose somebody else."})


def _check_managers(desk: Desk, connection: Connection, actor: Actor, managers: frozenset[str]) -> None:
    if not managers:
        raise BadInput("Choose the managers.", {"managers": "Without a manager nobody could approve a move."})
    known = people.some(connection, actor.team_id, managers)
    for user_id in sorted(managers):
        if user_id not in known:
            raise UnknownPerson(user_id)
        if directory.role(desk, known[user_id]) not in (Role.MEMBER, Role.MANAGER):
            raise BadInput(
                f"{said.person(user_id)} is not a full member of this workspace.",
                {"managers": "Each of them has to be a full member of this workspace."},
            )


def _check_led(
    desk: Desk, connection: Connection, team_id: str, led: tuple[str, str | None], managers: frozenset[str]
) -> None:
    rep, manager = led
    if directory.role(desk, _known(connection, team_id, rep)) not in (Role.MEMBER, Role.MANAGER):
        raise BadInput("Choose a full member.", {"rep": "Choose a full member of this workspace."})
    if manager is None:
        return
    if manager == rep:
        raise BadInput("Choose two people.", {"manager": "Nobody manages themselves."})
    if manager not in managers:
        raise BadInput("Choose a manager.", {"manager": "Choose one of the managers above."})
