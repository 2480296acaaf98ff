"""A process as JSON: to compare what deals were judged by, and to name a content by its hash."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from pydantic import TypeAdapter

from bot.domain.process import Process

_VERSION_LENGTH = 12


@cache
def _adapter() -> TypeAdapter[Process]:
    return TypeAdapter(Process)


def to_json(process: Process) -> str:
    """The whole process, read back equal by `from_json`. What has its default value is left out."""
    content = _adapter().dump_python(process, mode="json", exclude_defaults=True)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Process:
    """Raises ValueError when the text is no process."""
    return _adapter().validate_json(text)


def version_of(process: Process) -> str:
    """A short hash of the content: rewrapping or commenting the file does not change it, changing any text does.

    Defaults are left out of it, so that a later release that knows more keys keeps the versions of old files.
    """
    content = json.loads(to_json(process))
    del content["version"]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_VERSION_LENGTH]
