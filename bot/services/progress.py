"""What keeps a deal fresh: moves, proof, what the buyer does, and steps that are planned or put off with a reason.

Each function writes inside the transaction of the change that it belongs to, under the lock of the deal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.domain.deal import Deal, Move, NextStep
from bot.domain.errors import BadInput
from bot.domain.evidence import Evidence
from bot.domain.freshness import progress_on
from bot.domain.gate import shortfall
from bot.domain.junk import looks_like_placeholder
from bot.domain.process import Party, Stage, StageKind
from bot.services.desk import Desk
from bot.store import deals

LONGEST = 3000


def of_move(desk: Desk) -> dict[str, Any]:
    """What a move into a stage writes: it is progress, and whatever held the deal up in the old stage is over."""
    return {"progress_on": desk.today(), "waiting_on": None, "fresh_until": None}


def of_return(desk: Desk) -> dict[str, Any]:
    """What reopening writes: the deal begins afresh in its stage, and so does the ladder for silence."""
    return {**of_move(desk), "silence": 0, "waiting_until": None, "closing_reason": None}


def after_waiting(desk: Desk, deal: Deal, move: Move) -> dict[str, Any]:
    """What the end of a pending move without a move writes: the clock stood still while a manager had the deal."""
    waited = desk.today() - move.at.date()
    return {"progress_on": min(desk.today(), progress_on(deal) + waited)}


def proved(desk: Desk, connection: Connection, deal: Deal) -> Deal:
    """Evidence was accepted: progress of today."""
    return _write(connection, deal, {"progress_on": desk.today()})


def buyer_acted(desk: Desk, connection: Connection, deal: Deal, on: date) -> Deal:
    """The buyer did something on that day. When it is the latest that we know of, their silence is over."""
    return _write(connection, deal, _buyer(desk, deal, on))


def evidence_added(desk: Desk, connection: Connection, deal: Deal, stage: Stage, piece: Evidence) -> Deal:
    """A piece was added: proof that counts is progress of today, and what the buyer did is progress of its day."""
    criterion = stage.criterion(piece.criterion)
    values: dict[str, Any] = {}
    by_buyer = criterion is not None and criterion.party is Party.BUYER and stage.kind is not StageKind.PREPARATION
    if by_buyer and piece.happened_on is not None:
        values |= _buyer(desk, deal, piece.happened_on)
    if criterion is not None and shortfall(criterion, piece, desk.clock()) is None:
        values["progress_on"] = desk.today()
    return _write(connection, deal, values)


def plan(desk: Desk, connection: Connection, deal: Deal, step: NextStep | None, why: str = "") -> Deal:
    """Write the next step, or clear it. A new one gets the next number; the same one again changes nothing.

    A step put off to a later day is progress when there is a reason. Raises BadInput for a step without words or
    on a day that is over, or for a reason that is none.
    """
    step = _checked(desk, step) if step else None
    why = why.strip()
    if why and looks_like_placeholder(why):
        raise BadInput("Say why.", {"why": "Say what changed, such as “Jane is ill until Monday”. Or leave it empty."})
    if len(why) > LONGEST:
        raise BadInput("That is too long.", {"why": f"At most {LONGEST} characters, please."})
    if step == deal.next_step:
        return deal
    values: dict[str, Any] = {
        "next_step": step.what if step else None,
        "next_step_on": step.on if step else None,
        "next_step_time": step.at if step else None,
        "next_step_no": deal.next_step_no + 1,
    }
    if why and is_put_off(deal, step) and step and step.on > desk.today():
        values["progress_on"] = desk.today()
    return deals.change(connection, deal, values)


def is_put_off(deal: Deal, step: NextStep | None) -> bool:
    """Whether this plan moves the deal's step to a later day."""
    return step is not None and deal.next_step is not None and step.on > deal.next_step.on


def _checked(desk: Desk, step: NextStep) -> NextStep:
    what = step.what.strip()
    if looks_like_placeholder(what):
        raise BadInput("What will you do next?", {"what": "Write what you will do, such as “call Jane”."})
    if len(what) > LONGEST:
        raise BadInput("That is too long.", {"what": f"At most {LONGEST} characters, please."})
    # A day behind UTC it is still yesterday for some people, so a day of grace.
    if (desk.today() - step.on).days > 1:
        raise BadInput("That day is over.", {"on": "That day is over. Choose today or later."})
    return replace(step, what=what)


def _buyer(desk: Desk, deal: Deal, on: date) -> dict[str, Any]:
    values: dict[str, Any] = {"progress_on": max(progress_on(deal), min(on, desk.today()))}
    if deal.last_buyer_on is None or on > deal.last_buyer_on:
        values |= {"last_buyer_on": on, "silence": 0}
    return values


def _write(connection: Connection, deal: Deal, values: dict[str, Any]) -> Deal:
    changed = {name: value for name, value in values.items() if getattr(deal, name) != value}
    return deals.change(connection, deal, changed) if changed else deal
