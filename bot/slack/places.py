"""Which channel an item of the work list was meant for, to say where Slack did not let us post."""

from __future__ import annotations

from bot.domain.work import WorkItem
from bot.services import cards, concessions, override_requests
from bot.services.desk import Desk
from bot.services.errands import Errand


def place_of(desk: Desk, item: WorkItem) -> tuple[str, str | None] | None:
    """The managers' channel that an item was meant for, and whose deal it is about; None when it is gone."""
    if item.kind == Errand.PROCESS_CHANGED:
        process = desk.processes.get(item.subject)
        return ((desk.channel(process) or "") if process else "", None)
    team_id, subject = item.team_id, int(item.subject)
    if item.kind == Errand.CARD:
        card = cards.card(desk, team_id, subject)
        return (card.posted.channel if card.posted else card.channel or ""), card.deal.responsible
    if item.kind == Errand.EXCUSE:
        excuse = cards.excuse(desk, team_id, subject)
        return (excuse.channel or "", excuse.deal.responsible) if excuse else None
    if item.kind == Errand.OVERRIDE_REQUEST:
        return override_requests.place(desk, team_id, subject)
    if item.kind == Errand.CONCESSION:
        priced = concessions.asked(desk, team_id, subject)
        return (priced.channel or "", priced.deal.responsible) if priced else None
    if item.kind == Errand.CARD_REPLY:
        asked = cards.asked(desk, team_id, subject)
        return (asked.card.channel, asked.deal.responsible) if asked and asked.card else None
    piece, card_place = cards.piece_of(desk, team_id, subject), cards.posting(desk, team_id, Errand.CARD, item.slot)
    if piece is None or card_place is None:
        return None
    return card_place.channel, cards.deal_of(desk, team_id, piece.deal_id).responsible
