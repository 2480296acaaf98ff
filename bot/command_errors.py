"""What a command says when something went wrong: a line for each foreseen error, and a reference for any other."""

from __future__ import annotations

import uuid

import structlog
from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.domain.errors import BotError
from bot.lifecycle import CannotStart
from bot.settings import ConfigProblem


def explain(error: Exception, runtime: int, usage: int) -> tuple[list[str], int]:
    """The lines for a person, and which of the two exit codes."""
    if isinstance(error, ConfigProblem):
        return error.problems, usage
    if isinstance(error, (CannotStart, BotError)):
        return str(error).splitlines(), runtime
    if (said := _of_database(error)) is not None:
        return [said], runtime
    if isinstance(error, OSError) and error.filename is not None:
        return [f"{error.filename}: {error.strerror}"], runtime
    return [_unforeseen(error)], runtime


def _of_database(error: Exception) -> str | None:
    if not isinstance(error, DBAPIError):
        return None
    why = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
    return f"The database cannot be used: {why}. See DATABASE_URL, and `stagecoach doctor`."


def _unforeseen(error: Exception) -> str:
    if not structlog.is_configured():
        logs.configure()
    reference = uuid.uuid4().hex[:8]
    structlog.get_logger().error("crashed", reference=reference, exc_info=error)
    return f"Something went wrong inside Stagecoach (reference {reference}); the log says where."
