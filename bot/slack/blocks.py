"""Small typed builders of Block Kit as plain dicts; every one keeps Slack's size limits by clipping its text.

Text given as `mrkdwn` is markup that the caller has escaped (`bot.slack.text.escape`); `plain` text needs no escaping.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from bot.slack.ids import OF, VALUE, Action, Field, Form, Ref
from bot.slack.text import clip, clip_markup

Block = dict[str, Any]
View = dict[str, Any]
Element = dict[str, Any]

MOST_BLOCKS_IN_VIEW = 100
MOST_BLOCKS_IN_MESSAGE = 50


def plain(text: str, limit: int = 150) -> Element:
    """A plain text object; Slack refuses empty ones, so nothing becomes a dash."""
    return {"type": "plain_text", "text": clip(text.strip(), limit) or "–", "emoji": True}


def mrkdwn(text: str, limit: int = 3000) -> Element:
    """A markup text object of already escaped text."""
    return {"type": "mrkdwn", "text": clip_markup(text, limit) or "–", "verbatim": True}


def section(text: str, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """A paragraph, with at most one element beside it."""
    return _with({"type": "section", "text": mrkdwn(text)}, accessory=accessory, block_id=block_id)


def fields(*texts: str) -> Block:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text, 2000) for text in texts[:10]]}


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text, 150)}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text, 2000) for text in texts[:10]]}


def copyable(text: str) -> Block:
    """A text in a frame, as it is, to be copied; none of it is markup."""
    framed = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": clip(text, 3000) or "–"}]}
    return {"type": "rich_text", "elements": [framed]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def preformatted(text: str) -> Block:
    """Text to copy, as it is: Slack changes nothing in it. It needs no escaping."""
    words = {"type": "text", "text": clip(text, 10_000) or "–"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [words]}]}


def actions(*elements: Element | None, block_id: str | None = None) -> Block:
    """A row of buttons and menus."""
    return _with({"type": "actions", "elements": [e for e in elements if e][:25]}, block_id=block_id)


def button(
    text: str,
    action: Action,
    ref: Ref | str = "",
    *,
    style: str | None = None,
    confirm: Element | None = None,
    label: str | None = None,
) -> Element:
    """A button. `style` is primary or danger; `label` is what a screen reader says."""
    made: Element = {"type": "button", "text": plain(text, 75), "action_id": action.value}
    if value := str(ref):
        made["value"] = clip(value, 2000)
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    if label:
        made["accessibility_label"] = clip(label, 75)
    return made


def overflow(action: Action, options: Sequence[tuple[str, Ref]]) -> Element | None:
    """A menu behind three dots, with one to five entries; None without any."""
    chosen = [{"text": plain(text, 75), "value": clip(str(ref), 150)} for text, ref in options[:5]]
    return {"type": "overflow", "action_id": action.value, "options": chosen} if chosen else None


def menu(action: Action, placeholder: str, options: Sequence[tuple[str, Ref]], initial: Ref | None = None) -> Element:
    """A menu that shows its name, or `initial`, until something is chosen in it, with one to a hundred entries."""
    chosen = [{"text": plain(text, 75), "value": clip(str(ref), 150)} for text, ref in options[:100]]
    made: Element = {
        "type": "static_select",
        "action_id": action.value,
        "placeholder": plain(placeholder),
        "options": chosen,
    }
    picked = next((option for option in chosen if option["value"] == str(initial)), None)
    return made | {"initial_option": picked} if picked else made


def confirmation(title: str, text: str, yes: str, no: str = "Cancel") -> Element:
    """The question asked before a button acts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def text_input(
    field: Field,
    label: str,
    *,
    initial: str = "",
    placeholder: str = "",
    hint: str = "",
    multiline: bool = False,
    optional: bool = False,
    longest: int = 3000,
) -> Block:
    """A field to write in."""
    element: Element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": multiline,
        "max_length": min(longest, 3000),
    }
    if initial:
        element["initial_value"] = initial[: min(longest, 3000)]
    if placeholder:
        element["placeholder"] = plain(placeholder)
    return _input(field, label, element, hint, optional)


def date_input(
    field: Field, label: str, *, initial: date | None = None, hint: str = "", optional: bool = False
) -> Block:
    """A field to choose a day in."""
    element: Element = {"type": "datepicker", "action_id": VALUE}
    if initial:
        element["initial_date"] = initial.isoformat()
    return _input(field, label, element, hint, optional)


def time_input(
    field: Field, label: str, *, initial: time | None = None, hint: str = "", optional: bool = False
) -> Block:
    """A field to choose an hour in."""
    element: Element = {"type": "timepicker", "action_id": VALUE}
    if initial:
        element["initial_time"] = f"{initial:%H:%M}"
    return _input(field, label, element, hint, optional)


def choice_input(
    field: Field,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    action: Action | None = None,
    of: str = "",
) -> Block:
    """A menu of (text, value) pairs, at most 100. With `action`, each change is reported at once.

    `of` names what the options belong to, where that may change in an open form: another `of` forgets what was chosen.
    """
    made = [{"text": plain(text, 75), "value": clip(value, 150)} for text, value in options[:100]]
    element: Element = {"type": "static_select", "action_id": action.value if action else VALUE, "options": made}
    chosen = next((option for option in made if option["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    block = _input(field, label, element, hint, optional)
    if action:
        block["dispatch_action"] = True
    return block | {"block_id": f"{field.value}{OF}{of}"} if of else block


def radio_input(
    field: Field, label: str, options: Sequence[tuple[str, str, str]], *, initial: str | None = None
) -> Block:
    """Up to ten (text, description, value) entries, one of which is chosen."""
    made = [
        _with(
            {"text": plain(text, 75), "value": clip(value, 150)},
            description=plain(description, 75) if description else None,
        )
        for text, description, value in options[:10]
    ]
    element: Element = {"type": "radio_buttons", "action_id": VALUE, "options": made}
    chosen = next((option for option in made if option["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    return _input(field, label, element, "", optional=False)


def user_input(
    field: Field, label: str, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    """A menu of the workspace's people."""
    element: Element = {"type": "users_select", "action_id": VALUE}
    if initial:
        element["initial_user"] = initial
    return _input(field, label, element, hint, optional)


def users_input(field: Field, label: str, *, initial: Iterable[str] = (), hint: str = "") -> Block:
    """A menu of the workspace's people, of whom several may be chosen."""
    element: Element = {"type": "multi_users_select", "action_id": VALUE}
    if chosen := sorted(initial):
        element["initial_users"] = chosen
    return _input(field, label, element, hint, optional=True)


def channel_input(field: Field, label: str, *, initial: str | None = None, hint: str = "") -> Block:
    """A menu of the workspace's channels."""
    element: Element = {
        "type": "conversations_select",
        "action_id": VALUE,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if initial:
        element["initial_conversation"] = initial
    return _input(field, label, element, hint, optional=True)


def ticks_input(
    field: Field, label: str, options: Sequence[tuple[str, str]], *, ticked: Iterable[str] = (), hint: str = ""
) -> Block:
    """Up to ten boxes to tick, as (text, value) pairs."""
    made = [{"text": plain(text, 75), "value": clip(value, 150)} for text, value in options[:10]]
    element: Element = {"type": "checkboxes", "action_id": VALUE, "options": made}
    wanted = set(ticked)
    if chosen := [option for option in made if option["value"] in wanted]:
        element["initial_options"] = chosen
    return _input(field, label, element, hint, optional=True)


def tick_input(field: Field, label: str, text: str, *, ticked: bool = False, hint: str = "") -> Block:
    """One box to tick."""
    option = {"text": plain(text, 75), "value": "yes"}
    element: Element = {"type": "checkboxes", "action_id": VALUE, "options": [option]}
    if ticked:
        element["initial_options"] = [option]
    return _input(field, label, element, hint, optional=True)


def file_input(field: Field, label: str, *, hint: str = "", most: int = 1) -> Block:
    """A field to upload a file in."""
    return _input(field, label, {"type": "file_input", "action_id": VALUE, "max_files": most}, hint, optional=True)


def modal(
    form: Form,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str = "Close",
    meta: Mapping[str, Any] | None = None,
    notify_on_close: bool = False,
) -> View:
    """A form or a page over the conversation. `meta` holds ids and versions only; it comes back with each delivery."""
    view: View = {
        "type": "modal",
        "callback_id": form.value,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(blocks[:MOST_BLOCKS_IN_VIEW]),
        "private_metadata": json.dumps(meta or {}, separators=(",", ":")),
    }
    if submit:
        view["submit"] = plain(submit, 24)
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def home(blocks: Sequence[Block]) -> View:
    """The App Home."""
    return {"type": "home", "blocks": list(blocks[:MOST_BLOCKS_IN_VIEW])}


def _input(field: Field, label: str, element: Element, hint: str, optional: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.value,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def _with(block: dict[str, Any], **more: Any) -> dict[str, Any]:
    return block | {name: value for name, value in more.items() if value is not None}
