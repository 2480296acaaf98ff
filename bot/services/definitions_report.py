"""What new process definitions mean for the deals there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection

from bot.definitions import from_json
from bot.domain.deal import Deal
from bot.domain.gate import judge
from bot.domain.process import Process
from bot.services.desk import Desk
from bot.services.judging import Judged, judge_deals
from bot.store import deals, definitions

BATCH = 500


def newly_failing(desk: Desk) -> list[str]:
    """A line for each open deal whose stage is gone, and for each criterion that newly holds a deal back.

    A criterion is new to hold a deal back when the definition that the deal was last judged by let it pass there,
    or did not ask for it.
    """
    with desk.db.read() as connection:
        return [line for process in desk.processes.values() for line in _of_process(desk, connection, process)]


def _of_process(desk: Desk, connection: Connection, process: Process) -> Iterator[str]:
    last = 0
    while batch := deals.open_under(connection, process.key, last, BATCH):
        last = batch[-1].id
        changed = sorted((d for d in batch if d.process_version != process.version), key=lambda d: d.team_id)
        wanted = {(deal.process, deal.process_version) for deal in changed}
        before = {pair: from_json(body) for pair, body in definitions.bodies(connection, wanted).items()}
        for _team, of_team in groupby(changed, key=lambda d: d.team_id):
            for judged in judge_deals(desk, connection, list(of_team)):
                deal = judged.deal
                yield from _lines(desk, process, before.get((deal.process, deal.process_version)), judged)


def _lines(desk: Desk, process: Process, before: Process | None, judged: Judged) -> list[str]:
    deal, found = judged.deal, judged.judgement
    named = f"{deal.team_id} {deal.label} “{deal.name}”"
    if found is None:
        return [f"{named}: its stage “{deal.stage}” is gone from {process.key}; name its heir with `replaces`"]
    failed_before = _failed_before(desk, before, deal, judged)
    return [
        f"{named}: “{found.stage.name}” now asks for “{gap.criterion.text}” ({gap.why})"
        for gap in found.gaps
        if gap.criterion.key not in failed_before
    ]


def _failed_before(desk: Desk, before: Process | None, deal: Deal, judged: Judged) -> set[str]:
    """The criteria that held the deal back already by the old definition; none when that was never stored."""
    if before is None or before.stage(deal.stage) is None:
        return set()
    old = judge(before, deal, judged.evidence, judged.questions, desk.clock())
    return {gap.criterion.key for gap in old.gaps}
