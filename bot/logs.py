"""Structured logs: one line an event, with the request's id, ids and verbs only; never payloads, texts or tokens."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any, Literal, TextIO

import structlog
from structlog.types import EventDict, Processor

_TOKEN = re.compile(r"\b(xox[a-z]|xapp)-[\w.-]+")


def configure(form: Literal["json", "console"] | None = None, stream: TextIO | None = None) -> None:
    """Send the logs of everything to `stream` (default stderr); without a form, console on a terminal, else JSON."""
    out = stream or sys.stderr
    console = form == "console" or (form is None and out.isatty())
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering = _for_people(out) if console else [_places_of_exception, structlog.processors.JSONRenderer()]
    # Our own lines are written as they are, since the way through the standard library takes twice the time.
    structlog.configure(
        processors=[*common, *rendering, _without_tokens],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering, _without_tokens],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "apscheduler", "werkzeug", "waitress"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    quieten_slack_libraries()


def quieten_slack_libraries() -> None:
    """Let slack_bolt and slack_sdk report only that something failed and where.

    They write whole bodies, headers and signatures into their messages, and each of their loggers takes its level
    from the root when it is made: so the messages are stopped where they all pass, at the library's top logger.
    """
    for name in ("slack_bolt", "slack_sdk"):
        library = logging.getLogger(name)
        library.propagate = False
        library.handlers = [_OnlyThatItFailed(logging.ERROR)]


class _OnlyThatItFailed(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log: Any = structlog.get_logger()
        log.error("slack_library_failed", library=record.name, line=record.lineno, exc_info=record.exc_info or False)


def _for_people(out: TextIO) -> list[Processor]:
    # plain_traceback: the pretty ones print local variables, among them payloads.
    return [
        structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback),
    ]


def _places_of_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the lines it passed; its message may quote what somebody typed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["error"] = info[0].__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _without_tokens(_logger: Any, _method: str, line: Any) -> Any:
    if isinstance(line, str) and ("xox" in line or "xapp" in line):  # found much quicker than by the pattern
        return _TOKEN.sub(r"\1-…", line)
    return line
