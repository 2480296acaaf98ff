"""Short notices: a banner over an open form, a modal with one sentence, and the body of a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.blocks import Block, View, modal, section
from bot.slack.ids import Form
from bot.slack.text import clip_markup
from bot.slack.turn import Message

BANNER = "banner"


def banner(sentence: str) -> Block:
    """What stands above a form when something has to be said; `sentence` is markup."""
    return section(f":warning: {sentence}", block_id=BANNER)


def with_banner(view: Mapping[str, Any], sentence: str) -> View:
    """An open view as Slack delivered it, drawn again under a banner; ids stay, so what is typed stays too."""
    blocks = [b for b in view.get("blocks") or () if isinstance(b, dict) and b.get("block_id") != BANNER]
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata", "notify_on_close")
    again = {name: view[name] for name in kept if view.get(name)}
    return again | {"blocks": [banner(sentence), *blocks][:100]}


def notice(said: Message) -> View:
    """A modal that says something."""
    return modal(Form.NOTICE, "Stagecoach", said.blocks or (section(said.text),))


def message_body(said: Message, *, replace: bool) -> dict[str, Any]:
    """A message only its reader sees, as the body of an ack or of a post to a response_url."""
    body: dict[str, Any] = {
        "response_type": "ephemeral",
        "text": clip_markup(said.text, 3000),
        "replace_original": replace,
    }
    if said.blocks:
        body["blocks"] = list(said.blocks)
    return body
