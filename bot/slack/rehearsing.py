"""Calling Slack without calling it: what would be said is noted, and answered as Slack would if all went well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.calls import Caller


@dataclass(frozen=True)
class Said:
    """A message that would be posted or drawn again. `channel` is the user id where no direct message was open yet."""

    method: str
    channel: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Rehearsing(Caller):
    """Notes messages in `said`, in their order."""

    said: list[Said] = field(default_factory=list)

    @classmethod
    def begin(cls, base_url: str) -> Rehearsing:
        """A caller that has no token, so that nothing could be sent by mistake."""
        plain = Caller.make("", base_url, lambda _method, _outcome: None)
        return cls(plain.quick, plain.quiet, plain.observe, plain.triggers, plain.errands)

    def send(self, method: str, *, quick: bool = False, **arguments: Any) -> dict[str, Any]:  # noqa: ARG002
        """Note a message; other calls leave no trace."""
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": arguments["users"]}}
        channel = str(arguments.get("channel", ""))
        if method in ("chat.postMessage", "chat.update"):
            lines = tuple(_words(arguments.get("blocks") or ()))
            self.said.append(Said(method, channel, str(arguments.get("text", "")), lines))
        return {"ok": True, "channel": channel, "ts": f"{len(self.said)}.000000"}


def _words(blocks: Sequence[Any]) -> Iterator[str]:
    """The texts of a message's blocks, in the order in which they stand; those of buttons in brackets."""
    for block in blocks:
        if isinstance(block.get("text"), Mapping):
            yield str(block["text"]["text"])
        yield from (str(one["text"]) for one in block.get("fields", ()))
        for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
            text = element.get("text")
            if isinstance(text, Mapping):
                yield f"[{text['text']}]"
            elif isinstance(text, str):
                yield text
