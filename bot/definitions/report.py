"""Mistakes in words: pydantic's findings as sentences, and each mistake as one line with file, line, stage and key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.definitions.clock import ASKS, AskingShape, CadenceShape
from bot.definitions.fields import ReplacedShape, nearest, quoted
from bot.definitions.playbook import ConcessionsShape, ObjectionShape
from bot.definitions.shape import (
    AcceptShape,
    CriterionShape,
    LossReasonShape,
    OtherwiseShape,
    ProcessShape,
    QuestionsShape,
    StageShape,
    WhenShape,
)
from bot.definitions.source import Location, Problem, Source

_PARTS: dict[str | int, type[BaseModel]] = {
    "stages": StageShape,
    "criteria": CriterionShape,
    "criterion_sets": CriterionShape,
    "loss_reasons": LossReasonShape,
    "when": WhenShape,
    "otherwise": OtherwiseShape,
    "replaces": ReplacedShape,
    "accept": AcceptShape,
    "cadence": CadenceShape,
    "questions": QuestionsShape,
    "objections": ObjectionShape,
    "concessions": ConcessionsShape,
    **dict.fromkeys(ASKS, AskingShape),
}
_S = TypeVar("_S", bound=BaseModel)
_OWNERS: dict[type[BaseModel], str] = {
    ProcessShape: "the process",
    StageShape: "a stage",
    CriterionShape: "a criterion",
    CadenceShape: "the cadence",
    ObjectionShape: "an objection",
}
_ITEMS: dict[str | int, str] = {
    "stages": "stage",
    "criteria": "criterion",
    "loss_reasons": "loss reason",
    "objections": "objection",
}


def validate(source: Source, root: type[_S]) -> tuple[_S | None, list[Problem]]:
    """The checked shape of a file, or everything that its shape alone forbids."""
    try:
        return root.model_validate(source.data), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A list whose items are all wrong is called too short as well; the items say enough.
        parents = {one["loc"][:depth] for one in found for depth in range(len(one["loc"]))}
        problems = [_problem(one, root) for one in found if one["type"] != "too_short" or one["loc"] not in parents]
        return None, [problem for problem in problems if problem.location not in source.unread]


def render(source: Source, problems: Iterable[Problem]) -> list[str]:
    """One line for each, in the order of the file."""
    placed = sorted(((p.line or source.line(p.location), p) for p in problems), key=lambda pair: pair[0])
    return list(dict.fromkeys(f"{source.name}:{line}: {where(source, p.location)}{p.text}" for line, p in placed))


def where(source: Source, location: Location) -> str:
    """The parts around a value, and its key: `stage "evaluated", criterion "recap": least: `."""
    around: list[str] = []
    rest: list[str] = []
    for depth, step in enumerate(location):
        before = location[depth - 1] if depth else ""
        if isinstance(step, int) and (before in _ITEMS or _is_in_set(location[:depth])):
            around.append(_item(source, location[: depth + 1], _ITEMS.get(before, "criterion"), step))
            rest.clear()
        elif before == "criterion_sets":
            around.append(f'criterion set "{step}"')
            rest.clear()
        else:
            rest.append(f"item {step + 1}" if isinstance(step, int) else step)
    return "".join(f"{part}: " for part in (", ".join(around), ".".join(rest).replace(".item", ", item")) if part)


def _is_in_set(location: Location) -> bool:
    return len(location) == 2 and location[0] == "criterion_sets"


def _item(source: Source, location: Location, noun: str, index: int) -> str:
    key = source.at((*location, "key"))
    return f"{noun} {quoted(key, 40)}" if isinstance(key, str) and key else f"{noun} {index + 1}"


def _problem(found: ErrorDetails, root: type[BaseModel]) -> Problem:
    location = tuple(step for step in found["loc"] if step != "[key]")
    shape = _shape_around(location, root)
    key = str(location[-1]) if location else ""
    match found["type"]:
        case "mistake":
            text = found["msg"]
        case "missing":
            text = f"is missing: {shape.model_fields[key].description}"
        case "extra_forbidden":
            text = f"is not a key here{_meant(key, shape)}"
        case "too_short":
            text = "is empty; write at least one, or remove the key"
        case "too_long":
            text = f"has too many items; at most {found['ctx']['max_length']} fit"
        case "tuple_type" | "list_type":
            text = "must be a list; begin each item with a dash"
        case "model_type" | "model_attributes_type" | "dict_type":
            text = "must have keys of its own, such as “key: …”"
        case _:
            text = found["msg"][0].lower() + found["msg"][1:]
    return Problem(location, text)


def _shape_around(location: Location, root: type[BaseModel]) -> type[BaseModel]:
    """The shape that knows the keys beside the last step of this location."""
    inner = [step for step in location[:-1] if step in _PARTS]
    return _PARTS[inner[-1]] if inner else root


def _meant(key: str, shape: type[BaseModel]) -> str:
    near = nearest(key, shape.model_fields)
    if near:
        return near
    owner = next((words for owner, words in _OWNERS.items() if key in owner.model_fields), None)
    return f"; it belongs to {owner}" if owner else f"; use {', '.join(shape.model_fields)}"
