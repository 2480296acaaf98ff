"""What a single value of a process file may be: how it is read, and the sentence when it is wrong."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bot.definitions.lint.rulebook import ACCEPTABLE, RULES
from bot.domain.evidence import EvidenceKind, Strength
from bot.domain.junk import looks_like_placeholder
from bot.domain.money import CURRENCIES
from bot.domain.process import Answering, Approval, Duration, Party, StageKind, WaitingOn

_LONGEST_DURATION = 3650
_MOST_MONTHS = 120
NEVER = "never"


class Shape(BaseModel):
    """What all parts of a file share: a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def mistake(sentence: str) -> PydanticCustomError:
    """The error whose text is exactly this sentence."""
    return PydanticCustomError("mistake", "{sentence}", {"sentence": sentence})


def nearest(word: str, known: Iterable[str]) -> str:
    """A question that proposes the nearest known word, or nothing."""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f'; did you mean "{found[0]}"?' if found else ""


def quoted(value: object, longest: int = 60) -> str:
    """What was written, short enough for a line."""
    text = " ".join(str(value).split())
    return f'"{text}"' if len(text) <= longest else f'"{text[:longest]}…"'


def clean(value: object) -> str:
    """Text on one line: how it is wrapped in the file says nothing, and nothing unseen hides in it."""
    if isinstance(value, dict):
        raise mistake("must be a text; if it contains “: ”, put it in quotes")
    if isinstance(value, list):
        raise mistake("must be one text, not a list")
    if not isinstance(value, str):
        raise mistake(f"must be a text; put {quoted(value)} in quotes")
    text = " ".join(value.split())
    hidden = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs")), None)
    if hidden is not None:
        raise mistake(f"holds the invisible character U+{ord(hidden):04X}; remove it")
    return text


def _up_to(longest: int) -> BeforeValidator:
    def check(value: object) -> str:
        text = clean(value)
        if not text:
            raise mistake("is empty")
        if len(text) > longest:
            raise mistake(f"has {len(text)} characters; at most {longest} fit")
        return text

    return BeforeValidator(check)


KEY_PATTERN = "^[a-z][a-z0-9_]{0,39}$"


def _read_key(value: object) -> str:
    text = clean(value)
    if not re.fullmatch(KEY_PATTERN, text):
        rule = "use up to 40 small letters, digits and _, beginning with a letter"
        raise mistake(f"{quoted(text)} is not a key; {rule}")
    return text


def _read_duration(value: object) -> Duration:
    match = re.fullmatch(r"([0-9]{1,6})(bd|d|m)", str(value).strip())
    if not match:
        how = "write 10d for calendar days, 5bd for business days or 6m for months"
        raise mistake(f"{quoted(value)} is not a duration; {how}")
    count, most, unit = int(match[1]), _LONGEST_DURATION, "days"
    if match[2] == "m":
        most, unit = _MOST_MONTHS, "months"
    if not 1 <= count <= most:
        raise mistake(f"{quoted(value)} is out of range; write 1 to {most} {unit}")
    return Duration(0, months=count) if match[2] == "m" else Duration(count, business=match[2] == "bd")


def _read_month(value: object) -> int:
    duration = _read_duration(value)
    if not duration.months:
        raise mistake(f"{quoted(value)} is not a number of months; write 6m")
    return duration.months


def _rising(months: tuple[int, ...]) -> tuple[int, ...]:
    if list(months) != sorted(set(months)):
        raise mistake("must rise from one to the next, such as [6m, 9m, 12m]")
    return months


def _read_times(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 20:
        raise mistake(f"{quoted(value)} is not how often; write a number from 1 to 20")
    return value


def _read_per_month(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 50:
        raise mistake(f"{quoted(value)} is not how many; write a number from 0 to 50")
    return value


class OrNever:
    """Marks a value that may be switched off by the word `never`, which is then None."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_unless_never, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"const": NEVER}]}


def _unless_never(value: object) -> object:
    return None if value == NEVER else value


def _read_currency(value: object) -> str:
    text = clean(value)
    if text not in CURRENCIES:
        hint = f"write {text.upper()}" if text.upper() in CURRENCIES else "use one such as EUR, USD or SEK"
        raise mistake(f"{quoted(text)} is not a currency code; {hint}")
    return text


_CHANNEL_PATTERN = r"^([CG][A-Z0-9]{6,20}|#[^\s#@,.:;!?()<>&'\"A-Z]{1,80})$"


def _read_channel(value: object) -> str:
    text = clean(value)
    if not re.fullmatch(_CHANNEL_PATTERN, text):
        raise mistake(f"{quoted(text)} is not a channel; write its id (C0123ABCDEF) or its name in quotes ('#sales')")
    return text


def _read_amount(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(_[0-9]{3}){0,6}|[0-9]{1,18}", value):
        value = int(value.replace("_", ""))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise mistake(f"{quoted(value)} is not an amount; write whole units of the currency, such as 10000")
    return Decimal(value)


def _read_yes_no(value: object) -> bool:
    known = {True: True, False: False, "yes": True, "no": False}
    if isinstance(value, bool | str) and value in known:
        return known[value]
    raise mistake(f"{quoted(value)} is not an answer; use true or false")


def _one_of(words: Mapping[str, Enum], noun: str) -> PlainValidator:
    def read(value: object) -> Enum:
        if isinstance(value, str) and value in words:
            return words[value]
        raise mistake(f"{quoted(value)} is not {noun}; use {' or '.join(words)}{nearest(str(value), words)}")

    return PlainValidator(read)


def _read_rule(value: object) -> str:
    text = clean(value)
    if text in RULES and text not in ACCEPTABLE:
        raise mistake(f"{quoted(text)} is an error, which cannot be accepted; mend what it says")
    if text not in RULES:
        raise mistake(f"{quoted(text)} is not a rule of the check{nearest(text, ACCEPTABLE)}")
    return text


def _read_here(value: object) -> str:
    if value != "here":
        raise mistake(f"{quoted(value)} is not where deals land; write “lands: here”, or leave it out")
    return "here"


def _read_because(value: object) -> str:
    text = clean(value)
    if looks_like_placeholder(text) or len(text.split()) < 3:
        raise mistake("says too little; write in a sentence why this is right here")
    return text


def _words(words: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(words)})


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Name = Annotated[str, Field(min_length=1, max_length=60), _up_to(60)]
Text = Annotated[str, Field(min_length=1, max_length=500), _up_to(500)]
Advice = Annotated[str, Field(min_length=1, max_length=600), _up_to(600)]
Line = Annotated[str, Field(min_length=1, max_length=300), _up_to(300)]
# Slack shows at most 75 characters of an option in a menu.
Option = Annotated[str, Field(min_length=1, max_length=75), _up_to(75)]

Key = Annotated[str, Field(pattern=KEY_PATTERN), BeforeValidator(_read_key)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$"), BeforeValidator(_read_currency)]
Channel = Annotated[str, Field(pattern=_CHANNEL_PATTERN), BeforeValidator(_read_channel)]
Amount = Annotated[Decimal, PlainValidator(_read_amount), WithJsonSchema({"type": "number", "minimum": 0})]
RuleName = Annotated[str, BeforeValidator(_read_rule), _words(ACCEPTABLE)]
Because = Annotated[str, Field(min_length=1, max_length=300), _up_to(300), BeforeValidator(_read_because)]
YesNo = Annotated[bool, PlainValidator(_read_yes_no), WithJsonSchema({"type": "boolean"})]
Days = Annotated[
    Duration,
    PlainValidator(_read_duration),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,3}(d|bd|m)$", "examples": ["10d", "5bd", "6m"]}),
]
Here = Annotated[str, PlainValidator(_read_here), WithJsonSchema({"const": "here"})]

_KINDS = {kind.value: kind for kind in EvidenceKind if kind is not EvidenceKind.NOT_APPLICABLE}
_STRENGTHS = {strength.words: strength for strength in Strength}
_PARTIES = {party.value: party for party in Party}
_STAGE_KINDS = {kind.value: kind for kind in StageKind}
_WAITING = {who.value: who for who in WaitingOn}
_ANSWERS = {answer.value: answer for answer in Answering}
_APPROVALS = {approval.value: approval for approval in Approval}

EvidenceWord = Annotated[EvidenceKind, _one_of(_KINDS, "a kind of evidence"), _words(_KINDS)]
StrengthWord = Annotated[Strength, _one_of(_STRENGTHS, "a strength"), _words(_STRENGTHS)]
PartyWord = Annotated[Party, _one_of(_PARTIES, "a party"), _words(_PARTIES)]
AnswerWord = Annotated[Answering, _one_of(_ANSWERS, "an answer"), _words(_ANSWERS)]
StageWord = Annotated[StageKind, _one_of(_STAGE_KINDS, "a kind of stage"), _words(_STAGE_KINDS)]
WaitingWord = Annotated[WaitingOn, _one_of(_WAITING, "somebody to wait for"), _words(_WAITING)]
ApprovalWord = Annotated[Approval, _one_of(_APPROVALS, "an approval"), _words(_APPROVALS)]

# Where a list is meant, a single item may stand without its dash.
_SEVERAL = Field(min_length=1, max_length=20)
Keys = Annotated[tuple[Key, ...], _SEVERAL, BeforeValidator(_as_list, Key | list[Key])]


class ReplacedShape(Shape):
    """A stage that is gone, where more is to be said of it than its key."""

    stage: Key = Field(description="the key of the stage that is gone")
    lands: Here | None = Field(
        None, description="here, in one of several stages that replace it: the one that its deals come to"
    )


def _as_replaced(value: object) -> object:
    return value if isinstance(value, dict) else {"stage": _read_key(value)}


Replaced = Annotated[ReplacedShape, BeforeValidator(_as_replaced, Key | ReplacedShape)]
Replacements = Annotated[tuple[Replaced, ...], _SEVERAL, BeforeValidator(_as_list, Replaced | list[Replaced])]
Lines = Annotated[tuple[Line, ...], _SEVERAL, BeforeValidator(_as_list, Line | list[Line])]
Phrase = Annotated[str, Field(min_length=2, max_length=60), _up_to(60)]
Phrases = Annotated[
    tuple[Phrase, ...], Field(min_length=1, max_length=60), BeforeValidator(_as_list, Phrase | list[Phrase])
]
Steps = Annotated[tuple[Days, ...], Field(min_length=1, max_length=10), BeforeValidator(_as_list, Days | list[Days])]
Times = Annotated[int, PlainValidator(_read_times), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 20})]
PerMonth = Annotated[
    int, PlainValidator(_read_per_month), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 50})
]
Month = Annotated[
    int,
    PlainValidator(_read_month),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,2}m$", "examples": ["6m"]}),
]
Months = Annotated[
    tuple[Month, ...],
    Field(min_length=1, max_length=10),
    AfterValidator(_rising),
    BeforeValidator(_as_list, Month | list[Month]),
]
EvidenceWords = Annotated[
    tuple[EvidenceWord, ...], _SEVERAL, BeforeValidator(_as_list, EvidenceWord | list[EvidenceWord])
]
