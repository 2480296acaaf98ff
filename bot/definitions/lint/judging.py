"""A checked file under all rules: each finding with its file and line, and the author's reason where it is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.definitions.lint.naming import STAGE_RULES, nothing_asked
from bot.definitions.lint.rulebook import RULES, Rule, Said, Severity
from bot.definitions.lint.structure import PROCESS_RULES, no_winback
from bot.definitions.lint.wording import OF_ALL, OF_THE_BUYER
from bot.definitions.lint.words import reads_english
from bot.definitions.loading import Checked, Read
from bot.definitions.report import where
from bot.definitions.sets import CheckedSet
from bot.definitions.shape import AcceptShape, CriterionShape, StageShape
from bot.definitions.source import Location, Source
from bot.domain.process import Process, StageKind

Told = tuple[Location, Said]
Accepting = tuple[Location, AcceptShape]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: where it stands in which file, what to write instead, and why it is accepted, if it is."""

    file: str
    line: int
    rule: Rule
    place: str
    text: str
    rewrite: str
    because: str | None = None

    @property
    def word(self) -> str:
        """error, advice, or accepted."""
        return self.rule.severity.value if self.because is None else "accepted"

    @property
    def is_error(self) -> bool:
        """Whether the file must not stay like this."""
        return self.rule.severity is Severity.ERROR


def findings(checked: Checked | CheckedSet) -> list[Finding]:
    """What the rules say about a file without mistakes of form, in its order; of another file nothing.

    A process comes with the findings of the shared sets that it includes.
    """
    if isinstance(checked, CheckedSet):
        return [] if checked.problems else _of_set(checked)
    if checked.read is None or checked.process is None:
        return []
    read = checked.read
    told = [*_of_process(read, checked.process)]
    names = dict.fromkeys(name for stage in read.shape.stages for name in stage.include)
    shared = [read.sets[name] for name in names if name in read.sets and name not in read.shape.criterion_sets]
    return _placed(read.source, told, list(_accepting(read))) + [one for each in shared for one in _of_set(each)]


def _of_set(checked: CheckedSet) -> list[Finding]:
    told: list[Told] = []
    if reads_english([criterion.text for criterion in checked.criteria]):
        told = [*_of_criteria(("criteria",), checked.criteria)]
    accepting = [*_accepting_of_criteria(("criteria",), checked.criteria)]
    return _placed(checked.source, told, accepting)


def _of_process(read: Read, process: Process) -> Iterator[Told]:
    for stage, said in (one for rule in PROCESS_RULES for one in rule(process)):
        yield (("stages", process.index(stage)) if stage else ()), said
    cadence = read.shape.cadence
    said_for_all = cadence is not None and "winback_after" in cadence.model_fields_set and bool(cadence.winback_after)
    for number, said in no_winback(process, said_for_all):
        yield ("loss_reasons", number), said
    english = reads_english([stage.outcome for stage in read.shape.stages])
    if english:
        for name, criteria in read.shape.criterion_sets.items():
            yield from _of_criteria(("criterion_sets", name), criteria)
    for number, shape in enumerate(read.shape.stages):
        here: Location = ("stages", number)
        yield from ((here, said) for said in nothing_asked(shape, bool(process.nexts(process.stages[number]))))
        yield from ((here, said) for said in _may_be_skipped(process, number))
        if english:
            yield from ((here, said) for rule in STAGE_RULES for said in rule(shape))
            yield from _of_criteria((*here, "criteria"), shape.criteria, shape)


def _may_be_skipped(process: Process, number: int) -> Iterator[Said]:
    criteria = process.stages[number].criteria
    if criteria and all(criterion.may_not_apply or criterion.condition for criterion in criteria):
        text = "Each of its criteria may not apply, so a deal can leave this stage without proving anything."
        yield Said("all_may_be_skipped", "criteria", text, "Ask at least one of every deal.")


def _of_criteria(
    location: Location, criteria: Sequence[CriterionShape], stage: StageShape | None = None
) -> Iterator[Told]:
    exempt = stage is not None and stage.kind is StageKind.PREPARATION
    for number, criterion in enumerate(criteria):
        for rule in OF_ALL if exempt else (*OF_THE_BUYER, *OF_ALL):
            yield from (((*location, number), said) for said in rule(criterion))


def _accepting(read: Read) -> Iterator[Accepting]:
    yield from _entries((), read.shape.accept)
    for name, criteria in read.shape.criterion_sets.items():
        yield from _accepting_of_criteria(("criterion_sets", name), criteria)
    for number, stage in enumerate(read.shape.stages):
        yield from _entries(("stages", number), stage.accept)
        yield from _accepting_of_criteria(("stages", number, "criteria"), stage.criteria)


def _accepting_of_criteria(location: Location, criteria: Sequence[CriterionShape]) -> Iterator[Accepting]:
    for number, criterion in enumerate(criteria):
        yield from _entries((*location, number), criterion.accept)


def _entries(location: Location, accepted: Sequence[AcceptShape]) -> Iterator[Accepting]:
    return (((*location, "accept", number), entry) for number, entry in enumerate(accepted))


def _placed(source: Source, told: Sequence[Told], accepting: Sequence[Accepting]) -> list[Finding]:
    """With lines and reasons. The innermost reason counts; one that accepts nothing is a finding itself."""
    found: list[tuple[Location, Said, str | None]] = []
    used: set[Location] = set()
    for location, said in told:
        fitting = [(at, one) for at, one in accepting if one.rule == said.rule and location[: len(at) - 2] == at[:-2]]
        used.update(at for at, _ in fitting)
        innermost = max(fitting, key=lambda pair: len(pair[0]), default=None)
        found.append(((*location, said.key), said, innermost[1].because if innermost else None))
    for at, entry in accepting:
        if at not in used:
            text = f"“{entry.rule}” is accepted here, and the check does not say it."
            found.append((at, Said("needless_accept", "", text, "Remove the line."), None))
    made = [
        Finding(source.name, source.line(at), RULES[said.rule], where(source, at), said.text, said.rewrite, because)
        for at, said, because in found
    ]
    return sorted(made, key=lambda one: one.line)
