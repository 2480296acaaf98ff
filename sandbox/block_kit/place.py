"""A place inside a JSON document, and the problems found there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Surface = str
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"[ERROR] {self.text} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Place:
    """Where the reader stands; ``say`` notes a problem there. All places of one document share one list."""

    pointer: str
    problems: list[Problem] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.problems.append(Problem(self.pointer, text))

    def down(self, *steps: str | int) -> Place:
        return Place("/".join([self.pointer, *map(str, steps)]), self.problems)

    # The checks below say what is wrong and return whether the caller may read on.

    def is_object(self, value: object, required: Collection[str], optional: Collection[str]) -> bool:
        """An object with every required property and no unknown one."""
        if not isinstance(value, dict):
            self.say("must be an object")
            return False
        for name in sorted(set(required) - set(value)):
            self.say(f"missing required field: {name}")
        for name in sorted(set(value) - set(required) - set(optional)):
            self.say(f"invalid additional property: {name}")
        return set(required) <= set(value)

    def is_string(self, value: object, longest: int, shortest: int = 0) -> bool:
        if not isinstance(value, str):
            self.say("must be a string")
            return False
        if len(value) > longest:
            self.say(f"must be less than {longest + 1} characters")
        if len(value) < shortest:
            self.say(f"must be more than {shortest - 1} characters")
        return True

    def is_list(self, value: object, fewest: int, most: int) -> bool:
        if not isinstance(value, list):
            self.say("must be an array")
            return False
        if len(value) > most:
            self.say(f"no more than {most} items allowed")
        if len(value) < fewest:
            self.say(f"no fewer than {fewest} items allowed")
        return True

    def is_bool(self, value: object) -> None:
        if not isinstance(value, bool):
            self.say("must be a boolean")

    def is_whole_number(self, value: object, least: int, most: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            self.say("must be an integer")
        elif not least <= value <= most:
            self.say(f"must be from {least} to {most}")

    def is_url(self, value: object, schemes: Collection[str], longest: int = 3000) -> None:
        if not self.is_string(value, longest, 1):
            return
        try:
            parts = urlsplit(str(value))
        except ValueError:
            self.say("invalid url")
            return
        if parts.scheme.lower() not in schemes or not parts.netloc or any(c.isspace() for c in str(value)):
            self.say("invalid url")
