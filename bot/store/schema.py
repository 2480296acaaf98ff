"""The whole schema: every table of the store in one metadata, and how migrations compare a database with it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from sqlalchemy import MetaData

import bot.store
from bot.store.columns import UtcDateTime, metadata


def whole() -> MetaData:
    """The metadata with the tables of every module of the store in it."""
    for module in pkgutil.iter_modules(bot.store.__path__):
        if not module.ispkg:
            importlib.import_module(f"bot.store.{module.name}")
    return metadata


def comparison() -> dict[str, Any]:
    """Settings of alembic for drafting a migration: what to compare a database with, and how to write it down."""
    return {"target_metadata": whole(), "render_item": _render_item}


def _render_item(kind: str, item: Any, _context: object) -> str | bool:
    """In a migration, a column's type as it was that day, not a class of ours that may change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
