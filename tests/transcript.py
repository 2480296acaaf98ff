"""Writing down all that one person gets to read, with the time on their own clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.browser import ARTIFACTS
from tests.clockwork import MADRID
from tests.driver import Person
from tests.harness import Office
from tests.seen import SeenMessage, shown


class Transcript:
    """What one person reads in their direct message with the app, in order; drawn again, only what changed."""

    def __init__(self, office: Office, reader: Person, name: str) -> None:
        self._office, self._reader, self._name = office, reader, name
        self._read: dict[str, list[str]] = {}
        self._since: dict[str, str] = {}
        self._written: list[str] = []
        self.arrived: list[tuple[datetime, SeenMessage]] = []

    def look(self) -> None:
        """Write down what is new or changed on their screen by now."""
        for message in self._reader.messages:
            words = list(self._words(message))
            before = self._read.get(message.ts)
            if before is None and message.user_id != self._reader.id:
                self.arrived.append((self._now, message))
                self._since[message.ts] = f"{self._now:%a %H:%M}"
                self._write("", words)
            elif before is not None and before != words:
                changed = [word for word in words if word not in before]
                self._write(f" (the message of {self._since[message.ts]}, drawn again)", changed or ["(shorter)"])
            self._read[message.ts] = words

    def does(self, what: str) -> None:
        """Write down what the reader does."""
        self._written.append(f"{self._now:%a %d %b %H:%M}  {self._name}: {what}\n")

    def keep(self, path: str) -> Path:
        """Save it among the artefacts."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        kept = ARTIFACTS / path
        kept.write_text(self.text, encoding="utf-8")
        return kept

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self._written)

    @property
    def _now(self) -> datetime:
        return self._office.clock().astimezone(MADRID)

    def _write(self, how: str, lines: list[str]) -> None:
        said = "\n".join(f"    {line}" for line in lines)
        self._written.append(f"{self._now:%a %d %b %H:%M}{how}\n{said}\n")

    def _words(self, message: SeenMessage) -> Iterator[str]:
        if not message.blocks:
            yield from message.text.splitlines()
        for block in message.blocks:
            yield from self._block(block)

    def _block(self, block: dict[str, Any]) -> Iterator[str]:
        workspace = self._office.sandbox.workspace
        if block["type"] == "header":
            yield f"== {block['text']['text']} =="
        elif block["type"] == "section":
            yield from shown(workspace, block["text"]["text"]).splitlines()
        elif block["type"] == "context":
            yield from (f"({shown(workspace, one['text'])})" for one in block["elements"])
        elif block["type"] == "actions":
            yield " ".join(_label(one) for one in block["elements"])


def _label(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        return f"[{element['text']['text']}]"
    return f"[{element['placeholder']['text']} ▾]"
