"""The word lists and rules of the inspector: files of YAML → checked → domain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from bot.definitions.sets import shipped_directory
from bot.domain.errors import ProcessProblem
from bot.domain.evidence_signals import Signal
from bot.domain.evidence_words import List, WordList, Words
from bot.domain.inspection import Rule, RuleSet, Standard, Verdict

FOLDER = "inspection"
RULES = "rules.yaml"


def load_rules(own: Path | None = None) -> RuleSet:
    """The rules that come with Stagecoach and those of a folder: words are added, rules of yours are asked first.

    A rule with the key of one that is there takes its place. Raises ProcessProblem with a line for each mistake.
    """
    problems: list[str] = []
    lists: list[WordList] = []
    rules: dict[str, Rule] = {}
    for folder in (shipped_directory() / FOLDER, own):
        for path in sorted(folder.glob("*.yaml")) if folder and folder.is_dir() else []:
            content = _read(path, problems)
            lists += _lists(path, content, problems)
            found = {rule.key: rule for rule in _rules(path, content, problems)}
            replaced = {key: found.pop(key, rule) for key, rule in rules.items()}
            rules = found | replaced
    if problems:
        raise ProcessProblem(problems)
    return RuleSet(Words(tuple(lists)), tuple(rules.values()))


def _read(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (MarkedYAMLError, UnicodeDecodeError) as error:
        line = error.problem_mark.line + 1 if isinstance(error, MarkedYAMLError) and error.problem_mark else 1
        problems.append(f"{path}:{line}: this is not YAML that I can read")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{path}: expected `lists:` or `rules:`")
        return {}
    return content


def _lists(path: Path, content: dict[str, Any], problems: list[str]) -> Iterable[WordList]:
    language = str(content.get("language", path.stem))
    for name, said in (content.get("lists") or {}).items():
        if name not in set(List):
            problems.append(f"{path}: there is no list “{name}”; there are {', '.join(List)}")
            continue
        words = _words(said.get("words") if isinstance(said, dict) else None)
        if not words:
            problems.append(f"{path}: the list “{name}” needs `words`, with commas between them")
            continue
        problems += [f"{path}: “{word}” in the list “{name}” is no pattern" for word in words if not _compiles(word)]
        yield WordList(List(name), language, words, _texts(said.get("speaks")) or (), _texts(said.get("silent")) or ())


def _rules(path: Path, content: dict[str, Any], problems: list[str]) -> Iterable[Rule]:
    for said in content.get("rules") or []:
        try:
            yield Rule(
                key=str(said["rule"]),
                standard=Standard(said["standard"]),
                verdict=Verdict(said["verdict"]),
                sentence=str(said["sentence"]),
                when=frozenset(Signal(name) for name in said.get("when", ())),
                unless=frozenset(Signal(name) for name in said.get("unless", ())),
                suggestion=str(said.get("suggestion", "")),
                examples=_texts(said.get("examples")) or (),
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            key = said.get("rule", "?") if isinstance(said, dict) else "?"
            missing = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            problems.append(f"{path}: rule “{key}”: {missing}")


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
