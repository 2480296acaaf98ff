"""`stagecoach inspect`: judge evidence from a file of JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.definitions.inspecting import load_rules
from bot.domain.errors import BadInput
from bot.domain.inspection import Inspection, Piece, inspect

_NEEDED: Final = ("criterion", "text")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that could be read; `id` comes back as it was written."""

    id: str | int
    piece: Piece


def inspect_lines(lines: Iterable[bytes], own_rules: Path | None, today: date) -> int:
    """Print a verdict for each line, and an error on stderr for each that cannot be read; returns the exit code.

    Raises ProcessProblem when the rules of the folder have mistakes.
    """
    rules = load_rules(own_rules)
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            read = read_line(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except BadInput as problem:
            click.echo(_printable(f"line {number}: {problem}"), err=True)
            code = 1
            continue
        click.echo(_printable(json.dumps(_told(read, inspect(read.piece, rules, today)), ensure_ascii=False)))
    return code


def read_line(line: bytes) -> Line:
    """One piece of evidence. Raises BadInput with what is wrong."""
    try:
        said = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"is not JSON: {error}") from None
    if not isinstance(said, dict):
        raise BadInput("is not a JSON object")
    number = said.get("id")
    if not isinstance(number, str | int) or isinstance(number, bool) or number == "":
        raise BadInput("“id” is missing, or neither a text nor a number")
    for name in _NEEDED:
        if not isinstance(said.get(name), str):
            raise BadInput(f"“{name}” is missing or no text")
    return Line(
        number,
        Piece(
            criterion=said["criterion"],
            text=said["text"],
            link=_text(said, "link"),
            contact=_text(said, "contact"),
            occurred_on=_day(_text(said, "occurred_on")),
        ),
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"“{name}” is neither a text nor null")
    return value or ""


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise BadInput(f"“occurred_on” is “{text[:40]}”, which is no day like 2026-11-30") from None


def _printable(text: str) -> str:
    """Halves of characters, which JSON can hold and UTF-8 cannot, as they are escaped in JSON."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _told(line: Line, found: Inspection) -> dict[str, Any]:
    told: dict[str, Any] = {"id": line.id, "strength": found.strength.words}
    for standard, judged in found.standards.items():
        told[standard.value] = {
            "verdict": judged.verdict.value,
            "sentence": judged.sentence,
            "rule": judged.rule,
            "suggestion": judged.suggestion,
        }
    return told
