"""Which records a deal has beside its evidence: one look, so that what most deals have none of is not read in vain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, bindparam, select

from bot.store.concessions import concession
from bot.store.confirmations import confirmation
from bot.store.objections import objection


@dataclass(frozen=True, slots=True)
class Beside:
    """Whether there is any, settled ones too."""

    confirmations: bool
    objections: bool
    concessions: bool


def _any(team_id: Column[str], deal_id: Column[int]) -> ColumnElement[bool]:
    return select(1).where(team_id == bindparam("team"), deal_id == bindparam("deal")).exists()


_beside = select(
    _any(confirmation.c.team_id, confirmation.c.deal_id).label("confirmations"),
    _any(objection.c.team_id, objection.c.deal_id).label("objections"),
    _any(concession.c.team_id, concession.c.deal_id).label("concessions"),
)


def of_deal(connection: Connection, team_id: str, deal_id: int) -> Beside:
    """What there is about this deal."""
    row = connection.execute(_beside, {"team": team_id, "deal": deal_id}).one()
    return Beside(bool(row.confirmations), bool(row.objections), bool(row.concessions))
