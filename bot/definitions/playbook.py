"""The shape of what a process plans for doubts and prices: objections with their answers, and limits of discounts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from bot.definitions.fields import Advice, Key, Name, Phrases, Shape, mistake, nearest, quoted
from bot.definitions.source import Location, Problem, Source
from bot.domain.committee import Part
from bot.domain.concessions import ALL, Limits
from bot.domain.junk import normalised
from bot.domain.objections import KnownObjection
from bot.domain.process import StageKind

_PARTS = {part.value: part for part in Part}
_AFTER = (StageKind.WON.value, StageKind.POST_SALE.value)


def _read_percent(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value * 100 < ALL:
        raise mistake(f"{quoted(value)} is not a percentage; write a number from 0 to 99, such as 10")
    points = value * 100
    if points != int(points):
        raise mistake(f"{quoted(value)} is too exact; two decimals are enough")
    return int(points)


def _read_part(value: object) -> Part:
    if isinstance(value, str) and value in _PARTS:
        return _PARTS[value]
    raise mistake(
        f"{quoted(value)} is not a part in the committee; use {' or '.join(_PARTS)}{nearest(str(value), _PARTS)}"
    )


def _read_who(value: object) -> str:
    if value != "manager":
        raise mistake(f"{quoted(value)} is nobody to ask; use manager")
    return "manager"


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Percent = Annotated[
    int, PlainValidator(_read_percent), WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 100})
]
PartWord = Annotated[Part, PlainValidator(_read_part), WithJsonSchema({"type": "string", "enum": list(_PARTS)})]
Parts = Annotated[
    tuple[PartWord, ...], Field(min_length=1, max_length=9), BeforeValidator(_as_list, PartWord | list[PartWord])
]
Who = Annotated[str, PlainValidator(_read_who), WithJsonSchema({"type": "string", "enum": ["manager"]})]


class ObjectionShape(Shape):
    """A kind of objection with its planned answers."""

    key: Key = Field(description="its name in the history, for ever: small letters, digits and _")
    name: Name = Field(description="as people call it, such as Price")
    words: Phrases = Field((), description="phrases of buyers that mean it, in any language, such as too expensive")
    ask: Advice = Field("", description="the question to understand it first")
    value: Advice = Field(description="the answer by the value of the solution")
    risk: Advice = Field(description="the answer by the cost or the risk of not buying")


class ConcessionsShape(Shape):
    """How far prices may go down."""

    rep: Percent = Field(description="the discount in per cent that a rep may give without asking, such as 10")
    ask: Who = Field("manager", description="who is asked above that: manager (default)")


def known_objection(shape: ObjectionShape) -> KnownObjection:
    """The objection of the domain."""
    return KnownObjection(shape.key, shape.name, shape.words, shape.ask, shape.value, shape.risk)


def limits_of(shape: ConcessionsShape | None) -> Limits | None:
    """The limits of the domain; None where discounts are not limited."""
    return None if shape is None else Limits(shape.rep)


def playbook_problems(source: Source) -> Iterator[Problem]:
    """Phrases that would mean two objections, and stages that wait for answers when nobody objects any more."""
    meant: dict[str, object] = {}
    for index, item in enumerate(_items(source.at(("objections",)))):
        written = item.get("words") if isinstance(item, dict) else None
        for number, phrase in enumerate(_items(written) or [written]):
            text = normalised(phrase) if isinstance(phrase, str) else ""
            if text and meant.setdefault(text, index) != index:
                where: Location = ("objections", index, "words", *((number,) if isinstance(written, list) else ()))
                yield Problem(where, f"{quoted(phrase)} means an objection above already; take it out of one of them")
    for index, stage in enumerate(_items(source.at(("stages",)))):
        if isinstance(stage, dict) and stage.get("kind") in _AFTER and stage.get("needs_answered_objections") is True:
            yield Problem(
                ("stages", index, "needs_answered_objections"),
                "says nothing after the win; put it into the stage that leads to it",
            )


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
