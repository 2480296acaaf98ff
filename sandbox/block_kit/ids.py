"""The block_id and action_id that Slack fills in where the app gave none."""

from __future__ import annotations

import copy

from sandbox.block_kit.blocks import elements_of
from sandbox.block_kit.place import Json
from sandbox.identifiers import short_token


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy of valid blocks in which each block and each element has its id."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", short_token())
        for element in elements_of(block):
            element.setdefault("action_id", short_token())
    return filled
