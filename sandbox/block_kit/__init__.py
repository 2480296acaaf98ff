"""Slack's rules for blocks and views: what is refused, and the ids that are filled in."""

from sandbox.block_kit.blocks import check_blocks
from sandbox.block_kit.ids import with_ids
from sandbox.block_kit.place import Problem
from sandbox.block_kit.views import VIEW_BYTES, check_view, is_too_large

__all__ = ["VIEW_BYTES", "Problem", "check_blocks", "check_view", "is_too_large", "with_ids"]
