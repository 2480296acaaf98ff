"""Sending the picture of a process to the person who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.work import Outcome, Sent, Unwanted, WorkItem
from bot.drawing import Pictures, View, can_paint, described
from bot.services.desk import Desk
from bot.slack import files
from bot.slack.calls import Caller
from bot.slack.views.orientation import picture_comment


@dataclass(frozen=True)
class Picturer:
    """Paints and uploads. `dm` finds our channel with somebody."""

    desk: Desk
    caller: Caller
    dm: Callable[[str, str], str]
    command: str
    pictures: Pictures

    def send(self, item: WorkItem) -> Outcome:
        """The picture as it is by now, into our channel with whoever asked for it."""
        named, key, _ = item.slot.split(".", 2)
        process, view = self.desk.processes.get(key), View(named)
        if process is None or not can_paint():
            return Unwanted()
        content = self.pictures.png(process, view)
        channel = self.dm(item.team_id, item.subject)
        comment = picture_comment(process, view.words, self.command)
        name = f"{process.key}-{view.value}.png"
        files.upload(self.caller, name, content, channel, comment=comment, alt=described(process, view))
        return Sent()
