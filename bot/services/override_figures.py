"""How often managers let deals pass: for each rep, and for each criterion, of which some are named for removal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection

from bot.domain import policy
from bot.domain.deal import Deal
from bot.domain.following import owed_criterion
from bot.domain.overrides import PERIOD, Budget, Override, is_candidate, month_of
from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.store import deals, override_figures
from bot.store.override_figures import Times

MOST_REPS, MOST_LISTED = 20, 20

About = tuple[Deal, Override]
"""An override with its deal."""


@dataclass(frozen=True, slots=True)
class Often:
    """For how many deals a criterion was let pass in the period, and how many went on from its stage."""

    process: str
    stage: str
    text: str
    times: int
    moved: int

    @property
    def is_candidate(self) -> bool:
        """Whether it should be removed or reworded."""
        return is_candidate(self.times, self.moved)


@dataclass(frozen=True, slots=True)
class Overview:
    """What was let pass. `by_rep` counts this month against `budget`, that of the team's usual process.

    `since` is the day from which `granted` counts, `by_criterion` looks back a whole period.
    """

    since: date
    granted: tuple[About, ...]
    owed: tuple[About, ...]
    by_rep: tuple[tuple[str, int], ...]
    budget: Budget
    by_criterion: tuple[Often, ...]

    @property
    def candidates(self) -> tuple[Often, ...]:
        """Criteria to remove or to reword."""
        return tuple(one for one in self.by_criterion if one.is_candidate)

    @property
    def people(self) -> set[str]:
        """Everybody who is named in it."""
        reps = {rep for rep, _ in self.by_rep} | {deal.responsible for deal, _ in self.owed}
        return reps | {made.by for _, made in self.granted}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say in a week."""
        return not (self.granted or self.owed or self.candidates)


def overview(desk: Desk, actor: Actor) -> Overview:
    """What managers let pass in the month, and how often in the period. Raises NotAllowed for others."""
    policy.require_manager(actor, "see what was let pass")
    with desk.db.read() as connection:
        return of_team(desk, connection, actor.team_id, month_of(desk.today()))


def of_team(desk: Desk, connection: Connection, team_id: str, since: date) -> Overview:
    """The same for a team; what was granted since that day is listed."""
    now, today = desk.clock(), desk.today()
    usual = desk.processes.get(desk.rules.default_process)
    budget = Budget(0, usual.overrides.per_month if usual else 0, month_of(today))
    granted = override_figures.granted(connection, team_id, _start(since), MOST_LISTED)
    owed = override_figures.owed(connection, team_id, today, MOST_LISTED)
    keys = {one.deal_id for one in (*granted, *owed)}
    about = {deal.id: deal for deal in deals.some(connection, team_id, keys)} if keys else {}
    times = override_figures.by_criterion(connection, team_id, now - PERIOD)
    return Overview(
        since,
        tuple((about[one.deal_id], one) for one in granted),
        tuple((about[one.deal_id], one) for one in owed if _is_asked(desk, about[one.deal_id], one)),
        tuple(override_figures.by_rep(connection, team_id, _start(budget.month), MOST_REPS)),
        budget,
        tuple(_often(desk, connection, team_id, times, now - PERIOD)) if times else (),
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _is_asked(desk: Desk, deal: Deal, one: Override) -> bool:
    process = desk.processes.get(deal.process)
    return process is not None and owed_criterion(process, deal, one.stage, one.criterion) is not None


def _often(desk: Desk, connection: Connection, team_id: str, times: Sequence[Times], since: datetime) -> list[Often]:
    """The criteria that the processes still have, those let pass most often first; renamed stages counted together."""
    moved: Counter[tuple[str, str]] = Counter()
    for (key, left), number in override_figures.moved_on(
        connection, team_id, {one.process for one in times}, since
    ).items():
        moved[key, _stage_key(desk, key, left)] += number
    let: Counter[tuple[str, str, str]] = Counter()
    for one in times:
        let[one.process, _stage_key(desk, one.process, one.stage), one.criterion] += one.deals
    found = []
    for (key, stage_key, criterion_key), number in let.items():
        process = desk.processes.get(key)
        stage = process.stage(stage_key) if process else None
        criterion = stage.criterion(criterion_key) if stage else None
        if process is not None and stage is not None and criterion is not None:
            found.append(Often(process.name, stage.name, criterion.text, number, moved[key, stage_key]))
    return sorted(found, key=lambda one: (not one.is_candidate, -one.times, one.text))


def _stage_key(desk: Desk, process_key: str, stage_key: str) -> str:
    process = desk.processes.get(process_key)
    stage = process.stage(stage_key) if process else None
    return stage.key if stage else stage_key
