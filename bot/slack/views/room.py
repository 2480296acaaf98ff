"""Room in a view: how many blocks and how much JSON still fit, for lists whose length and texts nobody limits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from bot.slack.blocks import Block


@dataclass
class Room:
    """What is left of a view; `blocks` counts blocks, `size` characters of JSON as it goes over the wire."""

    blocks: int
    size: int

    def take(self, *wanted: Block) -> bool:
        """Use the room that these blocks need; False, and nothing used, where they do not fit."""
        needed = sum(weight(block) for block in wanted)
        if len(wanted) > self.blocks or needed > self.size:
            return False
        self.blocks -= len(wanted)
        self.size -= needed
        return True


def weight(block: Block) -> int:
    """How long a block is in a call to Slack, where every character beyond ASCII is written as an escape."""
    return len(json.dumps(block)) + 2


def fill(entries: Iterable[Block], room: Room, most: int) -> list[Block]:
    """As many of the entries, from the first on, as fit into the room; at most `most` of them."""
    taken: list[Block] = []
    for entry in entries:
        if len(taken) == most or not room.take(entry):
            break
        taken.append(entry)
    return taken
