"""What every use case needs at hand: the database, the clock, the process definitions and the team's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from bot.domain import said
from bot.domain.deal import Deal
from bot.domain.errors import BotError, NeedsSetup
from bot.domain.people import Actor
from bot.domain.process import Process, Stage
from bot.store import deliveries
from bot.store.database import Database
from bot.store.workspaces import Identity


class Repeated(BotError):
    """This delivery has already had its effect; nothing was done again."""


@dataclass(frozen=True, slots=True)
class TeamRules:
    """What the team decided: who manages, where managers look, which mail domains are the seller's own."""

    managers: frozenset[str] = frozenset()
    manager_channel: str | None = None
    company_domains: frozenset[str] = frozenset()
    default_process: str = "buyer_centric"


@dataclass(frozen=True)
class Desk:
    """Handed to every use case. `clock` gives the aware UTC time; `wake` tells the sender that there is work."""

    db: Database
    clock: Callable[[], datetime]
    processes: Mapping[str, Process]
    rules: TeamRules = field(default_factory=TeamRules)
    wake: Callable[[], None] = lambda: None
    known: list[Identity] = field(default_factory=list, compare=False)
    """Who we are, once this process has been told; every delivery asks for it."""

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
