"""One pass of planning and sending by hand, as if it were some moment: for a cron job, or to see what would be said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot import wiring
from bot.clock import Clock, system_clock
from bot.domain.pace import Pace
from bot.sender import LEASE, Sender
from bot.services import people, work_list
from bot.services.desk import Desk
from bot.services.planning import plan
from bot.setting_checks import is_loopback
from bot.settings import Settings
from bot.slack.outbox import REPEATABLE
from bot.slack.rehearsing import Rehearsing, Said
from bot.wiring import Application


class TooEarly(Exception):
    """The moment asked for is still to come, and what would be said then would be said now."""


def tick(settings: Settings, at: datetime | None, dry_run: bool) -> dict[str, Any]:
    """Plan, then send what is due at `at` (aware; None is now). Returns the counts.

    A dry run returns what would be said to whom as well; nothing is sent then, and nothing kept. Raises TooEarly for a
    later moment, unless it is a dry run or the Slack is on this machine.
    """
    with wiring.opened_database(settings) as database:
        if dry_run:
            caller = Rehearsing.begin(settings.slack_api_url)
            with database.rehearse() as rehearsal:
                made = wiring.build(settings, rehearsal, _standing(at), caller)
                return _pass(made, at) | {"dry_run": True, "messages": _messages(made.desk, caller.said)}
        made = wiring.build(settings, database)
        if at is not None and at > made.desk.clock() and not is_loopback(urlsplit(settings.slack_api_url).hostname):
            raise TooEarly("is later than now. Add --dry-run to see what would be said then.")
        return _pass(wiring.build(settings, database, _standing(at)) if at else made, at)


def _pass(made: Application, at: datetime | None) -> dict[str, Any]:
    desk, counts = made.desk, plan(made.desk).as_dict()
    # By the clock of those who work meanwhile our leases must not be over before we are.
    lag = max(system_clock() - at, timedelta(0)) if at else timedelta(0)
    # A clock that stands still would never refill the budget.
    pace = None if at else Pace(made.settings.stagecoach_posts_per_minute)
    deliver = made.outbox.deliver
    sender = Sender(desk.db, desk.clock, deliver, repeats=lambda kind: kind in REPEATABLE, pace=pace, lease=LEASE + lag)
    sent = sender.send_due()
    made.caller.close(0)
    left = work_list.counts(desk.db, desk.clock())["due"].number
    return {"at": desk.clock().isoformat(timespec="seconds"), **counts, "sent": sent, "left": left}


def _standing(at: datetime | None) -> Clock | None:
    return None if at is None else lambda: at


def _messages(desk: Desk, said: Sequence[Said]) -> list[dict[str, Any]]:
    owners = people.owners_of_dms(desk, {one.channel for one in said})
    return [
        {"to": owners.get(one.channel, one.channel), "text": one.text, "lines": list(one.lines)}
        | ({"again": True} if one.method == "chat.update" else {})
        for one in said
    ]
