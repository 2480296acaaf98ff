"""What a Web API method is: its function, arguments, scopes and rate tier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.block_kit import Problem
from sandbox.slack import Slack
from sandbox.workspace import Workspace

Json = dict[str, Any]


class ApiError(Exception):
    """Slack refuses. ``code`` is its error code, ``more`` goes into the answer beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    @classmethod
    def with_messages(cls, code: str, messages: list[str]) -> ApiError:
        return cls(code, response_metadata={"messages": messages}, errors=messages)

    @classmethod
    def with_problems(cls, code: str, problems: list[Problem]) -> ApiError:
        return cls.with_messages(code, [str(problem) for problem in problems])


@dataclass(frozen=True, slots=True)
class Request:
    """A call whose token, scope and arguments are in order."""

    slack: Slack
    args: Json

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    def text(self, name: str) -> str:
        """A string argument, empty when it was left out; raises ApiError for anything but a string."""
        value = self.args.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ApiError.with_messages("invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name, default)
        return value.lower() in ("1", "true") if isinstance(value, str) else bool(value)

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            message = f"[ERROR] must be an integer [json-pointer:/{name}]"
            raise ApiError.with_messages("invalid_arguments", [message]) from None


@dataclass(frozen=True, slots=True)
class Method:
    """``scopes``: any one of them is enough. ``caller`` says whose token the method wants."""

    name: str
    run: Callable[[Request], Json]
    required: frozenset[str]
    optional: frozenset[str]
    scopes: tuple[str, ...]
    tier: str
    caller: Literal["bot", "app", "anyone"]


def method(
    name: str,
    run: Callable[[Request], Json],
    *,
    required: str = "",
    optional: str = "",
    scopes: str = "",
    tier: str = "t4",
    caller: Literal["bot", "app", "anyone"] = "bot",
) -> Method:
    """A method whose argument names and scopes are given as words in a string."""
    return Method(
        name, run, frozenset(required.split()), frozenset(optional.split()), tuple(scopes.split()), tier, caller
    )
