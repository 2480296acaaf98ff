"""What has waited for too long goes to the managers: once, in the thread of the deal's card, and in the digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.cadence import latest_start, still_holds
from bot.domain.calendar_days import DayOff
from bot.domain.deal import Deal
from bot.domain.pace import Lane
from bot.domain.process import Process
from bot.domain.reminders import Reminder
from bot.services.cards import Posting
from bot.services.desk import Desk
from bot.services.errands import Errand
from bot.services.facts import facts_of, noticing_day
from bot.store import deals, escalating, people, work
from bot.store import reminders as reminder_store
from bot.store.escalating import Patience
from bot.store.work import NewItem


@dataclass(frozen=True, slots=True)
class Escalation:
    """A deal that waits for too long, the card in whose thread that is said, and the name of who is responsible."""

    reminder: Reminder
    deal: Deal
    process: Process
    card: Posting
    rep: str


def escalate(desk: Desk) -> int:
    """Mark what has waited for too long, and have it said in the thread of each deal's card. Returns how many deals.

    Any number of processes may do it at once: what one of them marked, the others do not find.
    """
    now, today, number = desk.clock(), desk.today(), 0
    for patience in _patience(desk.processes, today, desk.is_off):
        with desk.db.write() as connection:
            found = escalating.escalate(connection, patience, today)
            items = [
                NewItem(team_id, Errand.ESCALATION.value, str(deal_id), str(reminder_id), now, Lane.BULK)
                for team_id, deal_id, reminder_id in found
            ]
            work.add_many(connection, items, now)
        number += len(found)
    return number


def escalation(desk: Desk, team_id: str, deal_id: int, reminder_id: int) -> Escalation | None:
    """What to say in the thread of the deal's latest card; None where there is none, or nothing waits any more."""
    with desk.db.read() as connection:
        one = reminder_store.get(connection, team_id, reminder_id)
        card = escalating.latest_card(connection, team_id, deal_id, Errand.CARD)
        deal = deals.get(connection, team_id, deal_id)
        process = desk.processes.get(deal.process)
        if one is None or not one.is_open or card is None or process is None:
            return None
        facts = facts_of(desk, connection, [deal])[deal.id]
        if not still_holds(one, process, deal, facts, noticing_day(desk), desk.is_off):
            return None
        rep = people.find(connection, team_id, one.user_id)
        return Escalation(one, deal, process, card, rep.name if rep else "")


def _patience(processes: Mapping[str, Process], today: date, is_off: DayOff) -> Iterator[Patience]:
    """The stages of each process with the same patience, by all the keys that they have or had."""
    for process in processes.values():
        cadence = process.cadence
        told_before = latest_start(cadence.remind_again, today, is_off)
        by_day: dict[date, set[str]] = {}
        for stage in process.stages:
            stale_before = latest_start(stage.escalate_after or cadence.escalate_after, today, is_off)
            by_day.setdefault(stale_before, set()).update(process.standing(stage))
        for stale_before, stages in by_day.items():
            yield Patience(process.key, frozenset(stages), stale_before, cadence.remind_times, told_before)
