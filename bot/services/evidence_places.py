"""Where a piece of evidence may go."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain import said
from bot.domain.deal import Deal, Status
from bot.domain.errors import BadInput
from bot.domain.process import Criterion, Process, Stage
from bot.services import overrides
from bot.services.desk import Desk


def place(
    desk: Desk, connection: Connection, deal: Deal, stage_key: str, criterion_key: str
) -> tuple[Process, Stage, Criterion]:
    """A criterion of the deal's present stage, or one that was let pass before and whose evidence is awaited.

    Raises BadInput for any other.
    """
    if deal.status in (Status.LOST, Status.PARKED):
        raise BadInput(f"{deal.label} is {deal.status.value}. Reopen it first: {said.command(f'reopen {deal.label}')}.")
    process, stage = desk.process(deal), desk.stage(deal)
    shown = process.stage(stage_key)
    if shown is None or shown.key != stage.key:
        before = overrides.awaited(connection, process, deal, stage_key, criterion_key)
        if before is None:
            raise BadInput(f"{deal.label} has moved on to “{stage.name}”. Copy your text, close this, and look again.")
        stage = before
    criterion = stage.criterion(criterion_key)
    if criterion is None:
        raise BadInput("This criterion is no longer part of the process. Copy your text, close this, and look again.")
    return process, stage, criterion
