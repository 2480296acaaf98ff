"""The word lists and rules of the inspector: files of YAML → checked → domain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from bot.definitions.sets import shipped_directory, yaml_files
from bot.definitions.source import Location, read_source, shown
from bot.domain.errors import ProcessProblem
from bot.domain.evidence_signals import Signal
from bot.domain.evidence_words import List, WordList, Words
from bot.domain.inspection import Rule, RuleSet, Standard, Verdict

FOLDER = "inspection"
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass
class _Read:
    """What was read so far: lists, rules, and where there are mistakes: file, place in it, and a sentence."""

    lists: list[WordList] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    problems: list[tuple[Path, Location, str]] = field(default_factory=list)


def load_rules(own: Path | None = None) -> RuleSet:
    """The rules that come with Stagecoach and those of a folder: words are added, rules of yours are asked first.

    A rule with the key of one that is there takes its place. Raises ProcessProblem with a line for each mistake.
    """
    return _with_own(own) if own is not None and own.is_dir() and not _is_shipped(own) else _shipped()


def rule_problems(own: Path) -> dict[Path, list[str]]:
    """A line for each mistake in the files of this folder, read after those that come with Stagecoach."""
    found = _all(None if _is_shipped(own) else own).problems
    told: dict[Path, list[str]] = {}
    for path, line, text in sorted((path, _line(path, place), text) for path, place, text in found):
        told.setdefault(own / path.name, []).append(f"{shown(path)}:{line}: {text}")
    return told


def _is_shipped(folder: Path) -> bool:
    return folder.resolve() == (shipped_directory() / FOLDER).resolve()


@cache
def _shipped() -> RuleSet:
    """They do not change while this runs, and their patterns are compiled once."""
    return _with_own(None)


def _with_own(own: Path | None) -> RuleSet:
    read = _all(own)
    if read.problems:
        raise ProcessProblem([f"{shown(path)}:{_line(path, place)}: {text}" for path, place, text in read.problems])
    return RuleSet(Words(tuple(read.lists)), tuple(read.rules.values()))


def _all(own: Path | None) -> _Read:
    """What comes with Stagecoach, and then what lies in the folder."""
    read = _Read()
    for folder in (shipped_directory() / FOLDER, own):
        for path in yaml_files(folder) if folder else []:
            content = _read(path, read)
            _lists(path, content, read)
            found = {rule.key: rule for rule in _rules(path, content, read)}
            replaced = {key: found.pop(key, rule) for key, rule in read.rules.items()}
            read.rules = found | replaced
    return read


def _line(path: Path, place: Location) -> int:
    """The line of a place, for which the file is read again, slowly and with places."""
    return place[0] if len(place) == 1 and isinstance(place[0], int) else read_source(path)[0].line(place)


def _read(path: Path, read: _Read) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (MarkedYAMLError, UnicodeDecodeError) as error:
        line = error.problem_mark.line + 1 if isinstance(error, MarkedYAMLError) and error.problem_mark else 1
        read.problems.append((path, (line,), "this is not YAML that I can read"))
        return {}
    if not isinstance(content, dict):
        read.problems.append((path, (1,), "expected `lists:` or `rules:`"))
        return {}
    return content


def _lists(path: Path, content: dict[str, Any], read: _Read) -> None:
    language = str(content.get("language", path.stem))
    lists = content.get("lists") or {}
    if not isinstance(lists, dict):
        read.problems.append((path, ("lists",), "`lists` needs a key for each list, such as `buyer:`"))
        return
    for name, said in lists.items():
        place = ("lists", str(name))
        if name not in set(List):
            read.problems.append((path, place, f"there is no list “{name}”; there are {', '.join(List)}"))
            continue
        words = _words(said.get("words") if isinstance(said, dict) else None)
        if not words:
            read.problems.append((path, place, f"the list “{name}” needs `words`, with commas between them"))
            continue
        for word in words:
            if not _compiles(word):
                read.problems.append((path, place, f"“{word}” in the list “{name}” is no pattern"))
        speaks, silent = _texts(said.get("speaks")) or (), _texts(said.get("silent")) or ()
        read.lists.append(WordList(List(name), language, words, speaks, silent))


def _rules(path: Path, content: dict[str, Any], read: _Read) -> Iterable[Rule]:
    rules = content.get("rules") or []
    if not isinstance(rules, list):
        read.problems.append((path, ("rules",), "`rules` needs a list, with a dash before each rule"))
        return
    for number, said in enumerate(rules):
        try:
            yield Rule(
                key=str(said["rule"]),
                standard=_one_of(Standard, said["standard"]),
                verdict=_one_of(Verdict, said["verdict"]),
                sentence=str(said["sentence"]),
                when=frozenset(_one_of(Signal, name) for name in said.get("when", ())),
                unless=frozenset(_one_of(Signal, name) for name in said.get("unless", ())),
                suggestion=str(said.get("suggestion", "")),
                examples=_texts(said.get("examples")) or (),
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            key = said.get("rule", "?") if isinstance(said, dict) else "?"
            missing = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            read.problems.append((path, ("rules", number), f"rule “{key}”: {missing}"))


def _one_of(known: type[_Word], name: object) -> _Word:
    """Raises ValueError with those that there are."""
    found = next((one for one in known if one.value == name), None)
    if found is None:
        raise ValueError(f"“{name}” is none of {', '.join(one.value for one in known)}")
    return found


def _words(value: object) -> tuple[str, ...]:
    written = value.split(",") if isinstance(value, str) else map(str, value) if isinstance(value, list) else ()
    return tuple(" ".join(word.split()) for word in written if word.strip())


def _texts(value: object) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, list) else None


def _compiles(word: str) -> bool:
    try:
        re.compile(re.sub(r"(?<=\w)\*", "", re.sub(r"(?<=\s)\*", "x", word)))
    except re.error:
        return False
    return True
