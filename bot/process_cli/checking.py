"""What `stagecoach process check` prints: for people, for programs, and as marks beside the lines of a pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.definitions import Checked, CheckedBeside, CheckedSet
from bot.definitions.lint.judging import Finding, findings
from bot.definitions.source import shown

# “file:line: sentence”, as the reading of a file reports what is wrong with its form.
_PROBLEM = re.compile(r"(?P<file>.+?):(?P<line>\d+): (?P<text>.*)", re.S)

AnyChecked = Checked | CheckedSet | CheckedBeside


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with all that is to be said about it."""

    checked: AnyChecked
    findings: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Whether it has a mistake of form or breaks a rule; advice alone does not fail."""
        return bool(self.checked.problems) or any(finding.is_error for finding in self.findings)


def judge_all(checked: Sequence[AnyChecked]) -> list[Judged]:
    """Each file under all rules; what a shared set is told with the first process that includes it is not repeated."""
    said: set[Finding] = set()
    judged = []
    for one in checked:
        found = () if isinstance(one, CheckedBeside) else findings(one)
        new = tuple(finding for finding in found if finding not in said)
        said.update(new)
        judged.append(Judged(one, new))
    return judged


Line = tuple[str, bool]
"""What is printed, and whether it goes to standard error."""


def as_text(judged: Sequence[Judged]) -> Iterator[Line]:
    """A line for each file that holds, and one for each thing to say about it; errors go to standard error."""
    for one in judged:
        yield from ((line, True) for line in one.checked.problems)
        if not one.fails:
            yield f"ok  {shown(one.checked.path)}  {summary(one.checked)}", False
        yield from ((_sentence(finding), finding.is_error) for finding in one.findings)


def _sentence(finding: Finding) -> str:
    said = f"{finding.rule.standard}: {finding.text}"
    rest = f"Because: {finding.because}" if finding.because else finding.rewrite
    return f"{finding.file}:{finding.line}: {finding.word}: {finding.place}{said} {rest} [{finding.rule.name}]"


def as_json(judged: Sequence[Judged]) -> Iterator[Line]:
    """One object: the files with their findings, and the counts of what was said."""
    files = [_file(one) for one in judged]
    words = [finding["severity"] for file in files for finding in file["findings"]]
    counts = {word: words.count(word) for word in ("error", "advice", "accepted")}
    yield json.dumps({"files": files, "counts": counts}, indent=2, ensure_ascii=False), False


@dataclass(frozen=True, slots=True)
class _Mark:
    file: str
    line: int
    severity: str
    rule: str
    standard: str
    text: str
    rewrite: str | None = None
    because: str | None = None


def _marks(one: Judged) -> Iterator[_Mark]:
    """Mistakes of form and findings, in one shape."""
    for problem in one.checked.problems:
        found = _PROBLEM.fullmatch(problem)
        file, line, text = (found["file"], int(found["line"]), found["text"]) if found else ("", 1, problem)
        yield _Mark(file or shown(one.checked.path), line, "error", "form", "structure", text)
    for f in one.findings:
        text = f.place + f.text
        yield _Mark(f.file, f.line, f.word, f.rule.name, f.rule.standard.value, text, f.rewrite, f.because)


def _file(one: Judged) -> dict[str, Any]:
    process = one.checked.process if isinstance(one.checked, Checked) else None
    known: dict[str, Any] = {"path": shown(one.checked.path), "ok": not one.fails}
    if process is not None:
        known |= {"key": process.key, "name": process.name, "version": process.version}
    return {**known, "findings": [asdict(mark) for mark in _marks(one)]}


_COMMANDS = {"error": "error", "advice": "warning", "accepted": "notice"}


def as_github(judged: Sequence[Judged]) -> Iterator[Line]:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    for mark in (mark for one in judged for mark in _marks(one)):
        place = f"file={_property(mark.file)},line={mark.line},title={_property(mark.rule)}"
        rest = f" Accepted because: {mark.because}" if mark.because else f" {mark.rewrite or ''}"
        yield f"::{_COMMANDS[mark.severity]} {place}::{_data(mark.text + rest.rstrip())}", False


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Sequence[Judged]], Iterator[Line]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def summary(checked: AnyChecked) -> str:
    """What the file holds, in a line."""
    if isinstance(checked, CheckedBeside):
        return checked.words
    if isinstance(checked, CheckedSet):
        return f"{checked.name}  a set of {_count(len(checked.criteria), 'criterion', 'criteria')}"
    process = checked.process
    if process is None:
        return ""
    criteria = sum(len(stage.criteria) for stage in process.stages)
    counts = f"{_count(len(process.stages), 'stage', 'stages')}, {_count(criteria, 'criterion', 'criteria')}"
    return f"{process.name}  {counts}  {process.version}"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
