"""What one place of a process file demands of another: keys that are unique or exist, and the order of the stages.

These checks read the plain values, whatever else may be wrong with them, so that one reading of a file finds
every mistake; what has the wrong form is left to the check of the shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.definitions.clock import ASKS
from bot.definitions.fields import nearest
from bot.definitions.playbook import playbook_problems
from bot.definitions.shape import MOST_CRITERIA
from bot.definitions.source import Location, Problem, Source
from bot.domain.process import StageKind

_PHASES = {
    StageKind.PREPARATION.value: 0,
    StageKind.OPEN.value: 1,
    StageKind.WON.value: 2,
    StageKind.POST_SALE.value: 3,
}
_PHASE_NAMES = tuple(_PHASES)


@dataclass(frozen=True, slots=True)
class _Stage:
    """The parts of a stage that other places refer to."""

    location: Location
    key: str
    name: str
    phase: int | None
    next: tuple[tuple[Location, str], ...]
    otherwise: tuple[tuple[Location, str], ...]
    replaces: tuple[tuple[Location, str], ...]
    lands: frozenset[str]


def cross_problems(source: Source, sets: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Everything that does not fit together. `sets` maps each set that stages can include to its criteria's keys."""
    stages = list(_stages(source))
    yield from repeated_keys(source, ("loss_reasons",))
    yield from repeated_keys(source, ("objections",))
    for name in names_in(source, ("criterion_sets",)):
        yield from repeated_keys(source, ("criterion_sets", name))
    for stage in stages:
        yield from _criteria(source, stage, sets)
    yield from _stage_names(stages)
    yield from _order(stages)
    yield from _ways(stages)
    yield from _clock(source, stages)
    yield from playbook_problems(source)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def names_in(source: Source, location: Location) -> list[str]:
    """The keys that stand there, in their order."""
    value = source.at(location)
    return list(value) if isinstance(value, dict) else []


def keys_of(source: Source, location: Location) -> list[str]:
    """The value of `key` in each item of a list."""
    keys = (_word(source, (*location, index, "key")) for index, _ in enumerate(_items(source.at(location))))
    return [key for key in keys if key]


def inclusions(source: Source) -> Iterator[tuple[Location, str]]:
    """Every name of a criterion set that a stage includes, with its place."""
    for index, _ in enumerate(_items(source.at(("stages",)))):
        yield from _words(source, ("stages", index, "include"))


def _words(source: Source, location: Location) -> tuple[tuple[Location, str], ...]:
    """The texts of a list, where a single one may stand without its dash."""
    value = source.at(location)
    if isinstance(value, str):
        return ((location, value),)
    return tuple(((*location, i), word) for i, word in enumerate(_items(value)) if isinstance(word, str))


def _word(source: Source, location: Location) -> str:
    value = source.at(location)
    return value.strip() if isinstance(value, str) else ""


def _stages(source: Source) -> Iterator[_Stage]:
    for index, item in enumerate(_items(source.at(("stages",)))):
        here: Location = ("stages", index)
        kind = item.get("kind", StageKind.OPEN.value) if isinstance(item, dict) else None
        yield _Stage(
            here,
            _word(source, (*here, "key")),
            _word(source, (*here, "name")),
            _PHASES.get(kind) if isinstance(kind, str) else None,
            _words(source, (*here, "next")),
            _words(source, (*here, "otherwise", "stage")),
            *_replaced(source, (*here, "replaces")),
        )


def _replaced(source: Source, location: Location) -> tuple[tuple[tuple[Location, str], ...], frozenset[str]]:
    """The keys that a stage replaces, with their places, and those of them whose deals are to come there."""
    plain = dict(_words(source, location))
    value = source.at(location)
    where = [location] if isinstance(value, dict) else [(*location, at) for at, _ in enumerate(_items(value))]
    longer = {(*place, "stage"): key for place in where if (key := _word(source, (*place, "stage")))}
    lands = (key for place, key in longer.items() if source.at((*place[:-1], "lands")) == "here")
    return tuple((plain | longer).items()), frozenset(lands)


def repeated_keys(source: Source, location: Location) -> Iterator[Problem]:
    """Keys that two items of this list share."""
    seen: set[str] = set()
    for index, _ in enumerate(_items(source.at(location))):
        key = _word(source, (*location, index, "key"))
        if key and key in seen:
            yield Problem((*location, index, "key"), f'"{key}" is used twice; choose another key')
        seen.add(key)


def _criteria(source: Source, stage: _Stage, sets: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    origin: dict[str, str] = {}
    count = 0
    for where, name in _words(source, (*stage.location, "include")):
        if name not in sets:
            known = f"; there is {', '.join(sorted(sets))}" if sets else "; there are none yet"
            yield Problem(where, f'there is no criterion set "{name}"{nearest(name, sets) or known}')
        for key in sets.get(name, ()):
            count += 1
            if key in origin:
                yield Problem(where, f'its criterion "{key}" comes from "{origin[key]}" already')
            origin.setdefault(key, name)
    own = (*stage.location, "criteria")
    for index, _ in enumerate(_items(source.at(own))):
        key = _word(source, (*own, index, "key"))
        count += 1
        if key and key in origin:
            whose = f'in the included set "{origin[key]}"' if origin[key] else "in this stage"
            yield Problem((*own, index, "key"), f'"{key}" is a criterion {whose} already; choose another key')
        origin.setdefault(key, "")
    if count > MOST_CRITERIA:
        yield Problem(own, f"{count} criteria (with included sets) are too many; keep the {MOST_CRITERIA} that matter")


def _stage_names(stages: Sequence[_Stage]) -> Iterator[Problem]:
    keys: set[str] = set()
    names: set[str] = set()
    for stage in stages:
        if stage.key and stage.key in keys:
            yield Problem((*stage.location, "key"), f'"{stage.key}" is used by another stage; choose another key')
        if stage.name and stage.name.casefold() in names:
            yield Problem((*stage.location, "name"), f'"{stage.name}" is the name of another stage; choose another')
        keys.add(stage.key)
        names.add(stage.name.casefold())
    yield from _replacements(stages, keys)


def _replacements(stages: Sequence[_Stage], keys: Collection[str]) -> Iterator[Problem]:
    """Old keys are gone, and where several stages replace one, one of them says that its deals come there."""
    parts: dict[str, list[tuple[Location, _Stage]]] = {}
    for stage in stages:
        for where, old in stage.replaces:
            before = [one for _, one in parts.get(old, ())]
            if old in keys:
                text = f'"{old}" is a stage of this process; only keys that are gone can be replaced'
                yield Problem(where, text)
                continue
            landed = next((one for one in before if old in one.lands), None)
            if stage in before:
                yield Problem(where, f'"{old}" stands here twice; remove one')
            elif old in stage.lands and landed is not None:
                yield Problem(where, f'deals of "{old}" land in stage "{landed.key}" already; keep one “lands: here”')
            parts.setdefault(old, []).append((where, stage))
    for old, several in parts.items():
        named = {stage.key: stage for _, stage in several}
        if len(named) > 1 and not any(old in stage.lands for stage in named.values()):
            those = " and ".join(f'"{key}"' for key in named)
            rule = f"say which of them its deals come to: write {{stage: {old}, lands: here}} in that one"
            yield Problem(several[-1][0], f'"{old}" is replaced by {those}; {rule}')


def _order(stages: Sequence[_Stage]) -> Iterator[Problem]:
    """Preparation, open, won, post-sale; one stage is won, and an open one comes before it."""
    highest = 0
    won: _Stage | None = None
    for stage in stages:
        if stage.phase is None:
            continue
        here = (*stage.location, "kind")
        if stage.phase < highest:
            yield Problem(
                here,
                f"a stage of kind {_PHASE_NAMES[stage.phase]} cannot follow one of kind "
                f"{_PHASE_NAMES[highest]}; the order is {', '.join(_PHASE_NAMES)}",
            )
        if stage.phase == _PHASES["won"]:
            if won is not None:
                yield Problem(here, f'only one stage is won, and "{won.key}" is; make this one post_sale')
            elif highest < _PHASES["open"]:
                yield Problem(here, "comes before any open stage; a deal cannot be won before it was open")
            won = won or stage
        highest = max(highest, stage.phase)
    if stages and won is None and all(stage.phase is not None for stage in stages):
        yield Problem(("stages",), "no stage is won; give the one that is entered by winning “kind: won”")


def _ways(stages: Sequence[_Stage]) -> Iterator[Problem]:
    by_key = {stage.key: stage for stage in reversed(stages)}
    replaced = {old: stage.key for stage in reversed(stages) for _, old in stage.replaces}
    replaced |= {old: stage.key for stage in stages for old in stage.lands}
    for stage in stages:
        for where, key in (*stage.next, *stage.otherwise):
            to = by_key.get(key)
            if to is None:
                hint = f'; write "{replaced[key]}", which replaces it' if key in replaced else nearest(key, by_key)
                yield Problem(where, f'there is no stage "{key}"{hint}')
            elif to is stage:
                yield Problem(where, f'"{key}" is this stage itself; name another')
            elif problem := _passes_the_win(stage, to, (where, key) in stage.next):
                yield Problem(where, problem)


def _clock(source: Source, stages: Sequence[_Stage]) -> Iterator[Problem]:
    """Asks that name a stage, and escalation of deals that never go stale."""
    by_key = {stage.key: stage for stage in reversed(stages)}
    for ask in ASKS:
        where: Location = ("cadence", ask, "stage")
        key = _word(source, where)
        phase = by_key[key].phase if key in by_key else None
        if key and key not in by_key:
            yield Problem(where, f'there is no stage "{key}"{nearest(key, by_key)}')
        elif phase is not None and phase < _PHASES["won"]:
            yield Problem(where, f'"{key}" comes before the win; only customers are asked')
    for stage in stages:
        late = (*stage.location, "escalate_after")
        stale = (source.at((*stage.location, key)) for key in ("stale_after", "waiting_on"))
        if source.at(late) is not None and not any(stale):
            yield Problem(late, "says nothing without stale_after; a deal never goes stale in this stage")


def _passes_the_win(stage: _Stage, to: _Stage, is_next: bool) -> str | None:
    """A deal is won by the gate into the won stage and by nothing else, and stays won."""
    won = _PHASES["won"]
    if stage.phase is None or to.phase is None:
        return None
    if stage.phase >= won > to.phase:
        return f'"{to.key}" comes before the win; a won deal stays won'
    if stage.phase < won < to.phase or (stage.phase < won == to.phase and not is_next):
        return f'"{to.key}" would pass by the win; a deal is won by moving on into the won stage'
    return None
