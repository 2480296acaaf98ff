"""One turn of a conversation: what a person did, as plain data, and what they get for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput
from bot.domain.evidence import SharedFile
from bot.domain.people import Actor
from bot.services.desk import Desk
from bot.slack.blocks import Block, View
from bot.slack.ids import OF, Field, Ref
from bot.slack.text import clean


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows a turn. Everything is optional; an empty answer just closes a submitted form.

    - `say`: only to this person; `replace` puts it where the message with the pressed button was.
    - `open` a modal, or `push` one over the present one.
    - `redraw` draws the present modal anew (after a button in it); it is called when the answer is given, and again
      after a conflict. `redraw_below` does so with the modal under a submitted one.
    - `home` is the person's App Home, drawn anew.
    - For a submission: `errors` (field to sentence) keep the form open; `become` turns it into another view; with
      `aside`, the address of an earlier delivery's answers, the form closes and `say` is said there.
    """

    say: Message | None = None
    replace: bool = False
    open: View | None = None
    push: View | None = None
    redraw: Callable[[], View] | None = None
    redraw_below: Callable[[], View] | None = None
    home: View | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    become: View | None = None
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted or open modal: its ids, what it was drawn from, and what is typed in it."""

    view_id: str
    callback_id: str
    hash: str
    meta: Mapping[str, Any]
    blocks: tuple[Block, ...]
    raw: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    below: str | None = None

    @property
    def is_third(self) -> bool:
        """Whether two modals lie under this one, which is as high as Slack stacks them."""
        return self.below is not None and self.below != self.raw.get("root_view_id")

    def id(self, name: str) -> int:
        """A number that we put into the form. Raises BadInput when it is not there."""
        value = self.meta.get(name)
        if not isinstance(value, int):
            raise BadInput("This form is not one of mine any more. Please type the command again.")
        return value

    def key(self, name: str) -> str:
        """A key that we put into the form, or nothing."""
        value = self.meta.get(name, "")
        return value if isinstance(value, str) else ""

    def text(self, name: Field) -> str:
        """What was written in a field, without characters that nobody can see."""
        return clean(str(self._element(name).get("value") or "")).strip()

    def choice(self, name: Field, of: str = "") -> str:
        """The value chosen in a menu, or nothing; `of` as in `blocks.choice_input`."""
        option = self._element(name, of).get("selected_option")
        return str(option.get("value", "")) if isinstance(option, dict) else ""

    def date(self, name: Field) -> date | None:
        """The day chosen, if any."""
        chosen = self._element(name).get("selected_date")
        try:
            return date.fromisoformat(chosen) if isinstance(chosen, str) else None
        except ValueError:
            raise BadInput("That is not a date.", {name.value: "Choose a date."}) from None

    def time(self, name: Field) -> time | None:
        """The hour chosen, if any."""
        chosen = self._element(name).get("selected_time")
        try:
            return time.fromisoformat(chosen) if isinstance(chosen, str) else None
        except ValueError:
            raise BadInput("That is not an hour.", {name.value: "Choose an hour."}) from None

    def user(self, name: Field) -> str:
        """The person chosen, or nothing."""
        return str(self._element(name).get("selected_user") or "")

    def users(self, name: Field) -> tuple[str, ...]:
        """The people chosen in a menu of several."""
        return tuple(str(user) for user in self._element(name).get("selected_users") or ())

    def conversation(self, name: Field) -> str:
        """The channel chosen, or nothing."""
        return str(self._element(name).get("selected_conversation") or "")

    def choices(self, name: Field) -> tuple[str, ...]:
        """The values of the boxes that are ticked."""
        found = self._element(name).get("selected_options") or ()
        return tuple(str(option.get("value", "")) for option in found if isinstance(option, dict))

    def ticked(self, name: Field) -> bool:
        """Whether the box is ticked."""
        return bool(self._element(name).get("selected_options"))

    def file(self, name: Field) -> SharedFile | None:
        """The first uploaded file, if any."""
        found = self._element(name).get("files") or []
        if not found or not isinstance(found[0], dict):
            return None
        file = found[0]
        return SharedFile(
            file_id=str(file.get("id", "")),
            name=clean(str(file.get("name") or file.get("title") or "file")),
            mimetype=str(file.get("mimetype") or ""),
            size=int(file.get("size") or 0),
            url=str(file.get("url_private_download") or file.get("url_private") or ""),
        )

    def has(self, name: Field) -> bool:
        """Whether the form shows this field."""
        return any(block.get("block_id") == name.value for block in self.blocks)

    def _element(self, name: Field, of: str = "") -> Mapping[str, Any]:
        found = self.values.get(f"{name.value}{OF}{of}" if of else name.value)
        inner = next(iter(found.values()), None) if isinstance(found, dict) else None
        return inner if isinstance(inner, dict) else {}

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> Form:
        """From the view of a delivery."""
        try:
            meta = json.loads(view.get("private_metadata") or "{}")
        except ValueError:
            meta = {}
        return cls(
            view_id=str(view.get("id", "")),
            callback_id=str(view.get("callback_id", "")),
            hash=str(view.get("hash", "")),
            meta=meta if isinstance(meta, dict) else {},
            blocks=tuple(b for b in view.get("blocks") or () if isinstance(b, dict)),
            raw=view,
            values=(view.get("state") or {}).get("values") or {},
            below=view.get("previous_view_id"),
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """The message on which somebody used a shortcut, as Slack told it. `text` is in Slack's own notation.

    `home_team` is the team that its author belongs to, where Slack says so. Names of channels are left out: what we
    do not have we cannot tell.
    """

    channel: str
    ts: str
    thread_ts: str
    author: str
    home_team: str
    is_app: bool
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person did. `text` is what they wrote after the word of a command; `value` what the button carried;

    `form` the modal the button sits in, or the submitted one. `reply_url` is where Slack takes what is said to this
    person alone, five times within half an hour; nothing for what happens in a modal or in the App Home. `marked` is
    the message on which a shortcut was used; `asked` are people whom Slack's directory was asked about just now.
    """

    desk: Desk
    actor: Actor
    command: str = "/deal"
    text: str = ""
    value: str = ""
    form: Form | None = None
    in_home: bool = False
    is_command: bool = False
    reply_url: str = ""
    marked: Marked | None = None
    asked: frozenset[str] = frozenset()

    @property
    def ref(self) -> Ref:
        """What the pressed button carried. Raises BadInput when it is not one of ours."""
        return Ref.read(self.value)

    @property
    def submitted(self) -> Form:
        """The form. Raises BadInput when there is none."""
        if self.form is None:
            raise BadInput("This belongs to a form that is no longer open.")
        return self.form

    @property
    def today(self) -> date:
        """Today where the person is."""
        return self.local(self.desk.clock()).date()

    def local(self, moment: datetime) -> datetime:
        """A moment on the person's own clock."""
        try:
            return moment.astimezone(ZoneInfo(self.actor.tz)) if self.actor.tz else moment
        except (KeyError, ValueError, OSError):  # a zone that this machine's time zone data does not have
            return moment
