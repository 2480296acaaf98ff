"""What every use case needs at hand: the database, the clock, the process definitions and the team's rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bot.domain import said
from bot.domain.calendar_days import DayOff
from bot.domain.coaching import Methodology
from bot.domain.deal import Deal
from bot.domain.errors import BotError, NeedsSetup
from bot.domain.inspection import NO_RULES, RuleSet
from bot.domain.people import Actor
from bot.domain.process import Process, Stage
from bot.domain.rhythm import HOUR, WORKWEEK
from bot.services.calendars import days_off
from bot.store import deliveries, workspaces
from bot.store.database import Database
from bot.store.workspaces import Choices, Identity


class Repeated(BotError):
    """This delivery has already had its effect; nothing was done again."""


@dataclass(frozen=True, slots=True)
class TeamRules:
    """What the team decided: who manages, where managers look, which mail domains are the seller's own, and its days.

    `hour`, `days` and `country` hold for everybody who chose nothing else; `digest` is where the managers' weekly
    digest goes: `channel`, `dm` or `off`. `methodology` is the key of the way of selling whose questions reps get.
    """

    managers: frozenset[str] = frozenset()
    manager_channel: str | None = None
    company_domains: frozenset[str] = frozenset()
    default_process: str = "buyer_centric"
    hour: int = HOUR
    days: frozenset[int] = WORKWEEK
    country: str | None = None
    digest: str = "channel"
    methodology: str | None = None

    def with_choices(self, chosen: Choices) -> TeamRules:
        """These rules with what a manager set in Slack, which wins."""
        return replace(
            self,
            managers=self.managers if chosen.managers is None else chosen.managers,
            manager_channel=chosen.manager_channel or self.manager_channel,
            hour=self.hour if chosen.agenda_hour is None else chosen.agenda_hour,
            days=self.days if chosen.agenda_days is None else chosen.agenda_days,
            country=chosen.country or self.country,
            digest=chosen.digest or self.digest,
            methodology=chosen.methodology or self.methodology,
        )


RULES_SECONDS = 1.0
"""For so long the rules that a manager set are taken to be the same; in the process that changes them, not at all."""


class RuleBook:
    """The team's rules: what the environment gives first, and over it what a manager set in Slack."""

    def __init__(self, db: Database, first: TeamRules) -> None:
        self.first = first
        self._db, self._read_at, self._now = db, -RULES_SECONDS, first

    def now(self) -> TeamRules:
        """The rules as they are, at most `RULES_SECONDS` old."""
        moment = time.monotonic()
        if moment - self._read_at >= RULES_SECONDS:
            with self._db.read() as connection:
                chosen = workspaces.choices(connection)
            self._now, self._read_at = self.first.with_choices(chosen), moment
        return self._now

    def forget(self) -> None:
        """Read them again next time."""
        self._read_at = -RULES_SECONDS


@dataclass(frozen=True, slots=True)
class Front:
    """What buyers see of us: the address of our pages (without a slash at its end), our name, and a colour (#rrggbb).

    Without an address there are no links to them; without a name the workspace's is used.
    """

    url: str | None = None
    name: str | None = None
    colour: str = "#1d4e6b"


@dataclass(frozen=True)
class Desk:
    """Handed to every use case. `clock` gives the aware UTC time; `wake` tells the sender that there is work."""

    db: Database
    clock: Callable[[], datetime]
    processes: Mapping[str, Process]
    rule_book: RuleBook
    wake: Callable[[], None] = lambda: None
    inspection: RuleSet = NO_RULES
    """By what evidence is judged while it is written; without rules nobody is advised."""
    front: Front = Front()
    known: list[Identity] = field(default_factory=list, compare=False)
    """Who we are, once this process has been told; every delivery asks for it."""
    methodologies: Mapping[str, Methodology] = field(default_factory=dict, compare=False)

    @property
    def rules(self) -> TeamRules:
        """What the team decided."""
        return self.rule_book.now()

    @property
    def is_off(self) -> DayOff:
        """The days that are no business days for the team: weekends, and the holidays of its country."""
        return days_off(self.rules.country)

    @contextmanager
    def change(self, actor: Actor) -> Iterator[Connection]:
        """One transaction of this person's, in which the delivery is recorded; wakes the sender after the commit.

        Raises Repeated when the delivery was recorded before.
        """
        with self.db.write() as connection:
            if actor.delivery and not deliveries.record(connection, actor.team_id, actor.delivery, self.clock()):
                raise Repeated("This was already done.")
            yield connection
        self.wake()

    def process(self, deal: Deal) -> Process:
        """The deal's process. Raises NeedsSetup when its definition is gone."""
        found = self.processes.get(deal.process)
        if found is None:
            raise NeedsSetup(
                f"The process “{deal.process}” of {deal.label} is no longer defined. "
                "Ask whoever runs Stagecoach to put its file back."
            )
        return found

    def stage(self, deal: Deal) -> Stage:
        """The deal's stage in the present definition. Raises NeedsSetup when it is gone without a replacement."""
        found = self.process(deal).stage(deal.stage)
        if found is None:
            raise NeedsSetup(
                f"The stage “{deal.stage}” of {deal.label} is no longer part of its process. "
                f"Move the deal to the stage it is in now: {said.command(f'move {deal.label}')} and the stage."
            )
        return found

    def today(self) -> date:
        """Today in UTC. The recipient's own day is worked out where their zone is known."""
        return self.clock().date()

    def channel(self, process: Process) -> str | None:
        """Where managers see this process's cards: the process's own channel, else the team's."""
        return process.channel or self.rules.manager_channel
