"""A person played by a script: types, presses and fills in by the words on the screen, as somebody would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from typing import Any, TypeVar

from sandbox.acting import OnMessage, OnView, Outcome
from sandbox.block_kit.blocks import elements_of
from sandbox.contents import Message, View
from sandbox.inputs import options_of
from sandbox.server import Sandbox

Json = dict[str, Any]
Found = TypeVar("Found")
PATIENCE = 10.0
_TEXTS = ("text", "elements", "fields", "label", "title", "accessory", "blocks")


class Stuck(Exception):
    """What should have come up on the screen did not; the message says what was waited for."""


class Player:
    """Acts in the direct message with the app unless told of another channel; waits up to ``PATIENCE`` seconds."""

    def __init__(self, sandbox: Sandbox, user_id: str) -> None:
        self.id = user_id
        self._sandbox = sandbox
        self._workspace = sandbox.workspace

    def types(self, line: str) -> None:
        dm = self._sandbox.living.direct_message(self.id, self._workspace.app.bot_user_id)
        self._took(line, self._sandbox.acting.type_command(self.id, dm.id, line))

    def presses(self, label: str, near: str = "") -> None:
        """A button of the open modal: the first one after the text ``near``, or beside it."""
        view, element = self._waits(f"the button “{label}”", lambda: self._button_in_modal(label, near))
        self._took(label, self._sandbox.acting.press(self.id, OnView(view.id), *element))

    def presses_on(self, channel_id: str, message_with: str, label: str, near: str = "") -> None:
        """A button of the newest message that shows the text and has that button."""
        what = f"the button “{label}” below “{message_with}”"
        message, element = self._waits(what, lambda: self._button_in_message(channel_id, message_with, label, near))
        self._took(label, self._sandbox.acting.press(self.id, OnMessage(channel_id, message.ts), *element))

    def fills(self, values: dict[str, str | date]) -> None:
        """Fields of the open modal by the beginning of their labels: text, the beginning of an option, or a day."""
        for label, value in values.items():
            view, block = self._waits(f"the field “{label}”", lambda label=label: self._field(label))  # type: ignore[misc]
            choice = value.isoformat() if isinstance(value, date) else _choice(block["element"], value)
            ids = (block["block_id"], block["element"]["action_id"])
            self._took(label, self._sandbox.acting.fill(self.id, view.id, *ids, choice))

    def attaches(self, label: str, name: str, data: bytes) -> None:
        """A file of one's own."""
        file = self._sandbox.living.upload(self.id, name, data)
        view, block = self._waits(f"the field “{label}”", lambda: self._field(label))
        ids = (block["block_id"], block["element"]["action_id"])
        self._took(label, self._sandbox.acting.fill(self.id, view.id, *ids, [file.id]))

    def submits(self) -> None:
        view = self._waits("a form", lambda: self._workspace.top_modal(self.id))
        self._took("submit", self._sandbox.acting.submit(self.id, view.id))
        if view.errors:
            raise Stuck(f"a form without mistakes: {'; '.join(view.errors.values())}")

    def closes(self) -> None:
        """Every open modal."""
        view = self._workspace.top_modal(self.id)
        if view:
            self._sandbox.acting.close(self.id, view.id, everything=True)

    def waits_for_modal(self, text: str) -> None:
        """Until the open modal shows the text."""
        self._waits(f"“{text}” in a form", lambda: self._modal_with(text))

    def waits_for_message(self, channel_id: str, text: str) -> Message:
        """The newest message, replies too, that shows the text."""
        return self._waits(f"“{text}” in a channel", lambda: self._message(channel_id, text))

    def direct_message(self) -> str:
        """The channel that this person shares with the app."""
        return self._sandbox.living.direct_message(self.id, self._workspace.app.bot_user_id).id

    def _waits(self, what: str, look: Callable[[], Found | None]) -> Found:
        with self._workspace.changed:
            self._workspace.changed.wait_for(lambda: look() is not None, PATIENCE)
            found = look()
        if found is None:
            raise Stuck(what)
        return found

    def _took(self, what: str, outcome: Outcome) -> None:
        if outcome.status != "ok":
            raise Stuck(f"an answer to “{what}”: {outcome.note or outcome.error}")

    def _modal_with(self, text: str) -> View | None:
        view = self._workspace.top_modal(self.id)
        return view if view and text in _words(view.content) else None

    def _button_in_modal(self, label: str, near: str) -> tuple[View, tuple[str, str]] | None:
        view = self._workspace.top_modal(self.id)
        element = _button(view.blocks, label, near) if view else None
        return (view, element) if view and element else None

    def _field(self, label: str) -> tuple[View, Json] | None:
        view = self._workspace.top_modal(self.id)
        inputs = [block for block in view.blocks if block["type"] == "input"] if view else []
        block = next((block for block in inputs if block["label"]["text"].startswith(label)), None)
        return (view, block) if view and block else None

    def _message(self, channel_id: str, text: str) -> Message | None:
        return next(self._messages(channel_id, text), None)

    def _button_in_message(
        self, channel_id: str, text: str, label: str, near: str
    ) -> tuple[Message, tuple[str, str]] | None:
        found = ((m, _button(m.blocks or [], label, near)) for m in self._messages(channel_id, text))
        return next(((message, element) for message, element in found if element), None)

    def _messages(self, channel_id: str, text: str) -> Iterator[Message]:
        """Those that show the text, the newest first."""
        for message in reversed(list(self._workspace.channels[channel_id].visible_to(self.id))):
            if text in f"{unescape(message.text)}\n{_words(message.blocks)}":
                yield message


def _button(blocks: list[Json], label: str, near: str) -> tuple[str, str] | None:
    reached = False
    for block in blocks:
        reached = reached or near in _words(block)
        for element in elements_of(block):
            if reached and element["type"] == "button" and element["text"]["text"] == label:
                return block["block_id"], element["action_id"]
    return None


def _choice(element: Json, value: str) -> str:
    """The value behind the option whose text begins so; whatever else is typed stays as it is."""
    options = {option["text"]["text"]: str(option["value"]) for option in options_of(element)}
    if not options:
        return value
    found = next((chosen for text, chosen in options.items() if text.startswith(value)), None)
    if found is None:
        raise Stuck(f"option “{value}” among {', '.join(options)}")
    return found


def _words(part: Any) -> str:
    return unescape("\n".join(_texts(part)))


def _texts(part: Any) -> Iterator[str]:
    """Everything that can be read in a view, a block or a part of one."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for name in _TEXTS:
            yield from _texts(part.get(name))
