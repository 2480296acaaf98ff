"""People for the tests: they type, read, fill in forms by their labels and press buttons by their words.

``rita = Person(sandbox, RITA)`` acts in her direct message with the app until ``rita.goes_to(channel_id)``. What the
app does after its ack arrives when it arrives, so whatever reads the screen waits for it, up to ``patience`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any, TypeVar

from sandbox.acting import OnMessage, OnView, Outcome
from sandbox.contents import Channel, File, Message
from sandbox.server import Sandbox
from tests.seen import Field, Pressable, SeenMessage, SeenView

_T = TypeVar("_T")
PATIENCE = 15.0


def wait_for(sandbox: Sandbox, look: Callable[[], _T], patience: float = PATIENCE) -> _T:
    """What ``look`` finds, as soon as it finds something, else what it found last."""
    with sandbox.workspace.changed:
        sandbox.workspace.changed.wait_for(lambda: bool(look()), patience)
        return look()


class Room:
    """A channel as everybody in it sees it."""

    def __init__(self, sandbox: Sandbox, channel_id: str, patience: float = PATIENCE) -> None:
        self.sandbox, self.id, self.patience = sandbox, channel_id, patience

    @property
    def _channel(self) -> Channel:
        return self.sandbox.workspace.channels[self.id]

    @property
    def messages(self) -> list[SeenMessage]:
        """The messages outside of threads, oldest first."""
        return self._seen(lambda m: not m.is_reply)

    def thread(self, message: SeenMessage) -> list[SeenMessage]:
        return self._seen(lambda m: m.is_reply and m.thread_ts == message.ts)

    def _seen(self, wanted: Callable[[Message], bool]) -> list[SeenMessage]:
        with self.sandbox.workspace.lock:
            found = [m for m in self._channel.messages if m.ephemeral_to is None and wanted(m)]
            return [SeenMessage(self.sandbox.workspace, m) for m in found]

    def waits_for(self, text: str) -> SeenMessage:
        """The newest message, replies too, that shows the text."""

        def look() -> list[SeenMessage]:
            return [m for m in self._seen(lambda _m: True) if text in m]

        found = wait_for(self.sandbox, look, self.patience)
        if not found:
            said = "\n---\n".join(m.text for m in self._seen(lambda _m: True)) or "(nothing)"
            raise AssertionError(f"nobody said {text!r} in #{self._channel.name}; there is:\n{said}")
        return found[-1]


class Person:
    """One person at their screen."""

    def __init__(self, sandbox: Sandbox, user_id: str, patience: float = PATIENCE) -> None:
        self.sandbox, self.id, self.patience = sandbox, user_id, patience
        self._place: str | None = None
        self._at_home = False
        self._modals_before: tuple[Any, ...] = ()
        self._home_before: str | None = None
        self._said_before: dict[str, str] = {}

    # where she is

    @property
    def place(self) -> str:
        """The channel in which she types and presses: her direct message with the app unless she went elsewhere."""
        if self._place is None:
            bot = self.sandbox.workspace.app.bot_user_id
            return self.sandbox.living.direct_message(self.id, bot).id
        return self._place

    def goes_to(self, channel_id: str | None) -> None:
        """Look at a channel; None: the direct message with the app."""
        self._place, self._at_home = channel_id, False

    def opens_home(self) -> None:
        self._at_home = True
        self._remember()
        self.sandbox.living.open_home(self.id)

    # what she does

    def types(self, line: str, *, thread: str | None = None, may_fail: bool = False) -> Outcome:
        """A slash command, or a message when it does not begin with a slash."""
        self._remember()
        if line.startswith("/"):
            outcome = self.sandbox.acting.type_command(self.id, self.place, line, thread)
            return self._checked(f"typing {line!r}", outcome, may_fail)
        self.sandbox.living.write(self.id, self.place, line, thread)
        return Outcome()

    def uses(self, shortcut: str, on: SeenMessage | None = None, *, may_fail: bool = False) -> Outcome:
        """A shortcut by its name; ``on`` a message for a message shortcut."""
        known = {s.name: s.callback_id for s in self.sandbox.workspace.app.shortcuts}
        if shortcut not in known:
            raise AssertionError(f"there is no shortcut {shortcut!r}; there are {sorted(known)}")
        self._remember()
        if on:
            outcome = self.sandbox.acting.use_message_shortcut(self.id, on.channel_id, on.ts, known[shortcut])
        else:
            outcome = self.sandbox.acting.use_shortcut(self.id, known[shortcut])
        return self._checked(f"the shortcut {shortcut!r}", outcome, may_fail)

    def presses(
        self,
        label: str,
        *,
        near: str | None = None,
        on: SeenMessage | None = None,
        may_fail: bool = False,
    ) -> Outcome:
        """A button by its words: in the open modal, else on Home if she looks at it, else in the newest message
        of the channel that has it. ``near`` is some text of the same block or the section above."""
        place, button = self._find(lambda p: p.element["type"] == "button" and p.label == label, label, near, on)
        self._remember()
        outcome = self.sandbox.acting.press(self.id, place, button.block_id, button.action_id)
        return self._checked(f"pressing {label!r}", outcome, may_fail)

    def chooses(
        self,
        option: str,
        *,
        near: str | None = None,
        on: SeenMessage | None = None,
        may_fail: bool = False,
    ) -> Outcome:
        """An option by its text, in a menu outside of a form's fields."""
        place, menu = self._find(lambda p: option in p.options, option, near, on)
        self._remember()
        kind, value = menu.element["type"], menu.options[option]
        choice = [value] if kind == "checkboxes" or kind.startswith("multi_") else value
        outcome = self.sandbox.acting.press(self.id, place, menu.block_id, menu.action_id, choice)
        return self._checked(f"choosing {option!r}", outcome, may_fail)

    def fills(self, values: Mapping[str, Any]) -> None:
        """Fields of the open modal by their labels: text, option texts, dates, people's ids, ``(name, bytes)`` files;
        None empties a field."""
        for label, value in values.items():
            field = self._field(label)
            if field.dispatches:
                self._remember()
            choice = self._choice(field, value)
            top = self._top()
            outcome = self.sandbox.acting.fill(self.id, top.id, field.block_id, field.action_id, choice, enter=True)
            self._checked(f"filling in {label!r}", outcome, may_fail=False)

    def submits(self, *, may_fail: bool = False) -> Outcome:
        """The submit button of the open modal."""
        view = self.modal
        self._remember()
        outcome = self.sandbox.acting.submit(self.id, view.id)
        self._modals_before = ()  # the ack has had its effect on the modals already
        return self._checked(f"submitting “{view.title}”", outcome, may_fail)

    def closes(self, *, everything: bool = False) -> None:
        """The close button of the open modal; with ``everything`` the cross."""
        view = self.modal
        self._remember()
        self.sandbox.acting.close(self.id, view.id, everything=everything)

    # what she sees

    @property
    def has_modal(self) -> bool:
        """Right now, without waiting."""
        return self.sandbox.workspace.top_modal(self.id) is not None

    @property
    def modal(self) -> SeenView:
        """The open modal; after an action of hers, once that had an effect on the modals."""
        wait_for(self.sandbox, lambda: self.has_modal and self._modals() != self._modals_before, self.patience)
        self._modals_before = ()
        return self._top()

    def waits_until_closed(self) -> None:
        if not wait_for(self.sandbox, lambda: not self.has_modal, self.patience):
            raise AssertionError(f"a modal is still open:\n{self._top()}")

    @property
    def field_errors(self) -> dict[str, str]:
        """Label -> sentence, of the open modal."""
        return {label: field.error for label, field in self._top().fields.items() if field.error}

    @property
    def home(self) -> SeenView:
        """The app's Home, once there is one and, after ``opens_home``, once it was drawn again."""
        homes = self.sandbox.workspace.homes
        wait_for(self.sandbox, lambda: self.id in homes and self._home() != self._home_before, self.patience)
        self._home_before = None
        if self.id not in homes:
            raise AssertionError("the app has drawn no Home for this person")
        return SeenView(self.sandbox.workspace, homes[self.id])

    @property
    def messages(self) -> list[SeenMessage]:
        """All that she can see in the channel where she is, right now, oldest first."""
        return self._messages(self.place)

    @property
    def dms(self) -> list[SeenMessage]:
        """What the app wrote in their direct message, right now, oldest first."""
        bot = self.sandbox.workspace.app.bot_user_id
        channel = self.sandbox.living.direct_message(self.id, bot)
        return [m for m in self._messages(channel.id) if m.user_id == bot]

    def waits_for_dm(self, text: str) -> SeenMessage:
        """The newest direct message of the app's that shows the text."""
        found = wait_for(self.sandbox, lambda: [m for m in self.dms if text in m], self.patience)
        if not found:
            said = "\n---\n".join(m.text for m in self.dms) or "(nothing)"
            raise AssertionError(f"no direct message shows {text!r}; there is:\n{said}")
        return found[-1]

    def sees(self) -> str:
        """What came up since her last action: new or changed messages where she is, and the open modal or Home."""
        return "\n".join(wait_for(self.sandbox, self._news, self.patience))

    def waits_to_see(self, text: str) -> str:
        """The text anywhere on her screen: modal, Home, messages where she is."""
        screen = wait_for(self.sandbox, lambda: next((s for s in self._screen() if text in s), ""), self.patience)
        if not screen:
            raise AssertionError(f"{text!r} does not show up; there is:\n" + "\n---\n".join(self._screen()))
        return screen

    # finding things

    def _find(
        self, wanted: Callable[[Pressable], bool], label: str, near: str | None, on: SeenMessage | None
    ) -> tuple[OnMessage | OnView, Pressable]:
        places = wait_for(self.sandbox, lambda: self._places_with(wanted, near, on), self.patience)
        if not places:
            offered = "; ".join(f"{p.label} ({p.around[:60]!r})" for _, ps in self._places(on) for p in ps)
            where = f" near {near!r}" if near else ""
            raise AssertionError(f"there is no {label!r} to press{where}; there is: {offered or 'nothing'}")
        place, found = places[0]
        if len(found) > 1:
            around = "; ".join(repr(p.around[:80]) for p in found)
            raise AssertionError(f"there are several {label!r}, say which with near=…: {around}")
        return place, found[0]

    def _places_with(
        self, wanted: Callable[[Pressable], bool], near: str | None, on: SeenMessage | None
    ) -> list[tuple[OnMessage | OnView, list[Pressable]]]:
        found: list[tuple[OnMessage | OnView, list[Pressable]]] = []
        for place, candidates in self._places(on):
            fitting = [p for p in candidates if wanted(p)]
            if isinstance(place, OnMessage) and len(fitting) == 1 and near and near in self._text_of(place):
                found.append((place, fitting))
            elif any(near is None or near in p.around for p in fitting):
                found.append((place, [p for p in fitting if near is None or near in p.around]))
        return found

    def _places(self, on: SeenMessage | None) -> list[tuple[OnMessage | OnView, list[Pressable]]]:
        workspace = self.sandbox.workspace
        top, home = workspace.top_modal(self.id), workspace.homes.get(self.id)
        if top and on is None:
            return [(OnView(top.id), SeenView(workspace, top).buttons)]
        if self._at_home and home and on is None:
            return [(OnView(home.id), SeenView(workspace, home).buttons)]
        messages = [m for m in self._messages(on.channel_id) if m.ts == on.ts] if on else self.messages
        return [(OnMessage(m.channel_id, m.ts), m.buttons) for m in reversed(messages) if m.buttons]

    def _text_of(self, place: OnMessage) -> str:
        return next((m.text for m in self._messages(place.channel_id) if m.ts == place.ts), "")

    def _field(self, label: str) -> Field:
        found = wait_for(self.sandbox, lambda: self.has_modal and self._top().fields.get(label), self.patience)
        if not found:
            labels = ", ".join(repr(one) for one in self._top().fields) or "none"
            raise AssertionError(f"“{self._top().title}” has no field {label!r}; its fields: {labels}")
        return found

    def _choice(self, field: Field, value: Any) -> Any:
        kind = field.element["type"]
        if value is None:
            return None
        if kind == "file_input":
            return [self._file(one) for one in value]
        if field.options:
            several = isinstance(value, list | tuple | set)
            picked = [self._option(field, str(one)) for one in (value if several else [value])]
            return picked if several or kind.startswith(("multi_", "checkboxes")) else picked[0]
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)

    def _option(self, field: Field, text: str) -> str:
        if text not in field.options:
            raise AssertionError(f"{field.label!r} offers no {text!r}; it offers {list(field.options)}")
        return field.options[text]

    def _file(self, one: File | tuple[str, bytes]) -> str:
        return one.id if isinstance(one, File) else self.sandbox.living.upload(self.id, one[0], one[1]).id

    # her screen

    def _top(self) -> SeenView:
        view = self.sandbox.workspace.top_modal(self.id)
        if view is None:
            raise AssertionError("no modal is open; there is:\n" + "\n---\n".join(self._screen()))
        return SeenView(self.sandbox.workspace, view)

    def _messages(self, channel_id: str) -> list[SeenMessage]:
        workspace = self.sandbox.workspace
        with workspace.lock:
            return [SeenMessage(workspace, m) for m in workspace.channels[channel_id].visible_to(self.id)]

    def _screen(self) -> list[str]:
        workspace = self.sandbox.workspace
        top, home = workspace.top_modal(self.id), workspace.homes.get(self.id)
        views = [view for view in (top, home if self._at_home else None) if view]
        return [*(SeenView(workspace, view).text for view in views), *(m.text for m in self.messages)]

    def _modals(self) -> tuple[Any, ...]:
        stack: Iterable[Any] = self.sandbox.workspace.modals.get(self.id, ())
        return tuple((view.id, view.hash, tuple(view.errors.items()), view.failure) for view in stack)

    def _home(self) -> str | None:
        home = self.sandbox.workspace.homes.get(self.id)
        return home.hash if home else None

    def _said(self) -> dict[str, str]:
        return {m.ts: m.text for m in self.messages if m.user_id != self.id}

    def _remember(self) -> None:
        """Note what is there, so that what comes up next can be told from it."""
        with self.sandbox.workspace.lock:
            self._modals_before, self._home_before = self._modals(), self._home()
            self._said_before = self._said()

    def _news(self) -> list[str]:
        workspace = self.sandbox.workspace
        news = [text for ts, text in self._said().items() if self._said_before.get(ts) != text]
        if self._modals() != self._modals_before and self.has_modal:
            news.append(self._top().text)
        if self._at_home and self._home() != self._home_before:
            news.append(SeenView(workspace, workspace.homes[self.id]).text)
        return news

    @staticmethod
    def _checked(what: str, outcome: Outcome, may_fail: bool) -> Outcome:
        if outcome.status == "failed" and not may_fail:
            raise AssertionError(f"{what}: Slack shows {outcome.note!r} ({outcome.error})")
        return outcome
