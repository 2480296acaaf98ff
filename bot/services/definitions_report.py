"""What new process definitions mean for the deals there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection

from bot.definitions import from_json
from bot.domain.deal import Deal
from bot.domain.gate import Finding, judge
from bot.domain.process import Process, Stage
from bot.services.desk import Desk
from bot.services.judging import Judged, judge_deals
from bot.store import deals, definitions

BATCH = 500


@dataclass(frozen=True, slots=True)
class Failing:
    """An open deal with what newly holds it back; `stage` is None where its stage is gone."""

    deal: Deal
    process: Process
    stage: Stage | None
    gaps: tuple[Finding, ...] = ()


def newly_failing(desk: Desk) -> list[str]:
    """A line for each open deal whose stage is gone, and for each criterion that newly holds a deal back."""
    return [line for process in desk.processes.values() for one in failing(desk, process) for line in _lines(one)]


def failing(desk: Desk, process: Process, team_id: str | None = None) -> list[Failing]:
    """The open deals, in every workspace or in one, that this definition of their process newly holds back.

    A criterion is new to hold a deal back when the definition that the deal was last judged by let it pass there,
    or did not ask for it.
    """
    by_it = replace(desk, processes={process.key: process})
    with desk.db.read() as connection:
        return list(_of_process(by_it, connection, process, team_id))


def _of_process(desk: Desk, connection: Connection, process: Process, team_id: str | None) -> Iterator[Failing]:
    last = 0
    while batch := deals.open_under(connection, process.key, last, BATCH, team_id):
        last = batch[-1].id
        changed = sorted((d for d in batch if d.process_version != process.version), key=lambda d: d.team_id)
        wanted = {(deal.process, deal.process_version) for deal in changed}
        before = {pair: from_json(body) for pair, body in definitions.bodies(connection, wanted).items()}
        for _team, of_team in groupby(changed, key=lambda d: d.team_id):
            for judged in judge_deals(desk, connection, list(of_team)):
                deal = judged.deal
                found = _failing(desk, process, before.get((deal.process, deal.process_version)), judged)
                if found is not None:
                    yield found


def _failing(desk: Desk, process: Process, before: Process | None, judged: Judged) -> Failing | None:
    deal, found = judged.deal, judged.judgement
    if found is None:
        return Failing(deal, process, None)
    failed_before = _failed_before(desk, before, deal, judged)
    gaps = tuple(gap for gap in found.gaps if gap.criterion.key not in failed_before)
    return Failing(deal, process, found.stage, gaps) if gaps else None


def _lines(one: Failing) -> list[str]:
    deal = one.deal
    named = f"{deal.team_id} {deal.label} “{deal.name}”"
    if one.stage is None:
        return [f"{named}: its stage “{deal.stage}” is gone from {one.process.key}; name its heir with `replaces`"]
    return [f"{named}: “{one.stage.name}” now asks for “{gap.criterion.text}” ({gap.why})" for gap in one.gaps]


def _failed_before(desk: Desk, before: Process | None, deal: Deal, judged: Judged) -> set[str]:
    """The criteria that held the deal back already by the old definition; none when that was never stored."""
    if before is None or before.stage(deal.stage) is None:
        return set()
    now, let = desk.clock(), judged.overrides
    old = judge(before, deal, judged.evidence, judged.questions, now, judged.answers, overrides=let)
    return {gap.criterion.key for gap in old.gaps}
