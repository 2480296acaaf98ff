"""A YAML file as plain values, with the line that each value stands on and every mistake in its form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

Location = tuple[str | int, ...]
"""The way to a value from the root of a file: ("stages", 2, "criteria", 0, "least")."""

LIMIT_BYTES = 256 * 1024
_DEEPEST = 16
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where, and a sentence. `line` overrides the line that follows from the location."""

    location: Location
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says. `data` holds dict, list, str, int, Decimal and bool only; `lines` count from 1.

    `unread` are the places whose value is a problem already, so that nothing more has to be said about it.
    """

    name: str
    data: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[Location, int] = field(default_factory=dict)
    unread: frozenset[Location] = frozenset()

    def line(self, location: Location) -> int:
        """The line of this value, or of the nearest one around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def at(self, location: Location) -> object:
        """The value there, or None."""
        value: object = self.data
        for step in location:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def shown(path: Path) -> str:
    """The path as people would type it: relative where it lies below the working directory."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_source(path: Path) -> tuple[Source, list[Problem]]:
    """Read a file; problems that leave nothing to go on with come with an empty source."""
    name = shown(path)
    try:
        text = _decode(_bytes(path))
        node = _compose(text)
    except _UnreadableError as error:
        return Source(name), [Problem((), error.text, error.line)]
    if not isinstance(node, MappingNode):
        return Source(name), [Problem((), "must begin with keys, such as “key: my_process”", 1 + node.start_mark.line)]
    reading = _Reading()
    data = reading.value(node, ())
    unread = frozenset(problem.location for problem in reading.problems if problem.line is None)
    return Source(name, data if isinstance(data, dict) else {}, reading.lines, unread), reading.problems


class _UnreadableError(Exception):
    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.line = line


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise _UnreadableError("there is no such file" if not path.exists() else "is not a file")
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise _UnreadableError(f"cannot be read: {error.strerror or error}") from error
    if len(content) > LIMIT_BYTES:
        raise _UnreadableError(f"is larger than {LIMIT_BYTES // 1024} kB; split it, or remove what is not needed")
    return content


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _UnreadableError("is saved as UTF-16; save it as UTF-8")
    try:
        # Some editors put an invisible mark before UTF-8; it says nothing that matters here.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        raise _UnreadableError("holds a character that is not UTF-8; save the file as UTF-8", line) from error


def _compose(text: str) -> Node:
    """The tree of nodes. Nothing is constructed from tags, so that a file can only hold plain values."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = _DEEPEST
    try:
        node: Node | None = yaml.compose(text)
    except ReaderError as error:
        line = 1 + text.count("\n", 0, error.position)
        raise _UnreadableError(f"holds the invisible character U+{ord(text[error.position]):04X}", line) from error
    except MarkedYAMLError as error:
        raise _explained(error) from error
    except (ValueError, OverflowError) as error:
        raise _UnreadableError("holds an escape in a quoted text (\\x, \\u or \\U) that is no character") from error
    except YAMLError as error:
        raise _UnreadableError(f"is not valid YAML: {error}") from error
    if node is None:
        raise _UnreadableError("is empty")
    return node


_EXPLANATIONS: tuple[tuple[str, str], ...] = (
    (r"found character '\\t'", "a tab; indent with spaces instead"),
    (r"found character (.*) that cannot start", r"a text that begins with \1 has to stand in quotes"),
    (r"mapping values are not allowed", "a second “: ” in one line; put a text that contains “: ” in quotes"),
    (r"could not find expected ':'", "expected “key: value”; is a colon or a quote missing?"),
    (r"unexpected end of stream", "a quote that is opened here is never closed"),
    (r"(?:undefined alias|alphabetic or numeric)", "a text that begins with * or & has to stand in quotes"),
    (r"another document", "a second document begins here (---); write one process a file"),
    (r"maximum depth", "lists and keys are nested too deeply"),
    (r"expected <block end>", "this line is not indented like the ones it belongs to"),
)


def _explained(error: MarkedYAMLError) -> _UnreadableError:
    said = " ".join(filter(None, (error.problem, error.note))) or str(error)
    marks = [error.problem_mark, error.context_mark]
    # What was opened and not closed is named by the line that opened it, not by the end of the file.
    if "could not find expected" in said or "end of stream" in said:
        marks.reverse()
    mark: StreamMark | None = next((mark for mark in marks if mark is not None), None)
    line = mark.line + 1 if mark is not None else 1
    for pattern, sentence in _EXPLANATIONS:
        if match := re.search(pattern, said):
            return _UnreadableError(match.expand(sentence), line)
    return _UnreadableError(f"is not valid YAML: {said.splitlines()[0]}", line)


class _Reading:
    """Turns nodes into values and notes lines and problems on the way."""

    def __init__(self) -> None:
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: Node, location: Location) -> object:
        self.lines.setdefault(location, node.start_mark.line + 1)
        if node.anchor is not None:
            self._note(location, "& and * are not used here; share criteria with criterion_sets and include")
            return ""
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, location)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, location)

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.anchor is not None:
                self._note(location, "a key has to be a word", key_node)
                continue
            key = str(key_node.value)
            here = (*location, key)
            if key in result:
                self._note(here, f"stands here twice; the first is on line {self.lines[here]}", key_node)
                continue
            self.lines[here] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, here)
        return result

    def _scalar(self, node: Node, location: Location) -> object:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_TAG) if isinstance(node, ScalarNode) else ""
        if kind == "null":
            self._note(location, "is empty; give it a value (in quotes if it begins with #) or remove it")
            return ""
        if kind in ("str", "timestamp", "merge", "value"):
            return text
        if kind in _PLAIN:
            return _PLAIN[kind](text)
        self._note(location, f"the tag {str(node.tag)[:60]} is not used here; remove it")
        return ""

    def _note(self, location: Location, text: str, node: Node | None = None) -> None:
        """A problem with the value there, or with this key."""
        self.problems.append(Problem(location, text, node.start_mark.line + 1 if node is not None else None))


def _whole(text: str) -> object:
    try:
        return int(text.replace("_", ""), 10)
    except ValueError:
        return text


def _fraction(text: str) -> object:
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text


_PLAIN: Mapping[str, Callable[[str], object]] = {
    "int": _whole,
    "float": _fraction,
    "bool": lambda text: text.lower() in ("true", "yes", "on"),
}
